// Products: op codes 0x0500 …

/// The matrix product, with PyTorch's rules for vectors and batches.
public struct Matmul: TwoInputOperation, PlainOperation {
  public static let identity = OperationIdentity(name: "matmul", code: 0x0500)
  /// The operation; it has no attributes.
  public init() {}

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    guard x.dtype == y.dtype else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, y.dtype], remedy: "cast one of them to the other's")
    }
    let plan = try MatrixProduct.Plan(x.shape, y.shape, name)
    return Descriptor(shape: plan.result, dtype: x.dtype)
  }

  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    try MatrixProduct.run(x, y, plan: MatrixProduct.Plan(x.shape, y.shape, name), name)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, y) = (g.inputs[0], g.inputs[1])
    if x.rank == 1 && y.rank == 1 {
      return [try g.forInput(0) { try g.dy * y }, try g.forInput(1) { try g.dy * x }]
    }
    // A vector is a matrix of one row (left) or one column (right).
    let a = try x.rank == 1 ? x.unsqueeze(dim: 0) : x
    let b = try y.rank == 1 ? y.unsqueeze(dim: 1) : y
    var dy = g.dy
    if x.rank == 1 { dy = try dy.unsqueeze(dim: -2 + (y.rank == 1 ? 1 : 0)) }
    if y.rank == 1 { dy = try dy.unsqueeze(dim: -1) }
    return [
      try g.forInput(0) {
        let dx = try dy.matmul(b.transpose(-1, -2))
        return try x.rank == 1 ? dx.sum(toLike: a).squeeze(dim: 0) : dx
      },
      try g.forInput(1) {
        let dy = try a.transpose(-1, -2).matmul(dy)
        return try y.rank == 1 ? dy.sum(toLike: b).squeeze(dim: 1) : dy
      },
    ]
  }
}

extension TensorProtocol {
  /// The matrix product: of two vectors their inner product; a vector counts as a row on the left
  /// and as a column on the right; axes before the last two are batches and broadcast. Both must
  /// have one dtype. Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func matmul(_ other: Self) throws -> Self { try Self.apply(Matmul(), to: self, other) }
}

/// See ``TensorProtocol/matmul(_:)``.
public func matmul<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.matmul(y) }

let productEntries: [any Operation.Type] = [Matmul.self]

extension NamedOperations {
  mutating func addProducts() {
  }
}
