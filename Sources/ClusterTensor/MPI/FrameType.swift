import CMPI

/// The type with which messages of bounded length are received into memory of `roomNeeded` bytes.
///
/// Open MPI (4.1 at least) writes past the end of the memory when a message above the eager limit
/// is longer than the receive that it matches: within a machine and over TCP it moves such messages
/// in one piece and looks at their length afterwards. It does so only where the memory is one
/// piece. So a receive asks for two elements of `capacity` bytes with a gap between them, the second
/// of which no honest message reaches, and the library checks as it goes. This costs 2 to 3 % of a
/// small message's round trip; messages of 8 to 64 KiB get faster by it.
struct FrameType: @unchecked Sendable {
  // Unchecked, because the handle is a pointer. The library never moves what it points to.

  /// What the C calls take, together with `elementCount`.
  private(set) var handle: MPI_Datatype?
  /// Elements in one receive.
  let elementCount: Int32 = 2
  /// Longest message in bytes that fits the first element.
  let capacity: Int
  /// Bytes that a receive may write to at most, however long the message is.
  var roomNeeded: Int { capacity * 2 + Self.gap }
  /// Bytes between the two elements.
  private static let gap = 64

  /// Makes the type. Throws `ClusterError.mpi`. Local.
  init(capacity: Int) throws(ClusterError) {
    self.capacity = capacity
    var bytes: MPI_Datatype?
    try check(
      MPI_Type_contiguous(Int32(truncatingIfNeeded: capacity), cmpi_byte(), &bytes),
      "MPI_Type_contiguous")
    defer { _ = MPI_Type_free(&bytes) }
    try check(
      MPI_Type_create_resized(bytes, 0, capacity + Self.gap, &handle), "MPI_Type_create_resized")
    try check(MPI_Type_commit(&handle), "MPI_Type_commit")
  }

  /// Gives the type back; receives that use it go on. Local.
  mutating func free() {
    if handle != nil { _ = MPI_Type_free(&handle) }
    handle = nil
  }
}
