// Parts of a tensor that an offset and steps through its row-major elements describe.

/// The elements at `offset + i · stride[0] + j · stride[1] + …` of a tensor's row-major elements.
struct StridedPart {
  let size: Shape
  let strides: Shape
  let offset: Int

  /// Throws `TensorError.invalidArgument` for steps that are negative or lead out of a tensor of so
  /// many elements.
  init(
    _ size: Shape, _ stride: [Int], _ offset: Int, of shape: Shape, _ operation: OperationIdentity
  ) throws {
    func refuse(_ what: String) throws -> Never {
      throw TensorError.invalidArgument(
        operation.name, "size \(size) by steps \(stride) from \(offset) on: \(what)")
    }
    self.size = try Shape(size)
    guard stride.count == size.rank else { try refuse("each axis wants one step") }
    guard stride.allSatisfy({ $0 >= 0 }), offset >= 0 else {
      try refuse("no number may be negative")
    }
    // Not by `Shape.init`, which wants lengths whose product can be counted.
    strides = stride.reduce(into: Shape()) { $0.append($1) }
    self.offset = offset
    if size.elementCount == 0 { return }
    var last = offset
    for (length, step) in zip(size, stride) {
      let (way, overflow) = (length - 1).multipliedReportingOverflow(by: step)
      let (next, overflowed) = last.addingReportingOverflow(way)
      guard !overflow, !overflowed else { try refuse("it cannot be counted") }
      last = next
    }
    guard last < shape.elementCount else {
      try refuse("it reaches beyond the \(shape.elementCount) elements of shape \(shape)")
    }
  }

  /// A view of the part of a contiguous tensor.
  func view(of x: Tensor) -> Tensor {
    x.view(
      shape: size, strides: strides,
      offset: x.body.offset + (size.elementCount > 0 ? offset : 0))
  }

  /// The positions of the part among the row-major elements.
  func positions() throws -> Tensor {
    var operation = Arange()
    operation.end = Scalar(
      size.elementCount == 0
        ? 0 : 1 + offset + zip(size, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 })
    return try view(of: operation.execute([])[0]).contiguous()
  }
}

/// The attributes that the operations of such parts share.
protocol StridedOperation: AttributedOperation {
  var size: Shape { get }
  var stride: [Int] { get }
  var storageOffset: Int { get }
}

extension StridedOperation {
  func part(of shape: Shape) throws -> StridedPart {
    try StridedPart(size, stride, storageOffset, of: shape, Self.identity)
  }
}

/// The elements at an offset and by steps of a tensor's row-major elements, which may be taken
/// several times.
public struct AsStrided: OneInputOperation, StridedOperation {
  public static let identity = OperationIdentity(name: "as_strided", code: 0x0C30)
  public static let attributes: [Attribute<AsStrided>] = [
    Attribute("size", \.size), Attribute("stride", \.stride),
    Attribute("storage_offset", \.storageOffset),
  ]
  public static let movesElements = true
  /// Lengths of the axes of the result.
  public var size = Shape()
  /// The step along each of them.
  public var stride: [Int] = []
  /// Where the first element stands.
  public var storageOffset = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    Descriptor(shape: try part(of: x.shape).size, dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try part(of: x.shape).view(of: x.contiguous())
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = AsStridedBackward()
    operation.inputSize = g.x.shape
    operation.forward = self
    return [try T.apply(operation, to: g.dy)]
  }
}

