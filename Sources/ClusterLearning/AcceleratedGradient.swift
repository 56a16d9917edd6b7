import ClusterTensor

/// How far a training is.
public struct TrainingProgress: Sendable, Equatable {
  /// Gradients that were computed so far.
  public let iteration: Int
  /// The loss at the current parameters.
  public let loss: Double
  /// The norm of the loss's gradient there, over all parameters.
  public let gradientNorm: Double
}

/// When an optimisation stops, and how often it is looked at.
public struct StoppingRule: Sendable {
  /// It ends when the norm of the gradient is under this.
  public var gradientTolerance = 1e-4
  /// It fails when that takes more gradients than this.
  public var maximumIterations = 20_000
  /// Gradients between two looks. A look brings two numbers home and waits for them.
  public var checkInterval = 10

  /// Every part of the rule at its default.
  public init() {}
}

/// Nesterov's accelerated gradient method with gradient restarts (O'Donoghue and Candès 2015) for smooth
/// convex losses.
///
/// Everything that decides the next step, the restarts included, is computed where the parameters live, so
/// that the loop sends instructions and waits only at each look. Nothing is kept from one iteration to
/// the next but two points and a number.
enum AcceleratedGradient<T: LearningHome> {
  /// Minimises a loss. `step` is 1 / L for a bound L of the loss's curvature. Returns the point where
  /// the gradient met the tolerance, and what was seen there.
  ///
  /// Throws `LearningError.notConverged`, and what `loss`, `progress` and the home throw.
  static func minimize(
    from start: [T], step: T, until rule: StoppingRule,
    progress: (TrainingProgress) throws -> Void, loss: ([T]) throws -> T
  ) throws -> (point: [T], progress: TrainingProgress) {
    var point = start
    var previous = start
    let one = try step.onesLike()
    var age = one
    var iteration = 0
    while true {
      iteration += 1
      let (value, gradients) = try gradient(of: loss, at: point)
      if iteration % rule.checkInterval == 0 || iteration >= rule.maximumIterations {
        let seen = try look(value, gradients, iteration)
        try progress(seen)
        if seen.gradientNorm < rule.gradientTolerance { return (point, seen) }
        guard iteration < rule.maximumIterations, seen.gradientNorm.isFinite else {
          throw LearningError.notConverged(
            iterations: iteration, gradientNorm: seen.gradientNorm,
            tolerance: rule.gradientTolerance)
        }
      }
      let next = try zip(point, gradients).map { try $0 - $1 * step }
      let moves = try zip(next, previous).map { try $0 - $1 }
      // Where the last move led uphill the momentum starts anew.
      let uphill = try innerProduct(gradients, moves)
      age = try (uphill .> 0).where(one, age)
      let nextAge = try ((age * age * 4 + 1).sqrt() + 1) / 2
      let momentum = try (age - 1) / nextAge
      point = try zip(next, moves).map { try $0 + $1 * momentum }
      previous = next
      age = nextAge
    }
  }

  /// The loss and its gradients at a point, by the tape.
  private static func gradient(of loss: ([T]) throws -> T, at point: [T]) throws -> (T, [T]) {
    let leaves = point.map { value in
      var leaf = value
      leaf.requiresGrad = true
      return leaf
    }
    let value = try loss(leaves)
    try value.backward()
    return (value.detach(), try leaves.map { try $0.grad ?? $0.detach().zerosLike() })
  }

  /// Brings loss and gradient norm home, in one message.
  private static func look(_ loss: T, _ gradients: [T], _ iteration: Int) throws
    -> TrainingProgress
  {
    let norm = try innerProduct(gradients, gradients).sqrt()
    let numbers = try T.stack([loss, norm]).numbers()
    return TrainingProgress(iteration: iteration, loss: numbers[0], gradientNorm: numbers[1])
  }

  private static func innerProduct(_ x: [T], _ y: [T]) throws -> T {
    let parts = try zip(x, y).map { try ($0 * $1).sum() }
    return try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
  }
}
