import Glibc
import Logging
import Synchronization
import TensorCore

/// What all workers of a cluster share at the driver: the lock, the transports, ids, the deadline.
final class ClusterCore: @unchecked Sendable {
  let lock = ClusterLock()
  let router = FrameRouter()
  let identifiers: IdentifierSource
  let log: EventLog
  /// The recording of what happens, while there is one.
  let trace: ClusterTrace?
  let isOversubscribed: Bool
  let progress: ProgressThread
  /// Seconds that a worker may take to say goodbye.
  let goodbyeDeadline: Double
  /// `me`; set once while the cluster is made.
  weak var me: Worker?
  /// Set once while the cluster is made.
  weak var cluster: Cluster?
  private let deadlineBits: Atomic<UInt64>
  private let departures = Atomic(false)
  private let interrupted = Atomic(false)

  init(options: ClusterOptions, isOversubscribed: Bool) {
    identifiers = IdentifierSource(seed: options.identifierSeed)
    log = EventLog(options.logger.at(rank: 0, worker: LoopbackWorker.name))
    trace = options.trace.map { ClusterTrace(path: $0, capacity: options.traceCapacity) }
    self.isOversubscribed = isOversubscribed
    goodbyeDeadline = options.goodbyeDeadline
    deadlineBits = Atomic(options.deadline.bitPattern)
    progress = ProgressThread(lock: lock, router: router, logger: log.logger)
  }

  /// Whether a worker has left before the others.
  var hasDepartures: Bool {
    get { departures.load(ordering: .relaxed) }
    set { departures.store(newValue, ordering: .relaxed) }
  }

  /// Whether a signal is ending the program.
  var isInterrupted: Bool {
    get { interrupted.load(ordering: .relaxed) }
    set { interrupted.store(newValue, ordering: .relaxed) }
  }
  /// The driver's logger, which says who it is.
  var logger: Logger { log.logger }

  /// Seconds after which a wait for a worker gives up.
  var deadline: Double {
    get { Double(bitPattern: deadlineBits.load(ordering: .relaxed)) }
    set { deadlineBits.store(newValue.bitPattern, ordering: .relaxed) }
  }

  /// Waits for an answer. Throws `ClusterError.timedOut`, `.workerLost`, what ended the stream, or the
  /// failure that the worker answered with.
  func wait(
    for read: PendingRead, on worker: Worker, _ what: @autoclosure () -> String
  ) throws -> PendingRead.Value {
    let stream = worker.stream
    let start = MonotonicTime.now
    defer {
      if let trace { lock.withLock { trace.waited(for: read, on: worker, since: start) } }
      log.debug("waited \(start.millisecondsUntilNow) ms for \(worker.name): \(what())")
    }
    var wait = WorkerWait(
      for: worker.name, stream.process, seconds: deadline, isOversubscribed: isOversubscribed)
    try lock.withLock { try stream.flush() }
    while true {
      let result = try lock.withLock { () throws -> Result<PendingRead.Value, ReadFailure>? in
        if let result = stream.result(of: read) { return result }
        try router.poll()
        return stream.result(of: read)
      }
      if isInterrupted, !Interruption.isThisThread { Interruption.park() }
      switch result {
      case .success(let value): return value
      case .failure(.cluster(let error)): throw error
      case .failure(.here(let error)): throw error
      case .failure(.failed(let failure)):
        if failure.kind == .notPermitted {
          throw ClusterError.notPermitted(worker: worker.name, what: failure.text)
        }
        throw ClusterError.failedAtWorker(worker: worker.name, failure)
      case nil: break
      }
      do {
        try wait.pause(what())
      } catch {
        throw lock.withLock { stream.endIfLost(error) }
      }
    }
  }
}

/// What can be set when a cluster is made.
public struct ClusterOptions: Sendable {
  /// Seconds that a read waits for a worker before it throws `ClusterError.timedOut`, and an operation
  /// for one that is as far behind as it may be. `Cluster.deadline` changes it later.
  public var deadline = 120.0
  /// Seconds that `join` waits for every rank to introduce itself.
  public var handshakeDeadline = 30.0
  /// The program that `launch` and `addWorker` start as workers, e.g. `RankWorker`; this one unless given.
  public var workerProgram: String?
  /// Seconds that a worker waits for the bytes of a tensor that were announced. It serves nobody
  /// meanwhile.
  public var transferDeadline = 60.0
  /// Seconds that a worker may take to say goodbye when the driver leaves.
  public var goodbyeDeadline = 1.5
  /// Where log lines go; warnings and errors to standard error by default. Its level is looked at once,
  /// when the cluster is made.
  public var logger: Logger
  /// A file for a trace of what happens at every rank, in the form that Perfetto and chrome://tracing read; it
  /// is written on leaving. Only the driver's option counts.
  public var trace: String?
  /// Most events that each rank keeps in memory for the trace; what does not fit is counted and dropped.
  public var traceCapacity = 1 << 19
  /// For tests that want the same ids again. Never printed.
  package var identifierSeed: UInt64?

  /// Every option at its default.
  public init() { logger = ClusterLog.logger(level: .warning) }
}
