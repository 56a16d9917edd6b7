/// The lengths of a tensor's axes, at most eight, held in place: copying a shape allocates nothing.
public struct Shape: Sendable {
  /// The most axes a tensor can have.
  public static let maximumRank = 8

  var lengths: InlineArray<8, Int>
  /// Number of axes; 0 for a scalar.
  public private(set) var rank: Int

  /// The shape of a scalar: no axis.
  @inlinable public init() { self.init(rank: 0) }

  @usableFromInline init(rank: Int) {
    lengths = InlineArray(repeating: 0)
    self.rank = rank
  }

  /// The given lengths. Throws `TensorError.invalidShape` for more than eight axes, a negative
  /// length, or more elements than an `Int` counts.
  public init(_ lengths: some Collection<Int>) throws {
    guard lengths.count <= Shape.maximumRank else {
      // A list from the wire may be of any length: the error names its beginning.
      throw TensorError.invalidShape(
        Array(lengths.prefix(2 * Shape.maximumRank)),
        "a tensor has at most \(Shape.maximumRank) axes, not \(lengths.count)")
    }
    self.init(rank: lengths.count)
    for (axis, length) in lengths.enumerated() { self.lengths[axis] = length }
    guard let bytes = checkedCount?.multipliedReportingOverflow(by: 8), !bytes.overflow else {
      throw TensorError.invalidShape(
        Array(lengths), "lengths must not be negative and their product must fit into 60 bits")
    }
  }

  /// Number of elements: the product of the lengths, or nil where a length is negative or the
  /// product overflows.
  var checkedCount: Int? {
    var product = 1
    var isEmpty = false
    for axis in 0..<rank {
      if lengths[axis] < 0 { return nil }
      if lengths[axis] == 0 { isEmpty = true; continue }
      let (next, overflow) = product.multipliedReportingOverflow(by: lengths[axis])
      if overflow { return nil }
      product = next
    }
    return isEmpty ? 0 : product
  }

  /// Number of elements: the product of the lengths, 1 for a scalar.
  public var elementCount: Int {
    var product = 1
    for axis in 0..<rank { product &*= lengths[axis] }
    return product
  }

  /// Strides in elements of a contiguous row-major tensor.
  var contiguousStrides: Strides {
    var strides = Strides(rank: rank)
    var step = 1
    var axis = rank - 1
    while axis >= 0 {
      strides.lengths[axis] = step
      step &*= Swift.max(lengths[axis], 1)
      axis -= 1
    }
    return strides
  }

  mutating func append(_ length: Int) {
    lengths[rank] = length
    rank += 1
  }

  func removing(axis: Int) -> Shape {
    var result = Shape()
    for other in 0..<rank where other != axis { result.append(lengths[other]) }
    return result
  }

  func inserting(_ length: Int, at axis: Int) -> Shape {
    var result = Shape()
    for other in 0..<axis { result.append(lengths[other]) }
    result.append(length)
    for other in axis..<rank { result.append(lengths[other]) }
    return result
  }

  func replacing(axis: Int, with length: Int) -> Shape {
    var result = self
    result.lengths[axis] = length
    return result
  }
}

/// Steps between neighbours along each axis, in elements: a shape's fields with another meaning.
typealias Strides = Shape

extension Shape: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { rank }
  /// The length of the axis, counted from the front. Ends the program for one that does not exist,
  /// as Swift's own collections do.
  public subscript(axis: Int) -> Int {
    get {
      precondition(axis < rank, "axis out of range")
      return lengths[axis]
    }
    set {
      precondition(axis < rank, "axis out of range")
      lengths[axis] = newValue
    }
  }
}

extension Shape: Hashable {
  public static func == (l: Shape, r: Shape) -> Bool {
    if l.rank != r.rank { return false }
    for axis in 0..<l.rank where l.lengths[axis] != r.lengths[axis] { return false }
    return true
  }

  /// Whether the lengths are those of an array: `x.shape == [2, 3]`.
  public static func == (l: Shape, r: [Int]) -> Bool { l.elementsEqual(r) }

  public func hash(into hasher: inout Hasher) {
    for axis in 0..<rank { hasher.combine(lengths[axis]) }
  }
}

extension Shape: CustomStringConvertible {
  /// As PyTorch writes sizes: `[2, 3]`.
  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}

/// What is known of a tensor without its data: shape and dtype.
public struct Descriptor: Sendable, Hashable {
  /// Lengths of the axes.
  public var shape: Shape
  /// Type of the elements.
  public var dtype: DType

  /// What is known of a tensor of the shape and dtype.
  public init(shape: Shape, dtype: DType) {
    self.shape = shape
    self.dtype = dtype
  }

  /// Bytes of the elements.
  public var byteCount: Int { shape.elementCount &* dtype.size }
}

extension Descriptor: CustomStringConvertible {
  /// E.g. `float32[2, 3]`.
  public var description: String { "\(dtype)\(shape)" }
}

// MARK: Broadcasting and axes

extension Shape {
  /// The shape that both broadcast to, or nil. Throws `TensorError.invalidShape` where it would
  /// have more elements than can be counted: two small tensors suffice for that.
  static func broadcast(_ x: Shape, _ y: Shape) throws -> Shape? {
    if x == y { return x }
    let rank = Swift.max(x.rank, y.rank)
    var result = Shape(rank: rank)
    for axis in 0..<rank {
      let a = axis - (rank - x.rank)
      let b = axis - (rank - y.rank)
      let (p, q) = (a < 0 ? 1 : x.lengths[a], b < 0 ? 1 : y.lengths[b])
      if p == q || q == 1 {
        result.lengths[axis] = p
      } else if p == 1 {
        result.lengths[axis] = q
      } else {
        return nil
      }
    }
    return try Shape(result)
  }

  /// The shape that all broadcast to. Throws `TensorError.shapeMismatch`, `.invalidShape`.
  static func broadcast(_ inputs: [Descriptor], _ operation: OperationIdentity) throws -> Shape {
    var result = Shape()
    for input in inputs {
      guard let next = try broadcast(result, input.shape) else {
        throw TensorError.shapeMismatch(
          operation: operation.name, shapes: inputs.map(\.shape),
          remedy: "counted from the last axis, lengths must be equal or 1")
      }
      result = next
    }
    return result
  }

  /// The axis counted from the front; negative ones count from the end, as in PyTorch. A scalar
  /// accepts 0 and −1. Throws `TensorError.invalidArgument`.
  func axis(_ axis: Int, of operation: OperationIdentity) throws -> Int {
    let limit = Swift.max(rank, 1)
    guard axis >= -limit, axis < limit else {
      throw TensorError.invalidArgument(
        operation.name,
        "axis \(axis) is out of range for shape \(self): use \(-limit) … \(limit - 1)")
    }
    return axis < 0 ? axis + limit : axis
  }

  /// The axes counted from the front. Throws `TensorError.invalidArgument` for one out of range or
  /// named twice.
  func distinctAxes(_ dims: [Int], of operation: OperationIdentity) throws -> [Int] {
    let axes = try dims.map { try axis($0, of: operation) }
    guard Set(axes).count == axes.count else {
      throw TensorError.invalidArgument(operation.name, "\(dims): an axis is named twice")
    }
    return axes
  }

  /// The same for two axes, which must differ.
  func axisPair(_ dim0: Int, _ dim1: Int, of operation: OperationIdentity) throws -> (Int, Int) {
    let axes = try distinctAxes([dim0, dim1], of: operation)
    return (axes[0], axes[1])
  }
}
