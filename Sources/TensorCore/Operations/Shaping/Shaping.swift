// Operations that rearrange elements: op codes 0x0600 …

/// The same elements in row-major order with another shape; one length may be −1.
public struct Reshape: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "reshape", code: 0x0600)
  public static let attributes: [Attribute<Reshape>] = [Attribute("shape", \.shape)]
  public static let movesElements = true
  /// Lengths of the axes; one may be −1 and is worked out.
  public var shape: [Int] = []
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    var lengths = shape
    func refuse(_ remedy: String) throws -> Never {
      throw TensorError.invalidArgument(
        name, "shape \(x.shape) (\(x.shape.elementCount) elements) into \(shape): \(remedy)")
    }
    let open = lengths.indices.filter { lengths[$0] == -1 }
    if let index = open.first {
      let rest = lengths.enumerated().reduce(1) { $1.offset == index ? $0 : $0 &* $1.element }
      guard open.count == 1 else { try refuse("only one length can be −1") }
      guard rest != 0, x.shape.elementCount % rest == 0 else {
        try refuse("no length fits in place of −1")
      }
      lengths[index] = x.shape.elementCount / rest
    }
    let result = try Shape(lengths)
    guard result.elementCount == x.shape.elementCount else {
      try refuse("the number of elements must stay the same")
    }
    return Descriptor(shape: result, dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let shape = try output(for: x.descriptor).shape
    // Keeps the layout: the matrix products take columns as they are.
    if shape == x.shape { return x.detach() }
    return try x.contiguous().view(shape: shape, strides: shape.contiguousStrides)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.reshape(g.x.shape)]
  }
}

/// Two axes exchanged.
public struct Transpose: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "transpose", code: 0x0601)
  public static let attributes: [Attribute<Transpose>] = [
    Attribute("dim0", \.dim0), Attribute("dim1", \.dim1),
  ]
  public static let movesElements = true
  /// One of the axes.
  public var dim0 = 0
  /// The other.
  public var dim1 = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    let order = try order(x.shape)
    return Descriptor(shape: try Shape(order.map { x.shape[$0] }), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor { x.permuted(try order(x.shape)) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.transpose(dim0, dim1)]
  }
  private func order(_ shape: Shape) throws -> [Int] {
    var order = Array(0..<shape.rank)
    let (a, b) = (try shape.axis(dim0, of: Self.identity), try shape.axis(dim1, of: Self.identity))
    if a != b { order.swapAt(a, b) }
    return order
  }
}

/// The axes in another order.
public struct Permute: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "permute", code: 0x0602)
  public static let attributes: [Attribute<Permute>] = [Attribute("dims", \.dims)]
  public static let movesElements = true
  /// For each axis of the result, the axis that it was.
  public var dims: [Int] = []
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    let order = try order(x.shape)
    return Descriptor(shape: try Shape(order.map { x.shape[$0] }), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor { x.permuted(try order(x.shape)) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var inverse = dims
    for (target, source) in try order(g.x.shape).enumerated() { inverse[source] = target }
    return [try g.dy.permute(inverse)]
  }
  private func order(_ shape: Shape) throws -> [Int] {
    guard dims.count == shape.rank else {
      throw TensorError.invalidArgument(
        name, "\(dims) for shape \(shape): every axis must be named once")
    }
    let order = try dims.map { try shape.axis($0, of: Self.identity) }
    guard Set(order).count == order.count else {
      throw TensorError.invalidArgument(name, "\(dims): an axis is named twice")
    }
    return order
  }
}

/// Repeated along new axes and axes of length 1, without copying.
public struct BroadcastTo: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "broadcast_to", code: 0x0603)
  public static let attributes: [Attribute<BroadcastTo>] = [Attribute("size", \.size)]
  public static let movesElements = true
  /// Lengths of the axes of the result.
  public var size = Shape()
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    let size = try Shape(size)
    guard try Shape.broadcast(x.shape, size) == size else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, size],
        remedy: "counted from the last axis, lengths must be equal or 1 in the first")
    }
    return Descriptor(shape: size, dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor { x.detach().broadcastView(to: size) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [g.dy]  // summed back to the input's shape by the tape
  }
}

