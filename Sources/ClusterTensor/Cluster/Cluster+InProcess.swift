import TensorCore

extension Cluster {
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
    let threads = try names.enumerated().map { index, name in
      try WorkerThread(
        WorkerSetup(name: name, folder: data[name]), over: wrapping(network.endpoint(index + 1)),
        options: options)
    }
    do {
      return try welcome(
        over: wrapping(network.endpoint(0)), names: names, core: core, options: options,
        threads: threads)
    } catch {
      for thread in threads { thread.release() }
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
}

/// A worker of an in-process cluster.
struct WorkerThread: Sendable {
  let name: String
  private let thread: Thread
  private let isOver: EndSignal

  /// Starts it. Throws `ClusterError.notJoined` where the system gives no thread.
  init(_ setup: WorkerSetup, over transport: any Transport, options: ClusterOptions) throws {
    name = setup.name
    let isOver = EndSignal()
    self.isOver = isOver
    thread = try Thread {
      do {
        _ = try WorkerLife.run(
          setup, over: transport, options: options, isOversubscribed: true, isOver: isOver)
      } catch {
        // A refusal is thrown to the program by the driver's side.
        options.logger.at(rank: setup.rank ?? transport.rank, worker: setup.name).debug(
          "ended: \(error)")
      }
      transport.close(waiting: 0.2)
    }
  }

  /// Ends it some time soon.
  func release() { isOver.give() }

  /// Ends it where the goodbye did not reach it, and waits for its end.
  func end() {
    isOver.give()
    thread.join()
  }
}
