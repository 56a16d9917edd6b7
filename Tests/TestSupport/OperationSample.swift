import TensorCore

/// One call of an operation: its attributes and local inputs. Laws are stated over all samples; the
/// same samples run wherever tensors live, since `inputs(placedBy:)` brings the inputs there.
public struct OperationSample: Sendable, CustomStringConvertible {
  /// What is called, with its attributes.
  public let operation: any Operation
  /// The inputs in this process, of any layout.
  public let inputs: [Tensor]
  /// Names the sample in messages, e.g. `add float32[7] (stepped), float32[7]`.
  public let description: String
  /// Whether results follow small changes of the floating-point inputs in proportion: not at
  /// kinks, ties, poles and nan. Only there can gradients be compared with differences.
  public let isSmooth: Bool

  public init(
    _ operation: any Operation, _ inputs: [Tensor], isSmooth: Bool = true, note: String = ""
  ) {
    self.operation = operation
    self.inputs = inputs
    self.isSmooth = isSmooth
    let operands = inputs.map { input in
      input.descriptor.description + (input.isContiguous ? "" : " (strided)")
    }
    description =
      ([type(of: operation).identity.name, note] + operands).filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  /// The entry of the catalogue.
  public var entry: any Operation.Type { type(of: operation) }
  /// PyTorch's name of the operation.
  public var name: String { entry.identity.name }

  /// The inputs brought to another home, e.g. `try sample.inputs { try $0.send(to: bob) }`.
  public func inputs<T: TensorProtocol>(placedBy place: (Tensor) throws -> T) rethrows -> [T] {
    try inputs.map(place)
  }

  /// Runs the operation on tensors of any home, by the path that the surface takes for so many
  /// inputs.
  public func run<T: TensorProtocol>(on inputs: [T]) throws -> [T] {
    if inputs.count == 1, let operation = operation as? any OneInputOperation {
      return [try T.apply(operation, to: inputs[0])]
    }
    if inputs.count == 2, let operation = operation as? any TwoInputOperation {
      return [try T.apply(operation, to: inputs[0], inputs[1])]
    }
    return try T.apply(operation, to: inputs)
  }

  /// The results in this process: what every other home must give.
  public func expected() throws -> [Tensor] { try Tensor.apply(operation, to: inputs) }

  /// The same call with the inputs copied into storage of their own, element after element.
  public func contiguous() throws -> OperationSample {
    OperationSample(
      operation, try inputs.map { try $0.clone() }, isSmooth: isSmooth, note: "contiguous")
  }

  /// The same call with the floating-point inputs in another dtype.
  public func converted(to dtype: DType) throws -> OperationSample {
    OperationSample(
      operation, try inputs.map { try $0.dtype.isFloatingPoint ? $0.cast(to: dtype) : $0 },
      isSmooth: isSmooth, note: "as \(dtype)")
  }
}

/// The table of samples: several for every entry of the catalogue.
public enum OperationSamples {
  private static let built = Result { try build() }

  /// All samples, always the same ones in the same order.
  public static var all: [OperationSample] {
    get throws { try built.get() }
  }

  /// The samples of the entry with PyTorch's name.
  public static func named(_ name: String) throws -> [OperationSample] {
    try all.filter { $0.name == name }
  }

  private static func build() throws -> [OperationSample] {
    let families = [
      try unarySamples(), try binarySamples(), try reductionSamples(), try creationSamples(),
      try productSamples(), try shapingSamples(), try selectionSamples(), try lossSamples(),
      try ternarySamples(), try attributedUnarySamples(),

      try contractionSamples(), try distanceSamples(), try softmaxGradientSamples(),
      try pointwiseLossSamples(), try classLossSamples(),

      try indexingSamples(), try orderSamples(),

      try rearrangingSamples(), try sequenceSamples(), try randomSamples(),

      try cumulativeSamples(), try statisticsSamples(),
    ]
    // The list must end the same way however the families are asked for.
    return families.flatMap { $0 }
  }

  /// The sample, or nil where the shape and dtype rule refuses it: which dtypes an entry takes is
  /// not listed twice. What must be refused is tested by hand.
  static func accepted(
    _ operation: any Operation, _ inputs: [Tensor], isSmooth: Bool = true, note: String = ""
  ) -> OperationSample? {
    guard (try? operation.outputs(for: inputs.map(\.descriptor))) != nil else { return nil }
    return OperationSample(operation, inputs, isSmooth: isSmooth, note: note)
  }

  /// An operation with its attributes set.
  static func make<O: AttributedOperation>(_ type: O.Type, _ set: (inout O) -> Void) -> O {
    var operation = O()
    set(&operation)
    return operation
  }
}
