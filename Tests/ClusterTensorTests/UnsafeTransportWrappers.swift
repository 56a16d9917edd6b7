import ClusterTensor
import Synchronization

/// Passes everything on to another transport; what a test wants to see or change it overrides.
class ForwardingTransport: Transport, @unchecked Sendable {
  let wrapped: any Transport

  init(_ wrapped: any Transport) { self.wrapped = wrapped }

  var rank: Int { wrapped.rank }
  var size: Int { wrapped.size }
  var frameCapacity: Int { wrapped.frameCapacity }
  var hasPendingSends: Bool { wrapped.hasPendingSends }

  func takeFrame() throws(ClusterError) -> FrameBuffer { try wrapped.takeFrame() }
  func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
    try wrapped.send(frame, to: rank)
  }
  func receive() throws(ClusterError) -> FrameBuffer? { try wrapped.receive() }
  func recycle(_ frame: FrameBuffer) { wrapped.recycle(frame) }
  func startSend(_ bytes: UnsafeRawBufferPointer, keeping owner: AnyObject, to rank: Int)
    throws(ClusterError) -> Transfer
  {
    try wrapped.startSend(bytes, keeping: owner, to: rank)
  }
  func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer {
    try wrapped.startReceive(bytes, keeping: owner, from: rank)
  }
  func progress() throws(ClusterError) { try wrapped.progress() }
  func close(waiting seconds: Double) { wrapped.close(waiting: seconds) }
}

/// Keeps a worker from receiving anything while it is closed: a worker that is busy for as long as
/// the test wants.
final class Barrier: Sendable {
  private let closed = Atomic(false)

  var isClosed: Bool { closed.load(ordering: .acquiring) }
  func close() { closed.store(true, ordering: .releasing) }
  func open() { closed.store(false, ordering: .releasing) }

  /// Puts the barrier in front of the workers (not the driver) of a cluster.
  func wrap(_ transport: any Transport) -> any Transport {
    transport.rank == 0 ? transport : BarredTransport(transport, self)
  }
}

private final class BarredTransport: ForwardingTransport, @unchecked Sendable {
  private let barrier: Barrier

  init(_ wrapped: any Transport, _ barrier: Barrier) {
    self.barrier = barrier
    super.init(wrapped)
  }

  override func receive() throws(ClusterError) -> FrameBuffer? {
    barrier.isClosed ? nil : try wrapped.receive()
  }
}

/// Keeps a copy of every frame that a rank sends.
final class SentFrames: Sendable {
  private let frames = Mutex<[(rank: Int, bytes: [UInt8])]>([])

  /// The frames of a rank so far, in order.
  func frames(from rank: Int) -> [[UInt8]] {
    frames.withLock { $0.filter { $0.rank == rank }.map(\.bytes) }
  }

  func wrap(_ transport: any Transport) -> any Transport { RecordingTransport(transport, self) }

  private final class RecordingTransport: ForwardingTransport, @unchecked Sendable {
    private let sent: SentFrames

    init(_ wrapped: any Transport, _ sent: SentFrames) {
      self.sent = sent
      super.init(wrapped)
    }

    override func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
      let bytes = Array(frame.bytes)
      sent.frames.withLock { $0.append((wrapped.rank, bytes)) }
      try wrapped.send(frame, to: rank)
    }
  }
}

/// A worker that takes a frame only now and then, and a count of the instructions that are on their
/// way to it.
final class SlowWorker: Sendable {
  private let sent = Atomic(0)
  private let received = Atomic(0)
  private let largest = Atomic(0)
  private let looksPerFrame: Int

  init(looksPerFrame: Int) { self.looksPerFrame = looksPerFrame }

  /// Most instructions that were on their way at once.
  var mostUnderway: Int { largest.load(ordering: .relaxed) }

  func wrap(_ transport: any Transport) -> any Transport { SlowTransport(transport, self) }

  private final class SlowTransport: ForwardingTransport, @unchecked Sendable {
    private let worker: SlowWorker
    private var looks = 0

    init(_ wrapped: any Transport, _ worker: SlowWorker) {
      self.worker = worker
      super.init(wrapped)
    }

    private func count(_ frame: FrameBuffer) -> Int {
      guard let header = try? FrameHeader(reading: frame.bytes), header.kind == .batch else {
        return 0
      }
      return Int(header.count)
    }

    override func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
      if self.rank == 0 {
        let sent = worker.sent.wrappingAdd(count(frame), ordering: .relaxed).newValue
        worker.largest.max(sent - worker.received.load(ordering: .relaxed), ordering: .relaxed)
      }
      try wrapped.send(frame, to: rank)
    }

    override func receive() throws(ClusterError) -> FrameBuffer? {
      guard rank != 0 else { return try wrapped.receive() }
      looks += 1
      guard looks % worker.looksPerFrame == 0, let frame = try wrapped.receive() else { return nil }
      worker.received.wrappingAdd(count(frame), ordering: .relaxed)
      return frame
    }
  }
}

/// Throws, in the place of chosen frames, what a transport throws for a frame that is longer than
/// frames are.
final class OverlongFrames: ForwardingTransport, @unchecked Sendable {
  private let chosen: Set<Int>
  private var received = 0

  init(_ wrapped: any Transport, chosen: Set<Int>) {
    self.chosen = chosen
    super.init(wrapped)
  }

  override func receive() throws(ClusterError) -> FrameBuffer? {
    guard let frame = try wrapped.receive() else { return nil }
    received += 1
    guard chosen.contains(received - 1) else { return frame }
    wrapped.recycle(frame)
    throw .protocolViolation(worker: "rank 0", reason: "it sent a frame that is too long")
  }
}
