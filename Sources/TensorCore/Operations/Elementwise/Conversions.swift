// Dtypes of tensors changed by name.

extension NamedOperations {
  mutating func addConversions() {
  }
}
