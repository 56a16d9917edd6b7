import TensorCore

/// How a worker introduces itself.
package struct Hello: Equatable, Sendable {
  package var name: String
  package var host: String
  package var instructionSet: String
  /// Codes of the dtypes that it computes with.
  package var dtypes: [UInt8]

  package init(name: String, host: String, instructionSet: String, dtypes: [UInt8]) {
    self.name = name
    self.host = host
    self.instructionSet = instructionSet
    self.dtypes = dtypes
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(text: name)
    writer.write(text: host)
    writer.write(text: instructionSet)
    writer.write(UInt32(truncatingIfNeeded: dtypes.count))
    for code in dtypes { writer.write(code) }
    writer.pad()
  }

  package init(decoding reader: inout ByteReader) throws(TensorError) {
    name = try reader.readText()
    host = try reader.readText()
    instructionSet = try reader.readText()
    dtypes = Array(try reader.readBytes(Int(try reader.read(UInt32.self))))
  }
}
