import CKernels

/// Running the kernels of distances between rows. Halves are computed as float32.
enum Distances {
  /// Refuses dtypes and exponents that no distance is defined for.
  static func check(_ operands: [Descriptor], _ p: Scalar, _ operation: OperationIdentity) throws {
    guard operands.allSatisfy({ $0.dtype.isFloatingPoint && $0.dtype == operands[0].dtype }) else {
      throw TensorError.unsupportedDType(
        operation: operation.name, dtypes: operands.map(\.dtype),
        remedy: "cast to one floating-point dtype first")
    }
    guard p.double >= 0 else {
      throw TensorError.invalidArgument(operation.name, "a p of \(p): it must not be negative")
    }
  }

  /// The shape of the distances of all pairs of rows of two operands.
  static func shape(_ operands: [Descriptor], _ p: Scalar, _ operation: OperationIdentity) throws
    -> Shape
  {
    try check(operands, p, operation)
    let (x, y) = (operands[0].shape, operands[1].shape)
    guard x.rank >= 2, y.rank >= 2, x[x.rank - 1] == y[y.rank - 1],
      let batch = try Shape.broadcast(Shape(x.dropLast(2)), Shape(y.dropLast(2)))
    else {
      throw TensorError.shapeMismatch(
        operation: operation.name, shapes: [x, y],
        remedy:
          "both need at least two axes, the last of one length, those before the last two to broadcast"
      )
    }
    return try Shape(Array(batch) + [x[x.rank - 2], y[y.rank - 2]])
  }

  static func between(_ x: Tensor, _ y: Tensor, p: Double, result: Descriptor) throws -> Tensor {
    let matrices = try Operands(x, y, result.shape)
    let (rows, columns, length) = (matrices.rows, matrices.columns, matrices.length)
    let out = try Tensor(
      uninitialized: Descriptor(shape: result.shape, dtype: result.dtype.accumulated))
    let size = out.dtype.size
    for batch in 0..<matrices.count {
      ck_cdist(
        Int32(out.dtype.rawValue), matrices.x.start + batch * rows * length * size,
        matrices.y.start + batch * columns * length * size,
        out.mutableStart + batch * rows * columns * size, rows, columns, length, p)
    }
    return try withExtendedLifetime(matrices) { try Elementwise.cast(out, to: result.dtype) }
  }

  static func gradient(
    _ dy: Tensor, _ x: Tensor, _ y: Tensor, _ distances: Tensor, p: Double, result: Descriptor
  ) throws -> Tensor {
    let matrices = try Operands(x, y, dy.shape)
    let (rows, columns, length) = (matrices.rows, matrices.columns, matrices.length)
    let wide = result.dtype.accumulated
    let dy = try Elementwise.cast(dy, to: wide).contiguous()
    let distances = try Elementwise.cast(distances, to: wide).contiguous()
    let out = try Elementwise.full(Descriptor(shape: result.shape, dtype: wide), 0)
    for batch in 0..<matrices.count {
      let pairs = batch * rows * columns * wide.size
      ck_cdist_gradient(
        Int32(wide.rawValue), matrices.x.start + batch * rows * length * wide.size,
        matrices.y.start + batch * columns * length * wide.size, distances.start + pairs,
        dy.start + pairs, out.mutableStart + batch * rows * length * wide.size, nil, rows,
        columns, length, p)
    }
    return try withExtendedLifetime((matrices, dy, distances)) {
      try Elementwise.cast(out, to: result.dtype)
    }
  }

  static func ofPairs(_ x: Tensor, p: Double, result: Descriptor) throws -> Tensor {
    let wide = result.dtype.accumulated
    let x = try Elementwise.cast(x, to: wide).contiguous()
    let out = try Tensor(uninitialized: Descriptor(shape: result.shape, dtype: wide))
    let (rows, length) = (x.shape[0], x.shape[1])
    var target = out.mutableStart
    for row in 0..<rows {
      let others = rows - row - 1
      let start = x.start + row * length * wide.size
      ck_cdist(
        Int32(wide.rawValue), start, start + length * wide.size, target, 1, others, length, p)
      target += others * wide.size
    }
    return try withExtendedLifetime(x) { try Elementwise.cast(out, to: result.dtype) }
  }

  static func gradientOfPairs(_ dy: Tensor, _ x: Tensor, _ distances: Tensor, p: Double) throws
    -> Tensor
  {
    let (dtype, wide) = (x.dtype, x.dtype.accumulated)
    let x = try Elementwise.cast(x, to: wide).contiguous()
    let dy = try Elementwise.cast(dy, to: wide).contiguous()
    let distances = try Elementwise.cast(distances, to: wide).contiguous()
    let out = try Elementwise.full(Descriptor(shape: x.shape, dtype: wide), 0)
    let (rows, length) = (x.shape[0], x.shape[1])
    var pairs = 0
    for row in 0..<rows {
      let others = rows - row - 1
      let (here, next) = (row * length * wide.size, (row + 1) * length * wide.size)
      ck_cdist_gradient(
        Int32(wide.rawValue), x.start + here, x.start + next, distances.start + pairs,
        dy.start + pairs, out.mutableStart + here, out.mutableStart + next, 1, others, length, p)
      pairs += others * wide.size
    }
    return try withExtendedLifetime((x, dy, distances)) { try Elementwise.cast(out, to: dtype) }
  }

  /// The p-norms along the last axis of float32 or float64: distances from a row of zeros.
  static func norms(_ x: Tensor, p: Double, result: Descriptor) throws -> Tensor {
    if p == -.infinity { return try x.abs().amin(dim: -1).reshape(Array(result.shape)) }
    let x = try x.contiguous()
    let length = x.shape.last ?? 1
    let zeros = try Elementwise.full(Descriptor(shape: Shape([length]), dtype: x.dtype), 0)
    let out = try Tensor(uninitialized: result)
    ck_cdist(
      Int32(x.dtype.rawValue), x.start, zeros.start, out.mutableStart, out.elementCount, 1,
      length, p)
    return withExtendedLifetime((x, zeros)) { out }
  }

  /// Two operands written out as equally many matrices, for distances of the shape.
  private struct Operands {
    let x: Tensor
    let y: Tensor
    let count: Int
    let rows: Int
    let columns: Int
    let length: Int

    init(_ x: Tensor, _ y: Tensor, _ shape: Shape) throws {
      let batch = Array(shape.dropLast(2))
      let length = x.shape[x.rank - 1]
      func written(_ tensor: Tensor, _ rows: Int) throws -> Tensor {
        let whole = try Shape(batch + [rows, length])
        return try Elementwise.cast(tensor, to: tensor.dtype.accumulated)
          .broadcastView(to: whole).contiguous()
      }
      count = batch.reduce(1, *)
      rows = x.shape[x.rank - 2]
      columns = y.shape[y.rank - 2]
      self.length = length
      self.x = try written(x, rows)
      self.y = try written(y, columns)
    }
  }
}
