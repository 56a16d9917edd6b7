// Rows of a table by class indices, and repeated slices.

/// The rows of a table (first input) at the positions of the second, whose axes come first. Rows of
/// a larger norm than the greatest one allowed are scaled down to it; their gradient is that of the
/// scaled row.
public struct Embedding: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "embedding", code: 0x0C40)
  public static let attributes: [Attribute<Embedding>] = [
    Attribute("padding_idx", \.paddingIndex), Attribute("scale_grad_by_freq", \.scalesByCount),
    Attribute("max_norm", \.maximumNorm), Attribute("norm_type", \.normType),
  ]
  public static let movesElements = true
  /// The row that gets no gradient; below 0 none.
  public var paddingIndex = -1
  /// Whether the gradient of a row is divided by how often it occurs.
  public var scalesByCount = false
  /// The greatest norm of a row; nil for no limit.
  public var maximumNorm: Scalar?
  /// The power that the norm is made with.
  public var normType: Scalar = 2
  public init() {}
  public func output(for weight: Descriptor, _ index: Descriptor) throws -> Descriptor {
    try Indices.require(index, Self.identity)
    guard weight.shape.rank == 2 else {
      throw TensorError.invalidArgument(
        name, "the table must be a matrix, not of shape \(weight.shape)")
    }
    guard maximumNorm == nil || weight.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [weight.dtype], remedy: "rows with a norm must be floating point")
    }
    return Descriptor(
      shape: try Shape(Array(index.shape) + [weight.shape[1]]), dtype: weight.dtype)
  }
  public func execute(_ weight: Tensor, _ index: Tensor) throws -> Tensor {
    let result = try output(for: weight.descriptor, index.descriptor).shape
    let positions = try Indices.checked(index, below: weight.shape[0], Self.identity)
    let rows = try Places(slices: positions, axes: 0..<1, of: weight.shape)
      .gather(weight.contiguous(), result: result)
    return try maximumNorm.map { try limited(rows, $0.double) } ?? rows
  }

  /// PyTorch divides by the norm and a little more.
  private func limited(_ rows: Tensor, _ limit: Double) throws -> Tensor {
    let values = try Elementwise.cast(rows, to: rows.dtype.accumulated)
    let (sizes, power) = (try values.abs(), normType.double)
    let norms =
      try power == .infinity
      ? sizes.amax(dim: -1, keepdim: true)
      : sizes.pow(normType).sum(dim: [-1], keepdim: true).pow(Scalar(1 / power))
    let scale = try (Scalar(limit) / (norms + Scalar(1e-7)))
    return try Elementwise.cast(
      (norms .> Scalar(limit)).where(values * scale, values), to: rows.dtype)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = EmbeddingBackward()
    operation.rows = g.x.shape[0]
    operation.paddingIndex = paddingIndex
    operation.scalesByCount = scalesByCount
    return [try T.apply(operation, to: g.dy, g.inputs[1]), nil]
  }
}

