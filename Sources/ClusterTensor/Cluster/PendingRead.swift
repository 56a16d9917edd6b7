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
  /// The instruction that asked.
  let code: UInt16
  /// Which of the stream's instructions it is.
  let number: UInt64
  /// The object that is read.
  var object: ObjectID?

  init(code: UInt16, number: UInt64) {
    self.code = code
    self.number = number
  }
}

/// Why there is no value.
enum ReadFailure: Error {
  case failed(Failure)
  case cluster(ClusterError)
  /// There is no memory for it here.
  case here(TensorError)
}
