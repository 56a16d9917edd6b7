import CKernels
import Glibc
import Logging
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
    guard !hasJoined else {
      throw ClusterError.notJoined(
        reason: "this program has joined its cluster already: keep what the first join returned")
    }
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
    let core = ClusterCore(options: options, isOversubscribed: share.isOversubscribed)
    do {
      let cluster = try welcome(
        over: transport, names: names, core: core, options: options, mpi: mpi)
      cluster.leaveAtExit()
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

  /// Serves as a worker of the name until the driver leaves, then ends the process; what `RankWorker` does.
  /// `data` is a folder of tables to load. Throws as `join`, and what loading throws.
  public static func serve(
    as name: String, data: String? = nil, options: ClusterOptions = .init()
  ) throws -> Never {
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

  private static func serve(
    _ transport: any Transport, _ mpi: MPIRuntime, _ setup: WorkerSetup, _ options: ClusterOptions,
    isOversubscribed: Bool
  ) throws -> Never {
    var status: Int32 = 0
    do {
      try WorkerLife.run(
        setup, over: transport, options: options, isOversubscribed: isOversubscribed,
        endsProcess: true)
    } catch let refusal as Refusal {
      // The driver exits with a status of its own; a status here would end it before it has said why.
      StandardError.write("\(setup.name): \(refusal.reason)\n")
    } catch {
      StandardError.write("\(setup.name): \(error)\n")
      if case ClusterError.versionMismatch = error { status = 0 } else { status = 1 }
    }
    transport.close(waiting: 1)
    // After a failure the other ranks may never come to finalize.
    if status == 0 { try mpi.finalize() }
    exit(status)
  }

  /// A cluster whose workers are threads of this process: the same frames without MPI, for tests and debugging.
  /// Throws `ClusterError.duplicateName`, `.invalidName`, `.handshakeFailed`.
  public static func inProcess(
    workers names: [String], data: [String: String] = [:], options: ClusterOptions = .init()
  ) throws -> Cluster {
    try inProcess(workers: names, data: data, options: options) { $0 }
  }

  /// The same with every rank's transport wrapped, the driver's too, e.g. into a faulty one.
  package static func inProcess(
    workers names: [String], data: [String: String] = [:], options: ClusterOptions = .init(),
    wrapping: (any Transport) -> any Transport
  ) throws -> Cluster {
    let network = InProcessNetwork(size: names.count + 1)
    let core = ClusterCore(options: options, isOversubscribed: true)
    let isOver = EndSignal()
    let threads = try names.enumerated().map { index, name in
      let transport = wrapping(network.endpoint(index + 1))
      return try Thread {
        do {
          try WorkerLife.run(
            WorkerSetup(name: name, folder: data[name]), over: transport, options: options,
            isOversubscribed: true, isOver: isOver)
        } catch {
          // A refusal is thrown to the program by the driver's side.
          options.logger.at(rank: index + 1, worker: name).debug("ended: \(error)")
        }
        transport.close(waiting: 0.2)
      }
    }
    do {
      return try welcome(
        over: wrapping(network.endpoint(0)), names: names, core: core, options: options,
        threads: threads, isOver: isOver)
    } catch {
      isOver.give()
      throw error
    }
  }

  /// A cluster over a transport at whose other ends somebody else speaks for the workers.
  /// Throws as `inProcess`.
  package static func drive(
    over transport: any Transport, names: [String] = [], options: ClusterOptions = .init()
  ) throws -> Cluster {
    let core = ClusterCore(options: options, isOversubscribed: true)
    return try welcome(over: transport, names: names, core: core, options: options)
  }

  // MARK: Handshake, the driver's side

  private static func welcome(
    over transport: any Transport, names: [String], core: ClusterCore, options: ClusterOptions,
    mpi: MPIRuntime? = nil, threads: [Thread] = [], isOver: EndSignal = EndSignal()
  ) throws -> Cluster {
    let driver = DriverHandshake(transport, names: names, options: options)
    let introductions = try driver.run(isOversubscribed: core.isOversubscribed)
    try core.progress.start()
    let (me, loopback) = LoopbackWorker.make(core, options)
    let workers = introductions.map { introduction in
      let stream = InstructionStream(
        transport: transport, peer: introduction.rank, name: introduction.hello.name,
        lock: core.lock, logger: core.logger, isOversubscribed: core.isOversubscribed,
        progress: core.progress)
      core.router.add(stream)
      return Worker(
        name: introduction.hello.name, rank: introduction.rank, host: introduction.hello.host,
        processIdentifier: introduction.processIdentifier,
        instructionSet: introduction.hello.instructionSet, core: core, stream: stream)
    }
    return Cluster(
      me: me, workers: workers, core: core, transports: [transport, loopback], threads: threads,
      isOver: isOver, mpi: mpi)
  }
}

/// `me` as a worker: a session of its own in this process, reached without MPI.
enum LoopbackWorker {
  static let name = "me"

  static func make(_ core: ClusterCore, _ options: ClusterOptions) -> (Worker, any Transport) {
    let network = InProcessNetwork(size: 2)
    var options = options
    options.logger = core.logger
    let session = WorkerSession(
      transport: network.endpoint(1), driver: 0, policy: Policy(), options: options,
      isOversubscribed: core.isOversubscribed)
    let transport = LoopbackTransport(near: network.endpoint(0), far: network.endpoint(1)) {
      (frame: FrameBuffer) throws(ClusterError) in
      try session.handle(frame)
    }
    let stream = InstructionStream(
      transport: transport, peer: 1, name: name, lock: core.lock, logger: core.logger,
      isOversubscribed: core.isOversubscribed, progress: core.progress)
    core.router.add(stream)
    let me = Worker(
      name: name, rank: 0, host: HostName.current, processIdentifier: getpid(),
      instructionSet: InstructionSet.name, core: core, stream: stream)
    return (me, transport)
  }
}
