import Foundation
import TensorCore

extension Cluster {
  /// Starts workers without mpirun: as processes of the program that calls, on this machine.
  ///
  ///     let cluster = try Cluster.launch(workers: ["bob", "alice"])
  ///
  /// The program begins again in each of them, with the same arguments; the same call serves there until
  /// the driver leaves, ends the process with status 0 and never returns, so what stands before it runs in
  /// every process. `options.workerProgram` starts another program, e.g. `RankWorker`. Everything else is
  /// as after `join`, but that Open MPI connects processes which it starts so by TCP, over the loopback,
  /// where mpirun's ranks on one machine share memory. In a program that mpirun started on several ranks it
  /// is `join`.
  ///
  /// `data` gives folders of tables that a worker loads itself, by its name. Costs about 0.7 s. Throws
  /// `ClusterError.cannotLaunch`, which says the line for mpirun to use instead, `.duplicateName`,
  /// `.invalidName`, `.handshakeFailed`, `.notJoined` where the new processes do not join in time, `.mpi`.
  public static func launch(
    workers names: [String], data: [String: String] = [:], options: ClusterOptions = .init()
  ) throws -> Cluster {
    if SpawnedWorkers.isThisProcess { try serveDriver(options) }
    guard !hasJoined else { throw joinedAlready }
    if ranksOfMPIRun > 1 { return try join(workers: names, data: data, options: options) }
    let command = "mpirun -n \(names.count + 1) " + CommandLine.arguments.joined(separator: " ")
    guard !names.isEmpty else {
      throw ClusterError.cannotLaunch(
        reason: "no names of workers were given", command: "mpirun -n 2 …")
    }
    guard LaunchEnvironment.hasStarter || ranksOfMPIRun == 1 else {
      throw ClusterError.cannotLaunch(
        reason: "Open MPI's program orted, which starts processes, is in no folder of PATH",
        command: command)
    }
    var workers = SpawnedWorkers(names: names, folders: data.filter { names.contains($0.key) })
    try workers.check()
    let folders = try LaunchFolders.make(insteadUse: command)
    workers.launchFolders = folders
    do {
      let environment = LaunchEnvironment(folders)
      defer { environment.restore() }
      let program = options.program
      let message = workers.encoded()
      let started = try CollectiveCall {
        let mpi = try MPIRuntime.start()
        LaunchedProcesses.findStarter()
        let everybody = try Communicator.spawning(program, count: names.count)
        _ = try everybody.broadcast(message)
        return (mpi, everybody, try everybody.hostShare())
      }.result(within: options.handshakeDeadline)
      guard let (mpi, everybody, share) = started else {
        throw notJoined(names, within: options.handshakeDeadline)
      }
      let cluster = try drive(
        over: MPITransport(over: everybody), mpi, share, names: names, options: options)
      LaunchedProcesses.add(cluster.workers)
      return cluster
    } catch {
      MPIRuntime.departIfRunning()
      LaunchedProcesses.endAll()
      LaunchFolders.remove()
      if case ClusterError.mpi(let call, _, let text) = error {
        throw ClusterError.cannotLaunch(reason: "\(call) failed: \(text)", command: command)
      }
      throw error
    }
  }

  /// Starts one more worker, whose name no other has, on this machine; its rank is the next free one. Also
  /// in a program that mpirun started. `data` is a folder of tables that it loads. Other calls to the
  /// cluster wait meanwhile, about 0.4 s. Throws as `launch`.
  @discardableResult
  public func addWorker(_ name: String, data: String? = nil) throws -> Worker {
    var spawned = SpawnedWorkers(names: [name], folders: data.map { [name: $0] } ?? [:])
    try spawned.check()
    spawned.launchFolders = LaunchFolders.current
    guard !([me] + workers).contains(where: { $0.name == name }) else {
      throw ClusterError.duplicateName(name)
    }
    let worker = try core.lock.withLock {
      let rank = members.withLock { $0.nextRank }
      let transport: any Transport
      var thread: WorkerThread?
      if mpi != nil {
        spawned.firstRank = rank
        transport = try spawn(spawned)
      } else {
        let network = InProcessNetwork(size: 2)
        thread = try WorkerThread(
          WorkerSetup(name: name, folder: data, rank: rank), over: network.endpoint(1),
          options: options)
        transport = network.endpoint(0)
      }
      do {
        let worker = try Cluster.introduce(
          over: transport, names: [name], core: core, options: options, firstRank: rank)[0]
        members.withLock { members in
          members.nextRank += 1
          members.workers.append(worker)
          members.transports.append(transport)
          if let thread { members.threads.append(thread) }
        }
        if mpi != nil { LaunchedProcesses.add([worker]) }
        return worker
      } catch {
        thread?.release()
        transport.close(waiting: 0.2)
        throw error
      }
    }
    beginSeeing(worker)
    return worker
  }

  /// Starts one process. Called under the lock, as MPI is busy meanwhile.
  private func spawn(_ spawned: SpawnedWorkers) throws -> any Transport {
    let program = options.program
    let message = spawned.encoded()
    let started: Communicator?
    do {
      started = try CollectiveCall {
        let both = try Communicator.spawning(program, count: 1)
        _ = try both.broadcast(message)
        _ = try both.hostShare()
        return both
      }.result(within: options.handshakeDeadline)
    } catch ClusterError.mpi(let call, _, let text) {
      let ranks = workers.count + 2
      throw ClusterError.cannotLaunch(
        reason: "\(call) failed: \(text)",
        command: "mpirun -n \(ranks) …, with \(spawned.names[0]) from the start")
    }
    guard let started else {
      // The library is still busy with it, and nothing else can be said to it any more.
      let error = Cluster.notJoined(spawned.names, within: options.handshakeDeadline)
      for stream in core.router.streams where stream !== me.stream { _ = stream.end(error) }
      core.router.removeAll()
      members.withLock { $0.transports = [] }
      core.hasDepartures = true
      throw error
    }
    return try MPITransport(over: started)
  }

  private static func notJoined(_ names: [String], within seconds: Double) -> ClusterError {
    .notJoined(
      reason: "the processes that were started for \(names.joined(separator: ", ")) did not join "
        + "within \(seconds) s: does the program call Cluster.launch or Cluster.join when it is "
        + "started again with the same arguments?")
  }

  /// In how many ranks mpirun started this program; 0 without mpirun.
  private static var ranksOfMPIRun: Int {
    getenv("OMPI_COMM_WORLD_SIZE").flatMap { Int(String(cString: $0)) } ?? 0
  }
}

extension ClusterOptions {
  /// What is started as workers.
  var program: SpawnedProgram {
    SpawnedProgram(
      path: workerProgram ?? ClusterOptions.ownPath,
      arguments: workerProgram == nil ? Array(CommandLine.arguments.dropFirst()) : [],
      variable: SpawnedWorkers.variable, folder: FileManager.default.currentDirectoryPath)
  }

  /// This process's executable; argument 0 may be relative to a folder that was left.
  private static var ownPath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }
}
