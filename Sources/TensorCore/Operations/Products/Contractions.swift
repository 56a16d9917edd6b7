// Sums of products along chosen axes: op codes 0x0580 …

/// The cross product of vectors of length 3 along an axis: it is at right angles to both. Other axes broadcast.
public struct Cross: TwoInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "linalg_cross", code: 0x0580)
  public static let attributes: [Attribute<Cross>] = [Attribute("dim", \.dim)]
  /// The axis of the vectors; negative ones count from the end.
  public var dim = -1
  public init() {}

  public func output(for x: Descriptor, _ y: Descriptor) throws -> Descriptor {
    try requireOneDType([x, y])
    guard x.dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "cast both to a dtype of numbers")
    }
    guard x.shape.rank == y.shape.rank, x.shape.rank > 0,
      let shape = try Shape.broadcast(x.shape, y.shape)
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, y.shape],
        remedy: "both need equally many axes, whose lengths must be equal or 1")
    }
    let axis = try x.shape.axis(dim, of: Self.identity)
    guard x.shape[axis] == 3, y.shape[axis] == 3 else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, y.shape], remedy: "axis \(axis) must have length 3")
    }
    return Descriptor(shape: shape, dtype: x.dtype)
  }
  public func execute(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let axis = try x.shape.axis(dim, of: Self.identity)
    func part(_ tensor: Tensor, _ start: Int) -> Tensor {
      tensor.part(axis: axis, start: start, length: 1)
    }
    func component(_ i: Int, _ j: Int) throws -> Tensor {
      try part(x, i) * part(y, j) - part(x, j) * part(y, i)
    }
    return try Tensor.cat([component(1, 2), component(2, 0), component(0, 1)], dim: axis)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [
      try g.forInput(0) { try T.apply(self, to: g.inputs[1], g.dy) },
      try g.forInput(1) { try T.apply(self, to: g.dy, g.inputs[0]) },
    ]
  }
}

let contractionEntries: [any Operation.Type] = [Cross.self] + distanceEntries

extension TensorProtocol {
  /// The cross product of vectors of length 3 along `dim`; other axes broadcast. Throws
  /// `TensorError.shapeMismatch`, `.unsupportedDType` for unequal dtypes and bool.
  public func linalgCross(_ other: Self, dim: Int = -1) throws -> Self {
    var operation = Cross()
    operation.dim = dim
    return try Self.apply(operation, to: self, other)
  }
  /// The cross product along `dim`, by default along the first axis of length 3. Throws as
  /// ``linalgCross(_:dim:)``.
  public func cross(_ other: Self, dim: Int? = nil) throws -> Self {
    try linalgCross(other, dim: dim ?? shape.firstIndex(of: 3) ?? -1)
  }

  /// The products of all pairs of elements of two vectors; dtypes are promoted. Throws
  /// `TensorError.invalidArgument` for what is no vector.
  public func outer(_ vec2: Self) throws -> Self {
    try requireRanks("outer", 1, (vec2, 1))
    return try unsqueeze(dim: 1) * vec2.unsqueeze(dim: 0)
  }
  /// The sum of products along the last axes: the result has the other axes of both, first this tensor's. A
  /// scalar multiplies. Throws `TensorError.shapeMismatch`, `.unsupportedDType` for unequal dtypes.
  public func inner(_ other: Self) throws -> Self {
    if rank == 0 || other.rank == 0 { return try self * other }
    return try contracted(other, [rank - 1], [other.rank - 1], "inner")
  }
  /// The sum of products along the last `dims` axes of this tensor and the first of the other; 0 gives the
  /// products of all pairs. Throws as ``tensordot(_:dims:)``.
  public func tensordot(_ other: Self, dims: Int = 2) throws -> Self {
    guard dims >= 0, dims <= rank, dims <= other.rank else {
      throw TensorError.invalidArgument(
        "tensordot",
        "\(dims) axes of shapes \(shape) and \(other.shape): use at least 0 and at most all")
    }
    return try contracted(other, Array(rank - dims..<rank), Array(0..<dims), "tensordot")
  }
  /// The sum of products along pairs of axes: the result has the other axes of both, first this tensor's. An
  /// axis of length 1 stands beside any length. Throws `TensorError.shapeMismatch` where paired lengths
  /// differ, `.invalidArgument` for lists of unequal lengths and axes that do not exist or are named
  /// twice, `.unsupportedDType` for unequal dtypes.
  public func tensordot(_ other: Self, dims: ([Int], [Int])) throws -> Self {
    try contracted(other, dims.0, dims.1, "tensordot")
  }

