import ClusterTensor

/// A value as a case gives it: an argument or an expected result.
enum CaseValue: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case text(String)
  /// By PyTorch's name, which may be one that tensors here cannot have.
  case dtype(String)
  /// By its name in the file of tensors.
  case tensor(String)
  case list([CaseValue])
  case slice(start: Int?, stop: Int?, step: Int?)
  case ellipsis

  /// Reads what the cases' README says. Throws `CaseProblem` for anything else.
  init(_ value: JSONValue) throws {
    switch value {
    case .null: self = .none
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .int(number)
    case .number(let number): self = .double(number)
    case .string(let text): self = .text(text)
    case .array: throw CaseProblem("a list must stand in {\"list\": …}")
    case .object(let members):
      guard members.count == 1 else { throw CaseProblem("a value has several names") }
      self = try CaseValue(members[0].name, members[0].value)
    }
  }

  private init(_ kind: String, _ value: JSONValue) throws {
    switch (kind, value) {
    case ("tensor", .string(let name)): self = .tensor(name)
    case ("dtype", .string(let name)): self = .dtype(name)
    case ("list", .array(let values)): self = .list(try values.map(CaseValue.init))
    case ("ellipsis", .bool(true)): self = .ellipsis
    case ("float", .string(let text)):
      guard let number = Double(text) else { throw CaseProblem("no number: \(text)") }
      self = .double(number)
    case ("slice", .array(let bounds)) where bounds.count == 3:
      self = .slice(start: bounds[0].integer, stop: bounds[1].integer, step: bounds[2].integer)
    default: throw CaseProblem("a value of an unknown kind: \(kind)")
    }
  }

  /// The value with its tensors read from the file. Throws `CaseProblem` for a dtype that tensors here
  /// cannot have, and what reading the file throws.
  func argument(from tensors: SafeTensors) throws -> Argument<Tensor> {
    switch self {
    case .none: .none
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .text(let text): .text(text)
    case .dtype(let name): .dtype(try CaseValue.dtype(named: name))
    case .tensor(let name): .tensor(try tensors[name])
    case .list(let values): .list(try values.map { try $0.argument(from: tensors) })
    case .slice(let start, let stop, let step): .slice(start: start, stop: stop, step: step)
    case .ellipsis: .ellipsis
    }
  }

  private static func dtype(named name: String) throws -> DType {
    if let dtype = DType.allCases.first(where: { $0.name == name }) { return dtype }
    throw CaseProblem(name.hasPrefix("complex") ? "complex" : "there is no dtype \(name)")
  }
}

/// What is wrong with a case, or with the result of one.
struct CaseProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Argument {
  /// The same value with every tensor replaced.
  func mapTensors<U: TensorProtocol>(_ body: (T) throws -> U) rethrows -> Argument<U> {
    switch self {
    case .none: .none
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .text(let text): .text(text)
    case .dtype(let dtype): .dtype(dtype)
    case .tensor(let tensor): .tensor(try body(tensor))
    case .list(let values): .list(try values.map { try $0.mapTensors(body) })
    case .slice(let start, let stop, let step): .slice(start: start, stop: stop, step: step)
    case .ellipsis: .ellipsis
    }
  }

  /// The values of a list and of lists in it, one after the other; any other value itself, nothing for
  /// none.
  var flattened: [Argument] {
    switch self {
    case .none: []
    case .list(let values): values.flatMap(\.flattened)
    default: [self]
    }
  }

  /// The tensor, where it is one.
  var tensor: T? {
    guard case .tensor(let tensor) = self else { return nil }
    return tensor
  }
}
