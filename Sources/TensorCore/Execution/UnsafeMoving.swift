extension Tensor {
  /// A view of the positions, which lie inside.
  func sliced(_ positions: SlicePositions) -> Tensor {
    var shape = Shape()
    var strides = Strides()
    var offset = body.offset
    for axis in 0..<rank {
      let length = positions.lengths[axis]
      // An empty part may start at the very end: it must not point behind the storage.
      if length > 0 { offset += positions.starts[axis] * body.strides[axis] }
      if positions.dropped.contains(axis) { continue }
      shape.append(length)
      // The step to a neighbour that does not exist may be any number; its product may be none.
      strides.append(length > 1 ? body.strides[axis] * positions.steps[axis] : 1)
    }
    return view(shape: shape, strides: strides, offset: offset)
  }

  /// A view of `length` positions from `start` on along one axis.
  func part(axis: Int, start: Int, length: Int) -> Tensor {
    view(
      shape: shape.replacing(axis: axis, with: length), strides: body.strides,
      offset: body.offset + (length > 0 ? start * body.strides[axis] : 0))
  }

  /// Copies the elements of `source`, of this shape and dtype, into a tensor that is being made.
  func overwrite(with source: Tensor) {
    copyStrided(from: source, into: mutableStart, strides: body.strides)
    withExtendedLifetime(source) {}
  }
}

/// Tensors that hold positions.
enum Indices {
  static func requireVector(_ index: Descriptor, _ operation: OperationIdentity) throws {
    guard index.dtype == .int64 || index.dtype == .int32 else {
      throw TensorError.unsupportedDType(
        operation: operation.name, dtypes: [index.dtype],
        remedy: "positions must be int64 or int32: cast them")
    }
    guard index.shape.rank == 1 else {
      throw TensorError.invalidArgument(
        operation.name, "positions must stand on one axis, not have shape \(index.shape)")
    }
  }

  /// The positions, counted from the front. Throws `TensorError.invalidArgument` for one outside
  /// of 0 ..< limit.
  static func values(_ index: Tensor, below limit: Int, _ operation: OperationIdentity) throws
    -> [Int]
  {
    try index.withElements(as: Int64.self) { elements in
      try elements.enumerated().map { place, value in
        guard value >= 0, value < limit else {
          throw TensorError.invalidArgument(
            operation.name,
            "the position at place \(place) is out of range: use 0 … \(limit - 1)")
        }
        return Int(value)
      }
    }
  }
}
