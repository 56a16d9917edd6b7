// The methods that change a tensor in place, with PyTorch's names and `InPlace` for its underscore.
//
// A local tensor is a value: the variable gets a new value, copies and views keep theirs. On a pointer the
// object at the worker changes, and all copies of the pointer see it; one instruction, which does not
// wait. The result must have this tensor's shape and dtype: broadcasting may not enlarge it, and an
// integer tensor takes no fraction. Throws as `TensorHome.applyInPlace`.

extension TensorHome {
  /// Adds alpha · other.
  public mutating func addInPlace(_ other: Self, alpha: Scalar = 1) throws {
    if alpha == 1 { return try Self.applyInPlace(Add(), to: &self, other) }
    try Self.applyInPlace(AddScaled(alpha: alpha), to: &self, other)
  }
  /// Adds alpha · other, a number.
  public mutating func addInPlace(_ other: Scalar, alpha: Scalar = 1) throws {
    let number = try other.scaled(by: alpha, beside: descriptor, "add")
    try Self.applyInPlace(Add(operands: .scalarRight(number)), to: &self)
  }
  /// Takes alpha · other away. Not for bool.
  public mutating func subInPlace(_ other: Self, alpha: Scalar = 1) throws {
    if alpha == 1 { return try Self.applyInPlace(Sub(), to: &self, other) }
    try Self.applyInPlace(SubScaled(alpha: alpha), to: &self, other)
  }
  /// Takes alpha · other away, a number. Not for bool.
  public mutating func subInPlace(_ other: Scalar, alpha: Scalar = 1) throws {
    _ = try Sub(operands: .scalarRight(other)).output(for: descriptor)
    let number = try other.scaled(by: alpha, beside: descriptor, "sub")
    try Self.applyInPlace(Sub(operands: .scalarRight(number)), to: &self)
  }
  /// Multiplies by other.
  public mutating func mulInPlace(_ other: Self) throws {
    try Self.applyInPlace(Mul(), to: &self, other)
  }
  /// Multiplies by a number.
  public mutating func mulInPlace(_ other: Scalar) throws {
    try Self.applyInPlace(Mul(operands: .scalarRight(other)), to: &self)
  }
  /// Divides by other. Floating point only: the true quotient of integers is none.
  public mutating func divInPlace(_ other: Self) throws {
    try Self.applyInPlace(Div(), to: &self, other)
  }
  /// Divides by a number. Floating point only.
  public mutating func divInPlace(_ other: Scalar) throws {
    try Self.applyInPlace(Div(operands: .scalarRight(other)), to: &self)
  }
  /// Divides by other and rounds down. Not for bool.
  public mutating func floorDivideInPlace(_ other: Self) throws {
    try Self.applyInPlace(FloorDivide(), to: &self, other)
  }
  /// Divides by a number and rounds down. Not for bool.
  public mutating func floorDivideInPlace(_ other: Scalar) throws {
    try Self.applyInPlace(FloorDivide(operands: .scalarRight(other)), to: &self)
  }
  /// Leaves what `floorDivide` by other leaves. Not for bool.
  public mutating func remainderInPlace(_ other: Self) throws {
    try Self.applyInPlace(Remainder(), to: &self, other)
  }
  /// Leaves what `floorDivide` by a number leaves. Not for bool.
  public mutating func remainderInPlace(_ other: Scalar) throws {
    try Self.applyInPlace(Remainder(operands: .scalarRight(other)), to: &self)
  }
  /// Raises to the power of other. Not for bool.
  public mutating func powInPlace(_ other: Self) throws {
    try Self.applyInPlace(Pow(), to: &self, other)
  }
  /// Raises to the power of a number. Not for bool.
  public mutating func powInPlace(_ other: Scalar) throws {
    try Self.applyInPlace(Pow(operands: .scalarRight(other)), to: &self)
  }
  /// Makes every element equal to a number, which must not lose by it: an integer tensor takes no
  /// fraction.
  public mutating func fillInPlace(_ value: Scalar) throws {
    guard value.kind <= dtype.kind else {
      throw TensorError.unsupportedDType(
        operation: "full_like in place", dtypes: [dtype, value.dtype],
        remedy:
          "a tensor of the first cannot hold the number, which counts as the second; give a whole "
          + "number, or write x = x.fullLike(…, dtype: …) for a new tensor")
    }
    var operation = FullLike()
    operation.value = value
    try Self.applyInPlace(operation, to: &self)
  }
  /// Makes every element 0.
  public mutating func zeroInPlace() throws { try fillInPlace(dtype == .bool ? false : 0) }
}
