import CKernels
import TensorCore

/// The 64 bytes in front of every frame, little-endian:
///
///      0        4    6  7  8               16              24     28     32
///     ┌────────┬────┬──┬──┬───────────────┬───────────────┬──────┬──────┐
///     │ magic  │ver.│ki│fl│ sequence      │ body length   │count │ pid  │
///     ├────────┴────┴──┴──┼───────────────┼───────────────┼──────┴──────┤
///     │ acknowledged      │ 0             │ body check    │ header check│
///     └───────────────────┴───────────────┴───────────────┴─────────────┘
///     32                  40              48              56            64
///
/// `sequence` is the number of records that went before from this sender to this receiver, so that a
/// gap says how many were lost, `acknowledged` that of the other side's which are done with, `count`
/// the number in the body, `pid` is the sender's process. Both check values change with every change of one bit.
package struct FrameHeader: Equatable, Sendable {
  /// What a frame is for; append only.
  package enum Kind: UInt8, Sendable {
    /// Worker to driver: who I am.
    case hello = 1
    /// Driver to worker: you are in.
    case welcome = 2
    /// Driver to worker: you are not, and why.
    case refusal = 3
    /// Driver to worker: instructions.
    case batch = 4
    /// Worker to driver: answers.
    case reply = 5
    /// Worker to driver: nothing but the acknowledged count.
    case acknowledgement = 6
  }

  package static let size = 64
  /// "CTEN"; on a machine of the other byte order it reads differently.
  static let magic: UInt32 = 0x4E45_5443
  /// Version of everything on the wire. Ranks of different versions refuse each other.
  package static let version: UInt16 = 1

  package var version = FrameHeader.version
  package var kind: Kind
  package var sequence: UInt64
  package var bodyLength: Int
  package var count: UInt32
  package var processIdentifier: UInt32
  package var acknowledged: UInt64

  package init(
    kind: Kind, sequence: UInt64, bodyLength: Int, count: UInt32, processIdentifier: UInt32,
    acknowledged: UInt64
  ) {
    self.kind = kind
    self.sequence = sequence
    self.bodyLength = bodyLength
    self.count = count
    self.processIdentifier = processIdentifier
    self.acknowledged = acknowledged
  }

  /// Writes the header in front of a body that stands already in the buffer.
  package func write(to frame: FrameBuffer) {
    let base = frame.base
    base.storeBytes(of: FrameHeader.magic, as: UInt32.self)
    base.storeBytes(of: version, toByteOffset: 4, as: UInt16.self)
    base.storeBytes(of: kind.rawValue, toByteOffset: 6, as: UInt8.self)
    base.storeBytes(of: 0, toByteOffset: 7, as: UInt8.self)
    base.storeBytes(of: sequence, toByteOffset: 8, as: UInt64.self)
    base.storeBytes(of: UInt64(bodyLength), toByteOffset: 16, as: UInt64.self)
    base.storeBytes(of: count, toByteOffset: 24, as: UInt32.self)
    base.storeBytes(of: processIdentifier, toByteOffset: 28, as: UInt32.self)
    base.storeBytes(of: acknowledged, toByteOffset: 32, as: UInt64.self)
    base.storeBytes(of: 0, toByteOffset: 40, as: UInt64.self)
    base.storeBytes(
      of: ck_check_value(base + FrameHeader.size, bodyLength), toByteOffset: 48, as: UInt64.self)
    base.storeBytes(of: ck_check_value(base, 56), toByteOffset: 56, as: UInt64.self)
    frame.count = FrameHeader.size + bodyLength
  }

  /// The version of a frame of any version, or nil where it is no frame: magic and version stay
  /// where they are for ever.
  package static func version(of frame: UnsafeRawBufferPointer) -> UInt16? {
    guard frame.count >= 6, frame.loadUnaligned(as: UInt32.self) == magic else { return nil }
    return frame.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
  }

  /// Whether a frame was written by a machine of the other byte order.
  package static func hasOtherByteOrder(_ frame: UnsafeRawBufferPointer) -> Bool {
    frame.count >= 4 && frame.loadUnaligned(as: UInt32.self) == magic.byteSwapped
  }

  /// Reads and checks a frame. Throws `TensorError.malformed` for anything that `write` would not
  /// have written.
  package init(reading frame: UnsafeRawBufferPointer) throws(TensorError) {
    var reader = ByteReader(frame)
    guard frame.count >= FrameHeader.size else {
      throw .malformed("a frame of \(frame.count) bytes, less than a header")
    }
    guard try reader.read(UInt32.self) == FrameHeader.magic else {
      throw .malformed("a frame that does not begin as one")
    }
    version = try reader.read(UInt16.self)
    guard version == FrameHeader.version else {
      throw .malformed("a frame of version \(version), not \(FrameHeader.version)")
    }
    let kindCode = try reader.read(UInt8.self)
    let flags = try reader.read(UInt8.self)
    sequence = try reader.read(UInt64.self)
    let length = try reader.read(UInt64.self)
    count = try reader.read(UInt32.self)
    processIdentifier = try reader.read(UInt32.self)
    acknowledged = try reader.read(UInt64.self)
    let reserved = try reader.read(UInt64.self)
    let bodyCheck = try reader.read(UInt64.self)
    guard try reader.read(UInt64.self) == ck_check_value(frame.baseAddress, 56) else {
      throw .malformed("a header whose check value is wrong")
    }
    guard let kind = Kind(rawValue: kindCode), flags == 0, reserved == 0 else {
      throw .malformed("a frame of unknown kind \(kindCode)")
    }
    guard length == UInt64(frame.count - FrameHeader.size) else {
      throw .malformed(
        "a frame of \(frame.count - FrameHeader.size) bytes after the header, which says \(length)")
    }
    self.kind = kind
    bodyLength = frame.count - FrameHeader.size
    let body = try reader.readBytes(bodyLength)
    guard ck_check_value(body.baseAddress, bodyLength) == bodyCheck else {
      throw .malformed("a body whose check value is wrong")
    }
  }
}
