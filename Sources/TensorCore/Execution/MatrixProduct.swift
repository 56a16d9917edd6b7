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
    let out = try Tensor(uninitialized: Descriptor(shape: plan.result, dtype: x.dtype))
    if out.elementCount == 0 { return out }
    if plan.k == 0 { return try Elementwise.full(out.descriptor, 0) }
    let a = try matrices(x.reshape(plan.x))
    // One matrix on the right for all on the left: one tall product.
    if plan.y.rank == 2, plan.x.rank > 2 {
      let tall = Matrices.Size(m: plan.batch.elementCount * plan.m, k: plan.k, n: plan.n)
      try Matrices.multiply(
        try a.contiguous(), matrices(y.reshape(plan.y)), into: out, size: tall, count: 1, name)
      return out
    }
    var xShape = plan.batch
    var yShape = plan.batch
    for length in [plan.m, plan.k] { xShape.append(length) }
    for length in [plan.k, plan.n] { yShape.append(length) }
    let b = try matrices(y.reshape(plan.y))
    let isSingle = plan.batch.rank == 0
    try Matrices.multiply(
      isSingle ? a : a.broadcastView(to: Shape(xShape)).contiguous(),
      isSingle ? b : b.broadcastView(to: Shape(yShape)).contiguous(),
      into: out, size: Matrices.Size(m: plan.m, k: plan.k, n: plan.n),
      count: plan.batch.elementCount, name)
    return out
  }

  /// Two axes whose elements stand in rows or in columns stay as they are, the product libraries
  /// take both; all else is put in row-major order.
  private static func matrices(_ x: Tensor) throws -> Tensor {
    x.rank == 2 && Matrices.Layout(x) != nil ? x : try x.contiguous()
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
