import ClusterTensor
import Foundation
import Synchronization

/// A wait took longer than it ever should.
struct TookTooLong: Error { let what: String }

/// Looks again and again until there is a result; throws after 20 s.
func waitBriefly<T>(for what: String, _ look: () throws -> T?) throws -> T {
  let deadline = MonotonicTime.now.advanced(bySeconds: 20)
  var backoff = Backoff(profile: .waiting, oversubscribed: true)
  while true {
    if let result = try look() { return result }
    if MonotonicTime.now > deadline { throw TookTooLong(what: what) }
    backoff.pause()
  }
}

/// Errors of several threads.
final class RankFailures: Sendable {
  let errors = Mutex<[any Error]>([])
}

/// Runs each rank's part on a thread of its own and throws the first error of any.
func onRankThreads(
  _ count: Int, _ part: @escaping @Sendable (Int) throws -> Void
) async throws {
  let failures = RankFailures()
  await withTaskGroup(of: Void.self) { group in
    for rank in 0..<count {
      group.addTask {
        await withCheckedContinuation { continuation in
          Thread {
            do { try part(rank) } catch { failures.errors.withLock { $0.append(error) } }
            continuation.resume()
          }.start()
        }
      }
    }
  }
  if let first = failures.errors.withLock({ $0.first }) { throw first }
}

/// Bytes that depend on a seed, written and compared in large pieces, as tests are not optimized.
enum TransportContent {
  private static let piece = 65_536
  /// Numbers of which every stretch is different; a piece is a stretch of them.
  private static let numbers = {
    let buffer = FrameBuffer(capacity: piece + 251)
    var state: UInt32 = 1
    for place in 0..<buffer.capacity {
      state = state &* 1_664_525 &+ 1_013_904_223
      buffer.base.storeBytes(of: UInt8(state >> 24), toByteOffset: place, as: UInt8.self)
    }
    return buffer
  }()

  private static func stretch(_ seed: Int, _ piece: Int) -> UnsafeMutableRawPointer {
    numbers.base + (seed * 7 + piece * 3) % 251
  }

  static func write(_ seed: Int, to bytes: UnsafeMutableRawBufferPointer) {
    for (number, start) in stride(from: 0, to: bytes.count, by: piece).enumerated() {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: bytes[start..<min(start + piece, bytes.count)])
      part.copyMemory(
        from: UnsafeRawBufferPointer(start: stretch(seed, number), count: part.count))
    }
  }

  static func matches(_ seed: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    stride(from: 0, to: bytes.count, by: piece).enumerated().allSatisfy { number, start in
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)])
      guard let base = part.baseAddress else { return true }
      return memcmp(base, stretch(seed, number), part.count) == 0
    }
  }

  static func array(_ seed: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      write(seed, to: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }
}

/// BodyMemory of a body.
final class BodyMemory: Sendable {
  let buffer: FrameBuffer
  let count: Int

  /// Filled with content of a seed, or else with zeros.
  init(_ count: Int, seed: Int? = nil) {
    buffer = FrameBuffer(capacity: count)
    self.count = count
    memset(buffer.base, 0, count)
    if let seed { TransportContent.write(seed, to: room) }
  }

  var room: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: buffer.base, count: count)
  }
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(room) }

  func holds(_ seed: Int) -> Bool { TransportContent.matches(seed, bytes) }
}

extension Transport {
  /// Sends a frame of so many bytes that tell of the number.
  func sendFrame(_ number: Int, count: Int, to rank: Int) throws {
    let frame = try takeFrame()
    frame.count = count
    TransportContent.write(
      number, to: UnsafeMutableRawBufferPointer(start: frame.base, count: count))
    try send(frame, to: rank)
  }

  func waitForFrame() throws -> FrameBuffer {
    try waitBriefly(for: "a frame at rank \(rank)") {
      try progress()
      return try receive()
    }
  }

  func waitFor(_ transfers: [Transfer]) throws {
    try waitBriefly(for: "bodies at rank \(rank)") {
      try progress()
      return transfers.allSatisfy(\.isComplete) ? () : nil
    }
  }

  func startSend(_ memory: BodyMemory, to rank: Int) throws -> Transfer {
    try startSend(memory.bytes, keeping: memory, to: rank)
  }

  func startReceive(_ memory: BodyMemory, from rank: Int) throws -> Transfer {
    try startReceive(memory.room, keeping: memory, from: rank)
  }
}

func isFrame(_ number: Int, _ frame: FrameBuffer) -> Bool {
  TransportContent.matches(number, frame.bytes)
}

/// The transports that work without MPI and must all keep the same laws.
enum TransportKind: CaseIterable, Sendable {
  case inProcess, withoutFaults, delaying

  func make(_ size: Int) -> [any Transport] {
    let network = InProcessNetwork(size: size)
    switch self {
    case .inProcess: return network.endpoints
    case .withoutFaults:
      return network.endpoints.map { FaultyTransport($0, faults: Faults(), seed: 1) }
    case .delaying:
      return network.endpoints.map {
        FaultyTransport(
          $0, faults: Faults(delay: .probability(0.3), delayedCalls: 5), seed: UInt64($0.rank))
      }
    }
  }
}
