// Indexing several axes at once by tensors of positions: PyTorch's advanced indexing.

/// Where index tensors point: which axes they name, and what shape their result has.
struct AdvancedIndex {
  /// The axes in the order in which they stand in memory for the operation: named ones first where
  /// they are not neighbours.
  let order: [Int]
  /// Where the named axes stand in that order.
  let axes: Range<Int>
  /// The shape of positions that all index tensors broadcast to.
  let positions: Shape
  /// What indexing gives.
  let result: Shape

  /// Throws `TensorError` for positions that are no whole numbers, do not broadcast, or name more
  /// axes than there are.
  init(_ shape: Shape, _ dims: [Int], _ indices: [Descriptor], _ operation: OperationIdentity)
    throws
  {
    guard dims.count == indices.count, !dims.isEmpty, Set(dims).count == dims.count,
      dims == dims.sorted(), dims.allSatisfy({ $0 >= 0 && $0 < shape.rank })
    else {
      throw TensorError.invalidArgument(
        operation.name,
        "\(indices.count) index tensors for axes \(dims) of shape \(shape): each names one axis of it"
      )
    }
    var positions = Shape()
    for index in indices {
      try Indices.require(index, operation)
      guard let common = try Shape.broadcast(positions, index.shape) else {
        throw TensorError.shapeMismatch(
          operation: operation.name, shapes: indices.map(\.shape),
          remedy: "index tensors must broadcast to each other")
      }
      positions = common
    }
    let others = (0..<shape.rank).filter { !dims.contains($0) }
    let areNeighbours = dims[dims.count - 1] - dims[0] == dims.count - 1
    order = areNeighbours ? Array(0..<shape.rank) : dims + others
    axes = areNeighbours ? dims[0]..<dims[0] + dims.count : 0..<dims.count
    let lengths = order.map { shape[$0] }
    result = try Shape(lengths[..<axes.lowerBound] + positions + lengths[axes.upperBound...])
    self.positions = positions
  }

  /// The places in a tensor of which this is about; its axes stand in `order`.
  func places(
    in x: Tensor, _ indices: some Collection<Tensor>, _ operation: OperationIdentity
  ) throws -> Places {
    let limits = axes.map { x.shape[$0] }
    let linear = try Indices.linear(
      zip(indices, limits).map { ($0.broadcastView(to: positions), $1) }, wraps: true, operation)
    return Places(slices: linear, axes: axes, of: x.shape)
  }

  /// For each axis, where it stands in `order`.
  var inverse: [Int] {
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return inverse
  }
}

