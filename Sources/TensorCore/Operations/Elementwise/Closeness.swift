// Whether tensors agree: op codes 0x0908 …

/// Whether |x − y| ≤ atol + rtol · |y|, element by element; gives bool. Equal infinities are close, nans only
/// with equal_nan. Both of one dtype.
public struct IsClose: TwoInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "isclose", code: 0x0908)
  public static let attributes: [Attribute<IsClose>] = [
    Attribute("rtol", \.rtol), Attribute("atol", \.atol), Attribute("equal_nan", \.equalNan),
  ]
  /// What is allowed for each unit of |y|.
  public var rtol: Scalar = 1e-5
  /// What is allowed in any case.
  public var atol: Scalar = 1e-8
  /// Whether nan is close to nan.
  public var equalNan = false
  public init() {}

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    guard x.dtype == y.dtype else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, y.dtype],
        remedy: "cast one of them to the dtype of the other first")
    }
    guard rtol.double >= 0, atol.double >= 0 else {
      throw TensorError.invalidArgument(
        name, "rtol is \(rtol) and atol \(atol): they must not be negative")
    }
    return Descriptor(shape: try Shape.broadcast([x, y], Self.identity), dtype: .bool)
  }

  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    var close = try x .== y
    if equalNan, x.dtype.isFloatingPoint { close = try close + (x .!= x) * (y .!= y) }
    if rtol.isZero, atol.isZero { return close }
    let dtype = x.dtype.isFloatingPoint ? x.dtype : .defaultFloat
    let (a, b) = (try x.cast(to: dtype), try y.cast(to: dtype))
    let error = try (a - b).abs()
    let allowed = try atol + (rtol * b).abs()
    return try close + (error .<= allowed) * (error .< Scalar(Double.infinity))
  }
}

/// Whether all elements are close; gives a bool without axes.
public struct AllClose: TwoInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "allclose", code: 0x0909)
  public static let attributes: [Attribute<AllClose>] = [
    Attribute("rtol", \.elementwise.rtol), Attribute("atol", \.elementwise.atol),
    Attribute("equal_nan", \.elementwise.equalNan),
  ]
  /// What is asked of each element.
  public var elementwise = IsClose()
  public init() {}
  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    _ = try elementwise.output(for: x, y)
    return Descriptor(shape: Shape(), dtype: .bool)
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    try elementwise.execute(x, y).areAllTrue()
  }
}

/// Whether the shapes are the same and all elements equal; gives a bool without axes.
public struct AllEqual: TwoInputOperation, PlainOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "equal", code: 0x090A)
  public init() {}
  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    Descriptor(shape: Shape(), dtype: .bool)
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    x.shape == y.shape ? try (x .== y).areAllTrue() : Tensor(false)
  }
}

extension Tensor {
  /// Whether all elements of a bool tensor are true, as a bool without axes.
  fileprivate func areAllTrue() throws -> Tensor {
    let values = try contiguous()
    return withExtendedLifetime(values) { Tensor(!values.contiguousBytes.contains(0)) }
  }
}

let closenessEntries: [any Operation.Type] = [IsClose.self, AllClose.self, AllEqual.self]

extension TensorProtocol {
  /// Whether |self − other| ≤ atol + rtol · |other|, element by element, with broadcasting; gives bool. Equal
  /// infinities are close, nans only with `equalNan`. Throws `TensorError.unsupportedDType` for two dtypes,
  /// `.invalidArgument` for a negative tolerance, `.shapeMismatch`.
  public func isclose(
    _ other: Self, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false
  ) throws -> Self {
    var operation = IsClose()
    (operation.rtol, operation.atol) = (Scalar(rtol), Scalar(atol))
    operation.equalNan = equalNan
    return try Self.apply(operation, to: self, other)
  }
  /// Whether all elements are close as `isclose` has it. On pointers it waits for one answer. Throws as
  /// `isclose`, and what reading throws.
  public func allclose(
    _ other: Self, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false
  ) throws -> Bool {
    var operation = AllClose()
    (operation.elementwise.rtol, operation.elementwise.atol) = (Scalar(rtol), Scalar(atol))
    operation.elementwise.equalNan = equalNan
    return try Self.apply(operation, to: self, other).values().item(as: Bool.self)
  }
  /// Whether shapes are the same and all elements equal, also those of two dtypes; nan equals nothing. On
  /// pointers it waits for one answer. Throws what reading throws.
  public func equal(_ other: Self) throws -> Bool {
    try Self.apply(AllEqual(), to: self, other).values().item(as: Bool.self)
  }
}
