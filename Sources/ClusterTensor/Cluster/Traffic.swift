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
  /// Those of the instructions that are operations on tensors: neither transfers nor releases nor questions.
  public internal(set) var operationsSent = 0

  /// Nothing yet.
  public init() {}

  /// What went between two moments: each count of `later` less that of `earlier`.
  public static func - (later: Traffic, earlier: Traffic) -> Traffic {
    var difference = later
    difference.messagesSent -= earlier.messagesSent
    difference.bytesSent -= earlier.bytesSent
    difference.messagesReceived -= earlier.messagesReceived
    difference.bytesReceived -= earlier.bytesReceived
    difference.instructionsSent -= earlier.instructionsSent
    difference.operationsSent -= earlier.operationsSent
    return difference
  }
}
