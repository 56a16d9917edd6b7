/// A loss that compares each element with its target, then keeps the losses, adds them up or takes their
/// mean. Its entry gives the loss of an element and its two derivatives.
///
/// Shapes broadcast and dtypes are promoted; halves are computed as float32 and rounded once.
public protocol PointwiseLoss: TwoInputOperation, AttributedOperation {
  /// What becomes of the losses of the elements.
  var reduction: LossReduction { get set }
  /// Whether both must have one shape.
  static var wantsEqualShapes: Bool { get }
  /// Whether integers are taken.
  static var takesIntegers: Bool { get }
  /// Refuses attributes out of range.
  func check() throws
  /// The losses of the elements, both of one dtype that is no half.
  func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor
  /// The derivative by x.
  func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T
  /// The derivative by the target.
  func targetSlope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T
}

extension PointwiseLoss {
  public static var wantsEqualShapes: Bool { false }
  public static var takesIntegers: Bool { false }
  public func check() throws {}
  public func targetSlope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    try -slope(x, target)
  }

  public func output(for x: Descriptor, _ target: Descriptor) throws -> Descriptor {
    try check()
    let dtype = DType.promotion(x, target)
    guard dtype.isFloatingPoint || Self.takesIntegers && dtype != .bool && reduction != .mean else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, target.dtype],
        remedy: "they must be floating point: cast them")
    }
    guard let shape = try Shape.broadcast(x.shape, target.shape),
      !Self.wantsEqualShapes || x.shape == target.shape
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, target.shape],
        remedy: Self.wantsEqualShapes
          ? "they must be equal" : "counted from the last axis, lengths must be equal or 1")
    }
    let isCounted = reduction == .sum && !dtype.isFloatingPoint
    return Descriptor(shape: reduction.shape(of: shape), dtype: isCounted ? .int64 : dtype)
  }

  public func execute(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor, target.descriptor).dtype
    let dtype = DType.promotion(x.descriptor, target.descriptor).accumulated
    let losses = try losses(
      Elementwise.cast(x, to: dtype), Elementwise.cast(target, to: dtype))
    return try Elementwise.cast(reduction.reduce(losses), to: result)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let wide = g.dy.dtype.accumulated
    let (x, target) = (
      try g.inputs[0].converted(to: wide), try g.inputs[1].converted(to: wide)
    )
    let count = try Shape.broadcast(x.shape, target.shape)?.elementCount ?? 0
    let dy = try reduction.distribute(g.dy.converted(to: wide), over: count)
    return [
      try g.forInput(0) { try slope(x, target) * dy },
      try g.forInput(1) { try targetSlope(x, target) * dy },
    ]
  }
}

/// (x − target)².
public struct MSELoss: PointwiseLoss {
  public static let identity = OperationIdentity(name: "mse_loss", code: 0x0812)
  public static let attributes: [Attribute<MSELoss>] = [Attribute("reduction", \.reduction)]
  public var reduction = LossReduction.mean
  public init() {}
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    let difference = try x - target
    return try difference * difference
  }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T { try 2 * (x - target) }
}

/// |x − target|; for integers too.
public struct L1Loss: PointwiseLoss {
  public static let identity = OperationIdentity(name: "l1_loss", code: 0x0813)
  public static let attributes: [Attribute<L1Loss>] = [Attribute("reduction", \.reduction)]
  public static let takesIntegers = true
  public var reduction = LossReduction.mean
  public init() {}
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor { try (x - target).abs() }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T { try (x - target).sign() }
}

/// (x − target)² / (2 · beta) near 0, |x − target| − beta / 2 from beta on.
public struct SmoothL1Loss: PointwiseLoss {
  public static let identity = OperationIdentity(name: "smooth_l1_loss", code: 0x0814)
  public static let attributes: [Attribute<SmoothL1Loss>] = [
    Attribute("reduction", \.reduction), Attribute("beta", \.beta),
  ]
  public var reduction = LossReduction.mean
  /// Where the parabola goes over into lines, not negative; with 0 it is the absolute value.
  public var beta: Scalar = 1
  public init() {}
  public func check() throws {
    guard beta.double >= 0 else {
      throw TensorError.invalidArgument(name, "a beta of \(beta): it must not be negative")
    }
  }
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    let distance = try (x - target).abs()
    if beta.isZero { return distance }
    let near = try distance * distance * (0.5 / beta.double)
    return try (distance .< beta).where(near, distance - 0.5 * beta.double)
  }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    let difference = try x - target
    if beta.isZero { return try difference.sign() }
    return try (difference.abs() .>= beta).where(difference.sign(), difference / beta)
  }
}

