import TensorCore

/// The data owner's rules for what may leave the rank. For now one: what the worker loaded itself does
/// not leave it, nor do its elements moved about (slices, reshapes, casts, concatenations); results
/// computed from it are free.
package struct Policy: Sendable {
  package init() {}

  /// Whether the elements of an object may be sent to whoever asks.
  func permitsReading(_ object: StoredObject) -> Bool { !object.isProtected }

  /// Whether the results of an operation are under the same protection as its inputs.
  func protectsResults(of operation: any Operation.Type, protectedInputs: Bool) -> Bool {
    protectedInputs && operation.movesElements
  }

  /// What the refusal says to change in place what the worker loaded itself.
  static func refusalToChange(_ operation: String, _ descriptor: Descriptor) -> String {
    "\(operation) in place on an object (\(descriptor)) that the worker loaded itself, and it stays as "
      + "it is: write x = x + y or the like for a new one"
  }

  /// The failure of a read that is not permitted.
  func refusal(_ tensor: Tensor) -> Failure {
    Failure(
      kind: .notPermitted, operation: "get",
      text: "the object (\(tensor.descriptor)) holds data that the worker loaded itself, and its "
        + "elements may not leave: compute with it there and get the result")
  }
}
