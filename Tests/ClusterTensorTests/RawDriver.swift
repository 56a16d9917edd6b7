import ClusterTensor
import Foundation
import Synchronization
import Testing

/// Speaks to a worker as a driver does, but frame by frame and past all of a driver's own checks. The
/// worker serves on a thread of its own.
final class RawDriver {
  let transport: InProcessTransport
  let log = LogLines()
  /// Number of the next frame: how many instructions were sent before it.
  var sequence: UInt64 = 0
  /// Bodies that were announced.
  var bodies: UInt64 = 0
  /// Far from numbers that random frames may hold.
  private var nextRequest: UInt64 = 0x7E57_0000_0000_0000
  private var nextID: UInt64 = 1 << 40
  private var arrived: [RawReply] = []
  /// How many of the driver's instructions the worker said to have executed.
  private(set) var acknowledged: UInt64 = 0
  private let ending = Ending()

  /// Holds why the worker's thread ended.
  private final class Ending: Sendable {
    let isOver = Mutex(false)
    let error = Mutex<(any Error)?>(nil)
  }

  /// A worker that has been welcomed. `transferDeadline` is how long it waits for a body.
  init(
    folder: String? = nil, transferDeadline: Double = 20,
    wrapping: (any Transport) -> any Transport = { $0 }, ranks: Int = 2
  ) throws {
    let network = InProcessNetwork(size: ranks)
    transport = network.endpoint(0)
    self.network = network
    let options = ClusterOptions.forTests(log: log, transferDeadline: transferDeadline)
    let far = wrapping(network.endpoint(1))
    let ending = ending
    Thread {
      do {
        _ = try WorkerLife.run(
          WorkerSetup(name: "bob", folder: folder), over: far, options: options,
          isOversubscribed: true)
      } catch {
        ending.error.withLock { $0 = error }
      }
      far.close(waiting: 0)
      ending.isOver.withLock { $0 = true }
    }.start()
    let hello = try nextFrame()
    #expect(try RawFrames.read(hello).kind == .hello)
    let introduction = ByteList.make {
      Hello(name: "me", host: "elsewhere", instructionSet: "", dtypes: []).encode(into: &$0)
    }
    try send(RawHeader(kind: FrameHeader.Kind.welcome.rawValue).frame(introduction))
  }
  let network: InProcessNetwork

  // MARK: Sending

  /// Sends any bytes as a frame, which counts for nothing.
  func send(_ frame: [UInt8]) throws { try transport.send(raw: frame, to: 1) }

  /// The next frame with the records, which counts as sent.
  func frame(_ records: [RawRecord]) -> [UInt8] {
    defer { sequence += UInt64(records.count) }
    return RawHeader(sequence: sequence, count: UInt32(records.count))
      .frame(records.flatMap(\.bytes))
  }

  func send(_ records: [RawRecord]) throws { try send(frame(records)) }

  /// Sends a tensor as a body and announces it.
  func store(withBody tensor: Tensor, as id: UInt64) throws {
    _ = try transport.startSend(body: tensor.wireBytes, to: 1)
    try send([.store(WireForm.descriptor(tensor.descriptor), body: bodies, as: id)])
    bodies += 1
  }

  func newID() -> UInt64 {
    nextID += 0x10001
    return nextID
  }

  func newRequest() -> UInt64 {
    nextRequest += 1
    return nextRequest
  }

  // MARK: Receiving

  private func nextFrame() throws -> [UInt8] {
    let frame = try waitBriefly(for: "a frame from the worker") {
      try transport.progress()
      return try transport.receive()
    }
    defer { transport.recycle(frame) }
    return Array(frame.bytes)
  }

  private func takeIn(_ frame: [UInt8]) throws {
    let header = try RawFrames.read(frame)
    acknowledged = header.acknowledged
    var place = FrameHeader.size
    for _ in 0..<header.count {
      let reply = RawReply(reading: frame[place...])
      place += 24 + reply.content.count
      arrived.append(reply)
    }
    #expect(place == frame.count)
  }

  /// Waits for the answer to a request.
  func reply(to request: UInt64) throws -> RawReply {
    while true {
      if let index = arrived.firstIndex(where: { $0.request == request }) {
        return arrived.remove(at: index)
      }
      try takeIn(nextFrame())
    }
  }

  /// Waits until the worker says that it has executed everything that was sent.
  func waitUntilAcknowledged() throws {
    while acknowledged != sequence { try takeIn(nextFrame()) }
  }

  /// Sends a request and waits for its answer.
  func ask(_ code: UInt16) throws -> RawReply {
    let request = newRequest()
    try send([.ask(code, request: request)])
    return try reply(to: request)
  }

  func read(_ id: UInt64) throws -> RawReply {
    let request = newRequest()
    try send([.read(id, request: request)])
    return try reply(to: request)
  }

  /// The ids that the worker lists, with what it says of each.
  func objects() throws -> [(id: UInt64, text: String)] {
    let reply = try ask(InstructionCode.listObjects)
    let bytes =
      reply.follows == 1
      ? try transport.receiveBody(Int(reply.bodyLength), from: 1) : reply.content
    return try RawFrames.reading(bytes) { reader in
      try (0..<reader.read(UInt32.self)).map { _ in
        let id = try reader.read(UInt64.self)
        _ = try Descriptor?(decoding: &reader)
        _ = try Bool(decoding: &reader)
        return (id, try reader.readText())
      }
    }
  }

  // MARK: Laws

  /// The worker does what correct frames say: stores, computes, answers, forgets.
  func expectServes(_ what: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (x, y) = (newID(), newID())
    let request = newRequest()
    try send([
      .store(Tensor([1, 2, 3]), as: x), .run(Add(), [x, x], [y]), .read(y, request: request),
      .release([x, y]),
    ])
    let reply = try reply(to: request)
    let tensor = Tensor([2, 4, 6])
    let right = try RawReply(
      request: request, kind: .tensor, bodyLength: 24,
      content: WireForm.descriptor(tensor.descriptor) + tensor.wireBytes)
    #expect(reply == right, "after \(what)", sourceLocation: sourceLocation)
  }

  /// The answer to saying goodbye.
  private(set) var goodbye: RawReply?

  /// Says goodbye, expects the thread to end well, and returns the failures that nobody read.
  func leave() throws -> [Failure] {
    let reply = try ask(InstructionCode.leave)
    goodbye = reply
    let bytes =
      reply.follows == 1
      ? try transport.receiveBody(Int(reply.bodyLength), from: 1) : reply.content
    try waitBriefly(for: "the worker's end") { ending.isOver.withLock { $0 } ? () : nil }
    if let error = ending.error.withLock({ $0 }) { throw error }
    return try RawFrames.reading(bytes) { reader in
      try (0..<reader.read(UInt32.self)).map { _ in try Failure(decoding: &reader) }
    }
  }
}

/// Runs `body` with a raw driver and says goodbye; returns the failures that nobody read.
@discardableResult
func withRawDriver(
  folder: String? = nil, transferDeadline: Double = 20, _ body: (RawDriver) throws -> Void
) throws -> [Failure] {
  let driver = try RawDriver(folder: folder, transferDeadline: transferDeadline)
  do {
    try body(driver)
  } catch {
    _ = try? driver.leave()
    throw error
  }
  return try driver.leave()
}
