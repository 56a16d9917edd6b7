// What is composed of the operations that rearrange elements: other shapes, orders and parts.

extension TensorProtocol {
  // MARK: Shapes

  /// The same elements with another shape; one length may be −1 and is worked out. Throws
  /// `TensorError.invalidArgument` where the number of elements would change.
  public func view(_ size: some Collection<Int>) throws -> Self { try reshape(size) }
  /// The same elements with the shape of another tensor.
  public func viewAs(_ other: Self) throws -> Self { try reshape(other.shape) }
  /// The same elements with the shape of another tensor.
  public func reshapeAs(_ other: Self) throws -> Self { try reshape(other.shape) }
  /// All elements on one axis.
  public func ravel() throws -> Self { try flatten() }
  /// The axes from one to another made one. Throws `TensorError.invalidArgument` for axes that do
  /// not exist or are in the wrong order.
  public func flatten(startDim: Int, endDim: Int = -1) throws -> Self {
    let identity = OperationIdentity.composed("flatten")
    let (start, end) = (
      try shape.axis(startDim, of: identity), try shape.axis(endDim, of: identity)
    )
    guard start <= end else {
      throw TensorError.invalidArgument(
        identity.name, "axis \(startDim) comes after axis \(endDim) of shape \(shape)")
    }
    if rank == 0 { return try reshape([1]) }
    if start == end { return self }
    let joined = shape[start...end].reduce(1, *)
    return try reshape(Array(shape[..<start]) + [joined] + shape[(end + 1)...])
  }
  /// An axis made several, of which one length may be −1. Throws `TensorError.invalidArgument` for
  /// an axis that does not exist and lengths that do not make it up.
  public func unflatten(dim: Int, _ sizes: [Int]) throws -> Self {
    let identity = OperationIdentity.composed("unflatten")
    guard rank > 0, !sizes.isEmpty else {
      throw TensorError.invalidArgument(
        identity.name, "lengths \(sizes) for shape \(shape): it needs an axis and lengths for it")
    }
    let axis = try shape.axis(dim, of: identity)
    // The lengths are checked alone: −1 and an axis of length 0 beside it would leave them open.
    var reshape = Reshape()
    reshape.shape = sizes
    let part = Descriptor(shape: try Shape([shape[axis]]), dtype: dtype)
    let lengths = try reshape.output(for: part).shape
    return try self.reshape(Array(shape[..<axis]) + lengths + shape[(axis + 1)...])
  }
  /// Without those of the axes whose length is 1. Throws `TensorError.invalidArgument` for axes
  /// that do not exist or are named twice.
  public func squeeze(dims: [Int]) throws -> Self {
    let axes = try shape.distinctAxes(dims, of: .composed("squeeze"))
    let kept = (0..<rank).filter { !axes.contains($0) || shape[$0] != 1 }
    return kept.count == rank ? self : try reshape(kept.map { shape[$0] })
  }
  /// Repeated along new axes and axes of length 1, without copying; −1 keeps a length. Throws
  /// `TensorError.shapeMismatch` where other lengths differ, `.invalidArgument` for fewer lengths
  /// than axes and for −1 where there is no axis.
  public func expand(_ size: [Int]) throws -> Self {
    let added = size.count - rank
    guard added >= 0, !size.prefix(added).contains(-1) else {
      throw TensorError.invalidArgument(
        "expand",
        "lengths \(size) for shape \(shape): give one for every axis, and −1 only for those "
          + "that are there")
    }
    return try broadcastTo(size.enumerated().map { $1 == -1 ? shape[$0 - added] : $1 })
  }
  /// Repeated to the shape of another tensor, without copying. Throws `TensorError.shapeMismatch`.
  public func expandAs(_ other: Self) throws -> Self { try expand(Array(other.shape)) }
  /// The first elements in row-major order in another shape; zeros follow where they are too few.
  /// Throws `TensorError.invalidShape`.
  public func resize(_ size: [Int]) throws -> Self {
    let count = try Shape(size).elementCount
    let list = try flatten()
    let fitting = count == elementCount ? list : try list.pad([0, count - elementCount])
    return try fitting.reshape(size)
  }

  // MARK: Orders of axes

