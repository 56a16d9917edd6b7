// Taking tensors apart: op codes 0x0650 …

/// A tensor cut into parts along an axis; views, all by one instruction.
public struct Split: AttributedOperation {
  public static let identity = OperationIdentity(name: "split_with_sizes", code: 0x0650)
  public static let inputCounts = 1...1
  public static let attributes: [Attribute<Split>] = [
    Attribute("split_sizes", \.sizes), Attribute("dim", \.dim),
  ]
  public static let movesElements = true
  /// Lengths of the parts.
  public var sizes: [Int] = []
  /// The axis; negative ones count from the end.
  public var dim = 0
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let (shape, dtype) = (inputs[0].shape, inputs[0].dtype)
    let axis = try Parts.axis(dim, of: shape, Self.identity)
    var rest = shape[axis]
    for size in sizes {
      guard size >= 0, size <= rest else {
        rest = -1
        break
      }
      rest -= size
    }
    guard rest == 0 else {
      throw TensorError.invalidArgument(
        name, "parts of \(sizes.prefix(Parts.shown)) do not make up axis \(axis) of shape \(shape)")
    }
    try Parts.requirePossible(sizes.count, Self.identity)
    return sizes.map { Descriptor(shape: shape.replacing(axis: axis, with: $0), dtype: dtype) }
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let axis = try Parts.axis(dim, of: inputs[0].shape, Self.identity)
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return inputs[0].detach().part(axis: axis, start: start, length: size)
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.cat(Parts.gradients(g), dim: dim)]
  }
}

/// The slices along an axis, which goes away; views, all by one instruction.
public struct Unbind: AttributedOperation {
  public static let identity = OperationIdentity(name: "unbind", code: 0x0651)
  public static let inputCounts = 1...1
  public static let attributes: [Attribute<Unbind>] = [Attribute("dim", \.dim)]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dim = 0
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = inputs[0].shape
    let axis = try Parts.axis(dim, of: shape, Self.identity)
    try Parts.requirePossible(shape[axis], Self.identity)
    let part = Descriptor(shape: shape.removing(axis: axis), dtype: inputs[0].dtype)
    return Array(repeating: part, count: shape[axis])
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let axis = try Parts.axis(dim, of: x.shape, Self.identity)
    return (0..<x.shape[axis]).map { position in
      let part = x.part(axis: axis, start: position, length: 1)
      return part.view(
        shape: part.shape.removing(axis: axis), strides: part.body.strides.removing(axis: axis))
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.stack(Parts.gradients(g), dim: dim)]
  }
}

/// What operations have in common that give many results.
private enum Parts {
  /// Of a long list an error names the beginning.
  static let shown = 16
  /// Results that one instruction can name.
  private static let most = 8000

  static func axis(_ dim: Int, of shape: Shape, _ operation: OperationIdentity) throws -> Int {
    guard shape.rank > 0 else {
      throw TensorError.invalidArgument(operation.name, "a scalar has no axis to take apart")
    }
    return try shape.axis(dim, of: operation)
  }

  static func requirePossible(_ count: Int, _ operation: OperationIdentity) throws {
    guard count <= most else {
      throw TensorError.invalidArgument(
        operation.name, "\(count) parts: at most \(most) can be made at once; take slices")
    }
  }

  /// The gradients of all results; zeros where nothing depends on one.
  static func gradients<T>(_ g: GradientContext<T>) throws -> [T] {
    try zip(g.gradients, g.outputs).map { try $0 ?? $1.zerosLike() }
  }
}

extension TensorProtocol {
  private func splittable(_ dim: Int, _ name: String) throws -> Int {
    try Parts.axis(dim, of: shape, .composed(name))
  }

