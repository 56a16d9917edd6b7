import CKernels

/// Running what walks along one axis.
enum AlongAxis {
  /// The axis between the elements before and after it.
  private struct Block {
    let outer: Int
    let length: Int
    let inner: Int

    init(_ shape: Shape, _ axis: Int) {
      outer = shape[..<Swift.min(axis, shape.rank)].reduce(1, *)
      length = shape.rank == 0 ? 1 : shape[axis]
      inner = shape.rank == 0 ? 1 : shape[(axis + 1)...].reduce(1, *)
    }
  }

  /// Running results, in x's dtype; from the last element to the first where reversed.
  static func scan(
    _ kernel: CumulativeKernel, _ x: Tensor, axis: Int, isReversed: Bool = false, _ name: String
  ) throws -> Tensor {
    let function = try Elementwise.present(
      ck_cumulative(kernel.row, Int32(x.dtype.rawValue)), name, x.dtype)
    let x = try (isReversed ? x.reversed(axis: axis) : x).contiguous()
    let out = try Tensor(uninitialized: x.descriptor)
    let block = Block(x.shape, axis)
    function(x.start, out.mutableStart, block.outer, block.length, block.inner)
    return withExtendedLifetime(x) { isReversed ? out.reversed(axis: axis) : out }
  }

  /// The largest or smallest elements so far, and where along the axis they stand.
  static func scan(_ kernel: CumulativeExtremumKernel, _ x: Tensor, axis: Int, _ name: String)
    throws -> (values: Tensor, places: Tensor)
  {
    let function = try Elementwise.present(
      ck_cumulative_extremum(kernel.row, Int32(x.dtype.rawValue)), name, x.dtype)
    let x = try x.contiguous()
    let values = try Tensor(uninitialized: x.descriptor)
    let places = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: .int64))
    let block = Block(x.shape, axis)
    function(
      x.start, values.mutableStart, places.mutableStart.assumingMemoryBound(to: Int64.self),
      block.outer, block.length, block.inner)
    return withExtendedLifetime(x) { (values, places) }
  }

  /// y[i] = b[i] + a[i] · y[i − 1], for floating-point tensors of one shape and dtype.
  static func recurrence(_ a: Tensor, _ b: Tensor, axis: Int, isReversed: Bool) throws -> Tensor {
    let dtype = b.dtype.accumulated
    let (a, y) = (
      try Elementwise.cast(a, to: dtype).contiguous(),
      try Elementwise.cast(b, to: dtype).contiguous()
    )
    let out = try Tensor(uninitialized: y.descriptor)
    let block = Block(y.shape, axis)
    ck_recurrence(
      Int32(dtype.rawValue), a.start, y.start, out.mutableStart, block.outer, block.length,
      block.inner, isReversed ? 1 : 0)
    return try withExtendedLifetime((a, y)) { try Elementwise.cast(out, to: b.dtype) }
  }
}

extension Tensor {
  /// A view from the last position along an axis to the first.
  fileprivate func reversed(axis: Int) -> Tensor {
    guard rank > 0, shape[axis] > 1 else { return self }
    var strides = body.strides
    strides[axis] = -strides[axis]
    return view(
      shape: shape, strides: strides,
      offset: body.offset + (shape[axis] - 1) * body.strides[axis])
  }
}