/// Zeros to which elements are added where `as_strided` took them from: its gradient.
public struct AsStridedBackward: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "as_strided_backward", code: 0x0C31)
  public static let attributes: [Attribute<AsStridedBackward>] = [
    Attribute("input_size", \.inputSize), Attribute("size", \.forward.size),
    Attribute("stride", \.forward.stride), Attribute("storage_offset", \.forward.storageOffset),
  ]
  // Where no element was taken twice the results are elements of the gradient, moved.
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var inputSize = Shape()
  package var forward = AsStrided()
  public init() {}
  public func output(for dy: Descriptor) throws -> Descriptor {
    let size = try Shape(inputSize)
    guard try forward.part(of: size).size == dy.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, forward.size], remedy: "they must be equal")
    }
    return Descriptor(shape: size, dtype: dy.dtype)
  }
  public func execute(_ dy: Tensor) throws -> Tensor {
    let result = try output(for: dy.descriptor)
    let dtype = dy.dtype.accumulated
    let out = try Elementwise.full(Descriptor(shape: result.shape, dtype: dtype), 0)
    let positions = try forward.part(of: result.shape).positions()
    let list = positions.view(
      shape: try Shape([positions.elementCount]), strides: try Shape([1]))
    Places(elements: list, axis: 0, length: out.elementCount)
      .combine(try Elementwise.cast(dy, to: dtype).contiguous(), into: out, by: .sum)
    return try Elementwise.cast(out, to: dy.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.apply(forward, to: g.dy)]
  }
}

/// x with the second input put at an offset and by steps among its row-major elements, each once.
protocol StridedPutting: TwoInputOperation, StridedOperation {
  var size: Shape { get set }
  var stride: [Int] { get set }
  var storageOffset: Int { get set }
  /// The gradient of x.
  func gradientOfWhole<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T
}

extension StridedPutting {
  public static var movesElements: Bool { true }
  public func output(for x: Descriptor, _ source: Descriptor) throws -> Descriptor {
    let part = try part(of: x.shape)
    guard source.shape == part.size else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [source.shape, part.size],
        remedy: "what is put must have the shape of what it replaces")
    }
    guard !zip(size, stride).contains(where: { $0 > 1 && $1 == 0 }) else {
      throw TensorError.invalidArgument(name, "a step of 0 puts several elements at one place")
    }
    return x
  }
  public func execute(_ x: Tensor, _ source: Tensor) throws -> Tensor {
    let out = try x.copied()
    try part(of: x.shape).view(of: out).overwrite(with: Elementwise.cast(source, to: x.dtype))
    return out
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [
      try g.forInput(0) { try gradientOfWhole(g) },
      try g.forInput(1) {
        try g.dy.asStrided(Array(size), stride, storageOffset: storageOffset)
      },
    ]
  }
}

/// x with a part of it replaced by the second input: what `slice_scatter`, `select_scatter` and
/// `diagonal_scatter` are.
public struct SliceScatter: StridedPutting {
  public static let identity = OperationIdentity(name: "slice_scatter", code: 0x0C33)
  public static let attributes: [Attribute<SliceScatter>] = [
    Attribute("size", \.size), Attribute("stride", \.stride),
    Attribute("storage_offset", \.storageOffset),
  ]
  /// Lengths of the axes of what is put.
  public var size = Shape()
  /// The step along each of them among the row-major elements.
  public var stride: [Int] = []
  /// Where the first element goes.
  public var storageOffset = 0
  public init() {}
  func gradientOfWhole<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T {
    try T.apply(self, to: g.dy, g.inputs[1].zerosLike())
  }
}

/// The same, but the gradient of x is PyTorch's: against the calculus, what arrives where elements
/// were replaced, and 0 elsewhere.
public struct AsStridedScatter: StridedPutting {
  public static let identity = OperationIdentity(name: "as_strided_scatter", code: 0x0C32)
  public static let attributes: [Attribute<AsStridedScatter>] = [
    Attribute("size", \.size), Attribute("stride", \.stride),
    Attribute("storage_offset", \.storageOffset),
  ]
  /// Lengths of the axes of what is put.
  public var size = Shape()
  /// The step along each of them.
  public var stride: [Int] = []
  /// Where the first element goes.
  public var storageOffset = 0
  public init() {}
  func gradientOfWhole<T: TensorProtocol>(_ g: GradientContext<T>) throws -> T {
    let part = try g.dy.asStrided(Array(size), stride, storageOffset: storageOffset)
    return try T.apply(self, to: g.dy.zerosLike(), part)
  }
}

