import Glibc
import TensorCore

/// What processes that another's `launch` or `addWorker` started are: a variable in their environment says that they
/// are workers, before MPI is there, and the driver's first message which ones. (What MPI can put into an
/// environment is short.)
struct SpawnedWorkers: Sendable, Equatable {
  /// Names of those that were started together, in the order of their ranks.
  var names: [String]
  /// The rank of the first of them.
  var firstRank = 1
  /// Folders of tables that they load, by name.
  var folders: [String: String] = [:]
  /// What the last process of the session removes.
  var launchFolders: LaunchFolders?

  /// The variable, and what stands in it.
  static let variable = (name: "CLUSTERTENSOR_WORKER", value: "1")

  /// Whether this process is one of them. What it starts itself is not.
  static let isThisProcess: Bool = {
    defer { unsetenv(variable.name) }
    return getenv(variable.name) != nil
  }()

  /// What the process of the rank (from 1) among them is. Throws `ClusterError.handshakeFailed` where
  /// there are fewer.
  func setup(rank: Int) throws(ClusterError) -> WorkerSetup {
    guard names.indices.contains(rank - 1) else {
      throw .handshakeFailed(rank: rank, reason: "it was started as one of \(names.count) workers")
    }
    let name = names[rank - 1]
    return WorkerSetup(name: name, folder: folders[name], rank: firstRank + rank - 1)
  }

  /// Throws `ClusterError.invalidName`, `.duplicateName`.
  func check() throws(ClusterError) {
    var seen: Set<String> = []
    for name in names {
      try WorkerName.check(name)
      guard seen.insert(name).inserted else { throw .duplicateName(name) }
    }
  }

  /// The driver's message.
  func encoded() -> [UInt8] {
    ByteList.make { writer in
      func write(_ text: String?) {
        (text != nil).encode(into: &writer)
        if let text { writer.write(text: text) }
      }
      writer.write(UInt32(truncatingIfNeeded: names.count))
      writer.write(UInt32(truncatingIfNeeded: firstRank))
      for name in names {
        write(name)
        write(folders[name])
      }
      write(launchFolders?.temporary)
      write(launchFolders?.shared)
    }
  }

  /// Reads the driver's message. Throws `TensorError.malformed`.
  init(decoding reader: inout ByteReader) throws {
    func read() throws -> String? { try Bool(decoding: &reader) ? try reader.readText() : nil }
    let count = Int(try reader.read(UInt32.self))
    firstRank = Int(try reader.read(UInt32.self))
    names = []
    for _ in 0..<count {
      guard let name = try read() else { throw TensorError.malformed("a worker without a name") }
      names.append(name)
      folders[name] = try read()
    }
    if let temporary = try read(), let shared = try read() {
      launchFolders = LaunchFolders(temporary: temporary, shared: shared)
    }
  }

  init(names: [String], folders: [String: String] = [:]) {
    self.names = names
    self.folders = folders
  }
}
