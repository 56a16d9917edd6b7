import Glibc
import TensorCore

extension Cluster {
  /// Joins the ranks of a program that mpirun started.
  ///
  /// On rank 0 it returns. Ranks 1, 2, … get the names in order (worker1, worker2, … without them), serve
  /// until rank 0 leaves, exit with status 0 and never return from here. Ranks that run `RankWorker`
  /// bring names of their own, which must be the given ones where names are given.
  ///
  /// `data` gives folders of tables that a worker loads itself, by its name. Throws
  /// `ClusterError.oneRank`, `.duplicateName`, `.invalidName`, `.wrongNumberOfNames`,
  /// `.unexpectedName`, `.versionMismatch`, `.handshakeFailed`, `.notJoined` where a rank does not
  /// start MPI in time, `.mpi`.
  public static func join(
    workers names: [String] = [], data: [String: String] = [:], options: ClusterOptions = .init()
  ) throws -> Cluster {
    if SpawnedWorkers.isThisProcess { try serveDriver(options) }
    guard !hasJoined else { throw joinedAlready }
    let (mpi, share) = try startWithAllRanks(within: options.handshakeDeadline)
    guard mpi.size > 1 else {
      try mpi.finalize()
      throw ClusterError.oneRank
    }
    let transport = try MPITransport(over: mpi.world)
    if mpi.rank > 0 {
      let name =
        names.indices.contains(mpi.rank - 1) ? names[mpi.rank - 1] : "worker\(mpi.rank)"
      try serve(
        transport, mpi, WorkerSetup(name: name, folder: data[name]), options,
        isOversubscribed: share.isOversubscribed)
    }
    return try drive(over: transport, mpi, share, names: names, options: options)
  }

  /// What a second `join` or `launch` throws.
  static var joinedAlready: ClusterError {
    .notJoined(
      reason: "this program has joined its cluster already: keep what the first join returned")
  }

  /// The driver's side of joining: welcomes the workers, and leaves when the program ends.
  static func drive(
    over transport: MPITransport, _ mpi: MPIRuntime, _ share: HostShare, names: [String],
    options: ClusterOptions
  ) throws -> Cluster {
    let core = ClusterCore(options: options, isOversubscribed: share.isOversubscribed)
    do {
      let cluster = try welcome(
        over: transport, names: names, core: core, options: options, mpi: mpi)
      cluster.leaveAtExit()
      Interruption.leaves(cluster)
      return cluster
    } catch {
      transport.close(waiting: 1)
      mpi.finalizeInBackground()
      throw error
    }
  }

  /// Starts MPI and looks who runs where: both wait for every rank of the job. Throws
  /// `ClusterError.notJoined` where one does not come, `.mpi`.
  private static func startWithAllRanks(within seconds: Double) throws -> (MPIRuntime, HostShare) {
    let started = try CollectiveCall {
      let mpi = try MPIRuntime.start()
      return (mpi, try mpi.world.hostShare())
    }.result(within: seconds)
    guard let started else {
      throw ClusterError.notJoined(
        reason: "not every rank of the job joined within \(seconds) s: does each one call "
          + "Cluster.join or run RankWorker? ClusterOptions.handshakeDeadline sets a longer wait")
    }
    return started
  }
}
