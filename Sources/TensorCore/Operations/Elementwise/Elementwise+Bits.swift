// Functions of bits, divisors and truth values: op codes 0x0330 …

/// A function of whole numbers or truth values: it has no gradient.
public protocol DiscreteOperation: BinaryOperation, NonDifferentiableOperation {}

extension DiscreteOperation {
  public static var isDifferentiable: Bool { false }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    Array(repeating: nil, count: g.inputs.count)
  }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
}

/// x and y, bit by bit; for bool, logical and. Integers and bool.
public struct BitwiseAnd: DiscreteOperation {
  public static let identity = OperationIdentity(name: "bitwise_and", code: 0x0330)
  public static let kernel = BinaryKernel.bitwiseAnd
  public static let domain = BinaryDomain.integral
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x or y, bit by bit; for bool, logical or. Integers and bool.
public struct BitwiseOr: DiscreteOperation {
  public static let identity = OperationIdentity(name: "bitwise_or", code: 0x0331)
  public static let kernel = BinaryKernel.bitwiseOr
  public static let domain = BinaryDomain.integral
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// Either x or y, bit by bit. Integers and bool.
public struct BitwiseXor: DiscreteOperation {
  public static let identity = OperationIdentity(name: "bitwise_xor", code: 0x0332)
  public static let kernel = BinaryKernel.bitwiseXor
  public static let domain = BinaryDomain.integral
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x · 2^y by moving bits; 0 for a count that is negative or not below the width. Integers.
public struct BitwiseLeftShift: DiscreteOperation {
  public static let identity = OperationIdentity(name: "bitwise_left_shift", code: 0x0333)
  public static let kernel = BinaryKernel.bitwiseLeftShift
  public static let domain = BinaryDomain.integer
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x / 2^y rounded down, by moving bits; 0 or −1 for a count that is negative or not below the width.
/// Integers.
public struct BitwiseRightShift: DiscreteOperation {
  public static let identity = OperationIdentity(name: "bitwise_right_shift", code: 0x0334)
  public static let kernel = BinaryKernel.bitwiseRightShift
  public static let domain = BinaryDomain.integer
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// The greatest common divisor, which is not negative; of 0 and x it is |x|. Integers.
public struct GCD: DiscreteOperation {
  public static let identity = OperationIdentity(name: "gcd", code: 0x0335)
  public static let kernel = BinaryKernel.gcd
  public static let domain = BinaryDomain.integer
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// The least common multiple, which is not negative; 0 where either is 0. Integers; wraps.
public struct LCM: DiscreteOperation {
  public static let identity = OperationIdentity(name: "lcm", code: 0x0336)
  public static let kernel = BinaryKernel.lcm
  public static let domain = BinaryDomain.integer
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// Whether both are anything but 0; gives bool.
public struct LogicalAnd: DiscreteOperation {
  public static let identity = OperationIdentity(name: "logical_and", code: 0x0337)
  public static let kernel = BinaryKernel.minimum
  public static let domain = BinaryDomain.truth
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// Whether one is anything but 0; gives bool.
public struct LogicalOr: DiscreteOperation {
  public static let identity = OperationIdentity(name: "logical_or", code: 0x0338)
  public static let kernel = BinaryKernel.maximum
  public static let domain = BinaryDomain.truth
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// Whether exactly one is anything but 0; gives bool.
public struct LogicalXor: DiscreteOperation {
  public static let identity = OperationIdentity(name: "logical_xor", code: 0x0339)
  public static let kernel = BinaryKernel.ne
  public static let domain = BinaryDomain.truth
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

let bitEntries: [any Operation.Type] = [
  BitwiseAnd.self, BitwiseOr.self, BitwiseXor.self, BitwiseLeftShift.self, BitwiseRightShift.self,
  GCD.self, LCM.self, LogicalAnd.self, LogicalOr.self, LogicalXor.self,
]

extension TensorProtocol {
  /// self and other, bit by bit; for bool, logical and. Element by
  /// element, with broadcasting and promotion. Integers and bool. Throws `TensorError.unsupportedDType`,
  /// `.shapeMismatch`.
  public func bitwiseAnd(_ other: Self) throws -> Self {
    try Self.apply(BitwiseAnd(), to: self, other)
  }
  /// The same with a number.
  public func bitwiseAnd(_ other: Scalar) throws -> Self {
    try Self.apply(BitwiseAnd(operands: .scalarRight(other)), to: self)
  }
  /// self or other, bit by bit; for bool, logical or. Element by
  /// element, with broadcasting and promotion. Integers and bool. Throws `TensorError.unsupportedDType`,
  /// `.shapeMismatch`.
  public func bitwiseOr(_ other: Self) throws -> Self {
    try Self.apply(BitwiseOr(), to: self, other)
  }
  /// The same with a number.
  public func bitwiseOr(_ other: Scalar) throws -> Self {
    try Self.apply(BitwiseOr(operands: .scalarRight(other)), to: self)
  }
  /// Either self or other, bit by bit. Element by
  /// element, with broadcasting and promotion. Integers and bool. Throws `TensorError.unsupportedDType`,
  /// `.shapeMismatch`.
  public func bitwiseXor(_ other: Self) throws -> Self {
    try Self.apply(BitwiseXor(), to: self, other)
  }
  /// The same with a number.
  public func bitwiseXor(_ other: Scalar) throws -> Self {
    try Self.apply(BitwiseXor(operands: .scalarRight(other)), to: self)
  }
  /// self with its bits moved up by other; 0 for a count that is negative or not below the width. Element by
  /// element, with broadcasting and promotion. Integers. Throws `TensorError.unsupportedDType`,
  /// `.shapeMismatch`.
  public func bitwiseLeftShift(_ other: Self) throws -> Self {
    try Self.apply(BitwiseLeftShift(), to: self, other)
  }
  /// The same with a number.
  public func bitwiseLeftShift(_ other: Scalar) throws -> Self {
    try Self.apply(BitwiseLeftShift(operands: .scalarRight(other)), to: self)
  }
  /// self with its bits moved down by other, the sign staying. Element by
  /// element, with broadcasting and promotion. Integers. Throws `TensorError.unsupportedDType`,
  /// `.shapeMismatch`.
  public func bitwiseRightShift(_ other: Self) throws -> Self {
    try Self.apply(BitwiseRightShift(), to: self, other)
  }
  /// The same with a number.
  public func bitwiseRightShift(_ other: Scalar) throws -> Self {
    try Self.apply(BitwiseRightShift(operands: .scalarRight(other)), to: self)
  }
  /// The greatest common divisor of self and other. Element by element, with
  /// broadcasting. Integers. Throws `TensorError.unsupportedDType`, `.shapeMismatch`.
  public func gcd(_ other: Self) throws -> Self { try Self.apply(GCD(), to: self, other) }
  /// The least common multiple of self and other. Element by element, with
  /// broadcasting. Integers. Throws `TensorError.unsupportedDType`, `.shapeMismatch`.
  public func lcm(_ other: Self) throws -> Self { try Self.apply(LCM(), to: self, other) }
  /// Whether both self and other are anything but 0; gives bool. Element by element, with
  /// broadcasting. Throws `TensorError.shapeMismatch`.
  public func logicalAnd(_ other: Self) throws -> Self {
    try Self.apply(LogicalAnd(), to: self, other)
  }
  /// Whether self or other is anything but 0; gives bool. Element by element, with
  /// broadcasting. Throws `TensorError.shapeMismatch`.
  public func logicalOr(_ other: Self) throws -> Self {
    try Self.apply(LogicalOr(), to: self, other)
  }
  /// Whether exactly one of self and other is anything but 0; gives bool. Element by element, with
  /// broadcasting. Throws `TensorError.shapeMismatch`.
  public func logicalXor(_ other: Self) throws -> Self {
    try Self.apply(LogicalXor(), to: self, other)
  }
}

/// See `TensorProtocol.bitwiseAnd(_:)`.
public func bitwiseAnd<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.bitwiseAnd(y) }
/// See `TensorProtocol.bitwiseOr(_:)`.
public func bitwiseOr<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.bitwiseOr(y) }
/// See `TensorProtocol.bitwiseXor(_:)`.
public func bitwiseXor<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.bitwiseXor(y) }
/// See `TensorProtocol.bitwiseLeftShift(_:)`.
public func bitwiseLeftShift<T: TensorProtocol>(_ x: T, _ y: T) throws -> T {
  try x.bitwiseLeftShift(y)
}
/// See `TensorProtocol.bitwiseRightShift(_:)`.
public func bitwiseRightShift<T: TensorProtocol>(_ x: T, _ y: T) throws -> T {
  try x.bitwiseRightShift(y)
}
/// See `TensorProtocol.gcd(_:)`.
public func gcd<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.gcd(y) }
/// See `TensorProtocol.lcm(_:)`.
public func lcm<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.lcm(y) }
/// See `TensorProtocol.logicalAnd(_:)`.
public func logicalAnd<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.logicalAnd(y) }
/// See `TensorProtocol.logicalOr(_:)`.
public func logicalOr<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.logicalOr(y) }
/// See `TensorProtocol.logicalXor(_:)`.
public func logicalXor<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.logicalXor(y) }