extension TensorProtocol {
  /// The elements at `storageOffset + i · stride[0] + j · stride[1] + …` of this tensor's elements
  /// in row-major order, whatever their layout is. Throws `TensorError.invalidArgument` for
  /// negative numbers and for steps that lead out of the tensor.
  public func asStrided(_ size: [Int], _ stride: [Int], storageOffset: Int? = nil) throws -> Self {
    var operation = AsStrided()
    operation.size = try Shape(size)
    operation.stride = stride
    operation.storageOffset = storageOffset ?? 0
    return try Self.apply(operation, to: self)
  }
  /// This tensor with `source` put where `asStrided` takes its elements from. Its gradient is
  /// PyTorch's, which is not that of the calculus: what arrives where elements were replaced, and 0
  /// elsewhere. `sliceScatter`, `selectScatter` and `diagonalScatter` have the true one. Throws as
  /// `asStrided`, `TensorError.shapeMismatch`, and for a step of 0.
  public func asStridedScatter(
    _ source: Self, _ size: [Int], _ stride: [Int], storageOffset: Int? = nil
  ) throws -> Self {
    var operation = AsStridedScatter()
    operation.size = try Shape(size)
    operation.stride = stride
    operation.storageOffset = storageOffset ?? 0
    return try Self.apply(operation, to: self, source)
  }
  /// One position of an axis, which goes away; negative ones count from the end. Throws
  /// `TensorError.invalidArgument` for an axis or a position that does not exist.
  public func select(dim: Int, _ index: Int) throws -> Self {
    let axis = try axisToTake(dim, "select")
    return try sliced(Array(repeating: .all, count: axis) + [.position(index)])
  }
  /// Positions from `start` below `end`, every `step`-th, of an axis; negative ones count from the
  /// end, and what reaches past it is cut. Throws `TensorError.invalidArgument` for an axis that
  /// does not exist and a step below 1.
  public func slice(dim: Int = 0, start: Int? = nil, end: Int? = nil, step: Int = 1) throws -> Self
  {
    let axis = try axisToTake(dim, "slice")
    let index = TensorIndex.slice(start: start, end: end, step: step)
    return try sliced(Array(repeating: .all, count: axis) + [index])
  }
  /// This tensor with `source` put where `select` takes its elements. Throws as that, and
  /// `TensorError.shapeMismatch`.
  public func selectScatter(_ source: Self, dim: Int, _ index: Int) throws -> Self {
    let axis = try axisToTake(dim, "select_scatter")
    return try scatterPart(
      source, at: Array(repeating: .all, count: axis) + [.position(index)])
  }
  /// This tensor with `source` put where `slice` takes its elements. Throws as that, and
  /// `TensorError.shapeMismatch`.
  public func sliceScatter(
    _ source: Self, dim: Int = 0, start: Int? = nil, end: Int? = nil, step: Int = 1
  ) throws -> Self {
    let axis = try axisToTake(dim, "slice_scatter")
    let index = TensorIndex.slice(start: start, end: end, step: step)
    return try scatterPart(source, at: Array(repeating: .all, count: axis) + [index])
  }
  /// This tensor with `source` put on the diagonal of two axes, which begins `offset` columns to
  /// the right of the first element, or rows below it; the diagonal is the last axis of `source`.
  /// Throws `TensorError.invalidArgument` for axes that do not exist or are the same,
  /// `.shapeMismatch`.
  public func diagonalScatter(
    _ source: Self, offset: Int = 0, dim1: Int = 0, dim2: Int = 1
  ) throws -> Self {
    let name = "diagonal_scatter"
    let (row, column) = (try axisToTake(dim1, name), try axisToTake(dim2, name))
    guard row != column else {
      throw TensorError.invalidArgument(name, "axis \(row) is named twice")
    }
    let steps = shape.contiguousStrides
    let (down, right) = (
      Swift.max(-Swift.max(offset, -shape[row]), 0), Swift.max(Swift.min(offset, shape[column]), 0)
    )
    let length = Swift.max(Swift.min(shape[row] - down, shape[column] - right), 0)
    let others = (0..<rank).filter { $0 != row && $0 != column }
    return try replacePart(
      source, others.map { shape[$0] } + [length],
      others.map { steps[$0] } + [steps[row] + steps[column]],
      from: length == 0 ? 0 : down * steps[row] + right * steps[column])
  }

