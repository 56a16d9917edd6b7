import Synchronization

/// All operations by PyTorch's names: `try catalogue["sum"]([.tensor(x)], ["dim": 1])`.
public let catalogue = NamedCatalogue()

/// The operations of the library by PyTorch's names, for tensors of every home.
public struct NamedCatalogue: Sendable {
  /// All names in alphabetical order.
  public let names: [String]
  private let signatures: [String: [Signature]]
  private let originals: [String: String]

  init() {
    let forms = NamedOperations<Tensor>.all.forms
    originals = NamedOperations<Tensor>.all.originals
    names = forms.keys.sorted()
    signatures = forms.mapValues { $0.map(\.signature) }
  }

  /// Whether there is an operation with the name.
  public func contains(_ name: String) -> Bool { signatures[name] != nil }

  /// What the name is a second name for, or nil.
  public func original(of name: String) -> String? { originals[name] }

  /// The operation with PyTorch's name. Throws `TensorError.invalidArgument` where there is none.
  public subscript(name: String) -> NamedOperation {
    get throws {
      if let signatures = signatures[name] {
        return NamedOperation(name: name, signatures: signatures, isInPlace: false)
      }
      if name.last == "_", let signatures = signatures[String(name.dropLast())] {
        return NamedOperation(name: name, signatures: signatures, isInPlace: true)
      }
      throw TensorError.invalidArgument(
        name, "there is no operation of this name\(similar(to: name))")
    }
  }

  private func similar(to name: String) -> String {
    let close = names.filter { $0.hasPrefix(name) || name.hasPrefix($0) || $0.contains(name) }
    return close.isEmpty ? "" : "; similar ones: " + close.prefix(5).joined(separator: ", ")
  }
}

/// An operation that is called by name.
public struct NamedOperation: Sendable {
  /// PyTorch's name.
  public let name: String
  /// The ways to call it.
  public let signatures: [Signature]
  /// Whether the result takes the place of the first argument.
  let isInPlace: Bool

  /// Calls the operation with arguments in PyTorch's order and by PyTorch's names. Costs what the operations that
  /// it consists of cost. Throws `TensorError.invalidArgument` for arguments that it does not take, and what
  /// the operation throws.
  ///
  /// With an underscore after its name, `add_`, the result takes the place of the first tensor.
  public func callAsFunction<T: TensorHome>(
    _ arguments: [Argument<T>], _ named: [String: Argument<T>] = [:], at place: Place<T>
  ) throws -> [Argument<T>] {
    let operations = NamedOperations<T>.all
    guard isInPlace else { return try operations.call(name, arguments, named, at: place) }
    guard case .tensor(var target)? = arguments.first ?? named["input"] else {
      throw TensorError.invalidArgument(name, "the first argument must be the tensor to change")
    }
    guard
      case .tensor(let value)? =
        try operations.call(String(name.dropLast()), arguments, named, at: place).first
    else {
      throw TensorError.invalidArgument(name, "it gives no tensor that could be put in place")
    }
    try target.update { _ in value }
    return [.tensor(target)]
  }

  /// Calls the operation on local tensors.
  public func callAsFunction(
    _ arguments: [Argument<Tensor>], _ named: [String: Argument<Tensor>] = [:]
  ) throws -> [Argument<Tensor>] {
    try callAsFunction(arguments, named, at: .here)
  }
}

extension NamedOperations {
  /// The table of this home, made when it is first asked for.
  static var all: NamedOperations {
    NamedTables.tables.withLock { tables in
      let key = ObjectIdentifier(T.self)
      if let table = tables[key] as? NamedOperations { return table }
      let table = NamedOperations.joined()
      tables[key] = table
      return table
    }
  }

  /// The lists at the end of the family files, joined.
  private static func joined() -> NamedOperations {
    var all = NamedOperations()
    all.addCreation()
    all.addRandom()
    all.addUnary()
    all.addBinary()
    all.addTernary()
    all.addConversions()
    all.addSelection()
    all.addReductions()
    all.addCumulative()
    all.addStatistics()
    all.addProducts()
    all.addContractions()
    all.addSoftmax()
    all.addShaping()
    all.addAssembling()
    all.addGathering()
    all.addSorting()
    return all
  }
}

private enum NamedTables {
  static let tables = Mutex<[ObjectIdentifier: any Sendable]>([:])
}
