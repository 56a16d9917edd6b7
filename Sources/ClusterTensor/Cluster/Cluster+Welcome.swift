import TensorCore

extension Cluster {
  /// Makes the cluster of the workers at the other ends of a transport.
  static func welcome(
    over transport: any Transport, names: [String], core: ClusterCore, options: ClusterOptions,
    mpi: MPIRuntime? = nil, threads: [WorkerThread] = []
  ) throws -> Cluster {
    let introduced = try introduce(
      over: transport, names: names, core: core, options: options, firstRank: 1)
    try core.progress.start()
    let (me, loopback) = LoopbackWorker.make(core, options)
    let members = Members(
      workers: introduced, transports: [transport, loopback], threads: threads,
      nextRank: introduced.count + 1)
    return Cluster(me: me, members: members, core: core, options: options, mpi: mpi)
  }

  /// Hears the workers at the other ends of a transport, lets them in and makes their handles. Called
  /// before anything else drives the transport, or under the lock.
  static func introduce(
    over transport: any Transport, names: [String], core: ClusterCore, options: ClusterOptions,
    firstRank: Int
  ) throws -> [Worker] {
    let driver = DriverHandshake(transport, names: names, options: options)
    return try driver.run(isOversubscribed: core.isOversubscribed).map { introduction in
      let stream = InstructionStream(
        transport: transport, peer: introduction.rank, name: introduction.hello.name,
        lock: core.lock, logger: core.logger, isOversubscribed: core.isOversubscribed,
        progress: core.progress)
      core.router.add(stream)
      return Worker(
        name: introduction.hello.name, rank: firstRank + introduction.rank - 1,
        host: introduction.hello.host, processIdentifier: introduction.processIdentifier,
        instructionSet: introduction.hello.instructionSet, core: core, stream: stream)
    }
  }
}
