// Creating tensors: op codes 0x0100 …

/// A tensor of the shape with every element equal to a number.
public struct Full: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "full", code: 0x0100)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Full>] = [
    Attribute("size", \.size), Attribute("fill_value", \.value), Attribute("dtype", \.dtype),
  ]
  /// Lengths of the axes.
  public var size = Shape()
  /// What every element is.
  public var value: Scalar = 0
  /// Type of the elements.
  public var dtype = DType.defaultFloat
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try value.requireFits(dtype, name)
    return [Descriptor(shape: try Shape(size), dtype: dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try Elementwise.full(Descriptor(shape: size, dtype: dtype), value)]
  }
}

/// The numbers start, start + step, … below end (above, for a negative step).
public struct Arange: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "arange", code: 0x0101)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Arange>] = [
    Attribute("start", \.start), Attribute("end", \.end), Attribute("step", \.step),
    Attribute("dtype", \.dtype),
  ]
  /// The first number.
  public var start: Scalar = 0
  /// The border that is not reached.
  public var end: Scalar = 0
  /// From one number to the next; not 0.
  public var step: Scalar = 1
  /// Type of the elements.
  public var dtype = DType.int64
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "use a dtype of numbers")
    }
    return [Descriptor(shape: try Shape([count]), dtype: dtype)]
  }

  /// How many numbers there are: counted exactly between whole numbers, else as PyTorch does in
  /// floating point, even for a row of integers.
  private var count: Int {
    get throws {
      let count: Int?
      let leadsAway: Bool
      if [start, end, step].allSatisfy({ $0.kind <= .integer }) {
        let (distance, step) = (Int128(end.int) - Int128(start.int), Int128(step.int))
        count = step == 0 ? nil : Int(exactly: (distance + step - step.signum()) / step)
        leadsAway = distance.signum() * step.signum() < 0
      } else {
        let (distance, step) = (end.double - start.double, step.double)
        let steps = (distance / step).rounded(.up)
        count = step != 0 && steps.magnitude < 0x1p60 ? Int(steps) : nil
        leadsAway = distance * step < 0
      }
      guard !leadsAway else {
        throw TensorError.invalidArgument(
          name, "a step of \(step) leads away from \(end): change its sign or swap start and end")
      }
      guard let count else {
        throw TensorError.invalidArgument(
          name, "from \(start) to \(end) by \(step) is no finite row of \(dtype)")
      }
      return count
    }
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let count = try count
    let values: Tensor
    if dtype.isFloatingPoint {
      let (start, step) = (start.double, step.double)
      values = try .filled(shape: Shape([count]), as: Double.self) { buffer in
        for index in buffer.indices { buffer[index] = start + Double(index) * step }
      }
    } else {
      let (start, step) = (start.int, step.int)
      values = try .filled(shape: Shape([count]), as: Int64.self) { buffer in
        for index in buffer.indices { buffer[index] = start &+ Int64(index) &* step }
      }
    }
    return [try Elementwise.cast(values, to: dtype)]
  }
}

/// Uniform random numbers in [0, 1), the same for a seed on every rank.
public struct Rand: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "rand", code: 0x0102)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Rand>] = [
    Attribute("size", \.size), Attribute("seed", \.seed), Attribute("dtype", \.dtype),
  ]
  /// Lengths of the axes.
  public var size = Shape()
  /// What the numbers follow from.
  public var seed: UInt64 = 0
  /// Type of the elements.
  public var dtype = DType.defaultFloat
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    return [try RandomNumbers.descriptor(size, dtype, name)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try RandomNumbers.uniform(outputs(for: [])[0], seed: seed)]
  }
}

/// Random numbers of the standard normal distribution, the same for a seed on every rank.
public struct Randn: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "randn", code: 0x0103)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Randn>] = [
    Attribute("size", \.size), Attribute("seed", \.seed), Attribute("dtype", \.dtype),
  ]
  /// Lengths of the axes.
  public var size = Shape()
  /// What the numbers follow from.
  public var seed: UInt64 = 0
  /// Type of the elements.
  public var dtype = DType.defaultFloat
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    return [try RandomNumbers.descriptor(size, dtype, name)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try RandomNumbers.normal(outputs(for: [])[0], seed: seed)]
  }
}