  private func replacePart(_ source: Self, _ size: [Int], _ stride: [Int], from offset: Int) throws
    -> Self
  {
    var operation = SliceScatter()
    operation.size = try Shape(size)
    operation.stride = stride
    operation.storageOffset = offset
    return try Self.apply(operation, to: self, source)
  }

  private func axisToTake(_ dim: Int, _ name: String) throws -> Int {
    guard rank > 0 else {
      throw TensorError.invalidArgument(name, "a scalar has no axis to take from")
    }
    return try shape.axis(dim, of: OperationIdentity(name: name, code: 0))
  }

  private func scatterPart(_ source: Self, at indices: [TensorIndex]) throws -> Self {
    let positions = try SlicePositions.resolve(indices, shape, SliceScatter.identity).positions
    let steps = shape.contiguousStrides
    let kept = (0..<rank).filter { !positions.dropped.contains($0) }
    let offset = (0..<rank).reduce(0) { $0 + positions.starts[$1] * steps[$1] }
    return try replacePart(
      source, kept.map { positions.lengths[$0] },
      kept.map { positions.lengths[$0] > 1 ? positions.steps[$0] * steps[$0] : 1 },
      from: positions.shape.elementCount == 0 ? 0 : offset)
  }
}

let stridingEntries: [any Operation.Type] = [
  AsStrided.self, AsStridedBackward.self, AsStridedScatter.self, SliceScatter.self,
]

extension NamedOperations {
  mutating func addStriding() {
    for name in ["as_strided", "as_strided_copy"] {
      add(name + "(Tensor input, int[] size, int[] stride, int? storage_offset=None)") {
        try $0.x.asStrided(
          $0.ints("size"), $0.ints("stride"), storageOffset: $0.optionalInt("storage_offset"))
      }
    }
    add(
      "as_strided_scatter(Tensor input, Tensor src, int[] size, int[] stride, "
        + "int? storage_offset=None)"
    ) {
      try $0.x.asStridedScatter(
        $0.tensor("src"), $0.ints("size"), $0.ints("stride"),
        storageOffset: $0.optionalInt("storage_offset"))
    }
    for name in ["select", "select_copy"] {
      add(name + "(Tensor input, int dim, int index)") {
        try $0.x.select(dim: $0.int("dim"), $0.int("index"))
      }
    }
    for name in ["slice", "slice_copy"] {
      add(name + "(Tensor input, int dim=0, int? start=None, int? end=None, int step=1)") {
        try $0.x.slice(
          dim: $0.int("dim"), start: $0.optionalInt("start"), end: $0.optionalInt("end"),
          step: $0.int("step"))
      }
    }
    add("select_scatter(Tensor input, Tensor src, int dim, int index)") {
      try $0.x.selectScatter($0.tensor("src"), dim: $0.int("dim"), $0.int("index"))
    }
    add(
      "slice_scatter(Tensor input, Tensor src, int dim=0, int? start=None, int? end=None, "
        + "int step=1)"
    ) {
      try $0.x.sliceScatter(
        $0.tensor("src"), dim: $0.int("dim"), start: $0.optionalInt("start"),
        end: $0.optionalInt("end"), step: $0.int("step"))
    }
    add("diagonal_scatter(Tensor input, Tensor src, int offset=0, int dim1=0, int dim2=1)") {
      try $0.x.diagonalScatter(
        $0.tensor("src"), offset: $0.int("offset"), dim1: $0.int("dim1"), dim2: $0.int("dim2"))
    }
  }
}
