// Softmax, its logarithm and their gradients: op codes 0x0800, 0x0801, 0x0810, 0x0811.

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
    var operation = SoftmaxBackward()
    operation.dim = dim
    return [try T.apply(operation, to: g.dy, g.output)]
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
    [try g.output.logSoftmaxBackward(g.dy, dim: dim)]
  }
}

/// The gradient of softmax from the gradient of its result and the result: (dy − Σ dy · y) · y.
public struct SoftmaxBackward: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_softmax_backward_data", code: 0x0810)
  public static let attributes: [Attribute<SoftmaxBackward>] = [Attribute("dim", \.dim)]
  /// The axis along which the results add up to 1; negative ones count from the end.
  public var dim = -1
  public init() {}
  public func output(for dy: Descriptor, _ y: Descriptor) throws -> Descriptor {
    try alongAxis(dy, y, dim, Self.identity)
  }
  public func execute(_ dy: Tensor, _ y: Tensor) throws -> Tensor {
    let (dy, y, dtype) = try widened(dy, y)
    let weighted = try dy * y
    let sum = try weighted.sum(dim: dim, keepdim: y.rank > 0)
    return try Elementwise.cast(weighted - sum * y, to: dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (dy, y) = (g.inputs[0], g.inputs[1])
    let keepdim = y.rank > 0
    return [
      // The matrix of derivatives is symmetric.
      try g.forInput(0) { try T.apply(self, to: g.dy, y) },
      try g.forInput(1) {
        let sum = try (dy * y).sum(dim: dim, keepdim: keepdim)
        let other = try (g.dy * y).sum(dim: dim, keepdim: keepdim)
        return try g.dy * (dy - sum) - dy * other
      },
    ]
  }
}

