// Putting tensors together: op codes 0x0680 …

/// Tensors of one shape side by side along a new axis.
public struct Stack: AttributedOperation {
  public static let identity = OperationIdentity(name: "stack", code: 0x0680)
  public static let inputCounts = Cat.inputCounts
  public static let attributes: [Attribute<Stack>] = [Attribute("dim", \.dim)]
  public static let movesElements = true
  /// Where the new axis stands; negative ones count from the end of the result.
  public var dim = 0
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = inputs[0].shape
    if let other = inputs.first(where: { $0.shape != shape }) {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [shape, other.shape], remedy: "they must be equal")
    }
    let axis = try Self.newAxis(dim, shape)
    let dtype = inputs.dropFirst().reduce(inputs[0].dtype) { $0.promoted(with: $1.dtype) }
    let lengths = Array(shape[..<axis]) + [inputs.count] + shape[axis...]
    return [Descriptor(shape: try Shape(lengths), dtype: dtype)]
  }
  /// The place of the new axis, counted from the front.
  private static func newAxis(_ dim: Int, _ shape: Shape) throws -> Int {
    try Shape(Array(shape) + [1]).axis(dim, of: identity)
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let axis = try Self.newAxis(dim, inputs[0].shape)
    var join = Cat()
    join.dim = axis
    return try join.execute(
      inputs.map {
        $0.view(
          shape: $0.shape.inserting(1, at: axis), strides: $0.body.strides.inserting(1, at: axis))
      })
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    let parts: [T] = try g.dy.unbind(dim: dim)
    return parts
  }
}

extension TensorProtocol {
  /// Tensors of one shape side by side along a new axis; dtypes are promoted. Throws
  /// `TensorError.shapeMismatch` where shapes differ, `.invalidArgument` for an axis that is out of
  /// range.
  public static func stack(_ tensors: [Self], dim: Int = 0) throws -> Self {
    var operation = Stack()
    operation.dim = dim
    return try apply(operation, to: tensors)[0]
  }
  /// Tensors side by side: lists one after the other, others along axis 1. Throws as `cat`.
  public static func hstack(_ tensors: [Self]) throws -> Self {
    let parts = try tensors.map { try $0.atLeast1d() }
    return try cat(parts, dim: parts.first?.rank == 1 ? 0 : 1)
  }
  /// Tensors one below the other, lists as rows: along axis 0. Throws as `cat`.
  public static func vstack(_ tensors: [Self]) throws -> Self {
    try cat(tensors.map { try $0.atLeast2d() })
  }
  /// Tensors one behind the other, lists and matrices as layers: along axis 2. Throws as `cat`.
  public static func dstack(_ tensors: [Self]) throws -> Self {
    try cat(tensors.map { try $0.atLeast3d() }, dim: 2)
  }
  /// Tensors side by side, lists as columns: along axis 1. Throws as `cat`.
  public static func columnStack(_ tensors: [Self]) throws -> Self {
    try cat(tensors.map { $0.rank < 2 ? try $0.reshape([-1, 1]) : $0 }, dim: 1)
  }

  /// With one axis at least.
  public func atLeast1d() throws -> Self { rank == 0 ? try reshape([1]) : self }
  /// With two axes at least; a list becomes a row.
  public func atLeast2d() throws -> Self { rank < 2 ? try reshape([1, elementCount]) : self }
  /// With three axes at least; a list becomes a row, a matrix gets a last axis.
  public func atLeast3d() throws -> Self {
    switch rank {
    case 0, 1: try reshape([1, elementCount, 1])
    case 2: try unsqueeze(dim: 2)
    default: self
    }
  }

  /// Tensors of at most two axes along the diagonal of a matrix of zeros; dtypes are promoted.
  /// Throws `TensorError.invalidArgument` for no tensor and for more axes.
  public static func blockDiag(_ tensors: [Self]) throws -> Self {
    if let wrong = tensors.first(where: { $0.rank > 2 }) {
      throw TensorError.invalidArgument(
        "block_diag", "a tensor of shape \(wrong.shape) has more than two axes")
    }
    let blocks = try tensors.map { try $0.atLeast2d() }
    let width = blocks.reduce(0) { $0 &+ $1.shape[1] }
    var before = 0
    return try cat(
      blocks.map { block in
        defer { before &+= block.shape[1] }
        return try block.pad([before, width &- before &- block.shape[1]])
      })
  }

