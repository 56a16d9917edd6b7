/// What can go wrong with tensors, wherever they live. Thrown by the call that is wrong, before
/// anything is computed or sent; no text holds element values.
public enum TensorError: Error, Equatable, Sendable {
  /// Lengths that no tensor can have.
  case invalidShape([Int], String)
  /// Shapes that an operation cannot combine.
  case shapeMismatch(operation: String, shapes: [Shape], remedy: String)
  /// Dtypes that an operation is not defined for.
  case unsupportedDType(operation: String, dtypes: [DType], remedy: String)
  /// An argument (axis, index, count) outside what the operation takes.
  case invalidArgument(String, String)
  /// An integer was to be divided by 0, in a quotient that stays an integer.
  case divisionByZero(operation: String)
  /// Values were asked for in a way that the tensor cannot give, e.g. `item()` of many elements.
  case invalidAccess(String)
  /// `backward()` where there is nothing to go back through, or misuse of gradients.
  case gradient(String)
  /// Memory for a tensor could not be had.
  case outOfMemory(bytes: Int)
  /// A file that cannot be read, or not as what it claims to be.
  case file(path: String, reason: String)
  /// Bytes that are no valid encoding.
  case malformed(String)
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidShape(let lengths, let reason):
      "the shape \(lengths) is not possible: \(reason)"
    case .shapeMismatch(let operation, let shapes, let remedy):
      "\(operation) cannot combine shapes "
        + shapes.map(\.description).joined(separator: " and ") + ": \(remedy)"
    case .unsupportedDType(let operation, let dtypes, let remedy):
      "\(operation) is not defined for "
        + dtypes.map(\.name).joined(separator: " and ") + ": \(remedy)"
    case .invalidArgument(let operation, let what):
      "\(operation): \(what)"
    case .divisionByZero(let operation):
      "\(operation): the divisor holds the integer 0, by which nothing can be divided: replace it, or "
        + "cast to a floating-point dtype, where the quotient is infinite or nan"
    case .invalidAccess(let what):
      what
    case .gradient(let what):
      what
    case .outOfMemory(let bytes):
      "no memory for a tensor of \(bytes) bytes: free some tensors or use smaller ones"
    case .file(let path, let reason):
      "\(path): \(reason)"
    case .malformed(let what):
      "malformed bytes: \(what)"
    }
  }
}
