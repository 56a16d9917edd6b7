// Diagonals and triangles of matrices: op codes 0x0620 …

/// The diagonals of two axes, on a new last axis in their place; a view.
public struct Diagonal: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "diagonal", code: 0x0620)
  public static let attributes: [Attribute<Diagonal>] = [
    Attribute("offset", \.offset), Attribute("dim1", \.dim1), Attribute("dim2", \.dim2),
  ]
  public static let movesElements = true
  /// Which diagonal: 0 the main one, positive ones lie above it, negative ones below.
  public var offset = 0
  /// The axis of the rows.
  public var dim1 = 0
  /// The axis of the columns.
  public var dim2 = 1
  public init() {}

  /// Where the diagonals are in a tensor of the shape, and how long they are.
  private func place(in shape: Shape) throws
    -> (axis1: Int, axis2: Int, row: Int, column: Int, length: Int)
  {
    let (axis1, axis2) = try shape.axisPair(dim1, dim2, of: Self.identity)
    guard shape.rank >= 2 else {
      throw TensorError.invalidArgument(name, "a tensor of shape \(shape) has no two axes")
    }
    let (rows, columns) = (shape[axis1], shape[axis2])
    let row = Swift.min(Swift.max(offset, -rows), 0).magnitude
    let column = Swift.max(Swift.min(offset, columns), 0)
    return (axis1, axis2, Int(row), column, Swift.min(rows - Int(row), columns - column))
  }
  public func output(for x: Descriptor) throws -> Descriptor {
    let place = try place(in: x.shape)
    let (first, second) = (place.axis1, place.axis2)
    let rest = x.shape.removing(axis: Swift.max(first, second))
      .removing(axis: Swift.min(first, second))
    return Descriptor(shape: try Shape(Array(rest) + [place.length]), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let place = try place(in: x.shape)
    return x.detach().diagonal(
      place.axis1, place.axis2, row: place.row, column: place.column, length: place.length)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = DiagonalBackward()
    operation.inputSize = g.x.shape
    operation.diagonal = self
    return [try T.apply(operation, to: g.dy)]
  }
}

/// Zeros with a tensor put where `diagonal` takes it from: its gradient.
public struct DiagonalBackward: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "diagonal_backward", code: 0x0621)
  public static let attributes: [Attribute<DiagonalBackward>] = [
    Attribute("input_sizes", \.inputSize), Attribute("offset", \.diagonal.offset),
    Attribute("dim1", \.diagonal.dim1), Attribute("dim2", \.diagonal.dim2),
  ]
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var inputSize = Shape()
  /// Which diagonal.
  package var diagonal = Diagonal()
  public init() {}
  public func output(for dy: Descriptor) throws -> Descriptor {
    let result = Descriptor(shape: try Shape(inputSize), dtype: dy.dtype)
    let part = try diagonal.output(for: result)
    guard part.shape == dy.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, part.shape], remedy: "they must be equal")
    }
    return result
  }
  public func execute(_ dy: Tensor) throws -> Tensor {
    let out = try Elementwise.full(output(for: dy.descriptor), 0)
    try diagonal.execute(out).overwrite(with: dy)
    return out
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.apply(diagonal, to: g.dy)]
  }
}

/// A triangle of each matrix on the last two axes, zeros elsewhere.
public protocol TriangleOperation: OneInputOperation, AttributedOperation {
  /// The outermost diagonal that stays.
  var diagonal: Int { get set }
  /// Whether what lies above it stays, or what lies below.
  static var keepsUpper: Bool { get }
}

extension TriangleOperation {
  public static var movesElements: Bool { true }
  public func output(for x: Descriptor) throws -> Descriptor {
    guard x.shape.rank >= 2 else {
      throw TensorError.invalidArgument(
        name, "a tensor of shape \(x.shape) holds no matrices: it must have two axes at least")
    }
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    try x.triangle(keepsUpper: Self.keepsUpper, diagonal: diagonal)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.apply(self, to: g.dy)]
  }
}

/// The lower triangles of matrices: what lies above a diagonal becomes 0.
public struct Tril: TriangleOperation {
  public static let identity = OperationIdentity(name: "tril", code: 0x0622)
  public static let attributes: [Attribute<Tril>] = [Attribute("diagonal", \.diagonal)]
  public static let keepsUpper = false
  public var diagonal = 0
  public init() {}
}

/// The upper triangles of matrices: what lies below a diagonal becomes 0.
public struct Triu: TriangleOperation {
  public static let identity = OperationIdentity(name: "triu", code: 0x0623)
  public static let attributes: [Attribute<Triu>] = [Attribute("diagonal", \.diagonal)]
  public static let keepsUpper = true
  public var diagonal = 0
  public init() {}
}

