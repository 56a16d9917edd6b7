import CMPI

/// A message that was started and is not known to be complete.
///
/// Not copyable, so that exactly one place is responsible for it: it is tested until it completes,
/// or handed on (`relinquish`), or given up for good (`abandon`). Dropping an active one traps, as
/// the library would go on writing into memory that may be freed by then.
struct Request: ~Copyable {
  /// Null, in either of MPI's and Swift's senses, once it is over.
  private var handle: MPI_Request?

  /// What became of a message.
  struct Completion {
    /// Rank that sent it, for a receive.
    let source: Int
    /// Its length in bytes, for a receive.
    let count: Int
  }

  /// Takes over what a C call started.
  @inline(__always)
  init(adopting handle: MPI_Request?) { self.handle = handle }

  deinit {
    precondition(
      handle == nil || handle == cmpi_request_null(),
      "an MPI request was dropped while it was active: test it until it is complete")
  }

  /// Whether the library may still touch the message's memory.
  var isActive: Bool { handle != nil && handle != cmpi_request_null() }

  /// Moves it on and says whether it has completed: nil while it is under way. When it throws
  /// (`ClusterError.mpi`, e.g. a message longer than its memory) it is over too. Costs 20 to 100 ns.
  @inline(__always)
  mutating func test() throws(ClusterError) -> Completion? {
    var flag: Int32 = 0
    var status = MPI_Status()
    let code = MPI_Test(&handle, &flag, &status)
    if code != MPI_SUCCESS {
      handle = nil
      throw mpiError(code, "MPI_Test")
    }
    return flag == 0 ? nil : try Completion(of: &status)
  }

  /// Like `test`, for a send, of which nothing is to be known but whether it is over.
  @inline(__always)
  mutating func testSend() throws(ClusterError) -> Bool {
    var flag: Int32 = 0
    let code = MPI_Test(&handle, &flag, cmpi_status_ignore())
    if code != MPI_SUCCESS {
      handle = nil
      throw mpiError(code, "MPI_Test")
    }
    return flag != 0
  }

  /// Asks the library to take a receive back. It completes, cancelled or not, in a later `test`.
  /// Throws `ClusterError.mpi`. Local.
  mutating func cancel() throws(ClusterError) {
    if isActive { try check(MPI_Cancel(&handle), "MPI_Cancel") }
  }

  /// Gives it up unfinished. Its memory must stay alive until MPI is finalized.
  consuming func abandon() {
    if isActive { _ = MPI_Request_free(&handle) }
    discard self
  }

  /// Hands the responsibility over to the caller.
  @inline(__always)
  consuming func relinquish() -> MPI_Request? {
    let handle = handle
    discard self
    return handle
  }
}

extension Request.Completion {
  /// Reads what the library says of a message. Throws `ClusterError.mpi`.
  @inline(__always)
  init(of status: inout MPI_Status) throws(ClusterError) {
    var count: Int32 = 0
    try check(MPI_Get_count(&status, cmpi_byte(), &count), "MPI_Get_count")
    self.init(source: Int(status.MPI_SOURCE), count: Int(count))
  }
}
