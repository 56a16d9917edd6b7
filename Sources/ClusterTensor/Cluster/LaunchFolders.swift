import Foundation
import Glibc
import Synchronization

/// The folders of a session's temporary files, where no mpirun keeps them. The driver removes them, or a worker
/// that sees the driver gone.
struct LaunchFolders: Sendable, Equatable {
  /// Where Open MPI keeps what it tells its processes by.
  let temporary: String
  /// Where memory is that workers share.
  let shared: String

  private static let mine = Mutex<LaunchFolders?>(nil)

  /// Those that this process is to remove.
  static var current: LaunchFolders? {
    get { mine.withLock { $0 } }
    set { mine.withLock { $0 = newValue } }
  }

  /// Makes them. Throws `ClusterError.cannotLaunch`, which names the command instead.
  static func make(insteadUse command: String) throws -> LaunchFolders {
    // In the places that the user has chosen for such files.
    func place(_ variables: [String], _ usual: String) -> String {
      variables.lazy.compactMap { getenv($0).map { String(cString: $0) } }.first ?? usual
    }
    let temporary = try makeFolder(
      in: place(["OMPI_MCA_orte_tmpdir_base", "TMPDIR"], "/tmp"), insteadUse: command)
    let memory = place(["OMPI_MCA_btl_vader_backing_directory"], "/dev/shm")
    var folders = LaunchFolders(temporary: temporary, shared: temporary)
    if access(memory, W_OK) == 0 {
      folders = LaunchFolders(
        temporary: temporary, shared: try makeFolder(in: memory, insteadUse: command))
    }
    current = folders
    return folders
  }

  private static func makeFolder(in base: String, insteadUse command: String) throws -> String {
    var template = Array("\(base)/clustertensor-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ClusterError.cannotLaunch(
        reason: "no folder can be made in \(base): \(String(cString: strerror(errno)))",
        command: command)
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes them. Threads and processes may do so at the same time, and Open MPI's own take away theirs.
  static func remove() {
    guard let folders = current else { return }
    for folder in [folders.temporary, folders.shared] {
      for _ in 0..<50 where access(folder, F_OK) == 0 {
        do {
          try FileManager.default.removeItem(atPath: folder)
        } catch {
          usleep(20_000)
        }
      }
    }
    current = nil
  }

  /// Removes them in a worker whose driver is gone. Open MPI's process that has started the worker would take two
  /// seconds to end what the driver has left, and forgets the folder: it is ended first.
  static func removeInPlaceOfTheDriver() {
    guard current != nil else { return }
    if LaunchedProcesses.isStarter(getppid()) { kill(getppid(), SIGKILL) }
    remove()
  }
}