/// The rows of the first input summed at the positions of the second in a matrix of so many rows:
/// the gradient of `embedding`.
public struct EmbeddingBackward: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "embedding_dense_backward", code: 0x0C41)
  public static let attributes: [Attribute<EmbeddingBackward>] = [
    Attribute("num_weights", \.rows), Attribute("padding_idx", \.paddingIndex),
    Attribute("scale_grad_by_freq", \.scalesByCount),
  ]
  // Where no position occurs twice the results are elements of the gradient, moved.
  public static let movesElements = true
  /// The number of rows of the result.
  public var rows = 0
  /// The row that stays 0; below 0 none.
  public var paddingIndex = -1
  /// Whether a row is divided by how often its position occurs.
  public var scalesByCount = false
  public init() {}
  public func output(for dy: Descriptor, _ index: Descriptor) throws -> Descriptor {
    try Indices.require(index, Self.identity)
    guard dy.shape.rank == index.shape.rank + 1, dy.shape.dropLast().elementsEqual(index.shape)
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, index.shape],
        remedy: "the first must have one row for each position")
    }
    return Descriptor(shape: try Shape([rows, dy.shape[index.shape.rank]]), dtype: dy.dtype)
  }
  public func execute(_ dy: Tensor, _ index: Tensor) throws -> Tensor {
    let result = try output(for: dy.descriptor, index.descriptor)
    let dtype = dy.dtype.accumulated
    let positions = try Indices.checked(index, below: rows, Self.identity)
    var out = try Elementwise.full(Descriptor(shape: result.shape, dtype: dtype), 0)
    Places(slices: positions, axes: 0..<1, of: result.shape)
      .combine(try Elementwise.cast(dy, to: dtype).contiguous(), into: out, by: .sum)
    if scalesByCount { out = try out / counts(positions, dtype) }
    if paddingIndex >= 0, paddingIndex < rows {
      let padding = out.part(axis: 0, start: paddingIndex, length: 1)
      padding.overwrite(with: try Elementwise.full(padding.descriptor, 0))
    }
    return try Elementwise.cast(out, to: dy.dtype)
  }

  /// How often each row occurs, as a column; 1 for those that do not.
  private func counts(_ positions: Tensor, _ dtype: DType) throws -> Tensor {
    let column = Descriptor(shape: try Shape([rows, 1]), dtype: dtype)
    let counts = try Elementwise.full(column, 0)
    let ones = Descriptor(shape: positions.shape, dtype: dtype)
    Places(slices: positions, axes: 0..<1, of: column.shape)
      .combine(try Elementwise.full(ones, 1), into: counts, by: .sum)
    return try counts.maximum(Elementwise.full(column, 1))
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let index = g.inputs[1]
    var weight = g.dy
    if scalesByCount {
      let list = try index.flatten()
      let ones = try list.onesLike(dtype: weight.dtype)
      let counts = try weight.sliced([.all, .position(0)]).zerosLike()
        .indexAdd(dim: 0, list, ones)
      weight = try weight / counts.maximum(counts.onesLike()).unsqueeze(dim: 1)
    }
    let rows = try weight.indexSelect(dim: 0, index.flatten()).reshape(g.x.shape)
    if paddingIndex < 0 { return [rows, nil] }
    return [
      try rows.maskedFill((index .== Scalar(paddingIndex)).unsqueeze(dim: -1), 0), nil,
    ]
  }
}

/// Each position of a list of counts as often as its count says: `[2, 0, 1]` gives `[0, 0, 2]`.
public struct RepeatedPositions: PlainOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "repeat_interleave", code: 0x0C42)
  public static let inputCounts = 1...1
  public static let isDataDependent = true
  /// The operation; it has no attributes.
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let dtype = inputs[0].dtype
    guard dtype.kind == .integer else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "counts must be whole numbers: cast them")
    }
    guard inputs[0].shape.rank == 1 else {
      throw TensorError.invalidArgument(
        name, "counts must stand on one axis, not have shape \(inputs[0].shape)")
    }
    return [
      Descriptor(shape: inputs[0].shape, dtype: dtype == .int32 ? .int32 : .int64)
    ]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let dtype = try outputs(for: inputs.map(\.descriptor))[0].dtype
    return try inputs[0].withElements(as: Int.self) { counts in
      guard counts.allSatisfy({ $0 >= 0 }) else {
        throw TensorError.invalidArgument(name, "a count is negative: use 0 or more")
      }
      let positions = try Tensor.filled(
        shape: Shape([try total(counts)]), as: Int.self
      ) { out in
        var place = 0
        for (position, count) in counts.enumerated() {
          out[place..<place + count].update(repeating: position)
          place += count
        }
      }
      return [try Elementwise.cast(positions, to: dtype)]
    }
  }
  private func total(_ counts: some Sequence<Int>) throws -> Int {
    try counts.reduce(0) {
      let (sum, overflow) = $0.addingReportingOverflow($1)
      guard !overflow else {
        throw TensorError.invalidArgument(name, "the counts together cannot be counted")
      }
      return sum
    }
  }
}

