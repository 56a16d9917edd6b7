// The public methods of the operations that put elements at positions along an axis.

extension TensorProtocol {
  /// This tensor with the elements of `source`, of its dtype, put at the positions `index` (int32
  /// or int64) along an axis: `out[index[i][j]][j] = source[i][j]` for axis 0. The index has as
  /// many axes as both, and none, but that one here, is longer than theirs. Where a position
  /// repeats, the last element stays. With `reduce`, `sum` or `prod`, elements are combined with
  /// what is there.
  ///
  /// Throws `TensorError.shapeMismatch`, `.unsupportedDType`; a position out of range, and a
  /// negative one is, fails where the tensors live.
  public func scatter(
    dim: Int, _ index: Self, _ source: Self, reduce: ScatterReduction? = nil
  ) throws -> Self {
    if let reduce {
      return try scatterReduce(dim: dim, index, source, reduce: requireFactor(reduce))
    }
    var operation = Scatter()
    operation.dim = dim
    return try Self.apply(operation, to: [self, index, source])[0]
  }
  /// The same with a number in place of `source`. Throws as that, and `TensorError.invalidArgument`
  /// for a number that the dtype cannot hold.
  public func scatter(
    dim: Int, _ index: Self, _ value: Scalar, reduce: ScatterReduction? = nil
  ) throws -> Self {
    if let reduce {
      let source = try index.fullLike(value, dtype: dtype)
      return try scatterReduce(dim: dim, index, source, reduce: requireFactor(reduce))
    }
    try value.requireHeld(by: dtype, Scatter.identity.name)
    var operation = Scatter()
    operation.dim = dim
    operation.value = value
    return try Self.apply(operation, to: [self, index])[0]
  }
  private func requireFactor(_ reduce: ScatterReduction) throws -> ScatterReduction {
    guard reduce == .sum || reduce == .prod else {
      throw TensorError.invalidArgument(
        "scatter", "reduce must be add or multiply, not \(reduce): use scatterReduce")
    }
    return reduce
  }
  /// As `scatter`, elements added to what is there; elements put at one position are summed.
  public func scatterAdd(dim: Int, _ index: Self, _ source: Self) throws -> Self {
    try scatterReduce(dim: dim, index, source, reduce: .sum)
  }
  /// As `scatter`, elements combined with those put at the same position, and, with `includeSelf`,
  /// with what is there. The gradient of a product where several factors are 0 is 0; of `amax` and
  /// `amin` it is shared among equals.
  public func scatterReduce(
    dim: Int, _ index: Self, _ source: Self, reduce: ScatterReduction, includeSelf: Bool = true
  ) throws -> Self {
    var operation = ScatterReduce()
    operation.dim = dim
    operation.reduce = reduce
    operation.includeSelf = includeSelf
    return try Self.apply(operation, to: [self, index, source])[0]
  }
  /// This tensor with the slices of `source`, times alpha, added at the positions `index` (one axis
  /// of int32 or int64) along an axis. Throws `TensorError.shapeMismatch`, `.unsupportedDType`; a
  /// position out of range, and a negative one is, fails where the tensors live.
  public func indexAdd(dim: Int, _ index: Self, _ source: Self, alpha: Scalar = 1) throws -> Self {
    // As in PyTorch, slices are not broadcast, and alpha becomes a number of their dtype.
    let factor: Scalar =
      switch source.dtype.kind {
      case .bool: Scalar(!alpha.isZero)
      case .integer: Scalar(Int(alpha.int))
      case .float: alpha
      }
    let scaled = try alpha == 1 ? source : source * factor
    return try combineSlices(dim: dim, index, scaled, reduce: .sum)
  }
  /// As `indexAdd`, slices combined with those put at the same position, and, with `includeSelf`,
  /// with what is there. Gradients as of `scatterReduce`.
  public func indexReduce(
    dim: Int, _ index: Self, _ source: Self, reduce: ScatterReduction, includeSelf: Bool = true
  ) throws -> Self {
    guard reduce != .sum else {
      throw TensorError.invalidArgument(
        IndexReduce.identity.name, "reduce must be prod, mean, amax or amin: use indexAdd for sums")
    }
    return try combineSlices(
      dim: dim, index, source, reduce: reduce, includeSelf: includeSelf)
  }
  private func combineSlices(
    dim: Int, _ index: Self, _ source: Self, reduce: ScatterReduction, includeSelf: Bool = true
  ) throws -> Self {
    // One slice may stand for a scalar only where this tensor is one.
    guard source.rank == rank || rank == 0 && source.elementCount == 1 else {
      throw TensorError.shapeMismatch(
        operation: IndexReduce.identity.name, shapes: [shape, source.shape],
        remedy: "the second must have one slice for each position")
    }
    var operation = IndexReduce()
    operation.dim = dim
    operation.reduce = reduce
    operation.includeSelf = includeSelf
    return try Self.apply(operation, to: [self, index, source])[0]
  }
  /// This tensor with the slices of `source`, of its dtype, put at the positions `index` (one axis
  /// of int32 or int64) along an axis; where one repeats, the last slice stays. Throws as
  /// `indexAdd`.
  public func indexCopy(dim: Int, _ index: Self, _ source: Self) throws -> Self {
    var operation = IndexCopy()
    operation.dim = dim
    return try Self.apply(operation, to: [self, index, source])[0]
  }
  /// The same with a number in every slice.
  func indexCopy(dim: Int, _ index: Self, _ value: Scalar) throws -> Self {
    try value.requireHeld(by: dtype, "index_fill")
    var operation = IndexCopy()
    operation.dim = dim
    operation.value = value
    return try Self.apply(operation, to: [self, index])[0]
  }
  /// This tensor with all elements of the slices at the positions `index` (one axis of int32 or
  /// int64, negative ones from the end) along an axis equal to a number. Throws as `indexAdd`, and
  /// `TensorError.invalidArgument` for a number that the dtype cannot hold.
  public func indexFill(dim: Int, _ index: Self, _ value: Scalar) throws -> Self {
    try indexCopy(dim: dim, fromFront(index, dim: dim), value)
  }
  /// The same with a scalar tensor.
  public func indexFill(dim: Int, _ index: Self, _ value: Self) throws -> Self {
    guard value.rank == 0 else {
      throw TensorError.invalidArgument(
        "index_fill", "the value must be a number or a scalar, not of shape \(value.shape)")
    }
    // By a mask, so that a slice that is named twice counts once in the value's gradient, as in
    // PyTorch.
    let mask = try detach().fullLike(false, dtype: .bool).indexFill(dim: dim, index, true)
    return try maskedFill(mask, value)
  }

