import CMPI
import Glibc

/// A program that MPI is to start as new ranks.
struct SpawnedProgram: Sendable {
  /// Path of the executable.
  var path: String
  /// What it gets behind its own name.
  var arguments: [String]
  /// A variable added to its environment.
  var variable: (name: String, value: String)
  /// The folder that it starts in.
  var folder: String
}

extension Communicator {
  /// Starts a program `count` times as ranks 1, 2, … of a new communicator, of which this process is
  /// rank 0.
  ///
  /// Waits until all of them have called `withParent`, without a deadline. Throws `ClusterError.mpi`
  /// where the library cannot start processes.
  static func spawning(_ program: SpawnedProgram, count: Int) throws(ClusterError) -> Communicator {
    var info: MPI_Info?
    try check(MPI_Info_create(&info), "MPI_Info_create")
    defer { _ = MPI_Info_free(&info) }
    let settings = [
      ("env", "\(program.variable.name)=\(program.variable.value)"), ("wdir", program.folder),
      ("map_by", "slot:OVERSUBSCRIBE"), ("bind_to", "none"),
    ]
    // A folder with a longer name is left to the library, which takes the one that it was started in.
    for (key, value) in settings where value.utf8.count < Int(MPI_MAX_INFO_VAL) {
      try check(MPI_Info_set(info, key, value), "MPI_Info_set")
    }
    var arguments = program.arguments.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var children: MPI_Comm?
    let code = MPI_Comm_spawn(
      program.path, &arguments, Int32(truncatingIfNeeded: count), info, 0, cmpi_comm_self(),
      &children, nil)
    try check(code, "MPI_Comm_spawn")
    return try merging(&children, isParent: true)
  }

  /// In a process that was started by `spawning`, the communicator with the one that did it and the others
  /// that it started with this one; nil elsewhere. Waits for these. Throws `ClusterError.mpi`.
  static func withParent() throws(ClusterError) -> Communicator? {
    var parent: MPI_Comm?
    try check(MPI_Comm_get_parent(&parent), "MPI_Comm_get_parent")
    if parent == cmpi_comm_null() { return nil }
    return try merging(&parent, isParent: false)
  }

  /// Makes one group of two that are connected. The connection itself is freed: to take it down
  /// (MPI_Comm_disconnect) hangs in Open MPI 4.1.
  private static func merging(_ between: inout MPI_Comm?, isParent: Bool) throws(ClusterError)
    -> Communicator
  {
    var all: MPI_Comm?
    try check(MPI_Intercomm_merge(between, isParent ? 0 : 1, &all), "MPI_Intercomm_merge")
    try check(MPI_Comm_free(&between), "MPI_Comm_free")
    let merged = try Communicator(wrapping: all)
    try merged.returnErrors()
    return merged
  }

  /// Sends bytes from rank 0 to all others; they give none, and get these. Collective. Throws
  /// `ClusterError.mpi`.
  func broadcast(_ bytes: [UInt8] = []) throws(ClusterError) -> [UInt8] {
    var count = Int32(truncatingIfNeeded: bytes.count)
    try check(
      MPI_Bcast(&count, Int32(MemoryLayout<Int32>.size), cmpi_byte(), 0, handle), "MPI_Bcast")
    var all = rank == 0 ? bytes : [UInt8](repeating: 0, count: Int(count))
    try check(MPI_Bcast(&all, count, cmpi_byte(), 0, handle), "MPI_Bcast")
    return all
  }
}
