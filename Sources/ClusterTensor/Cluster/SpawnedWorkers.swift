import Glibc

/// What a process that another's `launch` or `addWorker` started finds in its environment: that it is a
/// worker, and which one. It is there before MPI is.
struct SpawnedWorkers: Sendable {
  /// Names of those that were started together, in the order of their ranks.
  var names: [String]
  /// The rank of the first of them.
  var firstRank = 1
  /// Folders of tables that they load, by name.
  var folders: [String: String] = [:]
  /// What the last process of the session removes.
  var launchFolders: LaunchFolders?

  private static let namesVariable = "CLUSTERTENSOR_WORKERS"
  private static let rankVariable = "CLUSTERTENSOR_RANK"
  private static let folderVariable = "CLUSTERTENSOR_DATA_"
  private static let temporaryVariable = "CLUSTERTENSOR_TEMPORARY"
  private static let sharedVariable = "CLUSTERTENSOR_SHARED"

  /// Those of this process; nil where it was started otherwise.
  static let ofThisProcess: SpawnedWorkers? = {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    guard let names = variable(namesVariable) else { return nil }
    var workers = SpawnedWorkers(names: names.split(separator: ",").map(String.init))
    workers.firstRank = variable(rankVariable).flatMap(Int.init) ?? 1
    if let temporary = variable(temporaryVariable), let shared = variable(sharedVariable) {
      workers.launchFolders = LaunchFolders(temporary: temporary, shared: shared)
    }
    for (index, name) in workers.names.enumerated() {
      workers.folders[name] = variable(folderVariable + String(index))
    }
    // What this process starts itself is no worker.
    let variables = [namesVariable, rankVariable, temporaryVariable, sharedVariable]
    for name in variables + workers.names.indices.map({ folderVariable + String($0) }) {
      unsetenv(name)
    }
    return workers
  }()

  /// The variables that say so.
  var environment: [String: String] {
    var variables = [
      SpawnedWorkers.namesVariable: names.joined(separator: ","),
      SpawnedWorkers.rankVariable: String(firstRank),
    ]
    if let launchFolders {
      variables[SpawnedWorkers.temporaryVariable] = launchFolders.temporary
      variables[SpawnedWorkers.sharedVariable] = launchFolders.shared
    }
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
    let name = names[rank - 1]
    return WorkerSetup(name: name, folder: folders[name], rank: firstRank + rank - 1)
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
