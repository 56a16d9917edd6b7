// Softmax and losses: op codes 0x0800 …

/// exp(x) / Σ exp(x) along an axis.
public struct Softmax: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "softmax", code: 0x0800)
  public static let attributes: [Attribute<Softmax>] = [Attribute("dim", \.dim)]
  /// The axis along which the results add up to 1; negative ones count from the end.
  public var dim = -1
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    try alongAxis(x, dim, Self.identity)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Reduction.rows(.softmax, x, axis: x.shape.axis(dim, of: Self.identity), name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let weighted = try g.dy * g.output
    return [try weighted - g.output * weighted.sum(dim: dim, keepdim: g.x.rank > 0)]
  }
}

/// log(softmax(x)) along an axis, without its overflow.
public struct LogSoftmax: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "log_softmax", code: 0x0801)
  public static let attributes: [Attribute<LogSoftmax>] = [Attribute("dim", \.dim)]
  /// The axis along which the results add up to 1; negative ones count from the end.
  public var dim = -1
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    try alongAxis(x, dim, Self.identity)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Reduction.rows(.logSoftmax, x, axis: x.shape.axis(dim, of: Self.identity), name)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let sum = try g.dy.sum(dim: dim, keepdim: g.x.rank > 0)
    return [try g.dy - g.output.exp() * sum]
  }
}

private func alongAxis(_ x: Descriptor, _ dim: Int, _ operation: OperationIdentity) throws
  -> Descriptor
{
  guard x.dtype.isFloatingPoint else {
    throw TensorError.unsupportedDType(
      operation: operation.name, dtypes: [x.dtype], remedy: "cast it to float32 or float64 first")
  }
  _ = try x.shape.axis(dim, of: operation)
  return x
}

/// What a loss makes of the losses of the samples.
public enum LossReduction: UInt8, AttributeValue {
  /// Keeps them.
  case none = 0
  /// Their mean.
  case mean = 1
  /// Their sum.
  case sum = 2

  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let reduction = LossReduction(rawValue: code) else {
      throw TensorError.malformed("\(code) is no reduction of losses")
    }
    self = reduction
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }

  func shape(of samples: Shape) -> Shape { self == .none ? samples : Shape() }

  func reduce<T: TensorProtocol>(_ losses: T) throws -> T {
    switch self {
    case .none: losses
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    }
  }

  /// The gradient of each sample's loss.
  func distribute<T: TensorProtocol>(_ dy: T, over count: Int) throws -> T {
    self == .mean ? try dy / Scalar(Double(count)) : dy
  }
}

/// −log(softmax(x)) at the target's class. x has the classes on axis 1 (axis 0 where it is the only
/// one), the target is int64 with x's other axes.
public struct CrossEntropy: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "cross_entropy", code: 0x0802)
  public static let attributes: [Attribute<CrossEntropy>] = [Attribute("reduction", \.reduction)]
  /// What becomes of the losses of the samples.
  public var reduction = LossReduction.mean
  public init() {}

  public func output(for x: Descriptor, _ target: Descriptor) throws -> Descriptor {
    guard x.dtype.isFloatingPoint, target.dtype == .int64 else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, target.dtype],
        remedy: "scores must be floating point and targets int64 class indices: cast them")
    }
    guard x.shape.rank >= 1, x.shape.removing(axis: axis(x.shape)) == target.shape,
      x.shape[axis(x.shape)] > 0
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, target.shape],
        remedy: "the target must have the shape of the scores without the axis of the classes")
    }
    return Descriptor(shape: reduction.shape(of: target.shape), dtype: x.dtype)
  }

  public func execute(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    let axis = axis(x.shape)
    let classes = x.shape[axis]
    let logarithms = try x.logSoftmax(dim: axis)
    var order = Array(0..<x.rank)
    order.append(order.remove(at: axis))
    let positions = try Indices.values(target.reshape([-1]), below: classes, Self.identity)
    let rows = try logarithms.permuted(order).cast(to: .float64).contiguous()
    let losses = try rows.withElements(as: Double.self) { rows in
      try Tensor.filled(shape: target.shape, as: Double.self) { losses in
        for (row, position) in positions.enumerated() {
          losses[row] = -rows[row * classes + position]
        }
      }
    }
    return try reduction.reduce(losses.cast(to: x.dtype))
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let axis = axis(g.x.shape)
    let target = g.inputs[1]
    var order = Array(0..<g.x.rank)
    order.insert(order.removeLast(), at: axis)
    let hot = try target.oneHot(classes: g.x.shape[axis]).permute(order).cast(to: g.x.dtype)
    let dy = try reduction.distribute(g.dy, over: target.elementCount)
    let each = try reduction == .none ? dy.unsqueeze(dim: axis) : dy
    return [try (g.x.softmax(dim: axis) - hot) * each, nil]
  }

  private func axis(_ shape: Shape) -> Int { shape.rank > 1 ? 1 : 0 }
}

