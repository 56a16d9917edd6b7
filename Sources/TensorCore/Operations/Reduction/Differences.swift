// Differences and sums of neighbours along an axis: derivatives and integrals of samples.

extension TensorProtocol {
  /// The n-th differences of neighbours along an axis, of bool whether they differ; `prepend` and `append`
  /// are joined on before. Throws `TensorError.invalidArgument` for a negative n, a scalar and an axis that does
  /// not exist, `.shapeMismatch` for what cannot be joined on.
  public func diff(n: Int = 1, dim: Int = -1, prepend: Self? = nil, append: Self? = nil) throws
    -> Self
  {
    let axis = try shape.axis(dim, of: OperationIdentity(name: "diff", code: 0))
    guard rank > 0, n >= 0 else {
      throw TensorError.invalidArgument(
        "diff", "order \(n) for shape \(shape): give an axis, and an order that is not negative")
    }
    if n == 0 { return self }
    var result = self
    if prepend != nil || append != nil {
      result = try Self.cat([prepend, self, append].compactMap { $0 }, dim: axis)
    }
    for _ in 0..<Swift.min(n, result.shape[axis]) {
      let length = result.shape[axis] - 1
      let (left, right) = (
        try result.narrow(dim: axis, start: 0, length: length),
        try result.narrow(dim: axis, start: 1, length: length)
      )
      result = try result.dtype == .bool ? right .!= left : right - left
    }
    return result
  }

  /// The sum of self times the steps between the samples, by the trapezoidal rule; steps are all `dx`. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist, `.unsupportedDType` for bool.
  public func trapezoid(dx: Scalar = 1, dim: Int = -1) throws -> Self {
    let axis = try sampleAxis(dim, "trapezoid")
    guard shape[axis] > 0 else { return try sum(dim: axis) * 0.0 }
    let ends =
      try narrow(dim: axis, start: 0, length: 1)
      + narrow(dim: axis, start: shape[axis] - 1, length: 1)
    return try (sum(dim: axis) - ends.squeeze(dim: axis) * 0.5) * Scalar(dx.double)
  }

  /// The same at positions x, which broadcast to self or stand on its axis. Throws also
  /// `TensorError.shapeMismatch`.
  public func trapezoid(_ x: Self, dim: Int = -1) throws -> Self {
    let axis = try sampleAxis(dim, "trapezoid")
    guard shape[axis] > 0 else { return try sum(dim: axis) * 0.0 }
    let (steps, sums) = try trapezoids(x, axis)
    return try (steps * sums).sum(dim: axis) / 2
  }

  /// The running sums of self times the steps between the samples, by the trapezoidal rule; steps are all `dx`.
  /// Throws as `trapezoid`.
  public func cumulativeTrapezoid(dx: Scalar = 1, dim: Int = -1) throws -> Self {
    let axis = try sampleAxis(dim, "cumulative_trapezoid")
    return try (neighbourSums(axis) * Scalar(dx.double / 2)).cumsum(dim: axis)
  }

  /// The same at positions x, which broadcast to self or stand on its axis. Throws as `trapezoid`.
  public func cumulativeTrapezoid(_ x: Self, dim: Int = -1) throws -> Self {
    let axis = try sampleAxis(dim, "cumulative_trapezoid")
    let (steps, sums) = try trapezoids(x, axis)
    return try (steps * sums).cumsum(dim: axis) / 2
  }

  private func sampleAxis(_ dim: Int, _ name: String) throws -> Int {
    let axis = try shape.axis(dim, of: OperationIdentity(name: name, code: 0))
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "cast it to a number first")
    }
    guard rank > 0 else {
      throw TensorError.invalidArgument(name, "a scalar has no axis to add along: reshape it")
    }
    return axis
  }

  /// Each element and the next.
  private func neighbourSums(_ axis: Int) throws -> Self {
    let length = Swift.max(shape[axis] - 1, 0)
    let start = Swift.min(1, shape[axis])
    return try narrow(dim: axis, start: start, length: length)
      + narrow(dim: axis, start: 0, length: length)
  }

  /// The steps of x along the axis of self, and self's neighbours added.
  private func trapezoids(_ x: Self, _ axis: Int) throws -> (steps: Self, sums: Self) {
    guard x.rank > 0 else {
      throw TensorError.shapeMismatch(
        operation: "trapezoid", shapes: [shape, x.shape], remedy: "positions need an axis")
    }
    var lengths = Array(repeating: 1, count: Swift.max(rank - x.rank, 0)) + Array(x.shape)
    if x.rank == 1 {
      lengths = Array(repeating: 1, count: rank)
      lengths[axis] = x.shape[0]
    }
    guard lengths.count == rank, lengths[axis] == shape[axis] else {
      throw TensorError.shapeMismatch(
        operation: "trapezoid", shapes: [shape, x.shape],
        remedy: "there must be one position for each sample along axis \(axis)")
    }
    let positions = lengths == Array(x.shape) ? x : try x.reshape(lengths)
    return (try positions.diff(dim: axis), try neighbourSums(axis))
  }
}

