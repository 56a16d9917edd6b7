import Glibc
import Logging
import Synchronization
import TensorCore

/// The driver's end of the connection to one worker: gathers instructions into batches, keeps credit,
/// matches answers. All but `release` and the counters is called under the cluster's lock.
final class InstructionStream: @unchecked Sendable {
  let transport: any Transport
  /// Rank at the other end of the transport.
  let peer: Int
  let lock: ClusterLock
  let log: EventLog
  /// Name of the worker, for errors.
  let name: String
  private let isOversubscribed: Bool
  private let progress: ProgressThread?

  private var batch: BatchWriter?
  /// Answers that came.
  var answered: UInt64 = 0
  /// Instructions put into batches, sent in frames, and known to be executed.
  private(set) var encoded: UInt64 = 0
  private(set) var sent: UInt64 = 0
  var acknowledged: UInt64 = 0
  /// Bodies sent.
  private var bodies: UInt64 = 0
  /// Bytes of bodies sent since the worker was last known to have done everything.
  var unacknowledgedBytes = 0
  private var nextRequest: UInt64 = 1
  var reads: [UInt64: PendingRead] = [:]
  var traffic = Traffic()
  /// Process of the worker as its last frame said.
  var lastProcessIdentifier: UInt32 = 0
  private(set) var failure: ClusterError?
  /// The worker's process; set before the stream is used.
  var process: WorkerProcess?
  /// Instructions of the batch that are no operations.
  private var controls = 0

  /// Whether somebody wants to see each instruction: the one test that each pays for it.
  private(set) var isWatched = false
  /// Codes of the instructions since recording began; nil while nobody wants them.
  private var recorded: [UInt16]?
  /// Events of the driver for a trace; nil while nobody wants them.
  private(set) var trace: TraceRecorder?
  /// The worker's rank as the trace shows it.
  private(set) var traceRank: UInt32 = 0
  /// When the instructions of the batch were appended, for a trace.
  var appended: [MonotonicTime] = []

  /// Ids of objects whose last pointer went away, by any thread.
  /// Nil once the stream is closed.
  private let released = Mutex<[UInt64]?>([])
  /// Objects that the driver holds at the worker.
  private let held = Atomic(0)
  /// Releases that are gathered before a record of them is made although nothing else is sent.
  private static let releasesAtOnce = 1024

  init(
    transport: any Transport, peer: Int, name: String, lock: ClusterLock, logger: Logger,
    isOversubscribed: Bool, progress: ProgressThread?
  ) {
    self.transport = transport
    self.peer = peer
    self.name = name
    self.lock = lock
    log = EventLog(logger)
    self.isOversubscribed = isOversubscribed
    self.progress = progress
    updateIsWatched()
  }

  // MARK: Books

  /// How many objects the driver holds there.
  var heldCount: Int { held.load(ordering: .relaxed) }

  /// Instructions that the worker has not said to have done yet.
  var unacknowledged: Int { Int(truncatingIfNeeded: encoded &- acknowledged) }

  /// An object has got a pointer.
  func hold() { held.wrappingAdd(1, ordering: .relaxed) }

  /// Forgets an object at the worker some time soon. Any thread may call, also under the lock; nothing is sent.
  func release(_ id: ObjectID) {
    held.wrappingSubtract(1, ordering: .relaxed)
    released.withLock { $0?.append(id.value) }
    progress?.wake()
  }

  // MARK: Instructions

  /// Appends an instruction. It leaves at once where the worker is idle, else with the next batch.
  /// Waits where the worker is as far behind as credit allows. Throws what ended the stream,
  /// `ClusterError.timedOut` where credit does not come back.
  @inline(__always)
  func append(
    code: UInt16, inputs: Int, outputs: Int, isControl: Bool = false, deadline: Double,
    _ body: (inout ByteWriter) -> Void
  ) throws(ClusterError) {
    // A goodbye does not wait for room.
    if code != InstructionCode.leave, code != InstructionCode.depart {
      try requireCredit(deadline: deadline)
    }
    try write(code: code, inputs: inputs, outputs: outputs, isControl: isControl, body)
    if sent == acknowledged || (batch?.byteCount ?? 0) >= WireLimits.batchBytes {
      try flush()
    } else {
      progress?.wake()
    }
  }

