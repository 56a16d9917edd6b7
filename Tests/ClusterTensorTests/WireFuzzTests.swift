import ClusterTensor
import TestSupport
import Testing

/// Random frames whose check values are right.
@Suite struct WireFuzz {
  /// What the fuzzed worker always holds: operands that samples are run on.
  private struct Stock {
    let tensors: [UInt64: Tensor]
    let ids: [UInt64]

    init() throws {
      var samples = SampleTensors(seed: 3)
      var tensors: [UInt64: Tensor] = [:]
      for (number, dtype) in DType.allCases.enumerated() {
        for (place, shape) in [[], [3], [2, 3], [0, 2]].enumerated() {
          tensors[UInt64(100 + 10 * number + place)] = try samples.tensor(shape, dtype)
        }
      }
      self.tensors = tensors
      ids = tensors.keys.sorted()
    }
  }

  private struct Fuzzer {
    var generator: SampleGenerator
    let stock: Stock
    let samples: [OperationSample]
    /// Ids that results may get, so that they are often taken.
    static let outputs: [UInt64] = Array(1...40)

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    private mutating func id() -> UInt64 {
      switch below(12) {
      case 0: [0, 1, .max, 1 << 63, 99, 100 << 32][below(6)]
      case 1: UInt64(below(45))
      default: stock.ids[below(stock.ids.count)]
      }
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
      // Small numbers are likely counts and codes, so they get further than others.
      let limit = below(2) == 0 ? 3 : 256
      return (0..<count).map { _ in UInt8(below(limit)) }
    }

    /// An instruction that is right in most places.
    mutating func record() throws -> RawRecord {
      var record: RawRecord
      switch below(10) {
      case 0: record = RawRecord(code: UInt16(below(0x900)), attributes: bytes(below(40)))
      case 1: record = RawRecord(code: UInt16(below(7)), attributes: bytes(below(40)))
      case 2:
        let tensor = stock.tensors[stock.ids[below(stock.ids.count)]] ?? Tensor(1)
        record = try .store(tensor, as: Fuzzer.outputs[below(40)])
      default:
        let sample = samples[below(samples.count)]
        let outputs = (0..<(sample.name == "max" || sample.name == "min" ? 2 : 1)).map { _ in
          Fuzzer.outputs[below(40)]
        }
        record = try .run(sample.operation, sample.inputs.map { _ in id() }, outputs)
      }
      for _ in 0..<(below(2) == 0 ? 0 : below(3)) { damage(&record) }
      return record
    }

    private mutating func damage(_ record: inout RawRecord) {
      switch below(9) {
      case 0: record.inputs.append(id())
      case 1: record.inputs = record.inputs.dropLast()
      case 2: record.outputs.append(Fuzzer.outputs[below(40)])
      case 3: record.outputs = record.outputs.dropLast()
      case 4: record.attributes = record.attributes.dropLast(below(9))
      case 5: record.attributes += bytes(below(17))
      case 6, 7:
        if record.attributes.isEmpty { return }
        record.attributes[below(record.attributes.count)] = bytes(1)[0]
      default:
        if record.attributes.count < 8 { return }
        let extremes: [Int64] = [.min, -1, 0, 1, 1 << 31, 1 << 60, 1 << 62, .max]
        let place = below(record.attributes.count - 7)
        record.attributes.replaceSubrange(
          place..<place + 8, with: extremes[below(8)].wireBytes)
      }
    }

    /// Whether the worker can be given the instruction without filling the machine's memory: results
    /// are small, or so large that there is no memory for them.
    func isHarmless(_ record: RawRecord) -> Bool {
      if [InstructionCode.leave, InstructionCode.depart].contains(record.code) { return false }
      // Waits for a body that never comes are another test's.
      if record.code == InstructionCode.store {
        return
          (try? RawFrames.reading(record.attributes) { reader in
            _ = try Descriptor(decoding: &reader)
            return try !Bool(decoding: &reader)
          }) ?? true
      }
      guard let entry = OperationCatalogue.entry(code: record.code),
        let operation = try? decodedOperation(entry, record.attributes).operation
      else { return true }
      let inputs = record.inputs.compactMap { stock.tensors[$0]?.descriptor }
      guard inputs.count == record.inputs.count else {
        // Operands that are results of earlier ones: only what cannot grow much.
        return operation is any UnaryOperation
      }
      let results = (try? operation.outputs(for: inputs)) ?? []
      return results.allSatisfy { $0.byteCount < 1 << 18 || $0.byteCount > 1 << 42 }
    }

