// The public methods and free functions of the reductions that have no file of their own.

extension TensorProtocol {
  /// The sum over the axes, all by default. Bool and integers give int64, unless a dtype is asked for.
  /// Throws `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func sum(dim: Int..., keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try sum(dim: dim, keepdim: keepdim, dtype: dtype)
  }
  /// The sum over the axes; none means all. Dtypes and errors as with the axes given one by one.
  public func sum(dim: [Int], keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try computed(as: dtype) { try Self.apply(Sum(dim: dim, keepdim: keepdim), to: $0) }
  }
  /// The mean over the axes, all by default. Throws `TensorError.invalidArgument` for an axis that
  /// does not exist or is named twice, `.unsupportedDType` for bool and integers.
  public func mean(dim: Int..., keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try mean(dim: dim, keepdim: keepdim, dtype: dtype)
  }
  /// The mean over the axes; none means all. Dtypes and errors as with the axes given one by one.
  public func mean(dim: [Int], keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try computed(as: dtype) { try Self.apply(Mean(dim: dim, keepdim: keepdim), to: $0) }
  }
  /// The product over the axes, all by default. Bool and integers give int64, unless a dtype is asked for.
  /// Throws `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func prod(dim: Int..., keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try computed(as: dtype) { try Self.apply(Prod(dim: dim, keepdim: keepdim), to: $0) }
  }
  /// The sum of what is not nan over the axes, all by default. Dtypes and errors as `sum`.
  public func nansum(dim: Int..., keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try nansum(dim: dim, keepdim: keepdim, dtype: dtype)
  }
  /// The sum of what is not nan over the axes; none means all. Dtypes and errors as `sum`.
  public func nansum(dim: [Int], keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try computed(as: dtype) { try Self.apply(NanSum(dim: dim, keepdim: keepdim), to: $0) }
  }
  /// The mean of what is not nan over the axes, all by default; nan where there is nothing else. Dtypes and
  /// errors as `mean`.
  public func nanmean(dim: Int..., keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try nanmean(dim: dim, keepdim: keepdim, dtype: dtype)
  }
  /// The mean of what is not nan over the axes; none means all. Dtypes and errors as `mean`.
  public func nanmean(dim: [Int], keepdim: Bool = false, dtype: DType? = nil) throws -> Self {
    try computed(as: dtype) { x in
      guard x.dtype.isFloatingPoint else {
        throw TensorError.unsupportedDType(
          operation: "nanmean", dtypes: [x.dtype], remedy: "cast it to float32 or float64 first")
      }
      let counts = try (x .== x).sum(dim: dim, keepdim: keepdim)
      return try x.nansum(dim: dim, keepdim: keepdim) / counts
    }
  }
  /// log(Σ exp(x)) over the axes, all by default, without overflow. Integers give float32. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func logsumexp(dim: Int..., keepdim: Bool = false) throws -> Self {
    try logsumexp(dim: dim, keepdim: keepdim)
  }
  /// log(Σ exp(x)) over the axes; none means all. Dtypes and errors as with the axes given one by one.
  public func logsumexp(dim: [Int], keepdim: Bool = false) throws -> Self {
    try Self.apply(LogSumExp(dim: dim, keepdim: keepdim), to: self)
  }
  /// The largest element over the axes, all by default; equal ones share the gradient. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist, is named twice or has length 0.
  public func amax(dim: Int..., keepdim: Bool = false) throws -> Self {
    try amax(dim: dim, keepdim: keepdim)
  }
  /// The largest element over the axes; none means all. Errors as with the axes given one by one.
  public func amax(dim: [Int], keepdim: Bool = false) throws -> Self {
    try Self.apply(Amax(dim: dim, keepdim: keepdim), to: self)
  }
  /// The smallest element over the axes, all by default; equal ones share the gradient. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist, is named twice or has length 0.
  public func amin(dim: Int..., keepdim: Bool = false) throws -> Self {
    try amin(dim: dim, keepdim: keepdim)
  }
  /// The smallest element over the axes; none means all. Errors as with the axes given one by one.
  public func amin(dim: [Int], keepdim: Bool = false) throws -> Self {
    try Self.apply(Amin(dim: dim, keepdim: keepdim), to: self)
  }
  /// The smallest and the largest element, along an axis or of the whole tensor; equal ones share the
  /// gradient. Throws `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func aminmax(dim: Int? = nil, keepdim: Bool = false) throws -> (min: Self, max: Self) {
    let axes = dim.map { [$0] } ?? []
    return (try amin(dim: axes, keepdim: keepdim), try amax(dim: axes, keepdim: keepdim))
  }
  /// The largest element; equal ones and nans share the gradient. Throws `TensorError.invalidArgument` where
  /// there are no elements.
  public func max() throws -> Self { try Self.apply(Amax(), to: self) }
  /// The smallest element; equal ones and nans share the gradient. Throws `TensorError.invalidArgument`
  /// where there are no elements.
  public func min() throws -> Self { try Self.apply(Amin(), to: self) }
  /// Whether all elements are other than 0, over the axes, all by default: bool, for uint8 uint8. True over no
  /// element. Throws `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func all(dim: Int..., keepdim: Bool = false) throws -> Self {
    try all(dim: dim.isEmpty ? nil : dim, keepdim: keepdim)
  }
  /// Whether all elements are other than 0, over the axes: nil means all, an empty list none. Dtypes and errors
  /// as with the axes given one by one.
  public func all(dim: [Int]?, keepdim: Bool = false) throws -> Self {
    if dim == [] { return try truth() }
    return try Self.apply(All(dim: dim, keepdim: keepdim), to: self)
  }
  /// Whether any element is other than 0, over the axes, all by default: bool, for uint8 uint8. False over no
  /// element. Throws `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func any(dim: Int..., keepdim: Bool = false) throws -> Self {
    try any(dim: dim.isEmpty ? nil : dim, keepdim: keepdim)
  }
  /// Whether any element is other than 0, over the axes: nil means all, an empty list none. Dtypes and errors
  /// as with the axes given one by one.
  public func any(dim: [Int]?, keepdim: Bool = false) throws -> Self {
    if dim == [] { return try truth() }
    return try Self.apply(AnyTrue(dim: dim, keepdim: keepdim), to: self)
  }
  /// The truth of each element in the dtype that `all` and `any` give.
  private func truth() throws -> Self {
    let truth = try cast(to: .bool)
    return dtype == .uint8 ? try truth.cast(to: .uint8) : truth
  }
  /// The number of elements other than 0, over the axes, all by default, as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or is named twice.
  public func countNonzero(dim: Int...) throws -> Self { try countNonzero(dim: dim) }
  /// The number of elements other than 0 over the axes; none means all. Errors as with the axes given one by one.
  public func countNonzero(dim: [Int]) throws -> Self {
    try Self.apply(CountNonzero(dim: dim, keepdim: false), to: self)
  }
  /// The largest elements along an axis, and their indices as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func max(dim: Int, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    let results = try Self.apply(MaxWithIndices(dim: dim, keepdim: keepdim), to: [self])
    return (results[0], results[1])
  }
  /// The smallest elements along an axis, and their indices as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func min(dim: Int, keepdim: Bool = false) throws -> (values: Self, indices: Self) {
    let results = try Self.apply(MinWithIndices(dim: dim, keepdim: keepdim), to: [self])
    return (results[0], results[1])
  }
  /// The larger of self and other, element by element; see ``maximum(_:)``.
  public func max(_ other: Self) throws -> Self { try maximum(other) }
  /// The smaller of self and other, element by element; see ``minimum(_:)``.
  public func min(_ other: Self) throws -> Self { try minimum(other) }
  /// The index of the first largest element, along an axis or of the whole tensor, as int64. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func argmax(dim: Int? = nil, keepdim: Bool = false) throws -> Self {
    try Self.apply(Argmax(dim: dim, keepdim: keepdim), to: self)
  }
  /// The index of the first smallest element, along an axis or of the whole tensor, as int64.
  /// Throws `TensorError.invalidArgument` for an axis that does not exist or has length 0.
  public func argmin(dim: Int? = nil, keepdim: Bool = false) throws -> Self {
    try Self.apply(Argmin(dim: dim, keepdim: keepdim), to: self)
  }
}

