// Sets of elements and of slices.

/// The different elements of a tensor, or the different slices along an axis, in rising order; if
/// asked for, where each element or slice stands among them and how often each occurs. nan differs
/// from itself.
public struct Unique: DistinctOperation {
  public static let identity = OperationIdentity(name: "unique", code: 0x0D10)
  public static let attributes: [Attribute<Unique>] = [
    Attribute("return_inverse", \.returnInverse), Attribute("return_counts", \.returnCounts),
    Attribute("dim", \.dim),
  ]
  static let sorts = true
  /// Whether to say where each element stands in the result.
  public var returnInverse = false
  /// Whether to say how often each occurs.
  public var returnCounts = false
  /// The axis of the slices; nil for elements.
  public var dim: Int?
  public init() {}
}

/// The same, but only neighbours that are equal become one; the order stays.
public struct UniqueConsecutive: DistinctOperation {
  public static let identity = OperationIdentity(name: "unique_consecutive", code: 0x0D11)
  public static let attributes: [Attribute<UniqueConsecutive>] = [
    Attribute("return_inverse", \.returnInverse), Attribute("return_counts", \.returnCounts),
    Attribute("dim", \.dim),
  ]
  static let sorts = false
  /// Whether to say where each element stands in the result.
  public var returnInverse = false
  /// Whether to say how often each occurs.
  public var returnCounts = false
  /// The axis of the slices; nil for elements.
  public var dim: Int?
  public init() {}
}

/// An operation that makes one of equal elements or slices.
protocol DistinctOperation: AttributedOperation, NonDifferentiableOperation {
  /// Whether equal ones are brought together first.
  static var sorts: Bool { get }
  var returnInverse: Bool { get set }
  var returnCounts: Bool { get set }
  var dim: Int? { get set }
}

extension DistinctOperation {
  public static var inputCounts: ClosedRange<Int> { 1...1 }
  public static var movesElements: Bool { true }
  public static var isDataDependent: Bool { true }

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let x = inputs[0]
    var (values, inverse) = (try Shape([x.shape.elementCount]), x.shape)
    if let dim {
      guard x.shape.rank > 0 else {
        throw TensorError.invalidArgument(name, "a scalar has no axis: leave dim away")
      }
      let axis = try x.shape.axis(dim, of: Self.identity)
      guard !x.shape.indices.contains(where: { $0 != axis && x.shape[$0] == 0 })
      else {
        throw TensorError.invalidArgument(
          name, "slices along axis \(axis) of shape \(x.shape) have no elements to compare")
      }
      (values, inverse) = (x.shape, try Shape([x.shape[axis]]))
    }
    let count = try Shape([values.first ?? 1])
    return [Descriptor(shape: values, dtype: x.dtype)]
      + (returnInverse ? [Descriptor(shape: inverse, dtype: .int64)] : [])
      + (returnCounts ? [Descriptor(shape: count, dtype: .int64)] : [])
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let axis = try dim.map { try x.shape.axis($0, of: Self.identity) }
    let slices =
      try axis == nil
      ? x.reshape([x.elementCount]).contiguous() : x.transpose(0, axis ?? 0).contiguous()
    let compared = try Elementwise.cast(slices, to: x.dtype.accumulated)
    let order = try Self.sorts ? order(of: compared, isList: axis == nil) : nil
    let (runs, firsts) = try Order.runs(compared, in: order)
    let found = firsts.elementCount
    let values = try Places(slices: firsts, axes: 0..<1, of: slices.shape)
      .gather(slices, result: slices.shape.replacing(axis: 0, with: found))
    var results = [try axis.map { try values.transpose(0, $0).contiguous() } ?? values]
    if returnInverse {
      let inverse = try order.map { try put(runs, at: $0) } ?? runs
      let shape = axis == nil ? x.shape : runs.shape
      results.append(inverse.view(shape: shape, strides: shape.contiguousStrides))
    }
    if returnCounts {
      let counts = try Elementwise.full(firsts.descriptor, 0)
      Places(elements: runs, axis: 0, length: found)
        .combine(try Elementwise.full(runs.descriptor, 1), into: counts, by: .sum)
      results.append(counts)
    }
    return results
  }

  private func order(of slices: Tensor, isList: Bool) throws -> Tensor {
    guard isList, slices.elementCount > 0 else { return try Order.ofSlices(slices) }
    let order = try Order.sorted(
      slices, columns: slices.elementCount, descending: false)
    return order.view(shape: slices.shape, strides: slices.shape.contiguousStrides)
  }

  private func put(_ runs: Tensor, at order: Tensor) throws -> Tensor {
    let out = try Tensor(uninitialized: runs.descriptor)
    Places(elements: order, axis: 0, length: runs.elementCount).put(runs, into: out)
    return out
  }
}

