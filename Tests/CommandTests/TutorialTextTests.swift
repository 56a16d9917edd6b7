import Foundation
import Testing

/// The tutorial shows the code that it runs: in its files the text of a cell stands above the code, and
/// both must be the same line by line.
@Suite struct TutorialTextTests {
  private struct Cell: CustomStringConvertible {
    let file: String
    let line: Int
    let shown: [String]
    let executed: [String]
    var description: String { "\(file):\(line)" }
  }

  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Sources/Driver").standardized

  /// Every cell of the files: the text between `"""` and `""")`, and the lines from there to the next empty
  /// line or the end of the method.
  private static func cells() throws -> [Cell] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix("Tutorial+") }.sorted()
    return try files.flatMap { file -> [Cell] in
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let lines = text.components(separatedBy: "\n")
      var cells: [Cell] = []
      for (index, line) in lines.enumerated()
      where line.trimmingCharacters(in: .whitespaces) == "\"\"\"" {
        let end = try #require(lines[index...].firstIndex { $0.hasSuffix("\"\"\")") })
        let after = lines[(end + 1)...]
        let stop = try #require(after.firstIndex { $0.isEmpty || $0 == "  }" })
        cells.append(
          Cell(
            file: file, line: index + 1,
            shown: withoutIndentation(lines[(index + 1)..<end], 6),
            executed: withoutIndentation(lines[(end + 1)..<stop], 4)))
      }
      return cells
    }
  }

  private static func withoutIndentation(_ lines: ArraySlice<String>, _ width: Int) -> [String] {
    lines.map { $0.prefix(width).allSatisfy { $0 == " " } ? String($0.dropFirst(width)) : $0 }
  }

  @Test func everyCellShowsTheCodeThatItRuns() throws {
    let cells = try Self.cells()
    #expect(cells.count >= 25)
    for cell in cells {
      #expect(!cell.shown.isEmpty, "\(cell)")
      #expect(cell.shown == cell.executed, "\(cell)")
    }
  }

  @Test func everyCellIsFound() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasPrefix("Tutorial+") }
    let calls = try files.map { file in
      try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        .components(separatedBy: "try cell(").count - 1
    }.reduce(0, +)
    #expect(try Self.cells().count == calls)
  }
}
