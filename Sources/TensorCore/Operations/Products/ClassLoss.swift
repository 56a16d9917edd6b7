/// A loss of scores against class indices: the scores have the classes on axis 1 (axis 0 where it is the only
/// one), the targets (int64 or uint8) have the scores' other axes, a weight has one element for each class.
///
/// The loss of a sample of class t is −(1 − s) · w[t] · x[t] − s / classes · Σ w[c] · x[c] over logarithms of
/// probabilities x, with s the label smoothing; 0 where t is the index to ignore. The mean divides by the sum
/// of all w[t].
public protocol ClassLoss: AttributedOperation {
  /// What becomes of the losses of the samples.
  var reduction: LossReduction { get set }
  /// Samples of this class do not count.
  var ignoreIndex: Int { get set }
  /// The share of each sample that is spread over all classes, 0 … 1.
  var labelSmoothing: Scalar { get set }
}

extension ClassLoss {
  public static var inputCounts: ClosedRange<Int> { 2...3 }
  init(like other: some ClassLoss) {
    self.init()
    reduction = other.reduction
    ignoreIndex = other.ignoreIndex
    labelSmoothing = other.labelSmoothing
  }

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let samples = try check(scores: inputs[0], inputs[1], inputs.count == 3 ? inputs[2] : nil)
    return [Descriptor(shape: reduction.shape(of: samples), dtype: inputs[0].dtype)]
  }

  /// Refuses what does not fit together; gives the shape of the samples.
  func check(scores x: Descriptor, _ target: Descriptor, _ weight: Descriptor?) throws -> Shape {
    guard x.dtype.isFloatingPoint, target.dtype == .int64 || target.dtype == .uint8,
      weight.map({ $0.dtype == x.dtype }) ?? true
    else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, target.dtype] + (weight.map { [$0.dtype] } ?? []),
        remedy:
          "scores must be floating point, targets int64 class indices, a weight like the scores: "
          + "cast them")
    }
    guard x.shape.rank >= 1, x.shape.removing(axis: x.shape.classAxis) == target.shape,
      x.shape[x.shape.classAxis] > 0
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, target.shape],
        remedy: "the target must have the shape of the scores without the axis of the classes")
    }
    let classes = x.shape[x.shape.classAxis]
    if let weight, !(weight.shape == [classes]) {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, weight.shape],
        remedy: "the weight must have one element for each of the \(classes) classes")
    }
    guard (0...1).contains(labelSmoothing.double) else {
      throw TensorError.invalidArgument(
        name, "a label smoothing of \(labelSmoothing): it must lie in 0 … 1")
    }
    return target.shape
  }

  /// The loss of logarithms of probabilities.
  func loss(_ logarithms: Tensor, _ target: Tensor, _ weight: Tensor?) throws -> Tensor {
    let wide = logarithms.dtype.accumulated
    let kernel = try ClassLossKernel(self, target, weight, wide, logarithms.shape)
    let losses = try kernel.losses(Elementwise.cast(logarithms, to: wide))
    var result = losses
    switch reduction {
    case .none: break
    case .sum: result = try losses.sum()
    case .mean: result = try losses.sum() / kernel.sampleWeights.sum()
    }
    return try Elementwise.cast(result, to: logarithms.dtype)
  }

  /// The gradient of the logarithms of probabilities.
  func logarithmGradient<T: TensorProtocol>(
    _ dy: T, _ scores: T, _ others: some Collection<T>
  ) throws -> T {
    var operation = NLLLossBackward(like: self)
    operation.size = scores.shape
    return try T.apply(operation, to: [dy] + others)[0]
  }
}

extension Shape {
  /// The axis of the classes among scores.
  var classAxis: Int { rank > 1 ? 1 : 0 }
}