  /// Axes moved to other places, the rest in their order. Throws `TensorError.invalidArgument` for
  /// axes that do not exist, are named twice, or are not as many as their places.
  public func movedim(_ source: [Int], _ destination: [Int]) throws -> Self {
    let identity = OperationIdentity.composed("movedim")
    let from = try shape.distinctAxes(source, of: identity)
    let to = try shape.distinctAxes(destination, of: identity)
    guard from.count == to.count else {
      throw TensorError.invalidArgument(
        identity.name, "axes \(source) to \(destination): give one place for each axis")
    }
    if rank == 0 { return self }
    var rest = (0..<rank).filter { !from.contains($0) }[...]
    let order = (0..<rank).map { place in
      to.firstIndex(of: place).map { from[$0] } ?? rest.removeFirst()
    }
    return order == Array(0..<rank) ? self : try permute(order)
  }
  /// An axis moved to another place. Throws `TensorError.invalidArgument` for axes that do not
  /// exist.
  public func movedim(_ source: Int, _ destination: Int) throws -> Self {
    try movedim([source], [destination])
  }
  /// All axes in reverse order.
  public func reversedAxes() throws -> Self {
    rank < 2 ? self : try permute(Array((0..<rank).reversed()))
  }
  /// The matrices on the last two axes transposed. Throws `TensorError.invalidArgument` for a list.
  public func mT() throws -> Self {
    guard rank != 1 else {
      throw TensorError.invalidArgument("mT", "a list is no matrix: reshape it")
    }
    return rank == 0 ? self : try transpose(-2, -1)
  }

  // MARK: Orders of elements

  /// The order of the elements reversed along axes. Throws `TensorError.invalidArgument` for axes
  /// that do not exist or are named twice.
  public func flip(_ dims: [Int]) throws -> Self {
    var operation = Flip()
    operation.dims = dims
    return try Self.apply(operation, to: self)
  }
  /// The columns of each matrix in reverse order. Throws `TensorError.invalidArgument` for less
  /// than two axes.
  public func fliplr() throws -> Self {
    guard rank >= 2 else {
      throw TensorError.invalidArgument("fliplr", "shape \(shape) has fewer than two axes")
    }
    return try flip([1])
  }
  /// The slices along the first axis in reverse order. Throws `TensorError.invalidArgument` for a
  /// scalar.
  public func flipud() throws -> Self {
    guard rank >= 1 else { throw TensorError.invalidArgument("flipud", "a scalar has no axis") }
    return try flip([0])
  }
  /// The elements moved along axes, those that leave at one end coming in at the other; without
  /// axes all as one list. Throws `TensorError.invalidArgument` for axes that do not exist and for
  /// other than one shift for each.
  public func roll(_ shifts: [Int], dims: [Int] = []) throws -> Self {
    var operation = Roll()
    operation.shifts = shifts
    operation.dims = dims
    return try Self.apply(operation, to: self)
  }
  /// Turned by `k` right angles from the first of two axes towards the second. Throws
  /// `TensorError.invalidArgument` unless two different axes that exist are named.
  public func rot90(k: Int = 1, dims: [Int] = [0, 1]) throws -> Self {
    let identity = OperationIdentity.composed("rot90")
    guard dims.count == 2, rank >= 2 else {
      throw TensorError.invalidArgument(
        identity.name, "axes \(dims) of shape \(shape): name two that it has")
    }
    let (first, second) = try shape.axisPair(dims[0], dims[1], of: identity)
    switch k & 3 {
    case 1: return try flip([second]).transpose(first, second)
    case 2: return try flip([first, second])
    case 3: return try flip([first]).transpose(first, second)
    default: return self
    }
  }
  /// The frequency 0 of a Fourier transform moved from the front to the middle of axes; of all
  /// without `dim`. Throws as `roll`.
  public func fftshift(dim: [Int]? = nil) throws -> Self {
    try shifted(dim ?? Array(0..<rank)) { $0 / 2 }
  }
  /// What `fftshift` has moved put back. Throws as `roll`.
  public func ifftshift(dim: [Int]? = nil) throws -> Self {
    try shifted(dim ?? Array(0..<rank)) { $0 / 2 + $0 % 2 }
  }
  private func shifted(_ dims: [Int], by shift: (Int) -> Int) throws -> Self {
    guard rank > 0, !dims.isEmpty else {
      throw TensorError.invalidArgument("fftshift", "axes \(dims) of shape \(shape): name one")
    }
    let axes = try dims.map { try shape.axis($0, of: .composed("fftshift")) }
    return try roll(axes.map { shift(shape[$0]) }, dims: axes)
  }

