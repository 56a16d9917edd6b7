import CMPI
import Glibc
import Synchronization

/// Ends a worker's process when its driver's is gone. The loop that serves notices it only between
/// frames, and the work of one frame can take minutes.
enum DriverWatch {
  /// Microseconds between two looks, where the system does not tell of the end.
  private static let pause: UInt32 = 250_000
  /// Seconds that a worker has from the driver's end to its own, when it was told to leave.
  private static let grace: UInt32 = 3

  private static let look = Mutex<(@Sendable () -> Bool)?>(nil)
  private static let isLeaving = Atomic(false)
  private static let isGone = Atomic(false)

  /// Whether the driver lives, as far as this process knows.
  static var isDriverAlive: Bool {
    !isGone.load(ordering: .relaxed) && (look.withLock { $0 }?() ?? true)
  }

  /// Begins to look, on a thread of its own, after the driver's `process` where it can be seen from here.
  /// Throws `ClusterError.notJoined` where there is no thread.
  static func begin(process: Int32?, isDriverAlive: @escaping @Sendable () -> Bool)
    throws(ClusterError)
  {
    look.withLock { $0 = isDriverAlive }
    _ = try Thread {
      if let process, cmpi_await_end(process, -1) == 1 { isGone.store(true, ordering: .relaxed) }
      while DriverWatch.isDriverAlive { usleep(pause) }
      if isLeaving.load(ordering: .relaxed) { sleep(grace) }
      end(status: 1)
    }
  }

  /// The driver has said goodbye and may end before this process does.
  static func driverLeaves() { isLeaving.store(true, ordering: .relaxed) }

  /// Ends the process at once, with what it is left to clear up.
  static func end(status: Int32) -> Never {
    if isDriverAlive {
      MPIRuntime.departIfRunning()
    } else {
      // Whoever started this process is ending all that it started, and answers nobody.
      LaunchFolders.removeInPlaceOfTheDriver()
    }
    _exit(status)
  }
}
