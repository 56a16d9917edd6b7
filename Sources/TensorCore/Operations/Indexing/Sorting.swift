// Order, sets and search: op codes 0x0D00 …

let sortingEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addSorting() {
  }
}
