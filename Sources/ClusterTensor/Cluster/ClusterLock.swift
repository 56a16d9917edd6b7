import Glibc
import Synchronization

/// The one lock under which a cluster's transports are driven and its books are kept: MPI may be
/// called by one thread at a time, and handing over to another thread costs more than a message.
final class ClusterLock: Sendable {
  private let mutex = Mutex(())

  @inline(__always)
  func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> sending Result)
    throws(Failure) -> sending Result
  {
    try mutex.withLock { (_: inout sending ()) throws(Failure) -> sending Result in try body() }
  }

  /// Whether nobody keeps it for so long.
  func isFree(withinMilliseconds limit: Int) -> Bool {
    var isFree = false
    for _ in 0..<max(1, limit) where !isFree {
      withLockIfAvailable { isFree = true }
      if !isFree { usleep(1000) }
    }
    return isFree
  }

  /// Whoever asks for it from now on waits until the program ends.
  func keepForever() {
    let isKept = EndSignal()
    _ = try? Thread {
      self.withLock {
        isKept.give()
        Interruption.park()
      }
    }
    for _ in 0..<500 where !isKept.isGiven { usleep(1000) }
  }

  @inline(__always)
  func withLockIfAvailable(_ body: () -> Void) {
    mutex.withLockIfAvailable { (_: inout sending ()) in body() }
  }
}