  private func contracted(_ other: Self, _ dims: [Int], _ otherDims: [Int], _ name: String) throws
    -> Self
  {
    let identity = OperationIdentity(name: name, code: 0)
    guard dims.count == otherDims.count else {
      throw TensorError.invalidArgument(
        name, "axes \(dims) beside \(otherDims): both lists must be equally long")
    }
    guard dtype == other.dtype else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype, other.dtype], remedy: "cast them to one dtype")
    }
    func axes(_ dims: [Int], _ shape: Shape) throws -> [Int] {
      let axes = try dims.map { try shape.axis($0, of: identity) }
      guard Set(axes).count == axes.count else {
        throw TensorError.invalidArgument(name, "\(dims): an axis is named twice")
      }
      return axes
    }
    let (left, right) = (try axes(dims, shape), try axes(otherDims, other.shape))
    // An axis of length 1 meets the sum of the other's elements.
    let pairs = Array(zip(left, right))
    for (a, b) in pairs {
      let (p, q) = (shape[a], other.shape[b])
      guard p == q || p == 1 || q == 1 else {
        throw TensorError.shapeMismatch(
          operation: name, shapes: [shape, other.shape],
          remedy: "axis \(a) of the first and axis \(b) of the second must have one length")
      }
    }
    let x = try totalled(pairs.filter { other.shape[$0.1] == 1 && shape[$0.0] != 1 }.map(\.0))
    let y = try other.totalled(
      pairs.filter { shape[$0.0] == 1 && other.shape[$0.1] != 1 }.map(\.1))
    let inner = left.reduce(1) { $0 * x.shape[$1] }
    let xFree = (0..<rank).filter { !left.contains($0) }
    let yFree = (0..<other.rank).filter { !right.contains($0) }
    let rows = xFree.reduce(1) { $0 * shape[$1] }
    let columns = yFree.reduce(1) { $0 * other.shape[$1] }
    let a = try x.arranged(xFree + left, as: [rows, inner])
    let b = try y.arranged(right + yFree, as: [inner, columns])
    return try a.matmul(b).reshaped(xFree.map { shape[$0] } + yFree.map { other.shape[$0] })
  }

  /// The sum along the axes, which stay with length 1, in this dtype.
  private func totalled(_ dims: [Int]) throws -> Self {
    dims.isEmpty ? self : try sum(dim: dims, keepdim: true).converted(to: dtype)
  }

  /// The axes in another order, then seen as another shape; no message where nothing changes.
  func arranged(_ order: [Int], as shape: [Int]) throws -> Self {
    let ordered = order.elementsEqual(0..<rank) ? self : try permute(order)
    return try ordered.reshaped(shape)
  }

  /// With another shape; itself, without a message, where it has it.
  func reshaped(_ shape: [Int]) throws -> Self {
    self.shape == shape ? self : try reshape(shape)
  }

  /// The inner products of vectors along an axis; other axes broadcast. Throws
  /// `TensorError.shapeMismatch`, `.unsupportedDType` for unequal dtypes, bool and integers.
  public func vecdot(_ other: Self, dim: Int = -1) throws -> Self {
    guard dtype == other.dtype, dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: "linalg.vecdot", dtypes: [dtype, other.dtype],
        remedy: "cast both to one floating-point dtype")
    }
    return try (self * other).sum(dim: [dim])
  }

  /// The product of a chain of matrices, in the order that takes the fewest multiplications. The first may be
  /// a row, the last a column (one axis). Throws `TensorError.invalidArgument` for less than two,
  /// `.shapeMismatch`, `.unsupportedDType` for unequal dtypes.
  public static func multiDot(_ tensors: [Self]) throws -> Self {
    let name = "linalg.multi_dot"
    guard tensors.count >= 2 else {
      throw TensorError.invalidArgument(name, "\(tensors.count) tensors: give at least two")
    }
    guard tensors.allSatisfy({ $0.dtype == tensors[0].dtype }) else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: tensors.map(\.dtype), remedy: "cast them to one dtype")
    }
    let shapes = tensors.enumerated().map { index, tensor in
      let isVector = tensor.rank == 1
      if isVector, index == 0 { return tensor.shape.inserting(1, at: 0) }
      return isVector && index == tensors.count - 1
        ? tensor.shape.inserting(1, at: 1) : tensor.shape
    }
    for (index, shape) in shapes.enumerated() {
      guard shape.rank == 2, index == 0 || shapes[index - 1][1] == shape[0] else {
        throw TensorError.shapeMismatch(
          operation: name, shapes: tensors.map(\.shape),
          remedy:
            "each must be a matrix (first and last may be vectors) with as many rows as the one "
            + "before has columns")
      }
    }
    let order = ChainOrder(lengths: [shapes[0][0]] + shapes.map { $0[1] })
    func product(_ first: Int, _ last: Int) throws -> Self {
      if first == last { return tensors[first] }
      let split = order.split(first, last)
      return try product(first, split).matmul(product(split + 1, last))
    }
    return try product(0, tensors.count - 1)
  }

  /// The matrices (last two axes, square) to a whole power. Throws `TensorError.shapeMismatch` for matrices
  /// that are not square, `.invalidArgument` for negative powers.
  public func matrixPower(_ n: Int) throws -> Self {
    let name = "linalg.matrix_power"
    guard rank >= 2, shape[rank - 1] == shape[rank - 2] else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [shape], remedy: "the last two axes must have one length")
    }
    guard n >= 0 else {
      throw TensorError.invalidArgument(name, "a power of \(n): use 0 and above")
    }
    // Copied over these, so that a gradient of 0 comes back to them.
    if n == 0 { return try Self.apply(Copy(), to: self, identityMatrices()) }
    var result: Self?
    var square = self
    var rest = n
    while true {
      if rest & 1 == 1 { result = try result.map { try $0.matmul(square) } ?? square }
      rest >>= 1
      if rest == 0 { return result ?? square }
      square = try square.matmul(square)
    }
  }

  /// Identity matrices of this shape and dtype.
  private func identityMatrices() throws -> Self {
    var operation = Arange()
    operation.end = Scalar(shape[rank - 1])
    let positions: Self = try place.make(operation)
    return try (positions.unsqueeze(dim: 1) .== positions).cast(to: dtype).broadcastTo(shape)
  }

  /// The powers x⁰, x¹, … of each element along a new last axis, `n` many, by default as many as the last
  /// axis has elements. Integers give int64. Throws `TensorError.invalidArgument` for less than two powers,
  /// `.unsupportedDType` for bool and halves.
  public func vander(n: Int? = nil) throws -> Self {
    let name = "linalg.vander"
    guard dtype != .bool, !dtype.isHalf else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "cast it to an integer, float32 or float64")
    }
    let count = n ?? shape.last ?? 1
    guard count > 1 else {
      throw TensorError.invalidArgument(name, "\(count) powers: at least two are needed")
    }
    // The first k powers, times xᵏ, are the next k.
    // A scalar stands on an axis of its own.
    let x = try rank == 0 ? reshape([1]) : self
    var top = try x.converted(to: dtype.isFloatingPoint ? dtype : .int64).unsqueeze(dim: -1)
    var powers = try top.onesLike()
    while powers.shape[x.rank] < count {
      powers = try Self.cat([powers, powers * top], dim: -1)
      if powers.shape[x.rank] < count { top = try top * top }
    }
    return powers.shape[x.rank] == count ? powers : try powers[.ellipsis, 0..<count]
  }

  /// Σᵢⱼ x1ᵢ · weightₒᵢⱼ · x2ⱼ + bias: features on the last axes, weight of shape [outputs, inputs of x1,
  /// inputs of x2]. Throws `TensorError.shapeMismatch`, `.unsupportedDType` for unequal dtypes.
  public func bilinear(_ input2: Self, _ weight: Self, bias: Self? = nil) throws -> Self {
    let name = "nn.functional.bilinear"
    guard rank > 0, input2.rank == rank, weight.rank == 3,
      shape.dropLast().elementsEqual(input2.shape.dropLast()),
      shape[rank - 1] == weight.shape[1], input2.shape[rank - 1] == weight.shape[2]
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [shape, input2.shape, weight.shape],
        remedy:
          "the inputs need the same axes before the last, whose lengths must be the last two of the "
          + "weight")
    }
    let (outputs, left, right) = (weight.shape[0], weight.shape[1], weight.shape[2])
    let rows = shape.dropLast().reduce(1, *)
    let x = try reshaped([rows, left])
    let mixed = try x.matmul(weight.permute([1, 0, 2]).reshape([left, outputs * right]))
    let sums = try mixed.reshape([rows, outputs, right]).matmul(input2.reshape([rows, right, 1]))
    let result = try sums.reshape(shape.dropLast() + [outputs])
    return try bias.map { try result + $0 } ?? result
  }
}

