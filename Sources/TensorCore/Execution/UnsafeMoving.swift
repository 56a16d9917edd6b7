import CKernels

extension Tensor {
  /// The matrices on the last two axes with zeros below a diagonal, or above it.
  func triangle(keepsUpper: Bool, diagonal: Int) throws -> Tensor {
    let x = try contiguous()
    let out = try Tensor(uninitialized: descriptor)
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    if elementCount == 0 { return out }
    // Beyond the last row and column it makes no difference how far.
    let border = Swift.max(-rows - columns, Swift.min(diagonal, rows + columns))
    ck_triangle(
      dtype.size, keepsUpper ? 1 : 0, Int64(border), x.start, out.mutableStart,
      elementCount / (rows * columns), rows, columns)
    return withExtendedLifetime(x) { out }
  }

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

  /// A view that goes backwards along the axis.
  func flipped(axis: Int) -> Tensor {
    let (length, step) = (shape[axis], body.strides[axis])
    if length < 2 { return self }
    var strides = body.strides
    strides[axis] = -step
    // Without elements there is no last one to begin with.
    let offset = elementCount > 0 ? body.offset + (length - 1) * step : body.offset
    return view(shape: shape, strides: strides, offset: offset)
  }

  /// A view of the diagonals of two axes, which go away; a last axis runs along them. It starts
  /// `row` down the first axis and `column` along the second.
  func diagonal(_ axis0: Int, _ axis1: Int, row: Int, column: Int, length: Int) -> Tensor {
    var shape = Shape()
    var strides = Strides()
    for axis in 0..<rank where axis != axis0 && axis != axis1 {
      shape.append(self.shape[axis])
      strides.append(body.strides[axis])
    }
    shape.append(length)
    let (step0, step1) = (body.strides[axis0], body.strides[axis1])
    // The step to a neighbour that does not exist may be any number; the sum may be none.
    strides.append(length > 1 ? step0 + step1 : 1)
    let start = length > 0 && elementCount > 0 ? row * step0 + column * step1 : 0
    return view(shape: shape, strides: strides, offset: body.offset + start)
  }

  /// A view of windows of `size` positions along an axis, one every `step`; a new last axis runs
  /// through each.
  func windows(axis: Int, count: Int, size: Int, step: Int) -> Tensor {
    var (shape, strides) = (shape, body.strides)
    // A scalar is windowed as the list of its element.
    let stride = rank == 0 ? 1 : strides[axis]
    if rank == 0 {
      shape.append(count)
      strides.append(1)
    } else {
      shape[axis] = count
      // The step to a window that does not exist may be any number; its product may be none.
      strides[axis] = count > 1 ? stride * step : 1
    }
    shape.append(size)
    strides.append(stride)
    return view(shape: shape, strides: strides)
  }

  /// Every `step`-th position along an axis, `length` of them from `start` on.
  func every(_ step: Int, axis: Int, start: Int, length: Int) -> Tensor {
    var strides = body.strides
    strides[axis] = length > 1 ? strides[axis] * step : 1
    return view(
      shape: shape.replacing(axis: axis, with: length), strides: strides,
      offset: body.offset + (length > 0 ? start * body.strides[axis] : 0))
  }

  /// Copies the elements of `source`, of this shape and dtype, into a tensor that is being made.
  func overwrite(with source: Tensor) {
    copyStrided(from: source, into: mutableStart, strides: body.strides)
    withExtendedLifetime(source) {}
  }
}

extension Tensor {
  /// Adds the elements of `other`, of this shape, to those of a tensor that is being made. Sums of
  /// integers come in a wider dtype, and wrap.
  func accumulate(_ other: Tensor) throws {
    overwrite(with: try Elementwise.cast(self + other, to: dtype))
  }
}
