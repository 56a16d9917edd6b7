import Glibc

/// What a process that another's `launch` or `addWorker` started finds in its environment: that it is a
/// worker, and which one. It is there before MPI is.
struct SpawnedWorkers: Sendable {
  /// Names of those that were started together, in the order of their ranks.
  var names: [String]
  /// Folders of tables that they load, by name.
  var folders: [String: String] = [:]
  /// What the last process of the session removes.
  var launchFolder: String?

  private static let namesVariable = "CLUSTERTENSOR_WORKERS"
  private static let folderVariable = "CLUSTERTENSOR_DATA_"
  private static let launchFolderVariable = "CLUSTERTENSOR_LAUNCH"

  /// Those of this process; nil where it was started otherwise.
  static let ofThisProcess: SpawnedWorkers? = {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    guard let names = variable(namesVariable) else { return nil }
    var workers = SpawnedWorkers(names: names.split(separator: ",").map(String.init))
    workers.launchFolder = variable(launchFolderVariable)
    for (index, name) in workers.names.enumerated() {
      workers.folders[name] = variable(folderVariable + String(index))
    }
    // What this process starts itself is no worker.
    let variables = [namesVariable, launchFolderVariable]
    for name in variables + workers.names.indices.map({ folderVariable + String($0) }) {
      unsetenv(name)
    }
    return workers
  }()

  /// The variables that say so.
  var environment: [String: String] {
    var variables = [SpawnedWorkers.namesVariable: names.joined(separator: ",")]
    if let launchFolder { variables[SpawnedWorkers.launchFolderVariable] = launchFolder }
    for (index, name) in names.enumerated() {
      if let folder = folders[name] {
        variables[SpawnedWorkers.folderVariable + String(index)] = folder
      }
    }
    return variables
  }

  /// What the process of the rank (from 1) among them is. Throws `ClusterError.handshakeFailed` where
  /// there are fewer.
  func setup(rank: Int) throws(ClusterError) -> WorkerSetup {
    guard names.indices.contains(rank - 1) else {
      throw .handshakeFailed(rank: rank, reason: "it was started as one of \(names.count) workers")
    }
    return WorkerSetup(name: names[rank - 1], folder: folders[names[rank - 1]])
  }

  /// Throws `ClusterError.invalidName`, `.duplicateName`, or `TensorError.file` for a folder that no
  /// variable can hold.
  func check() throws {
    var seen: Set<String> = []
    for name in names {
      try WorkerName.check(name)
      guard seen.insert(name).inserted else { throw ClusterError.duplicateName(name) }
    }
    for (_, folder) in folders where folder.contains("\n") {
      throw TensorError.file(path: folder, reason: "a line break in its name: rename it")
    }
  }
}
