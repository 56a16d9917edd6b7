// Random tensors. Without a seed an operation takes the next one of the generator that `manualSeed`
// sets; with the same seed it gives the same bits, wherever it runs.

extension Place {
  /// Uniform random numbers in [0, 1). Throws `TensorError.invalidShape`, `.unsupportedDType` for
  /// dtypes that are not floating point.
  public func rand(_ size: [Int], dtype: DType = .defaultFloat, seed: UInt64? = nil) throws -> T {
    var operation = Rand()
    operation.size = try Shape(size)
    operation.dtype = dtype
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try make(operation)
  }
  /// Random numbers of the standard normal distribution. Throws as `rand`.
  public func randn(_ size: [Int], dtype: DType = .defaultFloat, seed: UInt64? = nil) throws -> T {
    var operation = Randn()
    operation.size = try Shape(size)
    operation.dtype = dtype
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try make(operation)
  }
  /// Random whole numbers from `low` below `high`. Throws `TensorError.invalidShape`,
  /// `.invalidArgument` where there are none or the dtype does not hold them.
  public func randint(
    _ low: Int = 0, _ high: Int, size: [Int], dtype: DType = .int64, seed: UInt64? = nil
  ) throws -> T {
    var operation = RandInt()
    operation.low = low
    operation.high = high
    operation.size = try Shape(size)
    operation.dtype = dtype
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try make(operation)
  }
  /// The numbers 0 ..< n in random order. Throws `TensorError.invalidShape`, `.invalidArgument`
  /// where the dtype does not hold them.
  public func randperm(_ n: Int, dtype: DType = .int64, seed: UInt64? = nil) throws -> T {
    var operation = RandPerm()
    operation.n = n
    operation.dtype = dtype
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try make(operation)
  }
}

extension Tensor {
  /// See ``Place/randint(_:_:size:dtype:seed:)``.
  public static func randint(
    _ low: Int = 0, _ high: Int, size: [Int], dtype: DType = .int64, seed: UInt64? = nil
  ) throws -> Tensor {
    try Place.here.randint(low, high, size: size, dtype: dtype, seed: seed)
  }
  /// See ``Place/randperm(_:dtype:seed:)``.
  public static func randperm(_ n: Int, dtype: DType = .int64, seed: UInt64? = nil) throws -> Tensor
  {
    try Place.here.randperm(n, dtype: dtype, seed: seed)
  }
}

extension TensorProtocol {
  // MARK: Random tensors like this one

  /// Uniform random numbers in [0, 1) in this shape, and dtype unless given. Throws
  /// `TensorError.unsupportedDType` for dtypes that are not floating point.
  public func randLike(dtype: DType? = nil, seed: UInt64? = nil) throws -> Self {
    try place.rand(Array(shape), dtype: dtype ?? self.dtype, seed: seed)
  }
  /// Random numbers of the standard normal distribution in this shape, and dtype unless given.
  /// Throws as `randLike`.
  public func randnLike(dtype: DType? = nil, seed: UInt64? = nil) throws -> Self {
    try place.randn(Array(shape), dtype: dtype ?? self.dtype, seed: seed)
  }
  /// Random whole numbers from `low` below `high` in this shape, and dtype unless given. Throws
  /// `TensorError.invalidArgument` where there are none or the dtype does not hold them.
  public func randintLike(_ low: Int = 0, _ high: Int, dtype: DType? = nil, seed: UInt64? = nil)
    throws -> Self
  {
    try place.randint(low, high, size: Array(shape), dtype: dtype ?? self.dtype, seed: seed)
  }
  /// Uniform random numbers between two others in this shape and dtype. Throws as `randLike`, and
  /// `TensorError.invalidArgument` for borders in the wrong order.
  public func uniform(from: Double = 0, to: Double = 1, seed: UInt64? = nil) throws -> Self {
    guard from <= to, (to - from).isFinite else {
      throw TensorError.invalidArgument("uniform", "numbers from \(from) to \(to): use a range")
    }
    return try detach().randLike(seed: seed) * (to - from) + from
  }
  /// Normally distributed random numbers in this shape and dtype. Throws as `randLike`, and
  /// `TensorError.invalidArgument` for a negative deviation.
  public func normal(mean: Double, std: Double, seed: UInt64? = nil) throws -> Self {
    guard std >= 0 else {
      throw TensorError.invalidArgument("normal", "a standard deviation is at least 0, not \(std)")
    }
    return try randnLike(seed: seed) * std + mean
  }
  /// Normally distributed random numbers whose means are this tensor's elements; the deviations are
  /// a number or stand in a tensor. They keep no graph. Throws as `randLike`, and
  /// `TensorError.invalidArgument` for a negative number.
  public func normal(std: Operand<Self>, seed: UInt64? = nil) throws -> Self {
    switch std {
    case .scalar(let std): return try detach() + normal(mean: 0, std: std.double, seed: seed)
    case .tensor(let std):
      let (mean, std) = (detach(), std.detach())
      guard let size = try Shape.broadcast(mean.shape, std.shape) else {
        throw TensorError.shapeMismatch(
          operation: "normal", shapes: [mean.shape, std.shape],
          remedy: "counted from the last axis, lengths must be equal or 1")
      }
      return try place.randn(Array(size), dtype: dtype, seed: seed) * std + mean
    }
  }

