import Glibc
import Synchronization

/// A call of MPI that waits for every rank of the job and knows no deadline, on a thread of its own:
/// whoever needs it waits as long as it wants to.
final class CollectiveCall<Value: Sendable>: Sendable {
  private let outcome: Outcome

  /// What the thread leaves behind.
  private final class Outcome: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
  }

  /// Starts the call. Throws `ClusterError.notJoined` where the system gives no thread.
  init(_ call: @escaping @Sendable () throws -> Value) throws(ClusterError) {
    let outcome = Outcome()
    self.outcome = outcome
    _ = try Thread {
      let result = Result { try call() }
      outcome.result.withLock { $0 = result }
    }
  }

  /// What the call returned, or nil when it has not come back within so many seconds; it then waits on.
  /// Throws what the call threw.
  func result(within seconds: Double) throws -> Value? {
    var backoff = Backoff(profile: .waiting, oversubscribed: true)
    let end = MonotonicTime.now.advanced(bySeconds: seconds)
    while true {
      if let result = outcome.result.withLock({ $0 }) { return try result.get() }
      if MonotonicTime.now > end { return nil }
      backoff.pause()
    }
  }
}

extension MPIRuntime {
  /// The end of MPI in a process that could not join; the end of the program waits for it.
  private static let farewell = Mutex<CollectiveCall<Void>?>(nil)

  /// Seconds that the end of the program waits: other ranks may never come.
  private static let patience = 1.0

  /// Ends MPI, together with the other ranks or alone where these do not come to it in time.
  func end(isTogether: Bool) {
    let call = isTogether ? try? CollectiveCall({ try self.finalize() }) : nil
    if (try? call?.result(within: MPIRuntime.finalizeSeconds)) == nil {
      MPIRuntime.departIfRunning()
    }
  }

  /// Seconds that the ranks may take to end MPI together.
  private static let finalizeSeconds = 2.0

  /// Ends MPI without waiting for the other ranks, of which one may never end it. The end of the program
  /// waits a little, since a rank that is gone before the others are through looks like a crash.
  func finalizeInBackground() {
    guard let call = try? CollectiveCall({ try self.finalize() }) else { return }
    MPIRuntime.farewell.withLock { $0 = call }
    atexit {
      let call = MPIRuntime.farewell.withLock { $0 }
      if (try? call?.result(within: MPIRuntime.patience)) == nil { MPIRuntime.departIfRunning() }
    }
  }
}
