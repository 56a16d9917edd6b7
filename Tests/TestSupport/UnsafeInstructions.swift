import TensorCore

/// The attributes of an operation as they stand on the wire.
public func encodedAttributes(of operation: any Operation) throws -> [UInt8] {
  var capacity = 1 << 10
  while true {
    var isComplete = false
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      var writer = ByteWriter(start: UnsafeMutableRawPointer(start), capacity: capacity)
      operation.encode(into: &writer)
      isComplete = !writer.hasOverflowed
      count = writer.count
    }
    if isComplete { return bytes }
    capacity *= 8
  }
}

/// Reads attributes. `rest` is the number of bytes behind them.
public func decodedOperation(_ entry: any Operation.Type, _ bytes: [UInt8]) throws
  -> (operation: any Operation, rest: Int)
{
  func decode<O: Operation>(_ entry: O.Type, _ reader: inout ByteReader) throws -> any Operation {
    try O(decoding: &reader)
  }
  return try bytes.withUnsafeBytes { buffer in
    var reader = ByteReader(buffer)
    return (try decode(entry, &reader), reader.count)
  }
}

/// Runs an entry as a worker runs an instruction: attributes from bytes, inputs and results by
/// number.
public func runInstruction(
  _ entry: any Operation.Type, attributes: [UInt8], inputs: [Tensor], outputCount: Int
) throws -> [Tensor?] {
  try attributes.withUnsafeBytes { buffer in
    var instruction = SampleInstruction(
      attributes: ByteReader(buffer), inputs: inputs,
      outputs: Array(repeating: nil, count: outputCount))
    try entry.run(in: &instruction)
    return instruction.outputs
  }
}

private struct SampleInstruction: InstructionContext {
  var attributes: ByteReader
  let inputs: [Tensor]
  var outputs: [Tensor?]
  var inputCount: Int { inputs.count }
  var outputCount: Int { outputs.count }
  func input(_ index: Int) throws -> Tensor { inputs[index] }
  mutating func setOutput(_ index: Int, _ tensor: Tensor) throws { outputs[index] = tensor }
}
