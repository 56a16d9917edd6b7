import TensorCore

/// The recording of a session: tells every rank to keep what happens there, collects it on leaving and
/// writes one file, in which all times are of the driver's clock.
final class ClusterTrace: @unchecked Sendable {
  // Unchecked: begun and collected by the one who makes and leaves the cluster; the recorder is used
  // under the cluster's lock.

  private let path: String
  private let capacity: Int
  /// What happens at the driver.
  private var recorder: TraceRecorder?
  private var isRunning = false
  private var start = MonotonicTime(nanoseconds: 0)
  /// Comparisons of clocks at the begin, by rank.
  private var comparisons: [Int: ClockComparison] = [:]
  private var processes: [TraceProcess] = []

  /// Seconds that collecting waits for each worker at most.
  private static let collectingSeconds = 30.0

  init(path: String, capacity: Int) {
    self.path = path
    self.capacity = capacity
  }

  // MARK: At the begin

  /// Lets every rank record. A worker that does not answer is left out of the trace.
  func begin(at cluster: Cluster) {
    start = .now
    do {
      recorder = try TraceRecorder(capacity: capacity)
    } catch {
      cluster.core.log.warning("the driver will be missing in the trace: \(error)")
    }
    let all = [cluster.me] + cluster.workers
    let asked = all.map { worker in
      (
        worker,
        Result {
          comparisons[worker.rank] = try ClockComparison.make(with: worker)
          return try worker.startAsking(InstructionCode.startTrace) { $0.write(UInt64(capacity)) }
        }
      )
    }
    for (worker, pending) in asked {
      do {
        try worker.answer(to: pending.get(), "its trace") { _ in }
        try cluster.core.lock.withLock {
          try worker.stream.record(into: recorder, rank: worker.rank)
        }
      } catch {
        cluster.core.log.warning("\(worker.name) will be missing in the trace: \(error)")
      }
    }
    isRunning = true
  }

  // MARK: Meanwhile

  /// Records that the program waited for an answer. Called under the cluster's lock.
  func waited(for read: PendingRead, on worker: Worker, since start: MonotonicTime) {
    guard isRunning else { return }
    var event = TraceRecord(.wait, start: start, end: .now)
    event.code = read.code
    event.peer = UInt32(truncatingIfNeeded: worker.rank)
    event.number = read.number
    event.object = read.object?.value ?? 0
    recorder?.add(event)
  }

  // MARK: At the end

  /// Collects what all ranks have recorded. One message each way for each worker, all asked before any is
  /// waited for, and some more to compare the clocks again.
  func collect(from cluster: Cluster) {
    let core = cluster.core
    isRunning = false
    let usual = core.deadline
    core.deadline = min(usual, ClusterTrace.collectingSeconds)
    defer { core.deadline = usual }
    let asked = ([cluster.me] + cluster.workers).map { worker in
      (
        worker,
        Result {
          try core.lock.withLock { try worker.stream.record(into: nil, rank: worker.rank) }
          return try worker.startAsking(InstructionCode.takeTrace)
        }
      )
    }
    for (worker, pending) in asked {
      var process = TraceProcess(
        rank: worker.rank, name: worker.name, host: worker.host,
        processIdentifier: worker.processIdentifier)
      do {
        process.listing = try worker.answer(to: pending.get(), "its trace", TraceListing.decode)
        let comparisons = [comparisons[worker.rank], try ClockComparison.make(with: worker)]
        process.clock = ClockMap(
          comparisons.compactMap { $0 }, isOneHost: worker.host == cluster.me.host)
      } catch {
        process.missing = "\(error)"
        core.log.warning("\(worker.name) is missing in the trace: \(error)")
      }
      processes.append(process)
    }
    waitForSends(core)
    core.lock.withLock {
      recorder?.close()
      if let recorder { processes[0].own = recorder.listing }
    }
    for process in processes where process.dropped > 0 {
      core.log.warning(
        "the trace had no room for \(process.dropped) events of \(process.name): set "
          + "ClusterOptions.traceCapacity above \(capacity)")
    }
  }

