import CMPI
import Glibc
import Synchronization

/// The processes that this one has started as workers on its own machine. They end before it does: what
/// Open MPI starts them by is slow to end those that are left over.
enum LaunchedProcesses {
  private static let running = Mutex<[Int32]>([])

  /// Milliseconds that they may take when they were told to leave.
  private static let patience: Int32 = 1000

  static func add(_ workers: [Worker]) {
    let visible = workers.compactMap(\.stream.process).filter(\.isVisible).map(\.identifier)
    running.withLock { $0 += visible }
  }

  /// Waits until all have ended; ends those that are late.
  static func awaitEnd() {
    let late = processes.filter { cmpi_await_end($0, patience) != 1 }
    running.withLock { $0 = late }
    endAll()
  }

  /// Ends all at once, and waits until they are gone.
  static func endAll() {
    let processes = processes
    for process in processes { kill(process, SIGKILL) }
    for process in processes { _ = cmpi_await_end(process, patience) }
    running.withLock { $0 = [] }
  }

  private static var processes: [Int32] { running.withLock { $0 } }
}
