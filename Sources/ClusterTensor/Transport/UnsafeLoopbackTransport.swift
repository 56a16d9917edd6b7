/// Both ends in one process and one thread: what rank 0 sends to itself is handled when it next looks
/// for an answer. `me` is a worker like any other, without MPI.
final class LoopbackTransport: Transport, @unchecked Sendable {
  private let near: any Transport
  private let far: any Transport
  /// Handles a frame at the far end.
  private let handle: (FrameBuffer) throws(ClusterError) -> Void

  /// `near` and `far` are the endpoints of a network of two.
  init(
    near: any Transport, far: any Transport,
    handle: @escaping (FrameBuffer) throws(ClusterError) -> Void
  ) {
    self.near = near
    self.far = far
    self.handle = handle
  }

  var rank: Int { near.rank }
  var size: Int { near.size }
  var frameCapacity: Int { near.frameCapacity }
  var hasPendingSends: Bool { near.hasPendingSends }

  func takeFrame() throws(ClusterError) -> FrameBuffer { try near.takeFrame() }

  func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError) {
    try near.send(frame, to: rank)
  }

  func receive() throws(ClusterError) -> FrameBuffer? {
    try progress()
    return try near.receive()
  }

  func recycle(_ frame: FrameBuffer) { near.recycle(frame) }

  func startSend(_ bytes: UnsafeRawBufferPointer, keeping owner: AnyObject, to rank: Int)
    throws(ClusterError) -> Transfer
  {
    try near.startSend(bytes, keeping: owner, to: rank)
  }

  func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer {
    try near.startReceive(bytes, keeping: owner, from: rank)
  }

  func progress() throws(ClusterError) {
    while let frame = try far.receive() {
      try handle(frame)
      far.recycle(frame)
    }
    try far.progress()
    try near.progress()
  }

  func close(waiting seconds: Double) {
    near.close(waiting: seconds)
    far.close(waiting: 0)
  }
}
