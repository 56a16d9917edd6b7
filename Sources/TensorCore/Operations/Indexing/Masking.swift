// Elements chosen by a mask of bool, and the positions of those that are not 0.

/// Rules of masks.
enum Mask {
  /// The shape that tensor and mask broadcast to. Refuses a mask that is not bool.
  static func shape(_ x: Descriptor, _ mask: Descriptor, _ operation: OperationIdentity) throws
    -> Shape
  {
    guard mask.dtype == .bool else {
      throw TensorError.unsupportedDType(
        operation: operation.name, dtypes: [mask.dtype],
        remedy: "the mask must be bool: compare it with 0 first")
    }
    guard let shape = try Shape.broadcast(x.shape, mask.shape) else {
      throw TensorError.shapeMismatch(
        operation: operation.name, shapes: [x.shape, mask.shape],
        remedy: "counted from the last axis, lengths must be equal or 1")
    }
    return shape
  }

  static func requireSame(_ x: DType, _ source: DType, _ operation: OperationIdentity) throws {
    guard x == source else {
      throw TensorError.unsupportedDType(
        operation: operation.name, dtypes: [x, source],
        remedy: "what is put must have the dtype of what it is put into: cast it")
    }
  }

  /// Puts the first elements of `source` where the mask is true, into a contiguous tensor of its
  /// shape that is being made. Throws where they are too few.
  static func put(_ source: Tensor, into out: Tensor, at mask: Tensor, _ name: String) throws {
    let positions = try mask.truePositions()
    guard positions.elementCount <= source.elementCount else {
      throw TensorError.invalidArgument(
        name, "the mask is true at more places than the \(source.elementCount) elements to put")
    }
    Places(elements: positions, axis: 0, length: out.elementCount)
      .put(try source.contiguous(), into: out)
  }
}

/// x, but the number, or the scalar tensor that is the third input, where the mask is true.
public struct MaskedFill: AttributedOperation {
  public static let identity = OperationIdentity(name: "masked_fill", code: 0x0C10)
  public static let inputCounts = 2...3
  public static let attributes: [Attribute<MaskedFill>] = [Attribute("value", \.value)]
  public static let movesElements = true
  /// What stands where the mask is true, if there is no third input.
  public var value: Scalar = 0
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = try Mask.shape(inputs[0], inputs[1], Self.identity)
    if inputs.count > 2 {
      guard inputs[2].shape.rank == 0 else {
        throw TensorError.invalidArgument(
          name, "the value must be a number or a scalar, not of shape \(inputs[2].shape)")
      }
    } else {
      try value.requireHeld(by: inputs[0].dtype, name)
    }
    return [Descriptor(shape: shape, dtype: inputs[0].dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: inputs.map(\.descriptor))[0]
    let value =
      try inputs.count > 2
      ? Elementwise.cast(inputs[2], to: result.dtype)
      : Elementwise.full(Descriptor(shape: Shape(), dtype: result.dtype), value)
    return [try Elementwise.select(inputs[1], value, inputs[0], result: result)]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let mask = g.inputs[1]
    let dx = try g.forInput(0) { try g.dy.maskedFill(mask, 0) }
    guard g.inputs.count > 2 else { return [dx, nil] }
    return [dx, nil, try g.forInput(2) { try mask.where(g.dy, g.dy.zerosLike()) }]
  }
}

/// x, but where the mask is true the elements of the third input, in order.
public struct MaskedScatter: PlainOperation {
  public static let identity = OperationIdentity(name: "masked_scatter", code: 0x0C11)
  public static let inputCounts = 3...3
  public static let movesElements = true
  /// The operation; it has no attributes.
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try Mask.requireSame(inputs[0].dtype, inputs[2].dtype, Self.identity)
    return [
      Descriptor(
        shape: try Mask.shape(inputs[0], inputs[1], Self.identity), dtype: inputs[0].dtype)
    ]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let shape = try outputs(for: inputs.map(\.descriptor))[0].shape
    let out = try inputs[0].broadcastView(to: shape).copied()
    try Mask.put(inputs[2], into: out, at: inputs[1].broadcastView(to: shape), name)
    return [out]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = MaskedScatterBackward()
    operation.size = g.inputs[2].shape
    return [
      try g.forInput(0) { try g.dy.maskedFill(g.inputs[1], 0) }, nil,
      try g.forInput(2) { try T.apply(operation, to: g.dy, g.inputs[1]) },
    ]
  }
}

