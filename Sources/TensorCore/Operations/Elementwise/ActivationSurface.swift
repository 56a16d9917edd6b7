// The public methods of the activations and their names in PyTorch. All work element by element and,
// unless the comment says otherwise, throw `TensorError.unsupportedDType` for bool and integers.

extension TensorProtocol {
  /// x · Φ(x), where Φ is the normal distribution's share below x; with `approximate` "tanh", Φ is
  /// approximated by tanh. Throws `TensorError.invalidArgument` for anything but "none" and "tanh".
  public func gelu(approximate: String = "none") throws -> Self {
    guard approximate == "none" || approximate == "tanh" else {
      throw TensorError.invalidArgument(
        "gelu", "approximate must be none or tanh, not \(approximate)")
    }
    var operation = Gelu()
    operation.isApproximate = approximate == "tanh"
    return try Self.apply(operation, to: self)
  }
  /// x / (1 + exp(−x)), also called swish.
  public func silu() throws -> Self { try Self.apply(Silu(), to: self) }
  /// x · tanh(log(1 + exp(x))).
  public func mish() throws -> Self { try Self.apply(Mish(), to: self) }
  /// scale · x above 0, scale · alpha · (exp(inputScale · x) − 1) below.
  public func elu(alpha: Scalar = 1, scale: Scalar = 1, inputScale: Scalar = 1) throws -> Self {
    var operation = Elu()
    operation.alpha = alpha
    operation.scale = scale
    operation.inputScale = inputScale
    return try Self.apply(operation, to: self)
  }
  /// ELU with the constants for which activations keep mean 0 and variance 1 (Klambauer and others,
  /// 2017).
  public func selu() throws -> Self {
    try elu(alpha: 1.6732632423543772848, scale: 1.0507009873554804934)
  }
  /// x above 0, alpha · (exp(x / alpha) − 1) below. Throws `TensorError.invalidArgument` for alpha 0.
  public func celu(alpha: Scalar = 1) throws -> Self {
    guard alpha.double != 0 else {
      throw TensorError.invalidArgument("celu", "alpha is 0, by which x would be divided")
    }
    return try elu(alpha: alpha, inputScale: Scalar(1 / alpha.double))
  }
  /// log(1 + exp(beta · x)) / beta; x itself where beta · x is above the threshold.
  public func softplus(beta: Scalar = 1, threshold: Scalar = 20) throws -> Self {
    var operation = Softplus()
    operation.beta = beta
    operation.threshold = threshold
    return try Self.apply(operation, to: self)
  }
  /// log(1 / (1 + exp(−x))), which does not lose the digits of very small shares.
  public func logsigmoid() throws -> Self { try Self.apply(LogSigmoid(), to: self) }
  /// x / (1 + |x|). Integers give float32; throws `TensorError.unsupportedDType` for bool.
  public func softsign() throws -> Self { try Self.apply(Softsign(), to: self) }
  /// x − tanh(x). Integers give float32; throws `TensorError.unsupportedDType` for bool.
  public func tanhshrink() throws -> Self { try Self.apply(Tanhshrink(), to: self) }

  /// x brought within minVal … maxVal; integers too. Throws `TensorError.invalidArgument` for a minVal
  /// above maxVal, `.unsupportedDType` for bool.
  public func hardtanh(minVal: Scalar = -1, maxVal: Scalar = 1) throws -> Self {
    var operation = Hardtanh()
    operation.minVal = minVal
    operation.maxVal = maxVal
    return try Self.apply(operation, to: self)
  }
  /// x brought within 0 … 6; integers too. Throws `TensorError.unsupportedDType` for bool.
  public func relu6() throws -> Self { try hardtanh(minVal: 0, maxVal: 6) }
  /// (x + 3) / 6 brought within 0 … 1.
  public func hardsigmoid() throws -> Self { try Self.apply(Hardsigmoid(), to: self) }
  /// x · hardsigmoid(x).
  public func hardswish() throws -> Self { try Self.apply(Hardswish(), to: self) }
  /// x above 0, negativeSlope · x below.
  public func leakyRelu(negativeSlope: Scalar = 0.01) throws -> Self {
    var operation = LeakyReLU()
    operation.negativeSlope = negativeSlope
    return try Self.apply(operation, to: self)
  }
  /// x above the threshold, the value elsewhere; integers too. Throws `TensorError.invalidArgument` for
  /// numbers that an integer dtype cannot hold, `.unsupportedDType` for bool.
  public func threshold(_ threshold: Scalar, _ value: Scalar) throws -> Self {
    var operation = Threshold()
    operation.threshold = threshold
    operation.value = value
    return try Self.apply(operation, to: self)
  }
  /// 0 within −lambd … lambd, x elsewhere.
  public func hardshrink(lambd: Scalar = 0.5) throws -> Self {
    var operation = Hardshrink()
    operation.lambd = lambd
    return try Self.apply(operation, to: self)
  }
  /// x moved by lambd toward 0, which it does not pass. Throws `TensorError.invalidArgument` for a
  /// lambd below 0.
  public func softshrink(lambd: Scalar = 0.5) throws -> Self {
    var operation = Softshrink()
    operation.lambd = lambd
    return try Self.apply(operation, to: self)
  }

