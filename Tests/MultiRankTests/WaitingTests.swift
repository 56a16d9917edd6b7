import ClusterTensor
import Testing

/// Deadlines, and failures at a worker.
extension MultiRank {
  @Suite struct WaitingTests {
    /// Products of matrices that take a worker a second or so: each needs the one before.
    private func occupy(_ worker: Worker) throws -> PointerTensor {
      let factor = try Tensor.full([1024, 1024], Scalar(1.0 / 1024)).send(to: worker)
      var product = factor
      for _ in 0..<60 { product = try product.matmul(factor) }
      return product
    }

    private func withDeadline(_ seconds: Double, _ body: () throws -> Void) throws {
      let cluster = try Job.cluster
      let usual = cluster.deadline
      cluster.deadline = seconds
      defer { cluster.deadline = usual }
      try body()
    }

    @Test("a read that takes too long throws, loses nothing and can be tried again")
    func deadline() throws {
      let (bob, alice) = (try Job.bob, try Job.alice)
      let small = try Tensor([1, 2, 3]).send(to: bob)
      let product = try occupy(bob)
      let atAlice = try Tensor([4, 5, 6]).send(to: alice)
      try withDeadline(0.05) {
        let error = clusterError { _ = try product.get() }
        guard case .timedOut("bob", _, 0.05) = error else {
          Issue.record("\(String(describing: error)) is no timeout")
          return
        }
        #expect(error?.description.contains("nothing was lost, try again") ?? false)
        #expect(throws: ClusterError.self) { try small.fetch() }
        #expect(throws: ClusterError.self) { try bob.barrier() }
        #expect(throws: ClusterError.self) { try bob.objects() }
      }
      // Others are not held up.
      #expect("\(try (atAlice * 2).get())" == "tensor([ 8, 10, 12])")
      #expect("\(try small.get())" == "tensor([1, 2, 3])")
      let expected = try Tensor.full([1024, 1024], Scalar(1.0 / 1024))
      #expect(try product.get().allClose(expected))
      #expect(throws: ClusterError.self) { try product.get() }
      try requireDone(by: bob)
    }

    @Test("a get with gradient that takes too long loses neither")
    func deadlineWithGradient() throws {
      let bob = try Job.bob
      let x = try Tensor([1, 2, 3.0], requiresGrad: true).send(to: bob)
      try (x * x).sum().backward()
      let product = try occupy(bob)
      try withDeadline(0.05) {
        for _ in 0..<2 { #expect(throws: ClusterError.self) { try x.get() } }
      }
      let value = try x.get()
      #expect("\(value)" == "tensor([1., 2., 3.], requires_grad=True)")
      #expect("\(try #require(value.grad))" == "tensor([2., 4., 6.])")
      withExtendedLifetime(product) {}
    }

    @Test("a failure is thrown to whoever reads a result or what is computed from it")
    func failures() throws {
      for worker in try Job.cluster.workers {
        let x = try Tensor([1, 2, 3]).send(to: worker)
        let position = try Tensor([5]).send(to: worker)
        let failed = try x.indexSelect(dim: 0, position)
        let later = try (failed + 1).sum()
        guard
          case .failedAtWorker(worker.name, let failure) = clusterError(of: { _ = try later.get() })
        else {
          Issue.record("the failure was not thrown")
          continue
        }
        #expect(failure.kind == .argument)
        #expect(failure.operation == "index_select")
        #expect(
          clusterError { _ = try failed.fetch() } == .failedAtWorker(worker: worker.name, failure))
        #expect("\(try (x + 1).get())" == "tensor([2, 3, 4])")
        try requireDone(by: worker)
      }
    }

    @Test("an unknown worker's name")
    func unknownWorker() throws {
      let error = clusterError { _ = try Job.cluster["eve"] }
      #expect(error == .unknownWorker("eve", known: ["me", "bob", "alice", "carol"]))
      #expect(
        error?.description
          == "there is no worker \"eve\": the workers are me, bob, alice, carol")
    }

    @Test("a process joins once")
    func secondJoin() throws {
      _ = try Job.cluster
      guard case .notJoined = clusterError(of: { _ = try Cluster.join() }) else {
        Issue.record("a second join was accepted")
        return
      }
    }
  }
}
