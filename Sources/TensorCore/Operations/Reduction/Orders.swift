// Elements by their order: medians, ranks, modes and quantiles.

/// The element of rank k along an axis, counted from 1 in rising order, and its place. nan is above every
/// number.
public struct KthValue: ChoosingReduction {
  public static let identity = OperationIdentity(name: "kthvalue", code: 0x0B00)
  public static let attributes: [Attribute<KthValue>] = [
    Attribute("k", \.k), Attribute("dim", \.dim), Attribute("keepdim", \.keepdim),
  ]
  /// The rank, counted from 1.
  public var k = 1
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public init(decoding reader: inout ByteReader) throws {
    self.init()
    for attribute in Self.attributes { try attribute.decode(&self, &reader) }
  }
  public func encode(into writer: inout ByteWriter) {
    for attribute in Self.attributes { attribute.encode(self, &writer) }
  }
  public func check(_ x: Descriptor) throws {
    try requireNumbers(x)
    let reduced = try reducedAxes(x.shape)
    let count = (0..<x.shape.rank).filter(reduced.contains).reduce(1) { $0 * x.shape[$1] }
    guard k >= 1, k <= count else {
      throw TensorError.invalidArgument(
        name, "rank \(k) among \(count) elements of shape \(x.shape): ranks count from 1")
    }
  }
  public func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor {
    try RowStatistics.places(.rank(k - 1), x, reduced, shape: shape)
  }
}

/// The median along an axis, the lower one of two, and its place; nan if any element is nan.
public struct Median: ChoosingReduction {
  public static let identity = OperationIdentity(name: "median", code: 0x0B01)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func check(_ x: Descriptor) throws { try requireNumbers(x) }
  public func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor {
    try RowStatistics.places(.median(ignoresNan: false), x, reduced, shape: shape)
  }
}

/// The median of what is not nan along an axis, the lower one of two, and its place.
public struct NanMedian: ChoosingReduction {
  public static let identity = OperationIdentity(name: "nanmedian", code: 0x0B02)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func check(_ x: Descriptor) throws { try requireNumbers(x) }
  public func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor {
    try RowStatistics.places(.median(ignoresNan: true), x, reduced, shape: shape)
  }
}

/// The most frequent element along an axis, the smallest of several, and one of its places.
public struct Mode: ChoosingReduction {
  public static let identity = OperationIdentity(name: "mode", code: 0x0B03)
  public var dim: Int?
  public var keepdim = false
  public init() {}
  public func places(_ x: Tensor, _ reduced: AxisSet, shape: Shape) throws -> Tensor {
    try RowStatistics.places(.mode, x, reduced, shape: shape)
  }
}

/// The median of a whole tensor, or of what is not nan in it. Equal elements share the gradient.
public struct MedianOfAll: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "_median_of_all", code: 0x0B04)
  public static let attributes: [Attribute<MedianOfAll>] = [
    Attribute("ignore_nan", \.ignoresNan)
  ]
  /// Whether nan is left out; else it is the result where there is one.
  public var ignoresNan = false
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    if x.shape.elementCount > 0 { return try chooser.outputs(for: [x])[0] }
    guard x.dtype.isFloatingPoint else {
      throw TensorError.invalidArgument("median", "no element has no median: shape \(x.shape)")
    }
    return Descriptor(shape: Shape(), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    if x.elementCount > 0 { return try chooser.execute([x])[0] }
    return try Elementwise.full(output(for: x.descriptor), Scalar(Double.nan))
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy.shared(among: g.x, equalTo: g.output, countsNan: true)]
  }
  private var chooser: any ChoosingReduction { ignoresNan ? NanMedian() : Median() }
}

extension TensorProtocol {
  /// The median, the lower one of two; nan if any element is nan. Equal elements share the gradient. Throws
  /// `TensorError.unsupportedDType` for bool, `.invalidArgument` for no integer.
  public func median() throws -> Self { try Self.apply(MedianOfAll(), to: self) }
  /// The median of what is not nan, else as ``median()``.
  public func nanmedian() throws -> Self {
    var operation = MedianOfAll()
    operation.ignoresNan = true
    return try Self.apply(operation, to: self)
  }
  /// The medians along an axis, the lower one of two, and their places as int64; nan if any element is nan.
  /// Throws `TensorError.invalidArgument` for an axis that does not exist or has length 0,
  /// `.unsupportedDType` for bool.
  public func median(dim: Int, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    try chosen(Median(dim: dim, keepdim: keepdim))
  }
  /// The medians of what is not nan along an axis, else as ``median(dim:keepdim:)``.
  public func nanmedian(dim: Int, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    try chosen(NanMedian(dim: dim, keepdim: keepdim))
  }
  /// The elements of rank k along an axis, counted from 1 in rising order, and their places as int64; nan
  /// is above every number. Throws `TensorError.invalidArgument` for an axis or rank that does not exist,
  /// `.unsupportedDType` for bool.
  public func kthvalue(_ k: Int, dim: Int = -1, keepdim: Bool = false) throws
    -> (values: Self, indices: Self)
  {
    var operation = KthValue(dim: dim, keepdim: keepdim)
    operation.k = k
    return try chosen(operation)
  }
  /// The most frequent elements along an axis, the smallest of several, and their places as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func mode(dim: Int = -1, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    try chosen(Mode(dim: dim, keepdim: keepdim))
  }

  private func chosen(_ operation: some ChoosingReduction) throws -> (Self, Self) {
    let results = try Self.apply(operation, to: [self])
    return (results[0], results[1])
  }
}

extension NamedOperations {
  mutating func addOrders() {
    add("median(Tensor input)") { try $0.x.median() }
    addPair("median(Tensor input, int dim, bool keepdim=False)") {
      try $0.x.median(dim: $0.int("dim"), keepdim: $0.bool("keepdim"))
    }
    add("nanmedian(Tensor input)") { try $0.x.nanmedian() }
    addPair("nanmedian(Tensor input, int dim, bool keepdim=False)") {
      try $0.x.nanmedian(dim: $0.int("dim"), keepdim: $0.bool("keepdim"))
    }
    addPair("kthvalue(Tensor input, int k, int dim=-1, bool keepdim=False)") {
      try $0.x.kthvalue($0.int("k"), dim: $0.int("dim"), keepdim: $0.bool("keepdim"))
    }
    addPair("mode(Tensor input, int dim=-1, bool keepdim=False)") {
      try $0.x.mode(dim: $0.int("dim"), keepdim: $0.bool("keepdim"))
    }
    for name in ["quantile", "nanquantile"] {
      let ignoresNan = name == "nanquantile"
      add(
        "\(name)(Tensor input, Value q, int? dim=None, bool keepdim=False, *, str interpolation='linear')"
      ) {
        let text = try $0.text("interpolation")
        guard let interpolation = QuantileInterpolation(name: text) else {
          throw $0.refuse(
            "interpolation must be linear, lower, higher, midpoint or nearest, not \(text)")
        }
        return try $0.x.quantile(
          $0.operand("q"), dim: $0.optionalInt("dim"), keepdim: $0.bool("keepdim"),
          interpolation: interpolation, ignoresNan: ignoresNan)
      }
    }
  }
}
