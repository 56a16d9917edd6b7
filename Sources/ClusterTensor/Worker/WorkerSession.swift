import Logging
import TensorCore

/// What a worker does for one driver: keeps its objects, runs its instructions, answers it. Used by one
/// thread. Nothing that arrives ends it: what cannot be read or done becomes a failure.
final class WorkerSession {
  let transport: any Transport
  /// Rank of the driver, to whom answers go.
  let driver: Int
  let policy: Policy
  let logger: Logger
  let isOversubscribed: Bool
  var store = ObjectStore()
  private(set) var data: [LoadedData] = []
  private var replies: ReplyWriter
  private var failures: [FailureRecord] = []
  /// Sequence number that the next frame must have.
  private var expectedSequence: UInt64 = 1
  /// Instructions that were executed.
  private(set) var executed: UInt64 = 0
  /// Set by the instruction to leave.
  private(set) var hasLeft = false

  /// Failures that are kept to be reported; later ones are only counted.
  private static let mostFailures = 64
  private var failureCount = 0

  init(
    transport: any Transport, driver: Int, policy: Policy, logger: Logger,
    isOversubscribed: Bool
  ) {
    self.transport = transport
    self.driver = driver
    self.policy = policy
    self.logger = logger
    self.isOversubscribed = isOversubscribed
    replies = ReplyWriter(transport: transport, driver: driver)
  }

  // MARK: Frames

  /// Does what a frame says, and answers. Throws only where the transport itself fails.
  func handle(_ frame: FrameBuffer) throws(ClusterError) {
    do throws(TensorError) {
      let header = try FrameHeader(reading: frame.bytes)
      guard header.kind == .batch else {
        throw .malformed("a frame of kind \(header.kind) in place of instructions")
      }
      guard header.sequence == expectedSequence else {
        throw .malformed("frame \(header.sequence) in place of \(expectedSequence)")
      }
      expectedSequence += 1
      var reader = ByteReader(frame.bytes)
      _ = try reader.readBytes(FrameHeader.size)
      for _ in 0..<header.count {
        guard let record = try InstructionRecord.next(&reader) else {
          throw .malformed("fewer instructions than the header says")
        }
        execute(record)
        executed &+= 1
      }
    } catch {
      refuse("\(error)")
    }
    try replies.flush(executed: executed)
  }

  /// A frame that cannot be read: reported as a failure that nobody has read yet.
  func refuse(_ reason: String) {
    logger.error("refused a frame: \(reason)")
    _ = newFailure(
      Failure(kind: .protocolViolation, operation: "frame", text: "refused a frame: \(reason)"))
  }

  /// Tells the driver how far the worker is, if it has not been told.
  func acknowledge() throws(ClusterError) { try replies.acknowledge(executed: executed) }

  // MARK: Instructions

  private func execute(_ record: InstructionRecord) {
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
      for index in 0..<record.inputCount { store.remove(record.input(index)) }
    case InstructionCode.store:
      try storeTensor(record, &attributes)
    case InstructionCode.read:
      let request = try attributes.read(UInt64.self)
      guard record.inputCount == 1 else { throw TensorError.malformed("read of no object") }
      try answer(request, reading: record.input(0))
    case InstructionCode.listObjects:
      try replies.add(bytes: ObjectListing.encode(store.inOrder(), data, policy),
        to: try attributes.read(UInt64.self))
    case InstructionCode.barrier:
      try replies.add(bytes: [], to: try attributes.read(UInt64.self))
    case InstructionCode.findData:
      let request = try attributes.read(UInt64.self)
      try answer(request, findingData: try attributes.readText())
    case InstructionCode.leave:
      try replies.add(bytes: unreadFailures(), to: try attributes.read(UInt64.self))
      hasLeft = true
    default:
      throw Failure(
        kind: .unknownOperation, operation: "instruction",
        text: "op code \(record.code) is not in this worker's catalogue: run the same build "
          + "of ClusterTensor on every rank")
    }
  }

  private func storeTensor(_ record: InstructionRecord, _ attributes: inout ByteReader) throws {
    guard record.outputCount == 1 else { throw TensorError.malformed("send without an id") }
    let descriptor = try Descriptor(decoding: &attributes)
    let follows = try Bool(decoding: &attributes)
    let tensor = try Tensor(uninitialized: descriptor)
    if follows {
      try TransferWait.receive(tensor, from: driver, over: transport, isOversubscribed)
    } else {
      tensor.mutableContiguousBytes.copyMemory(
        from: try attributes.readBytes(descriptor.byteCount))
    }
    guard store.insert(.tensor(tensor), isProtected: false, at: record.output(0)) else {
      throw Failure(
        kind: .protocolViolation, operation: "send", text: "the id of a sent tensor is taken")
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
      record.wasRead = true
      store.remove(id)
      try replies.add(failure: record.failure, to: request)
    case .tensor(let tensor):
      guard policy.permitsReading(object) else {
        return try replies.add(failure: policy.refusal(tensor), to: request)
      }
      try replies.add(tensor: tensor.contiguous(), to: request)
    }
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
    failureCount += 1
    if failures.count < WorkerSession.mostFailures { failures.append(record) }
    logger.debug("failed: \(failure)")
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
