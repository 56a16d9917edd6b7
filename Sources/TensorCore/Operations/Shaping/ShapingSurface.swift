// The public methods and free functions of the operations that rearrange elements.

extension TensorProtocol {
  /// The same elements in row-major order with another shape; one length may be −1 and is worked
  /// out. Throws `TensorError.invalidArgument` where the number of elements would change.
  public func reshape(_ shape: some Collection<Int>) throws -> Self {
    var operation = Reshape()
    operation.shape = Array(shape)
    return try Self.apply(operation, to: self)
  }
  /// The same elements in row-major order with another shape; one length may be −1 and is worked
  /// out. Throws `TensorError.invalidArgument` where the number of elements would change.
  public func reshape(_ shape: Int...) throws -> Self { try reshape(shape) }
  /// All elements on one axis.
  public func flatten() throws -> Self { try reshape([-1]) }
  /// An axis of length 1 put before axis `dim`. Throws `TensorError.invalidArgument` for an axis
  /// that does not exist.
  public func unsqueeze(dim: Int) throws -> Self {
    guard dim >= -rank - 1, dim <= rank else {
      throw TensorError.invalidArgument(
        "unsqueeze", "axis \(dim) is out of range for shape \(shape): use \(-rank - 1) … \(rank)")
    }
    var lengths = Array(shape)
    lengths.insert(1, at: dim < 0 ? dim + rank + 1 : dim)
    return try reshape(lengths)
  }
  /// Without the axis, if its length is 1. Throws `TensorError.invalidArgument` for an axis that
  /// does not exist.
  public func squeeze(dim: Int) throws -> Self {
    let axis = try shape.axis(dim, of: .composed("squeeze"))
    if rank == 0 || shape[axis] != 1 { return self }
    return try reshape(shape.removing(axis: axis))
  }
  /// Without any axis of length 1.
  public func squeeze() throws -> Self { try reshape(shape.filter { $0 != 1 }) }
  /// Two axes exchanged; a view. Throws `TensorError.invalidArgument` for an axis that does not
  /// exist.
  public func transpose(_ dim0: Int, _ dim1: Int) throws -> Self {
    var operation = Transpose()
    operation.dim0 = dim0
    operation.dim1 = dim1
    return try Self.apply(operation, to: self)
  }
  /// The transposed matrix; tensors of fewer axes stay as they are. Throws
  /// `TensorError.invalidArgument` for more than two.
  public func t() throws -> Self {
    guard rank <= 2 else {
      throw TensorError.invalidArgument(
        "t", "a tensor of shape \(shape) is no matrix: use transpose(_:_:) or permute(_:)")
    }
    return rank < 2 ? self : try transpose(0, 1)
  }
  /// The axes in the given order; a view. Throws `TensorError.invalidArgument` unless every axis is
  /// named once.
  public func permute(_ dims: [Int]) throws -> Self {
    var operation = Permute()
    operation.dims = dims
    return try Self.apply(operation, to: self)
  }
  /// Repeated along new axes and axes of length 1, without copying. Throws
  /// `TensorError.shapeMismatch` where other lengths differ.
  public func broadcastTo(_ size: some Collection<Int>) throws -> Self {
    var operation = BroadcastTo()
    operation.size = try Shape(size)
    return try Self.apply(operation, to: self)
  }
  /// Tensors one after the other along an axis; dtypes are promoted. Throws
  /// `TensorError.shapeMismatch` where lengths of other axes differ, `.invalidArgument` for scalars
  /// and for an axis that does not exist.
  public static func cat(_ tensors: [Self], dim: Int = 0) throws -> Self {
    var operation = Cat()
    operation.dim = dim
    return try apply(operation, to: tensors)[0]
  }

  /// A part of the tensor; a view. See ``TensorIndexExpression`` for what may stand in the
  /// brackets. Throws `TensorError.invalidArgument` for positions that do not exist.
  public subscript(_ indices: any TensorIndexExpression...) -> Self {
    get throws { try sliced(indices.map(\.tensorIndex)) }
  }

  func sliced(_ indices: [TensorIndex]) throws -> Self {
    let resolved = try SlicePositions.resolve(indices, shape, Slice.identity)
    var operation = Slice()
    operation.positions = resolved.positions
    let part = try Self.apply(operation, to: self)
    return try resolved.finalShape.map { try part.reshape($0) } ?? part
  }

  /// Summed back to the shape of `x`, which was broadcast to this one, and in its dtype: what every
  /// gradient goes through.
  func sum(toLike x: Self) throws -> Self {
    var result = self
    if shape != x.shape {
      let added = rank - x.rank
      guard added >= 0 else {
        throw TensorError.shapeMismatch(
          operation: "backward", shapes: [shape, x.shape],
          remedy: "a gradient rule must give the shape that the input was broadcast to")
      }
      var dims = Array(0..<added)
      for axis in 0..<x.rank where x.shape[axis] == 1 && shape[axis + added] != 1 {
        dims.append(axis + added)
      }
      if !dims.isEmpty { result = try sum(dim: dims, keepdim: true) }
      if result.shape != x.shape { result = try result.reshape(x.shape) }
    }
    return result.dtype == x.dtype ? result : try result.cast(to: x.dtype)
  }
}

/// See `TensorProtocol.reshape(_:)`.
public func reshape<T: TensorProtocol>(_ x: T, _ shape: [Int]) throws -> T { try x.reshape(shape) }
/// See ``TensorProtocol/flatten()``.
public func flatten<T: TensorProtocol>(_ x: T) throws -> T { try x.flatten() }
/// See ``TensorProtocol/unsqueeze(dim:)``.
public func unsqueeze<T: TensorProtocol>(_ x: T, dim: Int) throws -> T {
  try x.unsqueeze(dim: dim)
}
/// See ``TensorProtocol/squeeze(dim:)``.
public func squeeze<T: TensorProtocol>(_ x: T, dim: Int) throws -> T { try x.squeeze(dim: dim) }
/// See ``TensorProtocol/transpose(_:_:)``.
public func transpose<T: TensorProtocol>(_ x: T, _ dim0: Int, _ dim1: Int) throws -> T {
  try x.transpose(dim0, dim1)
}
/// See ``TensorProtocol/permute(_:)``.
public func permute<T: TensorProtocol>(_ x: T, _ dims: [Int]) throws -> T { try x.permute(dims) }
/// See ``TensorProtocol/broadcastTo(_:)``.
public func broadcastTo<T: TensorProtocol>(_ x: T, _ size: [Int]) throws -> T {
  try x.broadcastTo(size)
}
/// See ``TensorProtocol/cat(_:dim:)``.
public func cat<T: TensorProtocol>(_ tensors: [T], dim: Int = 0) throws -> T {
  try T.cat(tensors, dim: dim)
}
/// See ``TensorProtocol/stack(_:dim:)``.
public func stack<T: TensorProtocol>(_ tensors: [T], dim: Int = 0) throws -> T {
  try T.stack(tensors, dim: dim)
}
