import ClusterTensor

extension LearningError {
  /// The cases of `LearningError`.
  public enum Kind: String, ErrorKind {
    /// `LearningError.unknownColumn`.
    case unknownColumn
    /// `LearningError.unsuitableTable`.
    case unsuitableTable
    /// `LearningError.targetsNotBinary`.
    case targetsNotBinary
    /// `LearningError.notConverged`.
    case notConverged
  }

  /// Which case it is.
  public var kind: Kind {
    switch self {
    case .unknownColumn: .unknownColumn
    case .unsuitableTable: .unsuitableTable
    case .targetsNotBinary: .targetsNotBinary
    case .notConverged: .notConverged
    }
  }
}

extension LearningError.Kind {
  public var name: String { "LearningError.\(rawValue)" }

  public var cause: String {
    switch self {
    case .unknownColumn: "The table has no column of the name, or several."
    case .unsuitableTable: "The table has not the shape that its use needs."
    case .targetsNotBinary: "The column to learn has values other than 0 and 1."
    case .notConverged: "The iterations were used up before the gradient was small enough."
    }
  }

  public var remedy: String {
    switch self {
    case .unknownColumn: "Use one of the names in the text."
    case .unsuitableTable: "Choose another table or reshape it."
    case .targetsNotBinary: "Choose a column that holds two classes, as 0 and 1."
    case .notConverged: "Standardise the features, use float64, or allow more iterations."
    }
  }
}
