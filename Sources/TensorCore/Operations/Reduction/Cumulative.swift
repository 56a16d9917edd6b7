// Running sums, products and extremes: op codes 0x0A00 …

let cumulativeEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addCumulative() {
  }
}
