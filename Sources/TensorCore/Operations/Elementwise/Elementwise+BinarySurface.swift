// The public methods and free functions of the elementwise functions of two operands. The
// operators stand with each home, e.g. in `Tensor+Operators.swift`.

extension TensorProtocol {
  /// self + alpha · other. Element by element, with broadcasting and promotion. Throws
  /// `TensorError.shapeMismatch`, `.invalidArgument` for an alpha that is no whole number where
  /// both are integers.
  public func add(_ other: Self, alpha: Scalar = 1) throws -> Self {
    if alpha == 1 { return try Self.apply(Add(), to: self, other) }
    return try Self.apply(AddScaled(alpha: alpha), to: self, other)
  }
  /// The same with a number.
  public func add(_ other: Scalar, alpha: Scalar = 1) throws -> Self {
    let number = try other.scaled(by: alpha, beside: descriptor, "add")
    return try Self.apply(Add(operands: .scalarRight(number)), to: self)
  }
  /// self − alpha · other. Element by element, with broadcasting and promotion. Not for bool.
  /// Throws `TensorError.shapeMismatch`, `.invalidArgument` for an alpha that is no whole number
  /// where both are integers, `.unsupportedDType`.
  public func sub(_ other: Self, alpha: Scalar = 1) throws -> Self {
    if alpha == 1 { return try Self.apply(Sub(), to: self, other) }
    return try Self.apply(SubScaled(alpha: alpha), to: self, other)
  }
  /// The same with a number.
  public func sub(_ other: Scalar, alpha: Scalar = 1) throws -> Self {
    _ = try Sub(operands: .scalarRight(other)).output(for: descriptor)
    let number = try other.scaled(by: alpha, beside: descriptor, "sub")
    return try Self.apply(Sub(operands: .scalarRight(number)), to: self)
  }
  /// self · other. Element by element, with broadcasting and promotion. Throws
  /// `TensorError.shapeMismatch`.
  public func mul(_ other: Self) throws -> Self { try Self.apply(Mul(), to: self, other) }
  /// The same with a number.
  public func mul(_ other: Scalar) throws -> Self {
    try Self.apply(Mul(operands: .scalarRight(other)), to: self)
  }
  /// self / other, the true quotient: integers give float32. Element by element, with broadcasting
  /// and promotion. Throws `TensorError.shapeMismatch`.
  public func div(_ other: Self) throws -> Self { try Self.apply(Div(), to: self, other) }
  /// The same with a number.
  public func div(_ other: Scalar) throws -> Self {
    try Self.apply(Div(operands: .scalarRight(other)), to: self)
  }
  /// self / other rounded down, as Python's `//`: integers stay integers. Element by element, with
  /// broadcasting and promotion. Not for bool. Throws `TensorError.divisionByZero` for an integer
  /// divisor with a 0 in it; on pointers the worker does, and reading the result throws.
  public func floorDivide(_ other: Self) throws -> Self {
    try Self.apply(FloorDivide(), to: self, other)
  }
  /// The same with a number.
  public func floorDivide(_ other: Scalar) throws -> Self {
    try Self.apply(FloorDivide(operands: .scalarRight(other)), to: self)
  }
  /// What `floorDivide` leaves, as Python's `%`: it has the sign of other. Element by element, with
  /// broadcasting and promotion. Not for bool. Throws as `floorDivide`.
  public func remainder(_ other: Self) throws -> Self {
    try Self.apply(Remainder(), to: self, other)
  }
  /// The same with a number.
  public func remainder(_ other: Scalar) throws -> Self {
    try Self.apply(Remainder(operands: .scalarRight(other)), to: self)
  }
  /// self to the power of other. Element by element, with broadcasting and promotion. Not for bool.
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func pow(_ other: Self) throws -> Self { try Self.apply(Pow(), to: self, other) }
  /// The same with a number.
  public func pow(_ other: Scalar) throws -> Self {
    try Self.apply(Pow(operands: .scalarRight(other)), to: self)
  }
  /// The larger of self and other; nan if either is nan. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func maximum(_ other: Self) throws -> Self { try Self.apply(Maximum(), to: self, other) }
  /// The smaller of self and other; nan if either is nan. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func minimum(_ other: Self) throws -> Self { try Self.apply(Minimum(), to: self, other) }
  /// Whether self equals other; gives bool. Element by element, with broadcasting and promotion.
  /// Throws `TensorError.shapeMismatch`.
  public func eq(_ other: Self) throws -> Self { try Self.apply(Equal(), to: self, other) }
  /// The same with a number.
  public func eq(_ other: Scalar) throws -> Self {
    try Self.apply(Equal(operands: .scalarRight(other)), to: self)
  }
  /// Whether self differs from other; gives bool. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func ne(_ other: Self) throws -> Self { try Self.apply(NotEqual(), to: self, other) }
  /// The same with a number.
  public func ne(_ other: Scalar) throws -> Self {
    try Self.apply(NotEqual(operands: .scalarRight(other)), to: self)
  }
  /// Whether self is less than other; gives bool. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func lt(_ other: Self) throws -> Self { try Self.apply(Less(), to: self, other) }
  /// The same with a number.
  public func lt(_ other: Scalar) throws -> Self {
    try Self.apply(Less(operands: .scalarRight(other)), to: self)
  }
  /// Whether self is at most other; gives bool. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func le(_ other: Self) throws -> Self { try Self.apply(LessOrEqual(), to: self, other) }
  /// The same with a number.
  public func le(_ other: Scalar) throws -> Self {
    try Self.apply(LessOrEqual(operands: .scalarRight(other)), to: self)
  }
  /// Whether self is greater than other; gives bool. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func gt(_ other: Self) throws -> Self { try Self.apply(Greater(), to: self, other) }
  /// The same with a number.
  public func gt(_ other: Scalar) throws -> Self {
    try Self.apply(Greater(operands: .scalarRight(other)), to: self)
  }
  /// Whether self is at least other; gives bool. Element by element, with broadcasting and
  /// promotion. Throws `TensorError.shapeMismatch`.
  public func ge(_ other: Self) throws -> Self { try Self.apply(GreaterOrEqual(), to: self, other) }
  /// The same with a number.
  public func ge(_ other: Scalar) throws -> Self {
    try Self.apply(GreaterOrEqual(operands: .scalarRight(other)), to: self)
  }
}

