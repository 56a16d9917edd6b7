import Logging
import TensorCore

/// A worker's life: takes frames as they come, and rests when there are none.
final class WorkerLoop {
  private let transport: any Transport
  private let session: WorkerSession
  /// Whether the driver still lives; asked now and then while there is nothing to do.
  private let isDriverAlive: () -> Bool

  init(
    transport: any Transport, session: WorkerSession, isDriverAlive: @escaping () -> Bool
  ) {
    self.transport = transport
    self.session = session
    self.isDriverAlive = isDriverAlive
  }

  /// Serves until the driver says to leave, and returns how. Throws `ClusterError.workerLost` where it vanished, and
  /// what the transport throws.
  func serve() throws(ClusterError) -> WorkerEnding {
    var backoff = Backoff(profile: .idle, oversubscribed: session.isOversubscribed)
    var nextCheck = MonotonicTime.now.advanced(bySeconds: 1)
    var looks = 0
    while true {
      if let ending = session.ending { return ending }
      do throws(ClusterError) {
        if let frame = try transport.receive() {
          defer { transport.recycle(frame) }
          try session.handle(frame)
          backoff.reset()
          continue
        }
      } catch .protocolViolation(_, let reason) {
        // Longer than a frame can be: refused like any other that makes no sense.
        session.refuse(reason)
        continue
      }
      try transport.progress()
      try session.acknowledge()
      backoff.pause()
      // The clock is not read at every look: a look must stay cheap while answers are due.
      looks &+= 1
      if looks & 15 == 0, MonotonicTime.now > nextCheck {
        guard isDriverAlive() else {
          throw .workerLost(worker: "the driver", reason: "its process has ended")
        }
        nextCheck = MonotonicTime.now.advanced(bySeconds: 1)
      }
    }
  }
}