  @inline(__always)
  private func write(
    code: UInt16, inputs: Int, outputs: Int, isControl: Bool, _ body: (inout ByteWriter) -> Void
  ) throws(ClusterError) {
    for isSecondTry in [false, true] {
      if batch == nil { batch = BatchWriter(try transport.takeFrame()) }
      if batch?.append(code: code, inputs: inputs, outputs: outputs, body) ?? false {
        encoded &+= 1
        if isControl { controls += 1 }
        if isWatched { watch(code) }
        return
      }
      guard !isSecondTry else {
        throw .protocolViolation(
          worker: name, reason: "an instruction that fits no frame: use fewer operands")
      }
      try sendBatch()
    }
  }

  @inline(never)
  private func watch(_ code: UInt16) {
    recorded?.append(code)
    if trace != nil { appended.append(.now) }
  }

  private func updateIsWatched() {
    isWatched = recorded != nil || trace != nil || log.isTracing
  }

  /// Begins or ends to record what goes to a worker and comes from it.
  func record(into trace: TraceRecorder?, rank: Int) throws(ClusterError) {
    // A batch is recorded as a whole or not at all.
    try flush()
    self.trace = trace
    traceRank = UInt32(truncatingIfNeeded: rank)
    updateIsWatched()
  }

  /// Sends what is gathered; returns the codes of the instructions since the last call, none at the first,
  /// and goes on recording.
  func takeRecorded() throws(ClusterError) -> [UInt16] {
    try flush()
    defer {
      recorded = []
      updateIsWatched()
    }
    return recorded ?? []
  }

  /// Sends what is gathered, releases included.
  func flush() throws(ClusterError) {
    if let failure { throw failure }
    try writeReleases()
    try sendBatch()
  }

  private func writeReleases() throws(ClusterError) {
    var ids = released.withLock { released in
      let ids = released ?? []
      if !ids.isEmpty { released = [] }
      return ids
    }
    while !ids.isEmpty {
      let part = ids.suffix(InstructionStream.releasesAtOnce)
      try write(
        code: InstructionCode.release, inputs: part.count, outputs: 0, isControl: true
      ) { writer in
        for id in part { writer.write(id) }
      }
      ids.removeLast(part.count)
    }
  }

  private func sendBatch() throws(ClusterError) {
    guard let batch, batch.count > 0 else { return }
    self.batch = nil
    let start = isWatched ? MonotonicTime.now : nil
    let number = sent
    FrameHeader(
      kind: .batch, sequence: sent, bodyLength: batch.byteCount, count: batch.count,
      processIdentifier: UInt32(getpid()), acknowledged: 0
    ).write(to: batch.frame)
    sent &+= UInt64(batch.count)
    traffic.messagesSent += 1
    traffic.bytesSent += batch.frame.count
    traffic.instructionsSent += Int(batch.count)
    traffic.operationsSent += Int(batch.count) - controls
    controls = 0
    // Looked at before it is sent: afterwards it is the transport's.
    let watched = start.map { batchEvents(batch.frame, number: number, start: $0) }
    do {
      try transport.send(batch.frame, to: peer)
    } catch {
      throw end(error)
    }
    if let watched { trace?.add(watched.ended()) }
  }

  /// Whether something waits to be sent.
  var hasUnsent: Bool {
    batch?.count ?? 0 > 0 || transport.hasPendingSends
      || released.withLock { !($0?.isEmpty ?? true) }
  }

  // MARK: Sending tensors

