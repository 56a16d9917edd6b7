import Foundation
import TensorCore

/// Trace events in the form that Perfetto and chrome://tracing read. A rank is a process; what may overlap
/// stands on several threads. Times are microseconds since the trace began, by the driver's clock.
struct TraceFile {
  private let file: FileHandle
  private var buffer: [UInt8] = []
  private var isFirst = true
  private let start: Int64
  /// Names of the workers by rank.
  private let names: [UInt32: String]
  /// Numbers of the arrows, by what they lead from and to.
  private var arrows: [Arrow: Int] = [:]
  private var threads = 0

  private static let bufferSize = 1 << 20

  /// An arrow from a message sent to the same received.
  private struct Arrow: Hashable {
    let isBatch: Bool
    let worker: UInt32
    let number: UInt64
  }

  /// Throws `ClusterError.notJoined` where a trace cannot be written to the file, which is made anew.
  static func check(_ path: String) throws(ClusterError) {
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw .notJoined(
        reason: "no trace can be written to \(path): is there such a folder, and may this process "
          + "write to it?")
    }
  }

  /// Throws `ClusterError.notJoined` where the file cannot be written.
  static func write(_ processes: [TraceProcess], since start: Int64, to path: String)
    throws(ClusterError)
  {
    do {
      try check(path)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      var file = TraceFile(handle, processes, since: start)
      try file.write(processes)
      try handle.close()
    } catch let error as ClusterError {
      throw error
    } catch {
      throw .notJoined(reason: "the trace could not be written to \(path): is the disk full?")
    }
  }

  private init(_ file: FileHandle, _ processes: [TraceProcess], since start: Int64) {
    self.file = file
    self.start = start
    names = Dictionary(
      processes.map { (UInt32(truncatingIfNeeded: $0.rank), $0.name) }, uniquingKeysWith: { $1 })
  }

  private mutating func write(_ processes: [TraceProcess]) throws {
    numberArrows(processes)
    append("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"clock\":")
    append(JSON.text("microseconds of rank 0's monotonic clock since the trace began"))
    append(",\"ranks\":[")
    for (index, process) in processes.enumerated() {
      append((index == 0 ? "\n" : ",\n") + TraceFile.summary(process))
    }
    append("]},\n\"traceEvents\":[")
    for process in processes { try write(process) }
    append("\n]}\n")
    try flush()
  }

  /// What is to be said of a rank as a whole.
  private static func summary(_ process: TraceProcess) -> String {
    var fields = [
      ("rank", "\(process.rank)"), ("worker", JSON.text(process.name)),
      ("host", JSON.text(process.host)), ("process", "\(process.processIdentifier)"),
      ("events", "\(process.listing.records.count + process.own.records.count)"),
      ("dropped", "\(process.dropped)"),
      (
        "clockComparisons",
        JSON.list(
          process.clock.comparisons.map {
            JSON.object([
              ("offsetNanoseconds", "\($0.offset)"), ("roundTripNanoseconds", "\($0.roundTrip)"),
            ])
          })
      ), ("isDriversClock", "\(process.clock.isOneClock)"),
    ]
    if let missing = process.missing { fields.append(("missing", JSON.text(missing))) }
    return JSON.object(fields)
  }

  /// Arrows for messages of which both ends were recorded.
  private mutating func numberArrows(_ processes: [TraceProcess]) {
    var ends: Set<Arrow> = []
    for process in processes {
      for record in process.listing.records {
        if let arrow = arrow(of: record, at: process) { ends.insert(arrow) }
      }
    }
    for record in processes.first?.own.records ?? [] {
      if let arrow = arrow(of: record, at: processes[0]), ends.contains(arrow) {
        arrows[arrow] = arrows.count + 1
      }
    }
  }

  private func arrow(of record: TraceRecord, at process: TraceProcess) -> Arrow? {
    switch record.kind {
    case .batch: Arrow(isBatch: true, worker: record.peer, number: record.number)
    case .frame:
      Arrow(
        isBatch: true, worker: UInt32(truncatingIfNeeded: process.rank), number: record.number)
    // Acknowledgements have no number of their own.
    case .replies where record.count > 0:
      Arrow(isBatch: false, worker: record.peer, number: record.number)
    case .answers where record.count > 0:
      Arrow(
        isBatch: false, worker: UInt32(truncatingIfNeeded: process.rank), number: record.number)
    default: nil
    }
  }

  // MARK: A rank

  private mutating func write(_ process: TraceProcess) throws {
    let title = "rank \(process.rank) \(process.name)"
    let host = "host \(process.host), process \(process.processIdentifier)"
    try metadata("process_name", process.rank, 0, ("name", JSON.text(title)))
    try metadata("process_labels", process.rank, 0, ("labels", JSON.text(host)))
    try metadata("process_sort_index", process.rank, 0, ("sort_index", "\(process.rank)"))
    let own = process.own.records
    let theirs = process.listing.records.map { record in
      var record = record
      let end = process.clock.driverTime(record.end)
      record.start = process.clock.driverTime(record.start)
      record.duration = end &- record.start
      return record
    }
    let suffix = process.rank == 0 ? " at me" : ""
    try write(own.filter { !$0.kind.isTransfer }, process, thread: "program")
    try write(own.filter { $0.kind.isTransfer }, process, thread: "transfers")
    try write(theirs.filter { !$0.kind.isTransfer }, process, thread: "instructions" + suffix)
    try write(theirs.filter { $0.kind.isTransfer }, process, thread: "transfers" + suffix)
  }

  /// Events on as many threads as are needed for those on one to lie apart or within each other.
  private mutating func write(
    _ records: [TraceRecord], _ process: TraceProcess, thread name: String
  ) throws {
    let order = records.sorted {
      $0.start != $1.start ? $0.start < $1.start : $0.duration > $1.duration
    }
    // For each thread the ends of the events that surround the next one.
    var lanes: [(thread: Int, open: [Int64])] = []
    for record in order {
      var chosen: Int?
      for index in lanes.indices where chosen == nil {
        while let end = lanes[index].open.last, end <= record.start {
          lanes[index].open.removeLast()
        }
        if lanes[index].open.last.map({ $0 >= record.end }) ?? true { chosen = index }
      }
      if chosen == nil {
        threads += 1
        lanes.append((threads, []))
        let title = lanes.count == 1 ? name : "\(name) \(lanes.count)"
        try metadata("thread_name", process.rank, threads, ("name", JSON.text(title)))
        try metadata("thread_sort_index", process.rank, threads, ("sort_index", "\(threads)"))
      }
      let lane = chosen ?? lanes.count - 1
      if record.kind != .instruction { lanes[lane].open.append(record.end) }
      try write(record, process, lanes[lane].thread)
    }
  }

  // MARK: An event

  private mutating func write(
    _ record: TraceRecord, _ process: TraceProcess, _ thread: Int
  ) throws {
    let (name, category) = record.title
    let place = [("pid", "\(process.rank)"), ("tid", "\(thread)")]
    let time = ("ts", JSON.microseconds(record.start &- start))
    var fields = [("name", JSON.text(name)), ("cat", JSON.text(category))]
    if record.kind == .instruction {
      fields += [("ph", "\"i\""), ("s", "\"t\"")] + place + [time]
    } else {
      fields += [("ph", "\"X\"")] + place
      fields += [time, ("dur", JSON.microseconds(max(record.duration, 1)))]
    }
    fields.append(("args", JSON.object(record.details(peer: names[record.peer]))))
    try event(fields)
    guard let arrow = arrow(of: record, at: process), let number = arrows[arrow] else { return }
    let isStart = record.kind == .batch || record.kind == .answers
    try event(
      [
        ("name", arrow.isBatch ? "\"batch\"" : "\"answers\""), ("cat", "\"message\""),
        ("ph", isStart ? "\"s\"" : "\"f\""), ("id", "\(number)"),
      ] + place + [time] + (isStart ? [] : [("bp", "\"e\"")]))
  }

  private mutating func metadata(
    _ name: String, _ process: Int, _ thread: Int, _ argument: (String, String)
  ) throws {
    try event([
      ("name", JSON.text(name)), ("ph", "\"M\""), ("pid", "\(process)"), ("tid", "\(thread)"),
      ("args", JSON.object([argument])),
    ])
  }

  private mutating func event(_ fields: [(String, String)]) throws {
    append((isFirst ? "\n" : ",\n") + JSON.object(fields))
    isFirst = false
    if buffer.count >= TraceFile.bufferSize { try flush() }
  }

  private mutating func append(_ text: String) { buffer.append(contentsOf: text.utf8) }

  private mutating func flush() throws {
    try file.write(contentsOf: Data(buffer))
    buffer.removeAll(keepingCapacity: true)
  }
}