// MARK: Derivatives

/// How far the samples of ``TensorProtocol/gradient(spacing:dim:edgeOrder:)`` stand apart.
public enum SampleSpacing<T: TensorProtocol>: Sendable {
  /// The same along every axis.
  case uniform(Scalar)
  /// One number for each axis.
  case uniformByAxis([Scalar])
  /// The positions along each axis.
  case positions([T])
}

extension TensorProtocol {
  /// The derivatives along the axes, all by default: central differences inside, one-sided ones of order
  /// `edgeOrder` (1 or 2) at the ends. Throws `TensorError.invalidArgument` for axes that do not exist or are
  /// named twice, axes with too few samples, other orders and a spacing of another number of axes;
  /// `.unsupportedDType` for bool and uint8.
  public func gradient(
    spacing: SampleSpacing<Self> = .uniform(1), dim: [Int]? = nil, edgeOrder: Int = 1
  ) throws -> [Self] {
    let name = "gradient"
    guard dtype != .bool, dtype != .uint8 else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "cast it to a signed number first")
    }
    let identity = OperationIdentity(name: name, code: 0)
    let axes = try (dim ?? Array(0..<rank)).map { try shape.axis($0, of: identity) }
    guard Set(axes).count == axes.count, edgeOrder == 1 || edgeOrder == 2,
      axes.allSatisfy({ rank > 0 && shape[$0] > edgeOrder })
    else {
      throw TensorError.invalidArgument(
        name,
        "axes \(axes) of shape \(shape), edgeOrder \(edgeOrder): name each axis once, give 1 or 2, and "
          + "more samples than that along each axis")
    }
    switch spacing {
    case .uniform(let step): return try axes.map { try derivative($0, step, edgeOrder) }
    case .uniformByAxis(let steps):
      try requireSpacing(steps.count, axes)
      return try zip(axes, steps).map { try derivative($0, $1, edgeOrder) }
    case .positions(let positions):
      try requireSpacing(positions.count, axes)
      return try zip(axes, positions).map { try derivative($0, $1, edgeOrder) }
    }
  }

  private func requireSpacing(_ count: Int, _ axes: [Int]) throws {
    guard count == axes.count else {
      throw TensorError.invalidArgument(
        "gradient", "a spacing for \(count) axes, but the axes are \(axes): give one for each")
    }
  }

  /// Along an axis with steps of one length.
  private func derivative(_ axis: Int, _ step: Scalar, _ edgeOrder: Int) throws -> Self {
    let count = shape[axis]
    func sample(_ place: Int) throws -> Self { try narrow(dim: axis, start: place, length: 1) }
    let inside =
      try
      (narrow(dim: axis, start: 2, length: count - 2)
      - narrow(dim: axis, start: 0, length: count - 2)) / (2.0 * step.double)
    let (first, last): (Self, Self)
    if edgeOrder == 1 {
      first = try (sample(1) - sample(0)) / Scalar(step.double)
      last = try (sample(count - 1) - sample(count - 2)) / Scalar(step.double)
    } else {
      first = try (sample(1) * 2.0 - sample(0) * 1.5 - sample(2) * 0.5) / Scalar(step.double)
      last =
        try (sample(count - 1) * 1.5 - sample(count - 2) * 2.0 + sample(count - 3) * 0.5)
        / Scalar(step.double)
    }
    return try Self.cat([first, inside, last], dim: axis)
  }

  /// Along an axis at the given positions.
  private func derivative(_ axis: Int, _ positions: Self, _ edgeOrder: Int) throws -> Self {
    let count = shape[axis]
    guard positions.shape == [count] else {
      throw TensorError.shapeMismatch(
        operation: "gradient", shapes: [shape, positions.shape],
        remedy: "there must be one position for each sample along axis \(axis)")
    }
    var lengths = Array(repeating: 1, count: rank)
    lengths[axis] = count - 1
    let steps = try positions.diff().reshape(lengths)
    /// The slope at the start, middle or end of three samples that stand `dx1` and `dx2` apart.
    func slope(_ weights: (Self, Self, Self), at start: Int, _ length: Int) throws -> Self {
      let (a, b, c) = weights
      let two =
        try narrow(dim: axis, start: start, length: length) * a + narrow(
          dim: axis, start: start + 1, length: length) * b
      return try two + narrow(dim: axis, start: start + 2, length: length) * c
    }
    func pair(_ start: Int, _ length: Int) throws -> (Self, Self, Self) {
      let dx1 = try steps.narrow(dim: axis, start: start, length: length)
      let dx2 = try steps.narrow(dim: axis, start: start + 1, length: length)
      return (dx1, dx2, try dx1 + dx2)
    }
    let (dx1, dx2, both) = try pair(0, count - 2)
    let middle = (
      try -dx2 / (dx1 * both), try (dx2 - dx1) / (dx1 * dx2), try dx1 / (dx2 * both)
    )
    let inside = try slope(middle, at: 0, count - 2)
    let (first, last): (Self, Self)
    if edgeOrder == 1 {
      first =
        try (narrow(dim: axis, start: 1, length: 1) - narrow(dim: axis, start: 0, length: 1))
        / steps.narrow(dim: axis, start: 0, length: 1)
      last =
        try
        (narrow(dim: axis, start: count - 1, length: 1)
        - narrow(dim: axis, start: count - 2, length: 1))
        / steps.narrow(dim: axis, start: count - 2, length: 1)
    } else {
      let (p, q, sum) = try pair(0, 1)
      let start = (try -(p + sum) / (p * sum), try sum / (p * q), try -p / (q * sum))
      first = try slope(start, at: 0, 1)
      let (r, s, both) = try pair(count - 3, 1)
      let end = (try s / (r * both), try -both / (r * s), try (s + both) / (s * both))
      last = try slope(end, at: count - 3, 1)
    }
    return try Self.cat([first, inside, last], dim: axis)
  }
}