/// The elements where the mask is true in the first places of a tensor of the given shape, 0 behind
/// them: the gradient of what `masked_scatter` puts.
public struct MaskedScatterBackward: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "masked_scatter_backward", code: 0x0C12)
  public static let attributes: [Attribute<MaskedScatterBackward>] = [Attribute("sizes", \.size)]
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var size = Shape()
  public init() {}
  public func output(for dy: Descriptor, _ mask: Descriptor) throws -> Descriptor {
    _ = try Mask.shape(dy, mask, Self.identity)
    return Descriptor(shape: try Shape(size), dtype: dy.dtype)
  }
  public func execute(_ dy: Tensor, _ mask: Tensor) throws -> Tensor {
    let shape = try Mask.shape(dy.descriptor, mask.descriptor, Self.identity)
    let positions = try mask.broadcastView(to: shape).truePositions()
    let out = try Elementwise.full(output(for: dy.descriptor, mask.descriptor), 0)
    guard positions.elementCount <= out.elementCount else {
      throw TensorError.invalidArgument(name, "the mask is true at more places than \(size) has")
    }
    let taken = try Places(elements: positions, axis: 0, length: shape.elementCount)
      .gather(dy.broadcastView(to: shape).contiguous(), result: positions.shape)
    out.view(shape: taken.shape, strides: taken.shape.contiguousStrides).overwrite(with: taken)
    return out
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.x.zerosLike().maskedScatter(g.inputs[1], g.dy), nil]
  }
}

/// The elements where the mask is true, in a list.
public struct MaskedSelect: PlainOperation {
  public static let identity = OperationIdentity(name: "masked_select", code: 0x0C13)
  public static let inputCounts = 2...2
  public static let movesElements = true
  public static let isDataDependent = true
  /// The operation; it has no attributes.
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = try Mask.shape(inputs[0], inputs[1], Self.identity)
    return [Descriptor(shape: try Shape([shape.elementCount]), dtype: inputs[0].dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let shape = try Mask.shape(inputs[0].descriptor, inputs[1].descriptor, Self.identity)
    let positions = try inputs[1].broadcastView(to: shape).truePositions()
    let x = try inputs[0].broadcastView(to: shape).contiguous()
    return [
      try Places(elements: positions, axis: 0, length: shape.elementCount)
        .gather(x, result: positions.shape)
    ]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    guard let shape = try Shape.broadcast(g.x.shape, g.inputs[1].shape) else { return [nil, nil] }
    return [
      try g.x.zerosLike().broadcastTo(shape).maskedScatter(g.inputs[1], g.dy), nil,
    ]
  }
}

/// The positions of the elements that are not 0: one row for each, in row-major order, one column
/// for each axis.
public struct Nonzero: PlainOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "nonzero", code: 0x0C14)
  public static let inputCounts = 1...1
  public static let isDataDependent = true
  /// The operation; it has no attributes.
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = inputs[0].shape
    return [Descriptor(shape: try Shape([shape.elementCount, shape.rank]), dtype: .int64)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [
      try Elementwise.cast(inputs[0], to: .bool).truePositions()
        .coordinates(in: inputs[0].shape)
    ]
  }
}

/// The first rows of what `nonzero` gives, as many as asked for; those that are missing hold a
/// number.
public struct NonzeroStatic: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "nonzero_static", code: 0x0C15)
  public static let attributes: [Attribute<NonzeroStatic>] = [
    Attribute("size", \.size), Attribute("fill_value", \.fillValue),
  ]
  /// The number of rows.
  public var size = 0
  /// What stands in the rows that are missing.
  public var fillValue = -1
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard size >= 0 else {
      throw TensorError.invalidArgument(name, "\(size) rows: give 0 or more")
    }
    return Descriptor(shape: try Shape([size, x.shape.rank]), dtype: .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let out = try Elementwise.full(output(for: x.descriptor), Scalar(fillValue))
    let found = try Elementwise.cast(x, to: .bool).truePositions()
    let count = Swift.min(size, found.elementCount)
    out.part(axis: 0, start: 0, length: count)
      .overwrite(with: try found.part(axis: 0, start: 0, length: count).coordinates(in: x.shape))
    return out
  }
}

