import TensorCore

extension InstructionRecord: CustomStringConvertible {
  /// `add 11, 12 -> 13`: no attributes, among which numbers of the program may be.
  package var description: String {
    let name = InstructionCode.title(code)
    // A release may name a thousand.
    let inputs = (0..<min(inputCount, 8)).map { input($0).description }
    let outputs = (0..<min(outputCount, 8)).map { output($0).description }
    var text = name
    if inputCount > 0 { text += " " + inputs.joined(separator: ", ") }
    if inputCount > inputs.count { text += ", … (\(inputCount))" }
    if outputCount > 0 { text += " -> " + outputs.joined(separator: ", ") }
    if outputCount > outputs.count { text += ", … (\(outputCount))" }
    return text
  }
}

extension InstructionCode {
  /// The name of any instruction, the catalogue's operations among them.
  static func title(_ code: UInt16) -> String {
    OperationCatalogue.entry(code: code)?.identity.name ?? name(code)
  }
}
