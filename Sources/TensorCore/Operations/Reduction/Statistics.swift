// Reductions that order, count or compare elements: op codes 0x0B00 …

let statisticsEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addStatistics() {
  }
}
