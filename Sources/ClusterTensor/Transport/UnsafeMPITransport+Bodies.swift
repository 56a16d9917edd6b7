/// What the messages of a transport carry; a tag keeps one kind from matching the other.
private enum MessageTag {
  static let frame: Int32 = 1
  static let body: Int32 = 2
}

extension Communicator {
  /// Starts to send a frame's bytes. Throws `ClusterError.mpi`.
  @inline(__always)
  func startSend(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) -> Request {
    try startSend(frame.bytes, to: rank, tag: MessageTag.frame)
  }

  /// Starts to receive a frame from `rank`. Throws `ClusterError.mpi`.
  @inline(__always)
  func startReceive(into frame: FrameBuffer, from rank: Int) throws(ClusterError) -> Request {
    try startReceive(frame.room, from: rank, tag: MessageTag.frame)
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

  /// See `Transport`. One message for each `bodyChunk` bytes. Throws `ClusterError.mpi`.
  package func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer {
    try requireUsable(rank)
    let transfer = Transfer(keeping: owner)
    var offset = 0
    while offset < bytes.count {
      let end = min(offset + bodyChunk, bytes.count)
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<end])
      let request = try communicator.startReceive(part, from: rank, tag: MessageTag.body)
      transfer.partsUnderway += 1
      pending.add(
        request, .receivedPart(transfer, byteCount: part.count, from: rank))
      offset = end
    }
    if transfer.partsUnderway == 0 { transfer.complete() }
    return transfer
  }
}
