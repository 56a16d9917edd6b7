// Norms of vectors, and those of matrices that need no singular values.

/// (Σ |x|^ord)^(1/ord): for 0 the number of elements other than 0, for ±∞ the largest and smallest
/// absolute value. Computed in double precision.
public struct VectorNorm: ReductionOperation {
  public static let identity = OperationIdentity(name: "linalg_vector_norm", code: 0x0418)
  public static let attributes: [Attribute<VectorNorm>] = [
    Attribute("ord", \.ord), Attribute("dim", \.dim), Attribute("keepdim", \.keepdim),
  ]
  /// The power.
  public var ord: Scalar = 2
  public var dim: [Int]?
  public var keepdim = false
  public init() {}

  public init(decoding reader: inout ByteReader) throws {
    self.init()
    for attribute in Self.attributes { try attribute.decode(&self, &reader) }
  }
  public func encode(into writer: inout ByteWriter) {
    for attribute in Self.attributes { attribute.encode(self, &writer) }
  }

  public static func dtype(for x: DType) throws -> DType {
    guard x.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: "vector_norm", dtypes: [x], remedy: "cast it to float32 or float64 first")
    }
    return x
  }
  public func output(for x: Descriptor) throws -> Descriptor {
    let dtype = try Self.dtype(for: x.dtype)
    let reduced = try reducedAxes(x.shape)
    if ord.double < 0 || ord.double.isInfinite {
      for axis in 0..<x.shape.rank where reduced.contains(axis) && x.shape[axis] == 0 {
        throw TensorError.invalidArgument(
          "vector_norm",
          "the norm of order \(ord) has no value over axis \(axis) of shape \(x.shape)")
      }
    }
    return Descriptor(shape: x.shape.reduced(reduced, keepdim: keepdim), dtype: dtype)
  }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try RowStatistics.vectorNorm(x, reduced, result, order: ord.double)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let (x, p) = (g.x, ord.double)
    if p == 0 { return [nil] }
    let (dy, norm) = (try restored(g.dy, like: x), try restored(g.output, like: x))
    if p == 1 { return [try dy * x.sign()] }
    if p == 2 { return [try x * (dy / norm).maskedFill(norm .== 0, 0)] }
    if p.isInfinite {
      let shares = try dy.shared(
        among: x.abs(), equalTo: norm, dim: dim, keepdim: true, countsNan: true)
      return [try shares * x.sign()]
    }
    if p < 1 {
      let powers = try (x.sign() * x.abs().pow(Scalar(p - 1))).maskedFill(x .== 0, 0)
      return [try powers * (dy * norm.pow(Scalar(1 - p)))]
    }
    let powers = try p < 2 ? x.sign() * x.abs().pow(Scalar(p - 1)) : x * x.abs().pow(Scalar(p - 2))
    return [try powers * (dy / norm.pow(Scalar(p - 1))).maskedFill(norm .== 0, 0)]
  }
}

/// Which norm of a matrix.
public enum MatrixNorm: Sendable, Hashable {
  /// The root of the sum of squares.
  case frobenius
  /// The sum of the singular values.
  case nuclear
  /// By number: 1 and −1 the largest and smallest sum of a column's absolute values, ∞ and −∞ of a
  /// row's, 2 and −2 the largest and smallest singular value.
  case order(Scalar)
}

extension TensorProtocol {
  /// The norm of the elements as a vector, over the axes, all by default. `dtype` is what it is computed
  /// in. Throws `TensorError.unsupportedDType` for bool and integers and for a narrower dtype,
  /// `.invalidArgument` for an axis that does not exist or is named twice, and over no element where the
  /// order is negative or infinite.
  public func vectorNorm(
    ord: Scalar = 2, dim: [Int] = [], keepdim: Bool = false, dtype: DType? = nil
  ) throws -> Self {
    try requireWidening(to: dtype, "vector_norm")
    var operation = VectorNorm(dim: dim, keepdim: keepdim)
    operation.ord = ord
    return try computed(as: dtype) { try Self.apply(operation, to: $0) }
  }

