// Smooth activations: op codes 0x0270 … Floating point only, unless the comment says otherwise.

/// x · Φ(x), where Φ is the normal distribution's share below x, or an approximation of it by tanh.
public struct Gelu: ElementwiseFunction, AttributedOperation {
  public static let identity = OperationIdentity(name: "gelu", code: 0x0270)
  public static let domain = UnaryDomain.floatingPointOnly
  public static let attributes: [Attribute<Gelu>] = [Attribute("approximate", \.isApproximate)]
  /// Whether Φ is approximated by tanh.
  public var isApproximate = false
  public init() {}
  public func compute(_ x: Tensor) throws -> Tensor {
    try Elementwise.run(isApproximate ? .geluTanh : .gelu, x, .zero, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let x = g.x
    if isApproximate {
      // √(8/π) (x + 0.044715 x³), whose logistic function stands for Φ.
      let (a, b): (Scalar, Scalar) = (1.5957691216057308, 0.071354816272600250)
      let square = try x * x
      let share = try (x * (a + b * square)).sigmoid()
      let density = try share * (1 - share) * (a + 3 * (b * square))
      return try g.dy * (share + x * density)
    }
    let share = try 0.5 * (x * Scalar(-0.5.squareRoot())).erfc()
    let density = try Scalar(0.39894228040143268) * (-0.5 * (x * x)).exp()
    return try g.dy * (share + x * density)
  }
}

/// x / (1 + exp(−x)), also called swish.
public struct Silu: ParametricOperation {
  public static let identity = OperationIdentity(name: "silu", code: 0x0271)
  public static let kernel = ParametricKernel.silu
  public static let domain = UnaryDomain.floatingPointOnly
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let share = try g.x.sigmoid()
    return try g.dy * (share * (1 + g.x * (1 - share)))
  }
}

/// x · tanh(log(1 + exp(x))).
public struct Mish: ParametricOperation {
  public static let identity = OperationIdentity(name: "mish", code: 0x0272)
  public static let kernel = ParametricKernel.mish
  public static let domain = UnaryDomain.floatingPointOnly
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let share = try g.x.softplus().tanh()
    return try g.dy * (share + g.x * g.x.sigmoid() * (1 - share * share))
  }
}

/// scale · x above 0, scale · alpha · (exp(inputScale · x) − 1) below: ELU, SELU and CELU.
public struct Elu: ParametricOperation {
  public static let identity = OperationIdentity(name: "elu", code: 0x0273)
  public static let kernel = ParametricKernel.elu
  public static let domain = UnaryDomain.floatingPointOnly
  public static let attributes: [Attribute<Elu>] = [
    Attribute("alpha", \.alpha), Attribute("scale", \.scale),
    Attribute("input_scale", \.inputScale),
  ]
  /// How far below 0 the results reach.
  public var alpha: Scalar = 1
  /// A factor of all results.
  public var scale: Scalar = 1
  /// A factor of the exponent.
  public var inputScale: Scalar = 1
  public init() {}
  public var numbers: SIMD4<Double> {
    [scale.double, scale.double * alpha.double, inputScale.double, 0]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let numbers = numbers
    // Above 0 the exponential is not asked for, and must not overflow.
    let below = try g.x.hardtanh(minVal: Scalar(-Double.infinity), maxVal: 0)
    let slope = try Scalar(numbers[1] * numbers[2]) * (Scalar(numbers[2]) * below).exp()
    return try (g.x .<= 0).where(g.dy * slope, g.dy * scale)
  }
}

/// log(1 + exp(beta · x)) / beta; x itself where beta · x is above the threshold.
public struct Softplus: ParametricOperation {
  public static let identity = OperationIdentity(name: "softplus", code: 0x0274)
  public static let kernel = ParametricKernel.softplus
  public static let domain = UnaryDomain.floatingPointOnly
  public static let attributes: [Attribute<Softplus>] = [
    Attribute("beta", \.beta), Attribute("threshold", \.threshold),
  ]
  /// How sharp the bend at 0 is.
  public var beta: Scalar = 1
  /// From where on the result is x.
  public var threshold: Scalar = 20
  public init() {}
  public var numbers: SIMD4<Double> { [beta.double, threshold.double, 0, 0] }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let z = try beta * g.x
    return try (z .> threshold).where(g.dy, g.dy * z.sigmoid())
  }
}

/// log(1 / (1 + exp(−x))), which does not lose the digits of very small shares.
public struct LogSigmoid: ParametricOperation {
  public static let identity = OperationIdentity(name: "log_sigmoid", code: 0x0275)
  public static let kernel = ParametricKernel.logSigmoid
  public static let domain = UnaryDomain.floatingPointOnly
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (-g.x).sigmoid()
  }
}

/// x / (1 + |x|). Integers give float32; not for bool.
public struct Softsign: ParametricOperation {
  public static let identity = OperationIdentity(name: "softsign", code: 0x027A)
  public static let kernel = ParametricKernel.softsign
  public init() {}
  public func check(_ dtype: DType) throws { try UnaryDomain.numeric.check(dtype, name) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let divisor = try 1 + g.x.abs()
    return try g.dy / (divisor * divisor)
  }
}

/// x − tanh(x). Integers give float32; not for bool.
public struct Tanhshrink: ParametricOperation {
  public static let identity = OperationIdentity(name: "tanhshrink", code: 0x027E)
  public static let kernel = ParametricKernel.tanhshrink
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    // The tangent is rounded before it is taken away, as in PyTorch.
    try x.float() - x.tanh()
  }
  public func check(_ dtype: DType) throws { try UnaryDomain.numeric.check(dtype, name) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let share = try g.x.tanh()
    return try g.dy * (share * share)
  }
}
