// The public methods and free functions of the matrix products.

extension TensorProtocol {
  /// The matrix product: of two vectors their inner product; a vector counts as a row on the left
  /// and as a column on the right; axes before the last two are batches and broadcast. Both must
  /// have one dtype; integers wrap. Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func matmul(_ other: Self) throws -> Self { try Self.apply(Matmul(), to: self, other) }
  /// The product of two matrices. Throws `TensorError.shapeMismatch`, `.unsupportedDType` as ``matmul(_:)``.
  public func mm(_ mat2: Self) throws -> Self {
    try requireRanks("mm", 2, (mat2, 2))
    return try matmul(mat2)
  }
  /// The products of two equally long stacks of matrices (three axes each). Throws as ``matmul(_:)``.
  public func bmm(_ mat2: Self) throws -> Self {
    try requireBatches("bmm", self, mat2)
    return try matmul(mat2)
  }
  /// The product of a matrix and a vector. Throws as ``matmul(_:)``.
  public func mv(_ vec: Self) throws -> Self {
    try requireRanks("mv", 2, (vec, 1))
    return try matmul(vec)
  }
  /// The inner product of two vectors of one length. Throws as ``matmul(_:)``.
  public func dot(_ other: Self) throws -> Self {
    try requireRanks("dot", 1, (other, 1))
    return try matmul(other)
  }
  /// The inner product of two vectors; for real numbers the same as ``dot(_:)``. Throws as ``matmul(_:)``.
  public func vdot(_ other: Self) throws -> Self { try dot(other) }

  /// beta · self + alpha · (mat1 @ mat2), two matrices; this tensor broadcasts to their product and is left
  /// out, its nan too, where beta is 0. Beside integers alpha and beta are cut off toward zero. Throws
  /// `TensorError.shapeMismatch`, `.unsupportedDType` for unequal dtypes.
  public func addmm(_ mat1: Self, _ mat2: Self, beta: Scalar = 1, alpha: Scalar = 1) throws -> Self
  {
    try requireRanks("addmm", nil, (mat1, 2), (mat2, 2))
    return try addProduct(mat1, mat2, beta, alpha)
  }
  /// beta · self + alpha · (mat @ vec), a matrix and a vector; as ``addmm(_:_:beta:alpha:)``.
  public func addmv(_ mat: Self, _ vec: Self, beta: Scalar = 1, alpha: Scalar = 1) throws -> Self {
    try requireRanks("addmv", nil, (mat, 2), (vec, 1))
    return try addProduct(mat, vec, beta, alpha)
  }
  /// beta · self + alpha · (batch1 @ batch2), two equally long stacks of matrices; as
  /// ``addmm(_:_:beta:alpha:)``.
  public func baddbmm(_ batch1: Self, _ batch2: Self, beta: Scalar = 1, alpha: Scalar = 1) throws
    -> Self
  {
    try requireBatches("baddbmm", batch1, batch2)
    return try addProduct(batch1, batch2, beta, alpha)
  }
  /// beta · self + alpha · Σ (batch1 @ batch2), the products of two equally long stacks of matrices added up;
  /// as ``addmm(_:_:beta:alpha:)``.
  public func addbmm(_ batch1: Self, _ batch2: Self, beta: Scalar = 1, alpha: Scalar = 1) throws
    -> Self
  {
    try requireBatches("addbmm", batch1, batch2)
    // The sum over the stack is a product of matrices side by side and one below the other.
    let (count, rows, inner) = (batch1.shape[0], batch1.shape[1], batch1.shape[2])
    guard batch2.shape[1] == inner else {
      throw TensorError.shapeMismatch(
        operation: "addbmm", shapes: [batch1.shape, batch2.shape],
        remedy: "the last length of the first must equal the middle one of the second")
    }
    let wide = try batch1.permute([1, 0, 2]).reshape([rows, count * inner])
    let tall = try batch2.reshape([count * inner, batch2.shape[2]])
    return try addProduct(wide, tall, beta, alpha)
  }
  /// beta · self + alpha · (vec1 ⊗ vec2): the products of all pairs of elements of two vectors. Dtypes are
  /// promoted; of bool it is self or (vec1 and vec2). This tensor broadcasts to the products and is left out,
  /// its nan too, where beta is 0. Throws `TensorError.shapeMismatch`, `.invalidArgument` for floating-point
  /// factors beside integers.
  public func addr(_ vec1: Self, _ vec2: Self, beta: Scalar = 1, alpha: Scalar = 1) throws -> Self {
    try requireRanks("addr", nil, (vec1, 1), (vec2, 1))
    let products = DType.promotion(vec1.descriptor, vec2.descriptor)
    let result = products.promoted(with: dtype)
    guard result.isFloatingPoint || [beta, alpha].allSatisfy({ $0.kind <= .integer }) else {
      throw TensorError.invalidArgument(
        "addr", "beta \(beta) and alpha \(alpha) beside \(result): use whole numbers")
    }
    let shape = try Shape([vec1.shape[0], vec2.shape[0]])
    guard try Shape.broadcast(self.shape, shape) == shape else {
      throw TensorError.shapeMismatch(
        operation: "addr", shapes: [self.shape, shape],
        remedy: "what is added must broadcast to the products, which have the second shape")
    }
    let input = try converted(to: result)
    let column = try vec1.unsqueeze(dim: 1).converted(to: result).multiplied(by: alpha)
    let row = try vec2.unsqueeze(dim: 0).converted(to: result)
    // The entry leaves the input out, but gives it a gradient of 0.
    if beta.isZero { return try input.addProduct(column, row, beta, 1) }
    return try column * row + input.multiplied(by: beta)
  }

