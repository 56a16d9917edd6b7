import Foundation
import TensorCore
import Testing

/// Files that are no table: refused with path, line and column, and with no text of a cell.
@Suite struct TableTests {
  private func withFile(_ bytes: some Sequence<UInt8>, _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "table-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    try body(file.path)
  }

  private func table(_ text: String) throws -> Table {
    var result: Table?
    try withFile(text.utf8) { result = try Table(csv: $0) }
    return try #require(result)
  }

  private func expectRefusal(
    _ bytes: some Sequence<UInt8>, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withFile(bytes) { path in
      #expect(
        throws: TensorError.file(path: path, reason: reason), sourceLocation: sourceLocation
      ) { try Table(csv: path) }
    }
  }

  @Test func numbersUnderNames() throws {
    let table = try table("\u{FEFF}height, weight\r\n1, 2.5\r\n-3e2,nan\r\n")
    #expect(table.columns == ["height", "weight"])
    #expect(
      try table.tensor.isIdentical(
        to: Tensor([1, 2.5, -300, .nan], shape: [2, 2], dtype: .float64)))
  }

  @Test func raggedRows() throws {
    try expectRefusal(
      "a,b,c\n1,2,3\n171.53125,2\n".utf8,
      "line 3 has 2 cells, the first line 3: column \"c\" is missing; fill in its cell")
    try expectRefusal(
      "a,b\n1,2\n\n".utf8,
      "line 3 has 1 cell, the first line 2: column \"b\" is missing; fill in its cell")
    try expectRefusal(
      "a,b\n1,2,171.53125\n".utf8,
      "line 2 has 3 cells, the first line 2: there is more behind column \"b\"; take it out or name "
        + "its column")
  }

  @Test func cellsThatAreNoNumbers() throws {
    let noNumber = "the cell is no number; write it as one, with a point and without unit"
    try expectRefusal("a,b\n1,2\n3,171.53125x\n".utf8, "line 3, column \"b\": " + noNumber)
    try expectRefusal("a,b\n1,\"x, y\"\n".utf8, "line 2, column \"b\": " + noNumber)
    try expectRefusal(
      "a,b\n1,2\n,4\n".utf8,
      "line 3, column \"a\": the cell is empty; fill it, with nan where the value is not known")
    // The lines of a cell in quotation marks count, and the first thing that is wrong is said.
    try expectRefusal("\"a\nb\",c\n1,2\n3,x\ny\n".utf8, "line 4, column \"c\": " + noNumber)
  }

  /// Without names the first row holds data, which must not get into the text.
  @Test func withoutNames() throws {
    try expectRefusal(
      "171.53125,61.28125\n1,x\n".utf8,
      "line 2, column 2: the cell is no number; write it as one, with a point and without unit")
    try expectRefusal(
      "171.53125,61.28125\n1\n".utf8,
      "line 2 has 1 cell, the first line 2: column 2 is missing; fill in its cell")
  }

  @Test func quotationMarks() throws {
    let marks =
      "a cell that begins with a quotation mark must end with one, with nothing between it and the next "
      + "comma"
    try expectRefusal("a,b\n1,2\n\"1\"7,2\n".utf8, "line 3: " + marks)
    try expectRefusal("a,b\n1,2\n3\"7,2\n".utf8, "line 3: " + marks)
  }

  @Test func emptyFiles() throws {
    for text in ["", "a,b\n", "a,b"] {
      try expectRefusal(text.utf8, "it has no rows below the names of the columns")
    }
  }

  @Test func otherEncodings() throws {
    let utf16 = "it is UTF-16, not UTF-8: save it with that encoding"
    let other = "it is not UTF-8: save it with that encoding"
    let little = "a,b\n1,2\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = "a,b\n1,2\n".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    try expectRefusal([0xFF, 0xFE] + little, utf16)
    try expectRefusal([0xFE, 0xFF] + big, utf16)
    try expectRefusal(little, other)
    try expectRefusal(big, other)
    try expectRefusal(Array("a,b\n1,".utf8) + [0xE9, 0x0A], other)
    try expectRefusal([0x00, 0x01, 0x02], other)
  }

  @Test func missingFiles() {
    for path in ["/nowhere/at/all.csv", "/", ""] {
      #expect(
        throws: TensorError.file(
          path: path, reason: "it cannot be opened: check the path and that you may read it")
      ) { try Table(csv: path) }
    }
  }
}
