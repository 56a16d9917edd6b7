// The public methods and free functions of the losses.

extension TensorProtocol {
  // MARK: Element against element

  /// The squares of the differences to the targets, by default their mean; a weight for each element makes
  /// the mean a weighted one. Throws `TensorError.shapeMismatch` where shapes do not broadcast,
  /// `.unsupportedDType` for bool and integers.
  public func mseLoss(_ target: Self, reduction: LossReduction = .mean, weight: Self? = nil) throws
    -> Self
  {
    try pointwise(MSELoss(), target, reduction, weight)
  }
  /// The absolute differences to the targets, by default their mean; a weight for each element makes the mean
  /// a weighted one. Throws as ``mseLoss(_:reduction:weight:)``; integers have a sum, but no mean.
  public func l1Loss(_ target: Self, reduction: LossReduction = .mean, weight: Self? = nil) throws
    -> Self
  {
    try pointwise(L1Loss(), target, reduction, weight)
  }
  /// (x − target)² / (2 · beta) near 0, |x − target| − beta / 2 from beta on; by default the mean. Throws as
  /// ``mseLoss(_:reduction:weight:)``, `TensorError.invalidArgument` for a negative beta.
  public func smoothL1Loss(
    _ target: Self, reduction: LossReduction = .mean, beta: Scalar = 1
  ) throws -> Self {
    var operation = SmoothL1Loss()
    operation.beta = beta
    return try pointwise(operation, target, reduction)
  }
  /// (x − target)² / 2 near 0, delta · (|x − target| − delta / 2) from delta on; by default the mean. A
  /// weight for each element multiplies its loss; the mean still divides by the number of elements. Throws
  /// as ``mseLoss(_:reduction:weight:)``, `TensorError.invalidArgument` unless delta is positive.
  public func huberLoss(
    _ target: Self, reduction: LossReduction = .mean, delta: Scalar = 1, weight: Self? = nil
  ) throws -> Self {
    var operation = HuberLoss()
    operation.delta = delta
    guard let weight else { return try pointwise(operation, target, reduction) }
    return try reduction.reduce(pointwise(operation, target, .none, weight))
  }
  /// Kullback and Leibler's divergence of these logarithms of probabilities from the targets, element by
  /// element, by default the mean; with `logTarget` the targets are logarithms too. Throws as
  /// ``mseLoss(_:reduction:weight:)``.
  public func klDiv(
    _ target: Self, reduction: LossReduction = .mean, logTarget: Bool = false
  ) throws -> Self {
    var operation = KLDivLoss()
    operation.logTarget = logTarget
    return try pointwise(operation, target, reduction)
  }
  /// The binary cross entropy of these probabilities against targets in [0, 1] of the same shape; a weight
  /// multiplies the losses. A probability outside of [0, 1] fails where the tensors live. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch`.
  public func binaryCrossEntropy(
    _ target: Self, weight: Self? = nil, reduction: LossReduction = .mean
  ) throws -> Self {
    guard let weight else { return try pointwise(BinaryCrossEntropy(), target, reduction) }
    return try reduction.reduce(pointwise(BinaryCrossEntropy(), target, .none) * weight)
  }
  /// The binary cross entropy of these logits against targets in [0, 1] of the same shape; a weight
  /// multiplies the losses, a `posWeight` the part of them that counts for the targets. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch`.
  public func binaryCrossEntropyWithLogits(
    _ target: Self, weight: Self? = nil, reduction: LossReduction = .mean, posWeight: Self? = nil
  ) throws -> Self {
    guard target.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: BinaryCrossEntropyWithLogits.identity.name, dtypes: [dtype, target.dtype],
        remedy: "both must be floating point: cast them")
    }
    if weight == nil, posWeight == nil {
      return try pointwise(BinaryCrossEntropyWithLogits(), target, reduction)
    }
    let wide = dtype.accumulated
    let (x, y) = (try converted(to: wide), try target.converted(to: wide))
    var losses: Self
    if let posWeight {
      // Against a target of 1 the loss is −log(sigmoid(x)).
      let certain = try x.pointwise(BinaryCrossEntropyWithLogits(), y.onesLike(), .none)
      losses = try (1 - y) * x + (1 + (posWeight.converted(to: wide) - 1) * y) * certain
    } else {
      losses = try x.pointwise(BinaryCrossEntropyWithLogits(), y, .none)
    }
    if let weight { losses = try losses * weight }
    return try reduction.reduce(losses).converted(to: dtype)
  }

  private func pointwise(
    _ operation: some PointwiseLoss, _ target: Self, _ reduction: LossReduction,
    _ weight: Self? = nil
  ) throws -> Self {
    var operation = operation
    operation.reduction = weight == nil ? reduction : .none
    let losses = try Self.apply(operation, to: self, target)
    guard let weight else { return losses }
    guard weight.shape == shape else {
      throw TensorError.shapeMismatch(
        operation: operation.name, shapes: [shape, weight.shape],
        remedy: "the weight must have the shape of the first tensor")
    }
    switch reduction {
    case .none: return try losses * weight
    case .sum: return try (losses * weight).sum()
    case .mean: return try (losses * weight).sum() / weight.sum()
    }
  }

  // MARK: Scores against classes

  /// The negative log likelihood of these logarithms of probabilities (classes on axis 1, or on the only
  /// axis) against class indices (int64 or uint8). Samples of class `ignoreIndex` do not count; `weight` has a
  /// factor for each class, by whose sum the mean divides. An index that is no class fails where the
  /// tensors live. Throws `TensorError.unsupportedDType`, `.shapeMismatch` where the target has not the
  /// scores' other axes.
  public func nllLoss(
    _ target: Self, weight: Self? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean
  ) throws -> Self {
    var operation = NLLLoss()
    operation.reduction = reduction
    operation.ignoreIndex = ignoreIndex
    return try Self.apply(operation, to: [self, target] + (weight.map { [$0] } ?? []))[0]
  }

  /// The cross entropy of these scores (classes on axis 1, or on the only axis) against class
  /// indices (int64 or uint8), or against probabilities of the scores' shape. `weight`, `ignoreIndex` (for
  /// indices only) and the reduction are as in ``nllLoss(_:weight:ignoreIndex:reduction:)``;
  /// `labelSmoothing` spreads that share of each target over all classes. An index that is no class fails
  /// where the tensors live. Throws `TensorError.unsupportedDType`, `.shapeMismatch` where the target has
  /// neither the scores' shape nor their other axes, `.invalidArgument` for a smoothing outside of 0 … 1.
  public func crossEntropy(
    _ target: Self, weight: Self? = nil, ignoreIndex: Int = -100,
    reduction: LossReduction = .mean, labelSmoothing: Scalar = 0
  ) throws -> Self {
    var operation = CrossEntropy()
    operation.reduction = reduction
    operation.ignoreIndex = ignoreIndex
    operation.labelSmoothing = labelSmoothing
    if target.dtype.isFloatingPoint, target.shape == shape, rank > 0 {
      return try crossEntropy(operation, probabilities: target, weight)
    }
    return try Self.apply(operation, to: [self, target] + (weight.map { [$0] } ?? []))[0]
  }

  private func crossEntropy(
    _ operation: CrossEntropy, probabilities target: Self, _ weight: Self?
  ) throws -> Self {
    let axis = shape.classAxis
    // What a target of indices is refused for.
    let index = Descriptor(shape: shape.removing(axis: axis), dtype: .int64)
    _ = try operation.check(scores: descriptor, index, weight?.descriptor)
    guard operation.ignoreIndex < 0 else {
      throw TensorError.invalidArgument(
        operation.name, "an index to ignore beside probabilities: give class indices instead")
    }
    let classes = shape[axis]
    let result = dtype.promoted(with: target.dtype)
    let logarithms = try converted(to: dtype.accumulated).logSoftmax(dim: axis)
    var shares = try target.converted(to: result.accumulated)
    let smoothing = operation.labelSmoothing.double
    if smoothing > 0 {
      shares = try shares * Scalar(1 - smoothing) + Scalar(smoothing / Double(classes))
    }
    var terms = try logarithms * shares
    if let weight {
      var lengths = Array(repeating: 1, count: rank)
      lengths[axis] = classes
      terms = try terms * weight.converted(to: dtype.accumulated).reshaped(lengths)
    }
    let loss: Self
    switch operation.reduction {
    case .none: loss = try -terms.sum(dim: [axis])
    case .sum: loss = try -terms.sum()
    case .mean: loss = try -terms.sum() / Scalar(Double(elementCount / classes))
    }
    return try loss.converted(to: result)
  }
}

