// Matrix products: op codes 0x0500 …

/// The matrix product, with PyTorch's rules for vectors and batches.
public struct Matmul: TwoInputOperation, PlainOperation {
  public static let identity = OperationIdentity(name: "matmul", code: 0x0500)
  /// The operation; it has no attributes.
  public init() {}

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    try requireOneDType([x, y])
    return Descriptor(shape: try MatrixProduct.Plan(x.shape, y.shape, name).result, dtype: x.dtype)
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    try MatrixProduct.run(x, y, plan: MatrixProduct.Plan(x.shape, y.shape, name), name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, y) = (g.inputs[0], g.inputs[1])
    return [
      try g.forInput(0) { try g.dy.productGradient(ofLeft: x, besides: y) },
      try g.forInput(1) { try g.dy.productGradient(ofRight: y, besides: x) },
    ]
  }
}

/// beta · input + alpha · (x @ y), where the input broadcasts to the product. A beta of 0 leaves the input
/// out, its nan too.
public struct AddMatmul: AttributedOperation {
  public static let identity = OperationIdentity(name: "addmm", code: 0x0510)
  public static let inputCounts = 3...3
  public static let attributes: [Attribute<AddMatmul>] = [
    Attribute("beta", \.beta), Attribute("alpha", \.alpha),
  ]
  /// The factor of the input.
  public var beta: Scalar = 1
  /// The factor of the product.
  public var alpha: Scalar = 1
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try requireOneDType(inputs)
    let shape = try MatrixProduct.Plan(inputs[1].shape, inputs[2].shape, name).result
    try requireBroadcast(inputs[0].shape, to: shape)
    for factor in [beta, alpha] {
      try factor.asFactor(of: inputs[0].dtype).requireFits(inputs[0].dtype, name)
    }
    return [Descriptor(shape: shape, dtype: inputs[0].dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let dtype = inputs[0].dtype
    let wide = try inputs.map { try Elementwise.cast($0, to: dtype.accumulated) }
    let plan = try MatrixProduct.Plan(inputs[1].shape, inputs[2].shape, name)
    var sum = try MatrixProduct.run(wide[1], wide[2], plan: plan, name).multiplied(by: alpha)
    if !beta.asFactor(of: dtype).isZero { sum = try wide[0].multiplied(by: beta) + sum }
    return [try Elementwise.cast(sum, to: dtype)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, y) = (g.inputs[1], g.inputs[2])
    let scaled = g.isNeeded(1) || g.isNeeded(2) ? try g.dy.multiplied(by: alpha) : g.dy
    return [
      try g.forInput(0) { try g.dy.multiplied(by: beta) },
      try g.forInput(1) { try scaled.productGradient(ofLeft: x, besides: y) },
      try g.forInput(2) { try scaled.productGradient(ofRight: y, besides: x) },
    ]
  }
}

/// x @ weightᵀ + bias, the bias only where there is one. The weight is outputs × inputs, or a vector of inputs
/// for one output without an axis.
public struct Linear: AttributedOperation {
  public static let identity = OperationIdentity(name: "linear", code: 0x0511)
  public static let inputCounts = 2...3
  public static let attributes: [Attribute<Linear>] = []
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try requireOneDType(inputs)
    let shape = try plan(inputs[0].shape, inputs[1].shape).result
    if inputs.count == 3 { try requireBroadcast(inputs[2].shape, to: shape) }
    return [Descriptor(shape: shape, dtype: inputs[0].dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let wide = try inputs.map { try Elementwise.cast($0, to: inputs[0].dtype.accumulated) }
    let product = try MatrixProduct.run(
      wide[0], wide[1].t(), plan: plan(inputs[0].shape, inputs[1].shape), name)
    let sum = try wide.count == 3 ? product + wide[2] : product
    return [try Elementwise.cast(sum, to: inputs[0].dtype)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, weight) = (g.inputs[0], g.inputs[1])
    let rows = x.shape.dropLast().reduce(1, *)
    let gradients = [
      try g.forInput(0) {
        try weight.rank == 1 ? g.dy.unsqueeze(dim: -1) * weight : g.dy.matmul(weight)
      },
      try g.forInput(1) {
        let x = try x.reshape([rows, weight.shape[weight.rank - 1]])
        let shape = weight.rank == 1 ? [rows] : [rows, weight.shape[0]]
        return try g.dy.reshape(shape).t().matmul(x)
      },
    ]
    return g.inputs.count == 3 ? gradients + [g.dy] : gradients
  }

  private func plan(_ x: Shape, _ weight: Shape) throws -> MatrixProduct.Plan {
    guard weight.rank == 1 || weight.rank == 2 else {
      throw TensorError.invalidArgument(
        name, "a weight of shape \(weight): it must be outputs × inputs, or a vector of inputs")
    }
    let transposed = weight.rank == 1 ? weight : try Shape([weight[1], weight[0]])
    return try MatrixProduct.Plan(x, transposed, name)
  }
}

let productEntries: [any Operation.Type] = [Matmul.self, AddMatmul.self, Linear.self]

extension Operation {
  /// Refuses tensors of unequal dtypes: products do not promote.
  func requireOneDType(_ inputs: [Descriptor]) throws {
    guard inputs.allSatisfy({ $0.dtype == inputs[0].dtype }) else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: inputs.map(\.dtype), remedy: "cast them to one dtype")
    }
  }

