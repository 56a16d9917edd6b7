// Elementwise functions of three operands: op codes 0x0900 …

let ternaryEntries: [any Operation.Type] = []

extension NamedOperations {
  mutating func addTernary() {
  }
}
