// Activations of straight pieces: op codes 0x0276 … Gradients choose a piece instead of multiplying by
// 0, since 0 times an infinite gradient is nan; at the kinks they are PyTorch's.

/// x brought within minVal … maxVal. Not for bool.
public struct Hardtanh: ParametricOperation {
  public static let identity = OperationIdentity(name: "hardtanh", code: 0x0276)
  public static let kernel = ParametricKernel.hardtanh
  public static let domain = UnaryDomain.numeric
  public static let attributes: [Attribute<Hardtanh>] = [
    Attribute("min_val", \.minVal), Attribute("max_val", \.maxVal),
  ]
  /// The least result.
  public var minVal: Scalar = -1
  /// The largest result.
  public var maxVal: Scalar = 1
  public init() {}
  /// The operation with these bounds.
  init(from low: Double, to high: Double) {
    (minVal, maxVal) = (Scalar(low), Scalar(high))
  }
  public var numbers: SIMD4<Double> { [minVal.double, maxVal.double, 0, 0] }
  public func check(_ dtype: DType) throws {
    guard !(minVal.double > maxVal.double) else {
      throw TensorError.invalidArgument(
        name, "min_val \(minVal) is above max_val \(maxVal): exchange them")
    }
  }
  public func compute(_ x: Tensor) throws -> Tensor {
    if x.dtype.isFloatingPoint { return try Elementwise.run(Self.kernel, x, numbers, name) }
    // In int64 the bounds need not fit into the dtype.
    let (low, high) = (Scalar(Int(minVal.int)), Scalar(Int(maxVal.int)))
    let wide = try x.cast(to: .int64).apply(Maximum(operands: .scalarRight(low)))
    return try wide.apply(Minimum(operands: .scalarRight(high))).cast(to: x.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let outside = try (g.x .<= minVal) + (g.x .>= maxVal)
    return try outside.where(g.dy.zerosLike(), g.dy)
  }
}

/// (x + 3) / 6 brought within 0 … 1. Floating point only.
public struct Hardsigmoid: ParametricOperation {
  public static let identity = OperationIdentity(name: "hardsigmoid", code: 0x0277)
  public static let kernel = ParametricKernel.hardsigmoid
  public static let domain = UnaryDomain.floatingPointOnly
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let inside = try (g.x .> -3) * (g.x .< 3)
    return try inside.where(g.dy / 6, g.dy.zerosLike())
  }
}

/// x · hardsigmoid(x). Floating point only.
public struct Hardswish: ParametricOperation {
  public static let identity = OperationIdentity(name: "hardswish", code: 0x0278)
  public static let kernel = ParametricKernel.hardswish
  public static let domain = UnaryDomain.floatingPointOnly
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let inside = try (g.x .< 3).where(g.dy * (g.x / 3 + 0.5), g.dy)
    return try (g.x .<= -3).where(g.dy.zerosLike(), inside)
  }
}

/// x above 0, negativeSlope · x below. Floating point only.
public struct LeakyReLU: ParametricOperation {
  public static let identity = OperationIdentity(name: "leaky_relu", code: 0x0279)
  public static let kernel = ParametricKernel.leakyRelu
  public static let domain = UnaryDomain.floatingPointOnly
  public static let attributes: [Attribute<LeakyReLU>] = [
    Attribute("negative_slope", \.negativeSlope)
  ]
  /// The slope below 0.
  public var negativeSlope: Scalar = 0.01
  public init() {}
  public var numbers: SIMD4<Double> { [negativeSlope.double, 0, 0, 0] }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try (g.x .> 0).where(g.dy, negativeSlope * g.dy)
  }
}

/// x above the threshold, the value elsewhere. Not for bool.
public struct Threshold: ParametricOperation {
  public static let identity = OperationIdentity(name: "threshold", code: 0x027B)
  public static let kernel = ParametricKernel.threshold
  public static let domain = UnaryDomain.numeric
  public static let attributes: [Attribute<Threshold>] = [
    Attribute("threshold", \.threshold), Attribute("value", \.value),
  ]
  /// Above it x stays.
  public var threshold: Scalar = 0
  /// What stands for x elsewhere.
  public var value: Scalar = 0
  public init() {}
  public var numbers: SIMD4<Double> { [threshold.double, value.double, 0, 0] }
  public func check(_ dtype: DType) throws {
    try threshold.requireFits(dtype, name)
    try value.requireFits(dtype, name)
  }
  public func compute(_ x: Tensor) throws -> Tensor {
    if x.dtype.isFloatingPoint { return try Elementwise.run(Self.kernel, x, numbers, name) }
    // Whole numbers, exactly.
    let isAbove = try x.apply(Greater(operands: .scalarRight(Scalar(Int(threshold.int)))))
    return try isAbove.where(x, x.fullLike(Scalar(Int(value.int))))
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try (g.x .<= threshold).where(g.dy.zerosLike(), g.dy)
  }
}

/// 0 within −lambd … lambd, x elsewhere. Floating point only.
public struct Hardshrink: ParametricOperation {
  public static let identity = OperationIdentity(name: "hardshrink", code: 0x027C)
  public static let kernel = ParametricKernel.hardshrink
  public static let domain = UnaryDomain.floatingPointOnly
  public static let attributes: [Attribute<Hardshrink>] = [Attribute("lambd", \.lambd)]
  /// How far from 0 results are 0.
  public var lambd: Scalar = 0.5
  public init() {}
  public var numbers: SIMD4<Double> { [lambd.double, 0, 0, 0] }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.x.isWithin(lambd).where(g.dy.zerosLike(), g.dy)
  }
}

/// x moved by lambd toward 0, which it does not pass. Floating point only.
public struct Softshrink: ParametricOperation {
  public static let identity = OperationIdentity(name: "softshrink", code: 0x027D)
  public static let kernel = ParametricKernel.softshrink
  public static let domain = UnaryDomain.floatingPointOnly
  public static let attributes: [Attribute<Softshrink>] = [Attribute("lambd", \.lambd)]
  /// How far x is moved.
  public var lambd: Scalar = 0.5
  public init() {}
  public var numbers: SIMD4<Double> { [lambd.double, 0, 0, 0] }
  public func check(_ dtype: DType) throws {
    guard lambd.double >= 0, lambd.double.isFinite else {
      throw TensorError.invalidArgument(name, "lambd is \(lambd): it must be 0 or more, and finite")
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.x.isWithin(lambd).where(g.dy.zerosLike(), g.dy)
  }
}

extension TensorProtocol {
  /// Whether x is within −limit … limit.
  fileprivate func isWithin(_ limit: Scalar) throws -> Self {
    try (self .>= Scalar(-limit.double)) * (self .<= limit)
  }
}

extension Tensor {
  /// Runs an operation on this tensor, outside of any graph.
  fileprivate func apply(_ operation: some OneInputOperation) throws -> Tensor {
    try operation.execute(self)
  }
}