/// The negative log likelihood: −x at the target's class.
public struct NLLLoss: ClassLoss {
  public static let identity = OperationIdentity(name: "nll_loss", code: 0x0818)
  public static let attributes: [Attribute<NLLLoss>] = [
    Attribute("reduction", \.reduction), Attribute("ignore_index", \.ignoreIndex),
    Attribute("label_smoothing", \.labelSmoothing),
  ]
  public var reduction = LossReduction.mean
  public var ignoreIndex = -100
  public var labelSmoothing: Scalar = 0
  public init() {}
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try loss(inputs[0], inputs[1], inputs.count == 3 ? inputs[2] : nil)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let gradient = try logarithmGradient(g.dy, g.x, g.inputs.dropFirst())
    return [gradient] + g.inputs.dropFirst().map { _ in nil }
  }
}

/// The gradient of the negative log likelihood: from the gradient of the loss, the targets and the weight.
public struct NLLLossBackward: ClassLoss {
  public static let identity = OperationIdentity(name: "nll_loss_backward", code: 0x0819)
  public static let attributes: [Attribute<NLLLossBackward>] = [
    Attribute("size", \.size), Attribute("reduction", \.reduction),
    Attribute("ignore_index", \.ignoreIndex), Attribute("label_smoothing", \.labelSmoothing),
  ]
  /// Lengths of the axes of the scores.
  public var size = Shape()
  public var reduction = LossReduction.mean
  public var ignoreIndex = -100
  public var labelSmoothing: Scalar = 0
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let scores = Descriptor(shape: try Shape(size), dtype: inputs[0].dtype)
    let samples = try check(scores: scores, inputs[1], inputs.count == 3 ? inputs[2] : nil)
    guard inputs[0].shape == reduction.shape(of: samples) else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [inputs[0].shape, reduction.shape(of: samples)],
        remedy: "the gradient must have the shape of the loss")
    }
    return [scores]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let dtype = inputs[0].dtype
    let kernel = try ClassLossKernel(
      self, inputs[1], inputs.count == 3 ? inputs[2] : nil, dtype.accumulated, size)
    var dy = try Elementwise.cast(inputs[0], to: dtype.accumulated)
    if reduction == .mean { dy = try dy / kernel.sampleWeights.sum() }
    let gradient = try kernel.gradient(dy.broadcastView(to: inputs[1].shape))
    return [try Elementwise.cast(gradient, to: dtype)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    // The loss is linear in the scores, so its gradient of a gradient is the loss itself.
    let gradient = try T.apply(NLLLoss(like: self), to: [g.dy] + g.inputs.dropFirst())[0]
    return [gradient] + g.inputs.dropFirst().map { _ in nil }
  }
}

/// −log(softmax(x)) at the target's class.
public struct CrossEntropy: ClassLoss {
  public static let identity = OperationIdentity(name: "cross_entropy", code: 0x0802)
  public static let attributes: [Attribute<CrossEntropy>] = [
    Attribute("reduction", \.reduction), Attribute("ignore_index", \.ignoreIndex),
    Attribute("label_smoothing", \.labelSmoothing),
  ]
  public var reduction = LossReduction.mean
  public var ignoreIndex = -100
  public var labelSmoothing: Scalar = 0
  public init() {}
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let wide = try Elementwise.cast(inputs[0], to: inputs[0].dtype.accumulated)
    let weight = try inputs.count == 3 ? Elementwise.cast(inputs[2], to: wide.dtype) : nil
    let loss = try loss(wide.logSoftmax(dim: wide.shape.classAxis), inputs[1], weight)
    return [try Elementwise.cast(loss, to: inputs[0].dtype)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let axis = g.x.shape.classAxis
    let dy = try logarithmGradient(g.dy, g.x, g.inputs.dropFirst())
    let gradient = try g.x.logSoftmax(dim: axis).logSoftmaxBackward(dy, dim: axis)
    return [gradient] + g.inputs.dropFirst().map { _ in nil }
  }
}

let classLossEntries: [any Operation.Type] = [
  CrossEntropy.self, NLLLoss.self, NLLLossBackward.self,
]
