// Elements kept within bounds, chosen beside a number, or replaced by one: op codes 0x0905 …

/// min(max(x, min), max) with numbers for bounds; nan stays nan. Not for bool; a bound of floating point makes
/// integers floating point.
public struct Clamp: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "clamp", code: 0x0905)
  public static let attributes: [Attribute<Clamp>] = [
    Attribute("min", \.min), Attribute("max", \.max),
  ]
  /// The lower bound, if any.
  public var min: Scalar?
  /// The upper bound, if any; it counts more than the lower one.
  public var max: Scalar?
  public init() {}

  public func output(for x: Descriptor) throws -> Descriptor {
    let bounds = [min, max].compactMap { $0 }
    guard !bounds.isEmpty else {
      throw TensorError.invalidArgument(name, "min or max must be given")
    }
    let dtype = DType.promotion([x], bounds)
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "cast it to a number first")
    }
    _ = try inside(dtype)
    return Descriptor(shape: x.shape, dtype: dtype)
  }

  public func execute(_ x: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor)
    let (low, high) = try inside(result.dtype)
    func number(_ value: Scalar) throws -> Tensor {
      try Elementwise.full(Descriptor(shape: Shape(), dtype: result.dtype), value)
    }
    let operand = try Elementwise.cast(x, to: result.dtype)
    switch (low, high) {
    case (let low?, let high?):
      return try Elementwise.run(
        .clamp, operand, number(low), number(high), result: result, name)
    case (let low?, nil):
      return try Elementwise.run(
        .maximum, operand, scalar: low, isLeft: false, result: result, name)
    case (nil, let high?):
      return try Elementwise.run(
        .minimum, operand, scalar: high, isLeft: false, result: result, name)
    case (nil, nil): return operand
    }
  }

  /// The bounds without those that every number of the dtype keeps. Throws where none keeps one.
  private func inside(_ dtype: DType) throws -> (Scalar?, Scalar?) {
    guard let range = dtype.integerRange else {
      for bound in [min, max] { try bound?.requireFits(dtype, name) }
      return (min, max)
    }
    guard (min?.int ?? range.lowerBound) <= range.upperBound,
      (max?.int ?? range.upperBound) >= range.lowerBound
    else {
      throw TensorError.invalidArgument(
        name, "a bound lies outside of what \(dtype) can hold: use a wider dtype")
    }
    return (
      min.flatMap { range.contains($0.int) ? $0 : nil },
      max.flatMap { range.contains($0.int) ? $0 : nil }
    )
  }

  /// All of it strictly between the bounds, none elsewhere and beside nan.
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let above = try min.map { try g.x .> $0 }
    let below = try max.map { try g.x .< $0 }
    switch (above, below) {
    case (let above?, let below?): return [try (above * below).where(g.dy, 0)]
    case (let inside?, nil), (nil, let inside?): return [try inside.where(g.dy, 0)]
    case (nil, nil): return [g.dy]
    }
  }
}

/// A tensor with every element replaced by a number, of the same dtype.
public struct Fill: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "fill", code: 0x0906)
  public static let attributes: [Attribute<Fill>] = [Attribute("value", \.value)]
  /// What every element becomes: cut off toward 0 in an integer tensor.
  public var value: Scalar = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    try value.requireFits(x.dtype, name)
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try Elementwise.full(x.descriptor, value)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.zerosLike()]
  }
}

/// x where the condition holds and a number elsewhere, or the other way round.
public struct WhereNumber: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "where_number", code: 0x0907)
  public static let attributes: [Attribute<WhereNumber>] = [
    Attribute("number", \.number), Attribute("is_first", \.isFirst),
  ]
  public static let movesElements = true
  /// The number, which must fit into the dtype of the result.
  public var number: Scalar = 0
  /// Whether the number stands where the condition holds.
  public var isFirst = false
  public init() {}

  public func output(for condition: Descriptor, _ x: Descriptor) throws -> Descriptor {
    let dtype = DType.promotion(x, number)
    try number.requireFits(dtype, "where")
    return Descriptor(
      shape: try Where().outputs(for: [condition, x, x])[0].shape, dtype: dtype)
  }
  public func execute(_ condition: Tensor, _ x: Tensor) throws -> Tensor {
    let result = try output(for: condition.descriptor, x.descriptor)
    let operand = try Elementwise.cast(x, to: result.dtype)
    let number = try Elementwise.full(Descriptor(shape: Shape(), dtype: result.dtype), number)
    return try Elementwise.select(
      condition, isFirst ? number : operand, isFirst ? operand : number, result: result)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let condition = g.inputs[0]
    return [
      nil,
      try g.forInput(1) { try isFirst ? condition.where(0, g.dy) : condition.where(g.dy, 0) },
    ]
  }
}

