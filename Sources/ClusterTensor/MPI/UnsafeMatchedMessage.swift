import CMPI

/// A message that has arrived, or announced itself, and of which nothing was received yet: its
/// length is known before there must be memory for it.
///
/// Not copyable: it is received exactly once. Dropping it traps, as its sender might wait forever.
struct MatchedMessage: ~Copyable {
  /// What the C calls take.
  private var handle: MPI_Message?
  /// Its length in bytes.
  let count: Int

  /// Takes over what a probe has found.
  init(adopting handle: MPI_Message?, count: Int) {
    self.handle = handle
    self.count = count
  }

  deinit { precondition(handle == nil, "an MPI message was matched and dropped: receive it") }

  /// Starts to receive it into `bytes`, exactly as long as it is. The memory must stay alive and
  /// untouched until the request is complete. Throws `ClusterError.mpi`.
  consuming func startReceive(
    into bytes: UnsafeMutableRawBufferPointer
  ) throws(ClusterError) -> Request {
    precondition(bytes.count == count)
    var handle = handle
    discard self
    var request: MPI_Request?
    try check(
      MPI_Imrecv(bytes.baseAddress, Int32(bytes.count), cmpi_byte(), &handle, &request),
      "MPI_Imrecv")
    return Request(adopting: request)
  }
}

extension Communicator {
  /// Takes the next message of a tag from `rank` out of those that can be received; nil if there is
  /// none. Throws `ClusterError.mpi`. Costs some 100 ns.
  func matchMessage(from rank: Int, tag: Int32) throws(ClusterError) -> MatchedMessage? {
    var flag: Int32 = 0
    var message: MPI_Message?
    var status = MPI_Status()
    try check(
      MPI_Improbe(Int32(truncatingIfNeeded: rank), tag, handle, &flag, &message, &status),
      "MPI_Improbe")
    if flag == 0 { return nil }
    return MatchedMessage(
      adopting: message, count: try Request.Completion(of: &status).count)
  }
}
