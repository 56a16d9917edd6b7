// Trigonometric and hyperbolic functions: op codes 0x0220 …

/// The sine of radians.
public struct Sin: UnaryOperation {
  public static let identity = OperationIdentity(name: "sin", code: 0x0220)
  public static let kernel = UnaryKernel.sin
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.cos()
  }
}

/// The cosine of radians.
public struct Cos: UnaryOperation {
  public static let identity = OperationIdentity(name: "cos", code: 0x0221)
  public static let kernel = UnaryKernel.cos
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * -g.x.sin()
  }
}

/// The tangent of radians.
public struct Tan: UnaryOperation {
  public static let identity = OperationIdentity(name: "tan", code: 0x0222)
  public static let kernel = UnaryKernel.tan
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (1 + g.output * g.output)
  }
}

/// The arc sine, −π/2 … π/2; nan outside of −1 … 1.
public struct Asin: UnaryOperation {
  public static let identity = OperationIdentity(name: "asin", code: 0x0223)
  public static let kernel = UnaryKernel.asin
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (1 - g.x * g.x).rsqrt()
  }
}

/// The arc cosine, 0 … π; nan outside of −1 … 1.
public struct Acos: UnaryOperation {
  public static let identity = OperationIdentity(name: "acos", code: 0x0224)
  public static let kernel = UnaryKernel.acos
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try -g.dy * (1 - g.x * g.x).rsqrt()
  }
}

/// The arc tangent, −π/2 … π/2.
public struct Atan: UnaryOperation {
  public static let identity = OperationIdentity(name: "atan", code: 0x0225)
  public static let kernel = UnaryKernel.atan
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy / (g.x * g.x + 1)
  }
}

/// The hyperbolic sine.
public struct Sinh: UnaryOperation {
  public static let identity = OperationIdentity(name: "sinh", code: 0x0226)
  public static let kernel = UnaryKernel.sinh
  /// The operation; it has no attributes.
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    try run(.sinhOfInteger, integers: x)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.cosh()
  }
}

/// The hyperbolic cosine.
public struct Cosh: UnaryOperation {
  public static let identity = OperationIdentity(name: "cosh", code: 0x0227)
  public static let kernel = UnaryKernel.cosh
  /// The operation; it has no attributes.
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    try run(.coshOfInteger, integers: x)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * g.x.sinh()
  }
}

/// The inverse of the hyperbolic sine.
public struct Asinh: UnaryOperation {
  public static let identity = OperationIdentity(name: "asinh", code: 0x0228)
  public static let kernel = UnaryKernel.asinh
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (g.x * g.x + 1).rsqrt()
  }
}

/// The inverse of the hyperbolic cosine; nan below 1.
public struct Acosh: UnaryOperation {
  public static let identity = OperationIdentity(name: "acosh", code: 0x0229)
  public static let kernel = UnaryKernel.acosh
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy * (g.x * g.x - 1).rsqrt()
  }
}

/// The inverse of the hyperbolic tangent; ±inf at ±1, nan beyond.
public struct Atanh: UnaryOperation {
  public static let identity = OperationIdentity(name: "atanh", code: 0x022A)
  public static let kernel = UnaryKernel.atanh
  /// The operation; it has no attributes.
  public init() {}
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    try g.dy / (1 - g.x * g.x)
  }
}

