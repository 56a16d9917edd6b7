/// A function that reduces some or all axes to one value each.
public protocol ReductionOperation: OneInputOperation, AttributedOperation {
  /// The axes to reduce; nil reduces all. Negative ones count from the end.
  var dim: [Int]? { get set }
  /// Whether reduced axes stay with length 1.
  var keepdim: Bool { get set }
  /// The result's dtype. Throws for dtypes that it is not defined for.
  static func dtype(for x: DType) throws -> DType
  /// Whether it has a value over no element.
  static var isDefinedWhenEmpty: Bool { get }
  /// Computes it over the axes of `reduced`.
  func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor
}

extension ReductionOperation {
  public static var attributes: [Attribute<Self>] {
    [Attribute("dim", \.dim), Attribute("keepdim", \.keepdim)]
  }
  public static var isDefinedWhenEmpty: Bool { true }

  // Written out, since a list of attributes that is computed would be made anew for each
  // instruction.
  public init(decoding reader: inout ByteReader) throws {
    self.init(dim: try [Int]?(decoding: &reader), keepdim: try Bool(decoding: &reader))
  }
  public func encode(into writer: inout ByteWriter) {
    dim.encode(into: &writer)
    keepdim.encode(into: &writer)
  }

  init(dim: [Int]?, keepdim: Bool) {
    self.init()
    self.dim = dim
    self.keepdim = keepdim
  }

  public func output(for x: Descriptor) throws -> Descriptor {
    let dtype = try Self.dtype(for: x.dtype)
    let reduced = try reducedAxes(x.shape)
    if !Self.isDefinedWhenEmpty {
      for axis in 0..<x.shape.rank where reduced.contains(axis) && x.shape[axis] == 0 {
        throw TensorError.invalidArgument(
          name, "no value exists over axis \(axis) of shape \(x.shape), which has length 0")
      }
    }
    return Descriptor(shape: x.shape.reduced(reduced, keepdim: keepdim), dtype: dtype)
  }

  public func execute(_ x: Tensor) throws -> Tensor {
    try reduce(x, reducedAxes(x.shape), result: output(for: x.descriptor))
  }

  /// The axes to reduce of a tensor of the shape. Throws for axes out of range or named twice.
  func reducedAxes(_ shape: Shape) throws -> AxisSet {
    var set = AxisSet()
    // As in PyTorch, an empty list means all axes.
    guard let dim, !dim.isEmpty else {
      for axis in 0..<shape.rank { set.insert(axis) }
      return set
    }
    for axis in dim {
      let axis = try shape.axis(axis, of: Self.identity)
      guard !set.contains(axis) else {
        throw TensorError.invalidArgument(name, "axis \(axis) is named twice in dim: \(dim)")
      }
      set.insert(axis)
    }
    // A scalar accepts axis 0, which it does not have.
    return shape.rank == 0 ? AxisSet() : set
  }

  /// A result of this reduction with its reduced axes put back at length 1, ready to broadcast
  /// against the input.
  func restored<T: TensorProtocol>(_ result: T, like x: T) throws -> T {
    try restored(result, like: x, keepdim: keepdim)
  }

  /// The same for a result that kept its axes or did not.
  func restored<T: TensorProtocol>(_ result: T, like x: T, keepdim: Bool) throws -> T {
    if keepdim { return result }
    return try result.reshape(x.shape.reduced(reducedAxes(x.shape), keepdim: true))
  }
}

extension Shape {
  func reduced(_ axes: AxisSet, keepdim: Bool) -> Shape {
    var result = Shape()
    for axis in 0..<rank {
      if !axes.contains(axis) {
        result.append(self[axis])
      } else if keepdim {
        result.append(1)
      }
    }
    return result
  }
}

extension TensorProtocol {
  /// What `body` gives of this tensor cast to the dtype, in that dtype; nil leaves both to the operation.
  func computed(as dtype: DType?, _ body: (Self) throws -> Self) throws -> Self {
    guard let dtype else { return try body(self) }
    let result = try body(self.dtype == dtype ? self : cast(to: dtype))
    return result.dtype == dtype ? result : try result.cast(to: dtype)
  }
}
