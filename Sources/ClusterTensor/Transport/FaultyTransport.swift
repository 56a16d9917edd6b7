/// A transport whose outgoing frames suffer faults, to test how the rest bears them.
///
/// Bodies and incoming frames pass untouched. The same seed, faults and sequence of frames give the
/// same damage, whatever the timing.
package final class FaultyTransport: Transport, CustomStringConvertible, @unchecked Sendable {
  // Unchecked: as the protocol says, its owner sees to it that one thread at a time calls.

  /// The transport that does the work.
  package let wrapped: any Transport
  /// What goes wrong.
  package let faults: Faults
  /// What decides which frames it strikes.
  package let seed: UInt64
  /// What was done so far.
  package private(set) var counts = FaultCounts()

  /// Draws from the seed.
  private let generator: FaultGenerator
  /// Frames held back, by rank, in the order in which they were sent.
  private var held: [Queue<HeldFrame>]
  /// How many frames are held back.
  private var heldCount = 0
  /// Calls of `receive` and `progress` so far.
  private var calls = 0
  /// Whether `close` was called.
  private var isClosed = false

  /// A frame that is held back.
  private struct HeldFrame {
    /// The frame, damaged already if it is to be.
    let frame: FrameBuffer
    /// The number of calls after which it may leave.
    let releaseAt: Int
  }

  /// Wraps a transport, which must not be used otherwise from then on.
  package init(_ wrapped: any Transport, faults: Faults, seed: UInt64) {
    self.wrapped = wrapped
    self.faults = faults
    self.seed = seed
    generator = FaultGenerator(seed: seed)
    held = Array(repeating: Queue(), count: wrapped.size)
  }

  /// Names the seed, with which a failing test can be repeated, and what was done.
  package var description: String {
    "<FaultyTransport rank:\(rank) seed:\(seed) sent:\(counts.sent) dropped:\(counts.dropped) "
      + "truncated:\(counts.truncated) flipped:\(counts.flipped) delayed:\(counts.delayed)>"
  }

  /// See `Transport`.
  package var rank: Int { wrapped.rank }
  /// See `Transport`.
  package var size: Int { wrapped.size }
  /// See `Transport`.
  package var frameCapacity: Int { wrapped.frameCapacity }

  /// See `Transport`.
  package func takeFrame() throws(ClusterError) -> FrameBuffer { try wrapped.takeFrame() }

  /// See `Transport`. Throws what the wrapped transport throws.
  package func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
    guard !isClosed && held.indices.contains(rank) else {
      return try wrapped.send(frame, to: rank)  // which throws
    }
    let number = counts.sent
    counts.sent += 1
    if generator.strikes(faults.drop, number, .drop) {
      counts.dropped += 1
      wrapped.recycle(frame)
      return
    }
    damage(frame, number)
    let isDelayed = generator.strikes(faults.delay, number, .delay)
    if isDelayed { counts.delayed += 1 }
    if isDelayed || !held[rank].isEmpty {
      held[rank].append(
        HeldFrame(
          frame: frame, releaseAt: isDelayed ? calls + min(faults.delayedCalls, 1 << 40) : calls))
      heldCount += 1
    } else {
      try wrapped.send(frame, to: rank)
    }
  }

  /// Truncates a frame or turns a bit around, if its number is struck.
  private func damage(_ frame: FrameBuffer, _ number: Int) {
    if frame.count > 0 && generator.strikes(faults.truncate, number, .truncate) {
      counts.truncated += 1
      frame.count = generator.below(frame.count, number, .length)
    }
    if frame.count > 0 && generator.strikes(faults.flip, number, .flip) {
      counts.flipped += 1
      frame.flipBit(generator.below(frame.count * 8, number, .bit))
    }
  }

  /// See `Transport`. Throws what the wrapped transport throws.
  package func receive() throws(ClusterError) -> FrameBuffer? {
    try release()
    return try wrapped.receive()
  }

  /// See `Transport`.
  package func recycle(_ frame: FrameBuffer) { wrapped.recycle(frame) }

  /// See `Transport`. Throws what the wrapped transport throws.
  package func progress() throws(ClusterError) {
    try release()
    try wrapped.progress()
  }

  /// See `Transport`. Counts frames that are held back.
  package var hasPendingSends: Bool { heldCount > 0 || wrapped.hasPendingSends }

  /// See `Transport`. Frames that are held back leave first.
  package func close(waiting seconds: Double) {
    if !isClosed {
      isClosed = true
      for rank in held.indices {
        while let next = held[rank].removeFirst() { try? wrapped.send(next.frame, to: rank) }
      }
      heldCount = 0
    }
    wrapped.close(waiting: seconds)
  }

  /// Lets go of frames whose time has come.
  private func release() throws(ClusterError) {
    calls += 1
    if heldCount == 0 { return }
    for rank in held.indices {
      while let next = held[rank].oldest, next.releaseAt <= calls {
        _ = held[rank].removeFirst()
        heldCount -= 1
        try wrapped.send(next.frame, to: rank)
      }
    }
  }
}
