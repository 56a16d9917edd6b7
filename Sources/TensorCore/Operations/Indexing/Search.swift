// Search in sorted rows.

/// Where each element of the second tensor would be put into the sorted rows of the first, so that
/// they stay sorted: before those equal to it, or behind them. nan goes behind all.
public struct SearchSorted: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "searchsorted", code: 0x0D20)
  public static let inputCounts = 2...3
  public static let attributes: [Attribute<SearchSorted>] = [
    Attribute("out_int32", \.outInt32), Attribute("right", \.right),
  ]
  /// Whether the results are int32, not int64.
  public var outInt32 = false
  /// Whether behind the equal ones.
  public var right = false
  public init() {}

  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let (sorted, x) = (inputs[0], inputs[1])
    guard DType.promotion(sorted, x) != .bool else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [.bool], remedy: "cast the truth values to a number")
    }
    let isShared = sorted.shape.rank == 1
    guard
      isShared
        || sorted.shape.rank > 0 && sorted.shape.rank == x.shape.rank
          && sorted.shape.dropLast().elementsEqual(x.shape.dropLast())
    else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [sorted.shape, x.shape],
        remedy: "the first must be one sorted row, or have one for each row of the second")
    }
    if inputs.count > 2 {
      guard inputs[2].dtype == .int64, inputs[2].shape == sorted.shape else {
        throw TensorError.invalidArgument(
          name, "the sorter must be int64 of shape \(sorted.shape), not \(inputs[2])")
      }
    }
    guard !outInt32 || sorted.shape[sorted.shape.rank - 1] < Int(Int32.max) else {
      throw TensorError.invalidArgument(name, "int32 cannot count a row of \(sorted.shape)")
    }
    return [Descriptor(shape: x.shape, dtype: outInt32 ? .int32 : .int64)]
  }

  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    var (sorted, x) = (inputs[0], inputs[1])
    // Also a number beside halves is rounded to a half first.
    let dtype = DType.promotion(sorted.descriptor, x.descriptor)
    if inputs.count > 2 { sorted = try sorted.gather(dim: -1, inputs[2]) }
    (sorted, x) = (try Elementwise.cast(sorted, to: dtype), try Elementwise.cast(x, to: dtype))
    let found = try Order.search(
      Elementwise.cast(x, to: dtype.accumulated),
      in: Elementwise.cast(sorted, to: dtype.accumulated),
      right: right)
    return [outInt32 ? try Elementwise.cast(found, to: .int32) : found]
  }
}

extension TensorProtocol {
  /// For each value where it would be put into this tensor's sorted rows, so that they stay sorted:
  /// before equal elements, or, with `right`, behind them; int64 or int32. This is one row, or has
  /// one for each row of `values`; unsorted, it is sorted by taking it at the positions `sorter`
  /// (int64). dtypes are promoted; nan goes behind all. Throws `TensorError.shapeMismatch`,
  /// `.invalidArgument`, `.unsupportedDType` for bool.
  public func searchsorted(
    _ values: Self, outInt32: Bool = false, right: Bool = false, sorter: Self? = nil
  ) throws -> Self {
    var operation = SearchSorted()
    operation.outInt32 = outInt32
    operation.right = right
    return try Self.apply(operation, to: [self, values] + (sorter.map { [$0] } ?? []))[0]
  }
  /// For each element the bucket that it falls into: how many of the sorted `boundaries` (one axis)
  /// are less, or, with `right`, at most equal. Throws as `searchsorted`.
  public func bucketize(_ boundaries: Self, outInt32: Bool = false, right: Bool = false) throws
    -> Self
  {
    guard boundaries.rank == 1 else {
      throw TensorError.invalidArgument(
        "bucketize", "boundaries must stand on one axis, not have shape \(boundaries.shape)")
    }
    return try boundaries.searchsorted(self, outInt32: outInt32, right: right)
  }
  /// For positions in the row-major elements of a tensor of the shape those on each of its axes,
  /// int64. Throws `TensorError.unsupportedDType` for what is no whole number, `.invalidArgument`
  /// for a length below 1.
  public func unravelIndex(_ shape: [Int]) throws -> [Self] {
    let name = "unravel_index"
    guard dtype.kind == .integer else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "positions must be whole numbers: cast them")
    }
    guard shape.allSatisfy({ $0 > 0 || $0 == 0 && elementCount == 0 }) else {
      throw TensorError.invalidArgument(
        name, "shape \(shape) has no positions: lengths must be above 0")
    }
    let positions = try dtype == .int64 ? self : cast(to: .int64)
    var (results, step): ([Self], Int) = ([], 1)
    for length in shape.reversed() {
      let beginning = try step == 1 ? positions : positions.floorDivide(Scalar(step))
      results.append(try beginning.remainder(Scalar(Swift.max(length, 1))))
      step &*= Swift.max(length, 1)
    }
    return results.reversed()
  }
}

extension Place {
  /// A number as a scalar tensor of the dtype that it stands for.
  func scalar(_ value: Scalar) throws -> T {
    var operation = Full()
    operation.value = value
    operation.dtype = value.dtype
    return try make(operation)
  }
}

let searchEntries: [any Operation.Type] = [SearchSorted.self]

extension NamedOperations {
  /// Whether to search behind equal elements: `side` and `right` must not contradict each other.
  private static func right(_ arguments: Arguments<T>) throws -> Bool {
    let right = try arguments.bool("right")
    switch try arguments.optionalText("side") {
    case nil: return right
    case "left" where !right: return false
    case "right": return true
    case "left": throw arguments.refuse("side is left, but right is true")
    case let other?: throw arguments.refuse("side must be left or right, not \(other)")
    }
  }

  mutating func addSearch() {
    add(
      "searchsorted(Tensor sorted_sequence, Value input, *, bool out_int32=False, "
        + "bool right=False, str? side=None, Tensor? sorter=None)"
    ) {
      let sorted = try $0.tensor("sorted_sequence")
      let values: T
      switch try $0.operand("input") {
      case .tensor(let tensor): values = tensor
      case .scalar(let number):
        guard sorted.rank == 1 else {
          throw $0.refuse("a number can be searched in one row only, not in \(sorted.shape)")
        }
        values = try $0.place.scalar(number)
      }
      return try sorted.searchsorted(
        values, outInt32: $0.bool("out_int32"), right: Self.right($0),
        sorter: $0.optionalTensor("sorter"))
    }
    add("bucketize(Value input, Tensor boundaries, *, bool out_int32=False, bool right=False)") {
      let values =
        switch try $0.operand("input") {
        case .tensor(let tensor): tensor
        case .scalar(let number): try $0.place.scalar(number)
        }
      return try values.bucketize(
        $0.tensor("boundaries"), outInt32: $0.bool("out_int32"), right: $0.bool("right"))
    }
    addList("unravel_index(Tensor indices, int[] shape)") {
      try $0.tensor("indices").unravelIndex($0.ints("shape"))
    }
  }
}
