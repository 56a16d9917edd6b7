import ClusterTensor
import Foundation
import Testing

/// The driver as a worker: the same verbs, and no message.
extension MultiRank {
  @Suite struct MeTests {
    /// Runs `body` and checks that no rank heard of it.
    private func withoutMessages(_ body: (Worker) throws -> Void) throws {
      let cluster = try Job.cluster
      for worker in cluster.workers { try worker.barrier() }
      let before = cluster.workers.map(\.traffic)
      try body(cluster.me)
      #expect(cluster.workers.map(\.traffic) == before)
      #expect(cluster.me.lastProcessIdentifier == getpid())
    }

    @Test func verbs() throws {
      try withoutMessages { me in
        let p = try Tensor([1, 2, 3]).send(to: me)
        #expect("\(p)" == "[PointerTensor | me:\(p.id) -> me:\(p.idAtLocation)]")
        #expect(p.location == me && p.owner == me)
        let z = try p * p - 1
        let ids = [p.idAtLocation, z.idAtLocation]
        #expect(
          "\(try me.objects())" == "{\(ids[0]): tensor([1, 2, 3]), \(ids[1]): tensor([0, 3, 8])}")
        #expect("\(try z.fetch())" == "tensor([0, 3, 8])")
        #expect("\(try z.get())" == "tensor([0, 3, 8])")
        #expect(throws: ClusterError.self) { try z.get() }
      }
    }

    @Test func gradients() throws {
      try withoutMessages { me in
        let x = try Tensor([1, 2, 3.0], requiresGrad: true).send(to: me)
        try (x * x).sum().backward()
        let value = try x.get()
        #expect("\(value)" == "tensor([1., 2., 3.], requires_grad=True)")
        #expect("\(try #require(value.grad))" == "tensor([2., 4., 6.])")
      }
    }

    @Test func largeTensors() throws {
      try withoutMessages { me in
        let x = try Tensor.rand(16 << 20, seed: 2)
        let p = try x.send(to: me)
        #expect(try (p + p).get().isIdentical(to: x + x))
        #expect(try p.get().isIdentical(to: x))
      }
    }

    @Test func failures() throws {
      try withoutMessages { me in
        let x = try Tensor([1, 2, 3]).send(to: me)
        let failed = try x.indexSelect(dim: 0, Tensor([5]).send(to: me))
        guard case .failedAtWorker("me", _) = clusterError(of: { _ = try failed.get() }) else {
          Issue.record("the failure was not thrown")
          return
        }
      }
    }
  }
}