  /// Lets sends whose bytes have arrived by now be seen as complete.
  private func waitForSends(_ core: ClusterCore) {
    var backoff = Backoff(profile: .waiting, oversubscribed: core.isOversubscribed)
    let end = MonotonicTime.now.advanced(bySeconds: 0.2)
    while MonotonicTime.now < end {
      let isDone = core.lock.withLock {
        // What is wrong with a connection was said by whoever waited on it.
        try? core.router.poll()
        return !core.router.streams.contains { $0.transport.hasPendingSends }
      }
      if isDone { return }
      backoff.pause()
    }
  }

  /// Writes the file. Throws `ClusterError.notJoined` where that is not possible.
  func write() throws(ClusterError) {
    defer { processes = [] }
    try TraceFile.write(processes, since: start.nanoseconds, to: path)
  }
}

/// What one rank has recorded.
struct TraceProcess {
  let rank: Int
  let name: String
  let host: String
  let processIdentifier: Int32
  /// What it did as a worker.
  var listing = TraceListing(records: [], dropped: 0)
  /// What rank 0 did as the driver.
  var own = TraceListing(records: [], dropped: 0)
  /// How its clock leads to the driver's.
  var clock = ClockMap([], isOneHost: true)
  /// Why there is nothing.
  var missing: String?

  var dropped: UInt64 { listing.dropped &+ own.dropped }
}

/// How a worker's clock stood to the driver's at one time: the shortest of several questions and answers
/// says most, as in NTP.
package struct ClockComparison: Equatable, Sendable {
  /// When, by the driver's clock.
  let time: Int64
  /// Nanoseconds that the worker's clock shows more.
  let offset: Int64
  /// Nanoseconds between question and answer; the offset is off by half of it at most.
  let roundTrip: Int64

  package init(time: Int64, offset: Int64, roundTrip: Int64) {
    self.time = time
    self.offset = offset
    self.roundTrip = roundTrip
  }

  private static let questions = 10

  /// Asks a worker. Some messages each way, one after the other.
  static func make(with worker: Worker) throws -> ClockComparison {
    var best: ClockComparison?
    for _ in 0..<questions {
      let before = MonotonicTime.now.nanoseconds
      let theirs = try worker.answer(
        to: worker.startAsking(InstructionCode.clock), "the time"
      ) { try $0.read(Int64.self) }
      let after = MonotonicTime.now.nanoseconds
      let middle = before &+ (after &- before) / 2
      let found = ClockComparison(
        time: middle, offset: theirs &- middle, roundTrip: after &- before)
      if best.map({ found.roundTrip < $0.roundTrip }) ?? true { best = found }
    }
    return best ?? ClockComparison(time: 0, offset: 0, roundTrip: 0)
  }
}

/// Translates times of a worker's clock into the driver's. Between two comparisons the offset changes
/// evenly, since clocks of two machines do not run equally fast.
package struct ClockMap: Sendable {
  /// As measured.
  let comparisons: [ClockComparison]
  /// Whether both clocks are the same one: they are of one host, and the time came between question and
  /// answer. Then the order of events is exact.
  package let isOneClock: Bool

  package init(_ comparisons: [ClockComparison], isOneHost: Bool) {
    self.comparisons = comparisons
    isOneClock = isOneHost && comparisons.allSatisfy { $0.offset.magnitude <= $0.roundTrip / 2 + 1 }
  }

  /// The driver's time.
  package func driverTime(_ theirs: Int64) -> Int64 {
    guard !isOneClock, let first = comparisons.first, let last = comparisons.last else {
      return theirs
    }
    let span = Double(last.time &- first.time)
    guard span > 0 else { return theirs &- first.offset }
    let share = Double(theirs &- first.offset &- first.time) / span
    let bounded = min(max(share, 0), 1)
    let change = Double(last.offset &- first.offset) * bounded
    // Offsets that are no times come from a worker that means no good.
    return theirs &- first.offset &- (Int64(exactly: change.rounded()) ?? 0)
  }
}
