// Indexing as Python writes it in brackets, with tensors among whole numbers and slices.

/// One of the things between the brackets of `x[at: …]`.
public enum IndexItem<T: TensorProtocol>: Sendable {
  /// One position; the axis goes away. Negative ones count from the end.
  case position(Int)
  /// Positions from `start` below `end`, every `step`-th; nil reaches to the border.
  case slice(start: Int? = nil, end: Int? = nil, step: Int = 1)
  /// As many whole axes as are missing.
  case ellipsis
  /// A new axis of length 1.
  case newAxis
  /// A new axis of length 1, or, where false, of length 0.
  case truth(Bool)
  /// Positions on one axis (int32 or int64), or a mask (bool or uint8) for as many axes as it has.
  case tensor(T)
}

/// The numbers of a list as an int64 tensor of a shape: how positions come to where a tensor lives.
public struct Positions: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "positions", code: 0x0C22)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<Positions>] = [
    Attribute("values", \.values), Attribute("size", \.size),
  ]
  /// The numbers in row-major order.
  public var values: [Int] = []
  /// Lengths of the axes.
  public var size = Shape()
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let size = try Shape(size)
    guard size.elementCount == values.count else {
      throw TensorError.invalidShape(
        Array(size), "it holds \(size.elementCount) elements, but \(values.count) were given")
    }
    return [Descriptor(shape: size, dtype: .int64)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try Tensor(values, shape: Array(size))]
  }
}

extension Place {
  /// A list of numbers, or a scalar, as an int64 tensor.
  func positions(_ values: [Int], _ size: [Int]) throws -> T {
    var operation = Positions()
    operation.values = values
    operation.size = try Shape(size)
    return try make(operation)
  }
}

extension TensorProtocol {
  /// The part that Python's brackets take: items for the axes from the first on. Whole numbers and
  /// slices are taken first, then tensors as by `index`; all that is missing is whole. Throws as
  /// `index`.
  public subscript(at items: IndexItem<Self>...) -> Self {
    get throws { try part(at: items) }
  }

  /// The same with a list of items.
  func part(at items: [IndexItem<Self>]) throws -> Self {
    let (plain, tensors) = try split(items)
    let part = plain.isEmpty ? self : try sliced(plain)
    return tensors.isEmpty ? part : try part.index(tensors)
  }

  /// What can be taken by slicing, and the tensors for the axes of that.
  private func split(_ items: [IndexItem<Self>]) throws -> ([TensorIndex], [Self?]) {
    let taking = items.reduce(0) { $0 + $1.axesTaken }
    guard taking <= rank else {
      throw TensorError.invalidArgument(
        Index.identity.name,
        "\(taking) indices for a tensor of shape \(shape): use at most \(rank)")
    }
    var (plain, tensors): ([TensorIndex], [Self?]) = ([], [])
    for item in items {
      switch item {
      case .position(let position): plain.append(.position(position))
      case .slice(let start, let end, let step):
        plain.append(.slice(start: start, end: end, step: step))
        tensors.append(nil)
      case .ellipsis:
        plain.append(.ellipsis)
        tensors += Array(repeating: nil, count: rank - taking)
      case .newAxis:
        plain.append(.newAxis)
        tensors.append(nil)
      case .truth(let isTrue):
        plain.append(.newAxis)
        tensors.append(try place.positions(isTrue ? [0] : [], [isTrue ? 1 : 0]))
      case .tensor(let mask) where mask.rank == 0 && mask.isMask:
        plain.append(.newAxis)
        tensors.append(try mask.reshape(1).nonzeroByAxis()[0])
      case .tensor(let tensor):
        plain += Array(repeating: .all, count: tensor.isMask ? tensor.rank : 1)
        tensors.append(tensor)
      }
    }
    while case .some(.none) = tensors.last { tensors.removeLast() }
    return (plain, tensors)
  }

  fileprivate var isMask: Bool { dtype == .bool || dtype == .uint8 }
}

extension IndexItem {
  fileprivate var axesTaken: Int {
    switch self {
    case .position, .slice: 1
    case .ellipsis, .newAxis, .truth: 0
    case .tensor(let tensor): tensor.isMask ? tensor.rank : 1
    }
  }
}

