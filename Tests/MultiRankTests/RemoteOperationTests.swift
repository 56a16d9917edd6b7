import ClusterTensor
import TestSupport
import Testing

/// Laws over every entry of the catalogue: what three workers compute is what this process computes.
extension MultiRank {
  @Suite struct RemoteOperationTests {
    /// Failures that a law reports before it gives up: one wrong kernel fails thousands of samples.
    static let mostIssues = 10

    @Test("a pointer's result is the local one, bit for bit, at every worker")
    func results() throws {
      let workers = try Job.cluster.workers
      var (issues, count) = (0, 0)
      for sample in try OperationSamples.all where !sample.inputs.isEmpty {
        let expected = try sample.expected()
        // All work before any of them is read.
        let results = try workers.map { worker in
          try sample.run(on: sample.inputs { try $0.send(to: worker) })
        }
        for (worker, results) in zip(workers, results) {
          let values = try results.map { try $0.get() }
          if try !areIdentical(values, expected) {
            issues += 1
            Issue.record("\(sample) at \(worker.name): \(values) is not \(expected)")
          }
        }
        count += 1
        if issues >= RemoteOperationTests.mostIssues { return }
      }
      #expect(count > 1000)
      for worker in workers { try requireDone(by: worker) }
    }

    @Test("gradients at a worker are the local ones, bit for bit")
    func gradients() throws {
      let workers = try Job.cluster.workers
      var (issues, count) = (0, 0)
      for sample in try OperationSamples.all where sample.entry.isDifferentiable {
        let leaves = sample.inputs { leaf($0.detach()) }
        guard let expected = try gradients(of: sample, at: leaves) else { continue }
        let worker = workers[count % workers.count]
        let pointers = try sample.inputs { leaf(try $0.detach().send(to: worker)) }
        let found = try #require(try gradients(of: sample, at: pointers)).map { try $0.fetch() }
        if try !areIdentical(found, expected) {
          issues += 1
          Issue.record("\(sample) at \(worker.name): \(found) is not \(expected)")
        }
        count += 1
        if issues >= RemoteOperationTests.mostIssues { return }
      }
      #expect(count > 300)
      for worker in workers { try requireDone(by: worker) }
    }

    /// A leaf that wants a gradient where the dtype allows it.
    private func leaf<T: TensorProtocol>(_ tensor: T) -> T {
      var leaf = tensor
      leaf.requiresGrad = true
      return leaf
    }

    /// Gradients of the sum of all results at the floating-point inputs; nil where nothing has one.
    private func gradients<T: TensorProtocol>(of sample: OperationSample, at leaves: [T]) throws
      -> [T]?
    {
      let sums = try sample.run(on: leaves).filter(\.requiresGrad).map { try $0.sum() }
      guard let first = sums.first else { return nil }
      try sums.dropFirst().reduce(first) { try $0 + $1 }.backward()
      return leaves.compactMap(\.grad)
    }

    private func areIdentical(_ x: [Tensor], _ y: [Tensor]) throws -> Bool {
      guard x.count == y.count else { return false }
      return try zip(x, y).allSatisfy { try $0.isIdentical(to: $1) }
    }
  }
}
