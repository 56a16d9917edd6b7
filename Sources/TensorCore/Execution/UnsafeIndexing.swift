import CKernels

/// Tensors that hold positions.
enum Indices {
  /// Refuses a dtype that holds no positions.
  static func require(
    _ index: Descriptor, _ operation: OperationIdentity, only dtypes: [DType] = [.int64, .int32]
  ) throws {
    guard dtypes.contains(index.dtype) else {
      throw TensorError.unsupportedDType(
        operation: operation.name, dtypes: [index.dtype],
        remedy: "positions must be \(dtypes.map(\.name).joined(separator: " or ")): cast them")
    }
  }

  /// Refuses positions on more than one axis, and gives their number.
  static func requireVector(
    _ index: Descriptor, _ operation: OperationIdentity, only dtypes: [DType] = [.int64, .int32]
  ) throws -> Int {
    try require(index, operation, only: dtypes)
    guard index.shape.rank <= 1 else {
      throw TensorError.invalidArgument(
        operation.name, "positions must stand on one axis, not have shape \(index.shape)")
    }
    return index.shape.elementCount
  }

  /// The positions as contiguous int64, counted from the front. Throws
  /// `TensorError.invalidArgument` for one outside of 0 ..< limit, where `wraps` −limit ..< limit.
  static func checked(
    _ index: Tensor, below limit: Int, wraps: Bool = false, _ operation: OperationIdentity
  ) throws -> Tensor {
    try linear([(index, limit)], wraps: wraps, operation)
  }

  /// The same as numbers.
  static func values(_ index: Tensor, below limit: Int, _ operation: OperationIdentity) throws
    -> [Int]
  {
    try checked(index, below: limit, operation).toArray(of: Int.self)
  }

  /// Positions on several axes, whose tensors have one shape, as positions on the axis that those
  /// make together in row-major order.
  static func linear(
    _ indices: [(index: Tensor, limit: Int)], wraps: Bool, _ operation: OperationIdentity
  ) throws -> Tensor {
    let shape = indices.first?.index.shape ?? Shape()
    let out = try Elementwise.full(Descriptor(shape: shape, dtype: .int64), 0)
    var step = indices.reduce(1) { $0 * $1.limit }
    for (index, limit) in indices {
      step /= Swift.max(limit, 1)
      let positions = try Elementwise.cast(index, to: .int64).contiguous()
      let place = withExtendedLifetime(positions) {
        ck_add_positions(
          positions.start.assumingMemoryBound(to: Int64.self), out.elementCount, Int64(limit),
          wraps ? 1 : 0, Int64(step), out.mutableStart.assumingMemoryBound(to: Int64.self))
      }
      guard place < 0 else {
        throw TensorError.invalidArgument(
          operation.name,
          "the position at place \(place) is out of range: use \(wraps ? -limit : 0) … \(limit - 1)"
        )
      }
    }
    return out
  }
}

/// Elements at positions along an axis: of a long tensor, seen as outer × length × inner, and a
/// short one, seen as outer × count × inner.
struct Places {
  /// The positions, checked: int64 and contiguous.
  let positions: Tensor
  private let outer: Int
  private let length: Int
  private let count: Int
  private let inner: Int
  private let bySlices: Bool

  /// Positions for each element of a short tensor of their shape.
  init(elements positions: Tensor, axis: Int, length: Int) {
    let shape = positions.shape
    self.positions = positions
    (outer, inner) = shape.rank == 0 ? (1, 1) : shape.sides(of: axis)
    self.length = length
    count = shape.rank == 0 ? 1 : shape[axis]
    bySlices = false
  }

  /// One position for each slice along an axis of a tensor of `shape`, or along several
  /// neighbouring axes.
  init(slices positions: Tensor, axes: Range<Int>, of shape: Shape) {
    self.positions = positions
    outer = shape[..<axes.lowerBound].reduce(1, *)
    length = shape[axes].reduce(1, *)
    inner = shape[axes.upperBound...].reduce(1, *)
    count = positions.elementCount
    bySlices = true
  }

