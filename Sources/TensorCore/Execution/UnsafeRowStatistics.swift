import CKernels

/// Running what sees a whole row at once: variances, norms and orders. Halves are
/// computed with in float32.
enum RowStatistics {
  /// The elements as a contiguous matrix: one row for each result, with the reduced axes in it.
  private struct Matrix {
    let elements: Tensor
    let rows: Int
    let columns: Int

    init(_ x: Tensor, _ reduced: AxisSet) throws {
      let kept = (0..<x.rank).filter { !reduced.contains($0) }
      let gone = (0..<x.rank).filter(reduced.contains)
      elements = try Elementwise.cast(x.permuted(kept + gone), to: x.dtype.accumulated).contiguous()
      rows = kept.reduce(1) { $0 * x.shape[$1] }
      columns = gone.reduce(1) { $0 * x.shape[$1] }
    }

    var dtype: Int32 { Int32(elements.dtype.rawValue) }

    /// Places for one row, for the kernels that order them.
    func scratch() throws -> Tensor {
      try Tensor(uninitialized: Descriptor(shape: Shape([columns]), dtype: .int64))
    }
  }

  /// A result that the kernel gives in the accumulated dtype, rounded once to what it shall be.
  private static func reduce(
    _ x: Tensor, _ reduced: AxisSet, _ result: Descriptor,
    _ kernel: (Int32, UnsafeRawPointer, UnsafeMutableRawPointer, Int, Int) -> Void
  ) throws -> Tensor {
    let matrix = try Matrix(x, reduced)
    let dtype = result.dtype.accumulated
    let out = try Tensor(uninitialized: Descriptor(shape: result.shape, dtype: dtype))
    kernel(matrix.dtype, matrix.elements.start, out.mutableStart, matrix.rows, matrix.columns)
    return try withExtendedLifetime(matrix.elements) { try Elementwise.cast(out, to: result.dtype) }
  }

  static func variance(
    _ x: Tensor, _ reduced: AxisSet, _ result: Descriptor, correction: Double, isRoot: Bool
  ) throws -> Tensor {
    try reduce(x, reduced, result) { ck_variance($0, $1, $2, $3, $4, correction, isRoot ? 1 : 0) }
  }

  static func vectorNorm(
    _ x: Tensor, _ reduced: AxisSet, _ result: Descriptor, order: Double
  ) throws -> Tensor {
    try reduce(x, reduced, result) { ck_vector_norm($0, $1, $2, $3, $4, order) }
  }

  /// What place along the reduced axes is looked for.
  enum Wanted {
    /// The element of this rank, counted from 0.
    case rank(Int)
    case median(ignoresNan: Bool)
    case mode
  }

  /// The place in each row, as int64 of the shape.
  static func places(_ wanted: Wanted, _ x: Tensor, _ reduced: AxisSet, shape: Shape) throws
    -> Tensor
  {
    let out = try Tensor(uninitialized: Descriptor(shape: shape, dtype: .int64))
    if out.elementCount == 0 { return out }
    let matrix = try Matrix(x, reduced)
    let scratch = try matrix.scratch()
    let (start, places) = (matrix.elements.start, integers(out))
    let (rows, columns) = (matrix.rows, matrix.columns)
    switch wanted {
    case .rank(let rank):
      ck_kth(matrix.dtype, start, places, integers(scratch), rows, columns, rank)
    case .median(let ignoresNan):
      ck_median(
        matrix.dtype, start, places, integers(scratch), rows, columns, ignoresNan ? 1 : 0)
    case .mode: ck_mode(matrix.dtype, start, places, integers(scratch), rows, columns)
    }
    return withExtendedLifetime((matrix.elements, scratch)) { out }
  }

  /// Where quantiles stand along an axis: for each the places of the elements below and above and the rank of
  /// the one below, for each row the largest rank. The quantiles have x's dtype and stand on one axis, which
  /// takes the place of x's.
  static func quantilePlaces(
    _ x: Tensor, axis: Int, _ quantiles: Tensor, interpolation: Int, ignoresNan: Bool
  ) throws -> [Tensor] {
    var reduced = AxisSet()
    reduced.insert(axis)
    let matrix = try Matrix(x, reduced)
    let scratch = try matrix.scratch()
    let quantiles = try quantiles.contiguous()
    // The axis is the last one here.
    let kept = (0..<x.rank).filter { $0 != axis }
    func result(_ length: Int, _ dtype: DType) throws -> Tensor {
      let shape = try Shape(kept.map { x.shape[$0] } + [length])
      return try Tensor(uninitialized: Descriptor(shape: shape, dtype: dtype))
    }
    let count = quantiles.elementCount
    let (below, above) = (try result(count, .int64), try result(count, .int64))
    let (ranks, last) = (try result(count, x.dtype), try result(1, x.dtype))
    ck_quantile_places(
      matrix.dtype, matrix.elements.start,
      ck_quantiles(
        rows: matrix.rows, columns: matrix.columns, quantiles: quantiles.start, count: count,
        interpolation: Int32(interpolation), ignores_nan: ignoresNan ? 1 : 0),
      integers(scratch), integers(below), integers(above), ranks.mutableStart, last.mutableStart)
    var back = Array(0..<(x.rank - 1))
    back.insert(x.rank - 1, at: axis)
    return withExtendedLifetime((matrix.elements, scratch, quantiles)) {
      [below, above, ranks, last].map { $0.permuted(back) }
    }
  }

  private static func integers(_ tensor: Tensor) -> UnsafeMutablePointer<Int64> {
    tensor.mutableStart.assumingMemoryBound(to: Int64.self)
  }
}
