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
  let core: ClusterCore
  let options: ClusterOptions
  let mpi: MPIRuntime?
  let members: Mutex<Members>
  private let hasLeft = Mutex(false)

  /// Who takes part, and what belongs to them.
  struct Members {
    var workers: [Worker] = []
    var transports: [any Transport] = []
    /// Those of an in-process cluster.
    var threads: [WorkerThread] = []
    /// The next worker's rank: none is used twice.
    var nextRank = 1
  }

  init(me: Worker, members: Members, core: ClusterCore, options: ClusterOptions, mpi: MPIRuntime?) {
    self.me = me
    self.members = Mutex(members)
    self.core = core
    self.options = options
    self.mpi = mpi
    core.me = me
    core.cluster = self
    beginSeeing()
  }

  /// The other ranks in order.
  public var workers: [Worker] { members.withLock { $0.workers } }

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

  /// True for the first who asks: leaving happens once.
  func beginLeaving() -> Bool {
    hasLeft.withLock { hasLeft in
      defer { hasLeft = true }
      return !hasLeft
    }
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
        // Who interrupts a program knows that not everything was done.
        if cluster.core.isInterrupted { return }
        StandardError.write("\(error)\n")
        fflush(nil)
        // The status of `exit` is fixed by now; what went wrong must still show in it.
        _exit(1)
      }
    }
  }
}
