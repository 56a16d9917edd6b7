// Running sums, products and extremes: op codes 0x0A00 …

/// A running result along one axis.
public protocol CumulativeOperation: OneInputOperation, AttributedOperation {
  /// The axis; negative ones count from the end.
  var dim: Int { get set }
}

extension CumulativeOperation {
  func axis(_ shape: Shape) throws -> Int { try shape.axis(dim, of: Self.identity) }
}

/// Running sums. Bool and integers give int64, wrapping.
public struct CumSum: CumulativeOperation {
  public static let identity = OperationIdentity(name: "cumsum", code: 0x0A00)
  public static let attributes: [Attribute<CumSum>] = [
    Attribute("dim", \.dim), Attribute("reversed", \.isReversed),
  ]
  public var dim = 0
  /// Whether it runs from the last element to the first: the gradient does.
  package var isReversed = false
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    _ = try axis(x.shape)
    return Descriptor(shape: x.shape, dtype: x.dtype.isFloatingPoint ? x.dtype : .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let x = try x.cast(to: output(for: x.descriptor).dtype)
    return try AlongAxis.scan(.cumsum, x, axis: axis(x.shape), isReversed: isReversed, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = self
    operation.isReversed.toggle()
    return [try T.apply(operation, to: g.dy)]
  }
}

/// Running products. Bool and integers give int64, wrapping.
public struct CumProd: CumulativeOperation {
  public static let identity = OperationIdentity(name: "cumprod", code: 0x0A01)
  public static let attributes: [Attribute<CumProd>] = [
    Attribute("dim", \.dim), Attribute("reversed", \.isReversed),
    Attribute("exclusive", \.isExclusive),
  ]
  public var dim = 0
  /// Whether it runs from the last element to the first.
  package var isReversed = false
  /// Whether each result leaves out the element at its own place: the gradients of products do.
  package var isExclusive = false
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    _ = try axis(x.shape)
    return Descriptor(shape: x.shape, dtype: x.dtype.isFloatingPoint ? x.dtype : .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let x = try x.cast(to: output(for: x.descriptor).dtype)
    let axis = try axis(x.shape)
    let products = try AlongAxis.scan(.cumprod, x, axis: axis, isReversed: isReversed, name)
    guard isExclusive else { return products }
    let ones = try Elementwise.full(x.descriptor, 1)
    if x.rank > 0, x.shape[axis] > 1 {
      let (count, first) = (x.shape[axis] - 1, isReversed ? 1 : 0)
      ones.part(axis: axis, start: 1 - first, length: count)
        .overwrite(with: products.part(axis: axis, start: first, length: count))
    }
    return ones
  }
  // Nothing is divided out, so that zeros do no harm: the factors before an element are multiplied with
  // s[i] = dy[i] + x[i + 1] · s[i + 1], which gathers the products of those after it.
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let axis = try axis(g.x.shape)
    let before = try g.x.product(exclusiveAlong: axis, isReversed: isReversed)
    if isExclusive {
      let sums = try T.recurrence(g.x, g.dy, dim: axis, isReversed: !isReversed)
      return [try before * sums.shifted(dim: axis, forward: isReversed)]
    }
    let following = try g.x.shifted(dim: axis, forward: isReversed)
    return [try before * T.recurrence(following, g.dy, dim: axis, isReversed: !isReversed)]
  }
}

