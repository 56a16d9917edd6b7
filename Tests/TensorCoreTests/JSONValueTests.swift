import TensorCore
import Testing

/// JSON that keeps how a number was written.
@Suite struct JSONValueTests {
  private func read(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  @Test("1, 1.0, 1e0 and true are four things")
  func numbers() throws {
    #expect(
      try read("[1, 1.0, 1e0, true, -0, -0.0, 9223372036854775807, 9223372036854775808]")
        == .array([
          .integer(1), .number(1), .number(1), .bool(true), .integer(0), .number(-0.0),
          .integer(.max), .number(9_223_372_036_854_775_808),
        ]))
    #expect(try read("2.5E-3") == .number(0.0025))
    #expect(try read("0.1").double == 0.1)
    #expect(try read("1e400") == .number(.infinity))
  }

  @Test func values() throws {
    let value = try read(" {\"a\" : [ ] , \"b\":{},\"c\":null,\n\"d\":\"x\"} ")
    #expect(value["a"] == .array([]))
    #expect(value["b"] == .object([]))
    #expect(value["c"] == .null)
    #expect(value["d"]?.string == "x")
    #expect(value["e"] == nil)
    #expect(value.members?.map(\.name) == ["a", "b", "c", "d"])
  }

  @Test func strings() throws {
    #expect(try read(#""a\"\\\/\b\f\n\r\té日""#).string == "a\"\\/\u{8}\u{C}\n\r\té日")
    #expect(try read("\"\\u00e9\\ud83d\\ude00!\"").string == "é😀!")
  }

  @Test(
    "what is no JSON is refused with its line",
    arguments: [
      ("", 1), ("[1,]", 1), ("{\n\"a\":1,\n\"a\":2}", 3), ("[1 2]", 1), ("{\"a\" 1}", 1),
      ("{a:1}", 1),
      ("01", 1), ("1.", 1), (".5", 1), ("+1", 1), ("1e", 1), ("-", 1), ("nan", 1), ("tru", 1),
      ("\"a", 1), ("\"\\x\"", 1), ("\"\\u12\"", 1), ("\"\\ud83d\"", 1), ("\"\\ude00\"", 1),
      ("\"a\nb\"", 1), ("[1]\n]", 2), ("\"\\u+123\"", 1),
    ])
  func problems(_ text: String, line: Int) throws {
    let problem = #expect(throws: JSONProblem.self) { try read(text) }
    #expect(problem?.line == line, "\(text)")
  }

  @Test func depth() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONProblem.self) { try read(deep) }
  }

  @Test func bytesThatAreNoText() {
    #expect(throws: JSONProblem.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }
}