  /// The norm of order p of the elements over the axes, all by default. Throws as ``vectorNorm(ord:dim:keepdim:dtype:)``.
  public func norm(
    p: Scalar = 2, dim: [Int] = [], keepdim: Bool = false, dtype: DType? = nil
  ) throws -> Self {
    try vectorNorm(ord: p, dim: dim, keepdim: keepdim, dtype: dtype)
  }

  /// The norm of the matrices on two axes, the last ones by default. Throws `TensorError.unsupportedDType` for
  /// bool and integers, `.invalidArgument` unless two different axes are named, for an order that is none of
  /// the above, and for those that need singular values.
  public func matrixNorm(
    ord: MatrixNorm = .frobenius, dim: [Int] = [-2, -1], keepdim: Bool = false,
    dtype: DType? = nil
  ) throws -> Self {
    let name = "matrix_norm"
    let identity = OperationIdentity(name: name, code: 0)
    guard rank >= 2, dim.count == 2 else {
      throw TensorError.invalidArgument(
        name, "axes \(dim) of shape \(shape): a matrix stands on two axes")
    }
    let axes = try dim.map { try shape.axis($0, of: identity) }
    guard axes[0] != axes[1] else {
      throw TensorError.invalidArgument(name, "axis \(axes[0]) is named twice in dim: \(dim)")
    }
    func refuse(_ what: String) -> TensorError { .invalidArgument(name, what) }
    switch ord {
    case .frobenius: return try vectorNorm(dim: axes, keepdim: keepdim, dtype: dtype)
    case .nuclear:
      throw refuse("the nuclear norm needs singular values, which are not there yet: use another")
    case .order(let order):
      let size = order.double.magnitude
      if size == 2 {
        throw refuse("the norm \(order) needs singular values, which are not there yet: use fro")
      }
      guard size == 1 || size == .infinity else {
        throw refuse("there is no norm of order \(order): use fro, 1, −1, inf or −inf")
      }
      let (summed, chosen) = size == 1 ? (axes[0], axes[1]) : (axes[1], axes[0])
      let sums = try vectorNorm(ord: 1, dim: [summed], keepdim: true, dtype: dtype)
      let result: Self
      if order.double < 0 {
        result = try sums.amin(dim: [chosen], keepdim: true)
      } else if sums.shape[chosen] > 0 {
        result = try sums.amax(dim: [chosen], keepdim: true)
      } else {
        // The largest of no sum is 0.
        result = try sums.sum(dim: [chosen], keepdim: true)
      }
      if keepdim { return result }
      return try result.reshape(
        shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
    }
  }

  /// PyTorch's `linalg.norm`: without `ord` the vector norm of order 2 over the axes, all by default; else
  /// the vector norm over one axis or the matrix norm over two. Throws as they do, and
  /// `TensorError.invalidArgument` for an order without axes where the tensor has more than two.
  public func linalgNorm(
    ord: MatrixNorm? = nil, dim: [Int]? = nil, keepdim: Bool = false, dtype: DType? = nil
  ) throws -> Self {
    guard let ord else { return try vectorNorm(dim: dim ?? [], keepdim: keepdim, dtype: dtype) }
    let axes = dim ?? Array(0..<rank)
    guard axes.count == 1 || axes.count == 2 else {
      throw TensorError.invalidArgument(
        "linalg.norm", "an order for shape \(shape), dim \(axes): name one axis or two")
    }
    if axes.count == 2 {
      return try matrixNorm(ord: ord, dim: axes, keepdim: keepdim, dtype: dtype)
    }
    guard case .order(let order) = ord else {
      throw TensorError.invalidArgument(
        "linalg.norm", "this norm is one of matrices, dim is \(axes): name two axes")
    }
    return try vectorNorm(ord: order, dim: axes, keepdim: keepdim, dtype: dtype)
  }

  /// The norm of order p of the difference; shapes broadcast. Throws `TensorError.shapeMismatch`, and as
  /// ``vectorNorm(ord:dim:keepdim:dtype:)``.
  public func dist(_ other: Self, p: Scalar = 2) throws -> Self {
    try (self - other).vectorNorm(ord: p)
  }

  /// The slices along an axis, those whose norm of order p is above maxnorm scaled down to it. Throws
  /// `TensorError.invalidArgument` for fewer than two axes, an axis that does not exist, and a p or maxnorm that
  /// is not positive or negative; `.unsupportedDType` for bool and integers.
  public func renorm(p: Scalar, dim: Int, maxnorm: Scalar) throws -> Self {
    let axis = try shape.axis(dim, of: OperationIdentity(name: "renorm", code: 0))
    guard rank >= 2, p.double > 0, maxnorm.double >= 0 else {
      throw TensorError.invalidArgument(
        "renorm",
        "order \(p), maxnorm \(maxnorm), shape \(shape): give a positive order, a maxnorm that is not "
          + "negative and at least two axes")
    }
    let others = (0..<rank).filter { $0 != axis }
    let wide = dtype.isHalf ? DType.float32 : nil
    let norms = try vectorNorm(ord: p, dim: others, keepdim: true, dtype: wide)
    let scale = try (maxnorm / (norms + 1e-7)) as Self
    let factors = try (norms .> maxnorm).where(scale, norms.detach().onesLike())
    return try self * (wide == nil ? factors : factors.cast(to: dtype))
  }

  private func requireWidening(to dtype: DType?, _ name: String) throws {
    guard let dtype, self.dtype.isFloatingPoint else { return }
    guard dtype.isFloatingPoint, self.dtype.promoted(with: dtype) == dtype else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [self.dtype, dtype],
        remedy: "the second must hold the first: cast the result instead")
    }
  }
}

