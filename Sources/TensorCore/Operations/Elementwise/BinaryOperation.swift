/// What stands on either side of an elementwise operation of two operands.
public enum BinaryOperands: Sendable, Equatable {
  /// Two tensors.
  case tensors
  /// A tensor and a number to its right.
  case scalarRight(Scalar)
  /// A number and a tensor to its right.
  case scalarLeft(Scalar)
}

/// What dtypes an elementwise function of two operands takes and gives, after promotion.
public enum BinaryDomain: Sendable {
  /// Every dtype, which it keeps.
  case all
  /// Every dtype but bool, which it keeps.
  case numeric
  /// Every dtype, where neither operand is bool.
  case withoutBool
  /// Every dtype, the same on either side.
  case same
  /// Bool and integers, which it keeps.
  case integral
  /// Integers, which it keeps.
  case integer
  /// Floating point; bool and integers are converted to the default float first.
  case floatingPoint
  /// Floating point only.
  case floatingPointOnly
  /// Every dtype; each operand is converted to bool by itself.
  case truth

  /// The dtype that is computed in for operands of x and y, and of `promoted` together; nil where they are
  /// refused.
  func computed(_ promoted: DType, _ x: DType, _ y: DType) -> DType? {
    switch self {
    case .all: promoted
    case .numeric: promoted == .bool ? nil : promoted
    case .withoutBool: x == .bool || y == .bool ? nil : promoted
    case .same: x == y ? promoted : nil
    case .integral: promoted.isFloatingPoint ? nil : promoted
    case .integer: promoted.kind == .integer ? promoted : nil
    case .floatingPoint: promoted.isFloatingPoint ? promoted : .defaultFloat
    case .floatingPointOnly: promoted.isFloatingPoint ? promoted : nil
    case .truth: .bool
    }
  }

  /// What to do where dtypes are refused.
  var remedy: String {
    switch self {
    case .same: "cast one of them to the dtype of the other first"
    case .integral, .integer: "cast them to an integer dtype first"
    case .floatingPointOnly: "cast one of them to a floating-point dtype first"
    default: "cast one of them to a number first"
    }
  }
}

/// What becomes of a number beside halves.
public enum NumberPrecision: Sendable {
  /// It is rounded to a half too.
  case rounded
  /// On the right it keeps its digits.
  case keptOnRight
  /// It keeps its digits.
  case kept
}

/// An elementwise function of two operands that broadcast; either may be a number, which then
/// travels as an attribute. Its entry names a kernel and two gradients.
public protocol BinaryOperation: OneInputOperation, TwoInputOperation {
  /// The loops that compute it.
  static var kernel: BinaryKernel { get }
  /// The dtypes it takes.
  static var domain: BinaryDomain { get }
  /// What becomes of a number beside halves.
  static var numberPrecision: NumberPrecision { get }
  /// What stands on either side.
  var operands: BinaryOperands { get }
  /// The operation on such operands.
  init(operands: BinaryOperands)
  /// Refuses what its arithmetic is not defined for; `dtype` is the promoted one.
  func check(_ dtype: DType) throws
  /// Refuses a right operand with elements that its arithmetic is not defined for; it has the dtype
  /// that is computed in.
  func check(right: Tensor) throws
  /// The gradient of the left operand; asked for only where it is needed.
  func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T?
  /// The gradient of the right operand; asked for only where it is needed.
  func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T?
}

/// An operand that may be a number.
public enum Operand<T: TensorProtocol>: Sendable {
  /// A tensor.
  case tensor(T)
  /// A number.
  case scalar(Scalar)

  static func * (x: T, y: Operand) throws -> T {
    switch y {
    case .tensor(let y): try x * y
    case .scalar(let y): try x * y
    }
  }
  static func / (x: T, y: Operand) throws -> T {
    switch y {
    case .tensor(let y): try x / y
    case .scalar(let y): try x / y
    }
  }
}

/// What the gradient rules of an elementwise operation of two operands may use.
public struct BinaryGradient<T: TensorProtocol> {
  /// What stood on the left.
  public let left: Operand<T>
  /// What stood on the right.
  public let right: Operand<T>
  /// The result.
  public let output: T
  /// The gradient of the result.
  public let dy: T

  /// The operand as a tensor: a number is written out like the result.
  func tensor(_ operand: Operand<T>) throws -> T {
    switch operand {
    case .tensor(let tensor): tensor
    case .scalar(let scalar): try output.fullLike(scalar)
    }
  }

  /// The operand in the dtype of the result: integers neither wrap there, nor are truth values refused.
  func converted(_ operand: Operand<T>) throws -> T {
    let tensor = try tensor(operand)
    return try tensor.dtype == output.dtype ? tensor : tensor.cast(to: output.dtype)
  }
}

extension BinaryOperation {
  public static var domain: BinaryDomain { .numeric }
  public static var numberPrecision: NumberPrecision { .rounded }
  public static var inputCounts: ClosedRange<Int> { 1...2 }
  public func check(_ dtype: DType) throws {}
  public func check(right: Tensor) throws {}

  public init(decoding reader: inout ByteReader) throws {
    switch try reader.read(UInt8.self) {
    case 0: self.init(operands: .tensors)
    case 1: self.init(operands: .scalarRight(try Scalar(decoding: &reader)))
    case 2: self.init(operands: .scalarLeft(try Scalar(decoding: &reader)))
    case let other: throw TensorError.malformed("\(other) is no form of operands")
    }
  }

