import ClusterTensor
import TestSupport
import Testing

/// PyTorch's names of all entries.
private let entryNames = OperationCatalogue.entries.map { $0.identity.name }

/// What an operation gives at bob's is what it gives here, bit for bit.
@Suite struct PointerLaws {
  /// Runs a law over the samples of an entry; a sample that throws is reported with its label.
  private func overSamples(_ name: String, _ law: (OperationSample) throws -> Void) throws {
    for sample in try OperationSamples.named(name) {
      do {
        try law(sample)
      } catch {
        Issue.record("\(sample): \(error)")
      }
    }
  }

  @Test(arguments: entryNames) func resultsAreIdentical(name: String) throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      var count = 0
      try overSamples(name) { sample in
        // A pointer's operation runs where its operands are; without any there is no place.
        guard !sample.inputs.isEmpty else { return }
        let local = try sample.run(on: sample.inputs)
        // Every tenth also at `me`, which takes the same way without a thread.
        for worker in count % 10 == 0 ? [bob, cluster.me] : [bob] {
          let remote = try sample.run(on: sample.inputs { try $0.send(to: worker) })
          #expect(remote.map(\.descriptor) == local.map(\.descriptor), "\(sample)")
          for (pointer, tensor) in zip(remote, local) {
            #expect(try pointer.get().isIdentical(to: tensor), "\(sample) at \(worker.name)")
          }
        }
        count += 1
        if count % 50 == 0 { try expectNothingLeft(in: cluster) }
      }
    }
  }

  @Test(arguments: entryNames) func gradientsAreIdentical(name: String) throws {
    guard let entry = OperationCatalogue.entry(name: name), entry.isDifferentiable else { return }
    var seeds = SampleTensors(seed: 77)
    try withCluster { cluster in
      let bob = try cluster["bob"]
      var count = 0
      try overSamples(name) { sample in
        guard sample.inputs.contains(where: { $0.dtype.isFloatingPoint }) else { return }
        let leaves = sample.inputs.map { input in
          var leaf = input
          leaf.requiresGrad = true
          return leaf
        }
        let results = try sample.run(on: leaves)
        let pointers = try leaves.map { try $0.send(to: bob) }
        let remote = try sample.run(on: pointers)
        #expect(remote.map(\.requiresGrad) == results.map(\.requiresGrad), "\(sample)")
        guard let index = results.firstIndex(where: { $0.requiresGrad }) else { return }
        let seed = try seeds.tensor(Array(results[index].shape), results[index].dtype)
        try results[index].backward(gradient: seed)
        try remote[index].backward(gradient: seed.send(to: bob))
        for (leaf, pointer) in zip(leaves, pointers) {
          #expect(pointer.requiresGrad == leaf.requiresGrad, "\(sample)")
          let there = try pointer.grad?.fetch()
          #expect((there == nil) == (leaf.grad == nil), "\(sample)")
          if let there, let here = leaf.grad {
            #expect(try there.isIdentical(to: here), "\(sample)")
          }
        }
        count += 1
        if count % 50 == 0 { try bob.barrier() }
      }
    }
  }

  @Test func sendingKeepsEveryBit() throws {
    var samples = SampleTensors(seed: 5)
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        for dtype in DType.allCases {
          for layout in SampleLayout.allCases {
            for shape in [
              [], [0], [1], [3, 0], [7], [2, 3, 4], [1, 1, 1, 1, 1, 1, 1, 2], [33, 65],
            ] {
              let tensor = try samples.tensor(shape, dtype, .special, layout: layout)
              let pointer = try tensor.send(to: worker)
              #expect(pointer.descriptor == tensor.descriptor)
              #expect(try pointer.fetch().isIdentical(to: tensor))
              let home = try pointer.get()
              #expect(try home.isIdentical(to: tensor))
              #expect(home.isContiguous)
            }
          }
        }
      }
    }
  }

  /// Around the size up to which a tensor rides inside a frame, and far beyond.
  @Test(arguments: [0, 1, 8191, 8192, 8193, 65_535, 65_536, 65_537, 3_000_000])
  func sizesInBytes(_ count: Int) throws {
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        let tensor = Tensor(
          (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }, dtype: .uint8)
        let before = worker.traffic
        let pointer = try tensor.send(to: worker)
        #expect(try pointer.fetch().isIdentical(to: tensor))
        #expect(try (pointer + pointer).get().isIdentical(to: tensor + tensor))
        #expect(try pointer.get().isIdentical(to: tensor))
        let traffic = worker.traffic - before
        #expect(traffic.bytesSent >= count && traffic.bytesReceived >= 3 * count)
        // More than 8 KiB are messages of their own.
        if count > 8192 { #expect(traffic.messagesSent >= 2 && traffic.messagesReceived >= 6) }
      }
    }
  }

  @Test func manyLargeTensorsAtOnce() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let tensors = try (0..<12).map {
        try Tensor.arange(Scalar($0), Scalar($0 + 20_000), dtype: .int64)
      }
      let pointers = try tensors.enumerated().map { number, tensor in
        try tensor.send(to: cluster.workers[number % 2])
      }
      let doubled = try pointers.map { try $0 + $0 }
      for (pointer, tensor) in zip(doubled.reversed(), tensors.reversed()) {
        #expect(try pointer.get().isIdentical(to: tensor + tensor))
      }
      for (pointer, tensor) in zip(pointers, tensors) {
        #expect(try pointer.get().isIdentical(to: tensor))
      }
    }
  }
}
