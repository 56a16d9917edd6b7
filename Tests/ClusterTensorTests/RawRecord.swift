import ClusterTensor
import TestSupport

/// One instruction, written field by field and not by the library.
struct RawRecord: Equatable {
  var code: UInt16
  var inputs: [UInt64] = []
  var outputs: [UInt64] = []
  var attributes: [UInt8] = []
  /// What the record says of itself, where that is not so. The length is in units of eight bytes.
  var inputCount: UInt16?
  var outputCount: UInt16?
  var length: UInt16?

  var bytes: [UInt8] {
    let ids = (inputs + outputs).flatMap(\.wireBytes)
    let padding = [UInt8](repeating: 0, count: (8 - attributes.count % 8) % 8)
    let content = ids + attributes + padding
    return code.wireBytes
      + (inputCount ?? UInt16(inputs.count)).wireBytes
      + (outputCount ?? UInt16(outputs.count)).wireBytes
      + (length ?? UInt16(1 + content.count / 8)).wireBytes + content
  }

  // MARK: What the driver says

  static func release(_ ids: [UInt64]) -> RawRecord {
    RawRecord(code: InstructionCode.release, inputs: ids)
  }

  static func store(_ tensor: Tensor, as id: UInt64) throws -> RawRecord {
    RawRecord(
      code: InstructionCode.store, outputs: [id],
      attributes: WireForm.descriptor(tensor.descriptor) + [0] + (try tensor.wireBytes))
  }

  /// A tensor whose elements come as a body, the driver's body number `number`.
  static func store(_ descriptor: [UInt8], body number: UInt64, as id: UInt64) -> RawRecord {
    RawRecord(
      code: InstructionCode.store, outputs: [id],
      attributes: descriptor + [1] + number.wireBytes)
  }

  static func read(_ id: UInt64, request: UInt64) -> RawRecord {
    RawRecord(code: InstructionCode.read, inputs: [id], attributes: request.wireBytes)
  }

  static func describe(_ ids: [UInt64], request: UInt64) -> RawRecord {
    RawRecord(code: InstructionCode.describeObjects, inputs: ids, attributes: request.wireBytes)
  }

  /// An instruction that takes nothing but a request.
  static func ask(_ code: UInt16, request: UInt64) -> RawRecord {
    RawRecord(code: code, attributes: request.wireBytes)
  }

  static func findData(_ name: String, request: UInt64) -> RawRecord {
    RawRecord(
      code: InstructionCode.findData, attributes: request.wireBytes + WireForm.text(name))
  }

  static func run(
    _ operation: any Operation, _ inputs: [UInt64], _ outputs: [UInt64]
  ) throws -> RawRecord {
    RawRecord(
      code: type(of: operation).identity.code, inputs: inputs, outputs: outputs,
      attributes: try encodedAttributes(of: operation))
  }
}

/// Values as they stand on the wire, written down a second time.
enum WireForm {
  static func descriptor(_ dtype: UInt8, _ lengths: [Int64], rank: UInt8? = nil) -> [UInt8] {
    [dtype, rank ?? UInt8(lengths.count)] + lengths.flatMap(\.wireBytes)
  }

  static func descriptor(_ descriptor: Descriptor) -> [UInt8] {
    self.descriptor(descriptor.dtype.rawValue, descriptor.shape.map { Int64($0) })
  }

  static func text(_ text: String) -> [UInt8] { UInt32(text.utf8.count).wireBytes + text.utf8 }
}

/// One answer, as it stands in a reply frame.
struct RawReply: Equatable {
  var request: UInt64
  var kind: UInt8
  var follows: UInt8
  var bodyLength: UInt64
  /// After the fixed part, padding included.
  var content: [UInt8]
  /// What the record says of its own length, where that is not so.
  var length: UInt32?

  init(
    request: UInt64, kind: ReplyKind, follows: Bool = false, bodyLength: UInt64? = nil,
    content: [UInt8]
  ) {
    self.request = request
    self.kind = kind.rawValue
    self.follows = follows ? 1 : 0
    self.bodyLength = bodyLength ?? UInt64(content.count)
    self.content = content + [UInt8](repeating: 0, count: (8 - content.count % 8) % 8)
  }

  /// The answer at the start of the bytes, and how many bytes it takes.
  init(reading bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    func field<T: FixedWidthInteger>(_ type: T.Type, _ offset: Int) -> T {
      T(wireBytes: bytes[(start + offset)..<(start + offset + MemoryLayout<T>.size)])
    }
    request = field(UInt64.self, 0)
    let length = field(UInt32.self, 8)
    kind = field(UInt8.self, 12)
    follows = field(UInt8.self, 13)
    bodyLength = field(UInt64.self, 16)
    content = Array(bytes[(start + 24)..<(start + Int(length))])
  }

  var bytes: [UInt8] {
    request.wireBytes + (length ?? UInt32(24 + content.count)).wireBytes
      + [kind, follows, 0, 0] + bodyLength.wireBytes + content
  }

  /// The failure that it is, or nil.
  var failure: Failure? {
    get throws {
      guard kind == ReplyKind.failure.rawValue else { return nil }
      return try RawFrames.reading(content) { try Failure(decoding: &$0) }
    }
  }
}
