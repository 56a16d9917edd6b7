import ClusterTensor

/// The rows of a table, cut into features and targets, for training and for the test afterwards. All parts
/// stay where the table lives; only row and column numbers go there.
public struct ClassificationData<T: LearningHome>: Sendable {
  /// Rows to learn from, without the target's column.
  public let trainingFeatures: T
  /// The targets of these rows, on one axis.
  public let trainingTargets: T
  /// Rows that nothing is learned from.
  public let testFeatures: T
  /// The targets of the test rows.
  public let testTargets: T
  /// Names of the features' columns.
  public let features: [String]

  /// Cuts a table (rows × columns). Test rows are those whose number, from 0, is divisible by `interval`.
  ///
  /// Throws `LearningError.unknownColumn` where the target is not exactly one column,
  /// `.unsuitableTable` where training or test rows would be missing.
  public init(
    table: T, columns: [String], target: String, testEvery interval: Int = 5
  ) throws {
    let targets = columns.indices.filter { columns[$0] == target }
    guard targets.count == 1, table.rank == 2, table.shape[1] == columns.count else {
      throw LearningError.unknownColumn(target, known: columns)
    }
    let others = columns.indices.filter { columns[$0] != target }
    let count = table.shape[0]
    guard interval > 1, count > 1, !others.isEmpty else {
      throw LearningError.unsuitableTable(
        "a table of shape \(table.shape) with every \(interval)th row for the test leaves nothing to "
          + "learn from: use more rows, columns or a longer interval")
    }
    func take(_ numbers: [Int], from part: T, dim: Int) throws -> T {
      try part.indexSelect(dim: dim, part.receive(Tensor(numbers)))
    }
    let inputs = try take(others, from: table, dim: 1)
    let outputs = try table[.all, targets[0]]
    let test = (0..<count).filter { $0 % interval == 0 }
    let training = (0..<count).filter { $0 % interval != 0 }
    trainingFeatures = try take(training, from: inputs, dim: 0)
    trainingTargets = try take(training, from: outputs, dim: 0)
    testFeatures = try take(test, from: inputs, dim: 0)
    testTargets = try take(test, from: outputs, dim: 0)
    features = others.map { columns[$0] }
  }
}