/// The gradient of the logarithm of softmax from the gradient of its result and the result:
/// dy − exp(y) · Σ dy.
public struct LogSoftmaxBackward: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_log_softmax_backward_data", code: 0x0811)
  public static let attributes: [Attribute<LogSoftmaxBackward>] = [Attribute("dim", \.dim)]
  /// The axis along which the results add up to 1; negative ones count from the end.
  public var dim = -1
  public init() {}
  public func output(for dy: Descriptor, _ y: Descriptor) throws -> Descriptor {
    try alongAxis(dy, y, dim, Self.identity)
  }
  public func execute(_ dy: Tensor, _ y: Tensor) throws -> Tensor {
    let (dy, y, dtype) = try widened(dy, y)
    let sum = try dy.sum(dim: dim, keepdim: y.rank > 0)
    return try Elementwise.cast(dy - y.exp() * sum, to: dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (dy, y) = (g.inputs[0], g.inputs[1])
    let keepdim = y.rank > 0
    let probabilities = try y.exp()
    let sum = try (g.dy * probabilities).sum(dim: dim, keepdim: keepdim)
    return [
      try g.forInput(0) { try g.dy - sum },
      try g.forInput(1) {
        try -g.dy * probabilities * dy.sum(dim: dim, keepdim: keepdim)
      },
    ]
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

private func alongAxis(
  _ dy: Descriptor, _ y: Descriptor, _ dim: Int, _ operation: OperationIdentity
) throws -> Descriptor {
  guard dy == y else {
    if dy.dtype == y.dtype {
      throw TensorError.shapeMismatch(
        operation: operation.name, shapes: [dy.shape, y.shape], remedy: "they must be equal")
    }
    throw TensorError.unsupportedDType(
      operation: operation.name, dtypes: [dy.dtype, y.dtype], remedy: "cast them to one dtype")
  }
  return try alongAxis(y, dim, operation)
}

/// Halves as float32, and the dtype that the result is rounded to.
private func widened(_ dy: Tensor, _ y: Tensor) throws -> (Tensor, Tensor, DType) {
  let wide = y.dtype.accumulated
  return (try Elementwise.cast(dy, to: wide), try Elementwise.cast(y, to: wide), y.dtype)
}

let softmaxEntries: [any Operation.Type] = [
  Softmax.self, LogSoftmax.self, SoftmaxBackward.self, LogSoftmaxBackward.self,
]

extension TensorProtocol {
  /// exp(x) / Σ exp(x) along an axis; the tensor is first cast to `dtype` where one is given. Throws
  /// `TensorError.unsupportedDType` for bool and integers, `.invalidArgument` for an axis that does not
  /// exist.
  public func softmax(dim: Int, dtype: DType? = nil) throws -> Self {
    var operation = Softmax()
    operation.dim = dim
    return try Self.apply(operation, to: converted(to: dtype ?? self.dtype))
  }
  /// The logarithm of softmax along an axis, computed without overflow; as ``softmax(dim:dtype:)``.
  public func logSoftmax(dim: Int, dtype: DType? = nil) throws -> Self {
    var operation = LogSoftmax()
    operation.dim = dim
    return try Self.apply(operation, to: converted(to: dtype ?? self.dtype))
  }
  /// The softmax of −x along an axis; as ``softmax(dim:dtype:)``.
  public func softmin(dim: Int, dtype: DType? = nil) throws -> Self {
    try neg().softmax(dim: dim, dtype: dtype)
  }

  /// The gradient of what this logarithm of softmax was computed from.
  func logSoftmaxBackward(_ dy: Self, dim: Int) throws -> Self {
    var operation = LogSoftmaxBackward()
    operation.dim = dim
    return try Self.apply(operation, to: dy, self)
  }

  /// The axis that PyTorch's functional forms take when none is given.
  fileprivate var softmaxAxis: Int { rank == 0 || rank == 1 || rank == 3 ? 0 : 1 }
}

/// See ``TensorProtocol/softmax(dim:dtype:)``.
public func softmax<T: TensorProtocol>(_ x: T, dim: Int, dtype: DType? = nil) throws -> T {
  try x.softmax(dim: dim, dtype: dtype)
}
/// See ``TensorProtocol/logSoftmax(dim:dtype:)``.
public func logSoftmax<T: TensorProtocol>(_ x: T, dim: Int, dtype: DType? = nil) throws -> T {
  try x.logSoftmax(dim: dim, dtype: dtype)
}

extension NamedOperations {
  mutating func addSoftmax() {
    add("softmax(Tensor input, int dim, dtype? dtype=None)") {
      try $0.x.softmax(dim: $0.int("dim"), dtype: $0.optionalDType("dtype"))
    }
    alias("special.softmax", of: "softmax")
    add("log_softmax(Tensor input, int dim, dtype? dtype=None)") {
      try $0.x.logSoftmax(dim: $0.int("dim"), dtype: $0.optionalDType("dtype"))
    }
    alias("special.log_softmax", of: "log_softmax")
    let functional = "(Tensor input, int? dim=None, int _stacklevel=3, dtype? dtype=None)"
    add("nn.functional.softmax" + functional) {
      try $0.x.softmax(
        dim: $0.optionalInt("dim") ?? $0.x.softmaxAxis, dtype: $0.optionalDType("dtype"))
    }
    add("nn.functional.log_softmax" + functional) {
      try $0.x.logSoftmax(
        dim: $0.optionalInt("dim") ?? $0.x.softmaxAxis, dtype: $0.optionalDType("dtype"))
    }
    add("nn.functional.softmin" + functional) {
      try $0.x.softmin(
        dim: $0.optionalInt("dim") ?? $0.x.softmaxAxis, dtype: $0.optionalDType("dtype"))
    }
    add("_softmax(Tensor input, int dim, bool half_to_float)") {
      try $0.x.softmax(dim: $0.int("dim"), dtype: $0.widened)
    }
    add("_log_softmax(Tensor input, int dim, bool half_to_float)") {
      try $0.x.logSoftmax(dim: $0.int("dim"), dtype: $0.widened)
    }
    // On a processor PyTorch's results have the gradient's dtype, whatever input_dtype says.
    add(
      "_softmax_backward_data(Tensor grad_output, Tensor output, int dim, dtype input_dtype)"
    ) {
      var operation = SoftmaxBackward()
      operation.dim = try $0.int("dim")
      return try T.apply(operation, to: $0.tensor("grad_output"), $0.tensor("output"))
    }
    add(
      "_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim, dtype input_dtype)"
    ) {
      try $0.tensor("output").logSoftmaxBackward($0.tensor("grad_output"), dim: $0.int("dim"))
    }
    addLosses()
  }
}

extension Arguments {
  /// float32 where halves are to become it, else nil.
  fileprivate var widened: DType? {
    get throws { try bool("half_to_float") ? .float32 : nil }
  }
}
