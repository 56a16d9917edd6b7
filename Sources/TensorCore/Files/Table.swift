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
  /// number, an empty cell, no rows.
  public init(csv path: String) throws {
    func refuse(_ reason: String) -> TensorError { .file(path: path, reason: reason) }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw refuse("it cannot be opened: check the path and that you may read it")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refuse("it is not UTF-8: save it with that encoding")
    }
    var names: [String] = []
    var values: [Double] = []
    var line = 0
    var problem: TensorError?
    do {
      // The names are taken as a row like any other, so that nothing is filled up or renamed.
      try CSV<Enumerated>(string: text, delimiter: .comma, loadColumns: false)
        .enumerateAsArray(startAt: 0, rowLimit: nil) { fields in
          line += 1
          if problem != nil { return }
          if line == 1 {
            names = fields.map { $0.trimmingCharacters(in: .whitespaces) }
            return
          }
          guard fields.count == names.count else {
            problem = refuse(
              "line \(line) has \(fields.count) cells, the first line \(names.count)")
            return
          }
          for (column, field) in fields.enumerated() {
            guard let value = Double(field.trimmingCharacters(in: .whitespaces)) else {
              problem = refuse(
                "line \(line), column \"\(names[column])\": a number was expected")
              return
            }
            values.append(value)
          }
        }
    } catch {
      throw refuse("it is no csv: \(error)")
    }
    if let problem { throw problem }
    guard line > 1 else { throw refuse("it has no rows below the names of the columns") }
    columns = names
    tensor = try Tensor(values, shape: [line - 1, names.count], dtype: .float64)
  }
}
