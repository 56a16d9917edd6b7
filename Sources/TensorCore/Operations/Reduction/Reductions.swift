// Reductions: op codes 0x0400 …

/// The sum. Bool and integers give int64; 0 over no element.
public struct Sum: ReductionOperation {
  public static let identity = OperationIdentity(name: "sum", code: 0x0400)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x.isFloatingPoint ? x : .int64 }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try Reduction.run(.sum, x, axes: reduced, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try restored(g.dy, like: g.x).broadcastTo(g.x.shape)]
  }
}

/// The arithmetic mean, for floating point; nan over no element.
public struct Mean: ReductionOperation {
  public static let identity = OperationIdentity(name: "mean", code: 0x0401)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType {
    guard x.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: identity.name, dtypes: [x],
        remedy: "cast it to float32 or float64 first")
    }
    return x
  }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    // The sum of halves may be none.
    let dtype = x.dtype.accumulated
    let sum = try Reduction.run(
      .sum, x.cast(to: dtype), axes: reduced, result: Descriptor(shape: result.shape, dtype: dtype),
      name)
    return try (sum / Scalar(Double(count(x.shape, reduced)))).cast(to: result.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let count = count(g.x.shape, try reducedAxes(g.x.shape))
    return [try (restored(g.dy, like: g.x) / Scalar(Double(count))).broadcastTo(g.x.shape)]
  }
  private func count(_ shape: Shape, _ reduced: AxisSet) -> Int {
    (0..<shape.rank).filter(reduced.contains).reduce(1) { $0 * shape[$1] }
  }
}

/// The largest element; nan if any is nan. Equal ones share the gradient; of all axes (`dim` nil) nans do,
/// too.
public struct Amax: ReductionOperation {
  public static let identity = OperationIdentity(name: "amax", code: 0x0402)
  public static let isDefinedWhenEmpty = false
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try Reduction.run(.amax, x, axes: reduced, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try sharedAmongEqual(g)]
  }
}

/// The smallest element; nan if any is nan. Equal ones share the gradient; of all axes (`dim` nil) nans
/// do, too.
public struct Amin: ReductionOperation {
  public static let identity = OperationIdentity(name: "amin", code: 0x0403)
  public static let isDefinedWhenEmpty = false
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try Reduction.run(.amin, x, axes: reduced, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try sharedAmongEqual(g)]
  }
}

/// The product. Bool and integers give int64, wrapping; 1 over no element.
public struct Prod: ReductionOperation {
  public static let identity = OperationIdentity(name: "prod", code: 0x0410)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x.isFloatingPoint ? x : .int64 }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try Reduction.run(.prod, x, axes: reduced, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let reduced = try reducedAxes(g.x.shape)
    let gone = (0..<g.x.rank).filter(reduced.contains)
    guard !gone.isEmpty else { return [g.dy] }
    let order = (0..<g.x.rank).filter { !reduced.contains($0) } + gone
    let shape = try Shape(order.map { g.x.shape[$0] })
    let rows = try g.x.permute(order).reshape(
      [shape.dropLast(gone.count).reduce(1, *), shape.suffix(gone.count).reduce(1, *)])
    // Each factor's is the product of those before and after it: none is divided out, so that
    // zeros do no harm.
    let others =
      try rows.product(exclusiveAlong: 1) * rows.product(exclusiveAlong: 1, isReversed: true)
    let inverse = order.indices.sorted { order[$0] < order[$1] }
    let products = try others.reshape(shape).permute(inverse)
    return [try restored(g.dy, like: g.x) * products]
  }
}

/// The sum of what is not nan; bool and integers give int64. 0 over no element.
public struct NanSum: ReductionOperation {
  public static let identity = OperationIdentity(name: "nansum", code: 0x0411)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x.isFloatingPoint ? x : .int64 }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    let numbers = x.dtype.isFloatingPoint ? try x.maskedFill(x.isnan(), 0) : x
    return try Reduction.run(.sum, numbers, axes: reduced, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try restored(g.dy, like: g.x).broadcastTo(g.x.shape).maskedFill(g.x.isnan(), 0)]
  }
}

/// log(Σ exp(x)), without overflow: the largest element is taken out first. Integers give the default
/// float; −∞ over no element.
public struct LogSumExp: ReductionOperation {
  public static let identity = OperationIdentity(name: "logsumexp", code: 0x0412)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType {
    x.isFloatingPoint ? x : .defaultFloat
  }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    let axes = (0..<x.rank).filter(reduced.contains)
    let x = try x.cast(to: result.dtype.accumulated)
    let isEmpty = axes.contains { x.shape[$0] == 0 }
    guard !isEmpty, !axes.isEmpty else {
      return isEmpty
        ? try Elementwise.full(result, Scalar(-Double.infinity)) : try x.cast(to: result.dtype)
    }
    let largest = try x.amax(dim: axes, keepdim: true)
    // Infinity minus infinity would be nan.
    let origin = try largest.maskedFill(largest.isinf(), 0)
    let sums = try (x - origin).exp().sum(dim: axes, keepdim: true)
    // Few numbers, so that the logarithm can be that of double precision, rounded once.
    let logarithms = try sums.cast(to: .float64).log().cast(to: x.dtype)
    return try (logarithms + origin).reshape(result.shape).cast(to: result.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let shares = try (g.x - restored(g.output, like: g.x)).exp()
    return [try restored(g.dy, like: g.x) * shares]
  }
}

extension ReductionOperation {
  /// The gradient in equal parts to the elements that equal the result.
  fileprivate func sharedAmongEqual<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T {
    try g.dy.shared(
      among: g.x, equalTo: g.output, dim: dim, keepdim: keepdim, countsNan: dim == nil)
  }
}

extension TensorProtocol {
  /// This gradient of a reduction in equal parts to the elements of x that equal its result.
  func shared(
    among x: Self, equalTo result: Self, dim: [Int]? = nil, keepdim: Bool = false, countsNan: Bool
  ) throws -> Self {
    let sum = Sum(dim: dim, keepdim: true)
    let result = try sum.restored(result, like: x, keepdim: keepdim)
    var winners = try x .== result
    if countsNan {
      winners = try winners.maximum(x.isnan().minimum(result.isnan()))
    }
    let shares = try winners.cast(to: dtype)
    return try shares
      * (sum.restored(self, like: x, keepdim: keepdim) / Self.apply(sum, to: shares))
  }
}

let reductionEntries: [any Operation.Type] = [
  Sum.self, Mean.self, Amax.self, Amin.self, Argmax.self, Argmin.self, MaxWithIndices.self,
  MinWithIndices.self, Prod.self, NanSum.self, LogSumExp.self, All.self, AnyTrue.self,
  CountNonzero.self, Var.self, Std.self, VectorNorm.self,
]
