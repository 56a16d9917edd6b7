// More elementwise functions of two operands: op codes 0x0320 …

/// The quotient x / y rounded toward 0, in the operands' dtype. Not for bool. An integer 0 in y is refused;
/// floating-point quotients by 0 are infinite or nan. Its gradient is 0.
public struct DivTrunc: BinaryOperation {
  public static let identity = OperationIdentity(name: "div_trunc", code: 0x0320)
  public static let kernel = BinaryKernel.truncDivide
  public static let numberPrecision = NumberPrecision.keptOnRight
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func check(_ dtype: DType) throws { try requireDivisor(operands, dtype) }
  public func check(right: Tensor) throws { try requireNoZero(right) }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor, y.descriptor)
    guard result.dtype.isHalf, y.rank > 0 || x.rank == 0 else { return try computed(x, y) }
    // Between tensors PyTorch rounds the quotient of halves to a half before it cuts off.
    return try Elementwise.run(.trunc, Div().execute(x, y), name)
  }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy.zerosLike()
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// The quotient x / y rounded down: `FloorDivide` with a gradient, which is 0.
public struct DivFloor: BinaryOperation {
  public static let identity = OperationIdentity(name: "div_floor", code: 0x0321)
  public static let kernel = BinaryKernel.floorDivide
  public static let numberPrecision = NumberPrecision.keptOnRight
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func check(_ dtype: DType) throws { try requireDivisor(operands, dtype) }
  public func check(right: Tensor) throws { try requireNoZero(right) }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy.zerosLike()
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// What the quotient that is rounded toward 0 leaves: it has the sign of x. Not for bool. An integer 0 in y
/// is refused; floating-point remainders by 0 are nan.
public struct FMod: BinaryOperation {
  public static let identity = OperationIdentity(name: "fmod", code: 0x0322)
  public static let kernel = BinaryKernel.fmod
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func check(_ dtype: DType) throws { try requireDivisor(operands, dtype) }
  public func check(right: Tensor) throws { try requireNoZero(right) }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { g.dy }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try -g.dy * T.apply(DivTrunc.self, g.left, g.right)
  }
}

/// The angle of the point (y, x), the first operand being the second coordinate: −π … π.
public struct Atan2: BinaryOperation {
  public static let identity = OperationIdentity(name: "atan2", code: 0x0323)
  public static let kernel = BinaryKernel.atan2
  public static let domain = BinaryDomain.floatingPoint
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * (g.tensor(g.right) * inverseSquare(g))
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * -(g.tensor(g.left) * inverseSquare(g))
  }
  /// 1 / (x² + y²); 0 at the origin, where there is no angle.
  private func inverseSquare<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T {
    let (y, x) = (try g.converted(g.left), try g.converted(g.right))
    let square = try x * x + y * y
    return try (square .== 0).where(0, 1 / square)
  }
}

/// The magnitude of x with the sign of y, also that of a zero.
public struct CopySign: BinaryOperation {
  public static let identity = OperationIdentity(name: "copysign", code: 0x0324)
  public static let kernel = BinaryKernel.copysign
  public static let domain = BinaryDomain.floatingPoint
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let x = try g.tensor(g.left)
    return try (x .== 0).where(0, g.dy * (g.output / x))
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// The square root of x² + y² without overflow on the way. Floating point only.
public struct Hypot: BinaryOperation {
  public static let identity = OperationIdentity(name: "hypot", code: 0x0325)
  public static let kernel = BinaryKernel.hypot
  public static let domain = BinaryDomain.floatingPointOnly
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * (g.tensor(g.left) / g.output)
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * (g.tensor(g.right) / g.output)
  }
}

