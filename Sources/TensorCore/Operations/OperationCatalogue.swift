/// Every operation there is: the lists at the end of the family files, joined.
public enum OperationCatalogue {
  /// All entries, in the order of their op codes.
  public static let entries: [any Operation.Type] =
    (creationEntries + unaryEntries + binaryEntries + reductionEntries + productEntries
    + shapingEntries + selectionEntries + lossEntries + ternaryEntries + cumulativeEntries
    + statisticsEntries + gatheringEntries + sortingEntries + randomEntries + assemblingEntries
    + contractionEntries)
    .sorted { $0.identity.code < $1.identity.code }

  private static let byCode: [(any Operation.Type)?] = {
    let size = Int(entries.map { $0.identity.code }.max() ?? 0) + 1
    var table = [(any Operation.Type)?](repeating: nil, count: size)
    for entry in entries { table[Int(entry.identity.code)] = entry }
    return table
  }()

  /// The entry with the op code, or nil.
  public static func entry(code: UInt16) -> (any Operation.Type)? {
    Int(code) < byCode.count ? byCode[Int(code)] : nil
  }

  /// The entry with PyTorch's name, or nil.
  public static func entry(name: String) -> (any Operation.Type)? {
    entries.first { $0.identity.name == name }
  }
}