extension NamedOperations {
  mutating func addDifferences() {
    add("diff(Tensor input, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None)") {
      try $0.x.diff(
        n: $0.int("n"), dim: $0.int("dim"), prepend: $0.optionalTensor("prepend"),
        append: $0.optionalTensor("append"))
    }
    add("trapezoid(Tensor y, Tensor x, *, int dim=-1)") {
      try $0.tensor("y").trapezoid($0.tensor("x"), dim: $0.int("dim"))
    }
    add("trapezoid(Tensor y, *, Scalar dx=1, int dim=-1)") {
      try $0.tensor("y").trapezoid(dx: $0.scalar("dx"), dim: $0.int("dim"))
    }
    alias("trapz", of: "trapezoid")
    add("cumulative_trapezoid(Tensor y, Tensor x, *, int dim=-1)") {
      try $0.tensor("y").cumulativeTrapezoid($0.tensor("x"), dim: $0.int("dim"))
    }
    add("cumulative_trapezoid(Tensor y, *, Scalar dx=1, int dim=-1)") {
      try $0.tensor("y").cumulativeTrapezoid(dx: $0.scalar("dx"), dim: $0.int("dim"))
    }
    addList("gradient(Tensor input, *, any? spacing=None, int[]? dim=None, int edge_order=1)") {
      try $0.x.gradient(
        spacing: $0.spacing("spacing"), dim: $0.optionalInts("dim"),
        edgeOrder: $0.int("edge_order"))
    }
  }
}

extension Arguments {
  /// Nothing, a number, or a list of numbers or of tensors.
  fileprivate func spacing(_ name: String) throws -> SampleSpacing<T> {
    guard has(name) else { return .uniform(1) }
    guard case .list(let values) = self[name] else { return .uniform(try scalar(name)) }
    let numbers = values.compactMap(\.scalar)
    return numbers.count == values.count ? .uniformByAxis(numbers) : .positions(try tensors(name))
  }
}
