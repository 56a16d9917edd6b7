// Reductions along one axis, or of a whole tensor in row-major order.

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

/// A reduction that chooses one element along an axis: it gives the values and their places. The gradient goes
/// to the place that was chosen.
public protocol ChoosingReduction: SingleAxisReduction {
  /// Refuses dtypes that the reduction is not defined for, and what its attributes do not fit.
  func check(_ x: Descriptor) throws
  /// The places along the reduced axes, as int64 of the shape.
  func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor
}

extension ChoosingReduction {
  public func check(_ x: Descriptor) throws {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try check(inputs[0])
    let shape = try reducedShape(inputs[0].shape)
    return [
      Descriptor(shape: shape, dtype: inputs[0].dtype), Descriptor(shape: shape, dtype: .int64),
    ]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let shape = try reducedShape(x.shape)
    let indices = try places(x, reducedAxes(x.shape), shape: shape)
    let (axis, whole) = try chosenAxis(x.shape)
    let index = try indices.reshape(whole.replacing(axis: axis, with: 1))
    return [try x.reshape(whole).gather(dim: axis, index).reshape(shape), indices]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (axis, whole) = try chosenAxis(g.x.shape)
    let chosen = whole.replacing(axis: axis, with: 1)
    func shaped(_ x: T) throws -> T { x.shape == chosen ? x : try x.reshape(chosen) }
    let zeros = try g.x.zerosLike(dtype: g.dy.dtype)
    let dx = try (whole == g.x.shape ? zeros : zeros.reshape(whole)).scatterAdd(
      dim: axis, shaped(g.outputs[1]), shaped(g.dy))
    return [whole == g.x.shape ? dx : try dx.reshape(g.x.shape)]
  }

  /// The axis that is reduced, and the shape that has it: all elements on one where there is none.
  private func chosenAxis(_ shape: Shape) throws -> (Int, Shape) {
    guard let dim, shape.rank > 0 else { return (0, try Shape([shape.elementCount])) }
    return (try shape.axis(dim, of: Self.identity), shape)
  }

  /// Refuses truth values, which PyTorch does not order here.
  func requireNumbers(_ x: Descriptor) throws {
    guard x.dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "cast it to uint8 first")
    }
  }
}

/// The largest elements along an axis and their indices. The gradient goes to that index.
public struct MaxWithIndices: ChoosingReduction {
  public static let identity = OperationIdentity(name: "max", code: 0x0406)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor {
    try Reduction.run(
      .argmax, x, axes: reduced, result: Descriptor(shape: shape, dtype: .int64), name)
  }
}

/// The smallest elements along an axis and their indices. The gradient goes to that index.
public struct MinWithIndices: ChoosingReduction {
  public static let identity = OperationIdentity(name: "min", code: 0x0407)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor {
    try Reduction.run(
      .argmin, x, axes: reduced, result: Descriptor(shape: shape, dtype: .int64), name)
  }
}
