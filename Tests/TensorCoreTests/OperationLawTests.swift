import TensorCore
import TestSupport
import Testing

/// PyTorch's names of all entries: most laws run once for each.
let entryNames = OperationCatalogue.entries.map { $0.identity.name }

/// Runs a law over the samples of an entry; a sample that throws is reported with its label.
func overSamples(_ name: String, _ law: (OperationSample) throws -> Void) throws {
  for sample in try OperationSamples.named(name) {
    do {
      try law(sample)
    } catch {
      Issue.record("\(sample): \(error)")
    }
  }
}

/// Whether two tensors are equal in shape, dtype and every bit, but for the bits of nan.
func areSame(_ x: Tensor, _ y: Tensor) throws -> Bool {
  if try x.isIdentical(to: y) { return true }
  guard x.descriptor == y.descriptor, x.dtype.isFloatingPoint else { return false }
  let (xs, ys) = (try x.toArray(of: Double.self), try y.toArray(of: Double.self))
  return zip(xs, ys).allSatisfy { $0.isNaN ? $1.isNaN : $0.bitPattern == $1.bitPattern }
}

/// Whether results are what the rule has promised; where shapes follow from elements it promises
/// dtypes only.
func keeps(
  _ results: [Tensor], promise: [Descriptor], of entry: any Operation.Type
) -> Bool {
  entry.isDataDependent
    ? results.map(\.dtype) == promise.map(\.dtype) : results.map(\.descriptor) == promise
}

@Suite struct OperationLawTests {
  @Test(arguments: entryNames) func everyEntryHasSamples(name: String) throws {
    #expect(try OperationSamples.named(name).count >= 4)
  }

  @Test func everySampleHasAnEntry() throws {
    let names = Set(entryNames)
    #expect(try OperationSamples.all.allSatisfy { names.contains($0.name) })
  }

  @Test(arguments: entryNames) func ruleGivesWhatExecutionGives(name: String) throws {
    try overSamples(name) { sample in
      let promised = try sample.operation.outputs(for: sample.inputs.map(\.descriptor))
      let results = try sample.operation.execute(sample.inputs)
      #expect(keeps(results, promise: promised, of: sample.entry), "\(sample)")
      for result in results { #expect(result.node == nil, "\(sample)") }
    }
  }

  @Test(arguments: entryNames) func allPathsGiveTheSame(name: String) throws {
    try overSamples(name) { sample in
      let expected = try sample.expected()
      let bytes = try encodedAttributes(of: sample.operation)
      let padded = bytes + Array(repeating: 0, count: (8 - bytes.count % 8) % 8)
      let ran = try runInstruction(
        sample.entry, attributes: padded, inputs: sample.inputs, outputCount: expected.count)
      for (other, result) in zip(ran, expected) {
        #expect(try other.map { try areSame($0, result) } ?? false, "as instruction: \(sample)")
      }
      for (other, result) in zip(try sample.run(on: sample.inputs), expected) {
        #expect(try areSame(other, result), "by the surface's path: \(sample)")
      }
    }
  }

  @Test(arguments: entryNames) func resultsDoNotDependOnLayout(name: String) throws {
    try overSamples(name) { sample in
      let expected = try sample.expected()
      for (other, result) in zip(try sample.contiguous().expected(), expected) {
        #expect(try areSame(other, result), "\(sample)")
      }
    }
  }

  @Test(arguments: entryNames) func inputsStayAsTheyWere(name: String) throws {
    try overSamples(name) { sample in
      let before = try sample.inputs.map { try $0.clone() }
      _ = try sample.expected()
      for (input, copy) in zip(sample.inputs, before) {
        #expect(try input.isIdentical(to: copy), "\(sample)")
      }
    }
  }

  @Test func samplesAreTheSameEveryTime() throws {
    var (one, other) = (SampleTensors(seed: 42), SampleTensors(seed: 42))
    let x = try one.tensor([3, 5], .float64, layout: .stepped)
    #expect(try x.isIdentical(to: other.tensor([3, 5], .float64, layout: .stepped)))
    #expect(!x.isContiguous)
  }
}
