import CKernels

/// Running what walks along one axis: running results, and elements taken and put at places.
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

  /// Kinds of running results.
  enum Kind {
    case sum, product, logSumExp

    fileprivate var code: Int32 {
      switch self {
      case .sum: Int32(CK_SCAN_SUM)
      case .product: Int32(CK_SCAN_PRODUCT)
      case .logSumExp: Int32(CK_SCAN_LOG_SUM_EXP)
      }
    }
  }

  /// Running results in the dtype, which is int64 or floating point.
  static func scan(
    _ kind: Kind, _ x: Tensor, axis: Int, dtype: DType, isReversed: Bool, isExclusive: Bool
  ) throws -> Tensor {
    let x = try Elementwise.cast(x, to: dtype.accumulated).contiguous()
    let out = try Tensor(uninitialized: x.descriptor)
    let block = Block(x.shape, axis)
    let order = ck_scan_order(reversed: isReversed ? 1 : 0, exclusive: isExclusive ? 1 : 0)
    ck_scan(
      kind.code, Int32(x.dtype.rawValue), x.start, out.mutableStart, block.outer, block.length,
      block.inner, order)
    return try withExtendedLifetime(x) { try Elementwise.cast(out, to: dtype) }
  }

  /// The place of the largest or smallest element so far.
  static func scanExtreme(_ x: Tensor, axis: Int, isLargest: Bool) throws -> Tensor {
    let x = try Elementwise.cast(x, to: x.dtype.accumulated).contiguous()
    let out = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: .int64))
    let block = Block(x.shape, axis)
    ck_scan_extreme(
      Int32(x.dtype.rawValue), x.start, out.mutableStart.assumingMemoryBound(to: Int64.self),
      block.outer, block.length, block.inner, isLargest ? 1 : 0)
    return withExtendedLifetime(x) { out }
  }

  /// y[i] = b[i] + a[i] · y[i − 1], for floating-point tensors of one shape and dtype.
  static func recurrence(_ a: Tensor, _ b: Tensor, axis: Int, isReversed: Bool) throws -> Tensor {
    let dtype = b.dtype.accumulated
    let (a, y) = (
      try Elementwise.cast(a, to: dtype).contiguous(), try Elementwise.cast(b, to: dtype).contiguous()
    )
    let out = try Tensor(uninitialized: y.descriptor)
    let block = Block(y.shape, axis)
    ck_recurrence(
      Int32(dtype.rawValue), a.start, y.start, out.mutableStart, block.outer, block.length,
      block.inner, isReversed ? 1 : 0)
    return try withExtendedLifetime((a, y)) { try Elementwise.cast(out, to: b.dtype) }
  }

  /// The elements of x at the places of `index`, which has x's shape but along the axis.
  static func take(_ x: Tensor, _ index: Tensor, axis: Int, _ operation: OperationIdentity) throws
    -> Tensor
  {
    let (x, index) = (try x.contiguous(), try index.contiguous())
    let out = try Tensor(uninitialized: Descriptor(shape: index.shape, dtype: x.dtype))
    let block = Block(x.shape, axis)
    let bad = ck_take_along(
      x.dtype.size, x.start, index.start.assumingMemoryBound(to: Int64.self), out.mutableStart,
      block.outer, block.length, Block(index.shape, axis).length, block.inner)
    try require(bad, below: block.length, operation)
    return withExtendedLifetime((x, index)) { out }
  }

  /// Zeros of the shape to which the elements of x are added at the places of `index`.
  static func put(
    _ x: Tensor, _ index: Tensor, axis: Int, shape: Shape, _ operation: OperationIdentity
  ) throws -> Tensor {
    let dtype = x.dtype.accumulated
    let (elements, index) = (
      try Elementwise.cast(x, to: dtype).contiguous(), try index.contiguous()
    )
    let out = try Elementwise.full(Descriptor(shape: shape, dtype: dtype), 0)
    let block = Block(shape, axis)
    let bad = ck_add_along(
      Int32(dtype.rawValue), elements.start, index.start.assumingMemoryBound(to: Int64.self),
      out.mutableStart, block.outer, block.length, Block(index.shape, axis).length, block.inner)
    try require(bad, below: block.length, operation)
    return try withExtendedLifetime((elements, index)) { try Elementwise.cast(out, to: x.dtype) }
  }

  private static func require(_ bad: Int, below length: Int, _ operation: OperationIdentity) throws
  {
    guard bad == 0 else {
      throw TensorError.invalidArgument(
        operation.name, "index number \(bad - 1) is out of range: use 0 … \(length - 1)")
    }
  }
}