  /// The short tensor taken from the long one, which is contiguous; its shape is `result`'s.
  func gather(_ x: Tensor, result: Shape) throws -> Tensor {
    let out = try Tensor(uninitialized: Descriptor(shape: result, dtype: x.dtype))
    // An empty tensor may have rows without end to walk along.
    if out.elementCount == 0 { return out }
    withForm { ck_gather(x.dtype.size, $0, x.start, out.mutableStart) }
    return withExtendedLifetime(x) { out }
  }

  /// Puts the short tensor into the long one, which is being made, both contiguous.
  func put(_ source: Tensor, into out: Tensor) {
    if source.elementCount == 0 { return }
    withForm { ck_scatter(out.dtype.size, $0, source.start, out.mutableStart) }
    withExtendedLifetime(source) {}
  }

  /// The same, each element combined with the one that is there; halves as `ck_scatter_reduce`
  /// says.
  func combine(_ source: Tensor, into out: Tensor, by kernel: ScatterKernel) {
    if source.elementCount == 0 { return }
    withForm {
      ck_scatter_reduce(
        kernel.row, Int32(out.dtype.rawValue), $0, source.start, out.mutableStart)
    }
    withExtendedLifetime(source) {}
  }

  private func withForm(_ body: (UnsafePointer<ck_places>) -> Void) {
    let form = ck_places(
      outer: outer, length: length, count: count, inner: inner, by_slices: bySlices ? 1 : 0,
      positions: positions.start.assumingMemoryBound(to: Int64.self))
    withExtendedLifetime(positions) { withUnsafePointer(to: form, body) }
  }
}

/// What an element that is put and the one that is there become.
struct ScatterKernel {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let sum = ScatterKernel(CK_SCATTER_SUM)
  static let prod = ScatterKernel(CK_SCATTER_PROD)
  static let amax = ScatterKernel(CK_SCATTER_AMAX)
  static let amin = ScatterKernel(CK_SCATTER_AMIN)
}

extension Shape {
  /// How many elements stand on the axes before the axis, and on those behind it.
  func sides(of axis: Int) -> (outer: Int, inner: Int) {
    (self[..<axis].reduce(1, *), self[(axis + 1)...].reduce(1, *))
  }
}

extension Tensor {
  /// A copy of the elements in storage of its own, to be changed by whoever made it before anybody
  /// else sees it.
  func copied() throws -> Tensor {
    let out = try Tensor(uninitialized: descriptor)
    out.overwrite(with: self)
    return out
  }

  /// The places, in row-major order, where this tensor of bool is true.
  func truePositions() throws -> Tensor {
    let mask = try contiguous()
    return try withExtendedLifetime(mask) {
      let bytes = mask.start.assumingMemoryBound(to: UInt8.self)
      var shape = Shape()
      shape.append(ck_count_true(bytes, mask.elementCount))
      let out = try Tensor(uninitialized: Descriptor(shape: shape, dtype: .int64))
      ck_true_positions(
        bytes, mask.elementCount, out.mutableStart.assumingMemoryBound(to: Int64.self))
      return out
    }
  }

  /// For each of these row-major positions in a tensor of the shape its numbers on all axes.
  func coordinates(in shape: Shape) throws -> Tensor {
    let result = try Shape([elementCount, shape.rank])
    let out = try Tensor(uninitialized: Descriptor(shape: result, dtype: .int64))
    let positions = try contiguous()
    withExtendedLifetime(positions) {
      shape.map(Int64.init).withUnsafeBufferPointer { lengths in
        ck_coordinates(
          positions.start.assumingMemoryBound(to: Int64.self), elementCount, shape.rank,
          lengths.baseAddress, out.mutableStart.assumingMemoryBound(to: Int64.self))
      }
    }
    return out
  }
}
