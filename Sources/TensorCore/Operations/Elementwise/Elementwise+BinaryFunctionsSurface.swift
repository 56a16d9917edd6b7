// The public methods and free functions of more elementwise functions of two operands.

/// How a quotient is rounded.
public enum RoundingMode: String, Sendable, CaseIterable {
  /// Toward 0, as in C.
  case trunc
  /// Down, as in Python.
  case floor
}

extension TensorProtocol {
  /// self / other, rounded; integers stay integers. Element by element, with broadcasting and promotion. Not
  /// for bool. Its gradient is 0. Throws `TensorError.divisionByZero` for an integer divisor with a 0 in it; on
  /// pointers the worker does, and reading the result throws.
  public func div(_ other: Self, roundingMode: RoundingMode) throws -> Self {
    try Self.divide(.tensor(self), .tensor(other), roundingMode)
  }
  /// The same with a number.
  public func div(_ other: Scalar, roundingMode: RoundingMode) throws -> Self {
    try Self.divide(.tensor(self), .scalar(other), roundingMode)
  }
  static func divide(
    _ x: Operand<Self>, _ y: Operand<Self>, _ roundingMode: RoundingMode?
  ) throws -> Self {
    switch roundingMode {
    case nil: try apply(Div.self, x, y)
    case .trunc: try apply(DivTrunc.self, x, y)
    case .floor: try apply(DivFloor.self, x, y)
    }
  }
  /// other − alpha · self. Element by element, with broadcasting and promotion. Throws as `sub`.
  public func rsub(_ other: Self, alpha: Scalar = 1) throws -> Self {
    try other.sub(self, alpha: alpha)
  }
  /// The same from a number.
  public func rsub(_ other: Scalar, alpha: Scalar = 1) throws -> Self {
    let difference = Sub(operands: .scalarLeft(other))
    if alpha == 1 { return try Self.apply(difference, to: self) }
    let dtype = try difference.output(for: descriptor).dtype
    try alpha.requireAlpha(in: dtype, "rsub")
    return try Self.apply(difference, to: cast(to: dtype).mul(alpha))
  }
  /// self to the power of other, in float64. Element by element, with broadcasting. Throws
  /// `TensorError.shapeMismatch`.
  public func floatPower(_ other: Self) throws -> Self {
    try cast(to: .float64).pow(other.cast(to: .float64))
  }
  /// The same with a number.
  public func floatPower(_ other: Scalar) throws -> Self {
    try cast(to: .float64).pow(Scalar(other.double))
  }
  /// self · 2^other; integers give float32. Element by element, with broadcasting and promotion. Throws
  /// `TensorError.shapeMismatch`.
  public func ldexp(_ other: Self) throws -> Self {
    let promoted = DType.promotion(descriptor, other.descriptor)
    let exponent = try other.cast(to: promoted.isFloatingPoint ? promoted : .defaultFloat)
    return try self * Self.apply(Pow(operands: .scalarLeft(2)), to: exponent)
  }
  /// What the quotient that is rounded toward 0 leaves, as C's `fmod`: it has the sign of self. Not for bool.
  /// Throws as `floorDivide`. Element by element, with broadcasting and promotion.
  public func fmod(_ other: Self) throws -> Self { try Self.apply(FMod(), to: self, other) }
  /// The same with a number.
  public func fmod(_ other: Scalar) throws -> Self {
    try Self.apply(FMod(operands: .scalarRight(other)), to: self)
  }
  /// The angle of the point (other, self), −π … π; integers give float32. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func atan2(_ other: Self) throws -> Self { try Self.apply(Atan2(), to: self, other) }
  /// The magnitude of self with the sign of other; integers give float32. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func copysign(_ other: Self) throws -> Self { try Self.apply(CopySign(), to: self, other) }
  /// The same with a number.
  public func copysign(_ other: Scalar) throws -> Self {
    try Self.apply(CopySign(operands: .scalarRight(other)), to: self)
  }
  /// The square root of self² + other² without overflow on the way. Floating point only. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func hypot(_ other: Self) throws -> Self { try Self.apply(Hypot(), to: self, other) }
  /// The next number that the dtype can hold after self toward other. Floating point only. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func nextafter(_ other: Self) throws -> Self {
    try Self.apply(NextAfter(), to: self, other)
  }
  /// 0 where self is below 0 or nan, 1 above, the value at 0. Both of one dtype. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func heaviside(_ values: Self) throws -> Self {
    try Self.apply(Heaviside(), to: self, values)
  }
  /// log(exp(self) + exp(other)) without overflow. Floating point only. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func logaddexp(_ other: Self) throws -> Self {
    try Self.apply(LogAddExp(), to: self, other)
  }
  /// log₂(2^self + 2^other) without overflow. Floating point only. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func logaddexp2(_ other: Self) throws -> Self {
    try Self.apply(LogAddExp2(), to: self, other)
  }
  /// self · log(other), 0 where self is 0; integers give float32. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func xlogy(_ other: Self) throws -> Self { try Self.apply(XLogY(), to: self, other) }
  /// The same with a number.
  public func xlogy(_ other: Scalar) throws -> Self {
    try Self.apply(XLogY(operands: .scalarRight(other)), to: self)
  }
  /// self · log(1 + other), 0 where self is 0; integers give float32. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func xlog1py(_ other: Self) throws -> Self { try Self.apply(XLog1PY(), to: self, other) }
  /// The same with a number.
  public func xlog1py(_ other: Scalar) throws -> Self {
    try Self.apply(XLog1PY(operands: .scalarRight(other)), to: self)
  }
  /// The larger of self and other; where one is nan the other. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func fmax(_ other: Self) throws -> Self { try Self.apply(FMax(), to: self, other) }
  /// The smaller of self and other; where one is nan the other. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func fmin(_ other: Self) throws -> Self { try Self.apply(FMin(), to: self, other) }
}

