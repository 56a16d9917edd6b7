/// The matrix product of tensors: batches, vectors and layouts brought to products of two matrices.
enum MatrixProduct {
  /// What a product of two shapes means: x as `batch` of m × k, y as `batch` of k × n.
  struct Plan {
    let m: Int
    let k: Int
    let n: Int
    /// Batches of the result.
    let batch: Shape
    /// Shapes of the operands as stacks of matrices, before they broadcast to the batch.
    let x: Shape
    let y: Shape
    let result: Shape

    init(_ x: Shape, _ y: Shape, _ name: String) throws {
      func refuse(_ remedy: String) throws -> Never {
        throw TensorError.shapeMismatch(operation: name, shapes: [x, y], remedy: remedy)
      }
      guard x.rank > 0, y.rank > 0 else { try refuse("a scalar has no product: use * instead") }
      let a = x.rank == 1 ? x.inserting(1, at: 0) : x
      let b = y.rank == 1 ? y.inserting(1, at: 1) : y
      guard a[a.rank - 1] == b[b.rank - 2] else {
        try refuse(
          "the last length of the first, \(a[a.rank - 1]), must equal the "
            + "\(y.rank == 1 ? "length" : "second last length") of the second, \(b[b.rank - 2])")
      }
      guard let batch = try Shape.broadcast(a.leading, b.leading) else {
        try refuse("the lengths before the last two must broadcast")
      }
      (m, k, n) = (a[a.rank - 2], a[a.rank - 1], b[b.rank - 1])
      self.batch = batch
      self.x = a
      self.y = b
      var result = batch
      if x.rank > 1 { result.append(m) }
      if y.rank > 1 { result.append(n) }
      self.result = try Shape(result)
    }
  }

  static func run(_ x: Tensor, _ y: Tensor, plan: Plan, _ name: String) throws -> Tensor {
    if x.dtype.isHalf {
      let wide = try run(
        Elementwise.cast(x, to: .float32), Elementwise.cast(y, to: .float32), plan: plan, name)
      return try Elementwise.cast(wide, to: x.dtype)
    }
    let out = try Tensor(uninitialized: Descriptor(shape: plan.result, dtype: x.dtype))
    if out.elementCount == 0 { return out }
    if plan.k == 0 { return try Elementwise.full(out.descriptor, 0) }
    // One matrix on the right for all on the left is one tall product.
    let isTall = plan.y.rank == 2
    func stacked(_ matrices: Tensor, _ rows: Int, _ columns: Int) throws -> Tensor {
      var shape = plan.batch
      shape.append(rows)
      shape.append(columns)
      return try matrices.broadcastView(to: Shape(shape)).contiguous()
    }
    let a = try stacked(x.reshape(plan.x), plan.m, plan.k)
    let b = try y.reshape(plan.y)
    try Matrices.multiply(
      a, isTall ? b.contiguous() : stacked(b, plan.k, plan.n), into: out,
      size: Matrices.Size(
        m: isTall ? plan.batch.elementCount * plan.m : plan.m, k: plan.k, n: plan.n),
      count: isTall ? 1 : plan.batch.elementCount, name)
    return out
  }
}

extension Shape {
  /// All axes but the last two.
  fileprivate var leading: Shape {
    var result = Shape()
    for axis in 0..<(rank - 2) { result.append(self[axis]) }
    return result
  }
}
