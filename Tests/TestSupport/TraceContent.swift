import Foundation

/// A trace file as a viewer reads it, and the laws that every one obeys.
public struct TraceContent {
  /// One event. Times are nanoseconds.
  public struct Event {
    public let name: String
    public let category: String
    public let phase: String
    public let process: Int
    public let thread: Int
    public let start: Int64
    public let end: Int64
    /// Numbers of what it is about.
    public let numbers: [String: Int]
    public let texts: [String: String]
  }

  /// What is said of a rank as a whole.
  public struct Rank {
    public let rank: Int
    public let worker: String
    public let process: Int
    public let events: Int
    public let dropped: Int
    public let isDriversClock: Bool
    /// Nanoseconds, measured.
    public let offsets: [Int]
    public let roundTrips: [Int]
  }

  public let text: String
  public let events: [Event]
  public let ranks: [Rank]

  public struct Malformed: Error { let what: String }

  /// Throws for what is no JSON or lacks what every event has.
  public init(contentsOf path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    text = String(decoding: data, as: UTF8.self)
    guard let all = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let list = all["traceEvents"] as? [[String: Any]],
      let other = all["otherData"] as? [String: Any], let ranks = other["ranks"] as? [[String: Any]]
    else { throw Malformed(what: path) }
    events = try list.map(TraceContent.event)
    self.ranks = try ranks.map { rank in
      guard let number = rank["rank"] as? Int, let worker = rank["worker"] as? String,
        let process = rank["process"] as? Int, let events = rank["events"] as? Int,
        let dropped = rank["dropped"] as? Int, let isDrivers = rank["isDriversClock"] as? Bool,
        let comparisons = rank["clockComparisons"] as? [[String: Int]]
      else { throw Malformed(what: "\(rank)") }
      return Rank(
        rank: number, worker: worker, process: process, events: events, dropped: dropped,
        isDriversClock: isDrivers, offsets: comparisons.compactMap { $0["offsetNanoseconds"] },
        roundTrips: comparisons.compactMap { $0["roundTripNanoseconds"] })
    }
  }

  private static func event(_ fields: [String: Any]) throws -> Event {
    guard let name = fields["name"] as? String, let phase = fields["ph"] as? String,
      let process = fields["pid"] as? Int, let thread = fields["tid"] as? Int
    else { throw Malformed(what: "\(fields)") }
    var start = 0.0
    if phase != "M" {
      guard let time = fields["ts"] as? Double else { throw Malformed(what: "\(fields)") }
      start = time
    }
    let arguments = fields["args"] as? [String: Any] ?? [:]
    var numbers = arguments.compactMapValues { $0 as? Int }
    if let id = fields["id"] as? Int { numbers["id"] = id }
    return Event(
      name: name, category: fields["cat"] as? String ?? "", phase: phase, process: process,
      thread: thread, start: Int64((start * 1000).rounded()),
      end: Int64(((start + (fields["dur"] as? Double ?? 0)) * 1000).rounded()), numbers: numbers,
      texts: arguments.compactMapValues { $0 as? String })
  }

  // MARK: Questions

  public func events(_ category: String, process: Int? = nil) -> [Event] {
    events.filter { $0.category == category && (process == nil || $0.process == process) }
  }

  /// Names of the processes, by number.
  public var processes: [Int: String] {
    var names: [Int: String] = [:]
    for event in events where event.name == "process_name" {
      names[event.process] = event.texts["name"]
    }
    return names
  }

  /// Bytes of the bodies that one rank sent or received, in order of size.
  public func bytes(_ name: String, process: Int, worker: String? = nil) -> [Int] {
    events("transfer", process: process)
      .filter { $0.name == name && (worker == nil || $0.texts["worker"] == worker) }
      .compactMap { $0.numbers["bytes"] }.sorted()
  }

  // MARK: Laws

  /// What is wrong; nothing in a trace that lacks no event.
  public func violations() -> [String] {
    disorder() + unsent() + unawaited() + arrowsAstray() + lostBodies()
  }

  /// Events of one thread lie apart or within each other.
  private func disorder() -> [String] {
    var wrong: [String] = []
    let threads = Dictionary(grouping: events.filter { $0.phase == "X" }, by: \.thread)
    for (thread, events) in threads {
      var open: [Int64] = []
      for event in events.sorted(by: { ($0.start, -$0.end) < ($1.start, -$1.end) }) {
        while let end = open.last, end <= event.start { open.removeLast() }
        // Times are rounded to nanoseconds.
        if let end = open.last, event.end > end + 1 {
          wrong.append("\(event.name) overlaps another event of thread \(thread)")
        }
        if processes[event.process] == nil { wrong.append("no process \(event.process)") }
        open.append(event.end)
      }
    }
    return wrong
  }

  /// What is executed was sent before.
  private func unsent() -> [String] {
    var sent: [String: [Int: Event]] = [:]
    for batch in events("sent", process: 0) where batch.name == "batch" && batch.phase == "X" {
      guard let worker = batch.texts["worker"], let first = batch.numbers["first"],
        let count = batch.numbers["instructions"]
      else { continue }
      for number in first..<first + count { sent[worker, default: [:]][number] = batch }
    }
    let names = workers
    return events("executed").compactMap { event in
      guard let number = event.numbers["instruction"], let worker = names[event.process],
        let batch = sent[worker]?[number]
      else { return "\(event.name) was executed and not sent" }
      return event.start < batch.start ? "\(event.name) was executed before it was sent" : nil
    }
  }

  /// A wait ends when the worker has done what was waited for, and everything before.
  private func unawaited() -> [String] {
    let names = workers
    let executed = Dictionary(grouping: events("executed")) { names[$0.process] ?? "" }
    return events("wait").filter { $0.name != "wait for room" }.flatMap { wait in
      let until = wait.numbers["instruction"] ?? -1
      let before = (executed[wait.texts["worker"] ?? ""] ?? []).filter {
        $0.numbers["instruction"] ?? .max <= until
      }
      var wrong = before.filter { $0.end > wait.end }
        .map { "\(wait.name) ended before \($0.name) did" }
      if !before.contains(where: { $0.numbers["instruction"] == until }) {
        wrong.append("\(wait.name): what was waited for was not executed")
      }
      return wrong
    }
  }

  /// Each arrow has one start and a later end at another place.
  private func arrowsAstray() -> [String] {
    let arrows = Dictionary(grouping: events("message")) { $0.numbers["id"] ?? 0 }
    return arrows.compactMap { id, ends in
      guard ends.count == 2, let start = ends.first(where: { $0.phase == "s" }),
        let end = ends.first(where: { $0.phase == "f" })
      else { return "arrow \(id) has \(ends.count) ends" }
      return start.start <= end.start && start.thread != end.thread
        ? nil : "arrow \(id) leads into the past"
    }
  }

  /// What one rank sent another received.
  private func lostBodies() -> [String] {
    workers.filter { $0.key != 0 }.flatMap { process, worker in
      var wrong: [String] = []
      if bytes("send", process: 0, worker: worker) != bytes("receive", process: process) {
        wrong.append("bodies sent to \(worker) are not those that it received")
      }
      if bytes("receive", process: 0, worker: worker) != bytes("send", process: process) {
        wrong.append("bodies received from \(worker) are not those that it sent")
      }
      return wrong
    }
  }

  private var workers: [Int: String] {
    Dictionary(ranks.map { ($0.rank, $0.worker) }, uniquingKeysWith: { $1 })
  }
}
