// Variances and standard deviations.

/// A reduction that divides by the number of elements less a correction.
public protocol CorrectedReduction: ReductionOperation {
  /// What is taken from the number of elements: 1 by default, which makes the estimate unbiased.
  var correction: Scalar { get set }
}

extension CorrectedReduction {
  public static var attributes: [Attribute<Self>] {
    [
      Attribute("dim", \.dim), Attribute("correction", \.correction),
      Attribute("keepdim", \.keepdim),
    ]
  }

  public init(decoding reader: inout ByteReader) throws {
    self.init()
    for attribute in Self.attributes { try attribute.decode(&self, &reader) }
  }
  public func encode(into writer: inout ByteWriter) {
    for attribute in Self.attributes { attribute.encode(self, &writer) }
  }

  init(dim: [Int]?, correction: Scalar, keepdim: Bool) {
    self.init(dim: dim, keepdim: keepdim)
    self.correction = correction
  }

  public static func dtype(for x: DType) throws -> DType {
    guard x.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: identity.name, dtypes: [x], remedy: "cast it to float32 or float64 first")
    }
    return x
  }

  /// The gradient of x from that of its variance.
  func gradientOfVariance<T: TensorProtocol>(_ dy: T, _ x: T) throws -> T {
    let reduced = try reducedAxes(x.shape)
    let count = (0..<x.rank).filter(reduced.contains).reduce(1) { $0 * x.shape[$1] }
    let freedom = Double(count) - correction.double
    // As PyTorch has it where nothing is left to divide by.
    guard freedom > 0 else { return try (dy * Scalar(Double.infinity)).broadcastTo(x.shape) }
    let difference = try x - x.mean(dim: dim ?? [], keepdim: true)
    return try dy * Scalar(2 / freedom) * difference
  }
}

/// The variance: the mean square of the differences from the mean, computed in two passes in double
/// precision. nan over no element.
public struct Var: CorrectedReduction {
  public static let identity = OperationIdentity(name: "var", code: 0x0416)
  public var dim: [Int]?
  public var correction: Scalar = 1
  public var keepdim = false
  public init() {}
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try RowStatistics.variance(
      x, reduced, result, correction: correction.double, isRoot: false)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try gradientOfVariance(restored(g.dy, like: g.x), g.x)]
  }
}

/// The square root of the variance. Where it is 0, so is the gradient.
public struct Std: CorrectedReduction {
  public static let identity = OperationIdentity(name: "std", code: 0x0417)
  public var dim: [Int]?
  public var correction: Scalar = 1
  public var keepdim = false
  public init() {}
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try RowStatistics.variance(x, reduced, result, correction: correction.double, isRoot: true)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let ofVariance = try (g.dy / (g.output * 2)).maskedFill(g.output .== 0, 0)
    return [try gradientOfVariance(restored(ofVariance, like: g.x), g.x)]
  }
}

extension TensorProtocol {
  /// The variance over the axes, all by default: Σ (x − mean)² / (n − correction). Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or is named twice, `.unsupportedDType` for
  /// bool and integers.
  public func `var`(dim: Int..., correction: Scalar = 1, keepdim: Bool = false) throws -> Self {
    try `var`(dim: dim, correction: correction, keepdim: keepdim)
  }
  /// The variance over the axes; none means all. Errors as with the axes given one by one.
  public func `var`(dim: [Int], correction: Scalar = 1, keepdim: Bool = false) throws -> Self {
    try Self.apply(Var(dim: dim, correction: correction, keepdim: keepdim), to: self)
  }
  /// The standard deviation over the axes, all by default: the root of the variance. Errors as `var`.
  public func std(dim: Int..., correction: Scalar = 1, keepdim: Bool = false) throws -> Self {
    try std(dim: dim, correction: correction, keepdim: keepdim)
  }
  /// The standard deviation over the axes; none means all. Errors as `var`.
  public func std(dim: [Int], correction: Scalar = 1, keepdim: Bool = false) throws -> Self {
    try Self.apply(Std(dim: dim, correction: correction, keepdim: keepdim), to: self)
  }
  /// Variance and mean over the axes; none means all. Errors as `var`.
  public func varMean(dim: [Int] = [], correction: Scalar = 1, keepdim: Bool = false) throws
    -> (var: Self, mean: Self)
  {
    (
      try `var`(dim: dim, correction: correction, keepdim: keepdim),
      try mean(dim: dim, keepdim: keepdim)
    )
  }
  /// Standard deviation and mean over the axes; none means all. Errors as `var`.
  public func stdMean(dim: [Int] = [], correction: Scalar = 1, keepdim: Bool = false) throws
    -> (std: Self, mean: Self)
  {
    (
      try std(dim: dim, correction: correction, keepdim: keepdim),
      try mean(dim: dim, keepdim: keepdim)
    )
  }
}

/// The arguments of the forms that variances are called in.
private struct VarianceArguments {
  let dim: [Int]
  let correction: Scalar
  let keepdim: Bool

  init<T: TensorProtocol>(_ arguments: Arguments<T>, isOlder: Bool) throws {
    dim = try arguments.optionalInts("dim") ?? []
    keepdim = try arguments.bool("keepdim")
    correction =
      isOlder
      ? (try arguments.bool("unbiased") ? 1 : 0) : try arguments.optionalScalar("correction") ?? 1
  }
}

extension NamedOperations {
  mutating func addVariances() {
    addVariance("var") { [try $0.var(dim: $1.dim, correction: $1.correction, keepdim: $1.keepdim)] }
    addVariance("std") { [try $0.std(dim: $1.dim, correction: $1.correction, keepdim: $1.keepdim)] }
    addVariance("var_mean") {
      let result = try $0.varMean(dim: $1.dim, correction: $1.correction, keepdim: $1.keepdim)
      return [result.var, result.mean]
    }
    addVariance("std_mean") {
      let result = try $0.stdMean(dim: $1.dim, correction: $1.correction, keepdim: $1.keepdim)
      return [result.std, result.mean]
    }
  }

  /// The newer form with a correction, and the older ones that say whether the estimate is unbiased.
  private mutating func addVariance(
    _ name: String, _ body: @escaping @Sendable (T, VarianceArguments) throws -> [T]
  ) {
    addList("\(name)(Tensor input, bool unbiased)") {
      let correction: Scalar = try $0.bool("unbiased") ? 1 : 0
      return try body($0.x, VarianceArguments(correction: correction))
    }
    addList("\(name)(Tensor input, int[]? dim, bool unbiased, bool keepdim=False)") {
      try body($0.x, VarianceArguments($0, isOlder: true))
    }
    addList(
      "\(name)(Tensor input, int[]? dim=None, *, Scalar? correction=None, bool keepdim=False)"
    ) {
      try body($0.x, VarianceArguments($0, isOlder: false))
    }
    addList("\(name)(Tensor input, int[]? dim, bool unbiased=True, bool keepdim=False)") {
      try body($0.x, VarianceArguments($0, isOlder: true))
    }
  }
}

extension VarianceArguments {
  /// Over all axes.
  init(correction: Scalar) {
    self.dim = []
    self.correction = correction
    self.keepdim = false
  }
}
