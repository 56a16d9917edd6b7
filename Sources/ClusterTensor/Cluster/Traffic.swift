/// What went between the driver and one worker so far.
public struct Traffic: Sendable, Equatable {
  /// Frames and bodies sent to the worker.
  public internal(set) var messagesSent = 0
  /// Bytes sent to the worker, headers included.
  public internal(set) var bytesSent = 0
  /// Frames and bodies received from it.
  public internal(set) var messagesReceived = 0
  /// Bytes received from it, headers included.
  public internal(set) var bytesReceived = 0
  /// Instructions sent to it.
  public internal(set) var instructionsSent = 0

  /// What went between two moments: each count of `later` less that of `earlier`.
  public static func - (later: Traffic, earlier: Traffic) -> Traffic {
    Traffic(
      messagesSent: later.messagesSent - earlier.messagesSent,
      bytesSent: later.bytesSent - earlier.bytesSent,
      messagesReceived: later.messagesReceived - earlier.messagesReceived,
      bytesReceived: later.bytesReceived - earlier.bytesReceived,
      instructionsSent: later.instructionsSent - earlier.instructionsSent)
  }
}
