// Dropping elements at random while a model is trained.

extension TensorProtocol {
  /// Elements set to 0 with probability `p` and scaled so that the mean stays, and where they were
  /// kept. Throws `TensorError.unsupportedDType` for dtypes that are not floating point,
  /// `.invalidArgument` for what is no probability.
  public func nativeDropout(p: Double, train: Bool = true, seed: UInt64? = nil) throws -> (
    output: Self, mask: Self
  ) {
    var operation = NativeDropout()
    operation.p = Scalar(p)
    operation.train = train
    operation.seed = seed ?? RandomNumbers.nextSeed()
    let results = try Self.apply(operation, to: [self])
    return (results[0], results[1])
  }
  /// Elements set to 0 with probability `p` and scaled so that the mean stays; the tensor itself
  /// where nobody trains. Throws as `nativeDropout`.
  public func dropout(p: Double = 0.5, training: Bool = true, seed: UInt64? = nil) throws -> Self {
    try Bernoulli.requireProbabilities(p, "dropout")
    return training ? try nativeDropout(p: p, seed: seed).output : self
  }
  /// Whole features (slices along the first two axes, or along the first without a batch) set to 0
  /// with probability `p`. Throws `TensorError.invalidArgument` for too few axes and what is no
  /// probability.
  public func featureDropout(
    p: Double = 0.5, training: Bool = true, hasBatch: Bool = true, seed: UInt64? = nil
  ) throws -> Self {
    guard training else { return self }
    let kept = try features(p, hasBatch, "feature_dropout", seed)
    return try self * kept * Scalar(p == 1 ? 0 : 1 / (1 - p))
  }
  /// Elements set to the value that SELU approaches with probability `p`, and all shifted and
  /// scaled so that mean and variance stay (Klambauer et al.: Self-normalizing neural networks,
  /// 2017). Throws as `dropout`.
  public func alphaDropout(p: Double = 0.5, training: Bool = true, seed: UInt64? = nil) throws
    -> Self
  {
    try Bernoulli.requireProbabilities(p, "alpha_dropout")
    return training ? try alphaDropped(p, detach().bernoulli(p: 1 - p, seed: seed)) : self
  }
  /// `alphaDropout` of whole features. Throws as `featureDropout`.
  public func featureAlphaDropout(p: Double = 0.5, training: Bool = true, seed: UInt64? = nil)
    throws
    -> Self
  {
    guard training else { return self }
    return try alphaDropped(p, features(p, true, "feature_alpha_dropout", seed))
  }

  /// 1 for features that are kept, else 0, with axes of length 1 in place of their elements'.
  private func features(_ p: Double, _ hasBatch: Bool, _ name: String, _ seed: UInt64?) throws
    -> Self
  {
    try Bernoulli.requireProbabilities(p, name)
    let leading = hasBatch ? 2 : 1
    guard rank >= leading else {
      throw TensorError.invalidArgument(name, "shape \(shape) has fewer than \(leading) axes")
    }
    let size = shape.enumerated().map { $0.offset < leading ? $0.element : 1 }
    return try place.zeros(size, dtype: dtype).bernoulli(p: 1 - p, seed: seed)
  }
  private func alphaDropped(_ p: Double, _ kept: Self) throws -> Self {
    if p == 1 { return try self * kept }
    let alpha = 1.7580993408473766
    let scale = 1 / ((alpha * alpha * p + 1) * (1 - p)).squareRoot()
    let dropped = alpha * scale
    let shift = try (kept - 1) * dropped + dropped * p
    return try self * (kept * scale) + shift
  }
}

// MARK: By name

extension Arguments {
  /// The seed, or nil.
  fileprivate var seed: UInt64? {
    get throws { try optionalInt("seed").map { UInt64(bitPattern: Int64($0)) } }
  }
  fileprivate var dtype: DType { get throws { try optionalDType("dtype") ?? .defaultFloat } }
}

extension NamedOperations {
  mutating func addRandom() {
    addUniform()
    addDistributions()
    addDropout()
  }

  private mutating func addUniform() {
    addCreating("rand(int... size, *, int? seed=None, dtype? dtype=None)") {
      try $0.place.rand($0.ints("size"), dtype: $0.dtype, seed: $0.seed)
    }
    addCreating("randn(int... size, *, int? seed=None, dtype? dtype=None)") {
      try $0.place.randn($0.ints("size"), dtype: $0.dtype, seed: $0.seed)
    }
    addCreating("randint(int high, int[] size, *, int? seed=None, dtype? dtype=None)") {
      try $0.place.randint(
        0, $0.int("high"), size: $0.ints("size"), dtype: $0.optionalDType("dtype") ?? .int64,
        seed: $0.seed)
    }
    addCreating("randint(int low, int high, int[] size, *, int? seed=None, dtype? dtype=None)") {
      try $0.place.randint(
        $0.int("low"), $0.int("high"), size: $0.ints("size"),
        dtype: $0.optionalDType("dtype") ?? .int64, seed: $0.seed)
    }
    addCreating("randperm(int n, *, int? seed=None, dtype? dtype=None)") {
      try $0.place.randperm(
        $0.int("n"), dtype: $0.optionalDType("dtype") ?? .int64, seed: $0.seed)
    }
    addCreating("rand_like(Tensor input, *, int? seed=None, dtype? dtype=None)") {
      try $0.x.randLike(dtype: $0.optionalDType("dtype"), seed: $0.seed)
    }
    addCreating("randn_like(Tensor input, *, int? seed=None, dtype? dtype=None)") {
      try $0.x.randnLike(dtype: $0.optionalDType("dtype"), seed: $0.seed)
    }
    addCreating("randint_like(Tensor input, int high, *, int? seed=None, dtype? dtype=None)") {
      try $0.x.randintLike(
        0, $0.int("high"), dtype: $0.optionalDType("dtype"), seed: $0.seed)
    }
    addCreating(
      "randint_like(Tensor input, int low, int high, *, int? seed=None, dtype? dtype=None)"
    ) {
      try $0.x.randintLike(
        $0.int("low"), $0.int("high"), dtype: $0.optionalDType("dtype"), seed: $0.seed)
    }
  }

