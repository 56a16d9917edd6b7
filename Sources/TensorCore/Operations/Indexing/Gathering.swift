// Taking and putting elements at positions given by tensors: op codes 0x0C00 …

let gatheringEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addGathering() {
  }
}
