// Sums of products along named axes: op codes 0x0580 …

let contractionEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addContractions() {
  }
}
