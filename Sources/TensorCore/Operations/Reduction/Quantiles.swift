// Quantiles: where they stand is one entry; the values there and what lies between them are composed of
// operations with gradients.

/// What a quantile is that lies between two elements. Raw values are those of CKernels and stand on the wire.
public enum QuantileInterpolation: UInt8, AttributeValue, CaseIterable {
  /// In proportion.
  case linear = 0
  /// The smaller one.
  case lower = 1
  /// The larger one.
  case higher = 2
  /// Halfway.
  case midpoint = 3
  /// The nearer one, the even rank of two as near.
  case nearest = 4

  /// The interpolation with PyTorch's name, or nil.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = found
  }
  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let interpolation = QuantileInterpolation(rawValue: code) else {
      throw TensorError.malformed("\(code) is no interpolation of quantiles")
    }
    self = interpolation
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }
}

/// Where quantiles stand along an axis: the places of the elements below and above, int64; how many ranks the
/// one below has under it; and the largest rank of each row. The quantiles q are a second input on one
/// axis, or a number.
public struct QuantilePlaces: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "_quantile_places", code: 0x0B05)
  public static let inputCounts = 1...2
  public static let attributes: [Attribute<QuantilePlaces>] = [
    Attribute("dim", \.dim), Attribute("q", \.q), Attribute("interpolation", \.interpolation),
    Attribute("ignore_nan", \.ignoresNan),
  ]
  /// The axis; negative ones count from the end.
  public var dim = 0
  /// The quantile, unless there is a second input.
  public var q: Scalar = 0.5
  /// What stands for a quantile between two elements.
  public var interpolation = QuantileInterpolation.linear
  /// Whether nan is left out; else the places are those of nan where there is one.
  public var ignoresNan = false
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let x = inputs[0]
    guard x.dtype == .float32 || x.dtype == .float64, inputs.allSatisfy({ $0.dtype == x.dtype })
    else {
      throw TensorError.unsupportedDType(
        operation: "quantile", dtypes: inputs.map(\.dtype),
        remedy: "all must be float32 or all float64: cast them")
    }
    guard inputs.count == 1 || inputs[1].shape.rank == 1 else {
      throw TensorError.invalidArgument(
        "quantile", "q must be a number or stand on one axis, not have shape \(inputs[1].shape)")
    }
    guard inputs.count == 2 || (0...1).contains(q.double) else {
      throw TensorError.invalidArgument("quantile", "q is \(q): use 0 … 1")
    }
    let axis = try x.shape.axis(dim, of: Self.identity)
    guard x.shape.elementCount > 0, x.shape.rank > 0 else {
      throw TensorError.invalidArgument(
        "quantile", "shape \(x.shape): there must be elements, and an axis that they stand on")
    }
    let count = inputs.count == 2 ? inputs[1].shape[0] : 1
    let shape = try Shape(x.shape.replacing(axis: axis, with: count))
    return [
      Descriptor(shape: shape, dtype: .int64), Descriptor(shape: shape, dtype: .int64),
      Descriptor(shape: shape, dtype: x.dtype),
      Descriptor(shape: x.shape.replacing(axis: axis, with: 1), dtype: x.dtype),
    ]
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let one = Descriptor(shape: try Shape([1]), dtype: inputs[0].dtype)
    let quantiles = try inputs.count == 2 ? inputs[1] : Elementwise.full(one, q)
    guard try quantiles.withElements(as: Double.self, { $0.allSatisfy((0...1).contains) }) else {
      throw TensorError.invalidArgument("quantile", "a q is out of range: use 0 … 1")
    }
    return try RowStatistics.quantilePlaces(
      inputs[0], axis: inputs[0].shape.axis(dim, of: Self.identity), quantiles,
      interpolation: Int(interpolation.rawValue), ignoresNan: ignoresNan)
  }
}

extension TensorProtocol {
  /// The quantile q (0 … 1) along an axis or of the whole tensor: of n elements in rising order the one of rank
  /// q · (n − 1), or what the interpolation makes of its neighbours; nan where an element is nan. float32 and
  /// float64. Throws `TensorError.unsupportedDType`, `.invalidArgument` for no element, a q out of range
  /// or an axis that does not exist.
  public func quantile(
    _ q: Double, dim: Int? = nil, keepdim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Self {
    try quantile(
      .scalar(Scalar(q)), dim: dim, keepdim: keepdim, interpolation: interpolation,
      ignoresNan: false)
  }
  /// The quantiles q, of self's dtype on at most one axis, which becomes the first one of the result. A q
  /// out of range fails where the tensors live; else throws as with a number.
  public func quantile(
    _ q: Self, dim: Int? = nil, keepdim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Self {
    try quantile(
      .tensor(q), dim: dim, keepdim: keepdim, interpolation: interpolation, ignoresNan: false)
  }
  /// The quantile of what is not nan; nan where there is nothing else. Else as `quantile`.
  public func nanquantile(
    _ q: Double, dim: Int? = nil, keepdim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Self {
    try quantile(
      .scalar(Scalar(q)), dim: dim, keepdim: keepdim, interpolation: interpolation,
      ignoresNan: true)
  }
  /// The quantiles of what is not nan; nan where there is nothing else. Else as `quantile`.
  public func nanquantile(
    _ q: Self, dim: Int? = nil, keepdim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Self {
    try quantile(
      .tensor(q), dim: dim, keepdim: keepdim, interpolation: interpolation, ignoresNan: true)
  }

  func quantile(
    _ q: Operand<Self>, dim: Int?, keepdim: Bool, interpolation: QuantileInterpolation,
    ignoresNan: Bool
  ) throws -> Self {
    let x = dim == nil || rank == 0 ? try flatten() : self
    let axis = try dim.map { try shape.axis($0, of: QuantilePlaces.identity) } ?? 0
    var operation = QuantilePlaces()
    operation.dim = axis
    operation.interpolation = interpolation
    operation.ignoresNan = ignoresNan
    var inputs = [x]
    var isList = false
    switch q {
    case .scalar(let number): operation.q = number
    case .tensor(let tensor):
      isList = tensor.rank > 0
      inputs.append(isList ? tensor : try tensor.reshape([1]))
    }
    let places = try Self.apply(operation, to: inputs)
    let values = try x.between(places, q: inputs.dropFirst().first, operation, axis: axis)
    // The axis of the quantiles goes to the front, or away.
    var order = Array(0..<values.rank)
    order.insert(order.remove(at: axis), at: 0)
    var lengths = isList ? [values.shape[axis]] : []
    if keepdim {
      lengths +=
        dim == nil ? shape.map { _ in 1 } : shape.indices.map { $0 == axis ? 1 : shape[$0] }
    } else if dim != nil {
      lengths += shape.indices.filter { $0 != axis }.map { shape[$0] }
    }
    return try (axis == 0 ? values : values.permute(order)).reshape(lengths)
  }

  /// The values between the elements that `QuantilePlaces` has found.
  private func between(_ places: [Self], q: Self?, _ operation: QuantilePlaces, axis: Int) throws
    -> Self
  {
    let below = try gather(dim: axis, places[0])
    switch operation.interpolation {
    case .lower, .higher, .nearest: return below
    case .midpoint:
      return try below + (gather(dim: axis, places[1]) - below) * 0.5
    case .linear:
      let above = try gather(dim: axis, places[1])
      var lengths = Array(repeating: 1, count: rank)
      lengths[axis] = -1
      let rank = try q.map { try $0.reshape(lengths) * places[3] } ?? places[3] * operation.q
      return try below + (above - below) * (rank - places[2])
    }
  }
}