  // MARK: Parts

  /// `length` positions from `start` on along an axis; negative ones count from the end; a view.
  /// Throws `TensorError.invalidArgument` for a scalar and for positions that are not there.
  public func narrow(dim: Int, start: Int, length: Int) throws -> Self {
    let identity = OperationIdentity.composed("narrow")
    let axis = try shape.axis(dim, of: identity)
    let count = rank == 0 ? 0 : shape[axis]
    let first = start < 0 ? start + count : start
    guard rank > 0, length >= 0, (0...count).contains(first), length <= count - first else {
      throw TensorError.invalidArgument(
        identity.name, "\(length) positions from \(start) on along axis \(dim) of shape \(shape)")
    }
    return try sliced(
      Array(repeating: .all, count: axis) + [.slice(start: first, end: first + length)])
  }
  /// The same with the start in a scalar of integers, which is read.
  public func narrow(dim: Int, start: Self, length: Int) throws -> Self {
    guard start.rank == 0, start.dtype.kind == .integer else {
      throw TensorError.invalidArgument(
        "narrow", "the start must be a scalar of integers, not \(start.descriptor)")
    }
    return try narrow(dim: dim, start: start.values().item(as: Int.self), length: length)
  }
  /// Windows of `size` positions along an axis, one every `step`; a new last axis runs through
  /// each; a view. Throws `TensorError.invalidArgument` for an axis that does not exist, windows
  /// that do not fit in it, and a step below 1.
  public func unfold(dimension: Int, size: Int, step: Int) throws -> Self {
    var operation = Unfold()
    operation.dimension = dimension
    operation.size = size
    operation.step = step
    return try Self.apply(operation, to: self)
  }

  // MARK: Channels

  /// Groups of `upscaleFactor`² channels become squares of pixels: […, C·r², H, W] to […, C, H·r,
  /// W·r]. Throws `TensorError.invalidArgument` for other shapes and a factor below 1.
  public func pixelShuffle(upscaleFactor r: Int) throws -> Self {
    guard rank >= 3, r > 0, shape[rank - 3] / r % r == 0, shape[rank - 3] % r == 0 else {
      throw TensorError.invalidArgument(
        "pixel_shuffle", "a factor of \(r) for shape \(shape): its square must divide the channels")
    }
    let (channels, height, width) = (shape[rank - 3] / r / r, shape[rank - 2], shape[rank - 1])
    let outer = Array(shape.dropLast(3))
    return try reshape([outer.reduce(1, *), channels, r, r, height, width])
      .permute([0, 1, 4, 2, 5, 3])
      .reshape(outer + [channels, height &* r, width &* r])
  }
  /// Squares of `downscaleFactor`² pixels become channels: what `pixelShuffle` does, undone. Throws
  /// `TensorError.invalidArgument` for lengths that the factor does not divide.
  public func pixelUnshuffle(downscaleFactor r: Int) throws -> Self {
    guard rank >= 3, r > 0, shape[rank - 2] % r == 0, shape[rank - 1] % r == 0 else {
      throw TensorError.invalidArgument(
        "pixel_unshuffle", "a factor of \(r) for shape \(shape): it must divide height and width")
    }
    let (channels, height, width) = (shape[rank - 3], shape[rank - 2] / r, shape[rank - 1] / r)
    let outer = Array(shape.dropLast(3))
    return try reshape([outer.reduce(1, *), channels, height, r, width, r])
      .permute([0, 1, 3, 5, 2, 4])
      .reshape(outer + [channels &* r &* r, height, width])
  }
  /// The channels on axis 1 dealt out from `groups` piles in turn. Throws
  /// `TensorError.invalidArgument` for less than three axes and channels that the groups do not
  /// divide.
  public func channelShuffle(groups: Int) throws -> Self {
    guard rank > 2, groups > 0, shape[1] % groups == 0 else {
      throw TensorError.invalidArgument(
        "channel_shuffle", "\(groups) groups for shape \(shape): they must divide the channels")
    }
    let rest = shape[2...].reduce(1, *)
    return try reshape([shape[0], groups, shape[1] / groups, rest]).transpose(1, 2).reshape(shape)
  }
}
