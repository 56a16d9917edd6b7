// Elementwise functions of two operands: op codes 0x0300 …

/// x + y; for bool, logical or.
public struct Add: BinaryOperation {
  public static let identity = OperationIdentity(name: "add", code: 0x0300)
  public static let kernel = BinaryKernel.add
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { g.dy }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { g.dy }
}

/// x − y. Not for bool, on either side.
public struct Sub: BinaryOperation {
  public static let identity = OperationIdentity(name: "sub", code: 0x0301)
  public static let kernel = BinaryKernel.sub
  public static let domain = BinaryDomain.withoutBool
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { g.dy }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { try -g.dy }
}

/// x · y; for bool, logical and.
public struct Mul: BinaryOperation {
  public static let identity = OperationIdentity(name: "mul", code: 0x0302)
  public static let kernel = BinaryKernel.mul
  public static let numberPrecision = NumberPrecision.kept
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * g.right
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy * g.left
  }
}

/// x / y, the true quotient: integers give float32.
public struct Div: BinaryOperation {
  public static let identity = OperationIdentity(name: "div", code: 0x0303)
  public static let kernel = BinaryKernel.div
  public static let numberPrecision = NumberPrecision.keptOnRight
  public static let domain = BinaryDomain.floatingPoint
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try g.dy / g.right
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try -(g.dy * g.output) / g.right
  }
}

/// x to the power of y. Not for bool, but for a truth value as the exponent; integers to negative integer numbers
/// are refused, as in PyTorch.
public struct Pow: BinaryOperation {
  public static let identity = OperationIdentity(name: "pow", code: 0x0304)
  public static let kernel = BinaryKernel.pow
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }

  public func check(_ dtype: DType) throws {
    guard case .scalarRight(let exponent) = operands else {
      if dtype == .bool {
        throw TensorError.unsupportedDType(
          operation: name, dtypes: [dtype], remedy: BinaryDomain.numeric.remedy)
      }
      return
    }
    if !dtype.isFloatingPoint, exponent.int < 0 {
      throw TensorError.invalidArgument(
        name, "integers to a negative integer power: cast the tensor to a floating-point dtype")
    }
    try exponent.requireFits(dtype, name)
  }

  public func execute(_ x: Tensor) throws -> Tensor {
    guard case .scalarRight(let exponent) = operands, try output(for: x.descriptor).dtype == .bool
    else { return try computed(x) }
    return exponent.isZero ? try x.onesLike() : x
  }

  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let x = try g.tensor(g.left)
    switch g.right {
    case .scalar(let exponent):
      let p = exponent.double
      return p == 0 ? try x.zerosLike() : try g.dy * (Scalar(p) * x.pow(Scalar(p - 1)))
    case .tensor:
      let y = try g.converted(g.right)
      // At y = 0 the derivative is 0, also where x^(y − 1) or dy is infinite.
      let dx = try g.dy * (y * x.pow(y - 1))
      return try (y .== 0).where(0, dx)
    }
  }

  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let y = try g.tensor(g.right)
    // The logarithm of a base of another dtype would have fewer digits than the power.
    let x = try g.converted(g.left)
    // Where x is 0 and y at least 0, the power stays 0 although log(0) is infinite.
    let slope = try g.output * x.log()
    let isFlat = try (x .== 0) * (y .>= 0)
    return try g.dy * isFlat.where(0, slope)
  }
}

/// The larger of x and y; nan if either is nan.
public struct Maximum: BinaryOperation {
  public static let identity = OperationIdentity(name: "maximum", code: 0x0305)
  public static let kernel = BinaryKernel.maximum
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: x .< y, ties: x .== y)
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: y .< x, ties: x .== y)
  }
}

/// The smaller of x and y; nan if either is nan.
public struct Minimum: BinaryOperation {
  public static let identity = OperationIdentity(name: "minimum", code: 0x0306)
  public static let kernel = BinaryKernel.minimum
  public static let domain = BinaryDomain.all
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: x .> y, ties: x .== y)
  }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    let (x, y) = (try g.tensor(g.left), try g.tensor(g.right))
    return try g.dy.shared(unless: y .> x, ties: x .== y)
  }
}

/// The quotient x / y rounded down, in the operands' dtype. Not for bool. An integer 0 in y is refused,
/// as in PyTorch; floating-point quotients by 0 are infinite or nan.
public struct FloorDivide: BinaryOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "floor_divide", code: 0x0307)
  public static let kernel = BinaryKernel.floorDivide
  public static let numberPrecision = NumberPrecision.keptOnRight
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func check(_ dtype: DType) throws { try requireDivisor(operands, dtype) }
  public func check(right: Tensor) throws { try requireNoZero(right) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    Array(repeating: nil, count: g.inputs.count)
  }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { nil }
}

