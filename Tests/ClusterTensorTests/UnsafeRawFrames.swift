import ClusterTensor
import TestSupport

extension FixedWidthInteger {
  /// As it stands on the wire.
  var wireBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

  /// Reads it from the wire.
  init(wireBytes: some Collection<UInt8>) {
    self = 0
    for byte in wireBytes.reversed() { self = self << 8 | Self(truncatingIfNeeded: byte) }
  }
}

/// A header written field by field and not by the library, so that it can say anything.
struct RawHeader {
  var magic: UInt32 = 0x4E45_5443
  var version = FrameHeader.version
  /// Instructions.
  var kind = FrameHeader.Kind.batch.rawValue
  var flags: UInt8 = 0
  var sequence: UInt64 = 0
  /// That of the body where nil.
  var bodyLength: UInt64?
  var count: UInt32 = 0
  var processIdentifier: UInt32 = 0
  var acknowledged: UInt64 = 0
  var reserved: UInt64 = 0

  /// Header and body, with check values that are right.
  func frame(_ body: [UInt8] = []) -> [UInt8] {
    var bytes =
      magic.wireBytes + version.wireBytes + [kind, flags] + sequence.wireBytes
      + (bodyLength ?? UInt64(body.count)).wireBytes
    bytes += count.wireBytes + processIdentifier.wireBytes
    bytes += acknowledged.wireBytes + reserved.wireBytes
    bytes += RawFrames.checkValue(body).wireBytes
    bytes += RawFrames.checkValue(bytes).wireBytes
    return bytes + body
  }
}

enum RawFrames {
  /// The check value of bytes: that of a frame whose body they are.
  static func checkValue(_ bytes: [UInt8]) -> UInt64 {
    let frame = FrameBuffer(capacity: FrameHeader.size + bytes.count)
    bytes.withUnsafeBytes { source in
      (frame.base + FrameHeader.size).copyMemory(
        from: source.baseAddress ?? UnsafeRawPointer(frame.base), byteCount: bytes.count)
    }
    FrameHeader(
      kind: .batch, sequence: 0, bodyLength: bytes.count, count: 0, processIdentifier: 0,
      acknowledged: 0
    ).write(to: frame)
    return frame.base.load(fromByteOffset: 48, as: UInt64.self)
  }

  /// The frame that the library writes in front of a body.
  static func frame(_ header: FrameHeader, _ body: [UInt8] = []) -> [UInt8] {
    let frame = FrameBuffer(capacity: FrameHeader.size + body.count)
    for (place, byte) in body.enumerated() {
      frame.base.storeBytes(of: byte, toByteOffset: FrameHeader.size + place, as: UInt8.self)
    }
    var header = header
    header.bodyLength = body.count
    header.write(to: frame)
    return Array(frame.bytes)
  }

  /// What the library reads from a frame.
  static func read(_ frame: [UInt8]) throws -> FrameHeader {
    try frame.withUnsafeBytes { try FrameHeader(reading: $0) }
  }

  /// The version that the library finds in a frame.
  static func version(of frame: [UInt8]) -> UInt16? {
    frame.withUnsafeBytes { FrameHeader.version(of: $0) }
  }

  /// What a reader makes of bytes.
  static func reading<T>(_ bytes: [UInt8], _ body: (inout ByteReader) throws -> T) rethrows -> T {
    try bytes.withUnsafeBytes { buffer in
      var reader = ByteReader(buffer)
      return try body(&reader)
    }
  }

  /// The records that the library finds in a body: code, ids and attributes of each.
  static func records(_ body: [UInt8]) throws -> [RawRecord] {
    try reading(body) { reader in
      var records: [RawRecord] = []
      while let record = try InstructionRecord.next(&reader) {
        records.append(
          RawRecord(
            code: record.code, inputs: (0..<record.inputCount).map { record.input($0).value },
            outputs: (0..<record.outputCount).map { record.output($0).value },
            attributes: Array(record.attributes)))
      }
      return records
    }
  }

  /// The body that the library writes of records.
  static func written(_ records: [RawRecord]) throws -> [UInt8] {
    var writer = BatchWriter(FrameBuffer(capacity: 1 << 16))
    for record in records {
      let fits = writer.append(
        code: record.code, inputs: record.inputs.count, outputs: record.outputs.count
      ) { writer in
        for id in record.inputs + record.outputs { writer.write(id) }
        for byte in record.attributes { writer.write(byte) }
      }
      if !fits { throw TensorError.malformed("records of more than a frame") }
    }
    let base = writer.frame.base + FrameHeader.size
    return Array(UnsafeRawBufferPointer(start: base, count: writer.byteCount))
  }
}

extension Transport {
  /// Sends bytes as a frame.
  func send(raw bytes: [UInt8], to rank: Int) throws {
    let frame = try takeFrame()
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress {
        frame.base.copyMemory(from: start, byteCount: min(source.count, frame.capacity))
      }
    }
    frame.count = bytes.count
    try send(frame, to: rank)
  }

  /// Offers bytes as a body.
  func startSend(body bytes: [UInt8], to rank: Int) throws -> Transfer {
    let memory = BodyMemory(bytes.count)
    memory.room.copyBytes(from: bytes)
    return try startSend(memory, to: rank)
  }

  /// Receives a body of so many bytes.
  func receiveBody(_ count: Int, from rank: Int) throws -> [UInt8] {
    let memory = BodyMemory(count)
    let transfer = try startReceive(memory, from: rank)
    try waitFor([transfer])
    if let failure = transfer.failure { throw failure }
    return Array(memory.bytes)
  }
}

extension Tensor {
  /// The elements as they stand on the wire.
  var wireBytes: [UInt8] {
    get throws {
      let values = try contiguous()
      return withExtendedLifetime(values) { Array(values.contiguousBytes) }
    }
  }
}
