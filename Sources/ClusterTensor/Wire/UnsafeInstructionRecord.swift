import TensorCore

/// One instruction in a batch, seen in place. Valid while the frame is.
package struct InstructionRecord {
  package let code: UInt16
  package let inputCount: Int
  package let outputCount: Int
  private let ids: UnsafeRawPointer
  /// The bytes after the ids, padding included.
  package let attributes: UnsafeRawBufferPointer

  static let headerSize = 8

  /// The next record of a batch, or nil at the end. Throws `TensorError.malformed` where lengths do
  /// not fit: nothing after that can be read.
  package static func next(_ reader: inout ByteReader) throws(TensorError) -> InstructionRecord? {
    if reader.count == 0 { return nil }
    let code = try reader.read(UInt16.self)
    let inputs = Int(try reader.read(UInt16.self))
    let outputs = Int(try reader.read(UInt16.self))
    let length = Int(try reader.read(UInt16.self)) * 8
    guard length >= headerSize + 8 * (inputs + outputs) else {
      throw .malformed("an instruction of \(length) bytes with \(inputs + outputs) ids")
    }
    let body = try reader.readBytes(length - headerSize)
    return InstructionRecord(code: code, inputs: inputs, outputs: outputs, body: body)
  }

  private init(code: UInt16, inputs: Int, outputs: Int, body: UnsafeRawBufferPointer) {
    self.code = code
    inputCount = inputs
    outputCount = outputs
    // A record without ids and attributes may be an empty buffer; then nothing is read from it.
    ids = body.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
    attributes = UnsafeRawBufferPointer(rebasing: body[(8 * (inputs + outputs))...])
  }

  /// Throws `TensorError.malformed` for other numbers of ids, and where attributes are left over.
  func require(
    inputs: Int, outputs: Int, noMoreOf attributes: ByteReader? = nil
  ) throws(TensorError) {
    guard inputCount == inputs, outputCount == outputs else {
      throw .malformed(
        "\(InstructionCode.name(code)) has \(inputs) operands and \(outputs) results, not "
          + "\(inputCount) and \(outputCount)")
    }
    if let attributes, !attributes.isAtEnd {
      throw .malformed(
        "\(attributes.count) bytes after the attributes of \(InstructionCode.name(code))")
    }
  }

  /// Id of operand number `index`, below `inputCount`.
  package func input(_ index: Int) -> ObjectID {
    ObjectID(ids.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
  }

  /// Id of result number `index`, below `outputCount`.
  package func output(_ index: Int) -> ObjectID {
    ObjectID(ids.loadUnaligned(fromByteOffset: 8 * (inputCount + index), as: UInt64.self))
  }
}

/// Writes records one after the other into a frame.
package struct BatchWriter {
  package let frame: FrameBuffer
  private var writer: ByteWriter
  /// Records written.
  package private(set) var count: UInt32 = 0

  package init(_ frame: FrameBuffer) {
    self.frame = frame
    writer = ByteWriter(
      start: frame.base + FrameHeader.size, capacity: frame.capacity - FrameHeader.size)
  }

  /// Bytes of records.
  package var byteCount: Int { writer.count }

  /// Appends a record; `body` writes ids (inputs, then outputs) and attributes. Returns false, and leaves
  /// the batch as it was, where the record does not fit into the frame.
  @inline(__always)
  package mutating func append(
    code: UInt16, inputs: Int, outputs: Int, _ body: (inout ByteWriter) -> Void
  ) -> Bool {
    let before = writer
    writer.write(code)
    writer.write(UInt16(truncatingIfNeeded: inputs))
    writer.write(UInt16(truncatingIfNeeded: outputs))
    writer.write(UInt16(0))
    body(&writer)
    writer.pad()
    let length = writer.count - before.count
    guard !writer.hasOverflowed, inputs <= UInt16.max, outputs <= UInt16.max else {
      writer = before
      return false
    }
    // A frame is smaller than what 16 bits of eight bytes can say.
    (frame.base + FrameHeader.size + before.count).storeBytes(
      of: UInt16(truncatingIfNeeded: length / 8), toByteOffset: 6, as: UInt16.self)
    count += 1
    return true
  }
}