/// The elements at the positions that the tensors behind the first one give on some axes. They
/// broadcast to each other; their shape stands in place of the axes, or, where those are not
/// neighbours, before the others.
public struct Index: AttributedOperation {
  public static let identity = OperationIdentity(name: "index", code: 0x0C20)
  public static let inputCounts = 2...9
  public static let attributes: [Attribute<Index>] = [Attribute("dims", \.dims)]
  public static let movesElements = true
  /// The axis of each index tensor, rising.
  public var dims: [Int] = []
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let index = try AdvancedIndex(
      inputs[0].shape, dims, Array(inputs.dropFirst()), Self.identity)
    return [Descriptor(shape: index.result, dtype: inputs[0].dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let index = try AdvancedIndex(
      inputs[0].shape, dims, inputs.dropFirst().map(\.descriptor), Self.identity)
    // As in PyTorch, positions that take nothing may be any.
    if index.result.elementCount == 0 {
      return [try Tensor(uninitialized: Descriptor(shape: index.result, dtype: inputs[0].dtype))]
    }
    let x = try inputs[0].permuted(index.order).contiguous()
    let places = try index.places(in: x, inputs.dropFirst(), Self.identity)
    return [try places.gather(x, result: index.result)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = IndexPut()
    operation.dims = dims
    operation.accumulate = true
    let zeros = try g.x.zerosLike(dtype: g.dy.dtype)
    return try [T.apply(operation, to: [zeros, g.dy] + g.inputs.dropFirst())[0]]
      + g.inputs.dropFirst().map { _ in nil }
  }
}

/// x with elements of the second input put, or added, where `index` with the same positions takes
/// its own. It broadcasts to what that gives.
public struct IndexPut: AttributedOperation {
  public static let identity = OperationIdentity(name: "index_put", code: 0x0C21)
  public static let inputCounts = 3...10
  public static let attributes: [Attribute<IndexPut>] = [
    Attribute("dims", \.dims), Attribute("accumulate", \.accumulate),
  ]
  public static let movesElements = true
  /// The axis of each index tensor, rising.
  public var dims: [Int] = []
  /// Whether elements are added to what is there.
  public var accumulate = false
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let (x, values) = (inputs[0], inputs[1])
    try Mask.requireSame(x.dtype, values.dtype, Self.identity)
    let result = try AdvancedIndex(
      x.shape, dims, Array(inputs.dropFirst(2)), Self.identity
    ).result
    guard try Shape.broadcast(values.shape, result) == result else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [values.shape, result],
        remedy: "the first must broadcast to what the positions take")
    }
    return [x]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, values) = (inputs[0], inputs[1])
    let index = try AdvancedIndex(
      x.shape, dims, inputs.dropFirst(2).map(\.descriptor), Self.identity)
    if index.result.elementCount == 0 { return [try x.copied()] }
    let out = try x.permuted(index.order).copied()
    let places = try index.places(in: out, inputs.dropFirst(2), Self.identity)
    let source = try values.broadcastView(to: index.result).contiguous()
    if accumulate {
      places.combine(source, into: out, by: .sum)
    } else {
      places.put(source, into: out)
    }
    return [try out.permuted(index.inverse).contiguous()]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let indices = Array(g.inputs.dropFirst(2))
    let dx = try g.forInput(0) { () -> T? in
      if accumulate { return g.dy }
      var operation = self
      operation.accumulate = false
      let zero = try g.inputs[1].detach().zerosLike()
      return try T.apply(operation, to: [g.dy, zero] + indices)[0]
    }
    var take = Index()
    take.dims = dims
    let values = try g.forInput(1) { try T.apply(take, to: [g.dy] + indices)[0] }
    return [dx, values] + indices.map { _ in nil }
  }
}

extension TensorProtocol {
  /// The elements at the positions that tensors (int32 or int64; negative ones count from the end)
  /// give on the axes where they stand in the list; nil takes a whole axis. They broadcast to each
  /// other; their shape stands in place of the axes, or, where those are not neighbours, before the
  /// others. A mask (bool or uint8) stands for as many axes as it has and for the positions where
  /// it is not 0; a pointer waits for their number.
  ///
  /// Throws `TensorError.invalidArgument` for more positions than axes, `.shapeMismatch`,
  /// `.unsupportedDType`; a position out of range fails where the tensors live.
  public func index(_ indices: [Self?]) throws -> Self {
    let expanded = try positions(of: indices, Index.identity)
    guard !expanded.dims.isEmpty else { return self }
    var operation = Index()
    operation.dims = expanded.dims
    return try Self.apply(operation, to: [self] + expanded.indices)[0]
  }
  /// This tensor with `values`, of its dtype, put, or with `accumulate` added, where `index` takes
  /// its elements; they broadcast to what that gives. Where a position repeats, the last element
  /// stays, or the sum. Throws as `index`.
  public func indexPut(_ indices: [Self?], _ values: Self, accumulate: Bool = false) throws -> Self
  {
    let expanded = try positions(of: indices, IndexPut.identity)
    guard !expanded.dims.isEmpty else {
      let whole = try values.broadcastTo(shape)
      return try accumulate ? self + whole : whole
    }
    var operation = IndexPut()
    operation.dims = expanded.dims
    operation.accumulate = accumulate
    return try Self.apply(operation, to: [self, values] + expanded.indices)[0]
  }