/// −(y · log(sigmoid(x)) + (1 − y) · log(1 − sigmoid(x))), computed without overflow.
public struct BinaryCrossEntropyWithLogits: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(
    name: "binary_cross_entropy_with_logits", code: 0x0803)
  public static let attributes: [Attribute<BinaryCrossEntropyWithLogits>] = [
    Attribute("reduction", \.reduction)
  ]
  /// What becomes of the losses of the samples.
  public var reduction = LossReduction.mean
  public init() {}

  public func output(for x: Descriptor, _ target: Descriptor) throws -> Descriptor {
    guard x.dtype.isFloatingPoint, target.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, target.dtype],
        remedy: "both must be floating point: cast them")
    }
    guard x.shape == target.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, target.shape], remedy: "they must be equal")
    }
    return Descriptor(
      shape: reduction.shape(of: x.shape), dtype: DType.promotion(x, target))
  }

  public func execute(_ x: Tensor, _ target: Tensor) throws -> Tensor {
    let dtype = try output(for: x.descriptor, target.descriptor).dtype
    let losses = try Elementwise.run(
      .binaryCrossEntropyWithLogits, Elementwise.cast(x, to: dtype),
      Elementwise.cast(target, to: dtype), result: Descriptor(shape: x.shape, dtype: dtype), name)
    return try reduction.reduce(losses)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let dy = try reduction.distribute(g.dy, over: g.x.elementCount)
    return [
      try g.forInput(0) { try (g.x.sigmoid() - g.inputs[1]) * dy },
      try g.forInput(1) { try -g.x * dy },
    ]
  }
}

extension TensorProtocol {
  /// exp(x) / Σ exp(x) along an axis. Throws `TensorError.unsupportedDType` for integers.
  public func softmax(dim: Int) throws -> Self {
    var operation = Softmax()
    operation.dim = dim
    return try Self.apply(operation, to: self)
  }
  /// The logarithm of softmax along an axis. Throws `TensorError.unsupportedDType` for integers.
  public func logSoftmax(dim: Int) throws -> Self {
    var operation = LogSoftmax()
    operation.dim = dim
    return try Self.apply(operation, to: self)
  }
  /// The cross entropy of these scores (classes on axis 1, or on the only axis) against int64 class
  /// indices. An index that is no class fails where the tensors live. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch` where the target has not the scores' other
  /// axes.
  public func crossEntropy(_ target: Self, reduction: LossReduction = .mean) throws -> Self {
    var operation = CrossEntropy()
    operation.reduction = reduction
    return try Self.apply(operation, to: self, target)
  }
  /// The binary cross entropy of these logits against targets in [0, 1] of the same shape. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch`.
  public func binaryCrossEntropyWithLogits(_ target: Self, reduction: LossReduction = .mean) throws
    -> Self
  {
    var operation = BinaryCrossEntropyWithLogits()
    operation.reduction = reduction
    return try Self.apply(operation, to: self, target)
  }
}

/// See ``TensorProtocol/softmax(dim:)``.
public func softmax<T: TensorProtocol>(_ x: T, dim: Int) throws -> T { try x.softmax(dim: dim) }
/// See ``TensorProtocol/logSoftmax(dim:)``.
public func logSoftmax<T: TensorProtocol>(_ x: T, dim: Int) throws -> T {
  try x.logSoftmax(dim: dim)
}
/// See ``TensorProtocol/crossEntropy(_:reduction:)``.
public func crossEntropy<T: TensorProtocol>(
  _ x: T, _ target: T, reduction: LossReduction = .mean
) throws -> T {
  try x.crossEntropy(target, reduction: reduction)
}
/// See ``TensorProtocol/binaryCrossEntropyWithLogits(_:reduction:)``.
public func binaryCrossEntropyWithLogits<T: TensorProtocol>(
  _ x: T, _ target: T, reduction: LossReduction = .mean
) throws -> T {
  try x.binaryCrossEntropyWithLogits(target, reduction: reduction)
}

let lossEntries: [any Operation.Type] = [
  Softmax.self, LogSoftmax.self, CrossEntropy.self, BinaryCrossEntropyWithLogits.self,
]

extension NamedOperations {
  mutating func addSoftmax() {
  }
}
