// Combining elements and slices with those that stand at positions along an axis.

/// How elements that are put at one position, and the one that is there, become one.
public enum ScatterReduction: UInt8, Sendable, CaseIterable, AttributeValue {
  /// Their sum.
  case sum = 0
  /// Their product.
  case prod = 1
  /// Their mean; of integers rounded down.
  case mean = 2
  /// The largest; nan if any is.
  case amax = 3
  /// The smallest; nan if any is.
  case amin = 4

  /// The reduction with PyTorch's name: `add` and `multiply` are `sum` and `prod`.
  public init?(name: String) {
    switch name {
    case "sum", "add": self = .sum
    case "prod", "multiply": self = .prod
    case "mean": self = .mean
    case "amax": self = .amax
    case "amin": self = .amin
    default: return nil
    }
  }

  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let reduction = ScatterReduction(rawValue: code) else {
      throw TensorError.malformed("\(code) is no reduction")
    }
    self = reduction
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }

  var kernel: ScatterKernel {
    switch self {
    case .sum, .mean: .sum
    case .prod: .prod
    case .amax: .amax
    case .amin: .amin
    }
  }

  /// What changes nothing when it is combined.
  func identity(_ dtype: DType) -> Scalar {
    switch (self, dtype) {
    case (.sum, _), (.mean, _): 0
    case (.prod, _): 1
    case (.amax, .float32), (.amax, .float64): Scalar(-Double.infinity)
    case (.amin, .float32), (.amin, .float64): Scalar(Double.infinity)
    case (_, .bool): Scalar(self == .amin)
    case (_, .uint8): Scalar(self == .amin ? 255 : 0)
    default:
      Scalar(self == .amin ? ~(-1 << (dtype.size * 8 - 1)) : -1 << (dtype.size * 8 - 1))
    }
  }
}

/// A putting operation that combines what it puts with what is there.
protocol CombiningOperation: PuttingOperation {
  /// How elements that meet become one.
  var reduce: ScatterReduction { get set }
  /// Whether the element that is there counts.
  var includeSelf: Bool { get set }
}

