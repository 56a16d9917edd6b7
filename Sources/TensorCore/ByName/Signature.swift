/// How an operation is called by name: its parameters with PyTorch's names, order and defaults, as in
/// `sum(Tensor input, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)`.
///
/// Types: `Tensor`, `int`, `float`, `bool`, `Scalar` (a number or truth value), `str`, `dtype`, `Value` (a tensor
/// or a Scalar) and `any`. `[]` makes a list of it, which a single `int` also is; `?` lets `None` stand
/// for it; `...` takes all values that follow, or a list of them. Parameters after `*` are given by name only.
public struct Signature: Sendable, Hashable, CustomStringConvertible {
  /// One parameter.
  public struct Parameter: Sendable, Hashable {
    /// What values it takes.
    enum Kind: String {
      case tensor = "Tensor"
      case int, float, bool, dtype, any
      case scalar = "Scalar"
      case text = "str"
      case value = "Value"
    }
    /// PyTorch's name.
    public let name: String
    let kind: Kind
    let isList: Bool
    let isOptional: Bool
    let isVariadic: Bool
    let isKeywordOnly: Bool
    /// What it is when nobody gives it; nil where it must be given.
    let standard: Literal?
  }

  /// A default.
  indirect enum Literal: Sendable, Hashable {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case text(String)
    case list([Literal])
  }

  /// PyTorch's name, e.g. `sum` or `nn.functional.pad`.
  public let name: String
  /// The parameters in order.
  public let parameters: [Parameter]
  /// As it was declared.
  public let description: String

  /// Reads a declaration. Traps where it is malformed: declarations stand in this library's code.
  init(_ declaration: String) {
    description = declaration
    guard let opening = declaration.firstIndex(of: "("), declaration.last == ")" else {
      preconditionFailure("\(declaration) is no signature")
    }
    name = String(declaration[..<opening])
    let inside = declaration[declaration.index(after: opening)...].dropLast()
    var parameters: [Parameter] = []
    var isKeywordOnly = false
    for part in Signature.split(inside) {
      if part == "*" {
        isKeywordOnly = true
      } else {
        parameters.append(Parameter(part, isKeywordOnly: isKeywordOnly, of: declaration))
      }
    }
    self.parameters = parameters
  }

  /// Splits at the commas outside of brackets.
  static func split(_ text: Substring) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append(part)
        part = ""
      } else if !(character == " " && part.isEmpty) {
        part.append(character)
      }
    }
    if !part.isEmpty { parts.append(part) }
    return parts
  }
}

extension Signature.Parameter {
  fileprivate init(_ text: String, isKeywordOnly: Bool, of declaration: String) {
    let sides = text.split(separator: "=", maxSplits: 1)
    let words = sides[0].split(separator: " ")
    guard words.count == 2 else { preconditionFailure("\(text) in \(declaration)") }
    var type = words[0]
    func takes(_ suffix: String) -> Bool {
      guard type.hasSuffix(suffix) else { return false }
      type = type.dropLast(suffix.count)
      return true
    }
    isVariadic = takes("...")
    isOptional = takes("?")
    isList = takes("[]")
    guard let kind = Kind(rawValue: String(type)) else {
      preconditionFailure("\(type) in \(declaration)")
    }
    self.kind = kind
    self.name = String(words[1])
    self.isKeywordOnly = isKeywordOnly
    standard = sides.count == 2 ? Signature.Literal(String(sides[1])) : nil
  }

  /// The type as it is declared.
  var type: String {
    kind.rawValue + (isList ? "[]" : "") + (isOptional ? "?" : "") + (isVariadic ? "..." : "")
  }

  func accepts<T>(_ argument: Argument<T>) -> Bool {
    switch argument {
    case .none where isOptional: true
    case .list(let values) where isList: values.allSatisfy(acceptsElement)
    case let single where isList && kind != .int && kind != .value:
      false || kind == .any
        || (kind == .bool && acceptsElement(single))
    default: acceptsElement(argument)
    }
  }

  func acceptsElement<T>(_ argument: Argument<T>) -> Bool {
    switch (kind, argument) {
    case (.any, _), (.tensor, .tensor), (.int, .int), (.bool, .bool), (.text, .text),
      (.dtype, .dtype), (.value, .tensor), (.float, .int), (.float, .double):
      true
    case (.scalar, _), (.value, _): argument.scalar != nil
    case (_, .none): isOptional
    default: false
    }
  }
}

extension Signature.Literal {
  fileprivate init(_ text: String) {
    switch text {
    case "None": self = .none
    case "True": self = .bool(true)
    case "False": self = .bool(false)
    default:
      if let value = Int(text) {
        self = .int(value)
      } else if let value = Double(text) {
        self = .double(value)
      } else if text.first == "[" {
        self = .list(Signature.split(text.dropFirst().dropLast()).map { .init($0) })
      } else if text.first == "'" {
        self = .text(String(text.dropFirst().dropLast()))
      } else {
        preconditionFailure("\(text) is no default")
      }
    }
  }

  func argument<T>() -> Argument<T> {
    switch self {
    case .none: .none
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .double(let value): .double(value)
    case .text(let value): .text(value)
    case .list(let values): .list(values.map { $0.argument() })
    }
  }
}