  fileprivate func requireBroadcast(_ input: Shape, to result: Shape) throws {
    guard try Shape.broadcast(input, result) == result else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [input, result],
        remedy: "what is added must broadcast to the product, which has the second shape")
    }
  }
}

extension Scalar {
  /// The number as a factor of tensors of the dtype, which it does not widen: as in PyTorch, beside integers it
  /// is cut off toward zero.
  func asFactor(of dtype: DType) -> Scalar {
    switch dtype.kind {
    case .bool: Scalar(!isZero)
    case .integer: Scalar(Int(int))
    case .float: Scalar(double)
    }
  }
}

extension TensorProtocol {
  /// Every element times the number, in this tensor's dtype.
  func multiplied(by factor: Scalar) throws -> Self {
    let factor = factor.asFactor(of: dtype)
    return factor.double == 1 ? self : try self * factor
  }

  /// The gradient of `x` in `x.matmul(y)`, where this is the gradient of the product.
  func productGradient(ofLeft x: Self, besides y: Self) throws -> Self {
    if x.rank == 1, y.rank == 1 { return try self * y }
    let (dy, _, b) = try asMatrices(x, y)
    let dx = try dy.matmul(b.transpose(-1, -2))
    return try x.rank == 1 ? dx.sum(toLike: x.unsqueeze(dim: 0)).squeeze(dim: 0) : dx
  }

  /// The gradient of `y` in `x.matmul(y)`, where this is the gradient of the product.
  func productGradient(ofRight y: Self, besides x: Self) throws -> Self {
    if x.rank == 1, y.rank == 1 { return try self * x }
    let (dy, a, _) = try asMatrices(x, y)
    let gradient = try a.transpose(-1, -2).matmul(dy)
    return try y.rank == 1
      ? gradient.sum(toLike: y.unsqueeze(dim: 1)).squeeze(dim: 1) : gradient
  }

  /// This product and its operands, where a vector is a matrix of one row (left) or one column (right).
  private func asMatrices(_ x: Self, _ y: Self) throws -> (dy: Self, x: Self, y: Self) {
    var dy = self
    if x.rank == 1 { dy = try dy.unsqueeze(dim: y.rank == 1 ? -1 : -2) }
    if y.rank == 1 { dy = try dy.unsqueeze(dim: -1) }
    return (
      dy, try x.rank == 1 ? x.unsqueeze(dim: 0) : x, try y.rank == 1 ? y.unsqueeze(dim: 1) : y
    )
  }
}
