import ClusterLearning
import ClusterTensor

extension ErrorExamples {
  static let learningKinds: [any ErrorKind] = LearningError.Kind.allCases

  /// The case of an error of the library.
  public static func name(of error: any Error) -> String? {
    switch error {
    case let error as TensorError: error.kind.name
    case let error as ClusterError: error.kind.name
    case let error as LearningError: error.kind.name
    default: nil
    }
  }

  static let learning: [ErrorExample] = [
    ErrorExample(
      LearningError.Kind.unknownColumn, "`ClassificationData(…, target: \"age\")`",
      "the table does not have exactly one column \"age\": it has height, weight"
    ) { scene in
      _ = try ClassificationData(
        table: scene.floats(4, 2), columns: ["height", "weight"], target: "age")
    },
    ErrorExample(
      LearningError.Kind.unsuitableTable, "`ClassificationData(…, testEvery: 1)`",
      "a table of shape [4, 2] with every 1th row for the test leaves nothing to learn from: "
        + "use more rows, columns or a longer interval"
    ) { scene in
      _ = try ClassificationData(
        table: scene.floats(4, 2), columns: ["height", "weight"], target: "weight", testEvery: 1)
    },
    ErrorExample(
      LearningError.Kind.targetsNotBinary,
      "`LogisticRegression.train(on: x, y)` with other targets",
      "3 targets are neither 0 nor 1: choose a column that holds two classes, as 0 and 1"
    ) { scene in
      _ = try LogisticRegression.train(on: scene.floats(3, 2), scene.floats(3))
    },
    ErrorExample(
      LearningError.Kind.notConverged,
      "`LogisticRegression.train(on: x, y)` with at most one iteration",
      "the norm of the gradient was 1.0 after 1 iterations, not under 0.0001: standardise "
        + "the features, use float64, or allow more iterations"
    ) { scene in
      var options = LogisticRegression<PointerTensor>.Options()
      options.stopping.maximumIterations = 1
      let features = try Tensor.zeros(4, 1, dtype: .float64).send(to: scene.bob)
      let targets = try Tensor([0.0, 1, 1, 1], dtype: .float64).send(to: scene.bob)
      _ = try LogisticRegression.train(on: features, targets, options: options)
    },
  ]
}
