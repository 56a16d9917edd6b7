// Elementwise functions of three operands, and of two with a number: op codes 0x0900 …

/// x + alpha · y. For bool, logical or, where alpha is anything but 0.
public struct AddScaled: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "add_scaled", code: 0x0900)
  public static let attributes: [Attribute<AddScaled>] = [Attribute("alpha", \.alpha)]
  /// The factor of y: a whole number beside integers, a truth value beside bool only.
  public var alpha: Scalar = 1
  public init() {}
  init(alpha: Scalar) { self.alpha = alpha }
  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    let result = try Add().output(for: x, y)
    try alpha.requireAlpha(in: result.dtype, "add")
    return result
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor, y.descriptor)
    if result.dtype == .bool {
      return try Add().execute(x, alpha.isZero ? y.zerosLike() : y)
    }
    let factor = try Elementwise.full(Descriptor(shape: Shape(), dtype: result.dtype), alpha)
    return try Elementwise.run(.addcmul, x, y, factor, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [g.dy, try g.forInput(1) { try g.dy * alpha }]
  }
}

/// x − alpha · y. Not for bool, on either side.
public struct SubScaled: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "sub_scaled", code: 0x0901)
  public static let attributes: [Attribute<SubScaled>] = [Attribute("alpha", \.alpha)]
  /// The factor of y: a whole number beside integers.
  public var alpha: Scalar = 1
  public init() {}
  init(alpha: Scalar) { self.alpha = alpha }
  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    let result = try Sub().output(for: x, y)
    try alpha.requireAlpha(in: result.dtype, "sub")
    return result
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor, y.descriptor)
    let factor = try Elementwise.full(Descriptor(shape: Shape(), dtype: result.dtype), alpha)
    return try Elementwise.run(.addcmul, x, y, factor, value: -1, result: result, name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [g.dy, try g.forInput(1) { try -g.dy * alpha }]
  }
}

/// A function of three tensors that broadcast, and of a number.
public protocol TernaryOperation: AttributedOperation {
  /// The number.
  var value: Scalar { get set }
  /// The dtype of the result. Throws `TensorError.unsupportedDType`.
  func dtype(for inputs: [Descriptor]) throws -> DType
}

extension TernaryOperation {
  public static var inputCounts: ClosedRange<Int> { 3...3 }
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let dtype = try dtype(for: inputs)
    return [Descriptor(shape: try Shape.broadcast(inputs, Self.identity), dtype: dtype)]
  }
  func run(_ kernel: TernaryKernel, _ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: inputs.map(\.descriptor))[0]
    return [
      try Elementwise.run(
        kernel, inputs[0], inputs[1], inputs[2], value: value, result: result, name)
    ]
  }
}

/// x + value · y · z. Not for bool.
public struct AddCMul: TernaryOperation {
  public static let identity = OperationIdentity(name: "addcmul", code: 0x0902)
  public static let attributes: [Attribute<AddCMul>] = [Attribute("value", \.value)]
  public var value: Scalar = 1
  public init() {}
  public func dtype(for inputs: [Descriptor]) throws -> DType {
    let dtype = DType.promotion(inputs)
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "cast one of them to a number first")
    }
    if !dtype.isFloatingPoint { try value.requireFits(dtype, name) }
    return dtype
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] { try run(.addcmul, inputs) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [
      g.dy,
      try g.forInput(1) { try g.dy * (g.inputs[2] * value) },
      try g.forInput(2) { try g.dy * (g.inputs[1] * value) },
    ]
  }
}

/// x + value · y / z. y and z must not both be whole numbers.
public struct AddCDiv: TernaryOperation {
  public static let identity = OperationIdentity(name: "addcdiv", code: 0x0903)
  public static let attributes: [Attribute<AddCDiv>] = [Attribute("value", \.value)]
  public var value: Scalar = 1
  public init() {}
  public func dtype(for inputs: [Descriptor]) throws -> DType {
    guard inputs[1].dtype.isFloatingPoint || inputs[2].dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: inputs[1...].map(\.dtype),
        remedy: "cast one of them to a floating-point dtype first, or round the quotient and add it"
      )
    }
    return DType.promotion(inputs)
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] { try run(.addcdiv, inputs) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (y, z) = (g.inputs[1], g.inputs[2])
    return [
      g.dy,
      try g.forInput(1) { try g.dy * (value / z) },
      try g.forInput(2) { try -g.dy * (value * y / (z * z)) },
    ]
  }
}