extension CombiningOperation {
  public static var inputCounts: ClosedRange<Int> { 3...3 }
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    let outputs = try places(for: inputs)
    guard reduce != .mean || inputs[0].dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [.bool], remedy: "truth values have no mean: cast them")
    }
    return outputs
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, index) = (inputs[0], inputs[1])
    let dtype = x.dtype.accumulated
    let out = try changed(Elementwise.cast(x, to: dtype), at: index) { places, target in
      let source = try Elementwise.cast(used(inputs[2], at: index), to: dtype)
      if !includeSelf {
        places.put(try Elementwise.full(source.descriptor, reduce.identity(dtype)), into: target)
      }
      places.combine(source, into: target, by: reduce.kernel)
      if reduce == .mean {
        target.overwrite(with: try mean(target, source.shape, places))
      }
    }
    return [try Elementwise.cast(out, to: x.dtype)]
  }

  /// Sums divided by the number of elements in them.
  private func mean(_ sums: Tensor, _ source: Shape, _ places: Places) throws -> Tensor {
    let counted = sums.dtype.isFloatingPoint ? sums.dtype : .int64
    var counts = try Elementwise.full(
      Descriptor(shape: sums.shape, dtype: counted), includeSelf ? 1 : 0)
    places.combine(
      try Elementwise.full(Descriptor(shape: source, dtype: counted), 1), into: counts, by: .sum)
    if !includeSelf { counts = try counts.maximum(Elementwise.full(counts.descriptor, 1)) }
    let mean = try counted.isFloatingPoint ? sums / counts : sums.floorDivide(counts)
    return try Elementwise.cast(mean, to: sums.dtype)
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (index, source) = (g.inputs[1], try used(g.inputs[2], at: g.inputs[1]))
    var (dx, dSource): (T?, T?)
    switch reduce {
    case .sum:
      (dx, dSource) = (g.dy, try g.forInput(2) { try taken(g.dy, at: index) })
    case .mean:
      let start = try includeSelf ? g.dy.onesLike() : g.dy.zerosLike()
      var counts = try added(source.onesLike(), to: start, at: index)
      if !includeSelf { counts = try counts.maximum(counts.onesLike()) }
      let part = try g.dy / counts
      (dx, dSource) = (part, try g.forInput(2) { try taken(part, at: index) })
    case .prod:
      dx = try g.forInput(0) { try gradientOfFactor(g, source) }
      dSource = try g.forInput(2) { try gradientOfPutFactors(g, source) }
    case .amax, .amin:
      // What is equal to the result shares its gradient.
      let isResult = try (g.x .== g.output).cast(to: g.dy.dtype)
      let putIsResult = try (source .== taken(g.output, at: index)).cast(to: g.dy.dtype)
      let part = try g.dy / added(putIsResult, to: isResult, at: index)
      dx = try isResult * part
      dSource = try putIsResult * taken(part, at: index)
    }
    return [
      try g.forInput(0) { try dx.map { try includeSelf ? $0 : cleared($0, at: index) } }, nil,
      try g.forInput(2) { try dSource.map { try spread($0, like: g.inputs[2]) } },
    ]
  }

  /// The product without x's factor; where that is 0, from the others.
  private func gradientOfFactor<T: TensorProtocol>(_ g: GradientContext<T>, _ source: T) throws -> T
  {
    let factor = try g.x.maskedFill(g.x .== 0, 1)
    return try g.dy * combined(source, with: factor, at: g.inputs[1]) / factor
  }

  /// The product without each factor that was put. A single 0 among the factors of a product takes
  /// part as 1: the others' product is then its gradient.
  private func gradientOfPutFactors<T: TensorProtocol>(_ g: GradientContext<T>, _ source: T) throws
    -> T
  {
    let index = g.inputs[1]
    let isZero = try source .== 0
    let zeros = try added(isZero.cast(to: g.dy.dtype), to: g.dy.zerosLike(), at: index)
    let isSingle = try isZero * (taken(zeros, at: index) .== 1)
    let others = try combined(source.maskedFill(isSingle, 1), with: g.x, at: index)
    let rest = try taken(g.dy * g.output, at: index) / source.maskedFill(isZero, 1)
    return try isSingle.where(taken(g.dy * others, at: index), rest)
  }

  private func combined<T: TensorProtocol>(_ source: T, with x: T, at index: T) throws -> T {
    try T.apply(self, to: [x, index, source])[0]
  }

  private func added<T: TensorProtocol>(_ source: T, to x: T, at index: T) throws -> T {
    try Self.takesSlices
      ? x.indexAdd(dim: dim, index, source) : x.scatterAdd(dim: dim, index, source)
  }
}

/// x with the elements of the third input combined with those at the positions that an index tensor
/// gives along an axis: `out[index[i][j]][j] += source[i][j]` for axis 0 and sums.
public struct ScatterReduce: CombiningOperation {
  public static let identity = OperationIdentity(name: "scatter_reduce", code: 0x0C03)
  public static let attributes: [Attribute<ScatterReduce>] = [
    Attribute("dim", \.dim), Attribute("reduce", \.reduce),
    Attribute("include_self", \.includeSelf),
  ]
  static let takesSlices = false
  /// The axis; negative ones count from the end.
  public var dim = 0
  /// How elements that meet become one.
  public var reduce = ScatterReduction.sum
  /// Whether the element that is there counts.
  public var includeSelf = true
  public init() {}
}

/// x with the slices of the third input combined with those at the positions that a list gives
/// along an axis.
public struct IndexReduce: CombiningOperation {
  public static let identity = OperationIdentity(name: "index_reduce", code: 0x0C04)
  public static let attributes: [Attribute<IndexReduce>] = [
    Attribute("dim", \.dim), Attribute("reduce", \.reduce),
    Attribute("include_self", \.includeSelf),
  ]
  static let takesSlices = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  /// How elements that meet become one.
  public var reduce = ScatterReduction.sum
  /// Whether the element that is there counts.
  public var includeSelf = true
  public init() {}
}