/// See ``TensorProtocol/mseLoss(_:reduction:weight:)``.
public func mseLoss<T: TensorProtocol>(
  _ x: T, _ target: T, reduction: LossReduction = .mean
) throws -> T {
  try x.mseLoss(target, reduction: reduction)
}
/// See ``TensorProtocol/crossEntropy(_:weight:ignoreIndex:reduction:labelSmoothing:)``.
public func crossEntropy<T: TensorProtocol>(
  _ x: T, _ target: T, weight: T? = nil, ignoreIndex: Int = -100,
  reduction: LossReduction = .mean, labelSmoothing: Scalar = 0
) throws -> T {
  try x.crossEntropy(
    target, weight: weight, ignoreIndex: ignoreIndex, reduction: reduction,
    labelSmoothing: labelSmoothing)
}
/// See ``TensorProtocol/binaryCrossEntropyWithLogits(_:weight:reduction:posWeight:)``.
public func binaryCrossEntropyWithLogits<T: TensorProtocol>(
  _ x: T, _ target: T, weight: T? = nil, reduction: LossReduction = .mean, posWeight: T? = nil
) throws -> T {
  try x.binaryCrossEntropyWithLogits(
    target, weight: weight, reduction: reduction, posWeight: posWeight)
}

let lossEntries: [any Operation.Type] = softmaxEntries + pointwiseLossEntries + classLossEntries