/// Whether each element of the first tensor is among those of the second; nan is not.
public struct IsIn: TwoInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "isin", code: 0x0D12)
  public static let attributes: [Attribute<IsIn>] = [Attribute("invert", \.invert)]
  /// Whether to say of each that it is not.
  public var invert = false
  public init() {}
  public func output(for x: Descriptor, _ test: Descriptor) throws -> Descriptor {
    guard x.dtype != .bool, test.dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype, test.dtype],
        remedy: "cast the truth values to a number")
    }
    return Descriptor(shape: x.shape, dtype: .bool)
  }
  public func execute(_ x: Tensor, _ test: Tensor) throws -> Tensor {
    let dtype = x.dtype.promoted(with: test.dtype).accumulated
    let list = try Elementwise.cast(test, to: dtype).reshape([test.elementCount])
    let sorted =
      try list.elementCount == 0
      ? list
      : Order.alongAxis(list, 0, count: nil) {
        try Order.sorted($0, columns: $1, descending: false)
      }[0]
    return try Order.isIn(Elementwise.cast(x, to: dtype), sorted, invert: invert)
  }
}

extension TensorProtocol {
  /// The different elements, or with an axis the different slices along it, in rising order; if
  /// asked for, where each stands among them (of this tensor's shape, or a list) and how often each
  /// occurs, int64. nan differs from itself. A pointer waits for their number. Throws
  /// `TensorError.invalidArgument` for an axis that does not exist and slices without elements.
  public func unique(
    returnInverse: Bool = false, returnCounts: Bool = false, dim: Int? = nil
  ) throws -> (output: Self, inverseIndices: Self?, counts: Self?) {
    var operation = Unique()
    operation.returnInverse = returnInverse
    operation.returnCounts = returnCounts
    operation.dim = dim
    return try distinct(operation)
  }
  /// The same, but only neighbours that are equal become one; the order stays.
  public func uniqueConsecutive(
    returnInverse: Bool = false, returnCounts: Bool = false, dim: Int? = nil
  ) throws -> (output: Self, inverseIndices: Self?, counts: Self?) {
    var operation = UniqueConsecutive()
    operation.returnInverse = returnInverse
    operation.returnCounts = returnCounts
    operation.dim = dim
    return try distinct(operation)
  }
  private func distinct(_ operation: some DistinctOperation) throws -> (
    output: Self, inverseIndices: Self?, counts: Self?
  ) {
    let results = try Self.apply(operation, to: [self])
    return (
      results[0], operation.returnInverse ? results[1] : nil,
      operation.returnCounts ? results[results.count - 1] : nil
    )
  }
  /// Whether each element is among those of the other tensor, or with `invert` is not, as bool;
  /// dtypes are promoted, nan is nowhere. Throws `TensorError.unsupportedDType` for bool.
  public func isin(_ testElements: Self, assumeUnique: Bool = false, invert: Bool = false) throws
    -> Self
  {
    var operation = IsIn()
    operation.invert = invert
    return try Self.apply(operation, to: self, testElements)
  }
}

let setEntries: [any Operation.Type] = [Unique.self, UniqueConsecutive.self, IsIn.self]

extension NamedOperations {
  mutating func addSets() {
    addList(
      "unique(Tensor input, bool sorted=True, bool return_inverse=False, "
        + "bool return_counts=False, int? dim=None)"
    ) {
      let found = try $0.x.unique(
        returnInverse: $0.bool("return_inverse"), returnCounts: $0.bool("return_counts"),
        dim: $0.optionalInt("dim"))
      return [found.output, found.inverseIndices, found.counts].compactMap { $0 }
    }
    addList(
      "unique_consecutive(Tensor input, bool return_inverse=False, bool return_counts=False, "
        + "int? dim=None)"
    ) {
      let found = try $0.x.uniqueConsecutive(
        returnInverse: $0.bool("return_inverse"), returnCounts: $0.bool("return_counts"),
        dim: $0.optionalInt("dim"))
      return [found.output, found.inverseIndices, found.counts].compactMap { $0 }
    }
    let rest = ", *, bool assume_unique=False, bool invert=False)"
    add("isin(Tensor elements, Tensor test_elements" + rest) {
      try $0.tensor("elements").isin($0.tensor("test_elements"), invert: $0.bool("invert"))
    }
    add("isin(Tensor elements, Scalar test_element" + rest) {
      let (x, value) = (try $0.tensor("elements"), try $0.scalar("test_element"))
      return try $0.bool("invert") ? x .!= value : x .== value
    }
    add("isin(Scalar element, Tensor test_elements" + rest) {
      try $0.place.scalar($0.scalar("element"))
        .isin($0.tensor("test_elements"), invert: $0.bool("invert"))
    }
  }
}
