import Synchronization
import TensorCore

/// What a worker keeps under an id.
struct StoredObject {
  enum Content {
    case tensor(Tensor)
    /// The result of an instruction that failed, or of one that depended on it.
    case failed(FailureRecord)
  }
  var content: Content
  /// Whether the elements may not leave the worker: it loaded them itself, or they are such elements,
  /// moved.
  var isProtected: Bool
  /// Grows with every object, so that lists can be in order of creation.
  var order: UInt64
}

/// One failure; all results that depend on it share it.
final class FailureRecord: Sendable {
  let failure: Failure
  /// Whether the driver has heard of it.
  private let isReported = Atomic(false)

  init(_ failure: Failure) { self.failure = failure }

  var wasRead: Bool {
    get { isReported.load(ordering: .relaxed) }
    set { isReported.store(newValue, ordering: .relaxed) }
  }
}
