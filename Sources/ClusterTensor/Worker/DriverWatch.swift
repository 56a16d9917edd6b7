import Glibc
import Synchronization

/// Ends a worker's process when its driver's is gone. The loop that serves notices it only between
/// frames, and the work of one frame can take minutes.
final class DriverWatch: Sendable {
  /// Microseconds between two looks. Longer than between the loop's own, which ends in order.
  private static let pause: UInt32 = 1_400_000
  private let isOver: Over

  private final class Over: Sendable {
    let flag = Atomic(false)
  }

  /// Begins to look, on a thread of its own. Throws `ClusterError.notJoined` where there is none.
  init(for name: String, isDriverAlive: @escaping @Sendable () -> Bool) throws(ClusterError) {
    let isOver = Over()
    self.isOver = isOver
    _ = try Thread {
      while isDriverAlive() { usleep(DriverWatch.pause) }
      if isOver.flag.load(ordering: .relaxed) { return }
      StandardError.write("\(name): the driver is gone: its process has ended\n")
      _exit(1)
    }
  }

  /// The driver has left and may end before this process does.
  func stop() { isOver.flag.store(true, ordering: .relaxed) }
}
