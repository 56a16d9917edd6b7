import TensorCore

extension Cluster {
  /// What went to each worker and came from it so far, `me` included. Sends nothing.
  public func traffic() -> ClusterTraffic {
    let workers = [me] + workers
    return core.lock.withLock {
      ClusterTraffic(
        rows: workers.map { .init(rank: $0.rank, name: $0.name, traffic: $0.stream.traffic) })
    }
  }

  /// What each worker is and holds, `me` included. One message each way for each worker; all are asked
  /// before any is waited for. Throws what ended a connection, `ClusterError.timedOut`.
  public func describe() throws -> ClusterDescription {
    let asked = try ([me] + workers).map { worker in
      // What it was told before it is asked.
      let queue = core.lock.withLock { worker.stream.unacknowledged }
      return (worker, queue, try worker.startAsking(InstructionCode.describe))
    }
    return ClusterDescription(
      rows: try asked.map { worker, queue, pending in
        let holdings = try worker.answer(to: pending, "what it holds", Holdings.decode)
        return ClusterDescription.Row(
          rank: worker.rank, name: worker.name, host: worker.host,
          processIdentifier: worker.processIdentifier, objects: holdings.objects,
          bytes: holdings.bytes, queue: queue)
      })
  }
}

extension Cluster {
  /// Logs who is here, and begins the trace.
  func beginSeeing() {
    for worker in workers { welcomed(worker) }
    let mpi = mpiVersion?.split(separator: ",").first.map(String.init) ?? "no MPI"
    core.log.info(
      "joined: host \(me.host), process \(me.processIdentifier), \(me.instructionSet), \(mpi)")
    core.trace?.begin(at: [me] + workers)
  }

  /// The same for a worker that comes later.
  func beginSeeing(_ worker: Worker) {
    welcomed(worker)
    core.trace?.begin(at: [worker])
  }

  private func welcomed(_ worker: Worker) {
    core.log.info(
      "welcomed \(worker.name): rank \(worker.rank), host \(worker.host), process "
        + "\(worker.processIdentifier), \(worker.instructionSet)")
  }
}

extension Worker {
  /// Asks for an answer and sends the question at once; `attributes` follow the request's number.
  func startAsking(
    _ code: UInt16, _ attributes: (inout ByteWriter) -> Void = { _ in }
  ) throws -> PendingRead {
    try core.lock.withLock {
      let pending = try stream.ask(code: code, deadline: core.deadline) { writer, request in
        writer.write(request)
        attributes(&writer)
      }
      try stream.flush()
      return pending
    }
  }

  /// Waits for the answer, which is bytes, and reads it.
  func answer<Answer>(
    to pending: PendingRead, _ what: String, _ decode: (inout ByteReader) throws -> Answer
  ) throws -> Answer {
    guard case .bytes(let bytes) = try core.wait(for: pending, on: self, what) else {
      throw unexpected(what)
    }
    return try read(bytes, decode)
  }
}

/// What went to each worker and came from it; prints as a table.
public struct ClusterTraffic: Sendable, Equatable, CustomStringConvertible {
  /// One worker's.
  public struct Row: Sendable, Equatable {
    /// Its rank; 0 for `me`.
    public let rank: Int
    /// Its name.
    public let name: String
    /// What went to it and came from it.
    public let traffic: Traffic
  }
  /// In the order of ranks, `me` first.
  public let rows: [Row]

  public var description: String {
    let header = [
      "worker", "messages out", "messages in", "bytes out", "bytes in", "operations",
    ]
    let cells = rows.map { row in
      [
        row.name, "\(row.traffic.messagesSent)", "\(row.traffic.messagesReceived)",
        "\(row.traffic.bytesSent)", "\(row.traffic.bytesReceived)",
        "\(row.traffic.operationsSent)",
      ]
    }
    return TextTable([header] + cells, numbersFrom: 1).text
  }
}

/// What each worker is and holds; prints as a table.
public struct ClusterDescription: Sendable, Equatable, CustomStringConvertible {
  /// One worker's.
  public struct Row: Sendable, Equatable {
    /// Its rank; 0 for `me`.
    public let rank: Int
    /// Its name.
    public let name: String
    /// The host that its process runs on.
    public let host: String
    /// Its process.
    public let processIdentifier: Int32
    /// Objects that it keeps: tensors, failures in the place of results, data that it loaded itself.
    public let objects: Int
    /// Bytes of memory that hold their elements; what several objects share counts once.
    public let bytes: Int
    /// Instructions that it had not said to have done when it was asked.
    public let queue: Int
  }
  /// In the order of ranks, `me` first.
  public let rows: [Row]

  /// The lines of the table, its header first.
  package var lines: [String] {
    let header = ["rank", "worker", "host", "process", "objects", "bytes", "queue"]
    let cells = rows.map { row in
      [
        "\(row.rank)", row.name, row.host, "\(row.processIdentifier)", "\(row.objects)",
        "\(row.bytes)", "\(row.queue)",
      ]
    }
    return TextTable([header] + cells, numbersFrom: 3).lines
  }

  public var description: String { lines.joined(separator: "\n") }
}

/// The answer to "describe": how much a worker keeps.
struct Holdings {
  let objects: Int
  let bytes: Int

  func encoded() -> [UInt8] {
    ByteList.make { writer in
      writer.write(UInt64(objects))
      writer.write(UInt64(bytes))
    }
  }

  static func decode(_ reader: inout ByteReader) throws(TensorError) -> Holdings {
    Holdings(objects: try reader.readSize(), bytes: try reader.readSize())
  }
}

extension ByteReader {
  /// A number that is a size. Throws `TensorError.malformed`.
  mutating func readSize() throws(TensorError) -> Int {
    let number = try read(UInt64.self)
    guard let size = Int(exactly: number) else { throw .malformed("a size of \(number)") }
    return size
  }
}
