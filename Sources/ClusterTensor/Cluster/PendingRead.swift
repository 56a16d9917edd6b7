import TensorCore

/// An answer that is due. Changed only under the cluster's lock.
final class PendingRead: @unchecked Sendable {
  enum Value {
    case tensor(Tensor)
    case bytes([UInt8])
  }
  enum State {
    case waiting
    /// The body is on its way into the tensor, or into the storage of a list.
    case arriving(Transfer, Value?, Storage?, ReplyKind)
    case done(Result<Value, ReadFailure>)
  }
  var state = State.waiting
}

/// Why there is no value.
enum ReadFailure: Error {
  case failed(Failure)
  case cluster(ClusterError)
  /// There is no memory for it here.
  case here(TensorError)
}
