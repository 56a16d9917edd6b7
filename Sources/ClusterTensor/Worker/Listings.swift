import TensorCore

/// One line of `worker.objects()`.
public struct ObjectSummary: Sendable, Equatable {
  /// Number at the worker.
  public let id: ObjectID
  /// Shape and dtype; nil for the result of something that failed.
  public let descriptor: Descriptor?
  /// The tensor as the worker prints it; shape and dtype alone where the asker may not read it.
  public let text: String
  /// Whether the asker may read the elements.
  public let isReadable: Bool
}

/// The answer to "list your objects": the worker prints them, so that a list of large tensors stays
/// small.
enum ObjectListing {
  static func encode(
    _ objects: [(id: ObjectID, object: StoredObject)], _ data: [LoadedData], _ policy: Policy
  ) -> [UInt8] {
    ByteList.make { writer in
      writer.write(UInt32(objects.count))
      for (id, object) in objects {
        writer.write(id.value)
        switch object.content {
        case .tensor(let tensor):
          let isReadable = policy.permitsReading(object)
          Descriptor?.some(tensor.descriptor).encode(into: &writer)
          isReadable.encode(into: &writer)
          let name = data.first { $0.id == id }.map { " \"\($0.name)\"" } ?? ""
          writer.write(
            text: isReadable
              ? tensor.description
              : "tensor(shape=\(tensor.shape), dtype=\(tensor.dtype), not readable)\(name)")
        case .failed(let record):
          Descriptor?.none.encode(into: &writer)
          false.encode(into: &writer)
          writer.write(text: "failed: \(record.failure)")
        }
      }
    }
  }

  static func decode(_ reader: inout ByteReader) throws -> [ObjectSummary] {
    let count = try reader.readCount()
    return try (0..<count).map { _ in
      let id = ObjectID(try reader.read(UInt64.self))
      let descriptor = try Descriptor?(decoding: &reader)
      let isReadable = try Bool(decoding: &reader)
      return ObjectSummary(
        id: id, descriptor: descriptor, text: try reader.readText(), isReadable: isReadable)
    }
  }
}

/// The answer to "leave": the failures that nobody read.
enum FailureListing {
  static func encode(_ failures: [Failure]) -> [UInt8] {
    ByteList.make { writer in
      writer.write(UInt32(failures.count))
      for failure in failures { failure.encode(into: &writer) }
    }
  }

  static func decode(_ reader: inout ByteReader) throws -> [Failure] {
    let count = try reader.readCount()
    return try (0..<count).map { _ in try Failure(decoding: &reader) }
  }
}

/// A table that a worker loaded from its own folder.
struct LoadedData: Sendable {
  let name: String
  let id: ObjectID
  let tensor: Tensor
  /// Names of the columns.
  let columns: [String]

  /// What a driver is told that asks for it: all but the elements.
  func encoded() -> [UInt8] {
    ByteList.make { writer in
      writer.write(id.value)
      tensor.descriptor.encode(into: &writer)
      writer.write(UInt32(columns.count))
      for column in columns { writer.write(text: column) }
    }
  }

  static func decode(_ reader: inout ByteReader) throws -> (
    id: ObjectID, descriptor: Descriptor, columns: [String]
  ) {
    let id = ObjectID(try reader.read(UInt64.self))
    let descriptor = try Descriptor(decoding: &reader)
    let count = try reader.readCount()
    return (id, descriptor, try (0..<count).map { _ in try reader.readText() })
  }
}

extension ByteReader {
  /// The number of items of a list. Each takes at least four bytes, so that no number asks for more memory than
  /// was sent. Throws `TensorError.malformed`.
  fileprivate mutating func readCount() throws(TensorError) -> Int {
    let count = Int(try read(UInt32.self))
    guard count <= self.count / 4 else { throw .malformed("a list of \(count) items") }
    return count
  }
}
