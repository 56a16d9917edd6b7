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

  /// Starts to receive a message of at most `type.capacity` bytes from `rank`. A longer one fails
  /// the request or is reported with its length. The memory, of at least `type.roomNeeded` bytes,
  /// must stay alive and untouched until the request is complete. Throws `ClusterError.mpi`;
  /// nothing is under way then.
  @inline(__always)
  func startReceive(
    _ type: FrameType, into memory: UnsafeMutableRawPointer, from rank: Int, tag: Int32
  ) throws(ClusterError) -> Request {
    var request: MPI_Request?
    try check(
      MPI_Irecv(
        memory, type.elementCount, type.handle, Int32(truncatingIfNeeded: rank), tag, handle,
        &request),
      "MPI_Irecv")
    return Request(adopting: request)
  }
}
