// Special functions: op codes 0x0240 …

private let twoBySqrtPi = 1.128379167095512574

/// The error function, 2/√π · ∫ exp(−t²) dt from 0 to x.
public struct Erf: UnaryOperation {
  public static let identity = OperationIdentity(name: "erf", code: 0x0240)
  public static let kernel = UnaryKernel.erf
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (Scalar(twoBySqrtPi) * (-g.x * g.x).exp())
  }
}

/// 1 − erf(x), which keeps its digits for large x.
public struct Erfc: UnaryOperation {
  public static let identity = OperationIdentity(name: "erfc", code: 0x0241)
  public static let kernel = UnaryKernel.erfc
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try -g.dy * (Scalar(twoBySqrtPi) * (-g.x * g.x).exp())
  }
}

/// The inverse of the error function; ±inf at ±1, nan beyond.
public struct Erfinv: UnaryOperation {
  public static let identity = OperationIdentity(name: "erfinv", code: 0x0242)
  public static let kernel = UnaryKernel.erfinv
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (Scalar(1 / twoBySqrtPi) * (g.output * g.output).exp())
  }
}

/// The logarithm of |Γ(x)|; inf at 0 and the negative integers.
public struct Lgamma: UnaryOperation {
  public static let identity = OperationIdentity(name: "lgamma", code: 0x0243)
  public static let kernel = UnaryKernel.lgamma
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.digamma()
  }
}

/// The derivative of lgamma; ∓inf at ±0, nan at the negative integers.
public struct Digamma: UnaryOperation {
  public static let identity = OperationIdentity(name: "digamma", code: 0x0244)
  public static let kernel = UnaryKernel.digamma
  /// The operation; it has no attributes.
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    try run(.digammaOfInteger, integers: x)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.polygamma(1)
  }
}

/// The derivative of order n of digamma; infinite at 0 and the negative integers.
public struct Polygamma: ParametricOperation {
  public static let identity = OperationIdentity(name: "polygamma", code: 0x0245)
  public static let kernel = ParametricKernel.polygamma
  public static let attributes: [Attribute<Polygamma>] = [Attribute("n", \.n)]
  /// The order, 1 or more.
  public var n = 1
  public init() {}
  public var numbers: SIMD4<Double> { [Double(n), 0, 0, 0] }
  public func check(_ dtype: DType) throws {
    guard (1...1_000_000).contains(n) else {
      throw TensorError.invalidArgument(name, "the order is \(n): it must be 0 … 1000000")
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.polygamma(n + 1)
  }
}

/// log(x / (1 − x)), the inverse of the logistic function; with eps, x is first brought within
/// eps … 1 − eps.
public struct Logit: ParametricOperation {
  public static let identity = OperationIdentity(name: "logit", code: 0x0246)
  public static let kernel = ParametricKernel.logit
  public static let attributes: [Attribute<Logit>] = [Attribute("eps", \.eps)]
  /// How far from 0 and 1 the operand is kept; nil and below 0: it is taken as it is.
  public var eps: Scalar?
  public init() {}
  private var bounds: (low: Double, high: Double)? {
    guard let eps = eps?.double, eps >= 0 else { return nil }
    return (eps, 1 - eps)
  }
  public var numbers: SIMD4<Double> {
    bounds.map { [$0.low, $0.high, 0, 0] } ?? [-.infinity, .infinity, 0, 0]
  }
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    // The quotient is rounded before its logarithm is taken, as in PyTorch.
    let inside = Hardtanh(from: numbers[0], to: numbers[1])
    let share = try inside.execute(x.float())
    return try (share / (1 - share)).double().log().float()
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let slope = try g.dy / (g.x * (1 - g.x))
    // Beyond the bounds the result does not depend on x; without bounds there is no result.
    let (low, high) = bounds ?? (0, 1)
    let outside = try (g.x .< Scalar(low)) + (g.x .> Scalar(high))
    return try outside.where(slope.fullLike(Scalar(bounds == nil ? Double.nan : 0)), slope)
  }
}

/// The entropy −x · log(x): 0 at 0, −inf below.
public struct Entropy: ParametricOperation {
  public static let identity = OperationIdentity(name: "special.entr", code: 0x0247)
  public static let kernel = ParametricKernel.entropy
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    // The logarithm is rounded before it is multiplied, as in PyTorch.
    let product = try -x.float() * x.log()
    let below = try product.fullLike(Scalar(-Double.infinity))
    return try (x .< 0).where(below, (x .== 0).where(product.zerosLike(), product))
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try -g.dy * (g.x.log() + 1)
  }
}

