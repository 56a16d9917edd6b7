// Distances between vectors: op codes 0x0820 …

/// The p-distances of all pairs of rows of two stacks of matrices: … × P × M and … × R × M give … × P × R;
/// batches broadcast. The gradient of a distance of 0 is 0.
public struct Cdist: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_cdist_forward", code: 0x0820)
  public static let attributes: [Attribute<Cdist>] = [Attribute("p", \.p)]
  /// The norm's exponent, from 0 (number of unequal elements) to infinity (largest difference).
  public var p: Scalar = 2
  public init() {}

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    let shape = try Distances.shape([x, y], p, Self.identity)
    return Descriptor(shape: shape, dtype: x.dtype)
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    try Distances.between(x, y, p: p.double, result: output(for: x.descriptor, y.descriptor))
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, y) = (g.inputs[0], g.inputs[1])
    return [
      try g.forInput(0) { try backward(g.dy, x, y, g.output) },
      try g.forInput(1) {
        try backward(g.dy.transpose(-1, -2), y, x, g.output.transpose(-1, -2))
      },
    ]
  }

  /// The gradient of x. Where gradients of it may be asked for, of operations that have some: they need
  /// memory for all P × R × M differences.
  private func backward<T: TensorProtocol>(_ dy: T, _ x: T, _ y: T, _ distances: T) throws -> T {
    guard GradientMode.isEnabled else {
      var operation = CdistBackward()
      operation.p = p
      return try T.apply(operation, to: [dy, x, y, distances])[0]
    }
    let differences = try x.unsqueeze(dim: -2) - y.unsqueeze(dim: -3)
    let slope = try differences.normSlope(p.double, distances.unsqueeze(dim: -1))
    return try (slope * dy.unsqueeze(dim: -1)).sum(dim: -2)
  }
}

/// The gradient of the first operand of `cdist`: from the gradient of the distances, both operands and the
/// distances.
public struct CdistBackward: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "_cdist_backward", code: 0x0821)
  public static let inputCounts = 4...4
  public static let attributes: [Attribute<CdistBackward>] = [Attribute("p", \.p)]
  /// The norm's exponent.
  public var p: Scalar = 2
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try requireOneDType(inputs)
    let shape = try Distances.shape(Array(inputs[1...2]), p, Self.identity)
    guard inputs[0].shape == shape, inputs[3].shape == shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [inputs[0].shape, inputs[3].shape, shape],
        remedy: "gradient and distances must have the third shape")
    }
    // One gradient for each batch of the result, to be added up where the operand was broadcast.
    var lengths = Array(shape)
    lengths[lengths.count - 1] = inputs[1].shape[inputs[1].shape.rank - 1]
    return [Descriptor(shape: try Shape(lengths), dtype: inputs[1].dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: inputs.map(\.descriptor))[0]
    return [
      try Distances.gradient(
        inputs[0], inputs[1], inputs[2], inputs[3], p: p.double, result: result)
    ]
  }
}

/// The p-distances of all pairs of rows of a matrix, row by row: those of `cdist` above the diagonal.
public struct Pdist: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_pdist_forward", code: 0x0822)
  public static let attributes: [Attribute<Pdist>] = [Attribute("p", \.p)]
  /// The norm's exponent, from 0 (number of unequal elements) to infinity (largest difference).
  public var p: Scalar = 2
  public init() {}

  public func output(for x: Descriptor) throws -> Descriptor {
    try Distances.check([x], p, Self.identity)
    guard x.shape.rank == 2 else {
      throw TensorError.invalidArgument(name, "a tensor of shape \(x.shape): it must be a matrix")
    }
    let (pairs, overflow) = x.shape[0].multipliedReportingOverflow(by: max(x.shape[0] - 1, 0))
    guard !overflow else {
      throw TensorError.invalidArgument(
        name, "more pairs of \(x.shape[0]) rows than can be counted")
    }
    return Descriptor(shape: try Shape([pairs / 2]), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Distances.ofPairs(x, p: p.double, result: output(for: x.descriptor))
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    if GradientMode.isEnabled { return [try differentiableGradient(g.dy, g.x, g.output)] }
    var operation = PdistBackward()
    operation.p = p
    return [try T.apply(operation, to: [g.dy, g.x, g.output])[0]]
  }

  /// The same row by row of operations that have gradients.
  private func differentiableGradient<T: TensorProtocol>(_ dy: T, _ x: T, _ distances: T) throws
    -> T
  {
    var total = try x.zerosLike()
    var start = 0
    for row in 0..<Swift.max(x.shape[0] - 1, 0) {
      let pairs = start..<(start + x.shape[0] - row - 1)
      let differences = try x[row..<(row + 1)] - x[(row + 1)...]
      let slope = try differences.normSlope(p.double, distances[pairs].unsqueeze(dim: -1))
      let parts = try slope * dy[pairs].unsqueeze(dim: -1)
      let before = try x[..<row].zerosLike()
      total = try total + T.cat([before, parts.sum(dim: 0, keepdim: true), -parts])
      start = pairs.upperBound
    }
    return total
  }
}