  /// The shape that the tensors broadcast to. Throws `TensorError.shapeMismatch`.
  private static func commonShape(_ tensors: [Self], _ name: String) throws -> Shape {
    try tensors.reduce(Shape()) { common, tensor in
      guard let shape = try Shape.broadcast(common, tensor.shape) else {
        throw TensorError.shapeMismatch(
          operation: name, shapes: [common, tensor.shape],
          remedy: "counted from the last axis, lengths must be equal or 1")
      }
      return shape
    }
  }
  /// The tensors repeated to one shape, without copying. Throws `TensorError.shapeMismatch`.
  public static func broadcastTensors(_ tensors: [Self]) throws -> [Self] {
    let shape = try commonShape(tensors, "broadcast_tensors")
    return try tensors.map { $0.shape == shape ? $0 : try $0.broadcastTo(shape) }
  }

  /// Coordinates of the points of a grid: for each list a tensor in which it varies along its own
  /// axis. Throws `TensorError.invalidArgument` for no tensor and for more than one axis,
  /// `.unsupportedDType` for different dtypes.
  public static func meshgrid(_ tensors: [Self], indexing: GridIndexing = .ij) throws -> [Self] {
    guard let first = tensors.first, tensors.allSatisfy({ $0.rank < 2 }) else {
      throw TensorError.invalidArgument("meshgrid", "give one list or several for the axes")
    }
    if let other = tensors.first(where: { $0.dtype != first.dtype }) {
      throw TensorError.unsupportedDType(
        operation: "meshgrid", dtypes: [first.dtype, other.dtype], remedy: "they must be equal")
    }
    // With x along the columns the first two axes change places.
    var axes = Array(tensors.indices)
    if indexing == .xy, axes.count > 1 { axes.swapAt(0, 1) }
    let size = axes.map { tensors[$0].elementCount }
    return try zip(tensors, axes).map { tensor, axis in
      var lengths = size.map { _ in 1 }
      lengths[axis] = tensor.elementCount
      return try tensor.reshape(lengths).broadcastTo(size)
    }
  }
  /// All choices of one element of each list, one in each row; a single list is itself. Throws
  /// `TensorError.invalidArgument` for no tensor and for other than one axis, `.unsupportedDType`
  /// for different dtypes.
  public static func cartesianProd(_ tensors: [Self]) throws -> Self {
    if let wrong = tensors.first(where: { $0.rank != 1 }) {
      throw TensorError.invalidArgument("cartesian_prod", "shape \(wrong.shape) is no list")
    }
    if tensors.count == 1 { return tensors[0] }
    return try stack(meshgrid(tensors).map { try $0.flatten() }, dim: 1)
  }
  /// All choices of `r` elements of a list in their order, one in each row. Throws
  /// `TensorError.invalidArgument` for other than one axis and for a negative `r`.
  public func combinations(r: Int = 2, withReplacement: Bool = false) throws -> Self {
    guard rank == 1 else {
      throw TensorError.invalidArgument("combinations", "shape \(shape) is no list")
    }
    if r == 0 { return try sliced([.slice(start: 0, end: 0)]) }
    var indices = CombinationIndices()
    indices.count = elementCount
    indices.r = r
    indices.withReplacement = withReplacement
    let positions: Self = try place.make(indices)
    return try indexSelect(dim: 0, positions.flatten()).reshape(positions.shape)
  }

  /// The tensors, each cut into so many parts along an axis and filled up with zeros, part by part
  /// as rows along that axis: what is gathered from several tensors for several receivers. Throws
  /// `TensorError.invalidArgument`, `.shapeMismatch`, `.unsupportedDType` for what does not fit
  /// together.
  public static func chunkCat(_ tensors: [Self], dim: Int, chunks: Int) throws -> Self {
    let identity = OperationIdentity.composed("_chunk_cat")
    guard chunks > 0, let first = tensors.first,
      tensors.allSatisfy({ $0.elementCount > 0 && (dim >= 0 || $0.rank == first.rank) })
    else {
      throw TensorError.invalidArgument(
        identity.name,
        "\(chunks) parts of \(tensors.count) tensors along axis \(dim): there must be parts and "
          + "elements, and equally many axes if they are counted from the end")
    }
    let axis = try first.shape.axis(dim, of: identity)
    let parts = try tensors.map { tensor in
      guard tensor.rank > axis, Array(tensor.shape[..<axis]) == Array(first.shape[..<axis]) else {
        throw TensorError.shapeMismatch(
          operation: identity.name, shapes: [first.shape, tensor.shape],
          remedy: "all lengths in front of axis \(axis) must be equal")
      }
      guard tensor.dtype == first.dtype else {
        throw TensorError.unsupportedDType(
          operation: identity.name, dtypes: [first.dtype, tensor.dtype],
          remedy: "they must be equal")
      }
      let missing = (chunks - tensor.shape[axis] % chunks) % chunks
      let behind = Array(repeating: 0, count: 2 * (tensor.rank - 1 - axis))
      let full = missing == 0 ? tensor : try tensor.pad(behind + [0, missing])
      return try full.reshape(Array(full.shape[..<axis]) + [chunks, -1])
    }
    return try cat(parts, dim: axis + 1)
  }
}

