import TensorCore

/// The samples whose result may stand in place of their first input.
public enum InPlaceSamples {
  public static var all: [OperationSample] {
    get throws {
      try OperationSamples.all.filter { sample in
        let isForm =
          sample.inputs.count == 1
          ? sample.operation is any OneInputOperation : sample.operation is any TwoInputOperation
        guard isForm, let x = sample.inputs.first else { return false }
        return try sample.operation.outputs(for: sample.inputs.map(\.descriptor)) == [x.descriptor]
      }
    }
  }

  /// Runs the operation in place of `x`, a tensor of any home.
  public static func run<T: TensorHome>(_ sample: OperationSample, on x: inout T, _ y: T?) throws {
    if let y, let operation = sample.operation as? any TwoInputOperation {
      try T.applyInPlace(operation, to: &x, y)
    } else if let operation = sample.operation as? any OneInputOperation {
      try T.applyInPlace(operation, to: &x)
    }
  }
}
