/// A tensor, wherever it lives. The whole operation surface is written once over this protocol;
/// models, losses and training loops that are generic over it run on local tensors, on pointers to
/// a worker's tensors, and on whatever home comes later.
///
/// An operation on a local tensor computes; on a pointer it sends one instruction and does not
/// wait. Both throw at once when shapes or dtypes do not fit: `TensorError.shapeMismatch`,
/// `.unsupportedDType`, or `.invalidArgument` for an axis, position or count that the operation does
/// not take. On pointers every operation also throws `ClusterError.usedPointer` for one that `get`
/// brought home, `.notColocated` for pointers to different workers, and `.workerLost` or `.timedOut`
/// where the worker is gone or stays too far behind.
public protocol TensorProtocol: Sendable {
  /// Shape and dtype.
  var descriptor: Descriptor { get }

  /// Runs an operation where the inputs live. Throws `TensorError` for inputs that it does not
  /// take.
  static func apply(_ operation: some Operation, to inputs: [Self]) throws -> [Self]
  /// The same for one input and one result, without arrays.
  static func apply(_ operation: some OneInputOperation, to x: Self) throws -> Self
  /// The same for two inputs and one result, without arrays.
  static func apply(_ operation: some TwoInputOperation, to x: Self, _ y: Self) throws -> Self

  /// The elements here, outside of any graph: the tensor itself where it is local; else a copy is fetched,
  /// which waits for one answer. Throws what reading throws.
  func values() throws -> Tensor
  /// Where new tensors stand beside this one.
  var place: Place<Self> { get }

  /// Whether gradients flow to or through this tensor. Setting it makes the tensor a leaf, or
  /// takes it out of its graph; it stays false for a dtype that is not floating point.
  var requiresGrad: Bool { get set }
  /// The gradient that `backward` has accumulated in this leaf.
  var grad: Self? { get }
  /// Forgets the accumulated gradient of this leaf.
  func zeroGrad()
  /// Goes back through the graph and adds to the `grad` of every leaf that led here. Where a rule
  /// throws, no `grad` has changed, but the graph is used up.
  ///
  /// `seed` is the gradient to start from, of this tensor's shape; nil for the 1 of a single element.
  /// `retainGraph` keeps the graph for another `backward`. On pointers it sends instructions and does
  /// not wait. Throws `TensorError.gradient` for a tensor without a graph, for several elements without
  /// a seed, and for a graph that was used up; `.shapeMismatch` for a seed of another shape.
  func backward(gradient seed: Self?, retainGraph: Bool) throws
  /// The same values outside of any graph.
  func detach() -> Self

  /// −x, element by element; integers wrap. Throws `TensorError.unsupportedDType` for bool.
  static prefix func - (x: Self) throws -> Self

  /// The sum, element by element; shapes broadcast, dtypes are promoted as in PyTorch.
  static func + (x: Self, y: Self) throws -> Self
  /// The difference, element by element; shapes broadcast, dtypes are promoted as in
  /// PyTorch. Throws `TensorError.unsupportedDType` for bool.
  static func - (x: Self, y: Self) throws -> Self
  /// The product, element by element; shapes broadcast, dtypes are promoted as in PyTorch.
  static func * (x: Self, y: Self) throws -> Self
  /// The true quotient, element by element; shapes broadcast. Integers give float32.
  static func / (x: Self, y: Self) throws -> Self
  /// The sum of each element and a number.
  static func + (x: Self, y: Scalar) throws -> Self
  /// The difference of each element and a number.
  static func - (x: Self, y: Scalar) throws -> Self
  /// The product of each element and a number.
  static func * (x: Self, y: Scalar) throws -> Self
  /// The quotient of each element and a number; integers give float32.
  static func / (x: Self, y: Scalar) throws -> Self
  /// The sum of a number and each element.
  static func + (x: Scalar, y: Self) throws -> Self
  /// The difference of a number and each element.
  static func - (x: Scalar, y: Self) throws -> Self
  /// The product of a number and each element.
  static func * (x: Scalar, y: Self) throws -> Self
  /// The quotient of a number and each element; integers give float32.
  static func / (x: Scalar, y: Self) throws -> Self
  /// The sum of each element and a `Double`.
  @_disfavoredOverload static func + (x: Self, y: Double) throws -> Self
  /// The difference of each element and a `Double`.
  @_disfavoredOverload static func - (x: Self, y: Double) throws -> Self
  /// The product of each element and a `Double`.
  @_disfavoredOverload static func * (x: Self, y: Double) throws -> Self
  /// The quotient of each element and a `Double`; integers give float32.
  @_disfavoredOverload static func / (x: Self, y: Double) throws -> Self
  /// The sum of a `Double` and each element.
  @_disfavoredOverload static func + (x: Double, y: Self) throws -> Self
  /// The difference of a `Double` and each element.
  @_disfavoredOverload static func - (x: Double, y: Self) throws -> Self
  /// The product of a `Double` and each element.
  @_disfavoredOverload static func * (x: Double, y: Self) throws -> Self
  /// The quotient of a `Double` and each element; integers give float32.
  @_disfavoredOverload static func / (x: Double, y: Self) throws -> Self