/// What the quotient that is rounded down leaves, x − y · ⌊x / y⌋: it has the sign of y. Not for bool. An
/// integer 0 in y is refused, as in PyTorch; floating-point remainders by 0 are nan.
public struct Remainder: BinaryOperation {
  public static let identity = OperationIdentity(name: "remainder", code: 0x0308)
  public static let kernel = BinaryKernel.remainder
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
  public func check(_ dtype: DType) throws { try requireDivisor(operands, dtype) }
  public func check(right: Tensor) throws { try requireNoZero(right) }
  public func gradientOfLeft<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? { g.dy }
  public func gradientOfRight<T: TensorProtocol>(_ g: BinaryGradient<T>) throws -> T? {
    try -g.dy * g.tensor(g.left).floorDivide(g.tensor(g.right))
  }
}

extension BinaryOperation {
  /// Refuses the number 0 beside integers, also one that becomes 0 by wrapping.
  func requireDivisor(_ operands: BinaryOperands, _ dtype: DType) throws {
    if case .scalarRight(let divisor) = operands, !dtype.isFloatingPoint,
      divisor.wrapped(in: dtype) == 0
    {
      throw TensorError.divisionByZero(operation: name)
    }
  }

  /// Refuses an integer divisor with a 0 in it. Where it stands is not said: that is an element.
  func requireNoZero(_ divisor: Tensor) throws {
    if divisor.dtype.isFloatingPoint { return }
    let isNotZero = try Elementwise.cast(divisor.contiguous(), to: .bool)
    if isNotZero.contiguousBytes.contains(0) { throw TensorError.divisionByZero(operation: name) }
  }
}

extension TensorProtocol {
  /// As in PyTorch: none of the gradient where this operand lost, half of it where both were equal,
  /// all of it elsewhere, beside nan too. Chosen, since 0 times an infinite gradient is nan.
  func shared(unless loses: Self, ties: Self) throws -> Self {
    try ties.where(0.5 * self, loses.where(0, self))
  }
}

// MARK: Comparisons: op codes 0x0380 …

/// x = y, element by element; gives bool.
public struct Equal: ComparisonOperation {
  public static let identity = OperationIdentity(name: "eq", code: 0x0380)
  public static let kernel = BinaryKernel.eq
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x ≠ y, element by element; gives bool.
public struct NotEqual: ComparisonOperation {
  public static let identity = OperationIdentity(name: "ne", code: 0x0381)
  public static let kernel = BinaryKernel.ne
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x < y, element by element; gives bool.
public struct Less: ComparisonOperation {
  public static let identity = OperationIdentity(name: "lt", code: 0x0382)
  public static let kernel = BinaryKernel.lt
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x ≤ y, element by element; gives bool.
public struct LessOrEqual: ComparisonOperation {
  public static let identity = OperationIdentity(name: "le", code: 0x0383)
  public static let kernel = BinaryKernel.le
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x > y, element by element; gives bool.
public struct Greater: ComparisonOperation {
  public static let identity = OperationIdentity(name: "gt", code: 0x0384)
  public static let kernel = BinaryKernel.gt
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

/// x ≥ y, element by element; gives bool.
public struct GreaterOrEqual: ComparisonOperation {
  public static let identity = OperationIdentity(name: "ge", code: 0x0385)
  public static let kernel = BinaryKernel.ge
  public let operands: BinaryOperands
  public init(operands: BinaryOperands = .tensors) { self.operands = operands }
}

let binaryEntries: [any Operation.Type] = arithmeticEntries + binaryFunctionEntries + bitEntries

private let arithmeticEntries: [any Operation.Type] = [
  Add.self, Sub.self, Mul.self, Div.self, Pow.self, Maximum.self, Minimum.self,
  FloorDivide.self, Remainder.self,
  Equal.self, NotEqual.self, Less.self, LessOrEqual.self, Greater.self, GreaterOrEqual.self,
]

/// f(x, y), where one of them may be a number.
extension TensorProtocol {
  static func apply<Function: BinaryOperation>(
    _ function: Function.Type, _ x: Operand<Self>, _ y: Operand<Self>
  ) throws -> Self {
    switch (x, y) {
    case (.tensor(let x), .tensor(let y)): try apply(Function(operands: .tensors), to: x, y)
    case (.tensor(let x), .scalar(let y)): try apply(Function(operands: .scalarRight(y)), to: x)
    case (.scalar(let x), .tensor(let y)): try apply(Function(operands: .scalarLeft(x)), to: y)
    case (.scalar, .scalar):
      throw TensorError.invalidArgument(Function.identity.name, "one of both must be a tensor")
    }
  }
}
