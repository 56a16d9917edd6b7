import Glibc
import TensorCore

extension Cluster {
  /// Whether another's `launch` or `addWorker` started this process: then it is a worker, and serves in the
  /// same calls.
  public static var isWorkerProcess: Bool { SpawnedWorkers.isThisProcess }

  /// Serves as a worker of the name until the driver leaves, then ends the process; what `RankWorker` does.
  /// `data` is a folder of tables to load. Throws as `join`, and what loading throws.
  public static func serve(
    as name: String, data: String? = nil, options: ClusterOptions = .init()
  ) throws -> Never {
    if SpawnedWorkers.isThisProcess { try serveDriver(options) }
    let mpi = try MPIRuntime.start()
    guard mpi.rank > 0 else {
      mpi.finalizeInBackground()
      throw mpi.size == 1
        ? ClusterError.oneRank
        : ClusterError.notJoined(
          reason: "rank 0 is the driver, not a worker: put the program that calls Cluster.join "
            + "first in mpirun's line")
    }
    let share = try mpi.world.hostShare()
    let transport = try MPITransport(over: mpi.world)
    try serve(
      transport, mpi, WorkerSetup(name: name, folder: data), options,
      isOversubscribed: share.isOversubscribed)
  }

  /// Serves in a process that the driver has started for it.
  static func serveDriver(_ options: ClusterOptions) throws -> Never {
    let mpi = try MPIRuntime.start()
    guard let everybody = try Communicator.withParent() else {
      throw ClusterError.notJoined(
        reason: "this process has the environment of a worker that was started by a driver, but "
          + "none did: start it anew")
    }
    let spawned = try everybody.broadcast().withUnsafeBytes {
      var reader = ByteReader($0)
      return try SpawnedWorkers(decoding: &reader)
    }
    LaunchFolders.current = spawned.launchFolders
    let share = try everybody.hostShare()
    try serve(
      MPITransport(over: everybody), mpi, spawned.setup(rank: everybody.rank), options,
      isOversubscribed: share.isOversubscribed)
  }

  /// Serves over a transport and ends the process.
  static func serve(
    _ transport: any Transport, _ mpi: MPIRuntime, _ setup: WorkerSetup, _ options: ClusterOptions,
    isOversubscribed: Bool
  ) throws -> Never {
    Interruption.endsWorker()
    var status: Int32 = 0
    var isTogether = true
    do {
      let ending = try WorkerLife.run(
        setup, over: transport, options: options, isOversubscribed: isOversubscribed,
        endsProcess: true)
      isTogether = ending == .together
      DriverWatch.driverLeaves()
    } catch let refusal as Refusal {
      // The driver exits with a status of its own; a status here would end it before it has said why.
      StandardError.write("\(setup.name): \(refusal.reason)\n")
    } catch ClusterError.workerLost(_, let reason) {
      // Nobody needs this process any more, and nobody is there to be told.
      options.logger.notice("the driver is gone: \(reason)")
      LaunchFolders.removeInPlaceOfTheDriver()
      isTogether = false
      status = 1
    } catch {
      StandardError.write("\(setup.name): \(error)\n")
      isTogether = false
      if case ClusterError.versionMismatch = error { status = 0 } else { status = 1 }
    }
    transport.close(waiting: 1)
    mpi.end(isTogether: isTogether)
    // A driver that was interrupted a second time does not come to it.
    if !DriverWatch.isDriverAlive { LaunchFolders.removeInPlaceOfTheDriver() }
    exit(status)
  }
}