extension TensorProtocol {
  /// The error function, 2/√π · ∫ exp(−t²) dt from 0 to x. Element by element; bool and integers
  /// give float32.
  public func erf() throws -> Self { try Self.apply(Erf(), to: self) }
  /// 1 − erf(x), which keeps its digits for large x. Element by element; bool and integers give
  /// float32.
  public func erfc() throws -> Self { try Self.apply(Erfc(), to: self) }
  /// The inverse of the error function; ±inf at ±1, nan beyond. Element by element; bool and
  /// integers give float32.
  public func erfinv() throws -> Self { try Self.apply(Erfinv(), to: self) }
  /// The logarithm of |Γ(x)|; inf at 0 and the negative integers. Element by element; bool and
  /// integers give float32.
  public func lgamma() throws -> Self { try Self.apply(Lgamma(), to: self) }
  /// The derivative of lgamma; ∓inf at ±0, nan at the negative integers. Element by element; bool
  /// and integers give float32.
  public func digamma() throws -> Self { try Self.apply(Digamma(), to: self) }
  /// The derivative of order n of digamma, which is itself that of order 0. Element by element; bool
  /// and integers give float32. Throws `TensorError.invalidArgument` for an order below 0.
  public func polygamma(_ n: Int) throws -> Self {
    if n == 0 { return try digamma() }
    var operation = Polygamma()
    operation.n = n
    return try Self.apply(operation, to: self)
  }
  /// log(x / (1 − x)), the inverse of ``sigmoid()``; nan outside of 0 … 1. With eps, x is first
  /// brought within eps … 1 − eps. Element by element; bool and integers give float32.
  public func logit(eps: Double? = nil) throws -> Self {
    var operation = Logit()
    operation.eps = eps.map { Scalar($0) }
    return try Self.apply(operation, to: self)
  }
  /// The entropy −x · log(x): 0 at 0, −inf below. Element by element; bool and integers give
  /// float32.
  public func entr() throws -> Self { try Self.apply(Entropy(), to: self) }
}

/// See ``TensorProtocol/erf()``.
public func erf<T: TensorProtocol>(_ x: T) throws -> T { try x.erf() }
/// See ``TensorProtocol/erfc()``.
public func erfc<T: TensorProtocol>(_ x: T) throws -> T { try x.erfc() }
/// See ``TensorProtocol/erfinv()``.
public func erfinv<T: TensorProtocol>(_ x: T) throws -> T { try x.erfinv() }
/// See ``TensorProtocol/lgamma()``.
public func lgamma<T: TensorProtocol>(_ x: T) throws -> T { try x.lgamma() }
/// See ``TensorProtocol/digamma()``.
public func digamma<T: TensorProtocol>(_ x: T) throws -> T { try x.digamma() }

let specialEntries: [any Operation.Type] = [
  Erf.self, Erfc.self, Erfinv.self, Lgamma.self, Digamma.self, Polygamma.self, Logit.self,
  Entropy.self,
]

extension NamedOperations {
  mutating func addSpecial() {
    add("erf(Tensor input)") { try $0.x.erf() }
    add("erfc(Tensor input)") { try $0.x.erfc() }
    add("erfinv(Tensor input)") { try $0.x.erfinv() }
    add("lgamma(Tensor input)") { try $0.x.lgamma() }
    add("digamma(Tensor input)") { try $0.x.digamma() }
    add("polygamma(int n, Tensor input)") { try $0.x.polygamma($0.int("n")) }
    add("logit(Tensor input, float? eps=None)") { try $0.x.logit(eps: $0.optionalDouble("eps")) }
    add("special.entr(Tensor input)") { try $0.x.entr() }
    alias("special.erf", of: "erf")
    alias("special.erfc", of: "erfc")
    alias("special.erfinv", of: "erfinv")
    alias("special.gammaln", of: "lgamma")
    alias("special.digamma", of: "digamma")
    alias("special.psi", of: "digamma")
    alias("special.polygamma", of: "polygamma")
    alias("special.logit", of: "logit")
  }
}
