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

/// −1, 0 or 1; 0 for nan, as in PyTorch. Bool stays.
public struct Sign: UnaryOperation {
  public static let identity = OperationIdentity(name: "sign", code: 0x0202)
  public static let kernel = UnaryKernel.sign
  public static let domain = UnaryDomain.all
  /// The operation; it has no attributes.
  public init() {}
  public func compute(_ x: Tensor) throws -> Tensor {
    x.dtype == .bool ? x : try Elementwise.run(Self.kernel, x, name)
  }
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
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    // Rounded after every step as in PyTorch.
    try 1 / (1 + (-x.float().double()).exp().float())
  }
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

/// Every bit of an integer turned over; for bool, logical not.
public struct BitwiseNot: UnaryOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "bitwise_not", code: 0x0211)
  public static let kernel = UnaryKernel.bitwiseNot
  public static let domain = UnaryDomain.integral
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? { nil }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] { [nil] }
}

/// Other numbers for nan and the infinities. Bool and integers stay.
public struct NanToNum: ParametricOperation {
  public static let identity = OperationIdentity(name: "nan_to_num", code: 0x0212)
  public static let kernel = ParametricKernel.nanToNum
  public static let domain = UnaryDomain.all
  public static let keepsIntegers = true
  public static let attributes: [Attribute<NanToNum>] = [
    Attribute("nan", \.nan), Attribute("posinf", \.posinf), Attribute("neginf", \.neginf),
  ]
  /// What nan becomes.
  public var nan: Scalar = 0
  /// What infinity becomes; nil for the largest number of the dtype.
  public var posinf: Scalar?
  /// What minus infinity becomes; nil for the least number of the dtype.
  public var neginf: Scalar?
  public init() {}
  public func compute(_ x: Tensor) throws -> Tensor {
    // Halves are computed in float32, whose largest number is not theirs.
    let largest = x.dtype == .float16 ? 65504 : x.dtype == .bfloat16 ? 0x1.FEp127 : Double.nan
    let numbers: SIMD4<Double> = [
      nan.double, posinf?.double ?? largest, neginf?.double ?? -largest, 0,
    ]
    return try Elementwise.run(Self.kernel, x, numbers, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.x.isfinite().where(g.dy, g.dy.zerosLike())
  }
}

/// The angle of each real number in the complex plane: π below 0, nan for nan, else 0.
public struct Angle: ParametricOperation {
  public static let identity = OperationIdentity(name: "angle", code: 0x0213)
  public static let kernel = ParametricKernel.angle
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

extension TensorProtocol {
  /// −x, element by element; integers wrap. Throws `TensorError.unsupportedDType` for bool.
  public func neg() throws -> Self { try Self.apply(Neg(), to: self) }
  /// The absolute value, element by element. Throws `TensorError.unsupportedDType` for bool.
  public func abs() throws -> Self { try Self.apply(Abs(), to: self) }
  /// −1, 0 or 1, element by element; bool stays.
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
  /// Every bit of each element turned over; for bool, logical not. Throws
  /// `TensorError.unsupportedDType` for floating point.
  public func bitwiseNot() throws -> Self { try Self.apply(BitwiseNot(), to: self) }
  /// Other numbers for nan and the infinities, which otherwise become 0 and the largest and the least
  /// number of the dtype. Element by element; bool and integers stay.
  public func nanToNum(nan: Double = 0, posinf: Double? = nil, neginf: Double? = nil) throws -> Self
  {
    var operation = NanToNum()
    operation.nan = Scalar(nan)
    operation.posinf = posinf.map { Scalar($0) }
    operation.neginf = neginf.map { Scalar($0) }
    return try Self.apply(operation, to: self)
  }
  /// The angle of each element in the complex plane: π below 0, nan for nan, else 0. Bool and integers
  /// give float32.
  public func angle() throws -> Self { try Self.apply(Angle(), to: self) }
  /// The elements as they are, with no change of sign. Throws `TensorError.unsupportedDType` for bool.
  public func positive() throws -> Self {
    try UnaryDomain.numeric.check(dtype, "positive")
    return self
  }
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

private let plainEntries: [any Operation.Type] = [
  Neg.self, Abs.self, Sign.self, Exp.self, Log.self, Log1p.self, Sqrt.self, Sigmoid.self,
  Tanh.self, ReLU.self, LogicalNot.self, BitwiseNot.self, NanToNum.self, Angle.self,
]

/// The elementwise functions of one operand, from this file and those beside it.
let unaryEntries =
  plainEntries + exponentialEntries + trigonometricEntries + roundingEntries + specialEntries
  + predicateEntries + activationEntries

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
    add("logical_not(Tensor input)") { try $0.x.logicalNot() }
    add("bitwise_not(Tensor input)") { try $0.x.bitwiseNot() }
    add("nan_to_num(Tensor input, float? nan=0.0, float? posinf=None, float? neginf=None)") {
      try $0.x.nanToNum(
        nan: $0.optionalDouble("nan") ?? 0, posinf: $0.optionalDouble("posinf"),
        neginf: $0.optionalDouble("neginf"))
    }
    add("angle(Tensor input)") { try $0.x.angle() }
    add("positive(Tensor input)") { try $0.x.positive() }
    for (name, original) in [
      ("negative", "neg"), ("absolute", "abs"), ("sgn", "sign"), ("special.log1p", "log1p"),
      ("special.expit", "sigmoid"),
    ] {
      alias(name, of: original)
    }
    // What a complex tensor has and a real one is already.
    for name in ["real", "conj", "conj_physical", "resolve_conj", "resolve_neg"] {
      add("\(name)(Tensor input)") { try $0.x }
    }
    addExponential()
    addTrigonometric()
    addRounding()
    addSpecial()
    addPredicates()
    addActivations()
  }
}
