import TensorCore

/// What an answer holds. On the wire a record of a reply frame:
///
///      0         8        12     13     14       16            24
///     ┌─────────┬────────┬──────┬──────┬────────┬─────────────┬──────────────┐
///     │ request │ length │ kind │follow│ 0      │ body length │ content …    │
///     └─────────┴────────┴──────┴──────┴────────┴─────────────┴──────────────┘
///
/// `length` is that of the record; where `follow` is 1 the bytes of the tensor or list come as a body
/// of their own.
package enum ReplyKind: UInt8, Sendable {
  /// A descriptor and the elements.
  case tensor = 0
  /// A `Failure`.
  case failure = 1
  /// Bytes that the asker knows how to read.
  case bytes = 2
}

extension Failure {
  package func encode(into writer: inout ByteWriter) {
    writer.write(kind.rawValue)
    writer.write(text: operation)
    writer.write(text: text)
  }

  package init(decoding reader: inout ByteReader) throws(TensorError) {
    let code = try reader.read(UInt16.self)
    guard let kind = Kind(rawValue: code) else { throw .malformed("\(code) is no kind of failure") }
    self.init(kind: kind, operation: try reader.readText(), text: try reader.readText())
  }

  /// The failure as the wire and the books of the worker keep it.
  package init(_ error: any Error, operation: String, operands: [Descriptor] = []) {
    if let failure = error as? Failure {
      self = failure
      return
    }
    let kind: Kind
    switch error as? TensorError {
    case .shapeMismatch, .invalidShape: kind = .shape
    case .unsupportedDType: kind = .dtype
    case .outOfMemory: kind = .outOfMemory
    case .malformed: kind = .protocolViolation
    case .divisionByZero: kind = .divisionByZero
    default:
      if case ClusterError.protocolViolation = error {
        kind = .protocolViolation
      } else {
        kind = .argument
      }
    }
    var text = "\(error)"
    if !text.hasPrefix(operation) { text = "\(operation): \(text)" }
    if !operands.isEmpty {
      text += " (operands " + operands.map(\.description).joined(separator: ", ") + ")"
    }
    self.init(kind: kind, operation: operation, text: text)
  }
}
