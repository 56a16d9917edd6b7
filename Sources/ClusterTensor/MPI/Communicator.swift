import CMPI

/// A group of ranks and the space in which their messages match.
///
/// A value over an MPI handle; copies mean the same communicator. The handle stays valid until MPI
/// is finalized, as freeing one is collective and a dead rank cannot take part.
package struct Communicator: @unchecked Sendable {
  // Unchecked, because the handle is a pointer. The library never moves what it points to, and the
  // callers see to it that one thread at a time calls.

  /// What the C calls take.
  let handle: MPI_Comm
  /// This rank's number.
  package let rank: Int
  /// Number of ranks.
  package let size: Int

  /// Looks up rank and size of a communicator that exists. Throws `ClusterError.mpi`. Local.
  init(wrapping handle: MPI_Comm?) throws(ClusterError) {
    guard let handle else {
      throw .mpi(call: "MPI_Comm_rank", code: Int(MPI_ERR_COMM), text: "the communicator is null")
    }
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank")
    try check(MPI_Comm_size(handle, &size), "MPI_Comm_size")
    self.handle = handle
    self.rank = Int(rank)
    self.size = Int(size)
  }

  /// The same ranks with a message space of their own. Collective: every rank must call it, in the
  /// same order as other collective calls. Throws `ClusterError.mpi`.
  package func duplicate() throws(ClusterError) -> Communicator {
    var copy: MPI_Comm?
    try check(MPI_Comm_dup(handle, &copy), "MPI_Comm_dup")
    return try Communicator(wrapping: copy)
  }

  /// Makes calls on it return their errors, where MPI's default is to end the whole job. Local.
  /// Throws `ClusterError.mpi`.
  func returnErrors() throws(ClusterError) {
    try check(MPI_Comm_set_errhandler(handle, cmpi_errors_return()), "MPI_Comm_set_errhandler")
  }
}