/// A tensor like another with every element equal to a number: how a constant comes to where a
/// tensor lives.
public struct FullLike: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "full_like", code: 0x0104)
  public static let attributes: [Attribute<FullLike>] = [
    Attribute("fill_value", \.value), Attribute("dtype", \.dtype),
  ]
  /// What every element is.
  public var value: Scalar = 0
  /// The input's where nil.
  public var dtype: DType?
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    try value.requireFits(dtype ?? x.dtype, name)
    return Descriptor(shape: x.shape, dtype: dtype ?? x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Elementwise.full(output(for: x.descriptor), value)
  }
}

extension TensorProtocol {
  /// A tensor of this shape, and dtype unless given, with every element equal to the number.
  public func fullLike(_ value: Scalar, dtype: DType? = nil) throws -> Self {
    var operation = FullLike()
    operation.value = value
    operation.dtype = dtype
    return try Self.apply(operation, to: self)
  }
  /// Zeros of this shape, and dtype unless given.
  public func zerosLike(dtype: DType? = nil) throws -> Self { try fullLike(0, dtype: dtype) }
  /// Ones of this shape, and dtype unless given.
  public func onesLike(dtype: DType? = nil) throws -> Self { try fullLike(1, dtype: dtype) }
}

/// See ``TensorProtocol/fullLike(_:dtype:)``.
public func fullLike<T: TensorProtocol>(_ x: T, _ value: Scalar) throws -> T {
  try x.fullLike(value)
}
/// See ``TensorProtocol/zerosLike(dtype:)``.
public func zerosLike<T: TensorProtocol>(_ x: T) throws -> T { try x.zerosLike() }
/// See ``TensorProtocol/onesLike(dtype:)``.
public func onesLike<T: TensorProtocol>(_ x: T) throws -> T { try x.onesLike() }

extension Tensor {
  /// A tensor with every element equal to the number; its dtype is the number's unless given:
  /// bool, int64 or float32. Throws `TensorError.invalidShape`.
  public static func full(_ size: [Int], _ value: Scalar, dtype: DType? = nil) throws -> Tensor {
    var operation = Full()
    operation.size = try Shape(size)
    operation.value = value
    operation.dtype = dtype ?? value.dtype
    return try apply(operation, to: [])[0]
  }
  /// Zeros. Throws `TensorError.invalidShape`.
  public static func zeros(_ size: Int..., dtype: DType = .defaultFloat) throws -> Tensor {
    try full(size, 0, dtype: dtype)
  }
  /// Ones. Throws `TensorError.invalidShape`.
  public static func ones(_ size: Int..., dtype: DType = .defaultFloat) throws -> Tensor {
    try full(size, 1, dtype: dtype)
  }
  /// The numbers from `start`, in steps, that lie before `end`. int64 for whole numbers, else
  /// float32, unless given. Throws `TensorError.invalidArgument` for a step that leads nowhere.
  public static func arange(
    _ start: Scalar, _ end: Scalar, step: Scalar = 1, dtype: DType? = nil
  ) throws -> Tensor {
    var operation = Arange()
    operation.start = start
    operation.end = end
    operation.step = step
    let isWhole = [start, end, step].allSatisfy { $0.kind <= .integer }
    operation.dtype = dtype ?? (isWhole ? .int64 : .defaultFloat)
    return try apply(operation, to: [])[0]
  }
  /// The numbers 0, 1, … before `end`.
  public static func arange(_ end: Scalar, dtype: DType? = nil) throws -> Tensor {
    try arange(0, end, dtype: dtype)
  }
  /// Uniform random numbers in [0, 1). Without a seed the next one of the generator that
  /// `manualSeed` sets.
  public static func rand(_ size: Int..., dtype: DType = .defaultFloat, seed: UInt64? = nil) throws
    -> Tensor
  {
    var operation = Rand()
    operation.size = try Shape(size)
    operation.dtype = dtype
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try apply(operation, to: [])[0]
  }
  /// Random numbers of the standard normal distribution. Seeds as for `rand`.
  public static func randn(_ size: Int..., dtype: DType = .defaultFloat, seed: UInt64? = nil) throws
    -> Tensor
  {
    var operation = Randn()
    operation.size = try Shape(size)
    operation.dtype = dtype
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try apply(operation, to: [])[0]
  }
}

let creationEntries: [any Operation.Type] = [
  Full.self, Arange.self, Rand.self, Randn.self, FullLike.self, Eye.self, Linspace.self,
  TrilIndices.self, TriuIndices.self, CombinationIndices.self,
]
