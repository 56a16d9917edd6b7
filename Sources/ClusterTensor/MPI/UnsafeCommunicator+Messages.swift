import CMPI

extension Communicator {
  /// Starts to send `bytes` (fewer than 2 GiB), which must stay alive and unchanged until the
  /// request is complete. Messages of one tag between two ranks match in the order in which they
  /// were started. Throws `ClusterError.mpi`; nothing is under way then.
  @inline(__always)
  func startSend(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: Int32) throws(ClusterError)
    -> Request
  {
    var request: MPI_Request?
    try check(
      MPI_Isend(
        bytes.baseAddress, Int32(bytes.count), cmpi_byte(), Int32(truncatingIfNeeded: rank), tag,
        handle, &request),
      "MPI_Isend")
    return Request(adopting: request)
  }

  /// Starts to receive a message of at most `bytes.count` bytes (fewer than 2 GiB) from `rank`. The
  /// memory must stay alive and untouched until the request is complete. Throws
  /// `ClusterError.mpi`; nothing is under way then.
  @inline(__always)
  func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: Int32
  ) throws(ClusterError) -> Request {
    var request: MPI_Request?
    try check(
      MPI_Irecv(
        bytes.baseAddress, Int32(bytes.count), cmpi_byte(), Int32(truncatingIfNeeded: rank), tag,
        handle, &request),
      "MPI_Irecv")
    return Request(adopting: request)
  }
}
