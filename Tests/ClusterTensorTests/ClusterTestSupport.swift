import ClusterTensor
import Foundation
import Logging
import Synchronization
import Testing

/// What workers log in a test: kept, so that refusals that a test provokes do not fill standard
/// error and can be counted.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  fileprivate func add(_ line: String) { lines.withLock { $0.append(line) } }

  /// Logs to these lines, from warnings up.
  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(lines: self) }
    logger.logLevel = .warning
    return logger
  }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .warning

    func log(event: LogEvent) { lines.add("\(event.message)") }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
  }
}

extension ClusterOptions {
  /// Options under which nothing waits for ever: 20 s where a wait is to succeed.
  static func forTests(
    deadline: Double = 20, log: LogLines = LogLines(), handshakeDeadline: Double = 20,
    transferDeadline: Double = 20, identifierSeed: UInt64? = nil
  ) -> ClusterOptions {
    var options = ClusterOptions()
    options.deadline = deadline
    options.handshakeDeadline = handshakeDeadline
    options.transferDeadline = transferDeadline
    options.identifierSeed = identifierSeed
    options.logger = log.logger
    return options
  }
}

/// Runs `body` with a cluster of threads and leaves it, whatever happens. Returns the failures that
/// nobody read. Records an issue where a worker holds an object afterwards that nobody points to,
/// unless the test takes workers away.
@discardableResult
func inCluster(
  _ names: [String] = ["bob"], data: [String: String] = [:],
  options: ClusterOptions = .forTests(),
  wrapping: (any Transport) -> any Transport = { $0 },
  leavesNothing: Bool = true, _ body: (Cluster) throws -> Void
) throws -> [String] {
  let cluster = try Cluster.inProcess(
    workers: names, data: data, options: options, wrapping: wrapping)
  do {
    try body(cluster)
    if leavesNothing { try expectNothingLeft(in: cluster) }
  } catch {
    try? cluster.leave()
    throw error
  }
  do {
    try cluster.leave()
    return []
  } catch ClusterError.failuresNobodyRead(let failures) {
    return failures
  }
}

/// The same where every failure must have been read.
func withCluster(
  _ names: [String] = ["bob"], data: [String: String] = [:],
  options: ClusterOptions = .forTests(),
  wrapping: (any Transport) -> any Transport = { $0 }, _ body: (Cluster) throws -> Void
) throws {
  let unread = try inCluster(
    names, data: data, options: options, wrapping: wrapping, body)
  #expect(unread.isEmpty)
}

/// The law behind every test: what nobody points to is gone, on the worker and in the books.
func expectNothingLeft(in cluster: Cluster) throws {
  for worker in [cluster.me] + cluster.workers {
    let left = try worker.objects().filter { !$0.text.contains("not readable") }
    #expect(left.isEmpty, "\(worker) holds \(left.count) objects that nobody points to")
    #expect(worker.description.hasSuffix(" #objects:0>"))
  }
}

/// Runs `body` with a new folder and removes it afterwards.
func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "clustertensor-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, text) in files {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }
  try body(folder.path)
}

/// A table whose numbers are found in no other text.
let secretTable = """
  height,weight,answer
  171.53125,61.28125,1
  182.65625,77.40625,0
  165.71875,58.84375,1
  193.96875,91.15625,0

  """

/// The seed of random tests: a new one each run, or the one that is given to repeat a failure.
func testSeed(_ what: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["TEST_SEED"].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 1...UInt64(UInt32.max))
  print("\(what): seed \(seed) (repeat with TEST_SEED=\(seed))")
  return seed
}

/// The error of the cluster that `body` throws; records an issue for any other outcome.
@discardableResult
func clusterError<T>(
  _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> T
) -> ClusterError? {
  do {
    _ = try body()
    Issue.record("\(what): nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as ClusterError {
    return error
  } catch {
    Issue.record("\(what): \(error)", sourceLocation: sourceLocation)
  }
  return nil
}

extension ClusterError {
  var isTimeout: Bool { if case .timedOut = self { true } else { false } }
  var isUsedPointer: Bool { if case .usedPointer = self { true } else { false } }
  var isNotPermitted: Bool { if case .notPermitted = self { true } else { false } }
  var isProtocolViolation: Bool { if case .protocolViolation = self { true } else { false } }
  /// The failure at the worker, where it is one.
  var failure: Failure? { if case .failedAtWorker(_, let failure) = self { failure } else { nil } }
}
