import Synchronization

/// What other ranks have left for a rank. The only thing that two ranks' threads share; whoever uses
/// it holds its lock for a few instructions, never while bytes are copied and never two at a time.
final class InProcessMailbox: Sendable {
  /// What the lock guards.
  struct Content {
    /// Frames that have arrived.
    var frames = Queue<FrameBuffer>()
    /// Buffers of the mailbox's rank. A sender takes one of these, fills it and leaves it here.
    var pool: FramePool
    /// Bodies that other ranks want to send, by rank, in order.
    var offers: [Queue<InProcessOffer>]
    /// Bodies of this rank that their receivers have copied, or given up.
    var finishedSends: [Transfer] = []
    /// Whether the rank has closed its end.
    var isClosed = false
  }

  /// How many frames have arrived, so that looking for one in vain does not take the lock, which
  /// those who want to leave one need.
  private let arrived = Atomic(0)
  /// What other ranks have left, behind its lock.
  let content: Mutex<Content>

  /// An empty mailbox in a network of `size` ranks.
  init(size: Int, frameCapacity: Int) {
    content = Mutex(
      Content(
        pool: FramePool(frameCapacity: frameCapacity),
        offers: Array(repeating: Queue(), count: size)))
  }

  /// A buffer to leave a frame in; nil if the rank is gone.
  func takeBufferForDelivery() -> FrameBuffer? {
    content.withLock { $0.isClosed ? nil : $0.pool.take() }
  }

  /// Leaves a frame.
  func deliver(_ frame: FrameBuffer) {
    content.withLock { content in
      if content.isClosed {
        content.pool.give(frame)
      } else {
        content.frames.append(frame)
        arrived.store(content.frames.count, ordering: .releasing)
      }
    }
  }

  /// The oldest frame that was left here.
  func takeFrame() -> FrameBuffer? {
    if arrived.load(ordering: .acquiring) == 0 { return nil }
    return content.withLock { content in
      let frame = content.frames.removeFirst()
      arrived.store(content.frames.count, ordering: .releasing)
      return frame
    }
  }

  /// Offers a body; false if the rank is gone.
  func offer(_ offer: InProcessOffer, from rank: Int) -> Bool {
    content.withLock { content in
      if content.isClosed { return false }
      content.offers[rank].append(offer)
      return true
    }
  }

  /// Tells this rank that bodies it sent are not needed any more.
  func finish(_ transfer: Transfer) {
    content.withLock { content in
      if !content.isClosed { content.finishedSends.append(transfer) }
    }
  }
}
