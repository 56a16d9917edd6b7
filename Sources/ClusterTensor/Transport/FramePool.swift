/// Frame buffers that are not in use, the last used first, as its memory is likely in the cache.
struct FramePool {
  /// Size in bytes of the frames of every transport. Large enough for a batch of a thousand
  /// instructions; only pages that were written to take up memory.
  static let standardCapacity = 65_536
  /// Buffers that are kept at most; more are freed as they come back.
  static let mostKept = 256

  /// Bytes in each buffer.
  let frameCapacity: Int
  /// Bytes behind each buffer that its transport needs for itself.
  private let spare: Int
  /// The buffers, the last used at the end.
  private var free: [FrameBuffer] = []

  /// An empty pool.
  init(frameCapacity: Int = FramePool.standardCapacity, spare: Int = 0) {
    self.frameCapacity = frameCapacity
    self.spare = spare
    free.reserveCapacity(Self.mostKept)
  }

  /// Whether the next `take` allocates.
  var isEmpty: Bool { free.isEmpty }

  /// An empty buffer. Allocates one only while there were never as many in use at once.
  @inline(__always)
  mutating func take() -> FrameBuffer {
    if free.isEmpty { return FrameBuffer(capacity: frameCapacity, spare: spare) }
    let frame = free.removeLast()
    frame.isFree = false
    frame.count = 0
    frame.source = 0
    return frame
  }

  /// Takes a buffer back. One of another size or one that lies here already is let go.
  @inline(__always)
  mutating func give(_ frame: FrameBuffer) {
    guard !frame.isFree, frame.capacity == frameCapacity, frame.spare >= spare,
      free.count < Self.mostKept
    else { return }
    frame.isFree = true
    free.append(frame)
  }
}
