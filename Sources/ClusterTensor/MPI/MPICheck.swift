import CMPI

/// Throws what a call of the MPI library returned, unless that is success.
///
/// Every call of the library goes through here:
/// `try check(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank")`. Throws `ClusterError.mpi` with the
/// library's own text. Costs one comparison.
@inline(__always)
func check(_ code: Int32, _ call: StaticString) throws(ClusterError) {
  if code != MPI_SUCCESS { throw mpiError(code, call) }
}

/// The error for a code that is not success. Never inlined, so that callers stay small.
@inline(never)
func mpiError(_ code: Int32, _ call: StaticString) -> ClusterError {
  .mpi(call: "\(call)", code: Int(code), text: MPIText.ofError(code))
}