// MARK: By name

extension Arguments {
  /// Index tensors, `None` for axes that are taken whole.
  fileprivate func indices(_ name: String) throws -> [T?] {
    guard case .list(let values) = self[name] else {
      throw refuse("\(name) must be a list of tensors, not \(self[name].kind)")
    }
    return try values.map { try $0.indexTensor(at: place) }
  }

  /// What stands between Python's brackets. As PyTorch reads it, a list of numbers alone is one
  /// list of positions; with anything else in it, a list holds an item for each axis.
  fileprivate func items(_ name: String) throws -> [IndexItem<T>] {
    guard case .list(let values) = self[name], !values.allSatisfy({ $0.scalar != nil })
    else { return [try item(self[name])] }
    return try values.map(item)
  }

  private func item(_ argument: Argument<T>) throws -> IndexItem<T> {
    switch argument {
    case .none: .newAxis
    case .bool(let value): .truth(value)
    case .int(let position): .position(position)
    case .slice(let start, let stop, let step): .slice(start: start, end: stop, step: step ?? 1)
    case .ellipsis: .ellipsis
    case .tensor(let tensor): .tensor(tensor)
    case .list:
      if let tensor = try argument.indexTensor(at: place) { .tensor(tensor) } else { .newAxis }
    case .double, .text, .dtype: throw refuse("\(argument.kind) is no index")
    }
  }
}

extension Argument {
  /// A tensor, or nested lists of whole numbers or truth values as one; nil for `None`.
  fileprivate func indexTensor(at place: Place<T>) throws -> T? {
    switch self {
    case .none: return nil
    case .tensor(let tensor): return tensor
    default:
      var (numbers, areTruths): ([Int], Bool) = ([], false)
      let size = try collect(into: &numbers, &areTruths)
      let tensor = try place.positions(numbers, size)
      return areTruths ? try tensor .!= 0 : tensor
    }
  }

  private func collect(into numbers: inout [Int], _ areTruths: inout Bool) throws -> [Int] {
    switch self {
    case .int(let value):
      numbers.append(value)
      return []
    case .bool(let value):
      areTruths = true
      numbers.append(value ? 1 : 0)
      return []
    case .list(let values):
      let sizes = try values.map { try $0.collect(into: &numbers, &areTruths) }
      guard sizes.allSatisfy({ $0 == sizes[0] }) else {
        throw TensorError.invalidArgument(
          Index.identity.name, "lists of positions on one level must have equal lengths")
      }
      return [values.count] + (sizes.first ?? [])
    default:
      throw TensorError.invalidArgument(Index.identity.name, "\(kind) is no position")
    }
  }
}

extension NamedOperations {
  mutating func addAdvancedIndexing() {
    add("__getitem__(Tensor input, any index)") { try $0.x.part(at: $0.items("index")) }
    for name in ["index", "_unsafe_index"] {
      add(name + "(Tensor input, any indices)") { try $0.x.index($0.indices("indices")) }
    }
    for name in ["index_put", "_unsafe_index_put"] {
      add(name + "(Tensor input, any indices, Tensor values, bool accumulate=False)") {
        try $0.x.indexPut(
          $0.indices("indices"), $0.tensor("values"), accumulate: $0.bool("accumulate"))
      }
    }
    add("_unsafe_masked_index(Tensor input, Tensor mask, any indices, Scalar fill)") {
      try $0.x.maskedIndex($0.tensor("mask"), $0.indices("indices"), fill: $0.scalar("fill"))
    }
    add(
      "_unsafe_masked_index_put_accumulate(Tensor input, Tensor mask, any indices, Tensor values)"
    ) {
      try $0.x.maskedIndexPutAccumulate(
        $0.tensor("mask"), $0.indices("indices"), $0.tensor("values"))
    }
    add("take(Tensor input, Tensor index)") { try $0.x.take($0.tensor("index")) }
    add("put(Tensor input, Tensor index, Tensor source, bool accumulate=False)") {
      try $0.x.put($0.tensor("index"), $0.tensor("source"), accumulate: $0.bool("accumulate"))
    }
  }
}