  /// Whether x equals y, element by element, as bool; shapes broadcast.
  static func .== (x: Self, y: Self) throws -> Self
  /// Whether x differs from y, element by element, as bool; shapes broadcast.
  static func .!= (x: Self, y: Self) throws -> Self
  /// Whether x is less than y, element by element, as bool; shapes broadcast.
  static func .< (x: Self, y: Self) throws -> Self
  /// Whether x is at most y, element by element, as bool; shapes broadcast.
  static func .<= (x: Self, y: Self) throws -> Self
  /// Whether x is greater than y, element by element, as bool; shapes broadcast.
  static func .> (x: Self, y: Self) throws -> Self
  /// Whether x is at least y, element by element, as bool; shapes broadcast.
  static func .>= (x: Self, y: Self) throws -> Self
  /// Whether x equals the number, element by element, as bool.
  static func .== (x: Self, y: Scalar) throws -> Self
  /// Whether x differs from the number, element by element, as bool.
  static func .!= (x: Self, y: Scalar) throws -> Self
  /// Whether x is less than the number, element by element, as bool.
  static func .< (x: Self, y: Scalar) throws -> Self
  /// Whether x is at most the number, element by element, as bool.
  static func .<= (x: Self, y: Scalar) throws -> Self
  /// Whether x is greater than the number, element by element, as bool.
  static func .> (x: Self, y: Scalar) throws -> Self
  /// Whether x is at least the number, element by element, as bool.
  static func .>= (x: Self, y: Scalar) throws -> Self
}

extension TensorProtocol {
  /// The lengths of the axes.
  public var shape: Shape { descriptor.shape }
  /// The type of the elements.
  public var dtype: DType { descriptor.dtype }
  /// Number of axes.
  public var rank: Int { descriptor.shape.rank }
  /// Number of elements.
  public var elementCount: Int { descriptor.shape.elementCount }

  /// Goes back through the graph of a scalar result and adds to the `grad` of every leaf that led
  /// here. Costs no message that waits: on pointers the gradients run at the worker. Throws
  /// `TensorError.gradient` for a tensor without a graph, with more than one element, or whose
  /// graph was used up by an earlier `backward`.
  public func backward() throws { try backward(gradient: nil, retainGraph: false) }
  /// The same with the gradient to start from, of this tensor's shape.
  public func backward(gradient seed: Self) throws {
    try backward(gradient: seed, retainGraph: false)
  }
  /// The same for a scalar, keeping the graph for another `backward`.
  public func backward(retainGraph: Bool) throws {
    try backward(gradient: nil, retainGraph: retainGraph)
  }
}

/// What a home of tensors gives so that the tape and the surface are written once for all homes:
/// how it runs an operation, and a place for the tape's node.
public protocol TensorHome: TensorProtocol {
  /// Runs the operation and records nothing.
  static func perform(_ operation: some Operation, on inputs: [Self]) throws -> [Self]
  /// The same for one input and one result, without arrays.
  static func perform(_ operation: some OneInputOperation, on x: Self) throws -> Self
  /// The same for two inputs and one result, without arrays.
  static func perform(_ operation: some TwoInputOperation, on x: Self, _ y: Self) throws -> Self
  /// The same with the result in place of `x`, whose shape and dtype it has. A home whose tensors are values
  /// need not do anything about it.
  static func performInPlace(_ operation: some OneInputOperation, on x: inout Self) throws
  /// The same for two inputs; the result is in place of `x`.
  static func performInPlace(_ operation: some TwoInputOperation, on x: inout Self, _ y: Self)
    throws
  /// The same for any operation; the result is in place of the first input, `x`.
  static func performInPlace(_ operation: some Operation, on x: inout Self, _ others: [Self]) throws
  /// This tensor for the tape, which needs its elements as they are now: outside of any graph, and
  /// refused by every operation once it was changed in place.
  func savedForGradient() -> Self
  /// The tape has made this tensor the gradient of a leaf: others may hold the same.
  func becomeGradient()
  /// The tape's node that made this tensor, or the leaf that it is.
  var node: Node<Self>? { get set }
  /// Which of the node's results this tensor is.
  var nodeResult: Int { get set }
}

extension TensorHome {
  public static func apply(_ operation: some Operation, to inputs: [Self]) throws -> [Self] {
    let outputs = try perform(operation, on: inputs)
    guard inputs.contains(where: { $0.node != nil }) else { return outputs }
    return Tape.record(operation, inputs, outputs)
  }

  public static func apply(_ operation: some OneInputOperation, to x: Self) throws -> Self {
    let output = try perform(operation, on: x)
    if x.node == nil { return output }
    return Tape.record(operation, [x], [output])[0]
  }

  public static func apply(_ operation: some TwoInputOperation, to x: Self, _ y: Self) throws
    -> Self
  {
    let output = try perform(operation, on: x, y)
    if x.node == nil && y.node == nil { return output }
    return Tape.record(operation, [x, y], [output])[0]
  }
}
