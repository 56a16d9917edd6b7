import ClusterTensor

/// The whole of a binary classification on a table: cut, standardise, train, test. It runs unchanged on a
/// local table and on a pointer to a worker's; there no row ever leaves the worker.
public struct BinaryClassification<T: LearningHome>: Sendable {
  /// The parts of the table.
  public let data: ClassificationData<T>
  /// Means and deviations of the training rows.
  public let standardizer: Standardizer<T>
  /// The training rows, standardised.
  private let trainingFeatures: T

  /// Cuts the table and standardises its training rows. Every `interval`th row, from the first on, is a
  /// test row. Throws what `ClassificationData` and `Standardizer` throw.
  public init(
    table: T, columns: [String], target: String, testEvery interval: Int = 5
  ) throws {
    data = try ClassificationData(
      table: table, columns: columns, target: target, testEvery: interval)
    standardizer = try Standardizer(fitting: data.trainingFeatures)
    trainingFeatures = try standardizer.standardize(data.trainingFeatures)
  }

  /// Trains on the training rows. Throws what `LogisticRegression.train` throws.
  public func train(
    options: LogisticRegression<T>.Options = .init(),
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> LogisticRegression<T>.Training {
    try LogisticRegression.train(
      on: trainingFeatures, data.trainingTargets, options: options, progress: progress)
  }

  /// The share of test rows whose class a model predicts right. One number comes home. Throws what
  /// `fetch` throws.
  public func testAccuracy(of model: LogisticRegression<T>) throws -> Double {
    try model.accuracy(on: standardizer.standardize(data.testFeatures), data.testTargets)
  }
}
