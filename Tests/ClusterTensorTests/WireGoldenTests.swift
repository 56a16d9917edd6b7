import ClusterTensor
import Foundation
import TestSupport
import Testing

/// The bytes of every kind of frame, instruction and answer, as they stand in `Tests/Golden/frames.txt`.
@Suite struct WireGolden {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/frames.txt")

  /// One named line.
  private struct Line {
    let name: String
    let bytes: [UInt8]

    var text: String {
      let digits = bytes.map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
      }
      return "\(name): \(digits.joined())"
    }
  }

  @Test func bytesArePinned() throws {
    let lines =
      try frames() + controlInstructions() + operations() + creations() + answers() + inPlace()
      + seeing() + shapes()
    #expect(Set(lines.map(\.name)).count == lines.count)
    let current = lines.map(\.text).joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(current.utf8).write(to: Self.file)
    }
    let pinned = try String(contentsOf: Self.file, encoding: .utf8)
    let known = Set(pinned.split(separator: "\n"))
    let changed = current.split(separator: "\n").filter { !known.contains($0) }
    #expect(
      current == pinned,
      """
      Ranks of different builds talk by these bytes: lines may be added to \(Self.file.path); one that \
      changes needs a new FrameHeader.version. Run the tests once with UPDATE_GOLDEN=1 and read the \
      difference. New or changed: \(changed.prefix(5).joined(separator: "\n"))
      """)
  }

  @Test func everyOperationHasALine() throws {
    let names = try (operations() + creations()).map(\.name)
    for entry in OperationCatalogue.entries {
      let name = "operation \(entry.identity.name)"
      #expect(names.contains { $0 == name || $0.hasPrefix(name + " ") }, "\(name)")
    }
  }

  // MARK: Frames

  private func frames() throws -> [Line] {
    let hello = ByteList.make {
      Hello(
        name: "bob", host: "host-1", instructionSet: "AVX3", dtypes: DType.allCases.map(\.rawValue)
      ).encode(into: &$0)
    }
    let records = try RawFrames.written([
      .run(Add(), [0x1111, 0x2222], [0x3333]), .release([0x1111, 0x2222]),
    ])
    let contents: [(FrameHeader.Kind, UInt64, UInt32, [UInt8])] = [
      (.hello, 0, 0, hello), (.welcome, 0, 0, hello),
      (.refusal, 0, 0, WireForm.text("the driver refused") + [0, 0]),
      (.batch, 7, 2, records),
      (
        .reply, 3, 1,
        RawReply(request: 9, kind: .bytes, content: Array("answer".utf8)).bytes
      ),
      (.acknowledgement, 4, 0, []),
    ]
    return contents.map { kind, sequence, count, body in
      Line(
        name: "frame \(kind)",
        bytes: RawFrames.frame(
          FrameHeader(
            kind: kind, sequence: sequence, bodyLength: 0, count: count, processIdentifier: 4711,
            acknowledged: 5), body))
    }
  }

  // MARK: What a driver says

  /// The instructions that a driver sends while `body` runs, with ids by order of appearance.
  private func recorded(_ body: (Cluster, Worker) throws -> Void) throws -> [RawRecord] {
    let sent = SentFrames()
    try withFolder(["table.csv": secretTable]) { folder in
      try withCluster(data: ["bob": folder], wrapping: { sent.wrap($0) }) { cluster in
        try body(cluster, cluster["bob"])
      }
    }
    var known: [UInt64: UInt64] = [:]
    func stable(_ id: UInt64) -> UInt64 {
      if let old = known[id] { return old }
      known[id] = UInt64(known.count + 1)
      return UInt64(known.count)
    }
    var records: [RawRecord] = []
    for frame in sent.frames(from: 0) where try RawFrames.read(frame).kind == .batch {
      let body = Array(frame.dropFirst(FrameHeader.size))
      let found = try RawFrames.records(body)
      // What the library reads is what stands there.
      #expect(found.flatMap(\.bytes) == body)
      records += found
    }
    for index in records.indices {
      records[index].inputs = records[index].inputs.map(stable)
      records[index].outputs = records[index].outputs.map(stable)
    }
    return records
  }

  private func controlInstructions() throws -> [Line] {
    let records = try recorded { cluster, bob in
      let small = try Tensor([1.5, -2]).send(to: bob)
      _ = try small.get()
      let large = try Tensor.arange(1025).send(to: bob)
      _ = try large.fetch()
      _ = try bob.objects()
      try bob.barrier()
      _ = try bob.columns(of: "table")
    }
    var lines: [Line] = []
    for record in records {
      var name = "instruction \(InstructionCode.name(record.code))"
      // The second tensor is sent as a body; of other repetitions the bytes say nothing new.
      if record.code == InstructionCode.store, lines.contains(where: { $0.name == name }) {
        name += " with body"
      }
      if !lines.contains(where: { $0.name == name }) {
        lines.append(Line(name: name, bytes: record.bytes))
      }
    }
    return lines
  }

  /// An instruction for every form of every operation that has operands.
  private func operations() throws -> [Line] {
    let forms = try GoldenOperations.forms()
    let records = try recorded { _, bob in
      for form in forms {
        _ = try form.sample.run(on: form.sample.inputs { try $0.send(to: bob) })
        // So that nothing is released in between.
        try bob.barrier()
      }
    }
    let instructions = records.filter { $0.code >= InstructionCode.firstOperation }
    #expect(instructions.count == forms.count)
    return zip(forms, instructions).map { form, record in
      // Ids by their place in the instruction, so that a new form changes no other line.
      var record = record
      record.inputs = record.inputs.indices.map { UInt64($0 + 1) }
      record.outputs = record.outputs.indices.map { UInt64(0x100 + $0) }
      return Line(name: "operation \(form.name)", bytes: record.bytes)
    }
  }

  /// Operations without operands, which so far only come from other drivers.
  private func creations() throws -> [Line] {
    try GoldenOperations.creations().map { name, operation in
      Line(name: "operation \(name)", bytes: try RawRecord.run(operation, [], [0x100]).bytes)
    }
  }

  /// The result under the id of the first operand.
  private func inPlace() throws -> [Line] {
    let records = try recorded { _, bob in
      var x = try Tensor([0.5, 2]).send(to: bob)
      let y = try Tensor([1.5, 3]).send(to: bob)
      try x += y
      try x *= 3
      try x.zeroInPlace()
    }
    let instructions = records.filter { $0.code >= InstructionCode.firstOperation }
    return zip(["add", "mul number right", "full_like"], instructions).map { name, record in
      Line(name: "in place \(name)", bytes: record.bytes)
    }
  }

  // MARK: What a worker answers

  private func answers() throws -> [Line] {
    var lines: [Line] = []
    func line(_ name: String, _ reply: RawReply?, idAt place: Int? = nil) throws {
      var reply = try #require(reply)
      reply.request = 1
      if let place { reply.content.replaceSubrange(place..<place + 8, with: UInt64(1).wireBytes) }
      lines.append(Line(name: "answer \(name)", bytes: reply.bytes))
    }
    try withFolder(["table.csv": secretTable]) { folder in
      let driver = try RawDriver(folder: folder)
      try line("barrier", try driver.ask(InstructionCode.barrier))
      try driver.send([.store(Tensor([[1.5], [2.5]]), as: 10)])
      try line("tensor", try driver.read(10))
      try line("failure", try driver.read(11))
      try driver.store(withBody: Tensor.arange(1025), as: 12)
      let large = try driver.read(12)
      try line("tensor with body", large)
      _ = try driver.transport.receiveBody(Int(large.bodyLength), from: 1)
      let request = driver.newRequest()
      try driver.send([.findData("nothing", request: request), .release([12])])
      try line("no such data", try driver.reply(to: request))
      try driver.send([.findData("table", request: request)])
      let found = try driver.reply(to: request)
      try line("data", found, idAt: 0)
      try line("not permitted", try driver.read(UInt64(wireBytes: found.content.prefix(8))))
      try line("objects", try driver.ask(InstructionCode.listObjects), idAt: 4)
      try driver.send([.run(Neg(), [99], [13])])
      _ = try driver.leave()
      try line("leave", driver.goodbye)
    }
    return lines
  }

  // MARK: Seeing what happens

  private func seeing() throws -> [Line] {
    let codes = [
      InstructionCode.describe, InstructionCode.clock, InstructionCode.startTrace,
      InstructionCode.takeTrace,
    ]
    var lines = codes.map { code in
      var record = RawRecord.ask(code, request: 1)
      if code == InstructionCode.startTrace {
        record.attributes += (1 << 10 as UInt64).wireBytes
      }
      return Line(name: "instruction \(InstructionCode.name(code))", bytes: record.bytes)
    }
    try withRawDriver { driver in
      try driver.send([.store(Tensor([1, 2, 3]), as: 10)])
      var reply = try driver.ask(InstructionCode.describe)
      reply.request = 1
      lines.append(Line(name: "answer describe", bytes: reply.bytes))
    }
    let listing = TraceListing(records: TraceRecord.samples, dropped: 3)
    lines.append(Line(name: "content of a trace", bytes: listing.encoded()))
    return lines
  }
  // MARK: Shapes that follow from elements

  private func shapes() throws -> [Line] {
    var lines: [Line] = []
    try withRawDriver { driver in
      try driver.send([
        .store(Tensor([1, 2, 3]), as: 10), .store(Tensor([[true], [false]]), as: 11),
        .store(Tensor(0.5), as: 12),
      ])
      let request = driver.newRequest()
      var record = RawRecord.describe([10, 11, 12], request: request)
      try driver.send([record])
      var reply = try driver.reply(to: request)
      reply.request = 1
      record.attributes = (1 as UInt64).wireBytes
      lines = [
        Line(name: "instruction shape", bytes: record.bytes),
        Line(name: "answer shape", bytes: reply.bytes),
      ]
      try driver.send([.release([10, 11, 12])])
    }
    return lines
  }
}
