// Conversion and selection: op codes 0x0700 …

/// The same values as another dtype.
public struct Cast: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_to_copy", code: 0x0700)
  public static let attributes: [Attribute<Cast>] = [Attribute("dtype", \.target)]
  public static let movesElements = true
  /// The dtype of the result.
  public var target = DType.defaultFloat
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    Descriptor(shape: x.shape, dtype: target)
  }
  public func execute(_ x: Tensor) throws -> Tensor { try Elementwise.cast(x, to: target) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [g.dy]  // cast back to the input's dtype by the tape
  }
}

/// x where the condition holds, y elsewhere; all three broadcast.
public struct Where: AttributedOperation {
  public static let identity = OperationIdentity(name: "where", code: 0x0701)
  public static let inputCounts = 3...3
  public static let attributes: [Attribute<Where>] = []
  public static let movesElements = true
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    guard inputs[0].dtype == .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [inputs[0].dtype],
        remedy: "the condition must be bool: compare it with 0 first")
    }
    guard let values = try Shape.broadcast(inputs[1].shape, inputs[2].shape),
      let shape = try Shape.broadcast(inputs[0].shape, values)
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: inputs.map(\.shape),
        remedy: "counted from the last axis, lengths must be equal or 1")
    }
    return [Descriptor(shape: shape, dtype: DType.promotion(inputs[1], inputs[2]))]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: inputs.map(\.descriptor))[0]
    return [
      try Elementwise.select(
        inputs[0], Elementwise.cast(inputs[1], to: result.dtype),
        Elementwise.cast(inputs[2], to: result.dtype), result: result)
    ]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let zeros = try g.dy.zerosLike()
    return [
      nil,
      try g.forInput(1) { try g.inputs[0].where(g.dy, zeros) },
      try g.forInput(2) { try g.inputs[0].where(zeros, g.dy) },
    ]
  }
}

/// A new last axis that is 1 at each class index and 0 elsewhere; int64, as the indices.
public struct OneHot: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "one_hot", code: 0x0702)
  public static let attributes: [Attribute<OneHot>] = [Attribute("num_classes", \.classes)]
  /// How many classes there are: the length of the new axis.
  public var classes = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard x.dtype == .int64 else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "class indices must be int64: cast them")
    }
    guard classes > 0, x.shape.rank < Shape.maximumRank else {
      throw TensorError.invalidArgument(
        name, "\(classes) classes for a tensor of shape \(x.shape): give the number of classes")
    }
    return Descriptor(
      shape: try Shape(x.shape.inserting(classes, at: x.shape.rank)), dtype: .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let positions = try Indices.checked(x, below: classes, Self.identity)
    let column = positions.view(
      shape: x.shape.inserting(1, at: x.rank),
      strides: positions.body.strides.inserting(1, at: x.rank))
    let out = try Elementwise.full(output(for: x.descriptor), 0)
    Places(elements: column, axis: x.rank, length: classes)
      .put(try Elementwise.full(column.descriptor, 1), into: out)
    return out
  }
}

/// A copy of the elements in storage of their own.
public struct Clone: OneInputOperation, PlainOperation {
  public static let identity = OperationIdentity(name: "clone", code: 0x0703)
  public static let movesElements = true
  /// The operation; it has no attributes.
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor { x }
  public func execute(_ x: Tensor) throws -> Tensor {
    let out = try Tensor(uninitialized: x.descriptor)
    out.overwrite(with: x)
    return out
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] { [g.dy] }
}

/// The second tensor's values in the first one's shape and dtype.
public struct Copy: TwoInputOperation, PlainOperation {
  public static let identity = OperationIdentity(name: "copy", code: 0x0704)
  public static let movesElements = true
  /// The operation; it has no attributes.
  public init() {}
  public func output(for x: Descriptor, _ value: Descriptor) throws -> Descriptor {
    guard try Shape.broadcast(x.shape, value.shape) == x.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, value.shape],
        remedy: "the second must broadcast to the first")
    }
    return x
  }
  public func execute(_ x: Tensor, _ value: Tensor) throws -> Tensor {
    try Elementwise.cast(value, to: x.dtype).broadcastView(to: x.shape)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.forInput(0) { try g.dy.zerosLike() }, g.dy]
  }
}

extension TensorProtocol {
  /// The same values as another dtype: floating-point numbers are cut off toward zero, integers
  /// wrap, anything but zero is true.
  public func cast(to dtype: DType) throws -> Self {
    var operation = Cast()
    operation.target = dtype
    return try Self.apply(operation, to: self)
  }
  /// Where this tensor (of bool) is true, x's elements, elsewhere y's; all three broadcast, x and y
  /// are promoted. Throws `TensorError.unsupportedDType` for a condition that is not bool,
  /// `.shapeMismatch`.
  public func `where`(_ x: Self, _ y: Self) throws -> Self {
    try Self.apply(Where(), to: [self, x, y])[0]
  }
  /// Class indices (int64) as a new last axis that is 1 at the index and 0 elsewhere. Throws
  /// `TensorError.unsupportedDType` for other dtypes, `.invalidArgument` for less than one class;
  /// an index that is no class fails where the tensor lives.
  public func oneHot(classes: Int) throws -> Self {
    var operation = OneHot()
    operation.classes = classes
    return try Self.apply(operation, to: self)
  }
  /// A copy of the elements in storage of their own.
  public func clone() throws -> Self { try Self.apply(Clone(), to: self) }
}

/// See ``TensorProtocol/cast(to:)``.
public func cast<T: TensorProtocol>(_ x: T, to dtype: DType) throws -> T { try x.cast(to: dtype) }
/// x where the condition holds, y elsewhere; see ``TensorProtocol/where(_:_:)``.
public func `where`<T: TensorProtocol>(_ condition: T, _ x: T, _ y: T) throws -> T {
  try condition.where(x, y)
}
/// See ``TensorProtocol/oneHot(classes:)``.
public func oneHot<T: TensorProtocol>(_ x: T, classes: Int) throws -> T {
  try x.oneHot(classes: classes)
}
/// See ``TensorProtocol/clone()``.
public func clone<T: TensorProtocol>(_ x: T) throws -> T { try x.clone() }

let selectionEntries: [any Operation.Type] = [
  Cast.self, Where.self, OneHot.self, Clone.self, Copy.self,
]

extension NamedOperations {
  mutating func addSelection() {
    add("clone(Tensor input, *, any? memory_format=None)") { try $0.x.clone() }
    add("copy(Tensor input, Tensor src, bool non_blocking=False)") {
      try T.apply(Copy(), to: $0.x, $0.tensor("src"))
    }
    // Tensors are values: how one lies in memory cannot be seen.
    add("contiguous(Tensor input, *, any? memory_format=None)") { try $0.x }
  }
}
