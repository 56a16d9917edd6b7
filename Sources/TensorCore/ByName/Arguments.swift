/// The arguments of one call by name, bound to the parameters of a signature.
public struct Arguments<T: TensorProtocol>: Sendable {
  private let signature: Signature
  private var bound: [String: Argument<T>] = [:]
  /// Where results are made that come from no tensor.
  public let place: Place<T>

  /// Binds arguments to parameters. Throws `TensorError.invalidArgument` for one that is missing, unknown,
  /// given twice or of another type.
  init(
    _ signature: Signature, _ positional: [Argument<T>], _ named: [String: Argument<T>],
    at place: Place<T>
  ) throws {
    self.signature = signature
    self.place = place
    var rest = positional[...]
    for parameter in signature.parameters where !parameter.isKeywordOnly {
      if parameter.isVariadic {
        if rest.isEmpty, named[parameter.name] != nil { continue }
        if rest.count == 1, case .list(let values)? = rest.first {
          try bind(.list(values), to: parameter, checkingElements: true)
        } else {
          try bind(.list(Array(rest)), to: parameter, checkingElements: true)
        }
        rest = []
      } else if let next = rest.popFirst() {
        guard named[parameter.name] == nil else { throw refuse("\(parameter.name) is given twice") }
        try bind(next, to: parameter)
      }
    }
    guard rest.isEmpty else {
      throw refuse("takes \(positional.count - rest.count) values at most, not \(positional.count)")
    }
    for (name, argument) in named {
      guard let parameter = signature.parameters.first(where: { $0.name == name }) else {
        throw refuse("has no argument named \(name)")
      }
      try bind(argument, to: parameter, checkingElements: parameter.isVariadic)
    }
    for parameter in signature.parameters where bound[parameter.name] == nil {
      guard let standard = parameter.standard else {
        throw refuse("\(parameter.name) (\(parameter.type)) must be given")
      }
      bound[parameter.name] = standard.argument()
    }
  }

  private mutating func bind(
    _ argument: Argument<T>, to parameter: Signature.Parameter, checkingElements: Bool = false
  ) throws {
    let isAccepted: Bool
    if checkingElements, case .list(let values) = argument {
      isAccepted = values.allSatisfy(parameter.acceptsElement)
    } else {
      isAccepted = parameter.accepts(argument)
    }
    guard isAccepted else {
      throw refuse("\(parameter.name) must be \(parameter.type), not \(argument.kind)")
    }
    bound[parameter.name] = argument
  }

  /// The error for arguments that the operation does not take.
  public func refuse(_ what: String) -> TensorError {
    .invalidArgument(signature.name, "\(what); it is called as \(signature)")
  }

  /// The argument of the parameter as it was given, or its default.
  public subscript(name: String) -> Argument<T> {
    guard let argument = bound[name] else {
      preconditionFailure("\(signature) has no parameter \(name)")
    }
    return argument
  }

  /// Whether the argument is something else than `None`.
  public func has(_ name: String) -> Bool {
    if case .none = self[name] { return false }
    return true
  }
  private func wrong(_ name: String, _ wanted: String) -> TensorError {
    refuse("\(name) must be \(wanted), not \(self[name].kind)")
  }

  /// The first tensor: parameter `input`.
  public var x: T { get throws { try tensor("input") } }
  /// The second tensor: parameter `other`.
  public var y: T { get throws { try tensor("other") } }

  /// A tensor.
  public func tensor(_ name: String) throws -> T {
    guard case .tensor(let tensor) = self[name] else { throw wrong(name, "a tensor") }
    return tensor
  }
  /// A tensor, or nil for `None`.
  public func optionalTensor(_ name: String) throws -> T? {
    try has(name) ? tensor(name) : nil
  }
  /// A list of tensors.
  public func tensors(_ name: String) throws -> [T] {
    guard case .list(let values) = self[name] else { throw wrong(name, "a list of tensors") }
    return try values.map {
      guard case .tensor(let tensor) = $0 else { throw wrong(name, "a list of tensors") }
      return tensor
    }
  }
  /// A tensor or a number.
  public func operand(_ name: String) throws -> Operand<T> {
    if case .tensor(let tensor) = self[name] { return .tensor(tensor) }
    return .scalar(try scalar(name))
  }
  /// A whole number.
  public func int(_ name: String) throws -> Int {
    guard case .int(let value) = self[name] else { throw wrong(name, "a whole number") }
    return value
  }
  /// A whole number, or nil for `None`.
  public func optionalInt(_ name: String) throws -> Int? { try has(name) ? int(name) : nil }
  /// Whole numbers; a single one is a list of one.
  public func ints(_ name: String) throws -> [Int] {
    switch self[name] {
    case .int(let value): return [value]
    case .list(let values):
      return try values.map {
        guard case .int(let value) = $0 else { throw wrong(name, "a list of whole numbers") }
        return value
      }
    default: throw wrong(name, "a list of whole numbers")
    }
  }
  /// Whole numbers, or nil for `None`.
  public func optionalInts(_ name: String) throws -> [Int]? { try has(name) ? ints(name) : nil }
  /// A number.
  public func double(_ name: String) throws -> Double {
    guard let scalar = self[name].scalar else { throw wrong(name, "a number") }
    return scalar.double
  }
  /// A number, or nil for `None`.
  public func optionalDouble(_ name: String) throws -> Double? {
    try has(name) ? double(name) : nil
  }
  /// A number that keeps whether it is whole.
  public func scalar(_ name: String) throws -> Scalar {
    guard let scalar = self[name].scalar else { throw wrong(name, "a number") }
    return scalar
  }
  /// A number that keeps whether it is whole, or nil for `None`.
  public func optionalScalar(_ name: String) throws -> Scalar? {
    try has(name) ? scalar(name) : nil
  }
  /// A truth value.
  public func bool(_ name: String) throws -> Bool {
    guard case .bool(let value) = self[name] else { throw wrong(name, "a truth value") }
    return value
  }
  /// A text.
  public func text(_ name: String) throws -> String {
    guard case .text(let value) = self[name] else { throw wrong(name, "a text") }
    return value
  }
  /// A text, or nil for `None`.
  public func optionalText(_ name: String) throws -> String? { try has(name) ? text(name) : nil }
  /// A dtype, or nil for `None`.
  public func optionalDType(_ name: String) throws -> DType? {
    guard has(name) else { return nil }
    guard case .dtype(let value) = self[name] else { throw wrong(name, "a dtype") }
    return value
  }
}
