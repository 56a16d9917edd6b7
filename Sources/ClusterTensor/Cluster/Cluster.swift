import Glibc
import Logging
import Synchronization
import TensorCore

/// The driver's view of a job: the workers it can send tensors to.
///
/// In a program that mpirun started on several ranks:
///
///     let cluster = try Cluster.join(workers: ["bob", "alice"])
///     let bob = try cluster["bob"]
///     let z = try Tensor([1, 2, 3]).send(to: bob) * 2
///     print(try z.get())
///
/// Rank 0 runs on from `join`; the other ranks serve inside it until rank 0 leaves.
public final class Cluster: Sendable, CustomStringConvertible {
  /// The driver itself, rank 0, as a worker: tensors sent to it stay in this process.
  public let me: Worker
  /// The other ranks in order.
  public let workers: [Worker]
  let core: ClusterCore
  private let transports: [any Transport]
  /// Threads of an in-process cluster.
  private let threads: [Thread]
  /// Ends those that were not reached by the goodbye.
  private let isOver: EndSignal
  private let mpi: MPIRuntime?
  private let hasLeft = Mutex(false)

  init(
    me: Worker, workers: [Worker], core: ClusterCore, transports: [any Transport],
    threads: [Thread] = [], isOver: EndSignal = EndSignal(), mpi: MPIRuntime? = nil
  ) {
    self.me = me
    self.workers = workers
    self.core = core
    self.transports = transports
    self.threads = threads
    self.isOver = isOver
    self.mpi = mpi
    core.me = me
  }

  /// The worker of the name, `me` included. Throws `ClusterError.unknownWorker`.
  public subscript(name: String) -> Worker {
    get throws {
      if name == me.name { return me }
      guard let worker = workers.first(where: { $0.name == name }) else {
        throw ClusterError.unknownWorker(name, known: [me.name] + workers.map(\.name))
      }
      return worker
    }
  }

  /// Seconds after which a wait for a worker throws `ClusterError.timedOut`.
  public var deadline: Double {
    get { core.deadline }
    set { core.deadline = newValue }
  }

  /// Which MPI library carries the messages; nil in process.
  public var mpiVersion: String? { mpi?.libraryVersion }

  public var description: String {
    "<Cluster " + ([me] + workers).map(\.description).joined(separator: " ") + ">"
  }

  // MARK: Leaving

  /// Seconds that a worker may take to say goodbye.
  private static let goodbyeSeconds = 1.5

  /// Ends every worker and the connection to them; pointers lead nowhere afterwards. Runs by itself
  /// when the program ends. A second call does nothing. One message each way for each worker.
  ///
  /// Throws `ClusterError.failuresNobodyRead` where instructions failed and nobody read their results,
  /// `.workerLost` where a worker did not answer any more.
  public func leave() throws {
    let isFirst = hasLeft.withLock { hasLeft in
      defer { hasLeft = true }
      return !hasLeft
    }
    guard isFirst else { return }
    core.progress.stop()
    let silent = farewell()
    isOver.give()
    for thread in threads { thread.join() }
    if silent == nil {
      try mpi?.finalize()
    }
    if let silent { throw silent }
    let unread = unreadFailures.withLock { $0 }
    guard unread.isEmpty else { throw ClusterError.failuresNobodyRead(unread) }
  }

  private let unreadFailures = Mutex<[String]>([])

  /// Says goodbye to all at once and waits for their answers. Returns who did not answer.
  private func farewell() -> ClusterError? {
    let seconds = Swift.min(core.deadline, Cluster.goodbyeSeconds)
    core.deadline = seconds
    var silent: ClusterError?
    let reads = ([me] + workers).map { worker -> (Worker, PendingRead?) in
      let read = core.lock.withLock { () -> PendingRead? in
        do {
          let read = try worker.stream.ask(code: InstructionCode.leave, deadline: core.deadline) {
            $0.write($1)
          }
          try worker.stream.flush()
          return read
        } catch {
          silent = silent ?? (error as? ClusterError)
          return nil
        }
      }
      return (worker, read)
    }
    // All were asked at once, so that one wait is enough for all.
    let end = MonotonicTime.now.advanced(bySeconds: seconds)
    for (worker, read) in reads {
      guard let read else { continue }
      core.deadline = Double(end.nanoseconds - MonotonicTime.now.nanoseconds) / 1e9
      do {
        guard case .bytes(let bytes) = try core.wait(for: read, on: worker, "its goodbye") else {
          continue
        }
        let failures = try bytes.withUnsafeBytes {
          var reader = ByteReader($0)
          return try FailureListing.decode(&reader)
        }
        unreadFailures.withLock { list in
          list += failures.map { "at \(worker.name): \($0)" }
        }
      } catch ClusterError.timedOut {
        silent =
          silent
          ?? .workerLost(
            worker: worker.name,
            reason: "it still worked \(seconds) s after the driver had left and is ended "
              + "with it: get a last result or call barrier() before the end of the program")
      } catch {
        silent =
          silent
          ?? .workerLost(worker: worker.name, reason: "it did not say goodbye (\(error))")
      }
    }
    core.lock.withLock {
      for stream in core.router.streams { stream.close() }
      for transport in transports { transport.close(waiting: 0.2) }
      core.router.removeAll()
    }
    return silent
  }

  // MARK: The end of the program

  private static let current = Mutex<Cluster?>(nil)

  /// Whether this process has joined the ranks of its job.
  static var hasJoined: Bool { current.withLock { $0 != nil } }

  /// Makes the end of the program leave the cluster.
  func leaveAtExit() {
    let isFirst = Cluster.current.withLock { current in
      defer { current = self }
      return current == nil
    }
    guard isFirst else { return }
    atexit {
      guard let cluster = Cluster.current.withLock({ $0 }) else { return }
      do {
        try cluster.leave()
      } catch {
        StandardError.write("\(error)\n")
        fflush(nil)
        // The status of `exit` is fixed by now; what went wrong must still show in it.
        _exit(1)
      }
    }
  }
}
