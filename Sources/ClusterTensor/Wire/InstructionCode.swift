/// Codes of the wire's own instructions, below those of the operations. Append only.
///
/// An instruction is a record of a batch, little-endian and padded to eight bytes:
///
///      0      2         4          6        8
///     ┌──────┬─────────┬──────────┬────────┬───────────────┬────────────────┬─────────────┐
///     │ code │ #inputs │ #outputs │ length │ input ids …   │ output ids …   │ attributes …│
///     └──────┴─────────┴──────────┴────────┴───────────────┴────────────────┴─────────────┘
///
/// `length` is that of the whole record in units of eight bytes, so that a record which cannot be read
/// fails alone.
package enum InstructionCode {
  /// Forgets the inputs.
  package static let release: UInt16 = 0x0001
  /// Stores a tensor under the output: descriptor, whether the bytes come as a body, the bytes or the
  /// number of the body, counted from 0.
  package static let store: UInt16 = 0x0002
  /// Answers with the input's tensor: request. The driver releases what `get` has brought home.
  package static let read: UInt16 = 0x0003
  /// Answers with a list of all objects: request.
  package static let listObjects: UInt16 = 0x0004
  /// Answers when all before it is done: request.
  package static let barrier: UInt16 = 0x0005
  /// Answers with the id and descriptor of data that the worker loaded: request, name.
  package static let findData: UInt16 = 0x0006
  /// Answers with the failures that nobody read and ends the worker: request.
  package static let leave: UInt16 = 0x0007
  /// Answers with the number of objects and the bytes that they take: request.
  package static let describe: UInt16 = 0x0008
  /// Answers with the time that the worker's monotonic clock shows: request.
  package static let clock: UInt16 = 0x0009
  /// Begins to record for a trace, and answers: request, the most events to keep.
  package static let startTrace: UInt16 = 0x000A
  /// Answers with what was recorded, and ends recording: request.
  package static let takeTrace: UInt16 = 0x000B

  /// The same as `leave` for a worker that ends while others stay: it must not wait for them.
  package static let depart: UInt16 = 0x000C

  /// Answers with the descriptors of the inputs, whose shapes only the worker knows: request.
  package static let describeObjects: UInt16 = 0x000D

  /// The instructions that are answered.
  package static let requests = read...describeObjects

  /// The first code of an operation.
  package static let firstOperation: UInt16 = 0x0100

  package static func name(_ code: UInt16) -> String {
    switch code {
    case release: "release"
    case store: "send"
    case read: "get"
    case listObjects: "objects"
    case barrier: "barrier"
    case findData: "data"
    case leave: "leave"
    case describe: "describe"
    case clock: "clock"
    case startTrace: "start trace"
    case takeTrace: "take trace"
    case depart: "depart"
    case describeObjects: "shape"
    default: "instruction \(code)"
    }
  }
}

/// Sizes that both ends agree on.
package enum WireLimits {
  /// Largest tensor in bytes that rides inside a frame.
  package static let inlineBytes = 8 << 10
  /// Bytes of instructions that are gathered before a frame leaves, while the worker is busy.
  package static let batchBytes = 16 << 10
  /// Most instructions that a worker may be behind.
  package static let creditInstructions: UInt64 = 1 << 16
  /// Bytes of bodies that may be on their way before the driver waits for the worker.
  package static let creditBytes = 1 << 30
  /// Instructions after which a worker acknowledges although nobody reads.
  package static let acknowledgeEvery: UInt64 = 1 << 13
}
