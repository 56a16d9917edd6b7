import TensorCore
import TestSupport
import Testing

/// float16 and bfloat16: every entry gives what float32 gives for the same numbers, rounded once to the
/// nearest, ties to even.
@Suite struct HalfLawTests {
  /// Entries whose rule is another one, with the reason.
  private static let exceptions: [String: String] = [
    "nextafter": "the neighbour is a half: the laws of the kernels check it",
    "bincount": "all weights but float32 are summed up in float64",
    "histc": "the bins are found in steps that are rounded to halves, as in PyTorch",
    "segment_reduce": "every step is rounded to a half, as in PyTorch",
    "nan_to_num": "infinity becomes the largest half",
    "div_trunc": "the quotient of two tensors is rounded before it is cut off, as in PyTorch",
  ]

  @Test(arguments: entryNames.filter { exceptions[$0] == nil })
  func halvesAreFloat32RoundedOnce(name: String) throws {
    try overSamples(name) { sample in
      guard let wide = try widened(sample) else { return }
      let expected = try wide.expected()
      for (found, expected) in zip(try sample.expected(), expected) {
        #expect(try areEqual(found, expected), "\(sample)")
      }
    }
  }

  /// The same call in float32; nil where no input is a half.
  private func widened(_ sample: OperationSample) throws -> OperationSample? {
    guard let half = sample.inputs.map(\.dtype).first(where: { HalfReference($0) != nil }) else {
      return nil
    }
    var operation = sample.operation
    var inputs = sample.inputs
    let promoted = try sample.operation.outputs(for: inputs.map(\.descriptor))[0].dtype
    if let binary = operation as? any BinaryOperation {
      operation = try self.widened(binary, half)
    }
    if sample.operation is any BinaryOperation || sample.operation is any TernaryOperation
      || sample.operation is Where || sample.operation is Cat
    {
      let precision = (sample.entry as? any BinaryOperation.Type)?.numberPrecision ?? .rounded
      let keepsNumber = precision != .rounded
      for (place, input) in inputs.enumerated() where input.dtype != .bool || place > 0 {
        let isNumber = keepsNumber && place == 1 && input.rank == 0 && input.dtype != promoted
        if HalfReference(promoted) != nil, !isNumber {
          inputs[place] = try input.cast(to: promoted)
        }
      }
    }
    inputs = try inputs.map { HalfReference($0.dtype) == nil ? $0 : try $0.cast(to: .float32) }
    return OperationSample(operation, inputs)
  }

  /// With the number that a half holds, where the entry rounds it before it computes.
  private func widened(_ operation: any BinaryOperation, _ dtype: DType) throws
    -> any BinaryOperation
  {
    switch (type(of: operation).numberPrecision, operation.operands) {
    case (.kept, _), (.keptOnRight, .scalarRight): return operation
    default: break
    }
    func rounded(_ number: Scalar) throws -> Scalar {
      let value = number.double
      if value == value.rounded() { return number }
      return Scalar(try #require(HalfReference(dtype)).rounded(Double(Float(value))))
    }
    switch operation.operands {
    case .tensors: return operation
    case .scalarLeft(let number):
      return type(of: operation).init(operands: .scalarLeft(try rounded(number)))
    case .scalarRight(let number):
      return type(of: operation).init(operands: .scalarRight(try rounded(number)))
    }
  }

  /// Whether the results are those of float32, rounded where they are halves.
  private func areEqual(_ found: Tensor, _ wide: Tensor) throws -> Bool {
    guard let reference = HalfReference(found.dtype), wide.dtype == .float32 else {
      return try areSame(found, wide)
    }
    guard found.shape == wide.shape else { return false }
    return zip(try found.toArray(of: Double.self), try wide.toArray(of: Double.self)).allSatisfy {
      let expected = reference.rounded($1)
      return $0.isNaN ? expected.isNaN : $0.bitPattern == expected.bitPattern
    }
  }
}
