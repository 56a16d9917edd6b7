/// One rank's end of an `InProcessNetwork`.
///
/// One thread at a time may use an end, different ends may be used at the same time.
package final class InProcessTransport: Transport, @unchecked Sendable {
  // Unchecked: as the protocol says, its owner sees to it that one thread at a time calls; what
  // other ranks' threads touch is in the mailboxes, behind their locks.

  /// See `Transport`.
  package let rank: Int
  /// See `Transport`.
  package let size: Int
  /// See `Transport`.
  package let frameCapacity: Int
  /// Everybody's, by rank.
  let mailboxes: [InProcessMailbox]
  /// Bodies to be received, by rank, in order.
  var expected: [Queue<InProcessExpectation>]
  /// How many bodies are expected from all ranks.
  var expectedCount = 0
  /// Bodies that were offered and not copied yet.
  var unfinishedSends = 0
  /// Whether `close` was called.
  private var isClosed = false

  /// This rank's own.
  var mailbox: InProcessMailbox { mailboxes[rank] }

  /// The end of one rank; `InProcessNetwork` makes all of them.
  init(rank: Int, mailboxes: [InProcessMailbox], frameCapacity: Int) {
    self.rank = rank
    self.mailboxes = mailboxes
    self.frameCapacity = frameCapacity
    size = mailboxes.count
    expected = Array(repeating: Queue(), count: mailboxes.count)
  }

  deinit { leave() }

  /// See `Transport`. Throws `.notJoined` after `close`.
  package func takeFrame() throws(ClusterError) -> FrameBuffer {
    if isClosed { throw .transportIsClosed }
    return mailbox.content.withLock { $0.pool.take() }
  }

  /// See `Transport`. Copies the frame, so it has left when this returns. Throws `.notJoined` after
  /// `close`, `ClusterError.mpi` for a rank or a length that cannot be.
  package func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
    defer { recycle(frame) }
    try requireUsable(rank)
    guard frame.count >= 0 && frame.count <= min(frame.capacity, frameCapacity) else {
      throw .impossibleFrame(frame.count, capacity: frameCapacity)
    }
    let target = mailboxes[rank]
    guard let copy = target.takeBufferForDelivery() else { return }
    copy.copy(from: frame)
    copy.source = self.rank
    target.deliver(copy)
  }

  /// See `Transport`. Throws `.notJoined` after `close`.
  package func receive() throws(ClusterError) -> FrameBuffer? {
    if isClosed { throw .transportIsClosed }
    return mailbox.takeFrame()
  }

  /// See `Transport`.
  package func recycle(_ frame: FrameBuffer) {
    mailbox.content.withLock { $0.pool.give(frame) }
  }

  /// See `Transport`. The receiver's call copies a body's bytes. Throws `.notJoined` after `close`.
  package func progress() throws(ClusterError) {
    if isClosed { throw .transportIsClosed }
    moveBodies()
  }

  /// See `Transport`.
  package var hasPendingSends: Bool { unfinishedSends > 0 }

  /// See `Transport`. Bodies that other ranks have offered to this one count as sent; bodies that
  /// this one has offered and that nobody has copied are taken back.
  package func close(waiting seconds: Double) {
    guard !isClosed else { return }
    isClosed = true
    let deadline = MonotonicTime.now.advanced(bySeconds: seconds)
    var backoff = Backoff(profile: .waiting, oversubscribed: true)
    while hasPendingSends {
      moveBodies()
      if !hasPendingSends || MonotonicTime.now >= deadline { break }
      backoff.pause()
    }
    leave()
  }

  /// Takes this rank out of the network.
  private func leave() {
    let unread = mailbox.content.withLock { content in
      content.isClosed = true
      while let frame = content.frames.removeFirst() { content.pool.give(frame) }
      content.finishedSends = []
      return content.offers.indices.map { content.offers[$0].removeAll() }
    }
    for (source, offers) in unread.enumerated() {
      for offer in offers { mailboxes[source].finish(offer.transfer) }
    }
    for other in mailboxes {
      _ = other.content.withLock { $0.offers[rank].removeAll() }
    }
    expected = []
    expectedCount = 0
    unfinishedSends = 0
  }

  /// Throws `.notJoined` after `close`, `ClusterError.mpi` for a rank that does not exist.
  func requireUsable(_ other: Int) throws(ClusterError) {
    if isClosed { throw .transportIsClosed }
    if other < 0 || other >= size { throw .noSuchRank(other, of: size) }
  }
}