extension TraceRecord.Kind {
  var isTransfer: Bool { self == .send || self == .receive }
}

extension TraceRecord {
  /// Name and category of the event.
  fileprivate var title: (name: String, category: String) {
    switch kind {
    case .instruction: (InstructionCode.title(code), "sent")
    case .batch: ("batch", "sent")
    case .frame: ("batch", "received")
    case .execution: (InstructionCode.title(code), "executed")
    case .answers: (count > 0 ? "answers" : "acknowledgement", "sent")
    case .replies: (count > 0 ? "answers" : "acknowledgement", "received")
    case .wait: ("wait for \(InstructionCode.title(code))", "wait")
    case .credit: ("wait for room", "wait")
    case .send: ("send", "transfer")
    case .receive: ("receive", "transfer")
    }
  }

  /// What else there is to say, as JSON. Ids are texts: they have more digits than numbers in JavaScript.
  fileprivate func details(peer name: String?) -> [(String, String)] {
    var fields: [(String, String)] = []
    if let name, isAtDriver { fields.append(("worker", JSON.text(name))) }
    switch kind {
    case .instruction, .execution, .wait, .credit: fields.append(("instruction", "\(number)"))
    case .batch, .frame:
      fields += [("instructions", "\(count)"), ("first", "\(number)"), ("bytes", "\(bytes)")]
    case .answers, .replies:
      fields += [("answers", "\(count)"), ("first", "\(number)"), ("bytes", "\(bytes)")]
    case .send, .receive: fields.append(("bytes", "\(bytes)"))
    }
    let ids = [operands.0, operands.1].filter { $0 != 0 }.map { JSON.text("\($0)") }
    if !ids.isEmpty { fields.append(("operands", JSON.list(ids))) }
    if object != 0 {
      let isResult = kind == .instruction || kind == .execution
      fields.append((isResult ? "result" : "object", JSON.text("\(object)")))
    }
    return fields
  }

  private var isAtDriver: Bool {
    switch kind {
    case .instruction, .batch, .replies, .wait, .credit: true
    case .frame, .execution, .answers: false
    case .send, .receive: true
    }
  }
}

/// Texts of JSON.
private enum JSON {
  static func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  static func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

  static func text(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Nanoseconds as microseconds, exactly.
  static func microseconds(_ nanoseconds: Int64) -> String {
    let digits = String(nanoseconds.magnitude % 1000)
    let fraction = String(repeating: "0", count: 3 - digits.count) + digits
    return (nanoseconds < 0 ? "-" : "") + "\(nanoseconds.magnitude / 1000).\(fraction)"
  }
}
