// Putting elements and slices at positions along an axis.

/// An operation whose second input gives the positions at which elements of the third are put into
/// the first.
protocol PuttingOperation: AttributedOperation {
  /// The axis; negative ones count from the end.
  var dim: Int { get set }
  /// Whether a position stands for a slice, and the index is a list; else for an element, and the
  /// index has the shape of what is put.
  static var takesSlices: Bool { get }
}

extension PuttingOperation {
  // Also where elements are combined: where no position repeats they are only moved.
  public static var movesElements: Bool { true }

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] { try places(for: inputs) }

  /// The rule: what is put fits in number, shape and dtype; the result is like x.
  func places(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let (x, index) = (inputs[0], inputs[1])
    let axis = try x.shape.axis(dim, of: Self.identity)
    guard inputs.count < 3 || inputs[2].dtype == x.dtype else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, inputs[2].dtype],
        remedy: "what is put must have the dtype of what it is put into: cast it")
    }
    if Self.takesSlices {
      let count = try Indices.requireVector(index, Self.identity)
      let slices = try Along.slices(count, of: x.shape, dim, Self.identity)
      if inputs.count > 2 { try requireSlices(inputs[2].shape, slices) }
    } else {
      try Along.require(index, fits: x.shape, but: axis, Self.identity)
      if inputs.count > 2 {
        try Along.require(index, fits: inputs[2].shape, but: nil, Self.identity)
      }
    }
    return [x]
  }

  /// One slice may also be a scalar, where the tensor has no other axis.
  private func requireSlices(_ source: Shape, _ slices: Shape) throws {
    if source == slices { return }
    guard slices.rank <= 1, source.rank <= 1, slices.elementCount == 1, source.elementCount == 1
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [source, slices],
        remedy: "the first must have one slice for each position")
    }
  }

  /// A copy of x after `change`, which is given the places and the part of the copy that they lie
  /// in.
  func changed(_ x: Tensor, at index: Tensor, _ change: (Places, Tensor) throws -> Void) throws
    -> Tensor
  {
    let out = try x.copied()
    if index.elementCount == 0 { return out }
    let whole = out.withAxis()
    let axis = try x.shape.axis(dim, of: Self.identity)
    let length = whole.shape[axis]
    let positions = try Indices.checked(index, below: length, Self.identity)
    if Self.takesSlices {
      try change(Places(slices: positions, axes: axis..<axis + 1, of: whole.shape), whole)
      return out
    }
    let part = whole.beginning(like: index.shape, but: axis)
    let target = part.isContiguous ? part : try part.contiguous()
    try change(Places(elements: positions, axis: axis, length: length), target)
    if !part.isContiguous { part.overwrite(with: target) }
    return out
  }

  /// The elements of the third input that are put: as many as there are positions.
  func used(_ source: Tensor, at index: Tensor) throws -> Tensor {
    try Self.takesSlices
      ? source.contiguous() : source.beginning(like: index.shape, but: nil).contiguous()
  }

  // MARK: For gradients

  /// What stands at the positions.
  func taken<T: TensorProtocol>(_ x: T, at index: T) throws -> T {
    try Self.takesSlices ? x.indexSelect(dim: dim, index) : x.gather(dim: dim, index)
  }

  /// x with 0 at the positions.
  func cleared<T: TensorProtocol>(_ x: T, at index: T) throws -> T {
    try Self.takesSlices
      ? x.indexCopy(dim: dim, index, 0) : x.scatter(dim: dim, index, 0)
  }

  /// The elements of `source` that were put.
  func used<T: TensorProtocol>(_ source: T, at index: T) throws -> T {
    if Self.takesSlices || source.shape == index.shape { return source }
    return try source.sliced(index.shape.map { .slice(end: $0) })
  }

  /// The gradient of the elements that were put as that of the whole third input.
  func spread<T: TensorProtocol>(_ dy: T, like source: T) throws -> T {
    if dy.shape == source.shape { return dy }
    if dy.elementCount == source.elementCount { return try dy.reshape(source.shape) }
    var operation = SliceBackward()
    operation.size = source.shape
    operation.positions.starts = try Shape(source.shape.map { _ in 0 })
    operation.positions.steps = try Shape(source.shape.map { _ in 1 })
    operation.positions.lengths = dy.shape
    return try T.apply(operation, to: dy)
  }
}

/// A putting operation that overwrites what was there, with its third input or a number.
protocol OverwritingOperation: PuttingOperation {
  /// What is put where there is no third input.
  var value: Scalar { get set }
}

extension OverwritingOperation {
  public static var inputCounts: ClosedRange<Int> { 2...3 }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, index) = (inputs[0], inputs[1])
    let out = try changed(x, at: index) { places, target in
      let source =
        try inputs.count > 2
        ? used(inputs[2], at: index)
        : Elementwise.full(
          Descriptor(
            shape: Self.takesSlices
              ? target.shape.replacing(
                axis: x.shape.axis(dim, of: Self.identity), with: index.elementCount)
              : index.shape, dtype: x.dtype), value)
      places.put(source, into: target)
    }
    return [out]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let dx = try g.forInput(0) { try cleared(g.dy, at: g.inputs[1]) }
    guard g.inputs.count > 2 else { return [dx, nil] }
    return [
      dx, nil,
      try g.forInput(2) { try spread(taken(g.dy, at: g.inputs[1]), like: g.inputs[2]) },
    ]
  }
}

/// x with elements of the third input, or a number, put at the positions that an index tensor gives
/// along an axis: `out[index[i][j]][j] = source[i][j]` for axis 0.
public struct Scatter: OverwritingOperation {
  public static let identity = OperationIdentity(name: "scatter", code: 0x0C01)
  public static let attributes: [Attribute<Scatter>] = [
    Attribute("dim", \.dim), Attribute("value", \.value),
  ]
  static let takesSlices = false
  /// The axis; negative ones count from the end.
  public var dim = 0
  /// What is put where there is no third input.
  public var value: Scalar = 0
  public init() {}
}

/// x with slices of the third input, or a number, put at the positions that a list gives along an
/// axis.
public struct IndexCopy: OverwritingOperation {
  public static let identity = OperationIdentity(name: "index_copy", code: 0x0C02)
  public static let attributes: [Attribute<IndexCopy>] = [
    Attribute("dim", \.dim), Attribute("value", \.value),
  ]
  static let takesSlices = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  /// What is put where there is no third input.
  public var value: Scalar = 0
  public init() {}
}

let scatteringEntries: [any Operation.Type] = [
  Scatter.self, IndexCopy.self, ScatterReduce.self, IndexReduce.self,
]