/// The next number that the dtype can hold after x toward y. Floating point only.
public struct NextAfter: BinaryOperation {
  public static let identity = OperationIdentity(name: "nextafter", code: 0x0326)
  public static let kernel = BinaryKernel.nextafter
  public static let domain = BinaryDomain.floatingPointOnly
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try (g.tensor(g.left) .!= g.tensor(g.right)).where(g.dy, 0)
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// 0 where x is below 0 or nan, 1 above, y at 0; both of one dtype.
public struct Heaviside: BinaryOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "heaviside", code: 0x0327)
  public static let kernel = BinaryKernel.heaviside
  public static let domain = BinaryDomain.same
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    Array(repeating: nil, count: g.inputs.count)
  }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
}

/// log(exp(x) + exp(y)) without overflow. Floating point only.
public struct LogAddExp: BinaryOperation {
  public static let identity = OperationIdentity(name: "logaddexp", code: 0x0328)
  public static let kernel = BinaryKernel.logaddexp
  public static let domain = BinaryDomain.floatingPointOnly
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy / (1 + (g.converted(g.right) - g.converted(g.left)).exp())
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy / (1 + (g.converted(g.left) - g.converted(g.right)).exp())
  }
}

/// log₂(2^x + 2^y) without overflow. Floating point only.
public struct LogAddExp2: BinaryOperation {
  public static let identity = OperationIdentity(name: "logaddexp2", code: 0x0329)
  public static let kernel = BinaryKernel.logaddexp2
  public static let domain = BinaryDomain.floatingPointOnly
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy / (1 + pow(2, g.converted(g.right) - g.converted(g.left)))
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy / (1 + pow(2, g.converted(g.left) - g.converted(g.right)))
  }
}

/// x · log(y); 0 where x is 0 and y is not nan.
public struct XLogY: BinaryOperation {
  public static let identity = OperationIdentity(name: "xlogy", code: 0x032A)
  public static let kernel = BinaryKernel.xlogy
  public static let domain = BinaryDomain.floatingPoint
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    let isFlat = try (x .== 0) * (y .<= 0)
    return try isFlat.where(0, g.dy.xlogy(y))
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * (g.tensor(g.left) / g.right)
  }
}

/// x · log(1 + y); 0 where x is 0 and y is not nan.
public struct XLog1PY: BinaryOperation {
  public static let identity = OperationIdentity(name: "special.xlog1py", code: 0x032B)
  public static let kernel = BinaryKernel.xlog1py
  public static let domain = BinaryDomain.floatingPoint
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    let isFlat = try (x .== 0) * (y .<= -1)
    return try isFlat.where(0, g.dy.xlog1py(y))
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * (g.tensor(g.left) / (g.tensor(g.right) + 1))
  }
}

/// The larger of x and y; where one is nan the other.
public struct FMax: BinaryOperation {
  public static let identity = OperationIdentity(name: "fmax", code: 0x032C)
  public static let kernel = BinaryKernel.fmax
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: g.leftIsTaken(x .> y).logicalNot(), ties: x .== y)
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: g.leftIsTaken(x .> y), ties: x .== y)
  }
}

/// The smaller of x and y; where one is nan the other.
public struct FMin: BinaryOperation {
  public static let identity = OperationIdentity(name: "fmin", code: 0x032D)
  public static let kernel = BinaryKernel.fmin
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: g.leftIsTaken(x .< y).logicalNot(), ties: x .== y)
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: g.leftIsTaken(x .< y), ties: x .== y)
  }
}

extension BinaryGradient {
  /// Whether `FMax` and `FMin` take the left operand, where it is not equal to the right one: where it wins, and
  /// beside nan.
  fileprivate func leftIsTaken(_ leftWins: T) throws -> T {
    let y = try tensor(right)
    return try leftWins + (y .!= y)
  }
}

let binaryFunctionEntries: [any Operation.Type] = [
  DivTrunc.self, DivFloor.self, FMod.self, Atan2.self, CopySign.self, Hypot.self, NextAfter.self,
  Heaviside.self, LogAddExp.self, LogAddExp2.self, XLogY.self, XLog1PY.self, FMax.self, FMin.self,
]
