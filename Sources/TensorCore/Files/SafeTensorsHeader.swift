/// What the header of a safetensors file says, checked.
struct SafeTensorsHeader {
  private(set) var names: [String] = []
  private(set) var entries: [String: SafeTensorsEntry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// Reads a header in front of so many bytes of elements. Throws `JSONProblem`, `SafeTensorsProblem`.
  init(_ bytes: [UInt8], dataBytes: Int) throws {
    guard let members = try JSONValue(parsing: bytes).members else {
      throw SafeTensorsProblem(reason: "the header is no JSON object")
    }
    for member in members {
      if member.name == "__metadata__" {
        metadata = try SafeTensorsHeader.texts(member.value)
      } else {
        entries[member.name] = try SafeTensorsEntry(member.value, member.name)
        names.append(member.name)
      }
    }
    try order(dataBytes: dataBytes)
  }

  private static func texts(_ value: JSONValue) throws -> [String: String] {
    guard let members = value.members else {
      throw SafeTensorsProblem(reason: "__metadata__ is no object")
    }
    let pairs = try members.map { member in
      guard let text = member.value.string else {
        throw SafeTensorsProblem(reason: "__metadata__: \"\(member.name)\" is no text")
      }
      return (member.name, text)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// Sorts the names by where the elements stand, and checks that those follow each other up to the end.
  private mutating func order(dataBytes: Int) throws {
    var ranges = names.map { (name: $0, range: entries[$0]?.range ?? 0..<0) }
    ranges.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    var end = 0
    for (name, range) in ranges {
      guard range.upperBound <= dataBytes else {
        throw SafeTensorsProblem(
          reason:
            "\"\(name)\" ends at byte \(range.upperBound) of the elements, of which there are "
            + "only \(dataBytes): the file is cut off, or its header wrong")
      }
      guard range.lowerBound == end else {
        throw SafeTensorsProblem(
          reason: range.lowerBound < end
            ? "\"\(name)\" overlaps another tensor at byte \(range.lowerBound) of the elements"
            : "nothing uses the elements' bytes \(end) to \(range.lowerBound - 1), before \"\(name)\""
        )
      }
      end = range.upperBound
    }
    guard end == dataBytes else {
      throw SafeTensorsProblem(
        reason: "nothing uses the last \(dataBytes - end) bytes of the elements")
    }
    names = ranges.map(\.name)
  }
}

/// What the header says about one tensor.
struct SafeTensorsEntry {
  /// As in the file, `BF16`.
  let dtypeName: String
  let lengths: [Int]
  /// Where its elements stand among all.
  let range: Range<Int>

  /// PyTorch's names of the dtypes that tensors here can have.
  private static let dtypes = [
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64",
    "F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64",
  ]
  /// Bytes of an element for further dtypes, so that their tensors are checked too.
  private static let otherSizes = [
    "U16": 2, "U32": 4, "U64": 8, "C64": 8, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1,
  ]

  /// The names of the dtypes that can be read.
  static var known: [String] {
    dtypes.filter { dtype(named: $0.value) != nil }.keys.sorted()
  }

  private static func dtype(named name: String) -> DType? {
    DType.allCases.first { $0.name == name }
  }

  /// The dtype here, or nil where there is none.
  var dtype: DType? { SafeTensorsEntry.dtypes[dtypeName].flatMap(SafeTensorsEntry.dtype(named:)) }

  /// Throws `SafeTensorsProblem` where something is missing, or the shape does not fit the bytes.
  init(_ value: JSONValue, _ name: String) throws {
    func problem(_ reason: String) -> SafeTensorsProblem {
      SafeTensorsProblem(reason: "\"\(name)\": \(reason)")
    }
    guard let dtypeName = value["dtype"]?.string else { throw problem("dtype must be a text") }
    let lengths = (value["shape"]?.array).map { $0.compactMap(\.integer) }
    guard let lengths, lengths.count == value["shape"]?.array?.count,
      lengths.allSatisfy({ $0 >= 0 })
    else { throw problem("shape must be a list of lengths") }
    let offsets = (value["data_offsets"]?.array).map { $0.compactMap(\.integer) } ?? []
    guard value["data_offsets"]?.array?.count == 2, offsets.count == 2, offsets[0] >= 0,
      offsets[0] <= offsets[1]
    else { throw problem("data_offsets must be the first byte and the one behind the last") }
    self.dtypeName = dtypeName
    self.lengths = lengths
    range = offsets[0]..<offsets[1]
    guard let size = dtype?.size ?? SafeTensorsEntry.otherSizes[dtypeName] else { return }
    guard SafeTensorsEntry.product(lengths, size) == range.count else {
      throw problem("\(range.count) bytes do not hold \(dtypeName) of shape \(lengths)")
    }
  }

  /// The product, or nil where no `Int` holds it.
  private static func product(_ lengths: [Int], _ size: Int) -> Int? {
    if lengths.contains(0) { return 0 }
    var product = size
    for length in lengths {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      product = next
    }
    return product
  }
}

/// Why a file is no safetensors file.
struct SafeTensorsProblem: Error {
  let reason: String
}