/// The order of products in a chain of matrices that takes the fewest multiplications (Cormen, Leiserson, Rivest,
/// Stein, section 14.2). Matrix i has `lengths[i]` rows and `lengths[i + 1]` columns.
private struct ChainOrder {
  private var splits: [[Int]]

  init(lengths: [Int]) {
    let count = lengths.count - 1
    splits = Array(repeating: Array(repeating: 0, count: count), count: count)
    // As floating-point numbers, since they are only compared and must not overflow.
    var costs = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for span in 1..<count {
      for first in 0..<(count - span) {
        let last = first + span
        costs[first][last] = .infinity
        for split in first..<last {
          let own = Double(lengths[first]) * Double(lengths[split + 1]) * Double(lengths[last + 1])
          let cost = costs[first][split] + costs[split + 1][last] + own
          if cost < costs[first][last] {
            costs[first][last] = cost
            splits[first][last] = split
          }
        }
      }
    }
  }

  /// The matrix after which the chain from `first` to `last` is split.
  func split(_ first: Int, _ last: Int) -> Int { splits[first][last] }
}

/// See ``TensorProtocol/tensordot(_:dims:)``.
public func tensordot<T: TensorProtocol>(_ x: T, _ y: T, dims: Int = 2) throws -> T {
  try x.tensordot(y, dims: dims)
}
/// See ``TensorProtocol/multiDot(_:)``.
public func multiDot<T: TensorProtocol>(_ tensors: [T]) throws -> T { try T.multiDot(tensors) }

