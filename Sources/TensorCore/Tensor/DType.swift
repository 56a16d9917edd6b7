/// The type of a tensor's elements. Raw values stand on the wire and index the kernel tables:
/// they never change.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  /// One byte, 0 or 1.
  case bool = 1
  /// Whole numbers 0 … 255 in one byte; results wrap.
  case uint8 = 2
  /// Whole numbers −128 … 127 in one byte, two's complement; results wrap.
  case int8 = 3
  /// Whole numbers in two bytes, two's complement; results wrap.
  case int16 = 4
  /// Whole numbers in four bytes, two's complement; results wrap.
  case int32 = 5
  /// Whole numbers in eight bytes, two's complement; what integer literals give. Results wrap.
  case int64 = 6
  /// Floating-point numbers in two bytes (IEEE 754 binary16): 11 significant bits, at most 65504.
  case float16 = 7
  /// Floating-point numbers in two bytes, the upper half of a float32: 8 significant bits.
  case bfloat16 = 8
  /// Floating-point numbers in four bytes (IEEE 754 binary32); what decimal literals give.
  case float32 = 9
  /// Floating-point numbers in eight bytes (IEEE 754 binary64).
  case float64 = 10

  /// Size of one element in bytes.
  @inlinable public var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether elements are floating-point numbers, so that gradients exist.
  @inlinable public var isFloatingPoint: Bool { rawValue >= DType.float16.rawValue }

  /// Whether elements are floating-point numbers of two bytes, which are computed with as float32.
  @inlinable public var isHalf: Bool { self == .float16 || self == .bfloat16 }

  /// PyTorch's name, e.g. `float32`.
  public var name: String {
    switch self {
    case .bool: "bool"
    case .uint8: "uint8"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    }
  }

  /// The dtype with PyTorch's name, or nil.
  public init?(name: String) {
    guard let dtype = DType.allCases.first(where: { $0.name == name }) else { return nil }
    self = dtype
  }

  /// The dtype that sums and products of elements are kept in: halves would lose too much.
  var accumulated: DType { isHalf ? .float32 : self }

  /// The numbers that an integer dtype holds; nil for the others.
  var integerRange: ClosedRange<Int64>? {
    switch self {
    case .bool, .float16, .bfloat16, .float32, .float64: nil
    case .uint8: 0...255
    case .int8: -128...127
    case .int16: Int64(Int16.min)...Int64(Int16.max)
    case .int32: Int64(Int32.min)...Int64(Int32.max)
    case .int64: Int64.min...Int64.max
    }
  }

  /// What literals of floating point and divisions of integers give.
  public static let defaultFloat = DType.float32
}

extension DType: CustomStringConvertible {
  public var description: String { name }
}

// MARK: Promotion

/// PyTorch's ordering of kinds: a tensor of a lower kind never widens one of a higher kind.
enum DTypeKind: Int, Comparable {
  case bool, integer, float
  static func < (l: DTypeKind, r: DTypeKind) -> Bool { l.rawValue < r.rawValue }
}

extension DType {
  var kind: DTypeKind {
    switch self {
    case .bool: .bool
    case .uint8, .int8, .int16, .int32, .int64: .integer
    case .float16, .bfloat16, .float32, .float64: .float
    }
  }

  /// The smallest dtype that holds both, as `torch.promote_types` defines it.
  public func promoted(with other: DType) -> DType {
    if self == other { return self }
    if kind != other.kind { return kind > other.kind ? self : other }
    // Neither holds the other.
    if isHalf, other.isHalf { return .float32 }
    if rawValue + other.rawValue == DType.uint8.rawValue + DType.int8.rawValue { return .int16 }
    // Within a kind, codes grow with the range: uint8 < int16 < int32 < int64, float32 < float64.
    return rawValue > other.rawValue ? self : other
  }

  /// Result dtype of an operation on two tensors, as `torch.result_type`: a 0-d tensor counts
  /// only when its kind is higher than that of a tensor with axes.
  static func promotion(_ x: Descriptor, _ y: Descriptor) -> DType {
    if x.dtype == y.dtype { return x.dtype }
    let xIsScalar = x.shape.rank == 0
    let yIsScalar = y.shape.rank == 0
    if xIsScalar != yIsScalar {
      let (tensor, scalar) = xIsScalar ? (y.dtype, x.dtype) : (x.dtype, y.dtype)
      if scalar.kind <= tensor.kind { return tensor }
    }
    return x.dtype.promoted(with: y.dtype)
  }

  /// Result dtype of an operation on several tensors and numbers, as `torch.result_type`: among themselves
  /// tensors with axes come first, then those without, then numbers; each counts only when its kind is
  /// higher than that of those before.
  static func promotion(_ tensors: [Descriptor], _ numbers: [Scalar] = []) -> DType {
    func joined(_ dtypes: [DType]) -> DType? {
      dtypes.dropFirst().reduce(dtypes.first) { $0?.promoted(with: $1) }
    }
    let groups = [
      joined(tensors.filter { $0.shape.rank > 0 }.map(\.dtype)),
      joined(tensors.filter { $0.shape.rank == 0 }.map(\.dtype)),
      joined(numbers.map(\.dtype)),
    ].compactMap { $0 }
    return groups.dropFirst().reduce(groups.first ?? .defaultFloat) {
      $1.kind <= $0.kind ? $0 : $1
    }
  }

  /// Result dtype of an operation on a tensor and a number: the number counts only when its kind is
  /// higher, and then as int64 or the default float.
  static func promotion(_ x: Descriptor, _ scalar: Scalar) -> DType {
    scalar.kind <= x.dtype.kind ? x.dtype : scalar.dtype
  }
}
