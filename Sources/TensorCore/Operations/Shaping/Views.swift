// Other orders and windows of the elements: op codes 0x0610 …

/// The order of the elements reversed along axes.
public struct Flip: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "flip", code: 0x0610)
  public static let attributes: [Attribute<Flip>] = [Attribute("dims", \.dims)]
  public static let movesElements = true
  /// The axes along which to go backwards, each named once.
  public var dims: [Int] = []
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    _ = try x.shape.distinctAxes(dims, of: Self.identity)
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    if x.rank == 0 { return x.detach() }
    let axes = try x.shape.distinctAxes(dims, of: Self.identity)
    return try axes.reduce(x) { $0.flipped(axis: $1) }.contiguous()
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.flip(dims)]
  }
}

/// The elements moved along axes; those that leave at one end come in at the other.
public struct Roll: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "roll", code: 0x0611)
  public static let attributes: [Attribute<Roll>] = [
    Attribute("shifts", \.shifts), Attribute("dims", \.dims),
  ]
  public static let movesElements = true
  /// By how many positions, for each of `dims`.
  public var shifts: [Int] = []
  /// The axes; none to roll all elements as one list.
  public var dims: [Int] = []
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard !shifts.isEmpty, shifts.count == (dims.isEmpty ? 1 : dims.count) else {
      throw TensorError.invalidArgument(
        name, "shifts \(shifts) along \(dims): give one shift for each axis, or one alone")
    }
    guard !shifts.contains(.min) else {
      throw TensorError.invalidArgument(name, "a shift is too large: take whole turns away from it")
    }
    // Where there is nothing to move PyTorch does not look at the axes.
    guard x.shape.elementCount > 0 else { return x }
    guard dims.isEmpty || x.shape.rank > 0 else {
      throw TensorError.invalidArgument(name, "a scalar has no axis to roll along")
    }
    _ = try dims.map { try x.shape.axis($0, of: Self.identity) }
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    if x.elementCount == 0 { return x.detach() }
    if dims.isEmpty {
      return try Self.rolled(x.reshape([-1]), 0, by: shifts[0]).reshape(x.shape)
    }
    return try zip(dims, shifts).reduce(x) { rolled, step in
      try Self.rolled(rolled, x.shape.axis(step.0, of: Self.identity), by: step.1)
    }
  }
  private static func rolled(_ x: Tensor, _ axis: Int, by shift: Int) throws -> Tensor {
    let length = x.shape[axis]
    let rest = shift % length
    let start = rest < 0 ? rest + length : rest
    if start == 0 { return x.detach() }
    let out = try Tensor(uninitialized: x.descriptor)
    out.part(axis: axis, start: start, length: length - start)
      .overwrite(with: x.part(axis: axis, start: 0, length: length - start))
    out.part(axis: axis, start: 0, length: start)
      .overwrite(with: x.part(axis: axis, start: length - start, length: start))
    return out
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.roll(shifts.map { -$0 }, dims: dims)]
  }
}

/// Windows along an axis: a new last axis runs through each of them; a view.
public struct Unfold: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "unfold", code: 0x0612)
  public static let attributes: [Attribute<Unfold>] = [
    Attribute("dimension", \.dimension), Attribute("size", \.size), Attribute("step", \.step),
  ]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dimension = 0
  /// How many positions a window has.
  public var size = 0
  /// From one window to the next.
  public var step = 1
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard step > 0, size >= 0 else {
      throw TensorError.invalidArgument(
        name, "windows of \(size) by \(step): use a size of at least 0 and a step of at least 1")
    }
    let axis = try x.shape.axis(dimension, of: Self.identity)
    let length = x.shape.rank == 0 ? 1 : x.shape[axis]
    guard size <= length else {
      throw TensorError.invalidArgument(
        name, "windows of \(size) do not fit into axis \(axis) of shape \(x.shape)")
    }
    if x.shape.rank == 0 { return Descriptor(shape: try Shape([size]), dtype: x.dtype) }
    let counted = x.shape.replacing(axis: axis, with: (length - size) / step &+ 1)
    return Descriptor(shape: try Shape(Array(counted) + [size]), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    if x.rank == 0 { return try x.reshape([1])[0..<size] }
    let axis = try x.shape.axis(dimension, of: Self.identity)
    let count = try output(for: x.descriptor).shape[axis]
    return x.detach().windows(axis: axis, count: count, size: size, step: step)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = UnfoldBackward()
    operation.inputSize = g.x.shape
    operation.unfold = self
    return [try T.apply(operation, to: g.dy)]
  }
}

/// Zeros to which windows are added where `unfold` takes them from: its gradient.
public struct UnfoldBackward: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "unfold_backward", code: 0x0613)
  public static let attributes: [Attribute<UnfoldBackward>] = [
    Attribute("input_sizes", \.inputSize), Attribute("dim", \.unfold.dimension),
    Attribute("size", \.unfold.size), Attribute("step", \.unfold.step),
  ]
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var inputSize = Shape()
  /// How windows are taken.
  package var unfold = Unfold()
  public init() {}
  public func output(for dy: Descriptor) throws -> Descriptor {
    let result = Descriptor(shape: try Shape(inputSize), dtype: dy.dtype)
    let windows = try unfold.output(for: result)
    guard windows.shape == dy.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, windows.shape], remedy: "they must be equal")
    }
    return result
  }
  public func execute(_ dy: Tensor) throws -> Tensor {
    let result = try output(for: dy.descriptor)
    let sums = Descriptor(shape: result.shape, dtype: dy.dtype.accumulated)
    var out = try Elementwise.full(sums, 0)
    if out.rank == 0 { out = try out.reshape([1]) }
    let dy = try Elementwise.cast(out.rank == dy.rank ? dy.reshape([1, -1]) : dy, to: sums.dtype)
    let axis = try out.shape.axis(unfold.dimension, of: Self.identity)
    let (count, last) = (dy.shape[axis], dy.rank - 1)
    // Windows overlap, but neither the positions of one window nor equal places in all windows do.
    if count < unfold.size {
      for window in 0..<count {
        try out.part(axis: axis, start: window * unfold.step, length: unfold.size)
          .accumulate(
            dy.sliced(Array(repeating: .all, count: axis) + [.position(window)]).movedim(-1, axis))
      }
    } else {
      for place in 0..<unfold.size {
        try out.every(unfold.step, axis: axis, start: place, length: count)
          .accumulate(dy.part(axis: last, start: place, length: 1).squeeze(dim: last))
      }
    }
    return try Elementwise.cast(out, to: result.dtype).reshape(result.shape)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.apply(unfold, to: g.dy)]
  }
}

let viewEntries: [any Operation.Type] = [
  Flip.self, Roll.self, Unfold.self, UnfoldBackward.self,
]
