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
    let sum = try Reduction.run(.sum, x, axes: reduced, result: result, name)
    return try sum / Scalar(Double(count(x.shape, reduced)))
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let count = count(g.x.shape, try reducedAxes(g.x.shape))
    return [try (restored(g.dy, like: g.x) / Scalar(Double(count))).broadcastTo(g.x.shape)]
  }
  private func count(_ shape: Shape, _ reduced: AxisSet) -> Int {
    (0..<shape.rank).filter(reduced.contains).reduce(1) { $0 * shape[$1] }
  }
}

/// The largest element; nan if any is nan. Equal ones share the gradient.
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

/// The smallest element; nan if any is nan. Equal ones share the gradient.
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

extension ReductionOperation {
  /// The gradient in equal parts to the elements that equal the result.
  fileprivate func sharedAmongEqual<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T {
    let winners = try (g.x .== restored(g.output, like: g.x)).cast(to: g.dy.dtype)
    let count = try T.apply(Sum(dim: dim, keepdim: true), to: winners)
    return try winners * (restored(g.dy, like: g.x) / count)
  }
}

// MARK: Along one axis

/// Attributes of reductions along one axis.
public protocol SingleAxisReduction: AttributedOperation {
  /// The axis; negative ones count from the end.
  var dim: Int? { get set }
  /// Whether the axis stays with length 1.
  var keepdim: Bool { get set }
}

extension SingleAxisReduction {
  public static var inputCounts: ClosedRange<Int> { 1...1 }
  public static var attributes: [Attribute<Self>] {
    [Attribute("dim", \.dim), Attribute("keepdim", \.keepdim)]
  }

  // Written out, since a list of attributes that is computed would be made anew for each
  // instruction.
  public init(decoding reader: inout ByteReader) throws {
    self.init(dim: try Int?(decoding: &reader), keepdim: try Bool(decoding: &reader))
  }
  public func encode(into writer: inout ByteWriter) {
    dim.encode(into: &writer)
    keepdim.encode(into: &writer)
  }

  init(dim: Int?, keepdim: Bool) {
    self.init()
    self.dim = dim
    self.keepdim = keepdim
  }

  /// The shape of the result. Throws for an axis out of range or of length 0.
  func reducedShape(_ shape: Shape) throws -> Shape {
    let reduced = try reducedAxes(shape)
    for axis in 0..<shape.rank where reduced.contains(axis) && shape[axis] == 0 {
      throw TensorError.invalidArgument(
        name, "no value exists over axis \(axis) of shape \(shape), which has length 0")
    }
    return shape.reduced(reduced, keepdim: keepdim)
  }

  func reducedAxes(_ shape: Shape) throws -> AxisSet {
    var set = AxisSet()
    if let dim {
      let axis = try shape.axis(dim, of: Self.identity)
      if shape.rank > 0 { set.insert(axis) }
    } else {
      for axis in 0..<shape.rank { set.insert(axis) }
    }
    return set
  }
}

/// The index of the first largest element along an axis, or of the whole tensor in row-major
/// order. nan counts as largest. Gives int64.
public struct Argmax: SingleAxisReduction, OneInputOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "argmax", code: 0x0404)
  public static let inputCounts = 1...1
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    Descriptor(shape: try reducedShape(x.shape), dtype: .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Reduction.run(
      .argmax, x, axes: reducedAxes(x.shape), result: output(for: x.descriptor), name)
  }
}

/// The index of the first smallest element along an axis, or of the whole tensor in row-major
/// order. nan counts as smallest. Gives int64.
public struct Argmin: SingleAxisReduction, OneInputOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "argmin", code: 0x0405)
  public static let inputCounts = 1...1
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    Descriptor(shape: try reducedShape(x.shape), dtype: .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Reduction.run(
      .argmin, x, axes: reducedAxes(x.shape), result: output(for: x.descriptor), name)
  }
}

/// The largest elements along an axis and their indices. The gradient goes to that index.
public struct MaxWithIndices: SingleAxisReduction {
  public static let identity = OperationIdentity(name: "max", code: 0x0406)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = try reducedShape(inputs[0].shape)
    return [
      Descriptor(shape: shape, dtype: inputs[0].dtype), Descriptor(shape: shape, dtype: .int64),
    ]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    try zip([ReductionKernel.amax, .argmax], outputs(for: inputs.map(\.descriptor))).map {
      try Reduction.run(
        $0, inputs[0], axes: reducedAxes(inputs[0].shape), result: $1, name)
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try scattered(g)]
  }
}

/// The smallest elements along an axis and their indices. The gradient goes to that index.
public struct MinWithIndices: SingleAxisReduction {
  public static let identity = OperationIdentity(name: "min", code: 0x0407)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = try reducedShape(inputs[0].shape)
    return [
      Descriptor(shape: shape, dtype: inputs[0].dtype), Descriptor(shape: shape, dtype: .int64),
    ]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    try zip([ReductionKernel.amin, .argmin], outputs(for: inputs.map(\.descriptor))).map {
      try Reduction.run(
        $0, inputs[0], axes: reducedAxes(inputs[0].shape), result: $1, name)
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try scattered(g)]
  }
}

