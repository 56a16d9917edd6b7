/// How frames and bodies travel between ranks.
///
/// A *frame* is small (at most `frameCapacity` bytes) and arrives unasked, in order per pair of
/// ranks. A *body* is the bytes of a large tensor: both sides know its size from a frame that went
/// before, so it travels from storage to storage with no copy; bodies between two ranks arrive in
/// the order in which they were started.
///
/// Nothing here blocks: sends and receives are started, `progress` moves them on, and the callers
/// wait with a deadline of their own (`Backoff`). One thread at a time may call, which the owner of
/// the transport ensures with its lock.
///
/// A peer that is dead or has closed its end is not noticed here: what is sent to it vanishes, or
/// stays pending, and nothing comes from it.
package protocol Transport: AnyObject, Sendable {
  /// This rank's number.
  var rank: Int { get }
  /// Number of ranks.
  var size: Int { get }
  /// Largest frame in bytes.
  var frameCapacity: Int { get }

  /// An empty buffer to write a frame into, from the transport's pool.
  func takeFrame() throws(ClusterError) -> FrameBuffer
  /// Starts to send the first `frame.count` bytes; the transport owns the buffer from here on, also
  /// when this throws, and reuses it when it has left. Throws for a rank or length that cannot be.
  func send(_ frame: FrameBuffer, to rank: Int) throws(ClusterError)
  /// The next frame that has arrived from any rank, with `count` and `source` set, or nil. Costs
  /// one test when none is there. Give it back with `recycle`. Throws `protocolViolation` in the
  /// place of a frame that was longer than `frameCapacity`; the next call goes on with the next one.
  func receive() throws(ClusterError) -> FrameBuffer?
  /// Gives a buffer from `receive` (or an unused one from `takeFrame`) back, once.
  func recycle(_ frame: FrameBuffer)

  /// Starts to send a body. `owner` keeps the bytes alive and unchanged until the transfer is
  /// complete. Of 0 bytes nothing is sent and the transfer is complete at once.
  func startSend(_ bytes: UnsafeRawBufferPointer, keeping owner: AnyObject, to rank: Int)
    throws(ClusterError) -> Transfer
  /// Starts to receive the next body from `rank` into `bytes`, which must be as long as what was
  /// sent: else the transfer completes with a `failure`. `owner` keeps the bytes alive until the
  /// transfer is complete. A receive cannot be taken back, so whoever stops waiting for one keeps
  /// the transfer and waits for the same one later. Of 0 bytes it is complete at once.
  func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer
  /// Moves pending sends and receives on, marks those that are complete and lets go of their
  /// owners. Cheap when nothing is pending. Throws for a frame that could not be sent; what goes
  /// wrong with a body is its transfer's `failure`.
  func progress() throws(ClusterError)
  /// Whether sends that were started have not left yet.
  var hasPendingSends: Bool { get }

  /// Gives up what is pending and frees the transport; it cannot be used afterwards.
  /// Waits up to `seconds` for sends that are still on their way; frames that come in meanwhile are
  /// thrown away. A second call does nothing.
  func close(waiting seconds: Double)
}

/// A body on its way.
package final class Transfer: @unchecked Sendable {
  // Unchecked, because it is only touched by who may call its transport.

  /// Whether the transport is through with the bytes. Set by the transport's `progress`; read under
  /// the same lock.
  package internal(set) var isComplete = false
  /// Why the bytes did not arrive as they should, once it is complete; nil when they did.
  package internal(set) var failure: ClusterError?
  /// Kept until the transfer is complete.
  var owner: AnyObject?
  /// Called once it is complete, by whoever may call its transport; nil unless somebody watches.
  var whenComplete: (() -> Void)?
  /// Messages of which the body consists and that are still under way.
  var partsUnderway = 0

  /// A body that is about to be started.
  init(keeping owner: AnyObject?) { self.owner = owner }

  /// Marks it complete and lets go of the owner.
  func complete() {
    isComplete = true
    owner = nil
    if let whenComplete {
      self.whenComplete = nil
      whenComplete()
    }
  }

  /// Marks one message of it as done, successfully or not, and completes it with the last one. The
  /// first failure stays.
  func finishPart(_ partFailure: ClusterError?) {
    if failure == nil { failure = partFailure }
    partsUnderway -= 1
    if partsUnderway <= 0 { complete() }
  }
}