    /// A frame that may also lie about itself. Returns how many instructions the worker counts.
    mutating func frame(_ sequence: UInt64) throws -> (bytes: [UInt8], counted: UInt64) {
      var records: [RawRecord] = []
      for _ in 0..<below(12) {
        let record = try record()
        if isHarmless(record) { records.append(record) }
      }
      var header = RawHeader(sequence: sequence, count: UInt32(records.count))
      var body = records.flatMap(\.bytes)
      switch below(12) {
      case 0: header.count = UInt32(below(20))
      case 1: header.count = .max
      case 2: header.kind = UInt8(below(9))
      case 3: header.flags = UInt8(below(2))
      case 4: header.sequence = generator.next()
      case 5: header.bodyLength = UInt64(below(2000))
      case 6 where !records.isEmpty:
        var broken = records[records.count - 1]
        broken.length = UInt16(below(40))
        body = records.dropLast().flatMap(\.bytes) + broken.bytes
      default: break
      }
      let isRead =
        header.kind == FrameHeader.Kind.batch.rawValue && header.flags == 0
        && header.bodyLength ?? UInt64(body.count) == UInt64(body.count)
        && header.sequence == sequence && Int(header.count) * 8 <= body.count
      return (header.frame(body), isRead ? UInt64(header.count) : 0)
    }
  }

  @Test func theWorkerSurvivesRandomFrames() throws {
    let seed = testSeed("random frames")
    var fuzzer = Fuzzer(
      generator: SampleGenerator(seed: seed), stock: try Stock(),
      samples: try OperationSamples.all.filter { $0.inputs.allSatisfy { $0.elementCount < 100 } })
    let end = MonotonicTime.now.advanced(bySeconds: 2)
    var frames = 0
    try withRawDriver { driver in
      for id in fuzzer.stock.ids {
        try driver.send([.store(fuzzer.stock.tensors[id] ?? Tensor(0), as: id)])
      }
      while MonotonicTime.now < end {
        for _ in 0..<20 {
          let (bytes, counted) = try fuzzer.frame(driver.sequence)
          try driver.send(bytes)
          driver.sequence += counted
          try driver.send([.release(Fuzzer.outputs + [UInt64](41...45))])
          frames += 1
        }
        try driver.send([.release(fuzzer.stock.ids)])
        for id in fuzzer.stock.ids {
          try driver.send([.store(fuzzer.stock.tensors[id] ?? Tensor(0), as: id)])
        }
        try driver.expectServes("\(frames) random frames of seed \(seed)")
      }
      try driver.send([.release(Fuzzer.outputs + fuzzer.stock.ids)])
      #expect(try driver.objects().allSatisfy { $0.id > 45 }, "seed \(seed)")
    }
    print("random frames: \(frames)")
  }

  /// Ids whose places in the worker's table collide, against a model.
  @Test func objectsWhoseIDsCollide() throws {
    let seed = testSeed("colliding ids")
    var generator = SampleGenerator(seed: seed)
    try withRawDriver { driver in
      var model: [UInt64] = []
      var order: [UInt64] = []
      for _ in 0..<60 {
        var records: [RawRecord] = []
        for _ in 0..<30 {
          // 20 homes for 2000 ids, some of them at the end of the table.
          let home = UInt64.random(in: 250..<270, using: &generator)
          let id = home + UInt64.random(in: 1...100, using: &generator) << 32
          if let index = model.firstIndex(of: id) {
            model.remove(at: index)
            order.removeAll { $0 == id }
            records.append(.release([id]))
          } else {
            model.append(id)
            order.append(id)
            records.append(try .store(Tensor(Int(id)), as: id))
          }
        }
        try driver.send(records)
        let objects = try driver.objects()
        #expect(objects.map(\.id) == order, "seed \(seed)")
        for object in objects { #expect(object.text == "tensor(\(object.id))", "seed \(seed)") }
      }
      try driver.send([.release(model)])
      #expect(try driver.objects().isEmpty)
    }
  }
}
