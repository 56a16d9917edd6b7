/// Frames and bodies as MPI messages.
///
/// Frames arrive in receives that were posted before; a frame's buffer goes to the caller as it is.
/// Bodies are sent from and received into the tensors' memory, in messages of at most `bodyChunk`
/// bytes. Frames and bodies have tags of their own and do not wait for each other.
///
/// Nothing of it is released to MPI by `deinit`, which may run on any thread: call `close`.
package final class MPITransport: Transport, @unchecked Sendable {
  // Unchecked: as the protocol says, its owner sees to it that one thread at a time calls.

  /// Carries all messages, and no others.
  let communicator: Communicator
  /// Longest message in bytes that carries (a part of) a body.
  let bodyChunk: Int

  // Run-time checks of exclusive access cost a fifth of a small frame's time. What they would find
  // cannot happen: the owner lets one thread in at a time, and nothing in here calls back out.

  /// Messages that are under way.
  @exclusivity(unchecked) var pending = MPIPendingMessages()
  /// Bodies that are to be received and were not found yet.
  @exclusivity(unchecked) var expected: MPIExpectedBodies
  /// Receives of frames.
  @exclusivity(unchecked) private var receives: MPIReceiveRings
  /// Buffers for frames in both directions.
  @exclusivity(unchecked) private var pool: FramePool
  /// How frames are received.
  private var type: FrameType
  /// Whether `close` was called.
  @exclusivity(unchecked) private var isClosed = false

  /// 1 GiB: MPI counts bytes in 32 bits.
  package static let standardBodyChunk = 1 << 30
  /// Receives posted ahead for each rank. Two keep a stream going: one is filled while the other's
  /// frame is handed out. Four let a rank send a burst while this one computes.
  package static let standardFramesAhead = 4

  /// See `Transport`.
  package let rank: Int
  /// See `Transport`.
  package let size: Int
  /// See `Transport`.
  package let frameCapacity = FramePool.standardCapacity

  /// Starts to receive frames from all ranks of a communicator, which must not be used for anything
  /// else: give `MPIRuntime.world`, or a duplicate of it.
  ///
  /// All ranks must give the same `bodyChunk` (1 B to 1 GiB). Throws `ClusterError.mpi`. Local.
  /// Reserves 512 KiB of address space for each rank, of which what frames fill takes up memory.
  package init(
    over communicator: Communicator, framesAhead: Int = MPITransport.standardFramesAhead,
    bodyChunk: Int = MPITransport.standardBodyChunk
  ) throws(ClusterError) {
    self.communicator = communicator
    self.bodyChunk = min(max(1, bodyChunk), Self.standardBodyChunk)
    rank = communicator.rank
    size = communicator.size
    type = try FrameType(capacity: frameCapacity)
    pool = FramePool(frameCapacity: frameCapacity, spare: type.roomNeeded - frameCapacity)
    expected = MPIExpectedBodies(over: communicator)
    receives = MPIReceiveRings(over: communicator, type: type, depth: max(1, framesAhead))
    do {
      try receives.post(&pool)
    } catch {
      isClosed = true
      receives.giveUp(by: .now)
      type.free()
      throw error
    }
  }

  deinit {
    guard !isClosed else { return }
    receives.leave()
    pending.leave()
  }

  /// See `Transport`. When all buffers are in use it looks first whether a sent one is back, so that
  /// a stream of sends needs no more memory than the library has frames under way. Throws
  /// `.notJoined` after `close`, `ClusterError.mpi` if a frame could not be sent.
  package func takeFrame() throws(ClusterError) -> FrameBuffer {
    if isClosed { throw .transportIsClosed }
    if pool.isEmpty { try pending.progress(&pool) }
    return pool.take()
  }

  /// See `Transport`. A frame of up to the library's eager limit (4 KiB within a machine) leaves at
  /// once, and its buffer is free again when this returns. Throws `ClusterError.mpi`.
  package func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
    do throws(ClusterError) {
      try requireUsable(rank)
      guard frame.count >= 0 && frame.count <= min(frame.capacity, frameCapacity) else {
        throw .impossibleFrame(frame.count, capacity: frameCapacity)
      }
      var request = try communicator.startSend(frame, to: rank)
      if try request.testSend() {
        pool.give(frame)
      } else {
        pending.add(request, .sentFrame(frame, to: rank))
      }
    } catch {
      pool.give(frame)
      throw error
    }
  }

  /// See `Transport`. Throws `.protocolViolation`, `ClusterError.mpi`.
  package func receive() throws(ClusterError) -> FrameBuffer? {
    if isClosed { throw .transportIsClosed }
    return try receives.next(&pool)
  }

  /// See `Transport`.
  package func recycle(_ frame: FrameBuffer) { pool.give(frame) }

  /// See `Transport`. Throws `ClusterError.mpi` if a frame could not be sent.
  package func progress() throws(ClusterError) {
    if isClosed { throw .transportIsClosed }
    try expected.progress(&pending)
    try pending.progress(&pool)
  }

  /// See `Transport`.
  package var hasPendingSends: Bool { pending.sendCount > 0 }

  /// See `Transport`. Frames that come in while it waits are thrown away, so that two ranks that
  /// close at the same time do not wait for each other. What cannot be taken back is left to the
  /// library, and its memory kept until the process ends. Local, and it never waits longer than
  /// `seconds` and 0.1 s. The communicator stays, as freeing one is collective.
  package func close(waiting seconds: Double) {
    guard !isClosed else { return }
    isClosed = true
    guard MPIRuntime.isRunning else {
      receives.leave()
      pending.leave()
      return
    }
    let deadline = MonotonicTime.now.advanced(bySeconds: seconds)
    var backoff = Backoff(profile: .waiting, oversubscribed: true)
    while pending.sendCount > 0 {
      try? pending.progress(&pool)
      while let frame = try? receives.next(&pool) {
        pool.give(frame)
        if MonotonicTime.now >= deadline { break }
      }
      if pending.sendCount == 0 || MonotonicTime.now >= deadline { break }
      backoff.pause()
    }
    expected.giveUp()
    pending.giveUp()
    receives.giveUp(by: MonotonicTime.now.advanced(bySeconds: 0.1))
    type.free()
  }

  /// Throws `.notJoined` after `close`, `ClusterError.mpi` for a rank that does not exist.
  func requireUsable(_ other: Int) throws(ClusterError) {
    if isClosed { throw .transportIsClosed }
    if other < 0 || other >= size { throw .noSuchRank(other, of: size) }
  }
}
