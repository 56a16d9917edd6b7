import Glibc
import TensorCore

/// Gathers answers into frames and sends them. Large tensors and lists follow as bodies straight from
/// their storage.
struct ReplyWriter {
  private let transport: any Transport
  private let driver: Int
  private var frame: FrameBuffer?
  private var writer = ByteWriter.empty
  private var count: UInt32 = 0
  /// Answers that were sent.
  private var sent: UInt64 = 0
  private var acknowledged: UInt64 = 0
  /// Instructions executed when the frame that is being filled leaves.
  private var executed: UInt64 = 0
  /// Bodies that follow the frame.
  private var bodies: [(bytes: UnsafeRawBufferPointer, owner: AnyObject)] = []
  /// Events for a trace, while a driver wants one.
  var trace: TraceRecorder?

  init(transport: any Transport, driver: Int) {
    self.transport = transport
    self.driver = driver
  }

  /// Answers with a contiguous tensor.
  mutating func add(tensor: Tensor, to request: UInt64) throws {
    let bytes = tensor.contiguousBytes
    let isInline = bytes.count <= WireLimits.inlineBytes
    try add(
      request, .tensor, content: isInline ? bytes : nil, bodyLength: bytes.count,
      descriptor: tensor.descriptor)
    if !isInline { bodies.append((bytes, tensor.body.storage)) }
  }

  /// Answers with a failure.
  mutating func add(failure: Failure, to request: UInt64) throws {
    let text = ByteList.make { failure.encode(into: &$0) }
    try add(bytes: text, kind: .failure, to: request)
  }

  /// Answers with bytes.
  mutating func add(bytes: [UInt8], kind: ReplyKind = .bytes, to request: UInt64) throws {
    if bytes.count <= WireLimits.inlineBytes {
      try bytes.withUnsafeBytes {
        try add(request, kind, content: $0, bodyLength: bytes.count, descriptor: nil)
      }
    } else {
      let storage = try Storage(byteCount: bytes.count)
      storage.mutableBytes.copyBytes(from: bytes)
      try add(request, kind, content: nil, bodyLength: bytes.count, descriptor: nil)
      bodies.append((storage.bytes, storage))
    }
  }

  private mutating func add(
    _ request: UInt64, _ kind: ReplyKind, content: UnsafeRawBufferPointer?, bodyLength: Int,
    descriptor: Descriptor?
  ) throws {
    for isSecondTry in [false, true] {
      if frame == nil { try begin() }
      let before = writer
      writer.write(request)
      writer.write(UInt32(0))
      writer.write(kind.rawValue)
      writer.write(UInt8(content == nil ? 1 : 0))
      writer.write(UInt16(0))
      writer.write(UInt64(bodyLength))
      descriptor?.encode(into: &writer)
      if let content { writer.write(bytes: content) }
      writer.pad()
      if !writer.hasOverflowed {
        let start = before.count
        frame?.base.storeBytes(
          of: UInt32(writer.count - start), toByteOffset: FrameHeader.size + start + 8,
          as: UInt32.self)
        count += 1
        return
      }
      writer = before
      guard !isSecondTry else { throw TensorError.malformed("an answer that fits no frame") }
      try flush(executed: executed)
    }
  }

  private mutating func begin() throws(ClusterError) {
    let frame = try transport.takeFrame()
    self.frame = frame
    writer = ByteWriter(
      start: frame.base + FrameHeader.size, capacity: frame.capacity - FrameHeader.size)
    count = 0
  }

  /// Sends the answers that were gathered; says also how many instructions were executed.
  mutating func flush(executed: UInt64) throws(ClusterError) {
    self.executed = executed
    if frame == nil, executed &- acknowledged < WireLimits.acknowledgeEvery { return }
    try send(kind: frame == nil ? .acknowledgement : .reply)
  }

  /// Tells how many instructions were executed, where that was not told yet.
  mutating func acknowledge(executed: UInt64) throws(ClusterError) {
    guard executed != acknowledged else { return }
    self.executed = executed
    try send(kind: .acknowledgement)
  }

  private mutating func send(kind: FrameHeader.Kind) throws(ClusterError) {
    let start = trace == nil ? nil : MonotonicTime.now
    let number = sent
    let frame: FrameBuffer
    if let gathered = self.frame { frame = gathered } else { frame = try transport.takeFrame() }
    FrameHeader(
      kind: kind, sequence: sent, bodyLength: self.frame == nil ? 0 : writer.count,
      count: self.frame == nil ? 0 : count, processIdentifier: UInt32(getpid()),
      acknowledged: executed
    ).write(to: frame)
    if self.frame != nil { sent &+= UInt64(count) }
    acknowledged = executed
    self.frame = nil
    let bodies = bodies
    self.bodies.removeAll()
    for body in bodies {
      let begin = trace == nil ? nil : MonotonicTime.now
      let transfer = try transport.startSend(body.bytes, keeping: body.owner, to: driver)
      if let trace, let begin {
        var event = TraceRecord(.send, start: begin)
        event.bytes = UInt64(body.bytes.count)
        trace.follow(transfer, event)
      }
    }
    let byteCount = frame.count
    try transport.send(frame, to: driver)
    guard let trace, let start else { return }
    var event = TraceRecord(.answers, start: start, end: .now)
    event.count = kind == .reply ? UInt32(truncatingIfNeeded: sent &- number) : 0
    event.number = number
    event.bytes = UInt64(byteCount)
    trace.add(event)
  }
}

/// Encodings of a size that is not known beforehand.
package enum ByteList {
  /// The bytes that `body` writes. Tries larger buffers until they fit.
  package static func make(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
    var capacity = 1 << 12
    while true {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
      defer { buffer.deallocate() }
      if let start = buffer.baseAddress {
        var writer = ByteWriter(start: start, capacity: capacity)
        body(&writer)
        if !writer.hasOverflowed { return Array(buffer[..<writer.count]) }
      }
      capacity *= 4
    }
  }
}
