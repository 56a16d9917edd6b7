/// A number beside a tensor: `2 * x`, `x + 0.5`. It keeps whether it was written as a bool, an
/// integer or a floating-point number, because promotion asks for that.
public struct Scalar: Sendable, Hashable {
  enum Value: Sendable, Hashable {
    case bool(Bool)
    case int(Int64)
    case double(Double)
  }
  let value: Value

  /// A whole number; counts as int64 in promotion.
  public init(_ value: Int) { self.value = .int(Int64(value)) }
  /// A floating-point number; counts as float32, the default float, in promotion.
  public init(_ value: Double) { self.value = .double(value) }
  /// A floating-point number; counts as float32, the default float, in promotion.
  public init(_ value: Float) { self.value = .double(Double(value)) }
  /// A truth value.
  public init(_ value: Bool) { self.value = .bool(value) }

  var kind: DTypeKind {
    switch value {
    case .bool: .bool
    case .int: .integer
    case .double: .float
    }
  }

  /// The dtype that the number stands for when it decides the result's.
  var dtype: DType {
    switch value {
    case .bool: .bool
    case .int: .int64
    case .double: .defaultFloat
    }
  }

  /// The value as a floating-point number; integers above 2^53 are rounded.
  public var double: Double {
    switch value {
    case .bool(let b): b ? 1 : 0
    case .int(let i): Double(i)
    case .double(let d): d
    }
  }

  /// The value as an integer: floating-point numbers are cut off toward zero, and what an int64
  /// cannot hold gives the smallest int64, as the cast kernels do.
  var int: Int64 {
    switch value {
    case .bool(let b): b ? 1 : 0
    case .int(let i): i
    case .double(let d): Int64(exactly: d.rounded(.towardZero)) ?? .min
    }
  }

  var isZero: Bool { double == 0 }
}

extension Scalar: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  public init(integerLiteral value: Int) { self.init(value) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(booleanLiteral value: Bool) { self.init(value) }
}

extension Scalar: CustomStringConvertible {
  public var description: String {
    switch value {
    case .bool(let b): "\(b)"
    case .int(let i): "\(i)"
    case .double(let d): "\(d)"
    }
  }
}

extension Scalar {
  /// Refuses a number that the integer dtype or float16 cannot hold; wider floating-point dtypes and bool take
  /// any.
  func requireFits(_ dtype: DType, _ operation: String) throws {
    let error = TensorError.invalidArgument(
      operation, "a number beside the tensor does not fit into \(dtype): use a wider dtype")
    if dtype == .float16, double.isFinite, double.magnitude > 65504 { throw error }
    guard var range = dtype.integerRange else { return }
    // PyTorch lets a negative number wrap in an unsigned tensor as C does; so do we.
    if range.lowerBound == 0 { range = -range.upperBound...range.upperBound }
    let whole: Int64?
    switch value {
    case .bool: return
    case .int(let i): whole = i
    case .double(let d): whole = Int64(exactly: d.rounded(.towardZero))
    }
    guard let whole, range.contains(whole) else { throw error }
  }

  /// The number as an integer of the dtype, as it stands beside a tensor: what does not fit wraps.
  func wrapped(in dtype: DType) -> Int64 {
    switch dtype {
    case .uint8: Int64(UInt8(truncatingIfNeeded: int))
    case .int8: Int64(Int8(truncatingIfNeeded: int))
    case .int16: Int64(Int16(truncatingIfNeeded: int))
    case .int32: Int64(Int32(truncatingIfNeeded: int))
    default: int
    }
  }

  /// This number times `alpha`, to be added to or taken from a tensor. Throws as `requireAlpha`.
  func scaled(by alpha: Scalar, beside tensor: Descriptor, _ operation: String) throws -> Scalar {
    if alpha == 1 { return self }
    let dtype = DType.promotion(tensor, self)
    try alpha.requireAlpha(in: dtype, operation)
    return dtype == .bool ? Scalar(!isZero && !alpha.isZero) : multiplied(by: alpha)
  }

  /// Refuses this number as the alpha of a sum of the dtype: it must not be of a higher kind, and a truth value
  /// scales truth values only.
  func requireAlpha(in dtype: DType, _ operation: String) throws {
    guard kind != .float || dtype.isFloatingPoint, kind != .bool || dtype == .bool else {
      throw TensorError.invalidArgument(
        operation,
        "alpha counts as \(self.dtype), but the result is \(dtype): give a number of its kind, or cast "
          + "the tensors")
    }
  }

  /// The product, as an integer where both are.
  func multiplied(by other: Scalar) -> Scalar {
    if case .double = value { return Scalar(double * other.double) }
    if case .double = other.value { return Scalar(double * other.double) }
    return Scalar(Int(truncatingIfNeeded: int &* other.int))
  }
}
