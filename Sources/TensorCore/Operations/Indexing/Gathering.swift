// Taking elements and slices at positions along an axis: op codes 0x0C00 …

/// The elements at the positions that an index tensor gives along an axis: `out[i][j] =
/// x[index[i][j]][j]` for axis 0. Axes of the index but this one may be shorter than x's.
public struct Gather: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "gather", code: 0x0C00)
  public static let attributes: [Attribute<Gather>] = [Attribute("dim", \.dim)]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  public init() {}
  public func output(for x: Descriptor, _ index: Descriptor) throws -> Descriptor {
    let axis = try x.shape.axis(dim, of: Self.identity)
    try Along.require(index, fits: x.shape, but: axis, Self.identity)
    return Descriptor(shape: index.shape, dtype: x.dtype)
  }
  public func execute(_ x: Tensor, _ index: Tensor) throws -> Tensor {
    let axis = try x.shape.axis(dim, of: Self.identity)
    if index.elementCount == 0 {
      return try Tensor(uninitialized: output(for: x.descriptor, index.descriptor))
    }
    let part = try x.withAxis().beginning(like: index.shape, but: axis).contiguous()
    let length = part.shape[axis]
    let positions = try Indices.checked(index, below: length, Self.identity)
    return try Places(elements: positions, axis: axis, length: length)
      .gather(part, result: index.shape)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.x.zerosLike(dtype: g.dy.dtype).scatterAdd(dim: dim, g.inputs[1], g.dy), nil]
  }
}

/// The slices at the given positions along an axis, in that order, repeats allowed.
public struct IndexSelect: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "index_select", code: 0x0607)
  public static let attributes: [Attribute<IndexSelect>] = [Attribute("dim", \.dim)]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  public init() {}
  public func output(for x: Descriptor, _ index: Descriptor) throws -> Descriptor {
    let count = try Indices.requireVector(index, Self.identity)
    return Descriptor(
      shape: try Along.slices(count, of: x.shape, dim, Self.identity), dtype: x.dtype)
  }
  public func execute(_ x: Tensor, _ index: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor, index.descriptor).shape
    let axis = try x.shape.axis(dim, of: Self.identity)
    let source = try x.withAxis().contiguous()
    let positions = try Indices.checked(index, below: source.shape[axis], Self.identity)
    return try Places(slices: positions, axes: axis..<axis + 1, of: source.shape)
      .gather(source, result: result)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = IndexSelectBackward()
    operation.size = g.x.shape
    operation.dim = dim
    return [try T.apply(operation, to: g.dy, g.inputs[1]), nil]
  }
}

/// Zeros to which slices are added at the positions that `index_select` took them from: its
/// gradient.
public struct IndexSelectBackward: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "index_select_backward", code: 0x0608)
  public static let attributes: [Attribute<IndexSelectBackward>] = [
    Attribute("size", \.size), Attribute("dim", \.dim),
  ]
  // Where no index occurs twice the results are elements of the gradient, moved.
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var size = Shape()
  /// The axis; negative ones count from the end.
  package var dim = 0
  public init() {}
  public func output(for dy: Descriptor, _ index: Descriptor) throws -> Descriptor {
    let count = try Indices.requireVector(index, Self.identity)
    let size = try Shape(size)
    guard try Along.slices(count, of: size, dim, Self.identity) == dy.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, index.shape, size],
        remedy: "the first must have one slice for each index")
    }
    return Descriptor(shape: size, dtype: dy.dtype)
  }
  public func execute(_ dy: Tensor, _ index: Tensor) throws -> Tensor {
    let axis = try size.axis(dim, of: Self.identity)
    let shape = size.withAxis
    let positions = try Indices.checked(index, below: shape[axis], Self.identity)
    let dtype = dy.dtype.accumulated
    let out = try Elementwise.full(Descriptor(shape: size, dtype: dtype), 0)
    Places(slices: positions, axes: axis..<axis + 1, of: shape)
      .combine(try Elementwise.cast(dy, to: dtype).contiguous(), into: out, by: .sum)
    return try Elementwise.cast(out, to: dy.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.indexSelect(dim: dim, g.inputs[1]), nil]
  }
}

/// Rules of what happens at positions along an axis.
enum Along {
  /// Refuses an index for single elements that holds no positions or does not fit into a tensor of
  /// the shape. A scalar counts as a list of one; an empty index fits everywhere, whatever its
  /// dtype.
  static func require(
    _ descriptor: Descriptor, fits shape: Shape, but axis: Int?, _ operation: OperationIdentity
  ) throws {
    let index = descriptor.shape
    if index.elementCount == 0 { return }
    try Indices.require(descriptor, operation)
    guard Swift.max(index.rank, 1) == Swift.max(shape.rank, 1) else {
      throw TensorError.shapeMismatch(
        operation: operation.name, shapes: [shape, index],
        remedy: "the positions must have as many axes as the tensor")
    }
    for other in 0..<Swift.min(index.rank, shape.rank)
    where other != axis && index[other] > shape[other] {
      throw TensorError.shapeMismatch(
        operation: operation.name, shapes: [shape, index],
        remedy: "on axis \(other) there must not be more positions than elements")
    }
  }