extension TensorProtocol {
  /// Elements below `min` become it, then those above `max` become that; nan stays nan. Not for bool; a bound of
  /// floating point makes integers floating point. Throws `TensorError.invalidArgument` without a bound and for
  /// one outside of the dtype, `.unsupportedDType`.
  public func clamp(min: Scalar? = nil, max: Scalar? = nil) throws -> Self {
    var operation = Clamp()
    (operation.min, operation.max) = (min, max)
    return try Self.apply(operation, to: self)
  }
  /// The same with tensors for bounds, which broadcast; nan in one gives nan. Where an element equals a bound,
  /// both get half of the gradient.
  public func clamp(min: Self?, max: Self?) throws -> Self {
    switch (min, max) {
    case (let min?, let max?):
      guard DType.promotion([descriptor, min.descriptor, max.descriptor]) != .bool else {
        throw TensorError.unsupportedDType(
          operation: "clamp", dtypes: [.bool], remedy: "cast it to a number first")
      }
      return try maximum(min).minimum(max)
    case (let min?, nil): return try maximum(min)
    case (nil, let max?): return try minimum(max)
    case (nil, nil): throw TensorError.invalidArgument("clamp", "min or max must be given")
    }
  }
  /// Elements below `min` become it. As `clamp`.
  public func clampMin(_ min: Scalar) throws -> Self { try clamp(min: min) }
  /// Elements below `min` become it. As `clamp`.
  public func clampMin(_ min: Self) throws -> Self { try maximum(min) }
  /// Elements above `max` become it. As `clamp`.
  public func clampMax(_ max: Scalar) throws -> Self { try clamp(max: max) }
  /// Elements above `max` become it. As `clamp`.
  public func clampMax(_ max: Self) throws -> Self { try minimum(max) }

  /// Every element replaced by the number, which is cut off toward 0 in an integer tensor. Throws
  /// `TensorError.invalidArgument` for one that does not fit into it.
  public func fill(_ value: Scalar) throws -> Self {
    var operation = Fill()
    operation.value = value
    return try Self.apply(operation, to: self)
  }
  /// Every element replaced by the only one of `value`, which has no axes. Throws
  /// `TensorError.invalidArgument` for one with axes.
  public func fill(_ value: Self) throws -> Self {
    guard value.rank == 0 else {
      throw TensorError.invalidArgument(
        "fill", "the value has shape \(value.shape): it must have no axes")
    }
    return try Self.apply(Copy(), to: self, value)
  }

  /// Where this tensor (of bool) is true, x's elements, elsewhere the number; x and the number are promoted.
  /// Throws `TensorError.unsupportedDType` for a condition that is not bool, `.shapeMismatch`,
  /// `.invalidArgument` for a number that does not fit.
  public func `where`(_ x: Self, _ y: Scalar) throws -> Self {
    var operation = WhereNumber()
    operation.number = y
    return try Self.apply(operation, to: self, x)
  }
  /// Where this tensor (of bool) is true, the number, elsewhere y's elements. As the form with the number last.
  public func `where`(_ x: Scalar, _ y: Self) throws -> Self {
    var operation = WhereNumber()
    (operation.number, operation.isFirst) = (x, true)
    return try Self.apply(operation, to: self, y)
  }
  /// Where this tensor (of bool) is true, one number, elsewhere the other, as int64, float32 or bool.
  public func `where`(_ x: Scalar, _ y: Scalar) throws -> Self {
    let dtype = x.dtype.promoted(with: y.dtype)
    return try self.where(x, fullLike(y, dtype: dtype))
  }
}

/// See `TensorProtocol.clamp(min:max:)`.
public func clamp<T: TensorProtocol>(_ x: T, min: Scalar? = nil, max: Scalar? = nil) throws -> T {
  try x.clamp(min: min, max: max)
}
/// See `TensorProtocol.clamp(min:max:)`.
public func clamp<T: TensorProtocol>(_ x: T, min: T?, max: T?) throws -> T {
  try x.clamp(min: min, max: max)
}
