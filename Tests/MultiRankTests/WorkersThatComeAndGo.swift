import ClusterTensor
import Foundation
import Testing

/// Workers that are started while the session runs, and leave before the others.
extension MultiRank {
  @Suite struct WorkersThatComeAndGo {
    /// Waits until a process has ended.
    private func requireEnd(of process: Int32) {
      let end = Date(timeIntervalSinceNow: 2)
      while kill(process, 0) == 0, Date() < end { usleep(10_000) }
      #expect(kill(process, 0) != 0, "process \(process) is still there")
    }

    @Test("a worker that comes computes in a process of its own and leaves alone")
    func comesAndGoes() throws {
      let cluster = try Job.cluster
      let others = cluster.workers
      let dave = try cluster.addWorker("dave")
      #expect(cluster.workers == others + [dave])
      #expect(try cluster["dave"] == dave)
      #expect(dave.rank > others.map(\.rank).max() ?? 0)
      #expect(!(others + [cluster.me]).map(\.processIdentifier).contains(dave.processIdentifier))

      let bob = try Job.bob
      let x = try Tensor([1, 2, 3]).send(to: dave)
      let y = try Tensor([10, 20, 30]).send(to: bob)
      #expect("\(try (x + x).get())" == "tensor([2, 4, 6])")
      try requireDone(by: dave)
      let large = try Tensor.rand(1 << 20, seed: 5)
      #expect(try large.send(to: dave).get().isIdentical(to: large))

      try dave.leave()
      requireEnd(of: dave.processIdentifier)
      #expect(cluster.workers == others)
      let gone = "dave has left; pointers to it lead nowhere any more"
      for use in [{ _ = try x.get() }, { _ = try x + 1 }, { _ = try dave.objects() }]
        as [() throws -> Void]
      {
        #expect(throws: ClusterError.notJoined(reason: gone)) { try use() }
      }
      #expect(
        throws: ClusterError.unknownWorker("dave", known: ["me", "bob", "alice", "carol"])
      ) { try cluster["dave"] }
      #expect(throws: ClusterError.self) { try dave.leave() }
      #expect("\(try (y + y).get())" == "tensor([20, 40, 60])")
    }

    @Test("a name is free again when its worker has left; ranks are not used twice")
    func cameAgain() throws {
      let cluster = try Job.cluster
      let first = try cluster.addWorker("erin", data: Job.data.path)
      #expect(try first.data("breast_cancer").shape == [569, 31])
      #expect(throws: ClusterError.duplicateName("erin")) { try cluster.addWorker("erin") }
      try first.leave()
      let second = try cluster.addWorker("erin")
      #expect(second.rank == first.rank + 1)
      #expect(throws: ClusterError.self) { try second.data("breast_cancer") }
      try second.leave()
      requireEnd(of: first.processIdentifier)
      requireEnd(of: second.processIdentifier)
    }

    @Test("what failed at a worker and nobody read is said when it leaves")
    func unread() throws {
      let cluster = try Job.cluster
      let frank = try cluster.addWorker("frank")
      do {
        _ = try Tensor([1, 2, 3]).send(to: frank)
          .indexSelect(dim: 0, Tensor([5]).send(to: frank))
      }
      do {
        try frank.leave()
        Issue.record("the failure was not said")
      } catch ClusterError.failuresNobodyRead(let failures) {
        #expect(failures.count == 1 && failures[0].hasPrefix("at frank: index_select"))
      }
      requireEnd(of: frank.processIdentifier)
    }

    @Test(
      "names that no worker can have, and those that are taken",
      arguments: ["", "me", "bob", "a b"])
    func names(name: String) throws {
      let before = try Job.cluster.workers
      #expect(throws: ClusterError.self) { try Job.cluster.addWorker(name) }
      #expect(try Job.cluster.workers == before)
      #expect(throws: ClusterError.self) { try Job.cluster.me.leave() }
    }
  }
}
