import Foundation
import TensorCore

/// The tables that a worker loads itself, from a folder of its own.
enum DataFolder {
  /// Every csv file of the folder, under its name without the ending, in order of names. Throws
  /// `TensorError.file` for a folder or file that cannot be read.
  static func load(_ path: String) throws -> [LoadedData] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw TensorError.file(
        path: path, reason: "it cannot be opened as a folder: check the path given as --data")
    }
    let identifiers = IdentifierSource()
    return try names.filter { $0.hasSuffix(".csv") }.sorted().map { file in
      let table = try Table(csv: path + "/" + file)
      return LoadedData(
        name: String(file.dropLast(4)), id: identifiers.next(), tensor: table.tensor,
        columns: table.columns)
    }
  }
}
