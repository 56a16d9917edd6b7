/// What the messages of a transport carry; a tag keeps one kind from matching the other.
private enum MessageTag {
  /// A frame.
  static let frame: Int32 = 1
  /// A body or a part of it.
  static let body: Int32 = 2
}

extension Communicator {
  /// Starts to send a frame's bytes. Throws `ClusterError.mpi`.
  @inline(__always)
  func startSend(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) -> Request {
    try startSend(frame.bytes, to: rank, tag: MessageTag.frame)
  }

  /// Starts to receive a frame from `rank`, into a buffer with the spare room that `type` needs.
  /// Throws `ClusterError.mpi`.
  @inline(__always)
  func startReceive(
    _ type: FrameType, into frame: FrameBuffer, from rank: Int
  ) throws(ClusterError) -> Request {
    try startReceive(type, into: frame.base, from: rank, tag: MessageTag.frame)
  }
}

extension MPITransport {
  /// See `Transport`. One message for each `bodyChunk` bytes. Throws `ClusterError.mpi`.
  package func startSend(
    _ bytes: UnsafeRawBufferPointer, keeping owner: AnyObject, to rank: Int
  ) throws(ClusterError) -> Transfer {
    try requireUsable(rank)
    let transfer = Transfer(keeping: owner)
    var offset = 0
    while offset < bytes.count {
      let end = min(offset + bodyChunk, bytes.count)
      let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
      let request = try communicator.startSend(part, to: rank, tag: MessageTag.body)
      transfer.partsUnderway += 1
      pending.add(request, .sentPart(transfer, to: rank))
      offset = end
    }
    if transfer.partsUnderway == 0 { transfer.complete() }
    return transfer
  }

  /// See `Transport`. One message for each `bodyChunk` bytes, received when `progress` finds it, as
  /// its length is looked at first: a longer one than expected must not overwrite what stands behind
  /// the memory (`FrameType` tells why the library is not trusted with that). Throws `.notJoined`
  /// after `close`, `ClusterError.mpi` for a rank that does not exist.
  package func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer {
    try requireUsable(rank)
    let transfer = Transfer(keeping: owner)
    var offset = 0
    while offset < bytes.count {
      let end = min(offset + bodyChunk, bytes.count)
      expected.add(
        UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<end]), transfer, from: rank)
      transfer.partsUnderway += 1
      offset = end
    }
    if transfer.partsUnderway == 0 { transfer.complete() }
    return transfer
  }
}

/// Messages with (parts of) bodies that are to be received and have not been found yet, in the order
/// in which they were asked for, by rank.
struct MPIExpectedBodies {
  /// Memory for one message.
  private struct Part {
    /// Where the message goes.
    let bytes: UnsafeMutableRawBufferPointer
    /// The body that it belongs to.
    let transfer: Transfer
  }

  /// Carries the messages.
  private let communicator: Communicator
  /// By rank, the oldest first.
  private var parts: [Queue<Part>]
  /// How many there are of all ranks.
  private var count = 0

  /// No bodies.
  init(over communicator: Communicator) {
    self.communicator = communicator
    parts = Array(repeating: Queue(), count: communicator.size)
  }

  /// Adds one at the end.
  mutating func add(
    _ bytes: UnsafeMutableRawBufferPointer, _ transfer: Transfer, from rank: Int
  ) {
    parts[rank].append(Part(bytes: bytes, transfer: transfer))
    count += 1
  }

  /// Looks which of them can be received and starts that. Throws `ClusterError.mpi`. Costs a
  /// comparison when none is expected, else one probe for each rank from which one is.
  @inline(__always)
  mutating func progress(_ pending: inout MPIPendingMessages) throws(ClusterError) {
    if count > 0 { try progressAll(&pending) }
  }

  /// The part of `progress` that is worth a call.
  private mutating func progressAll(_ pending: inout MPIPendingMessages) throws(ClusterError) {
    for rank in parts.indices {
      while !parts[rank].isEmpty {
        guard let message = try communicator.matchMessage(from: rank, tag: MessageTag.body) else {
          break
        }
        let byteCount = message.count
        if let part = parts[rank].oldest, part.bytes.count == byteCount {
          pending.add(try message.startReceive(into: part.bytes), .receivedPart(part.transfer))
          _ = parts[rank].removeFirst()
          count -= 1
        } else {
          // Taken up all the same, so that its sender and the bodies behind it can go on.
          let memory = FrameBuffer(capacity: byteCount)
          pending.add(try message.startReceive(into: memory.room), .unwanted(memory))
          failOldest(from: rank, found: byteCount)
        }
      }
    }
  }

  /// Fails the oldest body from a rank with all its parts that are still expected.
  private mutating func failOldest(from rank: Int, found: Int) {
    guard let transfer = parts[rank].oldest?.transfer else { return }
    while let part = parts[rank].oldest, part.transfer === transfer {
      let failure = ClusterError.wrongBodySize(from: rank, expected: part.bytes.count, found: found)
      transfer.finishPart(failure)
      _ = parts[rank].removeFirst()
      count -= 1
    }
  }

  /// Forgets all of them; their transfers never complete.
  mutating func giveUp() {
    self = MPIExpectedBodies(over: communicator)
  }
}