  private func addProduct(_ x: Self, _ y: Self, _ beta: Scalar, _ alpha: Scalar) throws -> Self {
    var operation = AddMatmul()
    operation.beta = beta
    operation.alpha = alpha
    return try Self.apply(operation, to: [self, x, y])[0]
  }

  /// x @ weightᵀ + bias: what a layer does with features on the last axis. The weight has shape [outputs,
  /// inputs], or [inputs] for one output without an axis; the bias broadcasts to the result. Throws
  /// `TensorError.shapeMismatch`, `.unsupportedDType` for unequal dtypes.
  public func linear(_ weight: Self, bias: Self? = nil) throws -> Self {
    try Self.apply(Linear(), to: [self, weight] + (bias.map { [$0] } ?? []))[0]
  }

  /// As another dtype; itself, without a message, where it has it.
  func converted(to dtype: DType) throws -> Self {
    self.dtype == dtype ? self : try cast(to: dtype)
  }

  /// Refuses this tensor and others unless each has its number of axes; nil takes any.
  func requireRanks(_ operation: String, _ rank: Int?, _ others: (tensor: Self, rank: Int)...)
    throws
  {
    let own = (tensor: self, rank: rank ?? self.rank)
    for (tensor, rank) in [own] + others where tensor.rank != rank {
      throw TensorError.invalidArgument(
        operation, "an operand of shape \(tensor.shape): it must have \(rank) axes")
    }
  }

  private func requireBatches(_ operation: String, _ x: Self, _ y: Self) throws {
    try requireRanks(operation, nil, (x, 3), (y, 3))
    guard x.shape[0] == y.shape[0] else {
      throw TensorError.shapeMismatch(
        operation: operation, shapes: [x.shape, y.shape],
        remedy: "both must be stacks of equally many matrices")
    }
  }
}

/// See ``TensorProtocol/matmul(_:)``.
public func matmul<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.matmul(y) }
/// See ``TensorProtocol/mm(_:)``.
public func mm<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.mm(y) }
/// See ``TensorProtocol/bmm(_:)``.
public func bmm<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.bmm(y) }
/// See ``TensorProtocol/mv(_:)``.
public func mv<T: TensorProtocol>(_ matrix: T, _ vector: T) throws -> T { try matrix.mv(vector) }
/// See ``TensorProtocol/dot(_:)``.
public func dot<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.dot(y) }
/// See ``TensorProtocol/linear(_:bias:)``.
public func linear<T: TensorProtocol>(_ x: T, _ weight: T, bias: T? = nil) throws -> T {
  try x.linear(weight, bias: bias)
}

extension NamedOperations {
  mutating func addProducts() {
    add("matmul(Tensor input, Tensor other)") { try $0.x.matmul($0.y) }
    alias("linalg.matmul", of: "matmul")
    add("__rmatmul__(Tensor input, Tensor other)") { try $0.y.matmul($0.x) }
    add("mm(Tensor input, Tensor mat2)") { try $0.x.mm($0.tensor("mat2")) }
    add("bmm(Tensor input, Tensor mat2)") { try $0.x.bmm($0.tensor("mat2")) }
    add("mv(Tensor input, Tensor vec)") { try $0.x.mv($0.tensor("vec")) }
    add("dot(Tensor input, Tensor tensor)") { try $0.x.dot($0.tensor("tensor")) }
    add("vdot(Tensor input, Tensor other)") { try $0.x.vdot($0.y) }
    add("addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1)") {
      try $0.x.addmm($0.tensor("mat1"), $0.tensor("mat2"), beta: $0.beta, alpha: $0.alpha)
    }
    add("addmv(Tensor input, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1)") {
      try $0.x.addmv($0.tensor("mat"), $0.tensor("vec"), beta: $0.beta, alpha: $0.alpha)
    }
    add("addr(Tensor input, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1)") {
      try $0.x.addr($0.tensor("vec1"), $0.tensor("vec2"), beta: $0.beta, alpha: $0.alpha)
    }
    add("baddbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1)") {
      try $0.x.baddbmm($0.tensor("batch1"), $0.tensor("batch2"), beta: $0.beta, alpha: $0.alpha)
    }
    add("addbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1)") {
      try $0.x.addbmm($0.tensor("batch1"), $0.tensor("batch2"), beta: $0.beta, alpha: $0.alpha)
    }
    add("nn.functional.linear(Tensor input, Tensor weight, Tensor? bias=None)") {
      try $0.x.linear($0.tensor("weight"), bias: $0.optionalTensor("bias"))
    }
  }
}

extension Arguments {
  fileprivate var beta: Scalar { get throws { try scalar("beta") } }
  fileprivate var alpha: Scalar { get throws { try scalar("alpha") } }
}
