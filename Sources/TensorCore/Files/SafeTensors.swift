/// A file of named tensors in the safetensors format: eight bytes with the length of a header, the header
/// in JSON, then the elements of the tensors one after the other, little-endian and in row-major order.
///
/// Opening it reads the header; a tensor's elements are read when it is asked for, straight into its
/// storage. Format: https://github.com/huggingface/safetensors.
public struct SafeTensors: Sendable {
  /// The names of the tensors in the order of their elements in the file.
  public let names: [String]
  /// What the file says about itself, as names and texts.
  public let metadata: [String: String]

  private let path: String
  private let file: OpenFile
  private let entries: [String: SafeTensorsEntry]
  /// Where the elements begin.
  private let start: Int

  /// Opens a file and checks its header. Throws `TensorError.file` where it is cut off, its header is not
  /// what the format says, or the elements of two tensors overlap, leave a gap or lie outside of it.
  public init(contentsOf path: String) throws {
    let file = try OpenFile(path: path)
    func refuse(_ reason: String) -> TensorError { .file(path: path, reason: reason) }
    guard file.byteCount >= SafeTensors.lengthBytes else {
      throw refuse("it is too short for the length of a header: it is no safetensors file")
    }
    let length = try file.bytes(at: 0, count: SafeTensors.lengthBytes).reversed()
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= SafeTensors.longestHeader else {
      throw refuse("its header would have \(length) bytes: it is no safetensors file")
    }
    let start = SafeTensors.lengthBytes + Int(length)
    guard start <= file.byteCount else {
      throw refuse("it is cut off: the header has \(length) bytes, the file only \(file.byteCount)")
    }
    do {
      let bytes = try file.bytes(at: SafeTensors.lengthBytes, count: Int(length))
      let header = try SafeTensorsHeader(bytes, dataBytes: file.byteCount - start)
      (names, entries, metadata) = (header.names, header.entries, header.metadata)
    } catch let problem as SafeTensorsProblem {
      throw refuse(problem.reason)
    } catch let problem as JSONProblem {
      throw refuse("the header is no JSON: \(problem)")
    }
    (self.path, self.file, self.start) = (path, file, start)
  }

  private static let lengthBytes = 8
  /// What the format's own reader takes at most.
  private static let longestHeader: UInt64 = 100_000_000

  /// The tensor of the name, read from the file. Throws `TensorError.file` for a name that is not there, a
  /// dtype or number of axes that tensors here cannot have, and where reading fails;
  /// `.outOfMemory`.
  public subscript(name: String) -> Tensor {
    get throws {
      guard let entry = entries[name] else {
        throw TensorError.file(
          path: path, reason: "it has no tensor \"\(name)\": take one of its names")
      }
      return try file.tensor(
        descriptor(of: entry, name), at: start + entry.range.lowerBound)
    }
  }

  private func descriptor(of entry: SafeTensorsEntry, _ name: String) throws -> Descriptor {
    guard let dtype = entry.dtype else {
      let known = SafeTensorsEntry.known.joined(separator: ", ")
      throw TensorError.file(
        path: path,
        reason: "\"\(name)\" has the dtype \(entry.dtypeName), which tensors here cannot have: "
          + "convert it to one of \(known)")
    }
    do {
      return Descriptor(shape: try Shape(entry.lengths), dtype: dtype)
    } catch {
      throw TensorError.file(path: path, reason: "\"\(name)\": \(error)")
    }
  }
}