/// (x − target)² / 2 near 0, delta · (|x − target| − delta / 2) from delta on.
public struct HuberLoss: PointwiseLoss {
  public static let identity = OperationIdentity(name: "huber_loss", code: 0x0815)
  public static let attributes: [Attribute<HuberLoss>] = [
    Attribute("reduction", \.reduction), Attribute("delta", \.delta),
  ]
  public var reduction = LossReduction.mean
  /// Where the parabola goes over into lines, positive.
  public var delta: Scalar = 1
  public init() {}
  public func check() throws {
    guard delta.double > 0 else {
      throw TensorError.invalidArgument(name, "a delta of \(delta): it must be positive")
    }
  }
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    let distance = try (x - target).abs()
    let far = try (distance - 0.5 * delta.double) * delta
    return try (distance .<= delta).where(0.5 * distance * distance, far)
  }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    let difference = try x - target
    return try (difference.abs() .>= delta).where(difference.sign() * delta, difference)
  }
}

/// target · (log(target) − x), 0 where the target is 0: Kullback and Leibler's divergence, x being a
/// logarithm. With `log_target` the target is one too.
public struct KLDivLoss: PointwiseLoss {
  public static let identity = OperationIdentity(name: "kl_div", code: 0x0816)
  public static let attributes: [Attribute<KLDivLoss>] = [
    Attribute("reduction", \.reduction), Attribute("log_target", \.logTarget),
  ]
  public var reduction = LossReduction.mean
  /// Whether the targets are logarithms.
  public var logTarget = false
  public init() {}
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    if logTarget { return try target.exp() * (target - x) }
    // 0 · log(0) is 0.
    let entropy = try (target .== 0).where(target.zerosLike(), target * target.log())
    return try entropy - target * x
  }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    try -(logTarget ? target.exp() : target) * x.onesLike()
  }
  public func targetSlope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    if logTarget { return try target.exp() * (target - x + 1) }
    return try target.log() + 1 - x
  }
}

/// −(target · log(x) + (1 − target) · log(1 − x)) for probabilities x; logarithms below −100 count as −100.
public struct BinaryCrossEntropy: PointwiseLoss {
  public static let identity = OperationIdentity(name: "binary_cross_entropy", code: 0x0817)
  public static let attributes: [Attribute<BinaryCrossEntropy>] = [
    Attribute("reduction", \.reduction)
  ]
  public static let wantsEqualShapes = true
  public var reduction = LossReduction.mean
  public init() {}
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    // Asked so, a nan passes.
    let isOutside = try (x .< 0) + (x .> 1)
    guard try isOutside.elementCount == 0 || isOutside.amax().item() == 0 else {
      throw TensorError.invalidArgument(
        name, "a probability lies outside of 0 … 1: use binaryCrossEntropyWithLogits for scores")
    }
    let least = try Elementwise.full(Descriptor(shape: Shape(), dtype: x.dtype), -100)
    let (yes, no) = (try x.log().maximum(least), try (-x).log1p().maximum(least))
    return try (target - 1) * no - target * yes
  }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    let spread = try (1 - x) * x
    return try (x - target) / spread.maximum(spread.fullLike(1e-12))
  }
  public func targetSlope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T {
    try (-x).log1p() - x.log()
  }
}

/// −(target · log(sigmoid(x)) + (1 − target) · log(1 − sigmoid(x))), computed without overflow.
public struct BinaryCrossEntropyWithLogits: PointwiseLoss {
  public static let identity = OperationIdentity(
    name: "binary_cross_entropy_with_logits", code: 0x0803)
  public static let attributes: [Attribute<BinaryCrossEntropyWithLogits>] = [
    Attribute("reduction", \.reduction)
  ]
  public static let wantsEqualShapes = true
  public var reduction = LossReduction.mean
  public init() {}
  public func losses(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    try Elementwise.run(
      .binaryCrossEntropyWithLogits, x, target, result: x.descriptor, name)
  }
  public func slope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T { try x.sigmoid() - target }
  public func targetSlope<T: TensorProtocol>(_ x: T, _ target: T) throws -> T { try -x }
}

let pointwiseLossEntries: [any Operation.Type] = [
  MSELoss.self, L1Loss.self, SmoothL1Loss.self, HuberLoss.self, KLDivLoss.self,
  BinaryCrossEntropy.self, BinaryCrossEntropyWithLogits.self,
]
