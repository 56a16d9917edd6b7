// Powers and logarithms to other bases: op codes 0x020B …

private let logOf2 = 0.693147180559945309
private let logOf10 = 2.302585092994045684

/// 1 / √x; inf at 0, nan below.
public struct Rsqrt: UnaryOperation {
  public static let identity = OperationIdentity(name: "rsqrt", code: 0x020B)
  public static let kernel = UnaryKernel.rsqrt
  /// The operation; it has no attributes.
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor { try computeInSinglePrecision(x) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try -0.5 * g.dy * (g.output * g.output * g.output)
  }
}

/// 1 / x.
public struct Reciprocal: UnaryOperation {
  public static let identity = OperationIdentity(name: "reciprocal", code: 0x020C)
  public static let kernel = UnaryKernel.reciprocal
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try -g.dy * (g.output * g.output)
  }
}

/// 2 to the power of x.
public struct Exp2: UnaryOperation {
  public static let identity = OperationIdentity(name: "exp2", code: 0x020D)
  public static let kernel = UnaryKernel.exp2
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (Scalar(logOf2) * g.output)
  }
}

/// e to the power of x, less 1, exact for small x.
public struct Expm1: UnaryOperation {
  public static let identity = OperationIdentity(name: "expm1", code: 0x020E)
  public static let kernel = UnaryKernel.expm1
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (g.output + 1)
  }
}

/// The logarithm to base 2.
public struct Log2: UnaryOperation {
  public static let identity = OperationIdentity(name: "log2", code: 0x020F)
  public static let kernel = UnaryKernel.log2
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy / (Scalar(logOf2) * g.x)
  }
}

/// The logarithm to base 10.
public struct Log10: UnaryOperation {
  public static let identity = OperationIdentity(name: "log10", code: 0x0210)
  public static let kernel = UnaryKernel.log10
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy / (Scalar(logOf10) * g.x)
  }
}

extension TensorProtocol {
  /// 1 / √x; inf at 0, nan below. Element by element; bool and integers give float32.
  public func rsqrt() throws -> Self { try Self.apply(Rsqrt(), to: self) }
  /// 1 / x. Element by element; bool and integers give float32.
  public func reciprocal() throws -> Self { try Self.apply(Reciprocal(), to: self) }
  /// 2 to the power of x. Element by element; bool and integers give float32.
  public func exp2() throws -> Self { try Self.apply(Exp2(), to: self) }
  /// e to the power of x, less 1, exact for small x. Element by element; bool and integers give
  /// float32.
  public func expm1() throws -> Self { try Self.apply(Expm1(), to: self) }
  /// The logarithm to base 2. Element by element; bool and integers give float32.
  public func log2() throws -> Self { try Self.apply(Log2(), to: self) }
  /// The logarithm to base 10. Element by element; bool and integers give float32.
  public func log10() throws -> Self { try Self.apply(Log10(), to: self) }
  /// x · x, element by element; bool gives int64, as its power would.
  public func square() throws -> Self {
    let x = try dtype == .bool ? cast(to: .int64) : self
    return try x * x
  }
}

/// See ``TensorProtocol/rsqrt()``.
public func rsqrt<T: TensorProtocol>(_ x: T) throws -> T { try x.rsqrt() }
/// See ``TensorProtocol/reciprocal()``.
public func reciprocal<T: TensorProtocol>(_ x: T) throws -> T { try x.reciprocal() }
/// See ``TensorProtocol/exp2()``.
public func exp2<T: TensorProtocol>(_ x: T) throws -> T { try x.exp2() }
/// See ``TensorProtocol/expm1()``.
public func expm1<T: TensorProtocol>(_ x: T) throws -> T { try x.expm1() }
/// See ``TensorProtocol/log2()``.
public func log2<T: TensorProtocol>(_ x: T) throws -> T { try x.log2() }
/// See ``TensorProtocol/log10()``.
public func log10<T: TensorProtocol>(_ x: T) throws -> T { try x.log10() }

let exponentialEntries: [any Operation.Type] = [
  Rsqrt.self, Reciprocal.self, Exp2.self, Expm1.self, Log2.self, Log10.self,
]

extension NamedOperations {
  mutating func addExponential() {
    add("rsqrt(Tensor input)") { try $0.x.rsqrt() }
    add("reciprocal(Tensor input)") { try $0.x.reciprocal() }
    add("exp2(Tensor input)") { try $0.x.exp2() }
    add("expm1(Tensor input)") { try $0.x.expm1() }
    add("log2(Tensor input)") { try $0.x.log2() }
    add("log10(Tensor input)") { try $0.x.log10() }
    add("square(Tensor input)") { try $0.x.square() }
    alias("special.exp2", of: "exp2")
    alias("special.expm1", of: "expm1")
  }
}