  /// Masks replaced by the positions where they are not 0.
  private func positions(of indices: [Self?], _ operation: OperationIdentity) throws -> (
    dims: [Int], indices: [Self]
  ) {
    var (dims, expanded): ([Int], [Self]) = ([], [])
    var axis = 0
    let taking = indices.reduce(0) {
      guard let index = $1, index.dtype == .bool || index.dtype == .uint8 else { return $0 + 1 }
      return $0 + index.rank
    }
    guard taking <= rank else {
      throw TensorError.invalidArgument(
        operation.name, "\(taking) indices for a tensor of shape \(shape): use at most \(rank)")
    }
    for index in indices {
      guard let index else {
        axis += 1
        continue
      }
      guard index.dtype == .bool || index.dtype == .uint8 else {
        dims.append(axis)
        expanded.append(index)
        axis += 1
        continue
      }
      guard index.shape.elementsEqual(shape[axis..<axis + index.rank]) else {
        throw TensorError.shapeMismatch(
          operation: operation.name, shapes: [index.shape, shape],
          remedy: "a mask must be as long as the axes that it stands for")
      }
      for positions in try index.nonzeroByAxis() {
        dims.append(axis)
        expanded.append(positions)
        axis += 1
      }
    }
    return (dims, expanded)
  }

  /// The elements at the positions `index` (int64; negative ones count from the end) in row-major
  /// order, in the index's shape. Throws `TensorError.unsupportedDType`; a position out of range
  /// fails where the tensors live.
  public func take(_ index: Self) throws -> Self {
    try Indices.require(
      index.descriptor, OperationIdentity(name: "take", code: 0), only: [.int64])
    return try flatten().index([index])
  }
  /// This tensor with the elements of `source`, of its dtype, put, or with `accumulate` added, at
  /// the positions `index` (int64; negative ones count from the end) in row-major order. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch` for more or fewer elements than positions; a
  /// position out of range fails where the tensors live.
  public func put(_ index: Self, _ source: Self, accumulate: Bool = false) throws -> Self {
    let caller = OperationIdentity(name: "put", code: 0)
    try Indices.require(index.descriptor, caller, only: [.int64])
    guard index.elementCount == source.elementCount else {
      throw TensorError.shapeMismatch(
        operation: caller.name, shapes: [index.shape, source.shape],
        remedy: "there must be as many elements as positions")
    }
    return try flatten().indexPut(
      [index], source.reshape(index.shape), accumulate: accumulate
    ).reshape(shape)
  }

  /// As `index`, with positions beyond an end moved to it, but `fill` where the mask is false:
  /// PyTorch's `_unsafe_masked_index`.
  func maskedIndex(_ mask: Self, _ indices: [Self?], fill: Scalar) throws -> Self {
    let taken = try index(clamped(indices))
    return try taken.maskedFill(mask.logicalNot(), fill.converted(to: dtype))
  }
  /// As `indexPut` with `accumulate`, with positions beyond an end moved to it, but nothing is
  /// added where the mask is false: PyTorch's `_unsafe_masked_index_put_accumulate`.
  func maskedIndexPutAccumulate(_ mask: Self, _ indices: [Self?], _ values: Self) throws -> Self {
    try indexPut(
      clamped(indices), values.maskedFill(mask.logicalNot(), 0), accumulate: true)
  }
  private func clamped(_ indices: [Self?]) throws -> [Self?] {
    try indices.enumerated().map { axis, index in
      guard let index, axis < rank, index.dtype == .int64 || index.dtype == .int32 else {
        return index
      }
      let limit = shape[axis]
      return try index.maximum(index.fullLike(Scalar(-limit)))
        .minimum(index.fullLike(Scalar(limit - 1)))
    }
  }
}

extension Scalar {
  /// A whole number for a dtype of whole numbers.
  func converted(to dtype: DType) -> Scalar {
    dtype.kind == .integer ? Scalar(Int(int)) : self
  }
}

let advancedIndexingEntries: [any Operation.Type] = [Index.self, IndexPut.self, Positions.self]