extension TensorProtocol {
  /// The sum of the diagonal of a matrix; bool and integers give int64. Throws
  /// `TensorError.invalidArgument` for a tensor that is no matrix.
  public func trace() throws -> Self {
    guard rank == 2 else {
      throw TensorError.invalidArgument("trace", "a tensor of shape \(shape) is no matrix")
    }
    return try diagonal().sum()
  }

  /// The sum over whatever axes make the shape one that broadcasts to this tensor's. Throws
  /// `TensorError.shapeMismatch` where it does not broadcast to it.
  public func sumToSize(_ size: some Collection<Int>) throws -> Self {
    let size = try Shape(size)
    guard size.rank <= rank, try Shape.broadcast(shape, size) == shape else {
      throw TensorError.shapeMismatch(
        operation: "sum_to_size", shapes: [shape, size],
        remedy: "counted from the last axis, lengths must be equal or 1 in the second")
    }
    // To a scalar it is the sum, whose dtype differs for integers.
    if size.rank == 0 { return try sum() }
    if size == shape { return self }
    let added = rank - size.rank
    let axes = (0..<rank).filter { $0 < added || (size[$0 - added] == 1 && shape[$0] != 1) }
    let sum = axes.isEmpty ? self : try sum(dim: axes, keepdim: true)
    return added == 0 ? sum : try sum.reshape(size)
  }
  /// The sum to the shape, with its lengths given one by one.
  public func sumToSize(_ size: Int...) throws -> Self { try sumToSize(size) }
}