  /// The shape of `count` slices of a tensor of the shape.
  static func slices(
    _ count: Int, of shape: Shape, _ dim: Int, _ operation: OperationIdentity
  ) throws -> Shape {
    let axis = try shape.axis(dim, of: operation)
    guard shape.rank == 0 else { return try Shape(shape.replacing(axis: axis, with: count)) }
    guard count == 1 else {
      throw TensorError.invalidArgument(
        operation.name, "a scalar has one slice, for one position, not for \(count)")
    }
    return shape
  }
}

extension Shape {
  /// The shape, a scalar's as that of a list of one.
  var withAxis: Shape { rank == 0 ? inserting(1, at: 0) : self }
}

extension Tensor {
  /// The tensor, a scalar as a list of one.
  func withAxis() -> Tensor {
    rank == 0 ? view(shape: shape.withAxis, strides: shape.withAxis.contiguousStrides) : self
  }

  /// A view of the first positions on all axes but one, as many as the shape has.
  func beginning(like shape: Shape, but axis: Int?) -> Tensor {
    var result = self
    for other in 0..<shape.rank where other != axis && shape[other] != result.shape[other] {
      result = result.part(axis: other, start: 0, length: shape[other])
    }
    return result
  }
}

extension TensorProtocol {
  /// The elements at the positions `index` (int32 or int64) along an axis: `out[i][j] =
  /// x[index[i][j]][j]` for axis 0. The index has as many axes as this tensor, none but that one
  /// longer; the result has its shape. Throws `TensorError.shapeMismatch`, `.unsupportedDType`; a
  /// position out of range, and a negative one is, fails where the tensors live.
  public func gather(dim: Int, _ index: Self) throws -> Self {
    var operation = Gather()
    operation.dim = dim
    return try Self.apply(operation, to: self, index)
  }
  /// The slices at the positions `index` (one axis of int32 or int64) along an axis; negative ones
  /// are out of range, as in PyTorch. Throws `TensorError.unsupportedDType`, `.invalidArgument` for
  /// positions on other than one axis and for an axis that does not exist; a position out of range
  /// fails where the tensors live.
  public func indexSelect(dim: Int, _ index: Self) throws -> Self {
    var operation = IndexSelect()
    operation.dim = dim
    return try Self.apply(operation, to: self, index)
  }
  /// As `gather`, but other axes of tensor and positions (int64) broadcast, negative positions
  /// count from the end, and without an axis both are flattened. Throws as `gather`.
  public func takeAlongDim(_ indices: Self, dim: Int? = nil) throws -> Self {
    let caller = OperationIdentity(name: "take_along_dim", code: 0)
    try Indices.require(indices.descriptor, caller, only: [.int64])
    guard let dim else { return try flatten().takeAlongDim(indices.flatten(), dim: 0) }
    guard rank == indices.rank else {
      throw TensorError.shapeMismatch(
        operation: caller.name, shapes: [shape, indices.shape],
        remedy: "they must have as many axes as each other")
    }
    let axis = try shape.axis(dim, of: caller)
    guard rank > 0,
      let common = try Shape.broadcast(
        shape.replacing(axis: axis, with: 1), indices.shape.replacing(axis: axis, with: 1))
    else { return try gather(dim: dim, indices) }
    let positions = try (indices .< 0).where(indices + Scalar(shape[axis]), indices)
    return try broadcastTo(common.replacing(axis: axis, with: shape[axis])).gather(
      dim: axis, positions.broadcastTo(common.replacing(axis: axis, with: indices.shape[axis])))
  }
}

/// See ``TensorProtocol/gather(dim:_:)``.
public func gather<T: TensorProtocol>(_ x: T, dim: Int, _ index: T) throws -> T {
  try x.gather(dim: dim, index)
}
/// See ``TensorProtocol/indexSelect(dim:_:)``.
public func indexSelect<T: TensorProtocol>(_ x: T, dim: Int, _ index: T) throws -> T {
  try x.indexSelect(dim: dim, index)
}
/// See ``TensorProtocol/takeAlongDim(_:dim:)``.
public func takeAlongDim<T: TensorProtocol>(_ x: T, _ indices: T, dim: Int? = nil) throws -> T {
  try x.takeAlongDim(indices, dim: dim)
}

let gatheringEntries: [any Operation.Type] =
  [Gather.self, IndexSelect.self, IndexSelectBackward.self] + scatteringEntries + maskingEntries
  + advancedIndexingEntries + stridingEntries + embeddingEntries

extension NamedOperations {
  mutating func addGathering() {
    add("gather(Tensor input, int dim, Tensor index, *, bool sparse_grad=False)") {
      try $0.x.gather(dim: $0.int("dim"), $0.tensor("index"))
    }
    add("index_select(Tensor input, int dim, Tensor index)") {
      try $0.x.indexSelect(dim: $0.int("dim"), $0.tensor("index"))
    }
    add("take_along_dim(Tensor input, Tensor indices, int? dim=None)") {
      try $0.x.takeAlongDim($0.tensor("indices"), dim: $0.optionalInt("dim"))
    }
    addScattering()
    addMasking()
    addAdvancedIndexing()
    addStriding()
    addEmbedding()
  }
}