/// A part of a tensor: `x[1, 2...]`.
public struct Slice: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "slice", code: 0x0604)
  public static let attributes: [Attribute<Slice>] = [Attribute("positions", \.positions)]
  public static let movesElements = true
  package var positions = SlicePositions()
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    try positions.check(x.shape, Self.identity)
    return Descriptor(shape: positions.shape, dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor { x.sliced(positions) }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = SliceBackward()
    operation.size = g.x.shape
    operation.positions = positions
    return [try T.apply(operation, to: g.dy)]
  }
}

/// Zeros with a tensor put at the positions that `slice` takes: its gradient.
public struct SliceBackward: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "slice_backward", code: 0x0605)
  public static let attributes: [Attribute<SliceBackward>] = [
    Attribute("size", \.size), Attribute("positions", \.positions),
  ]
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var size = Shape()
  package var positions = SlicePositions()
  public init() {}
  public func output(for dy: Descriptor) throws -> Descriptor {
    let size = try Shape(size)
    try positions.check(size, Self.identity)
    guard positions.shape == dy.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, positions.shape], remedy: "they must be equal")
    }
    return Descriptor(shape: size, dtype: dy.dtype)
  }
  public func execute(_ dy: Tensor) throws -> Tensor {
    let out = try Elementwise.full(output(for: dy.descriptor), 0)
    let target = out.sliced(positions)
    target.overwrite(with: dy)
    return out
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = Slice()
    operation.positions = positions
    return [try T.apply(operation, to: g.dy)]
  }
}

/// Tensors one after the other along an axis.
public struct Cat: AttributedOperation {
  public static let identity = OperationIdentity(name: "cat", code: 0x0606)
  public static let inputCounts = 1...Int(UInt16.max)
  public static let attributes: [Attribute<Cat>] = [Attribute("dim", \.dim)]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let dtype = inputs.dropFirst().reduce(inputs[0].dtype) { $0.promoted(with: $1.dtype) }
    let parts = inputs.lazy.map(\.shape).filter { !Self.isIgnored($0) }
    guard let first = parts.first else { return [Descriptor(shape: inputs[0].shape, dtype: dtype)] }
    let axis = try first.axis(dim, of: Self.identity)
    guard first.rank > 0 else {
      throw TensorError.invalidArgument(name, "a scalar has no axis to join along: reshape it")
    }
    var length = 0
    for part in parts {
      guard part.rank == first.rank,
        part.replacing(axis: axis, with: 0) == first.replacing(axis: axis, with: 0)
      else {
        throw TensorError.shapeMismatch(
          operation: name, shapes: [first, part],
          remedy: "all lengths but that of axis \(axis) must be equal")
      }
      let (sum, overflow) = length.addingReportingOverflow(part[axis])
      guard !overflow else {
        throw TensorError.invalidArgument(name, "axis \(axis) would be longer than can be counted")
      }
      length = sum
    }
    let result = first.replacing(axis: axis, with: length)
    return [Descriptor(shape: try Shape(result), dtype: dtype)]
  }
  /// PyTorch lets an empty list stand beside tensors of any shape; only its dtype counts.
  private static func isIgnored(_ shape: Shape) -> Bool { shape.rank == 1 && shape[0] == 0 }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let out = try Tensor(uninitialized: outputs(for: inputs.map(\.descriptor))[0])
    var start = 0
    for input in inputs where !Self.isIgnored(input.shape) {
      let axis = try input.shape.axis(dim, of: Self.identity)
      let length = input.shape[axis]
      out.part(axis: axis, start: start, length: length)
        .overwrite(with: try Elementwise.cast(input, to: out.dtype))
      start += length
    }
    return [out]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var start = 0
    return try g.inputs.enumerated().map { index, input in
      if Self.isIgnored(input.shape) { return try g.forInput(index) { try input.zerosLike() } }
      let axis = try input.shape.axis(dim, of: Self.identity)
      defer { start += input.shape[axis] }
      let range = TensorIndex.slice(start: start, end: start + input.shape[axis])
      return try g.forInput(index) {
        try g.dy.sliced(Array(repeating: .all, count: axis) + [range])
      }
    }
  }
}

let shapingEntries: [any Operation.Type] = [
  Reshape.self, Transpose.self, Permute.self, BroadcastTo.self, Slice.self, SliceBackward.self,
  Cat.self,
]