extension TensorProtocol {
  /// This tensor, but the number where the mask (bool) is true; they broadcast. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch`, `.invalidArgument` for a number that the
  /// dtype cannot hold.
  public func maskedFill(_ mask: Self, _ value: Scalar) throws -> Self {
    var operation = MaskedFill()
    operation.value = value
    return try Self.apply(operation, to: [self, mask])[0]
  }
  /// The same with a scalar tensor.
  public func maskedFill(_ mask: Self, _ value: Self) throws -> Self {
    try Self.apply(MaskedFill(), to: [self, mask, value])[0]
  }
  /// This tensor, but where the mask (bool) is true the elements of `source`, of its dtype, in
  /// order; this and the mask broadcast. Throws `TensorError.unsupportedDType`, `.shapeMismatch`;
  /// too few elements fail where the tensors live.
  public func maskedScatter(_ mask: Self, _ source: Self) throws -> Self {
    try Self.apply(MaskedScatter(), to: [self, mask, source])[0]
  }
  /// The elements where the mask (bool) is true, in a list; they broadcast. A pointer waits for its
  /// length. Throws `TensorError.unsupportedDType`, `.shapeMismatch`.
  public func maskedSelect(_ mask: Self) throws -> Self {
    try Self.apply(MaskedSelect(), to: [self, mask])[0]
  }
  /// The positions of the elements that are not 0, nan among them: int64, one row for each in
  /// row-major order, one column for each axis. A pointer waits for their number.
  public func nonzero() throws -> Self { try Self.apply(Nonzero(), to: [self])[0] }
  /// The same as PyTorch gives it with `as_tuple`: for each axis the positions on it. A scalar
  /// counts as a list of one.
  public func nonzeroByAxis() throws -> [Self] {
    let positions = try (rank == 0 ? reshape(1) : self).nonzero()
    return try (0..<positions.shape[1]).map { try positions[.all, $0] }
  }
  /// As `nonzero`, which it is by another name.
  public func argwhere() throws -> Self { try nonzero() }
  /// The first `size` rows of what `nonzero` gives; the missing ones hold `fillValue`. Waits for
  /// nothing. Throws `TensorError.invalidArgument` for a negative size.
  public func nonzeroStatic(size: Int, fillValue: Int = -1) throws -> Self {
    var operation = NonzeroStatic()
    operation.size = size
    operation.fillValue = fillValue
    return try Self.apply(operation, to: self)
  }
}

let maskingEntries: [any Operation.Type] = [
  MaskedFill.self, MaskedScatter.self, MaskedScatterBackward.self, MaskedSelect.self, Nonzero.self,
  NonzeroStatic.self,
]

extension NamedOperations {
  mutating func addMasking() {
    add("masked_fill(Tensor input, Tensor mask, Tensor value)") {
      try $0.x.maskedFill($0.tensor("mask"), $0.tensor("value"))
    }
    add("masked_fill(Tensor input, Tensor mask, Scalar value)") {
      try $0.x.maskedFill($0.tensor("mask"), $0.scalar("value"))
    }
    add("masked_scatter(Tensor input, Tensor mask, Tensor source)") {
      try $0.x.maskedScatter($0.tensor("mask"), $0.tensor("source"))
    }
    add("masked_select(Tensor input, Tensor mask)") { try $0.x.maskedSelect($0.tensor("mask")) }
    addList("nonzero(Tensor input, *, bool as_tuple=False)") {
      try $0.bool("as_tuple") ? $0.x.nonzeroByAxis() : [$0.x.nonzero()]
    }
    add("argwhere(Tensor input)") { try $0.x.argwhere() }
    add("nonzero_static(Tensor input, *, int size, int fill_value=-1)") {
      try $0.x.nonzeroStatic(size: $0.int("size"), fillValue: $0.int("fill_value"))
    }
  }
}