extension NamedOperations {
  mutating func addLosses() {
    let legacy = "bool? size_average=None, bool? reduce=None, str reduction='mean'"
    func pair(_ name: String, _ more: String) -> String {
      "nn.functional.\(name)(Tensor input, Tensor target, \(more))"
    }
    add(pair("mse_loss", legacy + ", Tensor? weight=None")) {
      try $0.x.mseLoss($0.target, reduction: $0.legacyReduction, weight: $0.weight)
    }
    add(pair("l1_loss", legacy + ", Tensor? weight=None")) {
      try $0.x.l1Loss($0.target, reduction: $0.legacyReduction, weight: $0.weight)
    }
    add(pair("smooth_l1_loss", legacy + ", float beta=1.0")) {
      try $0.x.smoothL1Loss($0.target, reduction: $0.legacyReduction, beta: $0.scalar("beta"))
    }
    add(pair("huber_loss", "str reduction='mean', float delta=1.0, Tensor? weight=None")) {
      try $0.x.huberLoss(
        $0.target, reduction: $0.reduction, delta: $0.scalar("delta"), weight: $0.weight)
    }
    add(pair("kl_div", legacy + ", bool log_target=False")) {
      let (x, target, logTarget) = (try $0.x, try $0.target, try $0.bool("log_target"))
      if try $0.text("reduction") == "batchmean", !$0.has("size_average"), !$0.has("reduce") {
        let sum = try x.klDiv(target, reduction: .sum, logTarget: logTarget)
        return x.rank == 0 ? sum : try sum / Scalar(Double(x.shape[0]))
      }
      return try x.klDiv(target, reduction: $0.legacyReduction, logTarget: logTarget)
    }
    let weighted = "Tensor? weight=None, " + legacy
    add(pair("binary_cross_entropy", weighted)) {
      try $0.x.binaryCrossEntropy($0.target, weight: $0.weight, reduction: $0.legacyReduction)
    }
    add(pair("binary_cross_entropy_with_logits", weighted + ", Tensor? pos_weight=None")) {
      try $0.x.binaryCrossEntropyWithLogits(
        $0.target, weight: $0.weight, reduction: $0.legacyReduction,
        posWeight: $0.optionalTensor("pos_weight"))
    }
    let classes =
      "Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, "
      + "str reduction='mean'"
    add(pair("nll_loss", classes)) {
      try $0.x.nllLoss(
        $0.target, weight: $0.weight, ignoreIndex: $0.int("ignore_index"),
        reduction: $0.legacyReduction)
    }
    add(pair("cross_entropy", classes + ", float label_smoothing=0.0")) {
      try $0.x.crossEntropy(
        $0.target, weight: $0.weight, ignoreIndex: $0.int("ignore_index"),
        reduction: $0.legacyReduction, labelSmoothing: $0.scalar("label_smoothing"))
    }
  }
}

extension Arguments {
  fileprivate var target: T { get throws { try tensor("target") } }
  fileprivate var weight: T? { get throws { try optionalTensor("weight") } }

  fileprivate var reduction: LossReduction {
    get throws {
      switch try text("reduction") {
      case "none": .none
      case "mean": .mean
      case "sum": .sum
      default: throw refuse("reduction must be 'none', 'mean' or 'sum'")
      }
    }
  }

  /// The reduction, unless PyTorch's older flags are given: they win.
  fileprivate var legacyReduction: LossReduction {
    get throws {
      guard has("size_average") || has("reduce") else { return try reduction }
      func flag(_ name: String) throws -> Bool { try has(name) ? bool(name) : true }
      if try !flag("reduce") { return .none }
      return try flag("size_average") ? .mean : .sum
    }
  }
}