/// The gradient of `pdist`: from the gradient of the distances, the matrix and the distances.
public struct PdistBackward: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "_pdist_backward", code: 0x0823)
  public static let inputCounts = 3...3
  public static let attributes: [Attribute<PdistBackward>] = [Attribute("p", \.p)]
  /// The norm's exponent.
  public var p: Scalar = 2
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try requireOneDType(inputs)
    var forward = Pdist()
    forward.p = p
    let distances = try forward.output(for: inputs[1])
    guard inputs[0] == distances, inputs[2] == distances else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [inputs[0].shape, inputs[2].shape, distances.shape],
        remedy: "gradient and distances must have the third shape")
    }
    return [inputs[1]]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try Distances.gradientOfPairs(inputs[0], inputs[1], inputs[2], p: p.double)]
  }
}

/// The p-norm of x − y + eps along the last axis; shapes broadcast, dtypes are promoted, bool and integers
/// give float32.
public struct PairwiseDistance: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "pairwise_distance", code: 0x0824)
  public static let attributes: [Attribute<PairwiseDistance>] = [
    Attribute("p", \.p), Attribute("eps", \.eps), Attribute("keepdim", \.keepdim),
  ]
  /// The norm's exponent.
  public var p: Scalar = 2
  /// What is added to every difference.
  public var eps: Scalar = 1e-6
  /// Whether the last axis stays with length 1.
  public var keepdim = false
  public init() {}

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    let promoted = DType.promotion(x, y)
    guard promoted != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, y.dtype], remedy: "cast one of them to a number first")
    }
    guard let shape = try Shape.broadcast(x.shape, y.shape) else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, y.shape],
        remedy: "counted from the last axis, lengths must be equal or 1")
    }
    let axis = try shape.axis(-1, of: Self.identity)
    if p.double < 0 || p.double.isInfinite, shape.rank > 0, shape[axis] == 0 {
      throw TensorError.invalidArgument(
        name, "a norm of order \(p) has no value over the last axis of \(shape), which has length 0"
      )
    }
    let last = AxisSet(bits: shape.rank == 0 ? 0 : 1 << UInt8(axis))
    return Descriptor(
      shape: shape.reduced(last, keepdim: keepdim),
      dtype: promoted.isFloatingPoint ? promoted : .defaultFloat)
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor, y.descriptor)
    let wide = result.dtype.accumulated
    let dtype = DType.promotion(x.descriptor, y.descriptor).accumulated
    let difference = try Elementwise.cast(x, to: dtype) - Elementwise.cast(y, to: dtype)
    let norms = try Distances.norms(
      Elementwise.cast(difference, to: wide) + eps, p: p.double,
      result: Descriptor(shape: result.shape, dtype: wide))
    return try Elementwise.cast(norms, to: result.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let difference = try g.inputs[0] - g.inputs[1] + eps
    let isWhole = keepdim || difference.rank == 0
    let norm = try isWhole ? g.output : g.output.unsqueeze(dim: -1)
    let dy = try isWhole ? g.dy : g.dy.unsqueeze(dim: -1)
    var slope = try difference.normSlope(p.double, norm)
    if p.double.isInfinite {
      // Equally large ones share the gradient, as those of every norm.
      let ties = try (difference.abs() .== norm).cast(to: norm.dtype)
      slope = try slope / ties.sum(dim: [-1], keepdim: difference.rank > 0)
    }
    let gradient = try slope * dy
    return [gradient, try g.forInput(1) { try -gradient }]
  }
}

