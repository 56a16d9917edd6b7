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
  let logger: Logger
  /// Name of the worker, for errors.
  let name: String
  private let isOversubscribed: Bool
  private let progress: ProgressThread?

  private var batch: BatchWriter?
  /// Answers that came.
  private var answered: UInt64 = 0
  /// Instructions put into batches, sent in frames, and known to be executed.
  private var encoded: UInt64 = 0
  private var sent: UInt64 = 0
  private var acknowledged: UInt64 = 0
  /// Bodies sent.
  private var bodies: UInt64 = 0
  /// Bytes of bodies sent since the worker was last known to have done everything.
  private var unacknowledgedBytes = 0
  private var nextRequest: UInt64 = 1
  private var reads: [UInt64: PendingRead] = [:]
  private(set) var traffic = Traffic()
  /// Process of the worker as its last frame said.
  private(set) var lastProcessIdentifier: UInt32 = 0
  private var failure: ClusterError?
  /// Codes of the instructions since recording began; nil while nobody wants them.
  private var recorded: [UInt16]?

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
    self.logger = logger
    self.isOversubscribed = isOversubscribed
    self.progress = progress
  }

  // MARK: Books

  /// How many objects the driver holds there.
  var heldCount: Int { held.load(ordering: .relaxed) }

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
    code: UInt16, inputs: Int, outputs: Int, deadline: Double,
    _ body: (inout ByteWriter) -> Void
  ) throws(ClusterError) {
    // A goodbye does not wait for room.
    if code != InstructionCode.leave { try requireCredit(deadline: deadline) }
    try write(code: code, inputs: inputs, outputs: outputs, body)
    if sent == acknowledged || (batch?.byteCount ?? 0) >= WireLimits.batchBytes {
      try flush()
    } else {
      progress?.wake()
    }
  }

  @inline(__always)
  private func write(
    code: UInt16, inputs: Int, outputs: Int, _ body: (inout ByteWriter) -> Void
  ) throws(ClusterError) {
    for isSecondTry in [false, true] {
      if batch == nil { batch = BatchWriter(try transport.takeFrame()) }
      if batch?.append(code: code, inputs: inputs, outputs: outputs, body) ?? false {
        encoded &+= 1
        if recorded != nil { record(code) }
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
  private func record(_ code: UInt16) { recorded?.append(code) }

  /// Sends what is gathered; returns the codes of the instructions since the last call, none at the first,
  /// and goes on recording.
  func takeRecorded() throws(ClusterError) -> [UInt16] {
    try flush()
    defer { recorded = [] }
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
      try write(code: InstructionCode.release, inputs: part.count, outputs: 0) { writer in
        for id in part { writer.write(id) }
      }
      ids.removeLast(part.count)
    }
  }

  private func sendBatch() throws(ClusterError) {
    guard let batch, batch.count > 0 else { return }
    self.batch = nil
    FrameHeader(
      kind: .batch, sequence: sent, bodyLength: batch.byteCount, count: batch.count,
      processIdentifier: UInt32(getpid()), acknowledged: 0
    ).write(to: batch.frame)
    sent &+= UInt64(batch.count)
    traffic.messagesSent += 1
    traffic.bytesSent += batch.frame.count
    traffic.instructionsSent += Int(batch.count)
    do {
      try transport.send(batch.frame, to: peer)
    } catch {
      throw end(error)
    }
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
      do {
        _ = try transport.startSend(bytes, keeping: tensor.body.storage, to: peer)
      } catch {
        throw end(error)
      }
      traffic.messagesSent += 1
      traffic.bytesSent += bytes.count
    }
    try append(code: InstructionCode.store, inputs: 0, outputs: 1, deadline: deadline) { writer in
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
    try ask(code: InstructionCode.read, inputs: 1, deadline: deadline) { writer, request in
      writer.write(id.value)
      writer.write(request)
    }
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
    try append(code: code, inputs: inputs, outputs: 0, deadline: deadline) { body(&$0, request) }
    let read = PendingRead()
    reads[request] = read
    return read
  }

  // MARK: Arrivals

  /// Takes in a frame from the worker.
  func receive(_ frame: FrameBuffer) {
    do {
      let header = try FrameHeader(reading: frame.bytes)
      guard header.sequence == answered, header.acknowledged <= sent,
        header.acknowledged >= acknowledged
      else {
        throw TensorError.malformed(
          "answer \(header.sequence) in place of \(answered), acknowledging "
            + "\(header.acknowledged) of \(sent)")
      }
      answered &+= UInt64(header.count)
      acknowledged = header.acknowledged
      if acknowledged == sent { unacknowledgedBytes = 0 }
      lastProcessIdentifier = header.processIdentifier
      traffic.messagesReceived += 1
      traffic.bytesReceived += frame.count
      switch header.kind {
      case .acknowledgement: break
      case .reply:
        var reader = ByteReader(frame.bytes)
        _ = try reader.readBytes(FrameHeader.size)
        for _ in 0..<header.count { try receiveReply(&reader) }
        guard reader.count == 0 else { throw TensorError.malformed("more bytes than answers") }
      default: throw TensorError.malformed("a frame of kind \(header.kind) in place of answers")
      }
    } catch let error as ClusterError {
      _ = end(error)
    } catch {
      _ = end(.protocolViolation(worker: name, reason: "\(error)"))
    }
  }

  private func receiveReply(_ batch: inout ByteReader) throws {
    let request = try batch.read(UInt64.self)
    let length = Int(try batch.read(UInt32.self))
    guard length >= 24 else { throw TensorError.malformed("an answer of \(length) bytes") }
    var reader = ByteReader(try batch.readBytes(length - 12))
    let code = try reader.read(UInt8.self)
    let follows = try Bool(decoding: &reader)
    _ = try reader.read(UInt16.self)
    let bodyLength = Int(truncatingIfNeeded: try reader.read(UInt64.self))
    guard let kind = ReplyKind(rawValue: code), bodyLength >= 0 else {
      throw TensorError.malformed("an answer of kind \(code)")
    }
    // An answer that nobody waits for any more is still taken in, to keep bodies in step.
    let read = reads.removeValue(forKey: request) ?? PendingRead()
    switch kind {
    case .tensor:
      let descriptor = try Descriptor(decoding: &reader)
      guard descriptor.byteCount == bodyLength else {
        throw TensorError.malformed("\(bodyLength) bytes for \(descriptor)")
      }
      let tensor: Tensor
      do {
        tensor = try Tensor(uninitialized: descriptor)
      } catch {
        // Into too little memory, which throws the body away.
        let byte = try Storage(byteCount: 1)
        if follows { _ = try startReceive(byte.mutableBytes, keeping: byte) }
        read.state = .done(.failure(.here(error)))
        return
      }
      if follows {
        let transfer = try startReceive(
          tensor.mutableContiguousBytes, keeping: tensor.body.storage)
        read.state = .arriving(transfer, .tensor(tensor), nil, kind)
      } else {
        tensor.mutableContiguousBytes.copyMemory(from: try reader.readBytes(bodyLength))
        read.state = .done(.success(.tensor(tensor)))
      }
    case .bytes, .failure:
      if follows {
        let storage = try Storage(byteCount: bodyLength)
        let transfer = try startReceive(storage.mutableBytes, keeping: storage)
        read.state = .arriving(transfer, nil, storage, kind)
      } else {
        finish(read, kind, try reader.readBytes(bodyLength))
      }
    }
  }

  private func startReceive(_ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject)
    throws(ClusterError) -> Transfer
  {
    traffic.messagesReceived += 1
    traffic.bytesReceived += bytes.count
    return try transport.startReceive(bytes, keeping: owner, from: peer)
  }

  private func finish(_ read: PendingRead, _ kind: ReplyKind, _ bytes: UnsafeRawBufferPointer) {
    guard kind == .failure else {
      read.state = .done(.success(.bytes(Array(bytes))))
      return
    }
    var reader = ByteReader(bytes)
    do {
      read.state = .done(.failure(.failed(try Failure(decoding: &reader))))
    } catch {
      read.state = .done(
        .failure(.cluster(.protocolViolation(worker: name, reason: "\(error)"))))
    }
  }

  /// The result of a read, if it is there.
  func result(of read: PendingRead) -> Result<PendingRead.Value, ReadFailure>? {
    switch read.state {
    case .done(let result): return result
    case .waiting: return failure.map { .failure(.cluster($0)) }
    case .arriving(let transfer, let value, let storage, let kind):
      guard transfer.isComplete else { return failure.map { .failure(.cluster($0)) } }
      if let failure = transfer.failure {
        read.state = .done(.failure(.cluster(failure)))
        return result(of: read)
      }
      if let value {
        read.state = .done(.success(value))
      } else if let storage {
        finish(read, kind, storage.bytes)
      }
      return result(of: read)
    }
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
    var backoff = Backoff(profile: .waiting, oversubscribed: isOversubscribed)
    let end = MonotonicTime.now.advanced(bySeconds: deadline)
    while encoded &- acknowledged > limit {
      try poll()
      if let failure { throw failure }
      if progress?.isStopped ?? false {
        throw .notJoined(reason: "the cluster was left while \(name) was behind")
      }
      backoff.pause()
      guard MonotonicTime.now < end else {
        throw .timedOut(
          worker: name, waitingFor: "room for more instructions", seconds: deadline)
      }
    }
  }

  private func poll() throws(ClusterError) { try router?.poll() }
  /// Takes frames off the transports and hands them to their streams.
  weak var router: FrameRouter?

  /// Nothing more can be sent or received; every wait ends with the error. Returns the first one.
  func end(_ error: ClusterError) -> ClusterError {
    if failure == nil { failure = error }
    return failure ?? error
  }

  /// After leaving: pointers may still go away, but nobody is told.
  func close() {
    _ = end(.notJoined(reason: "the cluster was left; pointers to \(name) lead nowhere any more"))
    batch = nil
    released.withLock { $0 = nil }
  }
}
