/// What can go wrong while learning. No text holds a row of the data.
public enum LearningError: Error, Equatable, Sendable {
  /// A table has no column, or several, of the name.
  case unknownColumn(String, known: [String])
  /// A table does not have the shape that its use needs.
  case unsuitableTable(String)
  /// Targets of a binary classification that are neither 0 nor 1.
  case targetsNotBinary(count: Int)
  /// The gradient's norm did not come under the tolerance.
  case notConverged(iterations: Int, gradientNorm: Double, tolerance: Double)
}

extension LearningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownColumn(let name, let known):
      "the table does not have exactly one column \"\(name)\": it has "
        + known.joined(separator: ", ")
    case .unsuitableTable(let reason):
      reason
    case .targetsNotBinary(let count):
      "\(count) targets are neither 0 nor 1: choose a column that holds two classes, as 0 and 1"
    case .notConverged(let iterations, let norm, let tolerance):
      "the norm of the gradient was \(norm) after \(iterations) iterations, not under \(tolerance): "
        + "standardise the features, use float64, or allow more iterations"
    }
  }
}