extension NamedOperations {
  mutating func addContractions() {
    add("linalg.cross(Tensor input, Tensor other, *, int dim=-1)") {
      try $0.x.linalgCross($0.y, dim: $0.int("dim"))
    }
    add("cross(Tensor input, Tensor other, int? dim=None)") {
      try $0.x.cross($0.y, dim: $0.optionalInt("dim"))
    }
    add("outer(Tensor input, Tensor vec2)") { try $0.x.outer($0.tensor("vec2")) }
    alias("ger", of: "outer")
    add("inner(Tensor input, Tensor other)") { try $0.x.inner($0.y) }
    add("tensordot(Tensor a, Tensor b, int dims=2)") {
      try $0.tensor("a").tensordot($0.tensor("b"), dims: $0.int("dims"))
    }
    add("tensordot(Tensor a, Tensor b, any dims)") { arguments in
      guard case .list(let lists) = arguments["dims"], lists.count == 2 else {
        throw arguments.refuse("dims must be a number or two lists of axes")
      }
      return try arguments.tensor("a").tensordot(
        arguments.tensor("b"), dims: (arguments.axes(lists[0]), arguments.axes(lists[1])))
    }
    add("linalg.vecdot(Tensor x, Tensor y, *, int dim=-1)") {
      try $0.tensor("x").vecdot($0.tensor("y"), dim: $0.int("dim"))
    }
    add("linalg.multi_dot(Tensor[] tensors)") { try T.multiDot($0.tensors("tensors")) }
    add("chain_matmul(Tensor... matrices)") { try T.multiDot($0.tensors("matrices")) }
    add("linalg.matrix_power(Tensor A, int n)") { try $0.tensor("A").matrixPower($0.int("n")) }
    add("matrix_power(Tensor input, int n)") { try $0.x.matrixPower($0.int("n")) }
    add("linalg.vander(Tensor x, int? N=None)") {
      try $0.tensor("x").vander(n: $0.optionalInt("N"))
    }
    add(
      "nn.functional.bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None)"
    ) {
      try $0.tensor("input1").bilinear(
        $0.tensor("input2"), $0.tensor("weight"), bias: $0.optionalTensor("bias"))
    }
    add("einsum(Tensor[] operands, str equation)") {
      try T.einsum($0.text("equation"), $0.tensors("operands"))
    }
    add("einsum(str equation, Tensor... operands)") {
      try T.einsum($0.text("equation"), $0.tensors("operands"))
    }
    addDistances()
  }
}

extension Arguments {
  fileprivate func axes(_ argument: Argument<T>) throws -> [Int] {
    switch argument {
    case .int(let axis): return [axis]
    case .list(let values):
      return try values.flatMap { try axes($0) }
    default: throw refuse("an axis must be a whole number, not \(argument.kind)")
    }
  }
}
