/// Columns of text, each as wide as its widest cell.
package struct TextTable {
  private let rows: [[String]]
  private let firstNumber: Int

  /// Columns from number `firstNumber` on hold numbers, which are set to the right.
  package init(_ rows: [[String]], numbersFrom firstNumber: Int = .max) {
    self.rows = rows
    self.firstNumber = firstNumber
  }

  /// One line a row, without spaces at its end.
  package var lines: [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (column < firstNumber ? cell + space : space + cell)
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The lines as one text.
  package var text: String { lines.joined(separator: "\n") }
}
