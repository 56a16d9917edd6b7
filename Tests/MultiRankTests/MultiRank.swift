import ClusterTensor
import Foundation
import Testing

/// Tests that run where this process is rank 0 of a job whose other ranks are three workers:
///
///     mpirun --oversubscribe -n 1 swift test … --filter MultiRankTests : \
///       -n 1 RankWorker --name bob --data Data : -n 1 RankWorker --name alice : \
///       -n 1 RankWorker --name carol
///
/// `scripts/test` starts them so, and once more without mpirun, where this process launches the workers. One
/// cluster serves them all, one test at a time.
@Suite(
  .serialized, .nothingLeft,
  .enabled(
    if: Job.isRunning || Job.isLaunching, "needs mpirun and three workers: run scripts/test"))
enum MultiRank {}

/// The job that this process is rank 0 of.
enum Job {
  private static let environment = ProcessInfo.processInfo.environment
  /// Whether this process launches its workers.
  static let isLaunching = environment["CLUSTERTENSOR_TEST_LAUNCH"] == "1"
  static let isRunning = environment["OMPI_COMM_WORLD_SIZE"] != nil

  /// A process joins once; what went wrong then is thrown to every test.
  private static let joined = Result {
    let names = ["bob", "alice", "carol"]
    return try isLaunching
      ? Cluster.launch(workers: names, data: ["bob": data.path], options: options)
      : Cluster.join(workers: names, options: options)
  }

  /// Workers that are started here are RankWorkers too.
  private static let options: ClusterOptions = {
    var options = ClusterOptions()
    options.workerProgram =
      URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("RankWorker").path
    return options
  }()

  static var cluster: Cluster { get throws { try joined.get() } }
  static var bob: Worker { get throws { try cluster["bob"] } }
  static var alice: Worker { get throws { try cluster["alice"] } }
  static var carol: Worker { get throws { try cluster["carol"] } }

  /// The folder that `scripts/test` gives to bob.
  static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Data")
}

/// Records an issue for what a test leaves at a worker: an object that nobody points to.
struct NothingLeft: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    let cluster = try Job.cluster
    let workers = [cluster.me] + cluster.workers
    let before = try workers.map { Set(try $0.objects().map(\.id)) }
    try await body()
    for (worker, before) in zip(workers, before) {
      let left = try worker.objects().filter { !before.contains($0.id) }
      #expect(left.isEmpty, "left at \(worker.name)", sourceLocation: test.sourceLocation)
      #expect(
        worker.description == "<Worker id:\(worker.name) rank:\(worker.rank) #objects:0>",
        sourceLocation: test.sourceLocation)
    }
  }
}

extension Trait where Self == NothingLeft {
  static var nothingLeft: NothingLeft { NothingLeft() }
}

/// Checks that the last answer came from a worker's own process, which is none of the others'.
func requireDone(by worker: Worker, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let others = try Job.cluster.workers.filter { $0 != worker }.map(\.processIdentifier)
  #expect(worker.lastProcessIdentifier == worker.processIdentifier, sourceLocation: sourceLocation)
  #expect(worker.processIdentifier != getpid(), sourceLocation: sourceLocation)
  #expect(!others.contains(worker.processIdentifier), sourceLocation: sourceLocation)
}

/// What `body` throws; nil where it throws nothing or something else.
func clusterError(of body: () throws -> Void) -> ClusterError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ClusterError
  }
}