extension Arguments {
  /// A norm given by name or number, or nil for `None`.
  fileprivate func norm(_ name: String) throws -> MatrixNorm? {
    switch self[name] {
    case .none: return nil
    case .text("fro"): return .frobenius
    case .text("nuc"): return .nuclear
    case .text: throw refuse("\(name) must be a number, 'fro' or 'nuc'")
    default: return .order(try scalar(name))
    }
  }
}

extension NamedOperations {
  mutating func addNorms() {
    add(
      "linalg.vector_norm(Tensor input, Scalar ord=2, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)"
    ) {
      try $0.x.vectorNorm(
        ord: $0.scalar("ord"), dim: $0.optionalInts("dim") ?? [], keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add(
      "linalg.matrix_norm(Tensor input, any ord='fro', int[] dim=[-2,-1], bool keepdim=False, *, dtype? dtype=None)"
    ) {
      try $0.x.matrixNorm(
        ord: $0.norm("ord") ?? .frobenius, dim: $0.ints("dim"), keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add(
      "linalg.norm(Tensor input, any? ord=None, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)"
    ) {
      try $0.x.linalgNorm(
        ord: $0.norm("ord"), dim: $0.optionalInts("dim"), keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add(
      "norm(Tensor input, any? p='fro', int[]? dim=None, bool keepdim=False, dtype? dtype=None)"
    ) {
      let (dim, keepdim) = (try $0.optionalInts("dim"), try $0.bool("keepdim"))
      let dtype = try $0.optionalDType("dtype")
      switch try $0.norm("p") {
      case .nuclear:
        return try $0.x.matrixNorm(
          ord: .nuclear, dim: dim ?? [-2, -1], keepdim: keepdim, dtype: dtype)
      case .order(let p): return try $0.x.norm(p: p, dim: dim ?? [], keepdim: keepdim, dtype: dtype)
      case .frobenius, nil: return try $0.x.norm(dim: dim ?? [], keepdim: keepdim, dtype: dtype)
      }
    }
    add("dist(Tensor input, Tensor other, Scalar p=2)") {
      try $0.x.dist($0.y, p: $0.scalar("p"))
    }
    add("renorm(Tensor input, Scalar p, int dim, Scalar maxnorm)") {
      try $0.x.renorm(p: $0.scalar("p"), dim: $0.int("dim"), maxnorm: $0.scalar("maxnorm"))
    }
  }
}