  private mutating func addDistributions() {
    add("uniform(Tensor input, float from=0.0, float to=1.0, *, int? seed=None)") {
      try $0.x.uniform(from: $0.double("from"), to: $0.double("to"), seed: $0.seed)
    }
    add("normal(Tensor input, float mean, float std, *, int? seed=None)") {
      try $0.x.normal(mean: $0.double("mean"), std: $0.double("std"), seed: $0.seed)
    }
    add("normal(Tensor mean, Value std=1.0, *, int? seed=None)") {
      try $0.tensor("mean").normal(std: $0.operand("std"), seed: $0.seed)
    }
    add("normal(float mean, Tensor std, *, int? seed=None)") {
      let std = try $0.tensor("std")
      return try std.fullLike(Scalar($0.double("mean"))).normal(std: .tensor(std), seed: $0.seed)
    }
    addCreating("normal(float mean, float std, int[] size, *, int? seed=None, dtype? dtype=None)") {
      try $0.place.zeros($0.ints("size"), dtype: $0.dtype)
        .normal(mean: $0.double("mean"), std: $0.double("std"), seed: $0.seed)
    }
    add("exponential(Tensor input, float lambd=1.0, *, int? seed=None)") {
      try $0.x.exponential(lambd: $0.double("lambd"), seed: $0.seed)
    }
    add("log_normal(Tensor input, float mean=1.0, float std=2.0, *, int? seed=None)") {
      try $0.x.logNormal(mean: $0.double("mean"), std: $0.double("std"), seed: $0.seed)
    }
    add("cauchy(Tensor input, float median=0.0, float sigma=1.0, *, int? seed=None)") {
      try $0.x.cauchy(median: $0.double("median"), sigma: $0.double("sigma"), seed: $0.seed)
    }
    add("geometric(Tensor input, float p, *, int? seed=None)") {
      try $0.x.geometric(p: $0.double("p"), seed: $0.seed)
    }
    add("bernoulli(Tensor input, *, int? seed=None)") { try $0.x.bernoulli(seed: $0.seed) }
    add("bernoulli(Tensor input, float p, *, int? seed=None)") {
      try $0.x.bernoulli(p: $0.double("p"), seed: $0.seed)
    }
    add("bernoulli(Tensor input, Tensor p, *, int? seed=None)") {
      let x = try $0.x
      return try $0.tensor("p").expand(Array(x.shape)).bernoulli(seed: $0.seed).cast(to: x.dtype)
    }
    add("multinomial(Tensor input, int num_samples, bool replacement=False, *, int? seed=None)") {
      try $0.x.multinomial(
        numSamples: $0.int("num_samples"), replacement: $0.bool("replacement"), seed: $0.seed)
    }
    add("poisson(Tensor input, *, int? seed=None)") { try $0.x.poisson(seed: $0.seed) }
  }

  private mutating func addDropout() {
    addPair("native_dropout(Tensor input, float p, bool? train, *, int? seed=None)") {
      let result = try $0.x.nativeDropout(
        p: $0.double("p"), train: $0.has("train") ? $0.bool("train") : true, seed: $0.seed)
      return (result.output, result.mask)
    }
    let declared: [(String, @Sendable (T, Double, Bool, UInt64?) throws -> T)] = [
      ("dropout", { try $0.dropout(p: $1, training: $2, seed: $3) }),
      ("alpha_dropout", { try $0.alphaDropout(p: $1, training: $2, seed: $3) }),
      ("feature_dropout", { try $0.featureDropout(p: $1, training: $2, seed: $3) }),
      ("feature_alpha_dropout", { try $0.featureAlphaDropout(p: $1, training: $2, seed: $3) }),
    ]
    for (name, body) in declared {
      add("\(name)(Tensor input, float p, bool train, *, int? seed=None)") {
        try body($0.x, $0.double("p"), $0.bool("train"), $0.seed)
      }
    }
    for (name, body) in declared where name != "feature_dropout" {
      // PyTorch's modules train unless told otherwise, its alpha dropouts do not.
      let training = name == "dropout" ? "True" : "False"
      add(
        "nn.functional.\(name)(Tensor input, float p=0.5, bool training=\(training), "
          + "bool inplace=False, *, int? seed=None)"
      ) {
        try body($0.x, $0.double("p"), $0.bool("training"), $0.seed)
      }
    }
    for axes in 1...3 {
      add(
        "nn.functional.dropout\(axes)d(Tensor input, float p=0.5, bool training=True, "
          + "bool inplace=False, *, int? seed=None)"
      ) {
        let x = try $0.x
        // PyTorch takes three axes in two dimensions as a batch of lists.
        return try x.featureDropout(
          p: $0.double("p"), training: $0.bool("training"),
          hasBatch: axes == 2 || x.rank == axes + 2, seed: $0.seed)
      }
    }
  }
}
