import CMPI

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many ranks of a job share how many processor cores on one machine.
package struct HostShare: Sendable, Equatable {
  /// Ranks that run on this rank's machine, this one included.
  package let ranks: Int
  /// Cores that at least one of them may use.
  package let cores: Int

  /// Whether some rank has no core of its own, so that a rank that spins takes time from others.
  package var isOversubscribed: Bool { ranks > cores }

  /// So many ranks on so many cores.
  package init(ranks: Int, cores: Int) {
    self.ranks = ranks
    self.cores = cores
  }
}

extension Communicator {
  /// Counts the ranks on this rank's machine and the cores that are open to any of them.
  ///
  /// It joins the ranks' sets of cores, because mpirun binds each rank to a core of its own where
  /// there are enough: then every rank by itself sees one core and yet none has to share. Collective.
  /// Throws `ClusterError.mpi`.
  package func hostShare() throws(ClusterError) -> HostShare {
    var local: MPI_Comm?
    try check(
      MPI_Comm_split_type(
        handle, Int32(MPI_COMM_TYPE_SHARED), Int32(truncatingIfNeeded: rank), cmpi_info_null(),
        &local),
      "MPI_Comm_split_type")
    defer { if local != nil { _ = MPI_Comm_free(&local) } }
    var ranks: Int32 = 0
    try check(MPI_Comm_size(local, &ranks), "MPI_Comm_size")

    let mine = Processors.available.words
    var joined = mine
    let byteCount = Int32(mine.count * MemoryLayout<UInt64>.size)
    let code = mine.withUnsafeBytes { source in
      joined.withUnsafeMutableBytes { target in
        MPI_Allreduce(
          source.baseAddress, target.baseAddress, byteCount, cmpi_byte(), cmpi_bitwise_or(), local)
      }
    }
    try check(code, "MPI_Allreduce")
    return HostShare(ranks: Int(ranks), cores: Processors(words: joined).count)
  }
}

/// A set of processor cores.
package struct Processors: Sendable, Equatable {
  /// One bit a core, in as many words on every machine.
  let words: [UInt64]
  /// Words in each set: room for 1024 cores.
  private static let wordCount = 16

  /// Number of cores in the set, at least 1.
  package var count: Int { max(1, words.reduce(0) { $0 + $1.nonzeroBitCount }) }

  /// The cores that the calling thread may run on: what mpirun or the machine's administrator bound
  /// it to. Where the system does not tell, all that are there. Costs a system call.
  package static var available: Processors {
    var words = [UInt64](repeating: 0, count: wordCount)
    if cmpi_bound_cores(&words, words.count) { return Processors(words: words) }
    let online = min(max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), wordCount * 64)
    for number in 0..<online { words[number / 64] |= 1 << UInt64(number % 64) }
    return Processors(words: words)
  }
}
