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
  static let collectingSeconds = 30.0

  init(path: String, capacity: Int) {
    self.path = path
    self.capacity = capacity
  }

  // MARK: At the begin

  /// Lets ranks record: first all, `me` the first of them, and then each that comes later. A worker that
  /// does not answer is left out of the trace.
  func begin(at workers: [Worker]) {
    guard let core = workers.first?.core else { return }
    if !isRunning {
      start = .now
      do {
        recorder = try TraceRecorder(capacity: capacity)
      } catch {
        core.log.warning("the driver will be missing in the trace: \(error)")
      }
    }
    let asked = workers.map { worker in
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
        try core.lock.withLock {
          try worker.stream.record(into: recorder, rank: worker.rank)
        }
      } catch {
        core.log.warning("\(worker.name) will be missing in the trace: \(error)")
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

  /// Collects what ranks have recorded: each that leaves before the others, and at the end all that are
  /// left, `me` among them, with which the recording ends. One message each way for each worker, all
  /// asked before any is waited for, and some more to compare the clocks again.
  func collect(from workers: [Worker], within seconds: Double) {
    guard let core = workers.first?.core, let me = core.me else { return }
    if workers.contains(me) { isRunning = false }
    let usual = core.deadline
    core.deadline = min(usual, seconds)
    defer { core.deadline = usual }
    let asked = workers.map { worker in
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
          comparisons.compactMap { $0 }, isOneHost: worker.host == me.host)
      } catch {
        process.missing = "\(error)"
        core.log.warning("\(worker.name) is missing in the trace: \(error)")
      }
      processes.append(process)
    }
    if !isRunning { finish(core) }
  }

  private func finish(_ core: ClusterCore) {
    waitForSends(core)
    processes.sort { $0.rank < $1.rank }
    core.lock.withLock {
      recorder?.close()
      if let recorder { processes[0].own = recorder.listing }
    }
    for index in processes.indices {
      processes[index].clock.fit(
        processes[index].listing.records, of: processes[index].rank,
        to: processes[0].own.records)
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
