import CKernels

/// Order, runs of equal elements and search, over matrices and slices in memory.
enum Order {
  /// The columns of each row of a contiguous matrix in the order of their elements.
  static func sorted(_ rows: Tensor, columns: Int, descending: Bool) throws -> Tensor {
    try columnsOfRows(rows, columns, count: columns) { dtype, x, out, count, workspace in
      ck_sort_rows(dtype, x, out, count, columns, descending ? 1 : 0, workspace)
    }
  }

  /// The columns of the largest or smallest elements of each row of a contiguous matrix.
  static func first(
    _ k: Int, of rows: Tensor, columns: Int, largest: Bool, sorted: Bool
  ) throws -> Tensor {
    try columnsOfRows(rows, columns, count: k) { dtype, x, out, count, workspace in
      ck_topk_rows(
        dtype, x, out, count, columns, k, largest ? 1 : 0, sorted ? 1 : 0, workspace)
    }
  }

  private static func columnsOfRows(
    _ rows: Tensor, _ columns: Int, count: Int,
    _ body: (
      Int32, UnsafeRawPointer, UnsafeMutablePointer<Int64>, Int, UnsafeMutableRawPointer
    ) -> Void
  ) throws -> Tensor {
    guard columns <= Int(UInt32.max) else {
      throw TensorError.invalidArgument("sort", "\(columns) elements in a row are too many")
    }
    let dtype = Int32(rows.dtype.rawValue)
    let height = columns == 0 ? 0 : rows.elementCount / columns
    let out = try Tensor(
      uninitialized: Descriptor(shape: Shape([height, count]), dtype: .int64))
    let workspace = try Storage(byteCount: ck_sort_workspace(dtype, columns))
    withExtendedLifetime((rows, workspace)) {
      body(
        dtype, rows.start, out.mutableStart.assumingMemoryBound(to: Int64.self), height,
        workspace.base)
    }
    return out
  }

  /// Chooses elements along an axis: `choose` gives the columns of each row of a matrix. The
  /// results are the elements and their positions; a scalar's are scalars.
  static func alongAxis(
    _ x: Tensor, _ axis: Int, count: Int?, _ choose: (Tensor, Int) throws -> Tensor
  ) throws -> [Tensor] {
    let whole = x.withAxis()
    var order = Array(0..<whole.rank)
    order.append(order.remove(at: axis))
    var back = Array(0..<whole.rank)
    back.insert(back.removeLast(), at: axis)
    let rows = try whole.permuted(order).contiguous()
    let columns = whole.shape[axis]
    let shape = rows.shape.replacing(axis: rows.rank - 1, with: count ?? columns)
    var chosen = try Tensor(uninitialized: Descriptor(shape: shape, dtype: .int64))
    if shape.elementCount > 0 {
      chosen = try choose(rows, columns).view(shape: shape, strides: shape.contiguousStrides)
    }
    let values = try Places(elements: chosen, axis: rows.rank - 1, length: columns)
      .gather(rows, result: shape)
    return try [values, chosen].map {
      let result = try $0.permuted(back).contiguous()
      return x.rank == 0 ? result.view(shape: Shape(), strides: Strides()) : result
    }
  }

  /// The order of the slices along the first axis of a contiguous tensor by their first elements
  /// that differ.
  static func ofSlices(_ x: Tensor) throws -> Tensor {
    let out = try Tensor(
      uninitialized: Descriptor(shape: Shape([x.shape[0]]), dtype: .int64))
    withExtendedLifetime(x) {
      ck_sort_slices(
        Int32(x.dtype.rawValue), x.start, x.shape[0], x.shape.sides(of: 0).inner,
        out.mutableStart.assumingMemoryBound(to: Int64.self))
    }
    return out
  }

  /// Runs of equal neighbours among the slices along the first axis of a contiguous tensor, in an
  /// order: the run of each slice in that order, and the first slice of each run.
  static func runs(_ x: Tensor, in order: Tensor?) throws -> (runs: Tensor, firsts: Tensor) {
    let list = Descriptor(shape: try Shape([x.shape[0]]), dtype: .int64)
    let (runs, firsts) = (try Tensor(uninitialized: list), try Tensor(uninitialized: list))
    let count = withExtendedLifetime((x, order)) {
      ck_runs(
        Int32(x.dtype.rawValue), x.start, order?.start.assumingMemoryBound(to: Int64.self),
        x.shape[0], x.shape.sides(of: 0).inner,
        runs.mutableStart.assumingMemoryBound(to: Int64.self),
        firsts.mutableStart.assumingMemoryBound(to: Int64.self))
    }
    return (runs, firsts.part(axis: 0, start: 0, length: count))
  }

  /// For each element of x how many elements of its row, sorted, are less, or with `right` at most
  /// equal. The rows are one for all, or one for each of x's. Neither is a half.
  static func search(_ x: Tensor, in sorted: Tensor, right: Bool) throws -> Tensor {
    let out = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: .int64))
    let (x, sorted) = (try x.contiguous(), try sorted.contiguous())
    let length = sorted.shape[sorted.rank - 1]
    let columns = sorted.rank == 1 ? x.elementCount : x.shape[x.rank - 1]
    if out.elementCount == 0 { return out }
    withExtendedLifetime((x, sorted)) {
      ck_search_sorted(
        Int32(x.dtype.rawValue), sorted.start, length, sorted.rank == 1 ? 0 : length, x.start,
        x.elementCount / columns, columns, right ? 1 : 0,
        out.mutableStart.assumingMemoryBound(to: Int64.self))
    }
    return out
  }

  /// Whether each element of x is in a sorted list, or with `invert` is not. Neither is a half.
  static func isIn(_ x: Tensor, _ sorted: Tensor, invert: Bool) throws -> Tensor {
    let out = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: .bool))
    let (x, sorted) = (try x.contiguous(), try sorted.contiguous())
    withExtendedLifetime((x, sorted)) {
      ck_is_in(
        Int32(x.dtype.rawValue), x.start, x.elementCount, sorted.start, sorted.elementCount,
        invert ? 1 : 0, out.mutableStart.assumingMemoryBound(to: UInt8.self))
    }
    return out
  }
}