extension TensorProtocol {
  /// The diagonals of two axes, on a new last axis in their place; a view. `offset` counts upwards
  /// from the main diagonal. Throws `TensorError.invalidArgument` for axes that do not exist or are
  /// the same.
  public func diagonal(offset: Int = 0, dim1: Int = 0, dim2: Int = 1) throws -> Self {
    var operation = Diagonal()
    operation.offset = offset
    operation.dim1 = dim1
    operation.dim2 = dim2
    return try Self.apply(operation, to: self)
  }
  /// Square matrices of zeros on two new axes, with the last axis on a diagonal. Throws
  /// `TensorError.invalidArgument` for a scalar and for axes that do not exist or are the same.
  public func diagEmbed(offset: Int = 0, dim1: Int = -2, dim2: Int = -1) throws -> Self {
    let identity = OperationIdentity.composed("diag_embed")
    guard let last = shape.last else {
      throw TensorError.invalidArgument(identity.name, "a scalar has no axis: reshape it")
    }
    let (axis1, axis2) = try Shape(Array(shape) + [1]).axisPair(dim1, dim2, of: identity)
    // An offset that nothing could hold wraps to a length that no shape can have.
    let length = last &+ Int(clamping: offset.magnitude)
    var operation = DiagonalBackward()
    operation.inputSize = try Shape(
      Array(shape.dropLast()).inserting(length, at: Swift.min(axis1, axis2))
        .inserting(length, at: Swift.max(axis1, axis2)))
    operation.diagonal.offset = offset
    operation.diagonal.dim1 = axis1
    operation.diagonal.dim2 = axis2
    return try Self.apply(operation, to: self)
  }
  /// A matrix's diagonal, or for a list the matrix that has it as a diagonal. Throws
  /// `TensorError.invalidArgument` for other numbers of axes.
  public func diag(diagonal: Int = 0) throws -> Self {
    switch rank {
    case 1: return try diagEmbed(offset: diagonal)
    case 2: return try self.diagonal(offset: diagonal)
    default:
      throw TensorError.invalidArgument("diag", "shape \(shape): it must have one axis or two")
    }
  }
  /// A matrix of zeros with all elements on a diagonal.
  public func diagflat(offset: Int = 0) throws -> Self {
    try reshape([-1]).diagEmbed(offset: offset)
  }
  /// The lower triangles of the matrices on the last two axes: what lies above the diagonal,
  /// counted upwards from the main one, becomes 0. Throws `TensorError.invalidArgument` for less
  /// than two axes.
  public func tril(diagonal: Int = 0) throws -> Self {
    var operation = Tril()
    operation.diagonal = diagonal
    return try Self.apply(operation, to: self)
  }
  /// The upper triangles of the matrices on the last two axes: what lies below the diagonal,
  /// counted upwards from the main one, becomes 0. Throws `TensorError.invalidArgument` for less
  /// than two axes.
  public func triu(diagonal: Int = 0) throws -> Self {
    var operation = Triu()
    operation.diagonal = diagonal
    return try Self.apply(operation, to: self)
  }
}

extension Array {
  fileprivate func inserting(_ element: Element, at place: Int) -> Array {
    Array(self[..<place]) + [element] + self[place...]
  }
}

let diagonalEntries: [any Operation.Type] = [
  Diagonal.self, DiagonalBackward.self, Tril.self, Triu.self,
]

extension NamedOperations {
  mutating func addDiagonals() {
    add("diagonal(Tensor input, int offset=0, int dim1=0, int dim2=1)") {
      try $0.x.diagonal(offset: $0.int("offset"), dim1: $0.int("dim1"), dim2: $0.int("dim2"))
    }
    alias("diagonal_copy", of: "diagonal")
    add("linalg.diagonal(Tensor A, *, int offset=0, int dim1=-2, int dim2=-1)") {
      try $0.tensor("A").diagonal(
        offset: $0.int("offset"), dim1: $0.int("dim1"), dim2: $0.int("dim2"))
    }
    add("diag_embed(Tensor input, int offset=0, int dim1=-2, int dim2=-1)") {
      try $0.x.diagEmbed(offset: $0.int("offset"), dim1: $0.int("dim1"), dim2: $0.int("dim2"))
    }
    add("diag(Tensor input, int diagonal=0)") { try $0.x.diag(diagonal: $0.int("diagonal")) }
    add("diagflat(Tensor input, int offset=0)") { try $0.x.diagflat(offset: $0.int("offset")) }
    add("tril(Tensor input, int diagonal=0)") { try $0.x.tril(diagonal: $0.int("diagonal")) }
    add("triu(Tensor input, int diagonal=0)") { try $0.x.triu(diagonal: $0.int("diagonal")) }
  }
}
