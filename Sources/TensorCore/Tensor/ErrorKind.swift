/// One way in which something can go wrong: a case of an error type without what came with it.
/// `docs/errors.md` is made from all of them: a case that is added says what causes it and what to do.
public protocol ErrorKind: CaseIterable, Hashable, Sendable {
  /// As it stands in code, `TensorError.shapeMismatch`.
  var name: String { get }
  /// What makes it be thrown: a sentence.
  var cause: String { get }
  /// What whoever sees it can do: a sentence.
  var remedy: String { get }
}

extension TensorError {
  /// The cases of `TensorError`.
  public enum Kind: String, ErrorKind {
    /// `TensorError.invalidShape`.
    case invalidShape
    /// `TensorError.shapeMismatch`.
    case shapeMismatch
    /// `TensorError.unsupportedDType`.
    case unsupportedDType
    /// `TensorError.invalidArgument`.
    case invalidArgument
    /// `TensorError.divisionByZero`.
    case divisionByZero
    /// `TensorError.invalidAccess`.
    case invalidAccess
    /// `TensorError.gradient`.
    case gradient
    /// `TensorError.outOfMemory`.
    case outOfMemory
    /// `TensorError.file`.
    case file
    /// `TensorError.malformed`.
    case malformed
  }

  /// Which case it is.
  public var kind: Kind {
    switch self {
    case .invalidShape: .invalidShape
    case .shapeMismatch: .shapeMismatch
    case .unsupportedDType: .unsupportedDType
    case .invalidArgument: .invalidArgument
    case .divisionByZero: .divisionByZero
    case .invalidAccess: .invalidAccess
    case .gradient: .gradient
    case .outOfMemory: .outOfMemory
    case .file: .file
    case .malformed: .malformed
    }
  }
}

extension TensorError.Kind {
  public var name: String { "TensorError.\(rawValue)" }

  public var cause: String {
    switch self {
    case .invalidShape:
      "Lengths that no tensor can have, or that do not fit the elements that are given for them."
    case .shapeMismatch: "The operation cannot combine operands of these shapes."
    case .unsupportedDType:
      "The operation is not defined for the dtype, or the result would have to lose something to be "
        + "stored."
    case .invalidArgument: "An axis, index, count or number that the operation does not take."
    case .divisionByZero: "A quotient that stays an integer, or its remainder, by 0."
    case .invalidAccess: "Values were asked for in a way that the tensor cannot give."
    case .gradient:
      "There is nothing to go back through, or what it needs is used up or overwritten."
    case .outOfMemory: "This process has no memory for a tensor of the size."
    case .file: "A file that cannot be read, or not as what it claims to be."
    case .malformed: "Bytes that should be an encoded operation, descriptor or frame and are not."
    }
  }

  public var remedy: String {
    switch self {
    case .invalidShape: "Correct the lengths; each is at least 0, and there are at most eight."
    case .shapeMismatch: "Reshape, slice or transpose an operand until the named lengths agree."
    case .unsupportedDType: "Cast the operand that the text names."
    case .invalidArgument: "Use a value in the range that the text names."
    case .divisionByZero:
      "Replace the zeros, or cast to a floating-point dtype, where the quotient is infinite or nan."
    case .invalidAccess: "Reduce or index the tensor first."
    case .gradient: "Do what the text says; it names the call that is missing or misplaced."
    case .outOfMemory: "Let go of tensors, or work in smaller parts."
    case .file: "Correct the file where the text says."
    case .malformed: "Run the same build of ClusterTensor on every rank; if they are, report it."
    }
  }
}
