// Regular rows, matrices and lists of positions: op codes 0x0110 …

/// A matrix with ones on the main diagonal and zeros elsewhere.
public struct Eye: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "eye", code: 0x0110)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Eye>] = [
    Attribute("n", \.n), Attribute("m", \.m), Attribute("dtype", \.dtype),
  ]
  /// Number of rows.
  public var n = 0
  /// Number of columns.
  public var m = 0
  /// Type of the elements.
  public var dtype = DType.defaultFloat
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    return [Descriptor(shape: try Shape([n, m]), dtype: dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let out = try Elementwise.full(outputs(for: [])[0], 0)
    let diagonal = try Diagonal().execute(out)
    diagonal.overwrite(with: try Elementwise.full(diagonal.descriptor, 1))
    return [out]
  }
}

/// Numbers at equal distances from a first to a last one.
public struct Linspace: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "linspace", code: 0x0111)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Linspace>] = [
    Attribute("start", \.start), Attribute("end", \.end), Attribute("steps", \.steps),
    Attribute("dtype", \.dtype),
  ]
  /// The first number.
  public var start: Scalar = 0
  /// The last one.
  public var end: Scalar = 0
  /// How many there are.
  public var steps = 0
  /// Type of the elements.
  public var dtype = DType.defaultFloat
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "use a dtype of numbers")
    }
    guard steps >= 0 else {
      throw TensorError.invalidArgument(name, "\(steps) numbers: use at least 0")
    }
    try start.requireFits(dtype, name)
    try end.requireFits(dtype, name)
    return [Descriptor(shape: try Shape([steps]), dtype: dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    // As in PyTorch both ends, and in float32 the step, are first rounded to the dtype.
    let first = try Tensor.full([], start, dtype: dtype).item()
    let last = try Tensor.full([], end, dtype: dtype).item()
    let exact = steps > 1 ? (last - first) / Double(steps - 1) : 0
    let step = dtype == .float32 ? Double(Float(exact)) : exact
    let values = try Tensor.filled(shape: Shape([steps]), as: Double.self) { buffer in
      // Counted from the nearer end, so that both are exact.
      for index in buffer.indices {
        buffer[index] =
          index < steps / 2 || steps == 1
          ? first + step * Double(index) : last - step * Double(steps - 1 - index)
      }
    }
    return [try Elementwise.cast(values, to: dtype)]
  }
}

/// Which positions of a matrix lie in a triangle.
private struct Triangle {
  let rows: Int
  let columns: Int
  /// The triangle holds what is not above this diagonal, counted upwards from the main one.
  let diagonal: Int

  /// Triangles of matrices beyond the farthest diagonals are as those on them.
  init(rows: Int, columns: Int, diagonal: Int) {
    self.rows = rows
    self.columns = columns
    self.diagonal = Swift.max(-rows, Swift.min(diagonal, columns))
  }

  /// How many positions of a row are in it.
  func length(ofRow row: Int) -> Int { Swift.max(0, Swift.min(row + diagonal + 1, columns)) }

  /// How many positions there are in all; nil where they cannot be counted.
  var count: Int? {
    // Rows that grow by one each, and full ones behind them.
    let first = Swift.max(0, -diagonal)
    let full = Swift.max(first, Swift.min(rows, columns - diagonal))
    let growing = Int128(full - first)
    let shortest = Int128(first + diagonal + 1)
    let triangle = growing * shortest + growing * (growing - 1) / 2
    return Int(exactly: triangle + Int128(rows - full) * Int128(columns))
  }

  /// The descriptor of a list of so many positions. Throws where there can be none.
  static func descriptor(_ rows: Int, _ columns: Int, _ count: Int?, _ dtype: DType, _ name: String)
    throws -> Descriptor
  {
    guard dtype == .int64 || dtype == .int32 else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "positions are int64 or int32")
    }
    guard let count else {
      throw TensorError.invalidArgument(name, "a matrix of \(rows) × \(columns) is too large")
    }
    return Descriptor(shape: try Shape([2, count]), dtype: dtype)
  }

  static func requireLengths(_ rows: Int, _ columns: Int, _ name: String) throws {
    let lengths = 0...Int(Int32.max)
    guard lengths.contains(rows), lengths.contains(columns) else {
      throw TensorError.invalidArgument(
        name, "a matrix of \(rows) × \(columns): use lengths from 0 to \(lengths.upperBound)")
    }
  }
}

