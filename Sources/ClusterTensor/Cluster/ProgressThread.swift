import Glibc
import Logging
import Synchronization

/// Sends what was gathered and moves large sends on while the user's program computes something
/// else. Sleeps while there is nothing to do.
final class ProgressThread: @unchecked Sendable {
  private let lock: ClusterLock
  private let router: FrameRouter
  private let logger: Logger
  private let gate = Gate()
  private let isWanted = Atomic(false)
  private let isStopping = Atomic(false)
  private var thread: Thread?

  /// How long instructions are gathered at most, in microseconds.
  private static let pause: UInt32 = 1000

  init(lock: ClusterLock, router: FrameRouter, logger: Logger) {
    self.lock = lock
    self.router = router
    self.logger = logger
  }

  func start() throws(ClusterError) {
    thread = try Thread { [weak self] in self?.run() }
  }

  /// There is something to send soon. Costs one load where the thread knows.
  @inline(__always)
  func wake() {
    if isWanted.load(ordering: .relaxed) { return }
    isWanted.store(true, ordering: .relaxed)
    gate.open()
  }

  /// Whether the cluster is being left: whoever waits under the lock gives it up then.
  var isStopped: Bool { isStopping.load(ordering: .relaxed) }

  /// Ends the thread. Must not be called under the lock.
  func stop() {
    isStopping.store(true, ordering: .relaxed)
    gate.open()
    thread?.join()
    thread = nil
  }

  private func run() {
    while !isStopping.load(ordering: .relaxed) {
      gate.pass()
      while !isStopping.load(ordering: .relaxed) {
        usleep(ProgressThread.pause)
        isWanted.store(false, ordering: .relaxed)
        var isPending = true  // where somebody else holds the lock, look again
        lock.withLockIfAvailable { isPending = self.step() }
        if isPending {
          isWanted.store(true, ordering: .relaxed)
        } else if !isWanted.load(ordering: .relaxed) {
          break
        }
      }
    }
  }

  /// Sends what waits. Returns whether something is still on its way.
  private func step() -> Bool {
    var isPending = false
    for stream in router.streams where stream.hasUnsent {
      do {
        try stream.flush()
      } catch {
        // The stream keeps the error and throws it from the user's next call.
        logger.debug("sending to \(stream.name) in the background: \(error)")
        continue
      }
      isPending = isPending || stream.hasUnsent
    }
    do {
      try router.poll()
    } catch {
      logger.debug("receiving in the background: \(error)")
    }
    return isPending
  }
}
