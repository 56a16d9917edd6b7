// Activations with a factor for each element: op codes 0x027F …

/// x above 0, weight · x elsewhere; both broadcast. Floating point only, of one dtype.
public struct PReLU: TwoInputOperation, PlainOperation {
  public static let identity = OperationIdentity(name: "prelu", code: 0x027F)
  /// The operation; it has no attributes.
  public init() {}
  public func output(for x: Descriptor, _ weight: Descriptor) throws -> Descriptor {
    try UnaryDomain.floatingPointOnly.check(x.dtype, name)
    guard x.dtype == weight.dtype else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, weight.dtype],
        remedy: "the weight must have the tensor's dtype: cast one of them")
    }
    guard try Shape.broadcast(x.shape, weight.shape) == x.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, weight.shape],
        remedy: "the weight must broadcast to the tensor")
    }
    return x
  }
  public func execute(_ x: Tensor, _ weight: Tensor) throws -> Tensor {
    let (x, weight) = (x.detach(), weight.detach())
    return try (x .> 0).where(x, weight * x)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let isAbove = try g.x .> 0
    return [
      try g.forInput(0) { try isAbove.where(g.dy, g.inputs[1] * g.dy) },
      try g.forInput(1) { try isAbove.where(g.dy.zerosLike(), g.x * g.dy) },
    ]
  }
}

/// The first half of an axis times the logistic function of its second half. Floating point only.
public struct Glu: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "glu", code: 0x0280)
  public static let attributes: [Attribute<Glu>] = [Attribute("dim", \.dim)]
  /// The axis that is halved.
  public var dim = -1
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    try UnaryDomain.floatingPointOnly.check(x.dtype, name)
    guard x.shape.rank > 0 else {
      throw TensorError.invalidArgument(name, "a tensor without axes has no half: give it one")
    }
    let axis = try x.shape.axis(dim, of: Self.identity)
    guard x.shape[axis] % 2 == 0 else {
      throw TensorError.invalidArgument(
        name, "axis \(dim) of shape \(x.shape) has no half: its length must be even")
    }
    var shape = x.shape
    shape[axis] /= 2
    return Descriptor(shape: shape, dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let (value, gate) = try x.detach().halves(dim)
    return try value * gate.sigmoid()
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (value, gate) = try g.x.halves(dim)
    let share = try gate.sigmoid()
    let dValue = try g.dy * share
    return [try T.cat([dValue, dValue * value * (1 - share)], dim: dim)]
  }
}

extension TensorProtocol {
  /// The first and the second half along an axis; views.
  fileprivate func halves(_ dim: Int) throws -> (Self, Self) {
    let axis = try shape.axis(dim, of: Glu.identity)
    let half = shape[axis] / 2
    func part(_ start: Int, _ end: Int) throws -> Self {
      let whole = Array(repeating: TensorIndex.slice(start: nil, end: nil, step: 1), count: axis)
      return try sliced(whole + [.slice(start: start, end: end, step: 1)])
    }
    return (try part(0, half), try part(half, 2 * half))
  }
}
