import TensorCore
import TestSupport
import Testing

/// Attributes come over the wire: reading them never traps, whatever the bytes, and neither does
/// what is done with them afterwards.
@Suite struct AttributeLawTests {
  @Test(arguments: entryNames) func attributesSurviveWritingAndReading(name: String) throws {
    try overSamples(name) { sample in
      let bytes = try encodedAttributes(of: sample.operation)
      let (read, rest) = try decodedOperation(sample.entry, bytes)
      #expect(rest == 0, "\(sample)")
      #expect(try encodedAttributes(of: read) == bytes, "\(sample)")
    }
  }

  @Test(arguments: entryNames) func truncatedAttributesAreRefused(name: String) throws {
    try overDistinctAttributes(name) { sample, bytes in
      for length in 0..<bytes.count {
        #expect(throws: TensorError.self, "\(sample) cut to \(length) bytes") {
          _ = try decodedOperation(sample.entry, Array(bytes.prefix(length)))
        }
      }
    }
  }

  @Test(arguments: entryNames) func bytesAfterTheAttributesAreRefused(name: String) throws {
    try overDistinctAttributes(name) { sample, bytes in
      #expect(throws: TensorError.self, "\(sample)") {
        _ = try runInstruction(
          sample.entry, attributes: bytes + Array(repeating: 0, count: 8), inputs: sample.inputs,
          outputCount: 1)
      }
    }
  }

  @Test(arguments: entryNames) func flippedBitsNeverTrap(name: String) throws {
    var generator = SampleGenerator(seed: 11)
    try overDistinctAttributes(name) { sample, bytes in
      if bytes.isEmpty { return }
      for _ in 0..<24 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let bit = Int.random(in: 0..<(8 * bytes.count), using: &generator)
          damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        survive(damaged, sample)
      }
    }
  }

  @Test(arguments: entryNames) func extremeNumbersNeverTrap(name: String) throws {
    let extremes: [Int64] = [
      .min, .min + 1, -1, 0, 1, 7, 1 << 31, 1 << 59, 1 << 60, 1 << 62, .max - 1, .max,
      Int64(bitPattern: Double.nan.bitPattern), Int64(bitPattern: Double.infinity.bitPattern),
      Int64(bitPattern: 1e300.bitPattern),
    ]
    try overDistinctAttributes(name) { sample, bytes in
      guard bytes.count >= 8 else { return }
      for place in 0...(bytes.count - 8) {
        for extreme in extremes {
          var damaged = bytes
          withUnsafeBytes(of: extreme.littleEndian) { number in
            damaged.replaceSubrange(place..<place + 8, with: number)
          }
          survive(damaged, sample)
        }
      }
    }
  }

  @Test(arguments: entryNames) func randomBytesNeverTrap(name: String) throws {
    var generator = SampleGenerator(seed: 12)
    let samples = try OperationSamples.named(name)
    for _ in 0..<500 {
      let sample = try #require(samples.randomElement(using: &generator))
      // Small bytes are likely counts and codes, so they get further than others.
      let bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
        UInt8.random(in: 0...(Bool.random(using: &generator) ? 3 : 255), using: &generator)
      }
      survive(bytes, sample)
    }
  }

  /// Calls the law once for each form that the attributes of an entry take in the samples.
  private func overDistinctAttributes(
    _ name: String, _ law: (OperationSample, [UInt8]) throws -> Void
  ) throws {
    var seen: Set<[UInt8]> = []
    try overSamples(name) { sample in
      let bytes = try encodedAttributes(of: sample.operation)
      if seen.count < 40, seen.insert(bytes).inserted { try law(sample, bytes) }
    }
  }

  /// Reads the attributes and does with them what a worker would, up to results that would take
  /// long to compute. Everything may throw a `TensorError`, and nothing else.
  private func survive(_ bytes: [UInt8], _ sample: OperationSample) {
    do {
      let operation = try decodedOperation(sample.entry, bytes).operation
      let results = try operation.outputs(for: sample.inputs.map(\.descriptor))
      guard results.allSatisfy({ $0.byteCount < 1 << 20 || $0.byteCount > 1 << 42 }) else { return }
      let made = try operation.execute(sample.inputs)
      #expect(
        keeps(made, promise: results, of: sample.entry), "\(sample) with attributes \(bytes)")
    } catch is TensorError {
      return
    } catch {
      Issue.record("\(sample) with attributes \(bytes): \(error)")
    }
  }
}