  /// Parts of the given lengths along an axis; views. Throws `TensorError.invalidArgument` for a
  /// scalar, an axis that does not exist, and lengths that do not make up the axis.
  public func split(_ sizes: [Int], dim: Int = 0) throws -> [Self] {
    var operation = Split()
    operation.sizes = sizes
    operation.dim = dim
    return try Self.apply(operation, to: [self])
  }
  /// Parts of a length along an axis, the last one of what is left; views. Throws
  /// `TensorError.invalidArgument` for a scalar, an axis that does not exist, and a length of 0 of
  /// an axis that has elements.
  public func split(_ size: Int, dim: Int = 0) throws -> [Self] {
    let length = shape[try splittable(dim, "split")]
    guard size > 0 || size == 0 && length == 0 else {
      throw TensorError.invalidArgument("split", "parts of \(size): use a length of at least 1")
    }
    guard length > 0 else { return try split([0], dim: dim) }
    let whole = length / size
    let rest = length - whole * size
    return try split(Array(repeating: size, count: whole) + (rest > 0 ? [rest] : []), dim: dim)
  }
  /// So many parts along an axis, or fewer, all of one length but the last one; views. Throws
  /// `TensorError.invalidArgument` for a scalar, an axis that does not exist, and less than one
  /// part.
  public func chunk(_ chunks: Int, dim: Int = 0) throws -> [Self] {
    let length = shape[try splittable(dim, "chunk")]
    guard chunks > 0 else {
      throw TensorError.invalidArgument("chunk", "\(chunks) parts: use at least 1")
    }
    if length == 0 { return try split(Array(repeating: 0, count: chunks), dim: dim) }
    return try split((length - 1) / chunks + 1, dim: dim)
  }
  /// The slices along an axis, which goes away; views. Throws `TensorError.invalidArgument` for a
  /// scalar and an axis that does not exist.
  public func unbind(dim: Int = 0) throws -> [Self] {
    var operation = Unbind()
    operation.dim = dim
    return try Self.apply(operation, to: [self])
  }
  /// So many parts along an axis, whose lengths differ by one at most, the longer ones first;
  /// views. Throws `TensorError.invalidArgument` for a scalar, an axis that does not exist, and
  /// less than one part.
  public func tensorSplit(sections: Int, dim: Int = 0) throws -> [Self] {
    let length = shape[try splittable(dim, "tensor_split")]
    guard sections > 0 else {
      throw TensorError.invalidArgument("tensor_split", "\(sections) parts: use at least 1")
    }
    let (size, longer) = length.quotientAndRemainder(dividingBy: sections)
    return try split((0..<sections).map { $0 < longer ? size + 1 : size }, dim: dim)
  }
  /// Parts along an axis that begin at the given positions, as slices between them are taken:
  /// negative ones count from the end, and a part that ends before it begins is empty. Throws
  /// `TensorError.invalidArgument` for a scalar and an axis that does not exist.
  public func tensorSplit(indices: [Int], dim: Int = 0) throws -> [Self] {
    let axis = try splittable(dim, "tensor_split")
    let length = shape[axis]
    let borders = indices.map { Swift.min(Swift.max($0 < 0 ? $0 + length : $0, 0), length) }
    let (starts, ends) = ([0] + borders, borders + [length])
    let sizes = zip(starts, ends).map { $1 - $0 }
    if sizes.allSatisfy({ $0 >= 0 }) { return try split(sizes, dim: axis) }
    return try zip(starts, ends).map {
      try sliced(
        Array(repeating: .all, count: axis) + [.slice(start: $0, end: Swift.max($0, $1))])
    }
  }
  /// The same with the positions, or their number of parts if it is a scalar, in a tensor of int64,
  /// which is read. Throws `TensorError.unsupportedDType`, `.invalidArgument` for more than one
  /// axis.
  public func tensorSplit(_ indicesOrSections: Self, dim: Int = 0) throws -> [Self] {
    guard indicesOrSections.dtype == .int64 else {
      throw TensorError.unsupportedDType(
        operation: "tensor_split", dtypes: [indicesOrSections.dtype],
        remedy: "positions must be int64: cast them")
    }
    guard indicesOrSections.rank < 2 else {
      throw TensorError.invalidArgument(
        "tensor_split", "positions of shape \(indicesOrSections.shape) must stand on one axis")
    }
    let values = try indicesOrSections.values().toArray(of: Int.self)
    if indicesOrSections.rank == 0 { return try tensorSplit(sections: values[0], dim: dim) }
    return try tensorSplit(indices: values, dim: dim)
  }