  /// x above 0, weight · x elsewhere: one weight for all elements, or one for each position of axis 1.
  /// Throws `TensorError.shapeMismatch` for another number of weights, `.unsupportedDType` also where the
  /// dtypes differ.
  public func prelu(_ weight: Self) throws -> Self {
    let channels = rank > 1 ? shape[1] : 1
    guard weight.rank <= 1, weight.elementCount == 1 || weight.elementCount == channels,
      rank > 0 || weight.elementCount == 1
    else {
      throw TensorError.shapeMismatch(
        operation: "prelu", shapes: [shape, weight.shape],
        remedy: "there must be one weight, or one for each position of axis 1")
    }
    if weight.rank == 0 { return try Self.apply(PReLU(), to: self, weight) }
    var lengths = Array(repeating: 1, count: rank)
    if rank > 1 { lengths[1] = weight.elementCount }
    return try Self.apply(PReLU(), to: self, weight.reshape(lengths))
  }
  /// The first half of an axis times the logistic function of its second half. Throws
  /// `TensorError.invalidArgument` for an axis of odd length or one that does not exist.
  public func glu(dim: Int = -1) throws -> Self {
    var operation = Glu()
    operation.dim = dim
    return try Self.apply(operation, to: self)
  }
}

let activationEntries: [any Operation.Type] = [
  Gelu.self, Silu.self, Mish.self, Elu.self, Softplus.self, LogSigmoid.self, Hardtanh.self,
  Hardsigmoid.self, Hardswish.self, LeakyReLU.self, Softsign.self, Threshold.self, Hardshrink.self,
  Softshrink.self, Tanhshrink.self, PReLU.self, Glu.self,
]

extension NamedOperations {
  mutating func addActivations() {
    addSmoothActivations()
    addPiecewiseActivations()
  }

  private mutating func addSmoothActivations() {
    add("nn.functional.gelu(Tensor input, *, str approximate='none')") {
      try $0.x.gelu(approximate: $0.text("approximate"))
    }
    add("nn.functional.silu(Tensor input, bool inplace=False)") { try $0.x.silu() }
    add("nn.functional.mish(Tensor input, bool inplace=False)") { try $0.x.mish() }
    add("nn.functional.elu(Tensor input, float alpha=1.0, bool inplace=False)") {
      try $0.x.elu(alpha: $0.scalar("alpha"))
    }
    add("elu(Tensor input, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)") {
      try $0.x.elu(
        alpha: $0.scalar("alpha"), scale: $0.scalar("scale"), inputScale: $0.scalar("input_scale"))
    }
    add("nn.functional.selu(Tensor input, bool inplace=False)") { try $0.x.selu() }
    add("nn.functional.celu(Tensor input, float alpha=1.0, bool inplace=False)") {
      try $0.x.celu(alpha: $0.scalar("alpha"))
    }
    add("nn.functional.softplus(Tensor input, Scalar beta=1, Scalar threshold=20)") {
      try $0.x.softplus(beta: $0.scalar("beta"), threshold: $0.scalar("threshold"))
    }
    add("nn.functional.logsigmoid(Tensor input)") { try $0.x.logsigmoid() }
    add("nn.functional.softsign(Tensor input)") { try $0.x.softsign() }
    add("nn.functional.tanhshrink(Tensor input)") { try $0.x.tanhshrink() }
    add("nn.functional.glu(Tensor input, int dim=-1)") { try $0.x.glu(dim: $0.int("dim")) }
    alias("gelu", of: "nn.functional.gelu")
    alias("selu", of: "nn.functional.selu")
    alias("celu", of: "nn.functional.celu")
    alias("nn.functional.sigmoid", of: "sigmoid")
    alias("nn.functional.tanh", of: "tanh")
  }

  private mutating func addPiecewiseActivations() {
    add("relu(Tensor input)") { try $0.x.relu() }
    add("nn.functional.relu(Tensor input, bool inplace=False)") { try $0.x.relu() }
    add("nn.functional.relu6(Tensor input, bool inplace=False)") { try $0.x.relu6() }
    add(
      "nn.functional.hardtanh(Tensor input, Scalar min_val=-1.0, Scalar max_val=1.0, "
        + "bool inplace=False)"
    ) {
      try $0.x.hardtanh(minVal: $0.scalar("min_val"), maxVal: $0.scalar("max_val"))
    }
    add("nn.functional.hardsigmoid(Tensor input, bool inplace=False)") { try $0.x.hardsigmoid() }
    add("nn.functional.hardswish(Tensor input, bool inplace=False)") { try $0.x.hardswish() }
    add(
      "nn.functional.leaky_relu(Tensor input, Scalar negative_slope=0.01, bool inplace=False)"
    ) {
      try $0.x.leakyRelu(negativeSlope: $0.scalar("negative_slope"))
    }
    add(
      "nn.functional.threshold(Tensor input, Scalar threshold, Scalar value, bool inplace=False)"
    ) {
      try $0.x.threshold($0.scalar("threshold"), $0.scalar("value"))
    }
    add("nn.functional.hardshrink(Tensor input, Scalar lambd=0.5)") {
      try $0.x.hardshrink(lambd: $0.scalar("lambd"))
    }
    add("nn.functional.softshrink(Tensor input, Scalar lambd=0.5)") {
      try $0.x.softshrink(lambd: $0.scalar("lambd"))
    }
    add("nn.functional.prelu(Tensor input, Tensor weight)") {
      try $0.x.prelu($0.tensor("weight"))
    }
    for name in ["hardtanh", "leaky_relu", "hardshrink", "softshrink", "threshold", "prelu"] {
      alias(name, of: "nn.functional.\(name)")
    }
  }
}
