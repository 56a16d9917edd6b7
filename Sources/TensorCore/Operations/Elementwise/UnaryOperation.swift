/// What dtypes an elementwise function of one operand takes and gives.
public enum UnaryDomain: Sendable {
  /// Every dtype, which it keeps.
  case all
  /// Every dtype but bool, which it keeps.
  case numeric
  /// Bool and integers, which it keeps.
  case integral
  /// Floating point; bool and integers are converted to the default float first.
  case floatingPoint
  /// Floating point only, which it keeps.
  case floatingPointOnly
  /// Every dtype, converted to bool first; gives bool.
  case bool

  /// Throws `TensorError.unsupportedDType` for a dtype that is not taken.
  func check(_ dtype: DType, _ operation: String) throws {
    let remedy: String
    switch self {
    case .all, .floatingPoint, .bool: return
    case .numeric where dtype == .bool: remedy = "cast it to a number first"
    case .integral where dtype.isFloatingPoint: remedy = "cast it to bool or an integer first"
    case .floatingPointOnly where !dtype.isFloatingPoint:
      remedy = "cast it to a floating-point dtype first"
    case .numeric, .integral, .floatingPointOnly: return
    }
    throw TensorError.unsupportedDType(operation: operation, dtypes: [dtype], remedy: remedy)
  }

  /// The dtype that is computed in.
  func computed(_ dtype: DType) -> DType {
    switch self {
    case .all, .numeric, .integral, .floatingPointOnly: dtype
    case .floatingPoint: dtype.isFloatingPoint ? dtype : .defaultFloat
    case .bool: .bool
    }
  }
}

/// An elementwise function of one operand. Adopt `UnaryOperation`, `ParametricOperation` or
/// `PredicateOperation` where they fit: their entries name a loop and a gradient.
public protocol ElementwiseFunction: OneInputOperation {
  /// The dtypes it takes and gives.
  static var domain: UnaryDomain { get }
  /// Whether integers are what it gives for them, so that nothing need be computed.
  static var keepsIntegers: Bool { get }
  /// Refuses attributes that make no sense; `dtype` is the operand's.
  func check(_ dtype: DType) throws
  /// The results, of an operand that has the dtype that is computed in.
  func compute(_ x: Tensor) throws -> Tensor
  /// The results of bool or integers where they are float32: those of the nearest float32 numbers,
  /// computed in float64 and rounded once. Those are PyTorch's bits, unless PyTorch is off by more.
  func computeIntegers(_ x: Tensor) throws -> Tensor
  /// The gradient of its operand.
  func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T?
}

extension ElementwiseFunction {
  public static var domain: UnaryDomain { .floatingPoint }
  public static var keepsIntegers: Bool { false }
  public func check(_ dtype: DType) throws {}

  public func output(for x: Descriptor) throws -> Descriptor {
    try Self.domain.check(x.dtype, name)
    try check(x.dtype)
    return Descriptor(shape: x.shape, dtype: Self.domain.computed(x.dtype))
  }

  public func execute(_ x: Tensor) throws -> Tensor {
    let dtype = Self.domain.computed(x.dtype)
    if dtype.isFloatingPoint, !x.dtype.isFloatingPoint { return try computeIntegers(x.detach()) }
    if Self.keepsIntegers, !dtype.isFloatingPoint { return x.detach() }
    return try compute(Elementwise.cast(x, to: dtype))
  }

  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    let rounded = try Elementwise.cast(x, to: .defaultFloat)
    return try Elementwise.cast(compute(Elementwise.cast(rounded, to: .float64)), to: .defaultFloat)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try gradient(g)]
  }
}

/// An elementwise function of one operand and nothing else.
public protocol UnaryOperation: ElementwiseFunction, PlainOperation {
  /// The loop that computes it.
  static var kernel: UnaryKernel { get }
}

extension UnaryOperation {
  public func compute(_ x: Tensor) throws -> Tensor { try Elementwise.run(Self.kernel, x, name) }
}

/// An elementwise function of one operand with numbers beside it, which are its attributes.
public protocol ParametricOperation: ElementwiseFunction, AttributedOperation {
  /// The loop that computes it.
  static var kernel: ParametricKernel { get }
  /// The numbers in the order that the loop takes them.
  var numbers: SIMD4<Double> { get }
}

extension ParametricOperation {
  public static var attributes: [Attribute<Self>] { [] }
  public var numbers: SIMD4<Double> { .zero }
  public func compute(_ x: Tensor) throws -> Tensor {
    try Elementwise.run(Self.kernel, x, numbers, name)
  }
}

extension ElementwiseFunction {
  /// Integers by a loop of float32 that gives PyTorch's bits.
  func run(_ kernel: ParametricKernel, integers x: Tensor) throws -> Tensor {
    try Elementwise.run(kernel, Elementwise.cast(x, to: .defaultFloat), .zero, name)
  }
  /// Integers by the loop of float32, which rounds after every step as PyTorch does.
  func computeInSinglePrecision(_ x: Tensor) throws -> Tensor {
    try compute(Elementwise.cast(x, to: .defaultFloat))
  }
}
