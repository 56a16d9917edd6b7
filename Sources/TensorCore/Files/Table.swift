import Foundation
import SwiftCSV

/// A table of numbers with named columns, as a csv file holds it.
public struct Table: Sendable {
  /// Names of the columns, from the file's first row.
  public let columns: [String]
  /// One row for each further row of the file, in float64.
  public let tensor: Tensor

  /// Reads a csv file: UTF-8, a first row of names, then numbers only. Throws `TensorError.file` with line and
  /// column for anything else: a row that is longer or shorter than the first, text in place of a
  /// number, an empty cell, no rows. No text of the file but a column's name stands in the error.
  public init(csv path: String) throws {
    func refuse(_ reason: String) -> TensorError { .file(path: path, reason: reason) }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw refuse("it cannot be opened: check the path and that you may read it")
    }
    let text: String
    switch TableText.decode(bytes) {
    case .success(let decoded): text = decoded
    case .failure(let problem): throw refuse(problem.reason)
    }
    var reader = TableReader()
    do {
      // The names are taken as a row like any other, so that nothing is filled up or renamed.
      try CSV<Enumerated>(string: text, delimiter: .comma, loadColumns: false)
        .enumerateAsArray(startAt: 0, rowLimit: nil) { reader.take($0) }
    } catch {
      // The parser's own error names a character of the cell and no line.
      throw refuse(
        "line \(TableText.firstUnreadableLine(of: text)): a cell that begins with a quotation mark must "
          + "end with one, with nothing between it and the next comma")
    }
    if let problem = reader.problem { throw refuse(problem) }
    guard reader.rows > 0 else { throw refuse("it has no rows below the names of the columns") }
    columns = reader.names
    tensor = try Tensor(
      reader.values, shape: [reader.rows, reader.names.count], dtype: .float64)
  }
}

/// Takes rows as they come and keeps the first thing that is wrong.
private struct TableReader {
  private(set) var names: [String] = []
  private(set) var values: [Double] = []
  private(set) var rows = 0
  /// Line of the file on which the next row begins, counted from 1.
  private var nextLine = 1
  private(set) var problem: String?

  mutating func take(_ fields: [String]) {
    let line = nextLine
    // Cells in quotation marks may go over several lines.
    nextLine += 1 + fields.reduce(0) { $0 + $1.count(where: \.isNewline) }
    if problem != nil { return }
    if line == 1 {
      names = fields.map { $0.trimmingCharacters(in: .whitespaces) }
      return
    }
    guard fields.count == names.count else {
      let found = "\(fields.count) cell\(fields.count == 1 ? "" : "s")"
      problem =
        "line \(line) has \(found), the first line \(names.count): "
        + (fields.count < names.count
          ? "\(column(fields.count)) is missing; fill in its cell"
          : "there is more behind \(column(names.count - 1)); take it out or name its column")
      return
    }
    for (index, field) in fields.enumerated() {
      let cell = field.trimmingCharacters(in: .whitespaces)
      guard let value = Double(cell) else {
        problem =
          "line \(line), \(column(index)): "
          + (cell.isEmpty
            ? "the cell is empty; fill it, with nan where the value is not known"
            : "the cell is no number; write it as one, with a point and without unit")
        return
      }
      values.append(value)
    }
    rows += 1
  }

  /// The column by its name. A file without names has numbers there, which are data.
  private func column(_ index: Int) -> String {
    Double(names[index]) == nil ? "column \"\(names[index])\"" : "column \(index + 1)"
  }
}

/// The text of a file.
private enum TableText {
  struct Problem: Error {
    let reason: String
  }

  private static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let utf16Marks: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]

  /// UTF-8, with or without the mark that some programs put in front.
  static func decode(_ bytes: Data) -> Result<String, Problem> {
    if utf16Marks.contains(where: { bytes.starts(with: $0) }) {
      return .failure(Problem(reason: "it is UTF-16, not UTF-8: save it with that encoding"))
    }
    let content = bytes.starts(with: utf8Mark) ? bytes.dropFirst(utf8Mark.count) : bytes
    // Bytes of 0 are valid UTF-8, but stand in no table; UTF-16 and binary files have many.
    guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else {
      return .failure(Problem(reason: "it is not UTF-8: save it with that encoding"))
    }
    return .success(text)
  }

  /// The line at which the parser gives up, counted from 1: every text fails that reaches so far, and none that
  /// does not.
  static func firstUnreadableLine(of text: String) -> Int {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var (readable, unreadable) = (0, lines.count)
    while unreadable - readable > 1 {
      let middle = (readable + unreadable) / 2
      let part = String(text[..<lines[middle].startIndex])
      if (try? CSV<Enumerated>(string: part, delimiter: .comma, loadColumns: false)) == nil {
        unreadable = middle
      } else {
        readable = middle
      }
    }
    return unreadable
  }
}