let distanceEntries: [any Operation.Type] = [
  Cdist.self, CdistBackward.self, Pdist.self, PdistBackward.self,
  PairwiseDistance.self,
]

/// How `cdist` may compute distances in PyTorch. All are the same here: differences are formed and never lose
/// digits to a product.
public enum DistanceMode: String, Sendable {
  /// PyTorch's default.
  case useProductIfNecessary = "use_mm_for_euclid_dist_if_necessary"
  /// PyTorch always multiplies matrices.
  case useProduct = "use_mm_for_euclid_dist"
  /// PyTorch never does.
  case avoidProduct = "donot_use_mm_for_euclid_dist"
}

extension TensorProtocol {
  /// The p-distances of all pairs of rows: … × P × M and … × R × M give … × P × R; batches broadcast. The
  /// gradient of a distance of 0 is 0. Throws `TensorError.shapeMismatch`, `.unsupportedDType` for
  /// integers and unequal dtypes, `.invalidArgument` for a negative p.
  public func cdist(
    _ x2: Self, p: Scalar = 2, computeMode: DistanceMode = .useProductIfNecessary
  ) throws -> Self {
    var operation = Cdist()
    operation.p = p
    return try Self.apply(operation, to: self, x2)
  }
  /// The p-distances of all pairs of rows of this matrix, row by row. Throws `TensorError.invalidArgument` for
  /// what is no matrix and for a negative p, `.unsupportedDType` for integers.
  public func pdist(p: Scalar = 2) throws -> Self {
    var operation = Pdist()
    operation.p = p
    return try Self.apply(operation, to: self)
  }
  /// The p-norm of x1 − x2 + eps along the last axis; shapes broadcast. Throws `TensorError.shapeMismatch`,
  /// `.unsupportedDType` for bool.
  public func pairwiseDistance(
    _ x2: Self, p: Double = 2, eps: Double = 1e-6, keepdim: Bool = false
  ) throws -> Self {
    var operation = PairwiseDistance()
    operation.p = Scalar(p)
    operation.eps = Scalar(eps)
    operation.keepdim = keepdim
    return try Self.apply(operation, to: self, x2)
  }
  /// The cosine of the angle between vectors along an axis: their inner product over the product of their norms,
  /// each at least eps. Shapes broadcast, dtypes are promoted. Throws `TensorError.shapeMismatch`,
  /// `.unsupportedDType` for bool and integers, `.invalidArgument` for a negative eps.
  public func cosineSimilarity(_ x2: Self, dim: Int = 1, eps: Double = 1e-8) throws -> Self {
    let name = "nn.functional.cosine_similarity"
    let result = DType.promotion(descriptor, x2.descriptor)
    guard result.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype, x2.dtype], remedy: "cast one to floating point")
    }
    guard eps >= 0 else {
      throw TensorError.invalidArgument(name, "an eps of \(eps): it must not be negative")
    }
    guard let shape = try Shape.broadcast(shape, x2.shape) else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [self.shape, x2.shape],
        remedy: "counted from the last axis, lengths must be equal or 1")
    }
    let axis = try shape.axis(dim, of: OperationIdentity(name: name, code: 0))
    func directions(_ x: Self) throws -> Self {
      let x = try x.converted(to: result.accumulated)
      let wide = x.shape == shape ? x : try x.broadcastTo(shape)
      let norm = try wide.vectorNorm(dim: [axis], keepdim: rank > 0)
      // As in PyTorch, the gradient goes past the bound.
      let missing = try withoutGradient {
        let norm = norm.detach()
        return try norm.maximum(norm.fullLike(Scalar(eps))) - norm
      }
      return try wide / (norm + missing)
    }
    return try (directions(self) * directions(x2)).sum(dim: [axis]).converted(to: result)
  }
  /// x over its p-norm along the axes, which counts as at least eps. Throws `TensorError.unsupportedDType`
  /// for bool and integers, `.invalidArgument` for an axis that does not exist.
  public func normalize(p: Double = 2, dim: Int..., eps: Double = 1e-12) throws -> Self {
    try normalize(p: p, dim: dim.isEmpty ? [1] : dim, eps: eps)
  }
  /// The same with the axes as a list.
  public func normalize(p: Double = 2, dim: [Int], eps: Double = 1e-12) throws -> Self {
    guard dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: "nn.functional.normalize", dtypes: [dtype],
        remedy: "cast it to float32 or float64 first")
    }
    let x = try converted(to: dtype.accumulated)
    let norm = try x.vectorNorm(ord: Scalar(p), dim: dim, keepdim: rank > 0)
    let bounded = try (norm .< Scalar(eps)).where(norm.fullLike(Scalar(eps)), norm)
    return try (x / bounded).converted(to: dtype)
  }

  /// The derivative of a p-norm by the elements of which it was computed, 0 where PyTorch gives 0.
  fileprivate func normSlope(_ p: Double, _ norm: Self) throws -> Self {
    let zeros = try zerosLike()
    switch p {
    case 0: return zeros
    case 1: return try sign()
    case .infinity, -.infinity: return try (abs() .== norm).where(sign(), zeros)
    default:
      let isZero = try norm .== 0
      let safe = try isZero.where(norm.onesLike(), norm)
      if p == 2 { return try isZero.where(zeros, self / safe) }
      let none = try self .== 0
      let ratio = try none.where(onesLike(), abs()) / safe
      let slope = try sign() * ratio.pow(Scalar(p - 1))
      return try isZero.where(zeros, none.where(zeros, slope))
    }
  }
}

