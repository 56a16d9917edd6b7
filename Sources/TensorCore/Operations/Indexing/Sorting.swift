// Order: op codes 0x0D00 …

/// The elements along an axis in rising or falling order, and where they stood. Equal ones keep
/// their order; nan counts as largest.
public struct Sort: AttributedOperation {
  public static let identity = OperationIdentity(name: "sort", code: 0x0D00)
  public static let inputCounts = 1...1
  public static let attributes: [Attribute<Sort>] = [
    Attribute("dim", \.dim), Attribute("descending", \.descending),
  ]
  public static let movesElements = true
  /// The axis; negative ones count from the end.
  public var dim = -1
  /// Whether the largest comes first.
  public var descending = false
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    _ = try inputs[0].shape.axis(dim, of: Self.identity)
    return [inputs[0], Descriptor(shape: inputs[0].shape, dtype: .int64)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let axis = try inputs[0].shape.axis(dim, of: Self.identity)
    return try Order.alongAxis(inputs[0], axis, count: nil) { rows, columns in
      try Order.sorted(rows, columns: columns, descending: descending)
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.x.zerosLike().scatter(dim: dim, g.outputs[1], g.dy)]
  }
}

/// The k largest or smallest elements along an axis, and where they stood. nan counts as largest.
public struct TopK: AttributedOperation {
  public static let identity = OperationIdentity(name: "topk", code: 0x0D01)
  public static let inputCounts = 1...1
  public static let attributes: [Attribute<TopK>] = [
    Attribute("k", \.k), Attribute("dim", \.dim), Attribute("largest", \.largest),
    Attribute("sorted", \.sorted),
  ]
  public static let movesElements = true
  /// How many elements.
  public var k = 1
  /// The axis; negative ones count from the end.
  public var dim = -1
  /// Whether the largest, not the smallest.
  public var largest = true
  /// Whether in order; else in any.
  public var sorted = true
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let x = inputs[0]
    guard x.dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [.bool], remedy: "cast the truth values to a number")
    }
    let axis = try x.shape.axis(dim, of: Self.identity)
    let length = x.shape.withAxis[axis]
    guard k >= 0, k <= length else {
      throw TensorError.invalidArgument(
        name, "\(k) elements of axis \(axis) of shape \(x.shape): use 0 … \(length)")
    }
    let shape = x.shape.rank == 0 ? x.shape : x.shape.replacing(axis: axis, with: k)
    return [x, x].enumerated().map {
      Descriptor(shape: shape, dtype: $0.offset == 0 ? x.dtype : .int64)
    }
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let axis = try inputs[0].shape.axis(dim, of: Self.identity)
    // As in PyTorch, a scalar has one element whatever k is.
    let count = inputs[0].rank == 0 ? 1 : k
    return try Order.alongAxis(inputs[0], axis, count: count) { rows, columns in
      try Order.first(
        count, of: rows, columns: columns, largest: largest, sorted: sorted)
    }
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.x.zerosLike().scatter(dim: dim, g.outputs[1], g.dy)]
  }
}

extension TensorProtocol {
  /// The elements along an axis in rising or falling order, and their positions before (int64).
  /// Equal ones keep their order, whether `stable` or not; nan counts as largest. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist.
  public func sort(dim: Int = -1, descending: Bool = false, stable: Bool = false) throws -> (
    values: Self, indices: Self
  ) {
    var operation = Sort()
    operation.dim = dim
    operation.descending = descending
    let results = try Self.apply(operation, to: [self])
    return (results[0], results[1])
  }
  /// The positions that `sort` gives.
  public func argsort(dim: Int = -1, descending: Bool = false, stable: Bool = false) throws -> Self
  {
    try sort(dim: dim, descending: descending, stable: stable).indices
  }
  /// The slices along the first axis with each column in rising order.
  public func msort() throws -> Self { try sort(dim: 0).values }
  /// The k largest, or smallest, elements along an axis, and their positions (int64); in order if
  /// `sorted`. nan counts as largest. Throws `TensorError.invalidArgument` for more elements than
  /// there are and for an axis that does not exist, `.unsupportedDType` for bool.
  public func topk(_ k: Int, dim: Int = -1, largest: Bool = true, sorted: Bool = true) throws -> (
    values: Self, indices: Self
  ) {
    var operation = TopK()
    operation.k = k
    operation.dim = dim
    operation.largest = largest
    operation.sorted = sorted
    let results = try Self.apply(operation, to: [self])
    return (results[0], results[1])
  }
}

let sortingEntries: [any Operation.Type] = [Sort.self, TopK.self] + setEntries + searchEntries

extension NamedOperations {
  mutating func addSorting() {
    addPair("sort(Tensor input, int dim=-1, bool descending=False, bool stable=False)") {
      let sorted = try $0.x.sort(dim: $0.int("dim"), descending: $0.bool("descending"))
      return (sorted.values, sorted.indices)
    }
    addPair("sort(Tensor input, *, bool? stable, int dim=-1, bool descending=False)") {
      let sorted = try $0.x.sort(dim: $0.int("dim"), descending: $0.bool("descending"))
      return (sorted.values, sorted.indices)
    }
    add("argsort(Tensor input, int dim=-1, bool descending=False, bool stable=False)") {
      try $0.x.argsort(dim: $0.int("dim"), descending: $0.bool("descending"))
    }
    add("msort(Tensor input)") { try $0.x.msort() }
    addPair("topk(Tensor input, int k, int dim=-1, bool largest=True, bool sorted=True)") {
      let top = try $0.x.topk(
        $0.int("k"), dim: $0.int("dim"), largest: $0.bool("largest"), sorted: $0.bool("sorted"))
      return (top.values, top.indices)
    }
    addSets()
    addSearch()
  }
}
