import Glibc

/// One wait for a worker. It ends when the deadline has passed or the worker's process is gone: every wait
/// of the driver for a worker that has joined goes through here.
struct WorkerWait {
  private let worker: String
  private let process: WorkerProcess?
  private let seconds: Double
  private let end: MonotonicTime
  private var backoff: Backoff
  private var nextLook: MonotonicTime

  /// Seconds between two looks whether the process lives.
  private static let secondsBetweenLooks = 0.1

  init(for worker: String, _ process: WorkerProcess?, seconds: Double, isOversubscribed: Bool) {
    self.worker = worker
    self.process = process
    self.seconds = seconds
    let now = MonotonicTime.now
    end = now.advanced(bySeconds: seconds)
    nextLook = now.advanced(bySeconds: WorkerWait.secondsBetweenLooks)
    backoff = Backoff(profile: .waiting, oversubscribed: isOversubscribed)
  }

  /// Waits a little, for longer the longer it has taken. Throws `ClusterError.workerLost`, and
  /// `.timedOut`, which says what was waited for.
  mutating func pause(_ what: @autoclosure () -> String) throws(ClusterError) {
    backoff.pause()
    let now = MonotonicTime.now
    if now > nextLook {
      nextLook = now.advanced(bySeconds: WorkerWait.secondsBetweenLooks)
      if let process, !process.isAlive {
        throw .workerLost(
          worker: worker,
          reason: "its process \(process.identifier) has ended; its objects are lost")
      }
    }
    guard now < end else {
      throw .timedOut(worker: worker, waitingFor: what(), seconds: seconds)
    }
  }
}

extension InstructionStream {
  /// What a wait threw, as the error to throw: a worker that is gone ends the stream, a deadline
  /// changes nothing. Called under the cluster's lock.
  func endIfLost(_ error: ClusterError) -> ClusterError {
    if case .workerLost = error { return end(error) }
    return error
  }
}

/// The process that serves as a worker, as far as it can be seen from here.
struct WorkerProcess: Sendable {
  let identifier: Int32
  /// Whether this process can see it: on one host, outside of containers.
  let isVisible: Bool

  init(identifier: Int32, host: String) {
    self.identifier = identifier
    isVisible = host == HostName.current && kill(identifier, 0) == 0
  }

  /// False where it could be seen from here and has ended. Elsewhere only silence tells.
  var isAlive: Bool { !isVisible || kill(identifier, 0) == 0 || errno != ESRCH }
}