/// log(Σ exp(x)) of all elements so far, without overflow.
public struct LogCumSumExp: CumulativeOperation {
  public static let identity = OperationIdentity(name: "logcumsumexp", code: 0x0A02)
  public static let attributes: [Attribute<LogCumSumExp>] = [Attribute("dim", \.dim)]
  public var dim = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    _ = try axis(x.shape)
    guard x.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "cast it to float32 or float64 first")
    }
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try AlongAxis.scan(.logcumsumexp, x, axis: axis(x.shape), name)
  }
  // dx[i] = exp(x[i] − y[i]) · w[i] with w[i] = dy[i] + exp(y[i] − y[i + 1]) · w[i + 1]: no exponent is
  // above 0.
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let axis = try axis(g.x.shape)
    let next = try g.output.shifted(dim: axis, forward: false)
    // Equal ones may be infinite, and their difference nan.
    let steps = try (g.output - next).maskedFill(g.output .== next, 0).exp()
    let sums = try T.recurrence(steps, g.dy, dim: axis, isReversed: true)
    return [try (g.x - g.output).exp() * sums]
  }
}

// MARK: Running extremes

/// A running extreme along one axis and its places, the last of equal ones; nan stays. The gradient
/// goes to these places.
public protocol CumulativeExtreme: AttributedOperation {
  /// The axis; negative ones count from the end.
  var dim: Int { get set }
  /// Row of the table of scans.
  static var kernel: CumulativeExtremumKernel { get }
}

extension CumulativeExtreme {
  public static var inputCounts: ClosedRange<Int> { 1...1 }
  public static var attributes: [Attribute<Self>] { [Attribute("dim", \.dim)] }
  public static var movesElements: Bool { true }
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    _ = try inputs[0].shape.axis(dim, of: Self.identity)
    return [inputs[0], Descriptor(shape: inputs[0].shape, dtype: .int64)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let axis = try inputs[0].shape.axis(dim, of: Self.identity)
    let (values, places) = try AlongAxis.scan(Self.kernel, inputs[0], axis: axis, name)
    return [values, places]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.zerosLike().scatterAdd(dim: dim, g.outputs[1], g.dy)]
  }
}

/// Running largest elements and their places.
public struct CumMax: CumulativeExtreme {
  public static let identity = OperationIdentity(name: "cummax", code: 0x0A03)
  public static let kernel = CumulativeExtremumKernel.cummax
  public var dim = 0
  public init() {}
}

/// Running smallest elements and their places.
public struct CumMin: CumulativeExtreme {
  public static let identity = OperationIdentity(name: "cummin", code: 0x0A04)
  public static let kernel = CumulativeExtremumKernel.cummin
  public var dim = 0
  public init() {}
}

// MARK: Recurrences

/// y[i] = b[i] + a[i] · y[i − 1] along an axis, for floating-point tensors of one shape and dtype: what
/// gradients of running products are made of.
public struct Recurrence: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_recurrence", code: 0x0A05)
  public static let attributes: [Attribute<Recurrence>] = [
    Attribute("dim", \.dim), Attribute("reversed", \.isReversed),
  ]
  /// The axis; negative ones count from the end.
  public var dim = 0
  /// Whether it runs from the last element to the first.
  public var isReversed = false
  public init() {}
  public func output(for a: Descriptor, _ b: Descriptor) throws -> Descriptor {
    _ = try b.shape.axis(dim, of: Self.identity)
    guard a.shape == b.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [a.shape, b.shape], remedy: "they must be equal")
    }
    guard a.dtype == b.dtype, b.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [a.dtype, b.dtype],
        remedy: "both must be of one floating-point dtype")
    }
    return b
  }
  public func execute(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try AlongAxis.recurrence(
      a, b, axis: b.shape.axis(dim, of: Self.identity), isReversed: isReversed)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let next = try g.x.shifted(dim: dim, forward: isReversed)
    let db = try T.recurrence(next, g.dy, dim: dim, isReversed: !isReversed)
    let da = try g.forInput(0) {
      try db * g.output.shifted(dim: dim, forward: !isReversed)
    }
    return [da, db]
  }
}

extension TensorProtocol {
  /// See ``Recurrence``.
  static func recurrence(_ a: Self, _ b: Self, dim: Int, isReversed: Bool) throws -> Self {
    var operation = Recurrence()
    operation.dim = dim
    operation.isReversed = isReversed
    return try apply(operation, to: a, b)
  }