/// sin(πx) / (πx), which is 1 at 0.
public struct Sinc: UnaryOperation {
  public static let identity = OperationIdentity(name: "sinc", code: 0x022B)
  public static let kernel = UnaryKernel.sinc
  /// The operation; it has no attributes.
  public init() {}
  public func computeIntegers(_ x: Tensor) throws -> Tensor {
    // Exactly it would be 0; PyTorch's sine sees π · x rounded to float32, and so does this one.
    let angle = try Scalar(Double.pi) * Elementwise.cast(x, to: .defaultFloat)
    let sine = try angle.double().sin().float()
    return try (angle .== 0).where(angle.onesLike(), sine / angle)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T? {
    let angle = try Scalar(Double.pi) * g.x
    let slope = try angle * angle.cos() - angle.sin()
    let square = try angle * g.x
    // At 0 the slope is 0 too; dividing by 1 there keeps nan out of second gradients.
    return try g.dy * (slope / (square .== 0).where(square.onesLike(), square))
  }
}

extension TensorProtocol {
  /// The sine of radians. Element by element; bool and integers give float32.
  public func sin() throws -> Self { try Self.apply(Sin(), to: self) }
  /// The cosine of radians. Element by element; bool and integers give float32.
  public func cos() throws -> Self { try Self.apply(Cos(), to: self) }
  /// The tangent of radians. Element by element; bool and integers give float32.
  public func tan() throws -> Self { try Self.apply(Tan(), to: self) }
  /// The arc sine, −π/2 … π/2; nan outside of −1 … 1. Element by element; bool and integers give
  /// float32.
  public func asin() throws -> Self { try Self.apply(Asin(), to: self) }
  /// The arc cosine, 0 … π; nan outside of −1 … 1. Element by element; bool and integers give
  /// float32.
  public func acos() throws -> Self { try Self.apply(Acos(), to: self) }
  /// The arc tangent, −π/2 … π/2. Element by element; bool and integers give float32.
  public func atan() throws -> Self { try Self.apply(Atan(), to: self) }
  /// The hyperbolic sine. Element by element; bool and integers give float32.
  public func sinh() throws -> Self { try Self.apply(Sinh(), to: self) }
  /// The hyperbolic cosine. Element by element; bool and integers give float32.
  public func cosh() throws -> Self { try Self.apply(Cosh(), to: self) }
  /// The inverse of the hyperbolic sine. Element by element; bool and integers give float32.
  public func asinh() throws -> Self { try Self.apply(Asinh(), to: self) }
  /// The inverse of the hyperbolic cosine; nan below 1. Element by element; bool and integers give
  /// float32.
  public func acosh() throws -> Self { try Self.apply(Acosh(), to: self) }
  /// The inverse of the hyperbolic tangent; ±inf at ±1, nan beyond. Element by element; bool and
  /// integers give float32.
  public func atanh() throws -> Self { try Self.apply(Atanh(), to: self) }
  /// sin(πx) / (πx), which is 1 at 0. Element by element; bool and integers give float32.
  public func sinc() throws -> Self { try Self.apply(Sinc(), to: self) }
  /// Degrees as radians, element by element; bool and integers give float32.
  public func deg2rad() throws -> Self { try self * Scalar(Double.pi / 180) }
  /// Radians as degrees, element by element; bool and integers give float32.
  public func rad2deg() throws -> Self { try self * Scalar(180 / Double.pi) }
}

/// See ``TensorProtocol/sin()``.
public func sin<T: TensorProtocol>(_ x: T) throws -> T { try x.sin() }
/// See ``TensorProtocol/cos()``.
public func cos<T: TensorProtocol>(_ x: T) throws -> T { try x.cos() }
/// See ``TensorProtocol/tan()``.
public func tan<T: TensorProtocol>(_ x: T) throws -> T { try x.tan() }
/// See ``TensorProtocol/asin()``.
public func asin<T: TensorProtocol>(_ x: T) throws -> T { try x.asin() }
/// See ``TensorProtocol/acos()``.
public func acos<T: TensorProtocol>(_ x: T) throws -> T { try x.acos() }
/// See ``TensorProtocol/atan()``.
public func atan<T: TensorProtocol>(_ x: T) throws -> T { try x.atan() }
/// See ``TensorProtocol/sinh()``.
public func sinh<T: TensorProtocol>(_ x: T) throws -> T { try x.sinh() }
/// See ``TensorProtocol/cosh()``.
public func cosh<T: TensorProtocol>(_ x: T) throws -> T { try x.cosh() }
/// See ``TensorProtocol/asinh()``.
public func asinh<T: TensorProtocol>(_ x: T) throws -> T { try x.asinh() }
/// See ``TensorProtocol/acosh()``.
public func acosh<T: TensorProtocol>(_ x: T) throws -> T { try x.acosh() }
/// See ``TensorProtocol/atanh()``.
public func atanh<T: TensorProtocol>(_ x: T) throws -> T { try x.atanh() }
/// See ``TensorProtocol/sinc()``.
public func sinc<T: TensorProtocol>(_ x: T) throws -> T { try x.sinc() }

let trigonometricEntries: [any Operation.Type] = [
  Sin.self, Cos.self, Tan.self, Asin.self, Acos.self, Atan.self, Sinh.self, Cosh.self,
  Asinh.self, Acosh.self, Atanh.self, Sinc.self,
]

extension NamedOperations {
  mutating func addTrigonometric() {
    add("sin(Tensor input)") { try $0.x.sin() }
    add("cos(Tensor input)") { try $0.x.cos() }
    add("tan(Tensor input)") { try $0.x.tan() }
    add("asin(Tensor input)") { try $0.x.asin() }
    add("acos(Tensor input)") { try $0.x.acos() }
    add("atan(Tensor input)") { try $0.x.atan() }
    add("sinh(Tensor input)") { try $0.x.sinh() }
    add("cosh(Tensor input)") { try $0.x.cosh() }
    add("asinh(Tensor input)") { try $0.x.asinh() }
    add("acosh(Tensor input)") { try $0.x.acosh() }
    add("atanh(Tensor input)") { try $0.x.atanh() }
    add("sinc(Tensor input)") { try $0.x.sinc() }
    add("deg2rad(Tensor input)") { try $0.x.deg2rad() }
    add("rad2deg(Tensor input)") { try $0.x.rad2deg() }
    alias("arcsin", of: "asin")
    alias("arccos", of: "acos")
    alias("arctan", of: "atan")
    alias("arcsinh", of: "asinh")
    alias("arccosh", of: "acosh")
    alias("arctanh", of: "atanh")
    alias("special.sinc", of: "sinc")
  }
}
