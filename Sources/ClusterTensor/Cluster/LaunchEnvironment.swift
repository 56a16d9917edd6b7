import Foundation
import Glibc
import Synchronization

/// What Open MPI wants to be told before it starts in a program that starts workers itself: it reads its
/// settings from the environment. What the user has set stays.
struct LaunchEnvironment {
  private var added: [String] = []

  /// Sets it.
  init(folder: String) {
    if geteuid() == 0 {
      set("OMPI_ALLOW_RUN_AS_ROOT", "1")
      set("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
    }
    // More ranks than cores are fine: whoever waits gives the core away. Bound by its own count, each
    // group of new ranks would land on the first cores.
    set("OMPI_MCA_rmaps_base_oversubscribe", "1")
    set("OMPI_MCA_hwloc_base_binding_policy", "none")
    // A worker that crashes is lost; the driver and the others go on.
    set("OMPI_MCA_orte_enable_recovery", "1")
    // What went wrong is said once, by the program: the starter's own words go to a file that is none.
    set("OMPI_MCA_orte_execute_quiet", "1")
    set("PMIX_OUTPUT_STDERR_FD", "9999")
    set("OMPI_MCA_orte_tmpdir_base", folder)
    // All are on this machine, which may have no network: Open MPI connects those that it starts later by
    // TCP, and would not take the loopback by itself.
    for layer in ["btl", "oob"] where getenv("OMPI_MCA_\(layer)_tcp_if_exclude") == nil {
      set("OMPI_MCA_\(layer)_tcp_if_include", "lo")
    }
  }

  private mutating func set(_ name: String, _ value: String) {
    guard getenv(name) == nil else { return }
    setenv(name, value, 1)
    added.append(name)
  }

  /// Takes away what was set: what the program starts otherwise must not see it.
  func restore() {
    for name in added { unsetenv(name) }
  }

  /// Whether the program is there that Open MPI starts beside a process which starts others.
  static var hasStarter: Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { access("\($0)/orted", X_OK) == 0 }
  }
}

/// The folder of a session's temporary files, where no mpirun keeps them. The driver removes it, or a worker
/// that sees the driver gone.
enum LaunchFolder {
  private static let path = Mutex<String?>(nil)

  /// Makes it. Throws `ClusterError.cannotLaunch`, which names the command instead.
  static func make(insteadUse command: String) throws -> String {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/clustertensor-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ClusterError.cannotLaunch(
        reason: "no folder can be made in \(base): \(String(cString: strerror(errno)))",
        command: command)
    }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    remember(made)
    return made
  }

  /// The folder that this process is to remove.
  static func remember(_ folder: String?) { path.withLock { $0 = folder } }

  /// The folder, if there is one.
  static var current: String? { path.withLock { $0 } }

  /// Removes it. Threads and processes may do so at the same time, and Open MPI's own take away theirs.
  static func remove() {
    guard let folder = current else { return }
    for _ in 0..<50 {
      try? FileManager.default.removeItem(atPath: folder)
      if access(folder, F_OK) != 0 { break }
      usleep(20_000)
    }
    remember(nil)
  }
}
