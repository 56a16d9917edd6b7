// Covariances of variables, which stand in the rows of a matrix.

extension TensorProtocol {
  /// The covariances of the variables in the rows, whose observations stand in the columns; a tensor of one axis is
  /// one variable. `fweights` (integers) says how often each observation occurred, `aweights` how much it
  /// counts. Throws `TensorError.invalidArgument` for more than two axes and other weights than one an
  /// observation, `.unsupportedDType` for bool, weights of frequency that are no integers and others that
  /// are.
  public func cov(correction: Int = 1, fweights: Self? = nil, aweights: Self? = nil) throws -> Self
  {
    guard rank <= 2, dtype != .bool else {
      if rank <= 2 {
        throw TensorError.unsupportedDType(
          operation: "cov", dtypes: [dtype], remedy: "cast it to a number first")
      }
      throw TensorError.invalidArgument("cov", "shape \(shape) has more than two axes: reshape it")
    }
    let variables = rank == 2 ? self : try reshape([1, elementCount])
    let count = variables.shape[1]
    try requireWeights(fweights, count, areCounts: true)
    try requireWeights(aweights, count, areCounts: false)
    let weights =
      try fweights.map { counts in try aweights.map { try counts * $0 } ?? counts } ?? aweights
    guard let weights else {
      let mean = try variables.sum(dim: [1], keepdim: true) / Scalar(Double(count))
      let freedom = Swift.max(Double(count - correction), 0)
      let centred = try variables - mean
      return try (centred.rowProducts(centred) / Scalar(freedom)).squeeze()
    }
    let sum = try weights.sum()
    let mean = try (variables * weights).sum(dim: [1], keepdim: true) / sum
    var freedom = try sum - Scalar(correction)
    if let aweights, correction != 0 {
      freedom = try sum - (weights * aweights).sum() / sum * Scalar(correction)
    }
    let centred = try variables - mean
    let products = try centred.rowProducts(centred * weights)
    let positive = try (freedom .<= 0).where(freedom.detach().zerosLike(), freedom)
    return try (products / positive).squeeze()
  }

  /// The inner product of each row of self and each row of other. Few are multiplied and added one by one, which
  /// rounds as PyTorch does to the last digit.
  private func rowProducts(_ other: Self) throws -> Self {
    guard shape[0] * other.elementCount <= 1024 else { return try matmul(other.t()) }
    return try (unsqueeze(dim: 1) * other).sum(dim: [2])
  }

  private func requireWeights(_ weights: Self?, _ count: Int, areCounts: Bool) throws {
    guard let weights else { return }
    guard weights.dtype.kind == (areCounts ? .integer : .float) else {
      throw TensorError.unsupportedDType(
        operation: "cov", dtypes: [weights.dtype],
        remedy: areCounts ? "fweights must be integers" : "aweights must be floating point")
    }
    guard weights.rank <= 1, weights.elementCount == count else {
      throw TensorError.invalidArgument(
        "cov", "weights of shape \(weights.shape) for \(count) observations: give one for each")
    }
  }

  /// The covariances divided by both standard deviations: −1 … 1. Variables stand in the rows. Throws as
  /// `cov`.
  public func corrcoef() throws -> Self {
    let covariances = try cov()
    if covariances.rank == 0 { return try covariances / covariances }
    let count = covariances.shape[0]
    let deviations = try covariances.diagonal().sqrt()
    let quotients = try covariances / deviations.reshape([count, 1]) / deviations
    return try quotients.clamp(min: -1, max: 1)
  }
}

extension NamedOperations {
  mutating func addCovariances() {
    add(
      "cov(Tensor input, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None)"
    ) {
      try $0.x.cov(
        correction: $0.int("correction"), fweights: $0.optionalTensor("fweights"),
        aweights: $0.optionalTensor("aweights"))
    }
    add("corrcoef(Tensor input)") { try $0.x.corrcoef() }
  }
}
