/// A value that an operation carries beside its tensors: it has a fixed binary form.
public protocol AttributeValue: Sendable, Equatable {
  /// Reads it as `encode` wrote it. Throws `TensorError.malformed`.
  init(decoding reader: inout ByteReader) throws
  /// Appends its binary form.
  func encode(into writer: inout ByteWriter)
}

/// One named attribute of an operation: the name is PyTorch's; the order of an operation's
/// attributes is their order on the wire.
public struct Attribute<Root>: Sendable {
  /// PyTorch's name of the argument.
  public let name: String
  let encode: @Sendable (Root, inout ByteWriter) -> Void
  let decode: @Sendable (inout Root, inout ByteReader) throws -> Void

  /// The attribute that is stored in the property.
  public init<Value: AttributeValue>(
    _ name: String, _ property: any WritableKeyPath<Root, Value> & Sendable
  ) {
    self.name = name
    encode = { $0[keyPath: property].encode(into: &$1) }
    decode = { $0[keyPath: property] = try Value(decoding: &$1) }
  }
}

extension Bool: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    switch try reader.read(UInt8.self) {
    case 0: self = false
    case 1: self = true
    case let other: throw TensorError.malformed("\(other) is no truth value")
    }
  }
  public func encode(into writer: inout ByteWriter) { writer.write(UInt8(self ? 1 : 0)) }
}

extension Int: AttributeValue {
  public init(decoding reader: inout ByteReader) throws { self = Int(try reader.read(Int64.self)) }
  public func encode(into writer: inout ByteWriter) { writer.write(Int64(self)) }
}

extension UInt64: AttributeValue {
  public init(decoding reader: inout ByteReader) throws { self = try reader.read(UInt64.self) }
  public func encode(into writer: inout ByteWriter) { writer.write(self) }
}

extension DType: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let dtype = DType(rawValue: code) else {
      throw TensorError.malformed("\(code) is no dtype")
    }
    self = dtype
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }
}

extension Shape: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    let rank = Int(try reader.read(UInt8.self))
    guard rank <= Shape.maximumRank else { throw TensorError.malformed("\(rank) axes") }
    var shape = Shape(rank: rank)
    for axis in 0..<rank { shape[axis] = Int(try reader.read(Int64.self)) }
    self = shape
  }
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt8(rank))
    for length in self { writer.write(Int64(length)) }
  }
}

extension Descriptor: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    let dtype = try DType(decoding: &reader)
    self.init(shape: try Shape(Shape(decoding: &reader)), dtype: dtype)
  }
  public func encode(into writer: inout ByteWriter) {
    dtype.encode(into: &writer)
    shape.encode(into: &writer)
  }
}

extension Scalar: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    switch try reader.read(UInt8.self) {
    case 0: value = .bool(try Bool(decoding: &reader))
    case 1: value = .int(try reader.read(Int64.self))
    case 2: value = .double(Double(bitPattern: try reader.read(UInt64.self)))
    case let other: throw TensorError.malformed("\(other) is no kind of scalar")
    }
  }
  public func encode(into writer: inout ByteWriter) {
    switch value {
    case .bool(let b):
      writer.write(UInt8(0))
      b.encode(into: &writer)
    case .int(let i):
      writer.write(UInt8(1))
      writer.write(i)
    case .double(let d):
      writer.write(UInt8(2))
      writer.write(d.bitPattern)
    }
  }
}

extension Optional: AttributeValue where Wrapped: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    self = try Bool(decoding: &reader) ? Wrapped(decoding: &reader) : nil
  }
  public func encode(into writer: inout ByteWriter) {
    (self != nil).encode(into: &writer)
    self?.encode(into: &writer)
  }
}

extension Array: AttributeValue where Element: AttributeValue {
  public init(decoding reader: inout ByteReader) throws {
    let count = Int(try reader.read(UInt32.self))
    // Every element takes at least one byte, so no count can ask for more memory than was sent.
    guard count <= reader.count else { throw TensorError.malformed("a list of \(count) values") }
    self = try (0..<count).map { _ in try Element(decoding: &reader) }
  }
  public func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(truncatingIfNeeded: count))
    for element in self { element.encode(into: &writer) }
  }
}
