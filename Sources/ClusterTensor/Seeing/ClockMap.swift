import TensorCore

/// How a worker's clock stood to the driver's at one time: the shortest of several questions and answers
/// says most, as in NTP.
package struct ClockComparison: Equatable, Sendable {
  /// When, by the driver's clock.
  package let time: Int64
  /// Nanoseconds that the worker's clock shows more.
  package let offset: Int64
  /// Nanoseconds between question and answer; the offset is off by half of it at most.
  package let roundTrip: Int64

  package init(time: Int64, offset: Int64, roundTrip: Int64) {
    self.time = time
    self.offset = offset
    self.roundTrip = roundTrip
  }

  private static let questions = 10

  /// Asks a worker. Some messages each way, one after the other.
  package static func make(with worker: Worker) throws -> ClockComparison {
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
  /// Nanoseconds that are added, since messages are more exact than comparisons.
  private var shift: Int64 = 0

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
    guard span > 0 else { return theirs &- first.offset &+ shift }
    let share = Double(theirs &- first.offset &- first.time) / span
    let bounded = min(max(share, 0), 1)
    let change = Double(last.offset &- first.offset) * bounded
    // Offsets that are no times come from a worker that means no good.
    return theirs &- first.offset &- (Int64(exactly: change.rounded()) ?? 0) &+ shift
  }

  /// Moves the times by as little as is needed for no message to arrive before it was sent. `records` are
  /// the worker's, `others` the driver's.
  package mutating func fit(
    _ records: [TraceRecord], of rank: Int, to others: [TraceRecord]
  ) {
    shift = 0
    if isOneClock { return }
    var sent: [UInt64: Int64] = [:]
    var received: [UInt64: Int64] = [:]
    for record in others where Int(record.peer) == rank {
      if record.kind == .batch { sent[record.number] = record.start }
      // Acknowledgements have no number of their own.
      if record.kind == .replies, record.count > 0 { received[record.number] = record.start }
    }
    var (least, most) = (Int64.min, Int64.max)
    for record in records {
      if record.kind == .frame, let start = sent[record.number] {
        least = max(least, start &- driverTime(record.start))
      } else if record.kind == .answers, record.count > 0, let end = received[record.number] {
        most = min(most, end &- driverTime(record.start))
      }
    }
    shift = least <= most ? min(max(0, least), most) : least / 2 + most / 2
  }
}
