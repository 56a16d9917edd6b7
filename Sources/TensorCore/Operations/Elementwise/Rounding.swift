// Rounding: op codes 0x0230 … An integer is already what rounding gives: no loop runs for it.

/// The largest whole number that is not above x. Integers stay; not for bool.
public struct Floor: UnaryOperation {
  public static let identity = OperationIdentity(name: "floor", code: 0x0230)
  public static let kernel = UnaryKernel.floor
  public static let domain = UnaryDomain.numeric
  public static let keepsIntegers = true
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// The smallest whole number that is not below x. Integers stay; not for bool.
public struct Ceil: UnaryOperation {
  public static let identity = OperationIdentity(name: "ceil", code: 0x0231)
  public static let kernel = UnaryKernel.ceil
  public static let domain = UnaryDomain.numeric
  public static let keepsIntegers = true
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// The whole number next to x toward 0. Integers stay; not for bool.
public struct Trunc: UnaryOperation {
  public static let identity = OperationIdentity(name: "trunc", code: 0x0232)
  public static let kernel = UnaryKernel.trunc
  public static let domain = UnaryDomain.numeric
  public static let keepsIntegers = true
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// The nearest whole number, ties to the even one, or the nearest one with so many decimals. Integers
/// stay; not for bool.
public struct Round: ElementwiseFunction, AttributedOperation {
  public static let identity = OperationIdentity(name: "round", code: 0x0233)
  public static let domain = UnaryDomain.numeric
  public static let keepsIntegers = true
  public static let attributes: [Attribute<Round>] = [Attribute("decimals", \.decimals)]
  /// How many decimals stay; below 0, how many digits before the point are rounded off.
  public var decimals = 0
  public init() {}
  public func check(_ dtype: DType) throws {
    guard decimals == 0 || dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "decimals are for floating point: cast it first")
    }
  }
  public func compute(_ x: Tensor) throws -> Tensor {
    if decimals == 0 { return try Elementwise.run(.round, x, name) }
    return try Elementwise.run(.roundDecimals, x, [Double(decimals), 0, 0, 0], name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy.zerosLike()
  }
}

/// x − trunc(x), of the sign of x. Floating point only.
public struct Frac: UnaryOperation {
  public static let identity = OperationIdentity(name: "frac", code: 0x0234)
  public static let kernel = UnaryKernel.frac
  public static let domain = UnaryDomain.floatingPointOnly
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    g.dy
  }
}

/// x as mantissa · 2^exponent, 1/2 ≤ |mantissa| < 1; the exponent is int32. 0, infinities and nan are
/// their own mantissa, with exponent 0. Floating point only.
public struct Frexp: PlainOperation {
  public static let identity = OperationIdentity(name: "frexp", code: 0x0235)
  public static let inputCounts = 1...1
  /// The operation; it has no attributes.
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try UnaryDomain.floatingPointOnly.check(inputs[0].dtype, name)
    return [inputs[0], Descriptor(shape: inputs[0].shape, dtype: .int32)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let (mantissa, exponent) = try Elementwise.split(inputs[0])
    return [mantissa, exponent]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy / g.outputs[1].cast(to: g.x.dtype).exp2()]
  }
}

extension TensorProtocol {
  /// The largest whole number that is not above x. Element by element; integers stay. Throws
  /// `TensorError.unsupportedDType` for bool.
  public func floor() throws -> Self { try Self.apply(Floor(), to: self) }
  /// The smallest whole number that is not below x. Element by element; integers stay. Throws
  /// `TensorError.unsupportedDType` for bool.
  public func ceil() throws -> Self { try Self.apply(Ceil(), to: self) }
  /// The whole number next to x toward 0. Element by element; integers stay. Throws
  /// `TensorError.unsupportedDType` for bool.
  public func trunc() throws -> Self { try Self.apply(Trunc(), to: self) }
  /// The nearest whole number, ties to the even one, or the nearest one with so many decimals; below 0,
  /// so many digits before the point are rounded off. Element by element; integers stay. Throws
  /// `TensorError.unsupportedDType` for bool, and for integers with decimals.
  public func round(decimals: Int = 0) throws -> Self {
    var operation = Round()
    operation.decimals = decimals
    return try Self.apply(operation, to: self)
  }
  /// x − trunc(x), of the sign of x, element by element. Throws `TensorError.unsupportedDType` for bool
  /// and integers.
  public func frac() throws -> Self { try Self.apply(Frac(), to: self) }
  /// x as mantissa · 2^exponent, 1/2 ≤ |mantissa| < 1, element by element; the exponent is int32. 0,
  /// infinities and nan are their own mantissa. Throws `TensorError.unsupportedDType` for bool and
  /// integers.
  public func frexp() throws -> (mantissa: Self, exponent: Self) {
    let results = try Self.apply(Frexp(), to: [self])
    return (results[0], results[1])
  }
}

/// See ``TensorProtocol/floor()``.
public func floor<T: TensorProtocol>(_ x: T) throws -> T { try x.floor() }
/// See ``TensorProtocol/ceil()``.
public func ceil<T: TensorProtocol>(_ x: T) throws -> T { try x.ceil() }
/// See ``TensorProtocol/trunc()``.
public func trunc<T: TensorProtocol>(_ x: T) throws -> T { try x.trunc() }
/// See ``TensorProtocol/round(decimals:)``.
public func round<T: TensorProtocol>(_ x: T, decimals: Int = 0) throws -> T {
  try x.round(decimals: decimals)
}
/// See ``TensorProtocol/frac()``.
public func frac<T: TensorProtocol>(_ x: T) throws -> T { try x.frac() }

let roundingEntries: [any Operation.Type] = [
  Floor.self, Ceil.self, Trunc.self, Round.self, Frac.self, Frexp.self,
]

extension NamedOperations {
  mutating func addRounding() {
    add("floor(Tensor input)") { try $0.x.floor() }
    add("ceil(Tensor input)") { try $0.x.ceil() }
    add("trunc(Tensor input)") { try $0.x.trunc() }
    add("round(Tensor input, *, int decimals=0)") {
      try $0.x.round(decimals: $0.int("decimals"))
    }
    add("frac(Tensor input)") { try $0.x.frac() }
    addPair("frexp(Tensor input)") { try $0.x.frexp() }
    alias("fix", of: "trunc")
    alias("special.round", of: "round")
  }
}
