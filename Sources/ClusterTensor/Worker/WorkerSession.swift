import Logging
import TensorCore

/// How a worker's life ends.
package enum WorkerEnding: Sendable {
  /// With everybody else's: all end MPI together.
  case together
  /// While others go on, or after some have gone.
  case alone
}

/// What a worker does for one driver: keeps its objects, runs its instructions, answers it. Used by one
/// thread. Nothing that arrives ends it: what cannot be read or done becomes a failure.
final class WorkerSession {
  let transport: any Transport
  /// Rank of the driver, to whom answers go.
  let driver: Int
  let policy: Policy
  let log: EventLog
  let isOversubscribed: Bool
  var store = ObjectStore()
  private(set) var data: [LoadedData] = []
  private var replies: ReplyWriter
  private var failures: [FailureRecord] = []
  /// Instructions that are done with, which is also the sequence number of the next frame.
  private(set) var executed: UInt64 = 0
  /// Takes the bytes of large tensors.
  var bodies: BodyReceiver
  /// How it ends; set by the instruction to leave.
  private(set) var ending: WorkerEnding?
  /// Events for a trace, while a driver wants one.
  private(set) var trace: TraceRecorder?
  /// Whether somebody wants to see each instruction: the one test that each pays for it.
  private var isWatched: Bool

  /// Failures that nobody read are kept up to so many, to be reported.
  private static let mostFailures = 64

  init(
    transport: any Transport, driver: Int, policy: Policy, options: ClusterOptions,
    isOversubscribed: Bool
  ) {
    self.transport = transport
    self.driver = driver
    self.policy = policy
    log = EventLog(options.logger)
    isWatched = log.isTracing
    self.isOversubscribed = isOversubscribed
    replies = ReplyWriter(transport: transport, driver: driver)
    bodies = BodyReceiver(
      rank: driver, transport: transport, seconds: options.transferDeadline,
      isOversubscribed: isOversubscribed)
  }

  // MARK: Frames

  /// Does what a frame says, and answers. Throws only where the transport itself fails.
  func handle(_ frame: FrameBuffer) throws(ClusterError) {
    if isWatched { try handleWatched(frame) } else { try process(frame) }
  }

  /// Records what happens from now on, or nothing more.
  func watch(_ trace: TraceRecorder?) {
    self.trace = trace
    replies.trace = trace
    isWatched = trace != nil || log.isTracing
  }

  /// Does what a frame says, and answers; nobody watches the frame as a whole.
  func process(_ frame: FrameBuffer) throws(ClusterError) {
    do throws(TensorError) {
      let header = try FrameHeader(reading: frame.bytes)
      guard header.kind == .batch, frame.source == driver else {
        throw .malformed(
          "a frame of kind \(header.kind) from rank \(frame.source) in place of instructions from "
            + "rank \(driver)")
      }
      guard Int(header.count) <= header.bodyLength / InstructionRecord.headerSize else {
        throw .malformed("\(header.count) instructions in \(header.bodyLength) bytes")
      }
      try catchUp(to: header.sequence)
      // The driver counts them as sent, whatever is wrong with them.
      defer { executed = header.sequence &+ UInt64(header.count) }
      var reader = ByteReader(frame.bytes)
      _ = try reader.readBytes(FrameHeader.size)
      for index in 0..<header.count {
        guard let record = try InstructionRecord.next(&reader) else {
          throw .malformed("fewer instructions than the header says")
        }
        if isWatched {
          executeWatched(record, number: header.sequence &+ UInt64(index))
        } else {
          execute(record)
        }
      }
      guard reader.count == 0 else { throw .malformed("more bytes than instructions") }
    } catch {
      refuse("\(error)")
    }
    try replies.flush(executed: executed)
  }

  /// Makes a frame the next one. A frame that cannot be read says nothing about its number, so one
  /// that is missing shows in the one after it. Its instructions count as done with: the driver has
  /// sent them and will not again, and what would need their results fails. Throws for a frame that
  /// was there already, and for one that no driver can have come to.
  private func catchUp(to sequence: UInt64) throws(TensorError) {
    let missing = sequence &- executed
    if missing == 0 { return }
    guard sequence > executed, missing <= 2 * WireLimits.creditInstructions else {
      throw .malformed("instruction \(sequence) in place of \(executed)")
    }
    executed = sequence
    let what = missing == 1 ? "1 instruction" : "\(missing) instructions"
    refuse("\(what) before the next did not come or could not be read")
  }

