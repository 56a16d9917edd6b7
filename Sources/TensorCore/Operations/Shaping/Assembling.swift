// Putting tensors together and taking them apart: op codes 0x0680 …

let assemblingEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addAssembling() {
  }
}