  // MARK: Distributions

  /// Random numbers computed from uniform ones in float64, in this shape and dtype.
  private func distributed(_ name: String, _ seed: UInt64?, _ transform: (Self) throws -> Self)
    throws -> Self
  {
    guard dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "use a floating-point dtype")
    }
    return try transform(detach().randLike(dtype: .float64, seed: seed)).cast(to: dtype)
  }
  private func require(_ isPossible: Bool, _ name: String, _ remedy: String) throws {
    guard isPossible else { throw TensorError.invalidArgument(name, remedy) }
  }
  /// Waiting times at a rate, in this shape and dtype. Throws `TensorError.unsupportedDType` for
  /// dtypes that are not floating point, `.invalidArgument` for a rate that is not above 0.
  public func exponential(lambd: Double = 1, seed: UInt64? = nil) throws -> Self {
    try require(lambd > 0, "exponential", "the rate must be above 0, not \(lambd)")
    return try distributed("exponential", seed) { try (1 - $0).log() / -lambd }
  }
  /// Random numbers whose logarithms are normally distributed, in this shape and dtype. Throws as
  /// `normal`.
  public func logNormal(mean: Double = 1, std: Double = 2, seed: UInt64? = nil) throws -> Self {
    let wide = dtype.isFloatingPoint ? DType.float64 : dtype
    try require(std > 0, "log_normal", "the deviation must be above 0, not \(std)")
    return try (detach().randnLike(dtype: wide, seed: seed) * std + mean).exp().cast(to: dtype)
  }
  /// Random numbers of Cauchy's distribution, in this shape and dtype. Throws
  /// `TensorError.unsupportedDType` for dtypes that are not floating point, `.invalidArgument` for
  /// a width that is not above 0.
  public func cauchy(median: Double = 0, sigma: Double = 1, seed: UInt64? = nil) throws -> Self {
    try require(sigma > 0, "cauchy", "the width must be above 0, not \(sigma)")
    // The quotient of two normal numbers has the distribution.
    guard dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: "cauchy", dtypes: [dtype], remedy: "use a floating-point dtype")
    }
    let pair = try place.randn([2] + shape, dtype: .float64, seed: seed)
    return try (pair[0] / pair[1] * sigma + median).cast(to: dtype)
  }
  /// How many trials with probability `p` it takes to succeed, in this shape and dtype. Throws
  /// `TensorError.invalidArgument` unless p lies between 0 and 1.
  public func geometric(p: Double, seed: UInt64? = nil) throws -> Self {
    try require(p > 0 && p < 1, "geometric", "the probability must lie between 0 and 1")
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: "geometric", dtypes: [dtype], remedy: "use a dtype of numbers")
    }
    let numbers = try detach().randLike(dtype: .float64, seed: seed)
    // The inverse of the distribution, rounded up; whole numbers are cut off by the cast.
    let trials = try (1 - numbers).log() / (1 - Tensor(p, dtype: .float64)).log().item()
    return try (trials.cast(to: .int64) + 1).cast(to: dtype)
  }
  /// 1 with the probability that stands at each place, else 0. Throws
  /// `TensorError.unsupportedDType` for dtypes that are not floating point; what is no probability
  /// fails where the tensor lives.
  public func bernoulli(seed: UInt64? = nil) throws -> Self {
    var operation = Bernoulli()
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try Self.apply(operation, to: self)
  }
  /// 1 with a probability, else 0, in this shape and dtype. Throws `TensorError.invalidArgument`
  /// for what is no probability.
  public func bernoulli(p: Double, seed: UInt64? = nil) throws -> Self {
    var operation = Bernoulli()
    operation.p = Scalar(p)
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try Self.apply(operation, to: self)
  }
  /// `numSamples` positions (int64) of each row of weights, chosen with probabilities in proportion
  /// to them. Throws `TensorError.unsupportedDType`, `.invalidArgument` for more than two axes and
  /// where there are too few; weights that are none fail where the tensor lives.
  public func multinomial(numSamples: Int, replacement: Bool = false, seed: UInt64? = nil) throws
    -> Self
  {
    var operation = Multinomial()
    operation.count = numSamples
    operation.replacement = replacement
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try Self.apply(operation, to: self)
  }
  /// Numbers of Poisson's distribution whose rates are this tensor's elements. Throws
  /// `TensorError.unsupportedDType`; negative rates fail where the tensor lives.
  public func poisson(seed: UInt64? = nil) throws -> Self {
    var operation = Poisson()
    operation.seed = seed ?? RandomNumbers.nextSeed()
    return try Self.apply(operation, to: self)
  }
}