/// The rows and columns of the positions in the lower triangle of a matrix.
public struct TrilIndices: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "tril_indices", code: 0x0112)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<TrilIndices>] = [
    Attribute("row", \.row), Attribute("col", \.col), Attribute("offset", \.offset),
    Attribute("dtype", \.dtype),
  ]
  /// Number of rows.
  public var row = 0
  /// Number of columns.
  public var col = 0
  /// The outermost diagonal of the triangle, counted upwards from the main one.
  public var offset = 0
  /// int64 or int32.
  public var dtype = DType.int64
  public init() {}
  private var triangle: Triangle { Triangle(rows: row, columns: col, diagonal: offset) }
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try Triangle.requireLengths(row, col, name)
    return [try Triangle.descriptor(row, col, triangle.count, dtype, name)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: [])[0]
    let (triangle, count) = (triangle, result.shape[1])
    let positions = try Tensor.filled(shape: result.shape, as: Int64.self) { out in
      var place = 0
      var row = Swift.max(0, -triangle.diagonal)
      while place < count {
        for column in 0..<triangle.length(ofRow: row) {
          out[place] = Int64(row)
          out[count + place] = Int64(column)
          place += 1
        }
        row += 1
      }
    }
    return [try Elementwise.cast(positions, to: dtype)]
  }
}

/// The rows and columns of the positions in the upper triangle of a matrix.
public struct TriuIndices: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "triu_indices", code: 0x0113)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<TriuIndices>] = [
    Attribute("row", \.row), Attribute("col", \.col), Attribute("offset", \.offset),
    Attribute("dtype", \.dtype),
  ]
  /// Number of rows.
  public var row = 0
  /// Number of columns.
  public var col = 0
  /// The outermost diagonal of the triangle, counted upwards from the main one.
  public var offset = 0
  /// int64 or int32.
  public var dtype = DType.int64
  public init() {}
  /// What is not in the upper one.
  private var below: Triangle {
    Triangle(rows: row, columns: col, diagonal: offset == .min ? offset : offset - 1)
  }
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try Triangle.requireLengths(row, col, name)
    return [try Triangle.descriptor(row, col, below.count.map { row * col - $0 }, dtype, name)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let result = try outputs(for: [])[0]
    let (below, count) = (below, result.shape[1])
    let positions = try Tensor.filled(shape: result.shape, as: Int64.self) { out in
      var (place, row) = (0, 0)
      while place < count {
        for column in below.length(ofRow: row)..<col {
          out[place] = Int64(row)
          out[count + place] = Int64(column)
          place += 1
        }
        row += 1
      }
    }
    return [try Elementwise.cast(positions, to: dtype)]
  }
}

/// All choices of some of the positions of a list, in order: one in each row, int64.
public struct CombinationIndices: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "combination_indices", code: 0x0114)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<CombinationIndices>] = [
    Attribute("count", \.count), Attribute("r", \.r),
    Attribute("with_replacement", \.withReplacement),
  ]
  /// How many positions there are.
  public var count = 0
  /// How many are chosen.
  public var r = 2
  /// Whether one can be chosen several times.
  public var withReplacement = false
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    guard count >= 0, r >= 0 else {
      throw TensorError.invalidArgument(name, "\(r) of \(count): use numbers of at least 0")
    }
    guard let rows = Self.choices(Int128(count) + (withReplacement ? Int128(r) - 1 : 0), r) else {
      throw TensorError.invalidArgument(name, "\(r) of \(count): there are too many choices")
    }
    return [Descriptor(shape: try Shape([rows, r]), dtype: .int64)]
  }

  /// The binomial coefficient, or nil where it is too large.
  private static func choices(_ n: Int128, _ r: Int) -> Int? {
    if r == 0 { return 1 }
    guard n >= Int128(r) else { return 0 }
    // Each factor at least doubles the product, so few are needed to find it too large.
    let fewer = Swift.min(Int128(r), n - Int128(r))
    var product: Int128 = 1
    var factor: Int128 = 1
    while factor <= fewer {
      product = product * (n - fewer + factor) / factor
      if product > Int128(1) << 60 { return nil }
      factor += 1
    }
    return Int(product)
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let shape = try outputs(for: [])[0].shape
    return [
      try .filled(shape: shape, as: Int64.self) { out in
        if out.isEmpty { return }
        let step = withReplacement ? 0 : 1
        var choice = (0..<r).map { $0 * step }
        for row in 0..<shape[0] {
          for (place, position) in choice.enumerated() { out[row * r + place] = Int64(position) }
          // The last position that can still grow does, and those behind it follow closely.
          guard
            let grows = choice.indices.last(where: { choice[$0] < count - 1 - (r - 1 - $0) * step })
          else { return }
          choice[grows] += 1
          for place in (grows + 1)..<Swift.max(r, grows + 1) {
            choice[place] = choice[place - 1] + step
          }
        }
      }
    ]
  }
}