/// See `TensorProtocol.rsub`.
public func rsub<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.rsub(y) }
/// See `TensorProtocol.floatPower`.
public func floatPower<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.floatPower(y) }
/// See `TensorProtocol.ldexp`.
public func ldexp<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.ldexp(y) }
/// See `TensorProtocol.fmod`.
public func fmod<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.fmod(y) }
/// See `TensorProtocol.atan2`.
public func atan2<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.atan2(y) }
/// See `TensorProtocol.copysign`.
public func copysign<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.copysign(y) }
/// See `TensorProtocol.hypot`.
public func hypot<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.hypot(y) }
/// See `TensorProtocol.nextafter`.
public func nextafter<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.nextafter(y) }
/// See `TensorProtocol.heaviside`.
public func heaviside<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.heaviside(y) }
/// See `TensorProtocol.logaddexp`.
public func logaddexp<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.logaddexp(y) }
/// See `TensorProtocol.logaddexp2`.
public func logaddexp2<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.logaddexp2(y) }
/// See `TensorProtocol.xlogy`.
public func xlogy<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.xlogy(y) }
/// See `TensorProtocol.xlog1py`.
public func xlog1py<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.xlog1py(y) }
/// See `TensorProtocol.fmax`.
public func fmax<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.fmax(y) }
/// See `TensorProtocol.fmin`.
public func fmin<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.fmin(y) }
/// The same for a number on the left.
public func xlogy<T: TensorProtocol>(_ x: Scalar, _ y: T) throws -> T {
  try T.apply(XLogY(operands: .scalarLeft(x)), to: y)
}
/// The same for a number on the left.
public func xlog1py<T: TensorProtocol>(_ x: Scalar, _ y: T) throws -> T {
  try T.apply(XLog1PY(operands: .scalarLeft(x)), to: y)
}
/// A number to the power of each element, in float64.
public func floatPower<T: TensorProtocol>(_ base: Scalar, _ exponent: T) throws -> T {
  try pow(Scalar(base.double), exponent.cast(to: .float64))
}
