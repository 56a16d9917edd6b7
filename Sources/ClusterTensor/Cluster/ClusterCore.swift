import Glibc
import Logging
import Synchronization
import TensorCore

/// What all workers of a cluster share at the driver: the lock, the transports, ids, the deadline.
final class ClusterCore: @unchecked Sendable {
  let lock = ClusterLock()
  let router = FrameRouter()
  let identifiers: IdentifierSource
  let logger: Logger
  let isOversubscribed: Bool
  let progress: ProgressThread
  /// `me`; set once while the cluster is made.
  weak var me: Worker?
  private let deadlineBits: Atomic<UInt64>

  init(options: ClusterOptions, isOversubscribed: Bool) {
    identifiers = IdentifierSource(seed: options.identifierSeed)
    logger = options.logger
    self.isOversubscribed = isOversubscribed
    deadlineBits = Atomic(options.deadline.bitPattern)
    progress = ProgressThread(lock: lock, router: router, logger: options.logger)
  }

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
    var backoff = Backoff(profile: .waiting, oversubscribed: isOversubscribed)
    let seconds = deadline
    let end = MonotonicTime.now.advanced(bySeconds: seconds)
    var nextCheck = MonotonicTime.now.advanced(bySeconds: 0.1)
    try lock.withLock { try stream.flush() }
    while true {
      let result = try lock.withLock { () throws -> Result<PendingRead.Value, ReadFailure>? in
        if let result = stream.result(of: read) { return result }
        try router.poll()
        return stream.result(of: read)
      }
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
      backoff.pause()
      let now = MonotonicTime.now
      if now > nextCheck {
        nextCheck = now.advanced(bySeconds: 0.1)
        if !worker.isProcessAlive {
          throw lock.withLock {
            stream.end(
              .workerLost(
                worker: worker.name,
                reason: "its process \(worker.processIdentifier) has ended; its objects are lost"))
          }
        }
      }
      guard now < end else {
        throw ClusterError.timedOut(worker: worker.name, waitingFor: what(), seconds: seconds)
      }
    }
  }
}

/// What can be set when a cluster is made.
public struct ClusterOptions: Sendable {
  /// Seconds that a read waits for a worker before it throws `ClusterError.timedOut`.
  public var deadline = 120.0
  /// Seconds that `join` waits for every rank to introduce itself.
  public var handshakeDeadline = 30.0
  /// Where log lines go; warnings and errors to standard error by default.
  public var logger: Logger
  /// Seconds that a worker waits for the bytes of a tensor that were announced.
  package var transferDeadline = 60.0
  /// For tests that want the same ids again. Never printed.
  package var identifierSeed: UInt64?

  /// Every option at its default.
  public init() { logger = ClusterLog.logger(level: .warning) }
}

/// Log lines on standard error, so that standard output stays the program's.
public enum ClusterLog {
  /// A logger of the level, with rank or name in front where given.
  public static func logger(level: Logger.Level, name: String? = nil) -> Logger {
    var logger = Logger(label: name ?? "clustertensor") {
      StreamLogHandler.standardError(label: $0)
    }
    logger.logLevel = level
    return logger
  }
}