  /// A frame that cannot be read: reported as a failure that nobody has read yet.
  func refuse(_ reason: String) {
    log.logger.error("refused a frame: \(reason)")
    _ = newFailure(
      Failure(kind: .protocolViolation, operation: "frame", text: "refused a frame: \(reason)"))
  }

  /// Tells the driver how far the worker is, if it has not been told.
  func acknowledge() throws(ClusterError) { try replies.acknowledge(executed: executed) }

  // MARK: Instructions

  func execute(_ record: InstructionRecord) {
    if let entry = OperationCatalogue.entry(code: record.code) {
      var runner = InstructionRunner(record, entry: entry, session: self)
      return runner.run()
    }
    do {
      try executeControl(record)
    } catch {
      let failed = newFailure(Failure(error, operation: InstructionCode.name(record.code)))
      for index in 0..<record.outputCount { fail(record.output(index), failed) }
    }
  }

  private func executeControl(_ record: InstructionRecord) throws {
    var attributes = ByteReader(record.attributes)
    switch record.code {
    case InstructionCode.release:
      try record.require(inputs: record.inputCount, outputs: 0, noMoreOf: attributes)
      for index in 0..<record.inputCount { release(record.input(index)) }
    case InstructionCode.store:
      try storeTensor(record, &attributes)
    case InstructionCode.requests:
      let request = try attributes.read(UInt64.self)
      do {
        try answer(request, record, &attributes)
      } catch {
        // Whoever asked waits for an answer.
        let failure = Failure(error, operation: InstructionCode.name(record.code))
        try replies.add(failure: failure, to: request)
      }
    default:
      throw Failure(
        kind: .unknownOperation, operation: "instruction",
        text: "op code \(record.code) is not in this worker's catalogue: run the same build "
          + "of ClusterTensor on every rank")
    }
  }

  /// Forgets an object. What the worker loaded itself is not the driver's to release.
  private func release(_ id: ObjectID) {
    if isLoaded(id) { return }
    store.remove(id)
  }

  /// Whether the worker loaded the object itself.
  func isLoaded(_ id: ObjectID) -> Bool {
    !data.isEmpty && data.contains { $0.id == id }
  }

  private func storeTensor(_ record: InstructionRecord, _ attributes: inout ByteReader) throws {
    try record.require(inputs: 0, outputs: 1)
    let descriptor = try Descriptor(decoding: &attributes)
    let tensor: Tensor
    if try Bool(decoding: &attributes) {
      let number = try attributes.read(UInt64.self)
      try record.require(inputs: 0, outputs: 1, noMoreOf: attributes)
      tensor = try receiveBody(descriptor, number: number, as: record.output(0))
    } else {
      let bytes = try attributes.readBytes(descriptor.byteCount)
      try record.require(inputs: 0, outputs: 1, noMoreOf: attributes)
      tensor = try Tensor(uninitialized: descriptor)
      tensor.mutableContiguousBytes.copyMemory(from: bytes)
    }
    guard tensor.holdsElements else {
      throw TensorError.malformed("truth values that are neither 0 nor 1")
    }
    guard store.insert(.tensor(tensor), isProtected: false, at: record.output(0)) else {
      throw Failure(
        kind: .protocolViolation, operation: "send", text: "the id of a sent tensor is taken")
    }
  }

  // MARK: Requests

