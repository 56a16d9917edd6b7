// Questions about each element, answered by bool: op codes 0x0250 …

/// An elementwise question: takes every dtype, gives bool, has no gradient.
public protocol PredicateOperation: ElementwiseFunction, PlainOperation, NonDifferentiableOperation
{
  /// The loop that answers it.
  static var kernel: PredicateKernel { get }
}

extension PredicateOperation {
  public static var domain: UnaryDomain { .all }
  public static var isDifferentiable: Bool { false }
  public func output(for x: Descriptor) throws -> Descriptor {
    Descriptor(shape: x.shape, dtype: .bool)
  }
  public func compute(_ x: Tensor) throws -> Tensor {
    try Elementwise.run(Self.kernel, x, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? { nil }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] { [nil] }
}

/// Whether x is nan.
public struct IsNaN: PredicateOperation {
  public static let identity = OperationIdentity(name: "isnan", code: 0x0250)
  public static let kernel = PredicateKernel.isnan
  /// The operation; it has no attributes.
  public init() {}
}

/// Whether x is infinite.
public struct IsInf: PredicateOperation {
  public static let identity = OperationIdentity(name: "isinf", code: 0x0251)
  public static let kernel = PredicateKernel.isinf
  /// The operation; it has no attributes.
  public init() {}
}

/// Whether x is neither infinite nor nan.
public struct IsFinite: PredicateOperation {
  public static let identity = OperationIdentity(name: "isfinite", code: 0x0252)
  public static let kernel = PredicateKernel.isfinite
  /// The operation; it has no attributes.
  public init() {}
}

/// Whether x is infinite and above 0.
public struct IsPosInf: PredicateOperation {
  public static let identity = OperationIdentity(name: "isposinf", code: 0x0253)
  public static let kernel = PredicateKernel.isposinf
  /// The operation; it has no attributes.
  public init() {}
}

/// Whether x is infinite and below 0.
public struct IsNegInf: PredicateOperation {
  public static let identity = OperationIdentity(name: "isneginf", code: 0x0254)
  public static let kernel = PredicateKernel.isneginf
  /// The operation; it has no attributes.
  public init() {}
}

/// Whether the sign of x is minus, that of −0 too.
public struct SignBit: PredicateOperation {
  public static let identity = OperationIdentity(name: "signbit", code: 0x0255)
  public static let kernel = PredicateKernel.signbit
  /// The operation; it has no attributes.
  public init() {}
}

extension TensorProtocol {
  /// Whether x is nan. Element by element; gives bool.
  public func isnan() throws -> Self { try Self.apply(IsNaN(), to: self) }
  /// Whether x is infinite. Element by element; gives bool.
  public func isinf() throws -> Self { try Self.apply(IsInf(), to: self) }
  /// Whether x is neither infinite nor nan. Element by element; gives bool.
  public func isfinite() throws -> Self { try Self.apply(IsFinite(), to: self) }
  /// Whether x is infinite and above 0. Element by element; gives bool.
  public func isposinf() throws -> Self { try Self.apply(IsPosInf(), to: self) }
  /// Whether x is infinite and below 0. Element by element; gives bool.
  public func isneginf() throws -> Self { try Self.apply(IsNegInf(), to: self) }
  /// Whether the sign of x is minus, that of −0 too. Element by element; gives bool.
  public func signbit() throws -> Self { try Self.apply(SignBit(), to: self) }
  /// Whether x is a real number, which every element is; gives bool.
  public func isreal() throws -> Self { try fullLike(true, dtype: .bool) }
}

/// See ``TensorProtocol/isnan()``.
public func isnan<T: TensorProtocol>(_ x: T) throws -> T { try x.isnan() }
/// See ``TensorProtocol/isinf()``.
public func isinf<T: TensorProtocol>(_ x: T) throws -> T { try x.isinf() }
/// See ``TensorProtocol/isfinite()``.
public func isfinite<T: TensorProtocol>(_ x: T) throws -> T { try x.isfinite() }
/// See ``TensorProtocol/isposinf()``.
public func isposinf<T: TensorProtocol>(_ x: T) throws -> T { try x.isposinf() }
/// See ``TensorProtocol/isneginf()``.
public func isneginf<T: TensorProtocol>(_ x: T) throws -> T { try x.isneginf() }
/// See ``TensorProtocol/signbit()``.
public func signbit<T: TensorProtocol>(_ x: T) throws -> T { try x.signbit() }

let predicateEntries: [any Operation.Type] = [
  IsNaN.self, IsInf.self, IsFinite.self, IsPosInf.self, IsNegInf.self, SignBit.self,
]

extension NamedOperations {
  mutating func addPredicates() {
    add("isnan(Tensor input)") { try $0.x.isnan() }
    add("isinf(Tensor input)") { try $0.x.isinf() }
    add("isfinite(Tensor input)") { try $0.x.isfinite() }
    add("isposinf(Tensor input)") { try $0.x.isposinf() }
    add("isneginf(Tensor input)") { try $0.x.isneginf() }
    add("signbit(Tensor input)") { try $0.x.signbit() }
    add("isreal(Tensor input)") { try $0.x.isreal() }
  }
}