extension TensorProtocol {
  /// The rows of the table `weight` (a matrix) at these positions (int32 or int64, of any shape),
  /// which becomes the shape of the rows. The row `paddingIdx`, negative from the end, gets no
  /// gradient; with `scaleGradByFreq` a row's gradient is divided by how often it occurs. Rows
  /// whose `normType`-norm is larger than `maxNorm` are scaled to it; the table stays as it is,
  /// since tensors are values.
  ///
  /// Throws `TensorError.unsupportedDType`, `.invalidArgument`; a position out of range fails where
  /// the tensors live.
  public func embedding(
    _ weight: Self, paddingIdx: Int? = nil, maxNorm: Double? = nil, normType: Double = 2,
    scaleGradByFreq: Bool = false
  ) throws -> Self {
    var operation = Embedding()
    if let paddingIdx, weight.rank == 2 {
      let rows = weight.shape[0]
      guard paddingIdx >= -rows, paddingIdx < rows else {
        throw TensorError.invalidArgument(
          Embedding.identity.name,
          "padding row \(paddingIdx) of \(rows): use \(-rows) … \(rows - 1)")
      }
      operation.paddingIndex = paddingIdx < 0 ? paddingIdx + rows : paddingIdx
    }
    operation.scalesByCount = scaleGradByFreq
    operation.maximumNorm = maxNorm.map { Scalar($0) }
    operation.normType = Scalar(normType)
    return try Self.apply(operation, to: weight, self)
  }
  /// Each slice along an axis, `repeats` times; without an axis, each element, in a list. Throws
  /// `TensorError.invalidArgument` for a negative count and for an axis that does not exist.
  public func repeatInterleave(_ repeats: Int, dim: Int? = nil) throws -> Self {
    guard repeats >= 0 else {
      throw TensorError.invalidArgument(
        RepeatedPositions.identity.name, "\(repeats) times: use 0 or more")
    }
    guard let dim else { return try flatten().repeatInterleave(repeats, dim: 0) }
    let axis = try axisToRepeat(dim)
    let (inner, result) = (
      shape.inserting(repeats, at: axis + 1),
      shape.replacing(axis: axis, with: shape[axis] * repeats)
    )
    return try unsqueeze(dim: axis + 1).broadcastTo(inner).reshape(result)
  }
  /// Each slice along an axis as often as `repeats` (whole numbers on one axis, or one for all)
  /// says. A pointer waits for their number. Throws `TensorError.invalidArgument` for another
  /// number of counts than of slices, `.unsupportedDType`; a negative count fails where the tensors
  /// live.
  public func repeatInterleave(_ repeats: Self, dim: Int? = nil) throws -> Self {
    guard let dim else { return try flatten().repeatInterleave(repeats, dim: 0) }
    let length = shape[try axisToRepeat(dim)]
    guard repeats.rank <= 1, repeats.elementCount == 1 || repeats.elementCount == length else {
      throw TensorError.shapeMismatch(
        operation: RepeatedPositions.identity.name, shapes: [shape, repeats.shape],
        remedy: "there must be one count for each slice, or one for all")
    }
    return try indexSelect(dim: dim, repeats.broadcastTo([length]).repeatedPositions())
  }
  /// Each position of this list of counts as often as its count says: `[2, 0, 1]` gives `[0, 0,
  /// 2]`. A pointer waits for their number. Throws as `repeatInterleave`.
  public func repeatedPositions() throws -> Self {
    try Self.apply(RepeatedPositions(), to: [self])[0]
  }
  private func axisToRepeat(_ dim: Int) throws -> Int {
    guard rank > 0 else {
      throw TensorError.invalidArgument(
        RepeatedPositions.identity.name, "a scalar has no axis: leave dim away")
    }
    return try shape.axis(dim, of: RepeatedPositions.identity)
  }
  /// Class indices as `oneHot(classes:)` does, with one class more than the largest of them; waits
  /// for it. Throws `TensorError.invalidArgument` where there are none.
  public func oneHot() throws -> Self {
    guard elementCount > 0, dtype == .int64 else {
      throw TensorError.invalidArgument(
        OneHot.identity.name,
        "the number of classes follows from int64 indices only: give it")
    }
    return try oneHot(classes: max().values().item(as: Int.self) + 1)
  }
}

