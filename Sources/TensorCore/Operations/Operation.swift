/// Name and op code of an operation. Codes stand on the wire: they are explicit, never reused, and
/// pinned by a golden file.
public struct OperationIdentity: Sendable, Hashable {
  /// PyTorch's name.
  public let name: String
  /// 0x0100 and above; below stand the wire's own instructions.
  public let code: UInt16

  /// The identity of the name and op code.
  public init(name: String, code: UInt16) {
    self.name = name
    self.code = code
  }

  /// What errors call an operation that consists of others and has no code of its own.
  static func composed(_ name: String) -> OperationIdentity {
    OperationIdentity(name: name, code: 0)
  }
}

/// What can be done to tensors. One type declares everything about it: name, code, attributes,
/// shape and dtype rule, execution and gradient; the homes of tensors (local, remote) add how they
/// run any operation.
///
/// Adopt `UnaryOperation`, `BinaryOperation` or `ReductionOperation` where they fit, else
/// `OneInputOperation` or `TwoInputOperation`, else this.
public protocol Operation: Sendable {
  /// Name and op code.
  static var identity: OperationIdentity { get }
  /// How many tensors it takes.
  static var inputCounts: ClosedRange<Int> { get }
  /// Whether its results are nothing but elements of its inputs, moved or converted: what may not
  /// leave a worker may not leave it so either.
  static var movesElements: Bool { get }
  /// False where no gradient exists; the tape then records nothing.
  static var isDifferentiable: Bool { get }
  /// Whether the shapes of the results follow from elements. `outputs(for:)` then checks the inputs and gives
  /// the results' number and dtypes; a pointer asks its worker once for their shapes.
  static var isDataDependent: Bool { get }

  /// Reads the attributes as `encode` wrote them. Throws `TensorError.malformed`.
  init(decoding reader: inout ByteReader) throws
  /// Appends the attributes.
  func encode(into writer: inout ByteWriter)
  /// The shape and dtype rule: what the results will be, from descriptors alone. Throws
  /// `TensorError` for inputs that the operation does not take.
  func outputs(for inputs: [Descriptor]) throws -> [Descriptor]
  /// Computes the results. The inputs are as the rule wants them.
  func execute(_ inputs: [Tensor]) throws -> [Tensor]
  /// The gradients of the inputs, nil where there is none or nobody needs it, each of the shape of
  /// the results' broadcast (it is summed back to the input's shape for you).
  func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?]
  /// Runs an instruction: takes attributes and inputs from `context`, gives it the results.
  static func run(in context: inout some InstructionContext) throws
}

/// Where an instruction's attributes and operands come from and its results go.
public protocol InstructionContext {
  /// The encoded attributes, filled up to a multiple of eight bytes.
  var attributes: ByteReader { get set }
  /// Number of operands that the instruction names.
  var inputCount: Int { get }
  /// Operand number `index`, below `inputCount`. Throws what made it fail.
  func input(_ index: Int) throws -> Tensor
  /// Number of results that the instruction names.
  var outputCount: Int { get }
  /// Stores result number `index`.
  mutating func setOutput(_ index: Int, _ tensor: Tensor) throws
}

/// An operation whose attributes are declared by a list, so that it need not encode them itself.
public protocol AttributedOperation: Operation {
  /// The operation with every attribute at its default.
  init()
  /// The attributes in PyTorch's order.
  static var attributes: [Attribute<Self>] { get }
}

extension AttributedOperation {
  public init(decoding reader: inout ByteReader) throws {
    self.init()
    for attribute in Self.attributes { try attribute.decode(&self, &reader) }
  }
  public func encode(into writer: inout ByteWriter) {
    for attribute in Self.attributes { attribute.encode(self, &writer) }
  }
}

/// An operation without attributes.
public protocol PlainOperation: Operation {
  /// The operation, which is always the same.
  init()
}

extension PlainOperation {
  public init(decoding reader: inout ByteReader) throws { self.init() }
  public func encode(into writer: inout ByteWriter) {}
}

/// An operation that has no gradient.
public protocol NonDifferentiableOperation: Operation {}

extension NonDifferentiableOperation {
  public static var isDifferentiable: Bool { false }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    Array(repeating: nil, count: g.inputs.count)
  }
}

extension Operation {
  public static var movesElements: Bool { false }
  public static var isDifferentiable: Bool { true }
  public static var isDataDependent: Bool { false }
  var name: String { Self.identity.name }

  public static func run(in context: inout some InstructionContext) throws {
    let operation = try decode(from: &context)
    let inputs = try (0..<context.inputCount).map { try context.input($0) }
    let descriptors = try operation.outputs(for: inputs.map(\.descriptor))
    guard descriptors.count == context.outputCount else {
      throw TensorError.malformed(
        "\(identity.name) has \(descriptors.count) results, not \(context.outputCount)")
    }
    for (index, output) in try operation.execute(inputs).enumerated() {
      try context.setOutput(index, output)
    }
  }

  /// Reads the attributes and checks that nothing is left over and the inputs are as many as
  /// the operation takes.
  @inline(__always)
  static func decode(from context: inout some InstructionContext) throws -> Self {
    let operation = try Self(decoding: &context.attributes)
    guard context.attributes.isAtEnd else {
      throw TensorError.malformed(
        "\(context.attributes.count) bytes after the attributes of \(identity.name)")
    }
    guard inputCounts.contains(context.inputCount) else {
      throw TensorError.malformed("\(identity.name) cannot take \(context.inputCount) operands")
    }
    return operation
  }

  func requireCount(_ inputs: some Collection) throws {
    guard Self.inputCounts.contains(inputs.count) else {
      throw TensorError.invalidArgument(
        name, "takes \(Self.inputCounts) tensors, not \(inputs.count)")
    }
  }
}

// MARK: One input, one result

/// An operation from one tensor to one.
public protocol OneInputOperation: Operation {
  /// The shape and dtype rule.
  func output(for x: Descriptor) throws -> Descriptor
  /// Computes the result.
  func execute(_ x: Tensor) throws -> Tensor
}

extension OneInputOperation {
  public static var inputCounts: ClosedRange<Int> { 1...1 }

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    return [try output(for: inputs[0])]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] { [try execute(inputs[0])] }

  public static func run(in context: inout some InstructionContext) throws {
    let operation = try decode(from: &context)
    let x = try context.input(0)
    _ = try operation.output(for: x.descriptor)
    try context.setOutput(0, operation.execute(x))
  }
}

// MARK: Two inputs, one result

/// An operation from two tensors to one.
public protocol TwoInputOperation: Operation {
  /// The shape and dtype rule.
  func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor
  /// Computes the result.
  func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor
}

extension TwoInputOperation {
  public static var inputCounts: ClosedRange<Int> { 2...2 }

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    return [try output(for: inputs[0], inputs[1])]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try execute(inputs[0], inputs[1])]
  }

  public static func run(in context: inout some InstructionContext) throws {
    let operation = try decode(from: &context)
    let (x, y) = (try context.input(0), try context.input(1))
    _ = try operation.output(for: x.descriptor, y.descriptor)
    try context.setOutput(0, operation.execute(x, y))
  }
}