/// How the axes of a grid are counted.
public enum GridIndexing: String, Sendable {
  /// The first list varies along axis 0: rows, as of a matrix.
  case ij
  /// The first list varies along axis 1: across, as on paper.
  case xy
}

extension Shape {
  /// The shape that all of them broadcast to. Throws `TensorError.shapeMismatch`.
  public static func broadcast(_ shapes: [Shape]) throws -> Shape {
    try shapes.reduce(Shape()) { common, shape in
      guard let next = try Shape.broadcast(common, shape) else {
        throw TensorError.shapeMismatch(
          operation: "broadcast_shapes", shapes: [common, shape],
          remedy: "counted from the last axis, lengths must be equal or 1")
      }
      return next
    }
  }
}

let assemblingEntries: [any Operation.Type] =
  [Stack.self] + viewEntries + diagonalEntries + paddingEntries + repeatingEntries
  + splittingEntries

extension NamedOperations {
  mutating func addAssembling() {
    add("cat(Tensor[] tensors, int dim=0)") {
      try T.cat($0.tensors("tensors"), dim: $0.int("dim"))
    }
    alias("concat", of: "cat")
    alias("concatenate", of: "cat")
    add("stack(Tensor[] tensors, int dim=0)") {
      try T.stack($0.tensors("tensors"), dim: $0.int("dim"))
    }
    add("hstack(Tensor[] tensors)") { try T.hstack($0.tensors("tensors")) }
    add("vstack(Tensor[] tensors)") { try T.vstack($0.tensors("tensors")) }
    alias("row_stack", of: "vstack")
    add("dstack(Tensor[] tensors)") { try T.dstack($0.tensors("tensors")) }
    add("column_stack(Tensor[] tensors)") { try T.columnStack($0.tensors("tensors")) }
    add("_chunk_cat(Tensor[] tensors, int dim, int num_chunks)") {
      try T.chunkCat($0.tensors("tensors"), dim: $0.int("dim"), chunks: $0.int("num_chunks"))
    }
    add("block_diag(Tensor... tensors)") {
      let tensors = try $0.tensors("tensors")
      return tensors.isEmpty ? try $0.place.full([1, 0], 0.0) : try T.blockDiag(tensors)
    }
    add("cartesian_prod(Tensor... tensors)") { try T.cartesianProd($0.tensors("tensors")) }
    add("combinations(Tensor input, int r=2, bool with_replacement=False)") {
      try $0.x.combinations(r: $0.int("r"), withReplacement: $0.bool("with_replacement"))
    }
    addList("atleast_1d(Tensor... tensors)") {
      try $0.tensors("tensors").map { try $0.atLeast1d() }
    }
    addList("atleast_2d(Tensor... tensors)") {
      try $0.tensors("tensors").map { try $0.atLeast2d() }
    }
    addList("atleast_3d(Tensor... tensors)") {
      try $0.tensors("tensors").map { try $0.atLeast3d() }
    }
    addList("meshgrid(Tensor... tensors, *, str? indexing=None)") {
      let name = try $0.optionalText("indexing") ?? GridIndexing.ij.rawValue
      guard let indexing = GridIndexing(rawValue: name) else {
        throw $0.refuse("there is no such indexing: use ij or xy")
      }
      return try T.meshgrid($0.tensors("tensors"), indexing: indexing)
    }
    addList("broadcast_tensors(Tensor... tensors)") {
      try T.broadcastTensors($0.tensors("tensors"))
    }
    addValue("broadcast_shapes(any... shapes)") { arguments in
      guard case .list(let values) = arguments["shapes"] else { return .none }
      // A single shape is a list of numbers too.
      let isOneShape = values.allSatisfy { if case .int = $0 { true } else { false } }
      let shapes = try (isOneShape ? [.list(values)] : values).map { try arguments.shape($0) }
      return .list(try Shape.broadcast(shapes).map { .int($0) })
    }
  }
}

extension Arguments {
  /// A list of lengths, or one length, as a shape.
  fileprivate func shape(_ value: Argument<T>) throws -> Shape {
    switch value {
    case .int(let length): return try Shape([length])
    case .list(let lengths):
      return try Shape(
        lengths.map {
          guard case .int(let length) = $0 else {
            throw refuse("a shape consists of whole numbers")
          }
          return length
        })
    default: throw refuse("a shape consists of whole numbers")
    }
  }
}