  /// Positions along an axis with negative ones counted from its end.
  private func fromFront(_ index: Self, dim: Int) throws -> Self {
    let length = shape.withAxis[try shape.axis(dim, of: IndexCopy.identity)]
    return try (index .< 0).where(index + Scalar(length), index)
  }

  /// In the other's dtype.
  func cast(toLike other: Self) throws -> Self {
    dtype == other.dtype ? self : try cast(to: other.dtype)
  }
}

extension Scalar {
  /// Refuses a number that the dtype cannot hold; infinity and nan it can.
  func requireHeld(by dtype: DType, _ operation: String) throws {
    try requireFits(dtype, operation)
    let largest =
      switch dtype {
      case .float16: 65504.0
      case .bfloat16, .float32: Double(Float.greatestFiniteMagnitude)
      default: Double.infinity
      }
    guard double.magnitude <= largest || !double.isFinite else {
      throw TensorError.invalidArgument(
        operation, "the number is too large for \(dtype): use a wider dtype")
    }
  }
}

extension NamedOperations {
  private static func reduction(_ arguments: Arguments<T>) throws -> ScatterReduction {
    let name = try arguments.text("reduce")
    guard let reduction = ScatterReduction(name: name), name != "add", name != "multiply" else {
      throw arguments.refuse("reduce must be sum, prod, mean, amax or amin, not \(name)")
    }
    return reduction
  }
  private static func factor(_ arguments: Arguments<T>) throws -> ScatterReduction? {
    switch try arguments.optionalText("reduce") {
    case nil: nil
    case "add": .sum
    case "multiply": .prod
    case let other?: throw arguments.refuse("reduce must be add or multiply, not \(other)")
    }
  }

  mutating func addScattering() {
    add("scatter(Tensor input, int dim, Tensor index, Tensor src, *, str? reduce=None)") {
      try $0.x.scatter(
        dim: $0.int("dim"), $0.tensor("index"), $0.tensor("src"), reduce: Self.factor($0))
    }
    add("scatter(Tensor input, int dim, Tensor index, Scalar value, *, str? reduce=None)") {
      try $0.x.scatter(
        dim: $0.int("dim"), $0.tensor("index"), $0.scalar("value"), reduce: Self.factor($0))
    }
    add("scatter_add(Tensor input, int dim, Tensor index, Tensor src)") {
      try $0.x.scatterAdd(dim: $0.int("dim"), $0.tensor("index"), $0.tensor("src"))
    }
    add(
      "scatter_reduce(Tensor input, int dim, Tensor index, Tensor src, str reduce, *, "
        + "bool include_self=True)"
    ) {
      try $0.x.scatterReduce(
        dim: $0.int("dim"), $0.tensor("index"), $0.tensor("src"), reduce: Self.reduction($0),
        includeSelf: $0.bool("include_self"))
    }
    add("index_add(Tensor input, int dim, Tensor index, Tensor source, *, Scalar alpha=1)") {
      try $0.x.indexAdd(
        dim: $0.int("dim"), $0.tensor("index"), $0.tensor("source"), alpha: $0.scalar("alpha"))
    }
    add(
      "index_reduce(Tensor input, int dim, Tensor index, Tensor source, str reduce, *, "
        + "bool include_self=True)"
    ) {
      try $0.x.indexReduce(
        dim: $0.int("dim"), $0.tensor("index"), $0.tensor("source"), reduce: Self.reduction($0),
        includeSelf: $0.bool("include_self"))
    }
    add("index_copy(Tensor input, int dim, Tensor index, Tensor source)") {
      try $0.x.indexCopy(dim: $0.int("dim"), $0.tensor("index"), $0.tensor("source"))
    }
    add("index_fill(Tensor input, int dim, Tensor index, Tensor value)") {
      try $0.x.indexFill(dim: $0.int("dim"), $0.tensor("index"), $0.tensor("value"))
    }
    add("index_fill(Tensor input, int dim, Tensor index, Scalar value)") {
      try $0.x.indexFill(dim: $0.int("dim"), $0.tensor("index"), $0.scalar("value"))
    }
  }
}