extension SingleAxisReduction {
  /// The gradient of the values, each at the index that was chosen, zero elsewhere.
  fileprivate func scattered<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T {
    let reduced = try reducedAxes(g.x.shape)
    let axes = (0..<g.x.rank).filter(reduced.contains)
    let (first, end) = ((axes.first ?? 0), (axes.last ?? -1) + 1)
    let outer = g.x.shape[..<first].reduce(1, *)
    let inner = g.x.shape[end...].reduce(1, *)
    let length = g.x.shape[first..<end].reduce(1, *)
    // One-hot along a new last axis, which then takes the place of the reduced ones.
    let flags = try g.outputs[1].reshape([outer, inner]).oneHot(classes: length).transpose(1, 2)
    let dy = try g.dy.reshape([outer, 1, inner])
    // Chosen, since 0 times an infinite gradient is nan.
    return try flags.cast(to: .bool).where(dy, dy.zerosLike()).reshape(g.x.shape)
  }
}

extension TensorProtocol {
  /// The sum over the axes, all by default. Bool and integers give int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func sum(dim: Int..., keepdim: Bool = false) throws -> Self {
    try sum(dim: dim, keepdim: keepdim)
  }
  /// The sum over the axes; none means all. Dtypes and errors as with the axes given one by one.
  public func sum(dim: [Int], keepdim: Bool = false) throws -> Self {
    try Self.apply(Sum(dim: dim, keepdim: keepdim), to: self)
  }
  /// The mean over the axes, all by default. Throws `TensorError.invalidArgument` for an axis that
  /// does not exist or is named twice, `.unsupportedDType` for bool and integers.
  public func mean(dim: Int..., keepdim: Bool = false) throws -> Self {
    try mean(dim: dim, keepdim: keepdim)
  }
  /// The mean over the axes; none means all. Dtypes and errors as with the axes given one by one.
  public func mean(dim: [Int], keepdim: Bool = false) throws -> Self {
    try Self.apply(Mean(dim: dim, keepdim: keepdim), to: self)
  }
  /// The largest element over the axes, all by default; equal ones share the gradient. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist, is named twice or has length 0.
  public func amax(dim: Int..., keepdim: Bool = false) throws -> Self {
    try Self.apply(Amax(dim: dim, keepdim: keepdim), to: self)
  }
  /// The smallest element over the axes, all by default; equal ones share the gradient. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist, is named twice or has length 0.
  public func amin(dim: Int..., keepdim: Bool = false) throws -> Self {
    try Self.apply(Amin(dim: dim, keepdim: keepdim), to: self)
  }
  /// The largest element. Throws `TensorError.invalidArgument` where there are no elements.
  public func max() throws -> Self { try amax() }
  /// The smallest element. Throws `TensorError.invalidArgument` where there are no elements.
  public func min() throws -> Self { try amin() }
  /// The largest elements along an axis, and their indices as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func max(dim: Int, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    let results = try Self.apply(MaxWithIndices(dim: dim, keepdim: keepdim), to: [self])
    return (results[0], results[1])
  }
  /// The smallest elements along an axis, and their indices as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func min(dim: Int, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    let results = try Self.apply(MinWithIndices(dim: dim, keepdim: keepdim), to: [self])
    return (results[0], results[1])
  }
  /// The larger of self and other, element by element; see ``maximum(_:)``.
  public func max(_ other: Self) throws -> Self { try maximum(other) }
  /// The smaller of self and other, element by element; see ``minimum(_:)``.
  public func min(_ other: Self) throws -> Self { try minimum(other) }
  /// The index of the first largest element, along an axis or of the whole tensor, as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func argmax(dim: Int? = nil, keepdim: Bool = false) throws -> Self {
    try Self.apply(Argmax(dim: dim, keepdim: keepdim), to: self)
  }
  /// The index of the first smallest element, along an axis or of the whole tensor, as int64.
  /// Throws `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func argmin(dim: Int? = nil, keepdim: Bool = false) throws -> Self {
    try Self.apply(Argmin(dim: dim, keepdim: keepdim), to: self)
  }
}

/// See `TensorProtocol.sum(dim:keepdim:)`.
public func sum<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try x.sum(dim: dim, keepdim: keepdim)
}
/// See `TensorProtocol.mean(dim:keepdim:)`.
public func mean<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try x.mean(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/amax(dim:keepdim:)``.
public func amax<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try T.apply(Amax(dim: dim, keepdim: keepdim), to: x)
}
/// See ``TensorProtocol/amin(dim:keepdim:)``.
public func amin<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try T.apply(Amin(dim: dim, keepdim: keepdim), to: x)
}
/// See ``TensorProtocol/max()``.
public func max<T: TensorProtocol>(_ x: T) throws -> T { try x.max() }
/// See ``TensorProtocol/min()``.
public func min<T: TensorProtocol>(_ x: T) throws -> T { try x.min() }
/// See ``TensorProtocol/max(dim:keepdim:)``.
public func max<T: TensorProtocol>(_ x: T, dim: Int, keepdim: Bool = false) throws
  -> (values: T, indices: T)
{
  try x.max(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/min(dim:keepdim:)``.
public func min<T: TensorProtocol>(_ x: T, dim: Int, keepdim: Bool = false) throws
  -> (values: T, indices: T)
{
  try x.min(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/argmax(dim:keepdim:)``.
public func argmax<T: TensorProtocol>(_ x: T, dim: Int? = nil, keepdim: Bool = false) throws -> T {
  try x.argmax(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/argmin(dim:keepdim:)``.
public func argmin<T: TensorProtocol>(_ x: T, dim: Int? = nil, keepdim: Bool = false) throws -> T {
  try x.argmin(dim: dim, keepdim: keepdim)
}

let reductionEntries: [any Operation.Type] = [
  Sum.self, Mean.self, Amax.self, Amin.self, Argmax.self, Argmin.self, MaxWithIndices.self,
  MinWithIndices.self,
]

extension NamedOperations {
  mutating func addReductions() {
  }
}
