import Synchronization
import TensorCore

/// A rank with a name: where tensors can live. `me` is one too.
public final class Worker: Sendable, Hashable, CustomStringConvertible {
  /// The name that it was given or gave itself.
  public let name: String
  /// Its rank; 0 for `me`.
  public let rank: Int
  /// The host that its process runs on.
  public let host: String
  /// Its process.
  public let processIdentifier: Int32
  /// The instruction set that its kernels use.
  public let instructionSet: String

  let core: ClusterCore
  let stream: InstructionStream

  init(
    name: String, rank: Int, host: String, processIdentifier: Int32, instructionSet: String,
    core: ClusterCore, stream: InstructionStream
  ) {
    self.name = name
    self.rank = rank
    self.host = host
    self.processIdentifier = processIdentifier
    self.instructionSet = instructionSet
    self.core = core
    self.stream = stream
    stream.process = WorkerProcess(identifier: processIdentifier, host: host)
  }

  public static func == (l: Worker, r: Worker) -> Bool { l === r }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

  /// `<Worker id:bob rank:1 #objects:2>`: what the driver holds there. Sends nothing.
  public var description: String { "<Worker id:\(name) rank:\(rank) #objects:\(stream.heldCount)>" }

  /// What went to this worker and came from it so far. Sends nothing.
  public var traffic: Traffic { core.lock.withLock { stream.traffic } }

  /// The process that the last answer came from, as its frame said.
  package var lastProcessIdentifier: Int32 {
    core.lock.withLock { Int32(bitPattern: stream.lastProcessIdentifier) }
  }

  /// Op codes of the instructions that went to this worker since the last call; none at the first, which
  /// begins the record. Sends what was gathered, waits for nothing.
  package func takeRecordedInstructions() throws -> [UInt16] {
    try core.lock.withLock { try stream.takeRecorded() }
  }

  /// A pointer to an object there that it does not own and nobody promises to exist.
  package func pointer(to id: ObjectID, _ descriptor: Descriptor) -> PointerTensor {
    PointerTensor(RemoteObject(worker: self, id: id, descriptor: descriptor, ownsObject: false))
  }

  /// Everything the worker keeps, in order of creation. One message each way. Waits. Throws
  /// `ClusterError.timedOut`, `.workerLost`.
  public func objects() throws -> ObjectList {
    let value = try ask(InstructionCode.listObjects, "its objects")
    guard case .bytes(let bytes) = value else { throw unexpected("its objects") }
    return ObjectList(summaries: try read(bytes, ObjectListing.decode))
  }

  /// Waits until the worker has done everything that it was told. One message each way. Throws
  /// `ClusterError.timedOut`, `.workerLost`.
  public func barrier() throws { _ = try ask(InstructionCode.barrier, "a barrier") }

  /// A pointer to data that the worker loaded itself. It does not own the object: when it goes away the
  /// data stays. One message each way. Throws `ClusterError.unknownData`.
  public func data(_ name: String) throws -> PointerTensor {
    let found = try find(name)
    return PointerTensor(
      RemoteObject(worker: self, id: found.id, descriptor: found.descriptor, ownsObject: false))
  }

  /// Names of the columns of a table that the worker loaded itself. One message each way. Throws
  /// `ClusterError.unknownData`.
  public func columns(of name: String) throws -> [String] { try find(name).columns }

  private func find(_ name: String) throws -> (
    id: ObjectID, descriptor: Descriptor, columns: [String]
  ) {
    let value: PendingRead.Value
    do {
      value = try ask(InstructionCode.findData, "data \"\(name)\"") { $0.write(text: name) }
    } catch ClusterError.failedAtWorker(_, let failure) where failure.kind == .missingObject {
      let known = failure.text.split(separator: "\n").map(String.init)
      throw ClusterError.unknownData(name, worker: self.name, known: known)
    }
    guard case .bytes(let bytes) = value else { throw unexpected("data") }
    return try read(bytes, LoadedData.decode)
  }

  /// The descriptors of objects whose shapes follow from elements. One message each way. Throws the failure
  /// of what made them.
  func descriptors(of ids: [ObjectID]) throws -> [Descriptor] {
    let pending = try core.lock.withLock {
      try stream.ask(
        code: InstructionCode.describeObjects, inputs: ids.count, deadline: core.deadline
      ) { writer, request in
        for id in ids { writer.write(id.value) }
        writer.write(request)
      }
    }
    guard case .bytes(let bytes) = try core.wait(for: pending, on: self, "shapes") else {
      throw unexpected("shapes")
    }
    return try read(bytes) { try [Descriptor](decoding: &$0) }
  }

  /// Where operations without tensor inputs make tensors of this worker's.
  public var place: Place<PointerTensor> {
    Place { [self] in try PointerTensor.perform($0, on: [], at: self) }
  }

  /// What an answer says. Throws `ClusterError.protocolViolation` where it makes no sense.
  func read<Answer>(
    _ bytes: [UInt8], _ decode: (inout ByteReader) throws -> Answer
  ) throws -> Answer {
    do {
      return try bytes.withUnsafeBytes {
        var reader = ByteReader($0)
        return try decode(&reader)
      }
    } catch {
      throw ClusterError.protocolViolation(worker: name, reason: "\(error)")
    }
  }

  private func ask(
    _ code: UInt16, _ what: String, _ attributes: (inout ByteWriter) -> Void = { _ in }
  ) throws -> PendingRead.Value {
    let read = try core.lock.withLock {
      try stream.ask(code: code, deadline: core.deadline) { writer, request in
        writer.write(request)
        attributes(&writer)
      }
    }
    return try core.wait(for: read, on: self, what)
  }

  func unexpected(_ what: String) -> ClusterError {
    .protocolViolation(worker: name, reason: "asked for \(what), it sent a tensor")
  }
}

/// What a worker keeps: prints as `{88311: tensor([1, 2, 3]), 88312: tensor(1)}`.
public struct ObjectList: Sendable, RandomAccessCollection, CustomStringConvertible {
  let summaries: [ObjectSummary]

  public var startIndex: Int { 0 }
  public var endIndex: Int { summaries.count }
  public subscript(index: Int) -> ObjectSummary { summaries[index] }
  /// The object with the id, or nil.
  public subscript(id: ObjectID) -> ObjectSummary? { summaries.first { $0.id == id } }

  public var description: String {
    "{" + summaries.map { "\($0.id): \($0.text)" }.joined(separator: ", ") + "}"
  }
}
