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