/// See `TensorProtocol.sum(dim:keepdim:)`.
public func sum<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try x.sum(dim: dim, keepdim: keepdim)
}
/// See `TensorProtocol.mean(dim:keepdim:)`.
public func mean<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try x.mean(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/amax(dim:keepdim:)``.
public func amax<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try T.apply(Amax(dim: dim, keepdim: keepdim), to: x)
}
/// See ``TensorProtocol/amin(dim:keepdim:)``.
public func amin<T: TensorProtocol>(_ x: T, dim: Int..., keepdim: Bool = false) throws -> T {
  try T.apply(Amin(dim: dim, keepdim: keepdim), to: x)
}
/// See ``TensorProtocol/max()``.
public func max<T: TensorProtocol>(_ x: T) throws -> T { try x.max() }
/// See ``TensorProtocol/min()``.
public func min<T: TensorProtocol>(_ x: T) throws -> T { try x.min() }
/// See ``TensorProtocol/max(dim:keepdim:)``.
public func max<T: TensorProtocol>(_ x: T, dim: Int, keepdim: Bool = false) throws
  -> (values: T, indices: T)
{
  try x.max(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/min(dim:keepdim:)``.
public func min<T: TensorProtocol>(_ x: T, dim: Int, keepdim: Bool = false) throws
  -> (values: T, indices: T)
{
  try x.min(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/argmax(dim:keepdim:)``.
public func argmax<T: TensorProtocol>(_ x: T, dim: Int? = nil, keepdim: Bool = false) throws -> T {
  try x.argmax(dim: dim, keepdim: keepdim)
}
/// See ``TensorProtocol/argmin(dim:keepdim:)``.
public func argmin<T: TensorProtocol>(_ x: T, dim: Int? = nil, keepdim: Bool = false) throws -> T {
  try x.argmin(dim: dim, keepdim: keepdim)
}