  /// The products of the elements before each one, or after it where reversed.
  func product(exclusiveAlong dim: Int, isReversed: Bool = false) throws -> Self {
    var operation = CumProd()
    operation.dim = dim
    operation.isReversed = isReversed
    operation.isExclusive = true
    return try Self.apply(operation, to: self)
  }

  /// Moved by one place along an axis, to higher places where forward; 0 comes in, the last goes out.
  func shifted(dim: Int, forward: Bool) throws -> Self {
    if rank == 0 { return try zerosLike() }
    let axis = try shape.axis(dim, of: Recurrence.identity)
    if shape[axis] == 0 { return self }
    let before = Array(repeating: TensorIndex.all, count: axis)
    let rest = TensorIndex.slice(
      start: forward ? 0 : 1, end: forward ? shape[axis] - 1 : shape[axis])
    let zeros = try sliced(before + [.slice(start: 0, end: 1)]).detach().zerosLike()
    let kept = try sliced(before + [rest])
    return try Self.cat(forward ? [zeros, kept] : [kept, zeros], dim: axis)
  }

  /// The running sums along an axis; bool and integers give int64, unless a dtype is asked for. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist.
  public func cumsum(dim: Int, dtype: DType? = nil) throws -> Self {
    var operation = CumSum()
    operation.dim = dim
    return try computed(as: dtype) { try Self.apply(operation, to: $0) }
  }
  /// The running products along an axis; bool and integers give int64, unless a dtype is asked for. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist.
  public func cumprod(dim: Int, dtype: DType? = nil) throws -> Self {
    var operation = CumProd()
    operation.dim = dim
    return try computed(as: dtype) { try Self.apply(operation, to: $0) }
  }
  /// log(Σ exp(x)) of all elements so far along an axis. Throws `TensorError.invalidArgument` for an
  /// axis that does not exist, `.unsupportedDType` for bool and integers.
  public func logcumsumexp(dim: Int) throws -> Self {
    var operation = LogCumSumExp()
    operation.dim = dim
    return try Self.apply(operation, to: self)
  }
  /// The largest elements so far along an axis and their places as int64, the last of equal ones; the gradient
  /// goes there. Throws `TensorError.invalidArgument` for an axis that does not exist.
  public func cummax(dim: Int) throws -> (values: Self, indices: Self) {
    var operation = CumMax()
    operation.dim = dim
    let results = try Self.apply(operation, to: [self])
    return (results[0], results[1])
  }
  /// The smallest elements so far along an axis and their places as int64, the last of equal ones; the gradient
  /// goes there. Throws `TensorError.invalidArgument` for an axis that does not exist.
  public func cummin(dim: Int) throws -> (values: Self, indices: Self) {
    var operation = CumMin()
    operation.dim = dim
    let results = try Self.apply(operation, to: [self])
    return (results[0], results[1])
  }
}

let cumulativeEntries: [any Operation.Type] = [
  CumSum.self, CumProd.self, LogCumSumExp.self, CumMax.self, CumMin.self, Recurrence.self,
]

extension NamedOperations {
  mutating func addCumulative() {
    add("cumsum(Tensor input, int dim, *, dtype? dtype=None)") {
      try $0.x.cumsum(dim: $0.int("dim"), dtype: $0.optionalDType("dtype"))
    }
    add("cumprod(Tensor input, int dim, *, dtype? dtype=None)") {
      try $0.x.cumprod(dim: $0.int("dim"), dtype: $0.optionalDType("dtype"))
    }
    add("logcumsumexp(Tensor input, int dim)") { try $0.x.logcumsumexp(dim: $0.int("dim")) }
    addPair("cummax(Tensor input, int dim)") { try $0.x.cummax(dim: $0.int("dim")) }
    addPair("cummin(Tensor input, int dim)") { try $0.x.cummin(dim: $0.int("dim")) }
  }
}