/// x + weight · (y − x): x at weight 0, y at 1. Floating point, of one dtype.
public struct Lerp: Operation, AttributedOperation {
  public static let identity = OperationIdentity(name: "lerp", code: 0x0904)
  public static let inputCounts = 2...3
  public static let attributes: [Attribute<Lerp>] = [Attribute("weight", \.weight)]
  /// The weight, where it is not the third input.
  public var weight: Scalar?
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    guard (inputs.count == 2) == (weight != nil) else {
      throw TensorError.invalidArgument(name, "the weight must be a number or a tensor")
    }
    let dtype = inputs[0].dtype
    let fits = inputs.enumerated().allSatisfy { index, input in
      input.dtype == dtype || (index == 2 && input.shape.rank == 0)
    }
    guard dtype.isFloatingPoint, fits else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: inputs.map(\.dtype),
        remedy: "cast all to one floating-point dtype first")
    }
    return [Descriptor(shape: try Shape.broadcast(inputs, Self.identity), dtype: dtype)]
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: inputs.map(\.descriptor))[0]
    let dtype = result.dtype.accumulated
    let weights = try weight.map {
      try Elementwise.full(Descriptor(shape: Shape(), dtype: dtype), $0)
    }
    return [
      try Elementwise.run(.lerp, inputs[0], inputs[1], weights ?? inputs[2], result: result, name)
    ]
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, y) = (g.inputs[0], g.inputs[1])
    if let weight {
      return [
        try g.forInput(0) { try g.dy * Scalar(1 - weight.double) },
        try g.forInput(1) { try g.dy * weight },
      ]
    }
    return [
      try g.forInput(0) { try g.dy * (1 - g.inputs[2]) },
      try g.forInput(1) { try g.dy * g.inputs[2] },
      try g.forInput(2) { try g.dy * (y - x) },
    ]
  }
}

let ternaryEntries: [any Operation.Type] =
  [
    AddScaled.self, SubScaled.self, AddCMul.self, AddCDiv.self, Lerp.self, Clamp.self, Fill.self,
    WhereNumber.self,
  ] + closenessEntries

extension TensorProtocol {
  /// self + value · tensor1 · tensor2. Element by element, with broadcasting and promotion. Not for bool. Throws
  /// `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func addcmul(_ tensor1: Self, _ tensor2: Self, value: Scalar = 1) throws -> Self {
    var operation = AddCMul()
    operation.value = value
    return try Self.apply(operation, to: [self, tensor1, tensor2])[0]
  }
  /// self + value · tensor1 / tensor2. Element by element, with broadcasting and promotion; one of both must be
  /// floating point. Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func addcdiv(_ tensor1: Self, _ tensor2: Self, value: Scalar = 1) throws -> Self {
    var operation = AddCDiv()
    operation.value = value
    return try Self.apply(operation, to: [self, tensor1, tensor2])[0]
  }
  /// self + weight · (end − self): self at weight 0, end at 1. Element by element, with broadcasting. Floating
  /// point of one dtype. Throws `TensorError.shapeMismatch`, `.unsupportedDType`.
  public func lerp(_ end: Self, _ weight: Self) throws -> Self {
    try Self.apply(Lerp(), to: [self, end, weight])[0]
  }
  /// The same with a number.
  public func lerp(_ end: Self, _ weight: Scalar) throws -> Self {
    var operation = Lerp()
    operation.weight = weight
    return try Self.apply(operation, to: [self, end])[0]
  }
}

/// See `TensorProtocol.addcmul(_:_:value:)`.
public func addcmul<T: TensorProtocol>(_ x: T, _ y: T, _ z: T, value: Scalar = 1) throws -> T {
  try x.addcmul(y, z, value: value)
}
/// See `TensorProtocol.addcdiv(_:_:value:)`.
public func addcdiv<T: TensorProtocol>(_ x: T, _ y: T, _ z: T, value: Scalar = 1) throws -> T {
  try x.addcdiv(y, z, value: value)
}
/// See `TensorProtocol.lerp(_:_:)`.
public func lerp<T: TensorProtocol>(_ x: T, _ y: T, _ weight: T) throws -> T {
  try x.lerp(y, weight)
}
/// See `TensorProtocol.lerp(_:_:)`.
public func lerp<T: TensorProtocol>(_ x: T, _ y: T, _ weight: Scalar) throws -> T {
  try x.lerp(y, weight)
}
