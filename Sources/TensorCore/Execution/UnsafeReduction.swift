import CKernels

/// Running reductions: every layout is brought to a matrix whose rows or columns are reduced.
enum Reduction {
  /// Reduces the axes marked in `reduced`; the result has shape and dtype of `result`.
  static func run(
    _ kernel: ReductionKernel, _ x: Tensor, axes reduced: AxisSet, result: Descriptor,
    _ name: String
  ) throws -> Tensor {
    let dtype = Int32(x.dtype.rawValue)
    let alongRows = try Elementwise.present(ck_reduce_rows(kernel.row, dtype), name, x.dtype)
    let alongColumns = try Elementwise.present(
      ck_reduce_columns(kernel.row, dtype), name, x.dtype)
    let out = try Tensor(uninitialized: result)
    // Also where a long axis of an empty tensor would be walked for nothing.
    if out.elementCount == 0 { return out }
    // Axes that are reduced must stand together; if they do not, they go to the end.
    let (x, first, last) = try arranged(x, reduced)
    let outer = x.shape[..<first].reduce(1, *)
    let middle = x.shape[first..<last].reduce(1, *)
    let inner = x.shape[last...].reduce(1, *)
    if inner == 1 {
      alongRows(x.start, out.mutableStart, outer, middle)
    } else {
      let xBytes = middle * inner * x.dtype.size
      let outBytes = inner * out.dtype.size
      for slab in 0..<outer {
        alongColumns(x.start + slab * xBytes, out.mutableStart + slab * outBytes, middle, inner)
      }
    }
    return withExtendedLifetime(x) { out }
  }

  /// A contiguous tensor whose reduced axes are `first ..< last`.
  private static func arranged(_ x: Tensor, _ reduced: AxisSet) throws -> (Tensor, Int, Int) {
    let axes = (0..<x.rank).filter { reduced.contains($0) }
    guard let first = axes.first, let last = axes.last else { return (try x.contiguous(), 0, 0) }
    if last - first + 1 == axes.count { return (try x.contiguous(), first, last + 1) }
    let order = (0..<x.rank).filter { !reduced.contains($0) } + axes
    return (try x.permuted(order).contiguous(), x.rank - axes.count, x.rank)
  }

  /// Applies a function of whole rows along one axis; the result is like x.
  static func rows(_ kernel: RowsKernel, _ x: Tensor, axis: Int, _ name: String) throws -> Tensor {
    let function = try Elementwise.present(
      ck_by_rows(kernel.row, Int32(x.dtype.rawValue)), name, x.dtype)
    if x.rank == 0 {
      let x = try x.contiguous()
      let out = try Tensor(uninitialized: x.descriptor)
      function(x.start, out.mutableStart, 1, 1)
      return withExtendedLifetime(x) { out }
    }
    var order = Array(0..<x.rank)
    order.append(order.remove(at: axis))
    let rows = try x.permuted(order).contiguous()
    let out = try Tensor(uninitialized: rows.descriptor)
    let columns = rows.shape[x.rank - 1]
    if columns > 0 {
      function(rows.start, out.mutableStart, rows.elementCount / columns, columns)
    }
    var back = Array(0..<x.rank)
    back.insert(back.removeLast(), at: axis)
    return try withExtendedLifetime(rows) { try out.permuted(back).contiguous() }
  }
}

/// Axes of a tensor as a set of bits.
public struct AxisSet: Equatable, Sendable {
  package var bits: UInt8 = 0
  package init(bits: UInt8 = 0) { self.bits = bits }
  package func contains(_ axis: Int) -> Bool { bits >> UInt8(axis) & 1 == 1 }
  package mutating func insert(_ axis: Int) { bits |= 1 << UInt8(axis) }
}

extension Tensor {
  /// A view with the axes in another order.
  func permuted(_ order: [Int]) -> Tensor {
    var shape = Shape()
    var strides = Strides()
    for axis in order {
      shape.append(self.shape[axis])
      strides.append(body.strides[axis])
    }
    return view(shape: shape, strides: strides)
  }
}