/// See ``TensorProtocol/cdist(_:p:computeMode:)``.
public func cdist<T: TensorProtocol>(_ x1: T, _ x2: T, p: Scalar = 2) throws -> T {
  try x1.cdist(x2, p: p)
}

extension NamedOperations {
  mutating func addDistances() {
    add(
      "cdist(Tensor x1, Tensor x2, float p=2.0, str compute_mode='use_mm_for_euclid_dist_if_necessary')"
    ) {
      guard let mode = DistanceMode(rawValue: try $0.text("compute_mode")) else {
        throw $0.refuse("compute_mode is none of PyTorch's")
      }
      return try $0.tensor("x1").cdist($0.tensor("x2"), p: $0.scalar("p"), computeMode: mode)
    }
    add("_cdist_forward(Tensor x1, Tensor x2, float p, int? compute_mode)") {
      try $0.tensor("x1").cdist($0.tensor("x2"), p: $0.scalar("p"))
    }
    add("pdist(Tensor input, float p=2.0)") { try $0.x.pdist(p: $0.scalar("p")) }
    alias("nn.functional.pdist", of: "pdist")
    alias("_pdist_forward", of: "pdist")
    add(
      "pairwise_distance(Tensor x1, Tensor x2, float p=2.0, float eps=1e-6, bool keepdim=False)"
    ) {
      try $0.tensor("x1").pairwiseDistance(
        $0.tensor("x2"), p: $0.double("p"), eps: $0.double("eps"), keepdim: $0.bool("keepdim"))
    }
    alias("nn.functional.pairwise_distance", of: "pairwise_distance")
    add("cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-8)") {
      try $0.tensor("x1").cosineSimilarity(
        $0.tensor("x2"), dim: $0.int("dim"), eps: $0.double("eps"))
    }
    alias("nn.functional.cosine_similarity", of: "cosine_similarity")
    add(
      "nn.functional.normalize(Tensor input, float p=2.0, int[] dim=1, float eps=1e-12, Tensor? out=None)"
    ) {
      try $0.x.normalize(p: $0.double("p"), dim: $0.ints("dim"), eps: $0.double("eps"))
    }
  }
}
