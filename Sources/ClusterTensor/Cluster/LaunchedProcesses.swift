import CMPI
import Foundation
import Glibc
import Synchronization

/// The processes that this one has started as workers on its own machine, and Open MPI's process `orted` that
/// has started them for it. They end before this one does: what is left over to orted it ends in seconds.
enum LaunchedProcesses {
  private struct Processes {
    var workers: [Int32] = []
    var starter: Int32?
  }
  private static let running = Mutex(Processes())

  /// Milliseconds that workers may take when they were told to leave, and when the user has no patience.
  private static let patience: Int32 = 1000
  private static let hurriedPatience: Int32 = 200

  static func add(_ workers: [Worker]) {
    let visible = workers.compactMap(\.stream.process).filter(\.isVisible).map(\.identifier)
    running.withLock { $0.workers += visible }
  }

  /// Looks for the starter among this process's children.
  static func findStarter() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let starter = names.lazy.compactMap { Int32($0) }.first { isStarter($0, of: getpid()) }
    running.withLock { $0.starter = starter }
  }

  /// Whether the process is an orted, and a child of the other one where that is given.
  static func isStarter(_ process: Int32, of parent: Int32? = nil) -> Bool {
    // "4711 (orted) S 4710 …"
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return false
    }
    let fields = text.split(separator: " ")
    return fields.count > 3 && fields[1] == "(orted)"
      && (parent.map { fields[3] == "\($0)" } ?? true)
  }

  /// Waits until all workers have ended, ends those that are late, and the starter. MPI must have ended.
  static func awaitEnd(isHurried: Bool) {
    let patience = isHurried ? hurriedPatience : patience
    let late = running.withLock { $0.workers }.filter { cmpi_await_end($0, patience) != 1 }
    running.withLock { $0.workers = late }
    endAll()
  }

  /// Ends all at once, and waits until they are gone. Several threads may do so at the same time. MPI must
  /// have ended.
  static func endAll() {
    let processes = running.withLock { $0 }
    for process in processes.workers { kill(process, SIGKILL) }
    for process in processes.workers { _ = cmpi_await_end(process, patience) }
    if let starter = processes.starter {
      kill(starter, SIGKILL)
      waitpid(starter, nil, 0)
    }
    running.withLock { $0 = Processes() }
  }
}