  private func answer(
    _ request: UInt64, _ record: InstructionRecord, _ attributes: inout ByteReader
  ) throws {
    let name = record.code == InstructionCode.findData ? try attributes.readText() : ""
    let capacity =
      record.code == InstructionCode.startTrace ? try attributes.read(UInt64.self) : 0
    let operands =
      switch record.code {
      case InstructionCode.read: 1
      case InstructionCode.describeObjects: record.inputCount
      default: 0
      }
    try record.require(inputs: operands, outputs: 0, noMoreOf: attributes)
    switch record.code {
    case InstructionCode.read:
      try answer(request, reading: record.input(0))
    case InstructionCode.describeObjects:
      try answer(request, describing: record)
    case InstructionCode.listObjects:
      try replies.add(bytes: ObjectListing.encode(store.inOrder(), data, policy), to: request)
    case InstructionCode.findData:
      try answer(request, findingData: name)
    case InstructionCode.describe:
      try replies.add(bytes: store.holdings.encoded(), to: request)
    case InstructionCode.clock:
      let time = ByteList.make { $0.write(MonotonicTime.now.nanoseconds) }
      try replies.add(bytes: time, to: request)
    case InstructionCode.startTrace:
      try startTrace(capacity: Int(clamping: capacity))
      try replies.add(bytes: [], to: request)
    case InstructionCode.takeTrace:
      try replies.add(bytes: takeTrace().encoded(), to: request)
    case InstructionCode.leave, InstructionCode.depart:
      try replies.add(bytes: unreadFailures(), to: request)
      ending = record.code == InstructionCode.leave ? .together : .alone
    default:  // a barrier
      try replies.add(bytes: [], to: request)
    }
  }

  private func answer(_ request: UInt64, reading id: ObjectID) throws {
    guard let object = store[id] else {
      return try replies.add(
        failure: Failure(
          kind: .missingObject, operation: "get",
          text: "object \(id) does not exist here (any more)"),
        to: request)
    }
    switch object.content {
    case .failed(let record):
      // It stays until it is released: the asker may have stopped waiting for this answer.
      record.wasRead = true
      try replies.add(failure: record.failure, to: request)
    case .tensor(let tensor):
      guard policy.permitsReading(object) else {
        // Not an error of anybody's: the rules do what they are there for.
        log.logger.notice("refused to give away \(id), \(tensor.descriptor)")
        return try replies.add(failure: policy.refusal(tensor), to: request)
      }
      log.debug("gives away \(id), \(tensor.descriptor)")
      try replies.add(tensor: tensor.contiguous(), to: request)
    }
  }

  /// Shapes and dtypes, of objects that may not be read too: they are known of all that was computed.
  private func answer(_ request: UInt64, describing record: InstructionRecord) throws {
    var descriptors: [Descriptor] = []
    for index in 0..<record.inputCount {
      let id = record.input(index)
      switch store[id]?.content {
      case .tensor(let tensor): descriptors.append(tensor.descriptor)
      case .failed(let failed):
        failed.wasRead = true
        return try replies.add(failure: failed.failure, to: request)
      case nil:
        throw Failure(
          kind: .missingObject, operation: "shape",
          text: "object \(id) does not exist here (any more)")
      }
    }
    try replies.add(bytes: ByteList.make { descriptors.encode(into: &$0) }, to: request)
  }

  private func answer(_ request: UInt64, findingData name: String) throws {
    guard let found = data.first(where: { $0.name == name }) else {
      return try replies.add(
        failure: Failure(
          kind: .missingObject, operation: "data",
          text: data.map(\.name).joined(separator: "\n")),
        to: request)
    }
    try replies.add(bytes: found.encoded(), to: request)
  }

  // MARK: Failures

  /// Enters a failure into the books.
  func newFailure(_ failure: Failure) -> FailureRecord {
    let record = FailureRecord(failure)
    if failures.count >= WorkerSession.mostFailures { failures.removeAll { $0.wasRead } }
    if failures.count < WorkerSession.mostFailures { failures.append(record) }
    log.debug("failed: \(failure)")
    return record
  }

  /// Stores a failure under the id of a result; an id that is taken keeps what it has.
  func fail(_ id: ObjectID, _ record: FailureRecord) {
    _ = store.insert(.failed(record), isProtected: false, at: id)
  }

  private func unreadFailures() -> [UInt8] {
    FailureListing.encode(failures.filter { !$0.wasRead }.map(\.failure))
  }

  // MARK: Data

  /// Makes data that the worker loaded an object that may not leave.
  func add(_ loaded: LoadedData) {
    guard store.insert(.tensor(loaded.tensor), isProtected: true, at: loaded.id) else { return }
    data.append(loaded)
  }
}
