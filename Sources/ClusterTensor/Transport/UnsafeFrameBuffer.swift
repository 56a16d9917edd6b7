/// Memory for one frame, written and read in place. Belongs to a transport's pool.
package final class FrameBuffer: @unchecked Sendable {
  // Unchecked, because it is only touched by who holds it: a caller or the transport. For the same
  // reason its properties do without run-time checks of exclusive access, of some 10 ns each.

  /// Where its bytes begin.
  package let base: UnsafeMutableRawPointer
  /// Bytes that it has room for.
  package let capacity: Int
  /// Bytes behind these that hold nothing of use.
  let spare: Int
  /// Bytes that are filled.
  @exclusivity(unchecked) package var count = 0
  /// Rank that sent it, for a received frame.
  @exclusivity(unchecked) package var source = 0
  /// Whether it lies in a pool, so that giving it back twice does no harm.
  @exclusivity(unchecked) var isFree = false

  /// Memory for `capacity` bytes, and behind them for `spare` bytes that hold nothing of use.
  package init(capacity: Int, spare: Int = 0) {
    self.capacity = capacity
    self.spare = spare
    base = .allocate(byteCount: capacity + spare, alignment: 64)
  }

  deinit { base.deallocate() }

  /// The bytes that are filled.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// All of its memory that can be filled.
  var room: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: capacity)
  }

  /// Fills it with a copy of another frame's bytes, which must fit.
  func copy(from other: FrameBuffer) {
    precondition(other.count <= capacity)
    base.copyMemory(from: other.base, byteCount: other.count)
    count = other.count
  }

  /// Turns one bit of the filled bytes around.
  func flipBit(_ number: Int) {
    precondition(number >= 0 && number / 8 < count)
    let byte = base.load(fromByteOffset: number / 8, as: UInt8.self)
    base.storeBytes(of: byte ^ (1 << UInt8(number % 8)), toByteOffset: number / 8, as: UInt8.self)
  }
}
