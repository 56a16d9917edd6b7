/// What dtypes an elementwise function of one operand takes and gives.
public enum UnaryDomain: Sendable {
  /// Every dtype but bool, which it keeps.
  case numeric
  /// Floating point; bool and integers are converted to the default float first.
  case floatingPoint
  /// Every dtype, converted to bool first; gives bool.
  case bool
}

/// An elementwise function of one operand: its entry names a kernel and a gradient.
public protocol UnaryOperation: OneInputOperation, PlainOperation {
  /// The loop that computes it.
  static var kernel: UnaryKernel { get }
  /// The dtypes it takes and gives.
  static var domain: UnaryDomain { get }
  /// The gradient of its operand.
  func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T?
}

extension UnaryOperation {
  public static var domain: UnaryDomain { .floatingPoint }

  public func output(for x: Descriptor) throws -> Descriptor {
    Descriptor(shape: x.shape, dtype: try Self.dtype(for: x.dtype))
  }

  public func execute(_ x: Tensor) throws -> Tensor {
    try Elementwise.run(
      Self.kernel, Elementwise.cast(x, to: Self.dtype(for: x.dtype)), Self.identity.name)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try gradient(g)]
  }

  private static func dtype(for x: DType) throws -> DType {
    switch domain {
    case .numeric:
      guard x != .bool else {
        throw TensorError.unsupportedDType(
          operation: identity.name, dtypes: [x], remedy: "cast it to a number first")
      }
      return x
    case .floatingPoint: return x.isFloatingPoint ? x : .defaultFloat
    case .bool: return .bool
    }
  }
}
