/// A value given to, or returned by, an operation that is called by name.
public enum Argument<T: TensorProtocol>: Sendable {
  /// Nothing: PyTorch's `None`.
  case none
  /// A truth value.
  case bool(Bool)
  /// A whole number.
  case int(Int)
  /// A floating-point number.
  case double(Double)
  /// A text, e.g. a mode or an equation.
  case text(String)
  /// A dtype.
  case dtype(DType)
  /// A tensor.
  case tensor(T)
  /// Several values.
  case list([Argument<T>])
  /// Positions from `start` below `stop` by `step`, as Python writes them in brackets.
  case slice(start: Int?, stop: Int?, step: Int?)
  /// As many whole axes as there are left, in a list of indices.
  case ellipsis

  /// What it is, without its value.
  var kind: String {
    switch self {
    case .none: "nothing"
    case .bool: "a truth value"
    case .int: "a whole number"
    case .double: "a number"
    case .text: "a text"
    case .dtype: "a dtype"
    case .tensor(let tensor): "a tensor of \(tensor.dtype)"
    case .list(let values): "a list of \(values.count)"
    case .slice: "a slice"
    case .ellipsis: "an ellipsis"
    }
  }

  /// The number, where it is one.
  var scalar: Scalar? {
    switch self {
    case .bool(let value): Scalar(value)
    case .int(let value): Scalar(value)
    case .double(let value): Scalar(value)
    default: nil
    }
  }
}

extension Argument: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral
{
  public init(nilLiteral: ()) { self = .none }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(arrayLiteral values: Argument...) { self = .list(values) }
}

/// Where operations without tensor inputs, such as `zeros`, make their results.
public struct Place<T: TensorProtocol>: Sendable {
  let make: @Sendable (any Operation) throws -> [T]

  /// The place where `make` runs an operation.
  public init(make: @escaping @Sendable (any Operation) throws -> [T]) { self.make = make }

  /// Runs an operation that takes no tensor and gives one.
  public func make(_ operation: some Operation) throws -> T { try make(operation)[0] }
}

extension Place<Tensor> {
  /// This process.
  public static let here = Place { try Tensor.perform($0, on: []) }
}