  public func encode(into writer: inout ByteWriter) {
    switch operands {
    case .tensors:
      writer.write(UInt8(0))
    case .scalarRight(let scalar):
      writer.write(UInt8(1))
      scalar.encode(into: &writer)
    case .scalarLeft(let scalar):
      writer.write(UInt8(2))
      scalar.encode(into: &writer)
    }
  }

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    return [try inputs.count == 1 ? output(for: inputs[0]) : output(for: inputs[0], inputs[1])]
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try inputs.count == 1 ? execute(inputs[0]) : execute(inputs[0], inputs[1])]
  }

  public static func run(in context: inout some InstructionContext) throws {
    let operation = try decode(from: &context)
    let x = try context.input(0)
    if context.inputCount == 1 {
      _ = try operation.output(for: x.descriptor)
      try context.setOutput(0, operation.execute(x))
    } else {
      let y = try context.input(1)
      _ = try operation.output(for: x.descriptor, y.descriptor)
      try context.setOutput(0, operation.execute(x, y))
    }
  }

  // MARK: Tensor and tensor

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    guard operands == .tensors else {
      throw TensorError.invalidArgument(name, "two tensors and a number were given")
    }
    let dtype = try computed(x, y)
    guard let shape = try Shape.broadcast(x.shape, y.shape) else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, y.shape],
        remedy: "counted from the last axis, lengths must be equal or 1")
    }
    return Descriptor(shape: shape, dtype: Self.kernel.isComparison ? .bool : dtype)
  }

  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor { try computed(x, y) }

  /// The result by the kernel.
  func computed(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let dtype = try computed(x.descriptor, y.descriptor)
    let result = try output(for: x.descriptor, y.descriptor)
    let isKept = Self.numberPrecision != .rounded && y.rank == 0 && y.dtype != dtype
    return try inPrecision(dtype, isKept, result) { dtype, result in
      let right = try Elementwise.cast(y, to: dtype)
      try check(right: right)
      return try Elementwise.run(
        Self.kernel, Elementwise.cast(x, to: dtype), right, result: result, name)
    }
  }

  // MARK: Tensor and number

  public func output(for x: Descriptor) throws -> Descriptor {
    let dtype = try computed(x, scalar)
    return Descriptor(shape: x.shape, dtype: Self.kernel.isComparison ? .bool : dtype)
  }

  public func execute(_ x: Tensor) throws -> Tensor { try computed(x) }

  /// The result by the kernel.
  func computed(_ x: Tensor) throws -> Tensor {
    let scalar = try scalar
    let dtype = try computed(x.descriptor, scalar)
    let result = try output(for: x.descriptor)
    var isLeft = false
    if case .scalarLeft = operands { isLeft = true }
    let isKept = Self.numberPrecision == .kept || (Self.numberPrecision == .keptOnRight && !isLeft)
    return try inPrecision(dtype, isKept, result) { dtype, result in
      let operand = try Elementwise.cast(x, to: dtype)
      if isLeft { try check(right: operand) }
      return try Elementwise.run(
        Self.kernel, operand, scalar: scalar, isLeft: isLeft, result: result, name)
    }
  }

  /// Halves beside a number that keeps its digits are computed in float32 and rounded at the end.
  private func inPrecision(
    _ dtype: DType, _ isKept: Bool, _ result: Descriptor,
    _ body: (DType, Descriptor) throws -> Tensor
  ) throws -> Tensor {
    guard isKept, dtype.isHalf else { return try body(dtype, result) }
    let wide = try body(.float32, Descriptor(shape: result.shape, dtype: .float32))
    return try Elementwise.cast(wide, to: result.dtype)
  }

  private var scalar: Scalar {
    get throws {
      switch operands {
      case .scalarLeft(let scalar), .scalarRight(let scalar): return scalar
      case .tensors:
        throw TensorError.invalidArgument(name, "needs a second tensor or a number")
      }
    }
  }

  /// The dtype that is computed in.
  private func computed(_ x: Descriptor, _ y: Descriptor) throws -> DType {
    try computed(DType.promotion(x, y), x.dtype, y.dtype)
  }

  private func computed(_ x: Descriptor, _ scalar: Scalar) throws -> DType {
    try computed(DType.promotion(x, scalar), x.dtype, scalar.dtype)
  }

  private func computed(_ promoted: DType, _ x: DType, _ y: DType) throws -> DType {
    guard let dtype = Self.domain.computed(promoted, x, y) else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: x == y ? [x] : [x, y], remedy: Self.domain.remedy)
    }
    try check(promoted)
    return dtype
  }

  // MARK: Gradient

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    func context(_ left: Operand<T>, _ right: Operand<T>) -> BinaryGradient<T> {
      BinaryGradient(left: left, right: right, output: g.output, dy: g.dy)
    }
    switch operands {
    case .tensors:
      let context = context(.tensor(g.inputs[0]), .tensor(g.inputs[1]))
      return [
        try g.forInput(0) { try gradientOfLeft(context) },
        try g.forInput(1) { try gradientOfRight(context) },
      ]
    case .scalarRight(let scalar):
      return [try gradientOfLeft(context(.tensor(g.x), .scalar(scalar)))]
    case .scalarLeft(let scalar):
      return [try gradientOfRight(context(.scalar(scalar), .tensor(g.x)))]
    }
  }
}

/// An elementwise comparison: gives bool, has no gradient.
public protocol ComparisonOperation: BinaryOperation, NonDifferentiableOperation {}

extension ComparisonOperation {
  public static var domain: BinaryDomain { .all }
  public static var isDifferentiable: Bool { false }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    Array(repeating: nil, count: g.inputs.count)
  }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
}
