import ClusterTensor
import TestSupport
import Testing

/// Waiting for a worker that takes its time: deadlines and credit.
@Suite struct Waiting {
  /// A cluster whose worker takes nothing in while the barrier is closed.
  private func withBusyWorker(_ body: (Cluster, Worker, Barrier) throws -> Void) throws {
    let barrier = Barrier()
    try withCluster(wrapping: { barrier.wrap($0) }) { cluster in
      defer { barrier.open() }
      try body(cluster, cluster["bob"], barrier)
    }
  }

  @Test func aReadThatTimesOutCanBeTriedAgain() throws {
    try withBusyWorker { cluster, bob, barrier in
      for count in [5, 3000] {
        let x = try Tensor.arange(Scalar(count)).send(to: bob)
        let y = try x + x
        try bob.barrier()
        barrier.close()
        cluster.deadline = 0.05
        for what in ["get", "fetch", "objects", "barrier"] {
          let error = clusterError(what) {
            switch what {
            case "get": _ = try y.get()
            case "fetch": _ = try y.fetch()
            case "objects": _ = try bob.objects()
            default: try bob.barrier()
            }
          }
          guard case .timedOut(let worker, let waitingFor, let seconds)? = error else {
            Issue.record("\(what): \(error.map { "\($0)" } ?? "")")
            continue
          }
          #expect(worker == "bob" && seconds == 0.05 && !waitingFor.isEmpty)
        }
        // Nothing was lost or used up, and what is said meanwhile is done later.
        let z = try y * 2
        #expect(bob.description.hasSuffix("#objects:3>"))
        cluster.deadline = 20
        barrier.open()
        #expect(try y.get().isIdentical(to: Tensor.arange(Scalar(count)) * 2))
        #expect(try z.get().isIdentical(to: Tensor.arange(Scalar(count)) * 4))
        #expect(try x.fetch().isIdentical(to: Tensor.arange(Scalar(count))))
      }
    }
  }

  @Test func theFirstFailureSurvivesATimeout() throws {
    try withBusyWorker { cluster, bob, barrier in
      let x = try Tensor.zeros(2).send(to: bob)
        .indexSelect(dim: 0, Tensor([7]).send(to: bob))
      try bob.barrier()
      barrier.close()
      cluster.deadline = 0.05
      for _ in 0..<3 { #expect(clusterError { try x.get() }?.isTimeout ?? false) }
      cluster.deadline = 20
      barrier.open()
      #expect(clusterError { try x.get() }?.failure?.operation == "index_select")
    }
  }

  @Test func valueAndGradientComeTogetherOrNotAtAll() throws {
    try withBusyWorker { cluster, bob, barrier in
      let x = try Tensor([1.5, 2.5], requiresGrad: true).send(to: bob)
      try (x * x).sum().backward()
      barrier.close()
      cluster.deadline = 0.05
      #expect(clusterError { try x.get() }?.isTimeout ?? false)
      cluster.deadline = 20
      barrier.open()
      let home = try x.get()
      #expect(try home.isIdentical(to: Tensor([1.5, 2.5])))
      #expect(try home.grad?.isIdentical(to: Tensor([3.0, 5.0])) ?? false)
    }
  }

  /// Without any test double: a worker that computes.
  @Test func aWorkerThatComputesForLong() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      var x = try Tensor.ones(700, 700, dtype: .float64).send(to: bob)
      for _ in 0..<10 { x = try x.matmul(x) / 700 }
      let sum = try x.sum()
      cluster.deadline = 0.01
      var timeouts = 0
      while timeouts < 1000 {
        do {
          #expect(try abs(sum.get().item() - 490_000) < 1e-3)
          break
        } catch ClusterError.timedOut {
          timeouts += 1
        }
      }
      #expect(timeouts > 0 && timeouts < 1000)
      cluster.deadline = 20
    }
  }

  @Test func creditThatDoesNotComeBackIsATimeout() throws {
    try withBusyWorker { cluster, bob, barrier in
      let x = try Tensor([1]).send(to: bob)
      try bob.barrier()
      barrier.close()
      cluster.deadline = 0.05
      var sum = try x + x
      var sent = 1
      let error = clusterError {
        while sent < 100_000 {
          sum = try sum + x
          sent += 1
        }
      }
      #expect(error?.isTimeout ?? false)
      #expect(sent > 10_000 && sent <= Int(WireLimits.creditInstructions))
      // A large tensor is not sent either, nor its bytes: they would be taken for another's.
      let large = try Tensor.arange(3000)
      #expect(clusterError { try large.send(to: bob) }?.isTimeout ?? false)
      #expect(clusterError { try sum.get() }?.isTimeout ?? false)
      barrier.open()
      cluster.deadline = 20
      // What could not be said was not done, all else was.
      #expect(try sum.get().item(as: Int.self) == sent + 1)
      let other = try large * -1
      #expect(try other.send(to: bob).get().isIdentical(to: other))
    }
  }

  @Test func aMillionInstructionsToASlowWorker() throws {
    let slow = SlowWorker(looksPerFrame: 8)
    try withCluster(options: .forTests(deadline: 120), wrapping: { slow.wrap($0) }) { cluster in
      let bob = try cluster["bob"]
      let one = try Tensor(1).send(to: bob)
      var sum = one
      for _ in 0..<1_000_000 { sum = try sum + one }
      #expect(try sum.get().item(as: Int.self) == 1_000_001)
    }
    // A release goes with each instruction; a batch more may be gathered.
    #expect(slow.mostUnderway < 2 * Int(WireLimits.creditInstructions))
    print("most instructions underway: \(slow.mostUnderway)")
  }

  @Test func nothingIsSaidTwiceBecauseOfWaiting() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1]).send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      var pointers: [PointerTensor] = []
      for number in 0..<3000 { pointers.append(try x + Scalar(number)) }
      for (number, pointer) in pointers.enumerated() where number % 500 == 0 {
        #expect(try pointer.fetch().item(as: Int.self) == number + 1)
      }
      #expect((bob.traffic - before).instructionsSent == 3006)
      // Many instructions share a frame while the worker is busy.
      #expect((bob.traffic - before).messagesSent < 2000)
    }
  }
}
