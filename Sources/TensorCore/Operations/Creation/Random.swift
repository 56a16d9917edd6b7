// Random numbers: op codes 0x0180 …

let randomEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addRandom() {
  }
}
