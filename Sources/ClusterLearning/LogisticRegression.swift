import ClusterTensor

/// A line between two classes: the probability of class 1 is sigmoid(x · weights + bias).
public struct LogisticRegression<T: LearningHome>: Sendable {
  /// One weight for each feature.
  public let weights: T
  /// A number without axes.
  public let bias: T

  /// The model of given weights (one axis) and bias (no axis).
  public init(weights: T, bias: T) {
    self.weights = weights
    self.bias = bias
  }

  /// x · weights + bias of each row (n × features gives n); above 0 means class 1. Throws
  /// `TensorError` for shapes and dtypes that do not fit.
  public func logits(_ features: T) throws -> T { try features.matmul(weights) + bias }

  /// The share of rows (n × features) whose class is that of the targets (n). Waits: one number
  /// comes home. Throws `TensorError` for shapes and dtypes that do not fit, and what `fetch`
  /// throws.
  public func accuracy(on features: T, _ targets: T) throws -> Double {
    let predicted = try (logits(features) .> 0).cast(to: targets.dtype)
    return try (predicted .== targets).cast(to: .float64).mean().numbers()[0]
  }

  /// What is minimised: Σ binary cross entropy with logits + ½ ‖weights‖² / C, as scikit-learn
  /// defines it; the bias is free. Throws `TensorError` for shapes and dtypes that do not fit.
  public func loss(on features: T, _ targets: T, inverseRegularization c: Double) throws -> T {
    let entropy = try logits(features).binaryCrossEntropyWithLogits(targets, reduction: .sum)
    return try entropy + (weights * weights).sum() * (0.5 / c)
  }
}

extension LogisticRegression {
  /// How training goes.
  public struct Options: Sendable {
    /// C: the weight of the data against the penalty of large weights.
    public var inverseRegularization = 1.0
    /// When to stop.
    public var stopping = StoppingRule()

    /// Every option at its default, which is scikit-learn's.
    public init() {}
  }

  /// A trained model and where its training ended.
  public struct Training: Sendable {
    /// The model.
    public let model: LogisticRegression<T>
    /// Iterations, loss and gradient norm of the model.
    public let result: TrainingProgress
  }

  /// Finds the model with the least loss on standardised rows (n × features, float64) with targets 0 and 1
  /// (n, float64), from zero weights, where the rows live. Home come the number of targets that are
  /// neither, and two numbers at each look.
  ///
  /// `progress` is called at each look. Throws `LearningError.targetsNotBinary`, `.notConverged`, and
  /// `TensorError` for shapes and dtypes that do not fit.
  public static func train(
    on features: T, _ targets: T, options: Options = Options(),
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Training {
    let others = try (targets * (1 - targets) .!= 0).sum().numbers()[0]
    guard others == 0 else { throw LearningError.targetsNotBinary(count: Int(others)) }
    let c = options.inverseRegularization
    let start = try [features[0].zerosLike(), features[0, 0].zerosLike()]
    let (point, result) = try AcceleratedGradient.minimize(
      from: start, step: 1 / curvatureBound(features, c), until: options.stopping,
      progress: progress
    ) { parameters in
      try LogisticRegression(weights: parameters[0], bias: parameters[1])
        .loss(on: features, targets, inverseRegularization: c)
    }
    return Training(
      model: LogisticRegression(weights: point[0], bias: point[1]), result: result)
  }

  /// A bound of the loss's second derivatives: ¼ λ + 1 / C, where λ is the largest eigenvalue of X̃ᵀX̃ (X̃:
  /// the features and a column of ones for the bias), which its Frobenius norm bounds.
  private static func curvatureBound(_ features: T, _ c: Double) throws -> T {
    let ones = try features[.all, 0].onesLike().unsqueeze(dim: 1)
    let extended = try T.cat([features, ones], dim: 1)
    let products = try extended.t().matmul(extended)
    return try (products * products).sum().sqrt() / 4 + 1 / c
  }
}