let embeddingEntries: [any Operation.Type] = [
  Embedding.self, EmbeddingBackward.self, RepeatedPositions.self,
]

extension NamedOperations {
  mutating func addEmbedding() {
    add(
      "nn.functional.embedding(Tensor input, Tensor weight, int? padding_idx=None, "
        + "float? max_norm=None, float norm_type=2.0, bool scale_grad_by_freq=False, "
        + "bool sparse=False)"
    ) {
      // PyTorch's operator cases give the table first, which its dtype shows.
      let (x, y) = (try $0.x, try $0.tensor("weight"))
      let isTableFirst = x.dtype.isFloatingPoint && !y.dtype.isFloatingPoint
      return try (isTableFirst ? y : x).embedding(
        isTableFirst ? x : y, paddingIdx: $0.optionalInt("padding_idx"),
        maxNorm: $0.optionalDouble("max_norm"), normType: $0.double("norm_type"),
        scaleGradByFreq: $0.bool("scale_grad_by_freq"))
    }
    add(
      "embedding(Tensor weight, Tensor indices, int padding_idx=-1, "
        + "bool scale_grad_by_freq=False, bool sparse=False)"
    ) {
      var operation = Embedding()
      operation.paddingIndex = try $0.int("padding_idx")
      operation.scalesByCount = try $0.bool("scale_grad_by_freq")
      return try T.apply(operation, to: $0.tensor("weight"), $0.tensor("indices"))
    }
    add(
      "embedding_dense_backward(Tensor grad_output, Tensor indices, int num_weights, "
        + "int padding_idx, bool scale_grad_by_freq)"
    ) {
      var operation = EmbeddingBackward()
      operation.rows = try $0.int("num_weights")
      operation.paddingIndex = try $0.int("padding_idx")
      operation.scalesByCount = try $0.bool("scale_grad_by_freq")
      return try T.apply(operation, to: $0.tensor("grad_output"), $0.tensor("indices"))
    }
    add("repeat_interleave(Tensor input, int repeats, int? dim=None, *, int? output_size=None)") {
      try Self.sized(
        $0.x.repeatInterleave($0.int("repeats"), dim: $0.optionalInt("dim")), $0)
    }
    add("repeat_interleave(Tensor input, Tensor repeats, int? dim=None, *, int? output_size=None)")
    {
      try Self.sized(
        $0.x.repeatInterleave($0.tensor("repeats"), dim: $0.optionalInt("dim")), $0)
    }
    add("repeat_interleave(Tensor repeats, *, int? output_size=None)") {
      try $0.tensor("repeats").repeatedPositions()
    }
    add("nn.functional.one_hot(Tensor input, int num_classes=-1)") {
      let classes = try $0.int("num_classes")
      return try classes == -1 ? $0.x.oneHot() : $0.x.oneHot(classes: classes)
    }
    alias("one_hot", of: "nn.functional.one_hot")
  }

  /// Refuses a result whose length is not what `output_size` says.
  private static func sized(_ result: T, _ arguments: Arguments<T>) throws -> T {
    guard let size = try arguments.optionalInt("output_size") else { return result }
    let dim = try arguments.optionalInt("dim") ?? 0
    let length = result.shape[try result.shape.axis(dim, of: RepeatedPositions.identity)]
    guard size == length else {
      throw arguments.refuse("output_size is \(size), but there are \(length) slices")
    }
    return result
  }
}