  /// Sends a contiguous tensor to be stored under the id.
  func store(_ tensor: Tensor, as id: ObjectID, deadline: Double) throws(ClusterError) {
    let bytes = tensor.contiguousBytes
    let follows = bytes.count > WireLimits.inlineBytes
    let number = bodies
    if follows {
      // Once the body is on its way, its announcement must not be held up any more.
      try requireCredit(deadline: deadline)
      if unacknowledgedBytes >= WireLimits.creditBytes {
        try waitForCredit(behind: 0, deadline: deadline)
      }
      unacknowledgedBytes += bytes.count
      bodies += 1
      let start = trace == nil ? nil : MonotonicTime.now
      do {
        let transfer = try transport.startSend(bytes, keeping: tensor.body.storage, to: peer)
        follow(transfer, .send, id, bytes.count, since: start)
      } catch {
        throw end(error)
      }
      traffic.messagesSent += 1
      traffic.bytesSent += bytes.count
    }
    log.debug("sends \(tensor.descriptor), \(bytes.count) bytes, to \(name) as \(id)")
    try append(
      code: InstructionCode.store, inputs: 0, outputs: 1, isControl: true, deadline: deadline
    ) { writer in
      writer.write(id.value)
      tensor.descriptor.encode(into: &writer)
      follows.encode(into: &writer)
      if follows { writer.write(number) } else { writer.write(bytes: bytes) }
    }
    if follows { try flush() }
  }

  // MARK: Reading

  /// Asks for an object's tensor.
  func startReading(_ id: ObjectID, deadline: Double) throws(ClusterError) -> PendingRead {
    let read = try ask(code: InstructionCode.read, inputs: 1, deadline: deadline) {
      writer, request in
      writer.write(id.value)
      writer.write(request)
    }
    read.object = id
    return read
  }

  /// Asks something that is answered; `body` writes ids and attributes, the request's number among them.
  func ask(
    code: UInt16, inputs: Int = 0, deadline: Double,
    _ body: (inout ByteWriter, UInt64) -> Void
  ) throws(ClusterError) -> PendingRead {
    let request = nextRequest
    nextRequest += 1
    // Whoever asks must see the releases that went before.
    try writeReleases()
    try append(
      code: code, inputs: inputs, outputs: 0, isControl: true, deadline: deadline
    ) { body(&$0, request) }
    let read = PendingRead(code: code, number: encoded &- 1)
    reads[request] = read
    return read
  }

  // MARK: Credit and end

  /// Waits where the worker is as far behind as it may be.
  @inline(__always)
  private func requireCredit(deadline: Double) throws(ClusterError) {
    if let failure { throw failure }
    if encoded &- acknowledged >= WireLimits.creditInstructions {
      try waitForCredit(behind: WireLimits.creditInstructions / 2, deadline: deadline)
    }
  }

  /// Waits until the worker is at most so many instructions behind.
  private func waitForCredit(behind limit: UInt64, deadline: Double) throws(ClusterError) {
    try flush()
    var wait = WorkerWait(
      for: name, process, seconds: deadline, isOversubscribed: isOversubscribed)
    let start = MonotonicTime.now
    defer { if isWatched { creditEvent(since: start) } }
    while encoded &- acknowledged > limit {
      try router?.poll()
      if let failure { throw failure }
      if progress?.isStopped ?? false {
        throw .notJoined(reason: "the cluster was left while \(name) was behind")
      }
      do {
        try wait.pause("room for more instructions")
      } catch {
        throw endIfLost(error)
      }
    }
  }

  /// Takes frames off the transports and hands them to their streams.
  weak var router: FrameRouter?

  /// Nothing more can be sent or received; every wait ends with the error. Returns the first one.
  func end(_ error: ClusterError) -> ClusterError {
    if failure == nil { failure = error }
    return failure ?? error
  }

  /// After leaving: pointers may still go away, but nobody is told. Later calls throw the error.
  func close(_ error: ClusterError) {
    _ = end(error)
    batch = nil
    released.withLock { $0 = nil }
  }
}
