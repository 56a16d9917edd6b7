// Elementwise functions of one operand: op codes 0x0200 …

/// −x; integers wrap. Not for bool.
public struct Neg: UnaryOperation {
  public static let identity = OperationIdentity(name: "neg", code: 0x0200)
  public static let kernel = UnaryKernel.neg
  public static let domain = UnaryDomain.numeric
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? { try -g.dy }
}

/// The absolute value; the smallest integer stays itself. Not for bool.
public struct Abs: UnaryOperation {
  public static let identity = OperationIdentity(name: "abs", code: 0x0201)
  public static let kernel = UnaryKernel.abs
  public static let domain = UnaryDomain.numeric
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.sign()
  }
}

/// −1, 0 or 1; 0 for nan, as in PyTorch. Not for bool.
public struct Sign: UnaryOperation {
  public static let identity = OperationIdentity(name: "sign", code: 0x0202)
  public static let kernel = UnaryKernel.sign
  public static let domain = UnaryDomain.numeric
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// e to the power of x.
public struct Exp: UnaryOperation {
  public static let identity = OperationIdentity(name: "exp", code: 0x0203)
  public static let kernel = UnaryKernel.exp
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.output
  }
}

/// The natural logarithm.
public struct Log: UnaryOperation {
  public static let identity = OperationIdentity(name: "log", code: 0x0204)
  public static let kernel = UnaryKernel.log
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? { try g.dy / g.x }
}

/// The natural logarithm of 1 + x, exact for small x.
public struct Log1p: UnaryOperation {
  public static let identity = OperationIdentity(name: "log1p", code: 0x0205)
  public static let kernel = UnaryKernel.log1p
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy / (1 + g.x)
  }
}

/// The square root; nan below zero.
public struct Sqrt: UnaryOperation {
  public static let identity = OperationIdentity(name: "sqrt", code: 0x0206)
  public static let kernel = UnaryKernel.sqrt
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy / (2 * g.output)
  }
}

/// 1 / (1 + exp(−x)).
public struct Sigmoid: UnaryOperation {
  public static let identity = OperationIdentity(name: "sigmoid", code: 0x0207)
  public static let kernel = UnaryKernel.sigmoid
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.output * (1 - g.output)
  }
}

/// The hyperbolic tangent.
public struct Tanh: UnaryOperation {
  public static let identity = OperationIdentity(name: "tanh", code: 0x0208)
  public static let kernel = UnaryKernel.tanh
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (1 - g.output * g.output)
  }
}

/// max(x, 0). Not for bool.
public struct ReLU: UnaryOperation {
  public static let identity = OperationIdentity(name: "relu", code: 0x0209)
  public static let kernel = UnaryKernel.relu
  public static let domain = UnaryDomain.numeric
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    // Chosen, since 0 times an infinite gradient is nan; nan passes it on.
    try (g.output .<= 0).where(g.dy.zerosLike(), g.dy)
  }
}

/// Whether x is zero.
public struct LogicalNot: UnaryOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "logical_not", code: 0x020A)
  public static let kernel = UnaryKernel.logicalNot
  public static let domain = UnaryDomain.bool
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? { nil }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] { [nil] }
}

extension TensorProtocol {
  /// −x, element by element; integers wrap. Throws `TensorError.unsupportedDType` for bool.
  public func neg() throws -> Self { try Self.apply(Neg(), to: self) }
  /// The absolute value, element by element. Throws `TensorError.unsupportedDType` for bool.
  public func abs() throws -> Self { try Self.apply(Abs(), to: self) }
  /// −1, 0 or 1, element by element. Throws `TensorError.unsupportedDType` for bool.
  public func sign() throws -> Self { try Self.apply(Sign(), to: self) }
  /// e to the power of each element. Bool and integers give float32, as in all functions below that
  /// compute with decimal numbers.
  public func exp() throws -> Self { try Self.apply(Exp(), to: self) }
  /// The natural logarithm of each element.
  public func log() throws -> Self { try Self.apply(Log(), to: self) }
  /// The natural logarithm of 1 + x of each element, exact for small ones.
  public func log1p() throws -> Self { try Self.apply(Log1p(), to: self) }
  /// The square root of each element.
  public func sqrt() throws -> Self { try Self.apply(Sqrt(), to: self) }
  /// 1 / (1 + exp(−x)) of each element.
  public func sigmoid() throws -> Self { try Self.apply(Sigmoid(), to: self) }
  /// The hyperbolic tangent of each element.
  public func tanh() throws -> Self { try Self.apply(Tanh(), to: self) }
  /// max(x, 0) of each element. Throws `TensorError.unsupportedDType` for bool.
  public func relu() throws -> Self { try Self.apply(ReLU(), to: self) }
  /// Whether each element is zero; gives bool.
  public func logicalNot() throws -> Self { try Self.apply(LogicalNot(), to: self) }
}

/// See ``TensorProtocol/neg()``.
public func neg<T: TensorProtocol>(_ x: T) throws -> T { try x.neg() }
/// See ``TensorProtocol/abs()``.
public func abs<T: TensorProtocol>(_ x: T) throws -> T { try x.abs() }
/// See ``TensorProtocol/sign()``.
public func sign<T: TensorProtocol>(_ x: T) throws -> T { try x.sign() }
/// See ``TensorProtocol/exp()``.
public func exp<T: TensorProtocol>(_ x: T) throws -> T { try x.exp() }
/// See ``TensorProtocol/log()``.
public func log<T: TensorProtocol>(_ x: T) throws -> T { try x.log() }
/// See ``TensorProtocol/log1p()``.
public func log1p<T: TensorProtocol>(_ x: T) throws -> T { try x.log1p() }
/// See ``TensorProtocol/sqrt()``.
public func sqrt<T: TensorProtocol>(_ x: T) throws -> T { try x.sqrt() }
/// See ``TensorProtocol/sigmoid()``.
public func sigmoid<T: TensorProtocol>(_ x: T) throws -> T { try x.sigmoid() }
/// See ``TensorProtocol/tanh()``.
public func tanh<T: TensorProtocol>(_ x: T) throws -> T { try x.tanh() }
/// See ``TensorProtocol/relu()``.
public func relu<T: TensorProtocol>(_ x: T) throws -> T { try x.relu() }
/// See ``TensorProtocol/logicalNot()``.
public func logicalNot<T: TensorProtocol>(_ x: T) throws -> T { try x.logicalNot() }

let unaryEntries: [any Operation.Type] = [
  Neg.self, Abs.self, Sign.self, Exp.self, Log.self, Log1p.self, Sqrt.self, Sigmoid.self,
  Tanh.self, ReLU.self, LogicalNot.self,
]

extension NamedOperations {
  mutating func addUnary() {
    add("neg(Tensor input)") { try -$0.x }
    add("abs(Tensor input)") { try $0.x.abs() }
    add("sign(Tensor input)") { try $0.x.sign() }
    add("exp(Tensor input)") { try $0.x.exp() }
    add("log(Tensor input)") { try $0.x.log() }
    add("log1p(Tensor input)") { try $0.x.log1p() }
    add("sqrt(Tensor input)") { try $0.x.sqrt() }
    add("sigmoid(Tensor input)") { try $0.x.sigmoid() }
    add("tanh(Tensor input)") { try $0.x.tanh() }
    add("nn.functional.relu(Tensor input, bool inplace=False)") { try $0.x.relu() }
    add("logical_not(Tensor input)") { try $0.x.logicalNot() }
  }
}
