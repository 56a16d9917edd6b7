/// Calls that PyTorch refuses because of a Python type, and that Swift's types make impossible to write.
enum PythonOnlyRefusals {
  /// The case's id and why it cannot be written. They count as refused where the operation has a case that
  /// passes.
  static let reasons: [String: String] = [:]
}