/// See `TensorProtocol.add(_:alpha:)`.
public func add<T: TensorProtocol>(_ x: T, _ y: T, alpha: Scalar = 1) throws -> T {
  try x.add(y, alpha: alpha)
}
/// See `TensorProtocol.add(_:alpha:)`.
public func add<T: TensorProtocol>(_ x: T, _ y: Scalar, alpha: Scalar = 1) throws -> T {
  try x.add(y, alpha: alpha)
}
/// See `TensorProtocol.sub(_:alpha:)`.
public func sub<T: TensorProtocol>(_ x: T, _ y: T, alpha: Scalar = 1) throws -> T {
  try x.sub(y, alpha: alpha)
}
/// See `TensorProtocol.sub(_:alpha:)`.
public func sub<T: TensorProtocol>(_ x: T, _ y: Scalar, alpha: Scalar = 1) throws -> T {
  try x.sub(y, alpha: alpha)
}
/// See `TensorProtocol.mul(_:)`.
public func mul<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.mul(y) }
/// See `TensorProtocol.mul(_:)`.
public func mul<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.mul(y) }
/// See `TensorProtocol.div(_:)`.
public func div<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.div(y) }
/// See `TensorProtocol.div(_:)`.
public func div<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.div(y) }
/// See `TensorProtocol.floorDivide(_:)`.
public func floorDivide<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.floorDivide(y) }
/// See `TensorProtocol.floorDivide(_:)`.
public func floorDivide<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T {
  try x.floorDivide(y)
}
/// See `TensorProtocol.remainder(_:)`.
public func remainder<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.remainder(y) }
/// See `TensorProtocol.remainder(_:)`.
public func remainder<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.remainder(y) }
/// See `TensorProtocol.pow(_:)`.
public func pow<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.pow(y) }
/// See `TensorProtocol.pow(_:)`.
public func pow<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.pow(y) }
/// See ``TensorProtocol/maximum(_:)``.
public func maximum<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.maximum(y) }
/// See ``TensorProtocol/minimum(_:)``.
public func minimum<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.minimum(y) }
/// See `TensorProtocol.eq(_:)`.
public func eq<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.eq(y) }
/// See `TensorProtocol.eq(_:)`.
public func eq<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.eq(y) }
/// See `TensorProtocol.ne(_:)`.
public func ne<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.ne(y) }
/// See `TensorProtocol.ne(_:)`.
public func ne<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.ne(y) }
/// See `TensorProtocol.lt(_:)`.
public func lt<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.lt(y) }
/// See `TensorProtocol.lt(_:)`.
public func lt<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.lt(y) }
/// See `TensorProtocol.le(_:)`.
public func le<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.le(y) }
/// See `TensorProtocol.le(_:)`.
public func le<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.le(y) }
/// See `TensorProtocol.gt(_:)`.
public func gt<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.gt(y) }
/// See `TensorProtocol.gt(_:)`.
public func gt<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.gt(y) }
/// See `TensorProtocol.ge(_:)`.
public func ge<T: TensorProtocol>(_ x: T, _ y: T) throws -> T { try x.ge(y) }
/// See `TensorProtocol.ge(_:)`.
public func ge<T: TensorProtocol>(_ x: T, _ y: Scalar) throws -> T { try x.ge(y) }

/// base to the power of each element of the exponent.
public func pow<T: TensorProtocol>(_ base: Scalar, _ exponent: T) throws -> T {
  try T.apply(Pow(operands: .scalarLeft(base)), to: exponent)
}