  /// Equal parts along the axis that h, v or d stands for.
  func split(sections: Int, dim: Int, _ name: String, rank least: Int) throws -> [Self] {
    let axis = try side(dim, name, rank: least)
    guard sections > 0, shape[axis] % sections == 0 else {
      throw TensorError.invalidArgument(
        name, "axis \(axis) of shape \(shape) cannot be cut into \(sections) equal parts")
    }
    return try tensorSplit(sections: sections, dim: axis)
  }
  /// Parts that begin at the positions along the axis that h, v or d stands for.
  func split(indices: [Int], dim: Int, _ name: String, rank least: Int) throws -> [Self] {
    try tensorSplit(indices: indices, dim: side(dim, name, rank: least))
  }
  private func side(_ dim: Int, _ name: String, rank least: Int) throws -> Int {
    guard rank >= least else {
      throw TensorError.invalidArgument(name, "shape \(shape) has fewer than \(least) axes")
    }
    // What stands side by side in a list are its elements.
    return Swift.min(dim, rank - 1)
  }
  /// Equal parts side by side: along axis 1, of a list along its axis. Throws
  /// `TensorError.invalidArgument` where they would not be equal.
  public func hsplit(sections: Int) throws -> [Self] {
    try split(sections: sections, dim: 1, "hsplit", rank: 1)
  }
  /// Parts side by side that begin at the positions: along axis 1, of a list along its axis.
  public func hsplit(indices: [Int]) throws -> [Self] {
    try split(indices: indices, dim: 1, "hsplit", rank: 1)
  }
  /// Equal parts one below the other: along axis 0 of at least two. Throws
  /// `TensorError.invalidArgument` where they would not be equal.
  public func vsplit(sections: Int) throws -> [Self] {
    try split(sections: sections, dim: 0, "vsplit", rank: 2)
  }
  /// Parts one below the other that begin at the positions: along axis 0 of at least two.
  public func vsplit(indices: [Int]) throws -> [Self] {
    try split(indices: indices, dim: 0, "vsplit", rank: 2)
  }
  /// Equal parts one behind the other: along axis 2. Throws `TensorError.invalidArgument` where
  /// they would not be equal.
  public func dsplit(sections: Int) throws -> [Self] {
    try split(sections: sections, dim: 2, "dsplit", rank: 3)
  }
  /// Parts one behind the other that begin at the positions: along axis 2.
  public func dsplit(indices: [Int]) throws -> [Self] {
    try split(indices: indices, dim: 2, "dsplit", rank: 3)
  }
}

let splittingEntries: [any Operation.Type] = [Split.self, Unbind.self]

extension NamedOperations {
  mutating func addSplitting() {
    addList("split(Tensor input, int split_size, int dim=0)") {
      try $0.x.split($0.int("split_size"), dim: $0.int("dim"))
    }
    addList("split(Tensor input, int split_size_or_sections, int dim=0)") {
      try $0.x.split($0.int("split_size_or_sections"), dim: $0.int("dim"))
    }
    addList("split(Tensor input, int[] split_size_or_sections, int dim=0)") {
      try $0.x.split($0.ints("split_size_or_sections"), dim: $0.int("dim"))
    }
    alias("unsafe_split", of: "split")
    addList("split_with_sizes(Tensor input, int[] split_sizes, int dim=0)") {
      try $0.x.split($0.ints("split_sizes"), dim: $0.int("dim"))
    }
    alias("split_with_sizes_copy", of: "split_with_sizes")
    alias("unsafe_split_with_sizes", of: "split_with_sizes")
    addList("split_copy(Tensor input, int split_size, int dim=0)") {
      try $0.x.split($0.int("split_size"), dim: $0.int("dim"))
    }
    addList("chunk(Tensor input, int chunks, int dim=0)") {
      try $0.x.chunk($0.int("chunks"), dim: $0.int("dim"))
    }
    alias("unsafe_chunk", of: "chunk")
    addList("unbind(Tensor input, int dim=0)") { try $0.x.unbind(dim: $0.int("dim")) }
    alias("unbind_copy", of: "unbind")
    addTensorSplits()
  }

  private mutating func addTensorSplits() {
    for name in ["sections", "indices_or_sections"] {
      addList("tensor_split(Tensor input, int \(name), int dim=0)") {
        try $0.x.tensorSplit(sections: $0.int(name), dim: $0.int("dim"))
      }
    }
    for name in ["indices", "indices_or_sections"] {
      addList("tensor_split(Tensor input, int[] \(name), int dim=0)") {
        try $0.x.tensorSplit(indices: $0.ints(name), dim: $0.int("dim"))
      }
    }
    for name in ["tensor_indices_or_sections", "indices_or_sections"] {
      addList("tensor_split(Tensor input, Tensor \(name), int dim=0)") {
        try $0.x.tensorSplit($0.tensor(name), dim: $0.int("dim"))
      }
    }
    for (name, dim, rank) in [("hsplit", 1, 1), ("vsplit", 0, 2), ("dsplit", 2, 3)] {
      for parameter in ["sections", "indices_or_sections"] {
        addList("\(name)(Tensor input, int \(parameter))") {
          try $0.x.split(sections: $0.int(parameter), dim: dim, name, rank: rank)
        }
      }
      for parameter in ["indices", "indices_or_sections"] {
        addList("\(name)(Tensor input, int[] \(parameter))") {
          try $0.x.split(indices: $0.ints(parameter), dim: dim, name, rank: rank)
        }
      }
    }
  }
}
