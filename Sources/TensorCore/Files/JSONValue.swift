/// A JSON text as a tree. Unlike Foundation's readers it tells 1 from 1.0 and true, keeps the order of an
/// object's members and refuses names that come twice.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that an `Int` holds.
  case integer(Int)
  /// Any other number.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A name of an object and what stands behind it.
  package struct Member: Sendable, Equatable {
    package let name: String
    package let value: JSONValue
  }

  /// Reads a whole text. Throws `JSONProblem`.
  package init(parsing bytes: [UInt8]) throws(JSONProblem) {
    var reader = JSONReader(bytes)
    self = try reader.readAll()
  }

  /// The value behind a name, or nil where this is no object or has no such name.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text of a string.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The number that was written without fraction.
  package var integer: Int? {
    guard case .integer(let number) = self else { return nil }
    return number
  }

  /// Any number.
  package var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// The values of an array.
  package var array: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  /// The members of an object in the order of the text.
  package var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}

/// Where a text stops being JSON.
package struct JSONProblem: Error, Equatable, CustomStringConvertible {
  /// Line of the text, from 1.
  package let line: Int
  package let reason: String

  package var description: String { "line \(line): \(reason)" }
}

/// Goes through a text once.
private struct JSONReader {
  /// Deeper values would need more stack than a thread may have.
  private static let maximumDepth = 256

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func readAll() throws(JSONProblem) -> JSONValue {
    let value = try readValue()
    skipSpace()
    if position < bytes.count { throw problem("something follows the end of the value") }
    return value
  }

  // MARK: Values

  private mutating func readValue() throws(JSONProblem) -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"):
      return try nested { reader throws(JSONProblem) in try reader.readObject() }
    case UInt8(ascii: "["):
      return try nested { reader throws(JSONProblem) in try reader.readArray() }
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    case nil: throw problem("the text ends where a value should stand")
    default: return try readNumber()
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(JSONProblem) -> JSONValue
  ) throws(JSONProblem) -> JSONValue {
    guard depth < JSONReader.maximumDepth else { throw problem("values are nested too deeply") }
    depth += 1
    position += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func readArray() throws(JSONProblem) -> JSONValue {
    var values: [JSONValue] = []
    if takes(UInt8(ascii: "]")) { return .array(values) }
    while true {
      values.append(try readValue())
      if takes(UInt8(ascii: "]")) { return .array(values) }
      guard takes(UInt8(ascii: ",")) else { throw problem("a comma or ] is missing") }
    }
  }

  private mutating func readObject() throws(JSONProblem) -> JSONValue {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    if takes(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else {
        throw problem("a name in quotation marks is missing")
      }
      let name = try readString()
      guard names.insert(name).inserted else { throw problem("\"\(name)\" stands there twice") }
      guard takes(UInt8(ascii: ":")) else { throw problem("a colon is missing behind \"\(name)\"") }
      members.append(JSONValue.Member(name: name, value: try readValue()))
      if takes(UInt8(ascii: "}")) { return .object(members) }
      guard takes(UInt8(ascii: ",")) else { throw problem("a comma or } is missing") }
    }
  }

  private mutating func readWord(_ word: String, _ value: JSONValue) throws(JSONProblem)
    -> JSONValue
  {
    guard bytes[position...].starts(with: word.utf8) else {
      throw problem("a word that is not true, false or null")
    }
    position += word.utf8.count
    return value
  }

  // MARK: Numbers

  private mutating func readNumber() throws(JSONProblem) -> JSONValue {
    let start = position
    var isWhole = true
    if peek == UInt8(ascii: "-") { position += 1 }
    let leading = position
    var isComplete = skipDigits() > 0
    if position - leading > 1, bytes[leading] == UInt8(ascii: "0") { isComplete = false }
    if peek == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      if skipDigits() == 0 { isComplete = false }
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      if skipDigits() == 0 { isComplete = false }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard isComplete, let number = Double(text) else {
      throw problem("neither a value nor a number")
    }
    if isWhole, let integer = Int(text) { return .integer(integer) }
    return .number(number)
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  // MARK: Strings

  /// The string that begins here.
  private mutating func readString() throws(JSONProblem) -> String {
    position += 1
    var start = position
    var unescaped: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        let rest = bytes[start..<position]
        let text =
          unescaped.isEmpty
          ? String(validating: rest, as: UTF8.self)
          : String(validating: unescaped + rest, as: UTF8.self)
        guard let text else { throw problem("a string is not UTF-8") }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        unescaped += bytes[start..<position]
        position += 1
        unescaped += try readEscape().utf8
        start = position
      case 0..<0x20:
        throw problem("a control character inside of a string")
      default:
        position += 1
      }
    }
    throw problem("the text ends inside of a string")
  }

  /// What stands behind a backslash.
  private mutating func readEscape() throws(JSONProblem) -> String {
    let letter = peek
    position += 1
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try readUnit()]
      if UTF16.isLeadSurrogate(units[0]) {
        guard peek == UInt8(ascii: "\\"), position + 1 < bytes.count,
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw problem("half of a character in a string") }
        position += 2
        units.append(try readUnit())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw problem("half of a character in a string")
      }
      return text
    default: throw problem("a backslash in front of what needs none")
    }
  }

  private mutating func readUnit() throws(JSONProblem) -> UInt16 {
    let end = position + 4
    guard end <= bytes.count else { throw problem("the text ends inside of a string") }
    let digits = bytes[position..<end]
    let text = String(decoding: digits, as: UTF8.self)
    guard !digits.contains(UInt8(ascii: "+")), let unit = UInt16(text, radix: 16) else {
      throw problem("four hexadecimal digits must follow \\u")
    }
    position = end
    return unit
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Goes past the byte, where it is the next one but for space.
  private mutating func takes(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private func problem(_ reason: String) -> JSONProblem {
    let newline = UInt8(ascii: "\n")
    return JSONProblem(
      line: 1 + bytes.prefix(position).count { $0 == newline }, reason: reason)
  }
}
