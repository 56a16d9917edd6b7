// What choices along an axis have in common: the elements at chosen places, and the gradient that
// goes back there.

/// The elements at chosen places along an axis. The indices (int64) have x's shape but along the axis.
public struct Chosen: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_chosen", code: 0x0420)
  public static let attributes: [Attribute<Chosen>] = [Attribute("dim", \.dim)]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  public init() {}
  public func output(for x: Descriptor, _ index: Descriptor) throws -> Descriptor {
    try requirePlaces(index, in: x.shape, dim: dim)
    return Descriptor(shape: index.shape, dtype: x.dtype)
  }
  public func execute(_ x: Tensor, _ index: Tensor) throws -> Tensor {
    try AlongAxis.take(
      x, index, axis: x.shape.axis(dim, of: Self.identity), Self.identity)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.putAlong(dim: dim, g.inputs[1], in: g.x.shape), nil]
  }
}

/// Zeros to which elements are added at chosen places along an axis: the gradient of `_chosen`.
public struct ChosenBackward: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_chosen_backward", code: 0x0421)
  public static let attributes: [Attribute<ChosenBackward>] = [
    Attribute("size", \.size), Attribute("dim", \.dim),
  ]
  // Where no place is chosen twice the results are elements of the gradient, moved.
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var size = Shape()
  /// The axis; negative ones count from the end.
  package var dim = 0
  public init() {}
  public func output(for dy: Descriptor, _ index: Descriptor) throws -> Descriptor {
    let size = try Shape(size)
    try requirePlaces(index, in: size, dim: dim)
    guard dy.shape == index.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, index.shape], remedy: "they must be equal")
    }
    guard dy.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dy.dtype], remedy: "gradients are floating-point numbers")
    }
    return Descriptor(shape: size, dtype: dy.dtype)
  }
  public func execute(_ dy: Tensor, _ index: Tensor) throws -> Tensor {
    try AlongAxis.put(
      dy, index, axis: size.axis(dim, of: Self.identity), shape: size, Self.identity)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.takeAlong(dim: dim, g.inputs[1]), nil]
  }
}

extension Operation {
  fileprivate func requirePlaces(_ index: Descriptor, in shape: Shape, dim: Int) throws {
    guard index.dtype == .int64 else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [index.dtype], remedy: "positions must be int64: cast them")
    }
    let axis = try shape.axis(dim, of: Self.identity)
    let length = index.shape.rank > axis ? index.shape[axis] : 1
    let expected = shape.rank == 0 ? shape : shape.replacing(axis: axis, with: length)
    guard index.shape == expected else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [shape, index.shape],
        remedy: "all lengths but that of axis \(axis) must be equal")
    }
  }
}

extension TensorProtocol {
  /// The elements at places along an axis.
  func takeAlong(dim: Int, _ index: Self) throws -> Self {
    var operation = Chosen()
    operation.dim = dim
    return try Self.apply(operation, to: self, index)
  }

  /// Zeros of the size with this tensor's elements added at places along an axis.
  func putAlong(dim: Int, _ index: Self, in size: Shape) throws -> Self {
    var operation = ChosenBackward()
    operation.size = size
    operation.dim = dim
    return try Self.apply(operation, to: self, index)
  }

  /// 0 where the condition holds, the elements elsewhere: a product would make nan of infinity.
  func zeroed(where condition: Self) throws -> Self {
    try condition.where(detach().zerosLike(), self)
  }

  /// Whether each element is nan.
  func isNotANumber() throws -> Self { try self .!= self }

  /// What `body` gives of this tensor cast to the dtype, in that dtype; nil leaves both to the operation.
  func computed(as dtype: DType?, _ body: (Self) throws -> Self) throws -> Self {
    guard let dtype else { return try body(self) }
    let result = try body(self.dtype == dtype ? self : cast(to: dtype))
    return result.dtype == dtype ? result : try result.cast(to: dtype)
  }
}
