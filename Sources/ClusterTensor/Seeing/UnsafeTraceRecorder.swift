import TensorCore

/// One thing that happened at a rank, for a trace. No part of it is an element of a tensor.
package struct TraceRecord: Equatable, Sendable {
  /// What happened; part of the wire format, append only.
  package enum Kind: UInt8, Sendable, CaseIterable {
    /// The driver put an instruction into a batch.
    case instruction = 1
    /// The driver sent a batch.
    case batch = 2
    /// A worker took a batch in and worked it off.
    case frame = 3
    /// A worker executed an instruction.
    case execution = 4
    /// A worker sent answers, or how far it is.
    case answers = 5
    /// The driver took them in.
    case replies = 6
    /// The driver waited for an answer.
    case wait = 7
    /// The driver waited for the worker to catch up.
    case credit = 8
    /// The bytes of a large tensor or answer left.
    case send = 9
    /// They arrived.
    case receive = 10
  }
  package var kind: Kind
  /// Op code, where it is about one instruction.
  package var code: UInt16 = 0
  /// At the driver: rank of the worker that it is about.
  package var peer: UInt32 = 0
  /// Instructions or answers in the frame.
  package var count: UInt32 = 0
  /// Nanoseconds of the rank's monotonic clock.
  package var start: Int64
  /// Nanoseconds.
  package var duration: Int64 = 0
  /// Which instruction or answer it is, or the frame's first one, counted from 0 for each worker.
  package var number: UInt64 = 0
  /// The first result, or the object that is read or sent.
  package var object: UInt64 = 0
  /// The first two operands.
  package var operands: (UInt64, UInt64) = (0, 0)
  /// Bytes of the frame or body.
  package var bytes: UInt64 = 0

  package init(_ kind: Kind, start: MonotonicTime, end: MonotonicTime? = nil) {
    self.kind = kind
    self.start = start.nanoseconds
    if let end { duration = end.nanoseconds - start.nanoseconds }
  }

  package static func == (l: TraceRecord, r: TraceRecord) -> Bool {
    l.kind == r.kind && l.code == r.code && l.peer == r.peer && l.count == r.count
      && l.start == r.start && l.duration == r.duration && l.number == r.number
      && l.object == r.object && l.operands == r.operands && l.bytes == r.bytes
  }

  /// When it was over, in nanoseconds of the rank's clock.
  var end: Int64 { start &+ duration }

  /// The ids of the instruction.
  mutating func take(_ record: InstructionRecord) {
    code = record.code
    if record.outputCount > 0 { object = record.output(0).value }
    if record.inputCount > 0 { operands.0 = record.input(0).value }
    if record.inputCount > 1 { operands.1 = record.input(1).value }
  }

  // MARK: On the wire

  /// Bytes of a record.
  static let size = 72

  package func encode(into writer: inout ByteWriter) {
    writer.write(kind.rawValue)
    writer.write(UInt8(0))
    writer.write(code)
    writer.write(peer)
    writer.write(count)
    writer.write(UInt32(0))
    writer.write(start)
    writer.write(duration)
    writer.write(number)
    writer.write(object)
    writer.write(operands.0)
    writer.write(operands.1)
    writer.write(bytes)
  }

  package init(decoding reader: inout ByteReader) throws(TensorError) {
    let kindCode = try reader.read(UInt8.self)
    _ = try reader.read(UInt8.self)
    guard let kind = Kind(rawValue: kindCode) else {
      throw .malformed("\(kindCode) is no kind of event")
    }
    self.kind = kind
    code = try reader.read(UInt16.self)
    peer = try reader.read(UInt32.self)
    count = try reader.read(UInt32.self)
    _ = try reader.read(UInt32.self)
    start = try reader.read(Int64.self)
    duration = try reader.read(Int64.self)
    number = try reader.read(UInt64.self)
    object = try reader.read(UInt64.self)
    operands.0 = try reader.read(UInt64.self)
    operands.1 = try reader.read(UInt64.self)
    bytes = try reader.read(UInt64.self)
  }
}

/// Keeps what happens at a rank until it is asked for, in memory that was set aside before: what does not
/// fit any more is counted and dropped. Used by one thread at a time, as what it watches.
final class TraceRecorder: @unchecked Sendable {
  private let storage: Storage
  private let records: UnsafeMutablePointer<TraceRecord>
  private let capacity: Int
  private var count = 0
  private var dropped: UInt64 = 0
  /// Cleared when the records were taken: transfers may still complete afterwards.
  private var isOpen = true

  /// Most records that anybody may ask for. Pages of them are taken up as they are filled.
  static let mostRecords = 1 << 22

  /// Room for so many records. Throws `TensorError.outOfMemory`.
  init(capacity: Int) throws(TensorError) {
    self.capacity = min(max(capacity, 0), TraceRecorder.mostRecords)
    storage = try Storage(byteCount: self.capacity * MemoryLayout<TraceRecord>.stride)
    records = storage.base.bindMemory(to: TraceRecord.self, capacity: self.capacity)
  }

  func add(_ record: TraceRecord) {
    guard isOpen else { return }
    if count < capacity {
      (records + count).initialize(to: record)
      count += 1
    } else {
      dropped += 1
    }
  }

  /// Adds the transfer of a body when it is complete. `record` has its start.
  func follow(_ transfer: Transfer, _ record: TraceRecord) {
    func finish() {
      guard transfer.failure == nil else { return }
      var record = record
      record.duration = MonotonicTime.now.nanoseconds - record.start
      add(record)
    }
    if transfer.isComplete { finish() } else { transfer.whenComplete = finish }
  }

  /// Ends recording.
  func close() { isOpen = false }

  /// What was recorded.
  var listing: TraceListing {
    TraceListing(
      records: Array(UnsafeBufferPointer(start: records, count: count)), dropped: dropped)
  }
}

/// The answer to "take trace".
package struct TraceListing: Sendable, Equatable {
  package var records: [TraceRecord]
  /// Events for which there was no room.
  package var dropped: UInt64

  package init(records: [TraceRecord], dropped: UInt64) {
    self.records = records
    self.dropped = dropped
  }

  package func encoded() -> [UInt8] {
    ByteList.make { writer in
      writer.write(dropped)
      writer.write(UInt64(records.count))
      for record in records { record.encode(into: &writer) }
    }
  }

  package static func decode(_ reader: inout ByteReader) throws(TensorError) -> TraceListing {
    let dropped = try reader.read(UInt64.self)
    let count = try reader.readSize()
    guard count <= reader.count / TraceRecord.size else {
      throw .malformed("a trace of \(count) events in \(reader.count) bytes")
    }
    var records: [TraceRecord] = []
    records.reserveCapacity(count)
    for _ in 0..<count { records.append(try TraceRecord(decoding: &reader)) }
    return TraceListing(records: records, dropped: dropped)
  }
}
