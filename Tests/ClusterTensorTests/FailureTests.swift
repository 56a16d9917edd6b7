import ClusterTensor
import TestSupport
import Testing

/// Instructions that fail at the worker, where the driver could not know.
@Suite struct FailuresAtWorkers {
  /// Fails when it runs: a position that is out of range.
  private func failing(_ worker: Worker, rows: Int = 2) throws -> PointerTensor {
    try Tensor.zeros(rows, 3).send(to: worker)
      .indexSelect(dim: 0, Tensor([0, 99]).send(to: worker))
  }

  @Test func theFirstFailureIsSaidByWhateverDependsOnIt() throws {
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        let first = try failing(worker)
        let other = try failing(worker, rows: 7)
        let sum = try (first.exp() + 1).matmul(Tensor.zeros(3, 2).send(to: worker)).sum()
        let both = try PointerTensor.cat([Tensor.zeros(1, 3).send(to: worker), first, other])
        let error = clusterError { try sum.get() }
        guard case .failedAtWorker(let name, let failure)? = error else {
          Issue.record("\(error.map { "\($0)" } ?? "")")
          continue
        }
        #expect(name == worker.name)
        #expect(failure.operation == "index_select")
        #expect(failure.kind == .argument)
        #expect(failure.text.contains("index_select") && failure.text.contains("0 … 1"))
        #expect(failure.text.contains("float32[2, 3]") && failure.text.contains("int64[2]"))
        #expect(!failure.text.contains("99"))
        // The first in the order of the program, of two.
        #expect(clusterError { try both.get() }?.failure == failure)
        #expect(clusterError { try first.fetch() }?.failure == failure)
        #expect(clusterError { try other.get() }?.failure?.text.contains("0 … 6") ?? false)
      }
    }
  }

  @Test func readingAFailureRemovesIt() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try failing(bob)
      let listed = try #require(try bob.objects()[x.idAtLocation])
      #expect(listed.text.hasPrefix("failed: ") && listed.descriptor == nil && !listed.isReadable)
      #expect(clusterError { try x.get() }?.failure != nil)
      #expect(try bob.objects()[x.idAtLocation] == nil)
      #expect(clusterError { try x.get() }?.isUsedPointer ?? false)
      #expect(bob.description.hasSuffix("#objects:0>"))
    }
  }

  /// `fetch` leaves pointer and object as they are, whatever they are.
  @Test func fetchingAFailureLeavesIt() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try failing(bob)
      let first = clusterError { try x.fetch() }?.failure
      #expect(first?.operation == "index_select")
      #expect(clusterError { try x.fetch() }?.failure == first)
      #expect(clusterError { try x.sum().get() }?.failure == first)
      #expect(clusterError { try x.get() }?.failure == first)
      #expect(try bob.objects().isEmpty)
    }
  }

  @Test func failuresThatNobodyReadAreSaidOnLeaving() throws {
    let unread = try inCluster(["bob", "alice"]) { cluster in
      let (bob, alice) = (try cluster["bob"], try cluster["alice"])
      _ = try failing(bob)
      let read = try failing(alice)
      // Read through what depends on it.
      #expect(clusterError { try read.sum().get() }?.failure != nil)
      _ = try failing(alice, rows: 5)
      _ = try failing(cluster.me, rows: 6)
    }
    #expect(unread.count == 3)
    #expect(unread.contains { $0.hasPrefix("at bob: ") && $0.contains("0 … 1") })
    #expect(unread.contains { $0.hasPrefix("at alice: ") && $0.contains("0 … 4") })
    #expect(unread.contains { $0.hasPrefix("at me: ") && $0.contains("0 … 5") })
  }

  /// However many were read before.
  @Test func oneUnreadFailureAfterManyReadOnes() throws {
    let unread = try inCluster { cluster in
      let bob = try cluster["bob"]
      for _ in 0..<200 { #expect(clusterError { try failing(bob).get() }?.failure != nil) }
      _ = try failing(bob, rows: 9)
    }
    #expect(unread.count == 1)
    #expect(unread.first?.contains("0 … 8") ?? false)
  }

  @Test func manyUnreadFailuresAreCutShort() throws {
    let unread = try inCluster { cluster in
      for _ in 0..<1000 { _ = try failing(cluster["bob"]) }
    }
    #expect((64...65).contains(unread.count))
  }

  @Test func noMemoryIsAFailureAndTheSessionGoesOn() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1.5]).send(to: bob)
      let huge = try x.broadcastTo([1 << 20, 1 << 20]).clone()
      let failure = clusterError { try huge.sum().get() }?.failure
      #expect(failure?.kind == .outOfMemory)
      #expect(failure?.operation == "clone")
      #expect(failure?.text.contains("\(1 << 42)") ?? false)
      #expect(try x.get().item() == 1.5)
    }
  }

  @Test func anOperationOfSeveralResultsFailsInAll() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let (values, indices) = try failing(bob).max(dim: 1)
      let first = clusterError { try indices.get() }?.failure
      #expect(first?.operation == "index_select")
      #expect(clusterError { try values.get() }?.failure == first)
    }
  }
}
