import Glibc
import Synchronization
import TensorCore

extension Cluster {
  /// Seconds that a worker may take to say goodbye when the user has no patience.
  private static let hurriedGoodbyeSeconds = 0.5

  /// Ends every worker and the connection to them; pointers lead nowhere afterwards. Runs by itself
  /// when the program ends. A second call does nothing. One message each way for each worker.
  ///
  /// Throws `ClusterError.failuresNobodyRead` where instructions failed and nobody read their results,
  /// `.workerLost` where a worker did not answer any more.
  public func leave() throws {
    guard beginLeaving() else { return }
    core.progress.stop()
    core.trace?.collect(
      from: [me] + self.workers,
      within: core.isInterrupted ? Cluster.hurriedGoodbyeSeconds : ClusterTrace.collectingSeconds)
    let (workers, transports, threads) = members.withLock {
      ($0.workers, $0.transports, $0.threads)
    }
    core.deadline = Swift.min(
      core.deadline,
      core.isInterrupted ? Cluster.hurriedGoodbyeSeconds : core.goodbyeDeadline)
    // Where a rank ended before the others, these must not wait for it.
    let isTogether =
      !core.hasDepartures && workers.allSatisfy { $0.stream.process?.isAlive ?? true }
    let goodbye = sayGoodbye(
      to: [me] + workers, isTogether ? InstructionCode.leave : InstructionCode.depart)
    func close() {
      for stream in core.router.streams { stream.close(Cluster.wasLeft(stream.name)) }
      for transport in transports { transport.close(waiting: 0.2) }
      core.router.removeAll()
    }
    if core.isInterrupted {
      // The program goes on in other threads until it ends. What they ask for never returns.
      core.lock.keepForever()
      close()
    } else {
      core.lock.withLock { close() }
    }
    for thread in threads { thread.release() }
    for thread in threads { thread.end() }
    mpi?.end(isTogether: isTogether && goodbye.silent == nil)
    LaunchedProcesses.awaitEnd(isHurried: core.isInterrupted)
    LaunchFolders.remove()
    core.logger.info("left")
    let traced = Result { try core.trace?.write() }
    if let (worker, error) = goodbye.silent { throw lost(worker, error) }
    try traced.get()
    guard goodbye.failures.isEmpty else {
      throw ClusterError.failuresNobodyRead(goodbye.failures)
    }
  }

  /// What leaving throws for a worker that did not say goodbye.
  private func lost(_ worker: Worker, _ error: any Error) -> ClusterError {
    var reason = "it did not say goodbye (\(error))"
    if case ClusterError.timedOut = error {
      reason =
        "it still worked \(core.deadline) s after the driver had left and is ended with it: get a "
        + "last result or call barrier() before the end of the program"
    }
    return .workerLost(worker: worker.name, reason: reason)
  }

  private static func wasLeft(_ name: String) -> ClusterError {
    .notJoined(reason: "the cluster was left; pointers to \(name) lead nowhere any more")
  }

  /// Ends one worker; what it holds is gone, and pointers to it lead nowhere. `worker.leave()` calls it.
  func dismiss(_ worker: Worker) throws {
    guard worker != me else {
      throw ClusterError.notJoined(
        reason: "me is the driver and cannot leave its cluster alone: call cluster.leave()")
    }
    guard members.withLock({ $0.workers.contains(worker) }) else {
      throw ClusterError.notJoined(reason: "\(worker.name) has left the cluster already")
    }
    core.hasDepartures = true
    core.trace?.collect(from: [worker], within: ClusterTrace.collectingSeconds)
    let goodbye = sayGoodbye(to: [worker], InstructionCode.depart)
    let thread = members.withLock { members -> WorkerThread? in
      members.workers.removeAll { $0 == worker }
      guard let index = members.threads.firstIndex(where: { $0.name == worker.name }) else {
        return nil
      }
      return members.threads.remove(at: index)
    }
    core.lock.withLock {
      worker.stream.close(
        .notJoined(reason: "\(worker.name) has left; pointers to it lead nowhere any more"))
      core.router.remove(worker.stream)
    }
    thread?.end()
    core.log.info("\(worker.name) has left")
    if let (_, error) = goodbye.silent { throw error }
    guard goodbye.failures.isEmpty else {
      throw ClusterError.failuresNobodyRead(goodbye.failures)
    }
  }

  /// What came of saying goodbye.
  private struct Goodbye {
    /// Failures that nobody read.
    var failures: [String] = []
    /// The first who did not answer, and why.
    var silent: (worker: Worker, error: any Error)?

    mutating func note(_ worker: Worker, _ error: any Error) {
      if silent == nil { silent = (worker, error) }
    }
  }

  /// Says goodbye to all at once and waits for their answers.
  private func sayGoodbye(to workers: [Worker], _ code: UInt16) -> Goodbye {
    var goodbye = Goodbye()
    var reads: [(worker: Worker, read: PendingRead)] = []
    for worker in workers {
      do {
        let read = try core.lock.withLock {
          let read = try worker.stream.ask(code: code, deadline: core.deadline) { $0.write($1) }
          try worker.stream.flush()
          return read
        }
        reads.append((worker, read))
      } catch {
        goodbye.note(worker, error)
      }
    }
    // All were asked at once, so that one wait is enough for all.
    let seconds = core.deadline
    defer { core.deadline = seconds }
    let end = MonotonicTime.now.advanced(bySeconds: seconds)
    for (worker, read) in reads {
      core.deadline = Double(end.nanoseconds - MonotonicTime.now.nanoseconds) / 1e9
      do {
        let answer = try core.wait(for: read, on: worker, "its goodbye")
        guard case .bytes(let bytes) = answer else { continue }
        goodbye.failures += try bytes.withUnsafeBytes {
          var reader = ByteReader($0)
          return try FailureListing.decode(&reader)
        }.map { "at \(worker.name): \($0)" }
      } catch {
        goodbye.note(worker, error)
      }
    }
    return goodbye
  }
}

extension Worker {
  /// Ends this worker: its process ends, what it held is gone, and pointers to it lead nowhere
  /// afterwards; the others go on. Waits until the worker has done what it was told, for
  /// `cluster.deadline` at most. One message each way.
  ///
  /// Throws `ClusterError.failuresNobodyRead` where instructions failed and nobody read their results,
  /// `.workerLost`, `.timedOut`; `.notJoined` for `me` and for a worker that has left.
  public func leave() throws {
    guard let cluster = core.cluster else {
      throw ClusterError.notJoined(reason: "\(name)'s cluster does not exist any more")
    }
    try cluster.dismiss(self)
  }
}
