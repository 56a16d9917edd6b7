import ClusterTensor
import TestSupport
import Testing

/// What each verb means for the object at the worker and for the pointer.
@Suite struct PointerLife {
  @Test func whatAPointerKnowsWithoutAMessage() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([[1, 2, 3], [4, 5, 6]], dtype: .float64).send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      #expect(x.location == bob && x.location != cluster.me)
      #expect(x.owner == cluster.me)
      #expect(x.shape == [2, 3] && x.dtype == .float64)
      #expect(x.id != x.idAtLocation)
      #expect(x.address == "\(x.idAtLocation)@bob")
      #expect(x.description == "[PointerTensor | me:\(x.id) -> bob:\(x.idAtLocation)]")
      #expect(bob.description == "<Worker id:bob rank:1 #objects:1>")
      #expect(
        cluster.description
          == "<Cluster <Worker id:me rank:0 #objects:0> <Worker id:bob rank:1 #objects:1> "
          + "<Worker id:alice rank:2 #objects:0>>")
      #expect(bob.traffic == before)
    }
  }

  @Test func theTutorialsObjects() throws {
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        #expect(try worker.objects().description == "{}")
        let x = try Tensor([1, 2, 3, 4, 5]).send(to: worker)
        let y = try Tensor([1, 1, 1, 1, 1]).send(to: worker)
        #expect(
          try worker.objects().description
            == "{\(x.idAtLocation): tensor([1, 2, 3, 4, 5]), "
            + "\(y.idAtLocation): tensor([1, 1, 1, 1, 1])}")
        let z = try x + y
        #expect(worker.description.hasSuffix("#objects:3>"))
        #expect(try z.get().isIdentical(to: Tensor([2, 3, 4, 5, 6])))
        #expect(worker.description.hasSuffix("#objects:2>"))
        _ = try x.get()
        _ = try y.get()
        #expect(try worker.objects().isEmpty)
      }
    }
  }

  @Test func fetchLeavesTheObject() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let tensor = Tensor([1.5, 2.5])
      let x = try tensor.send(to: bob)
      for _ in 0..<3 {
        #expect(try x.fetch().isIdentical(to: tensor))
        #expect(try bob.objects().map(\.id) == [x.idAtLocation])
      }
      #expect(bob.description.hasSuffix("#objects:1>"))
    }
  }

  @Test func theSentTensorStaysUsable() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let tensor = try Tensor.arange(3000)
      let pointer = try tensor.send(to: bob)
      #expect(try (tensor + 1).sum().item(as: Int.self) == 4_501_500)
      #expect(try pointer.get().isIdentical(to: tensor))
    }
  }

  @Test func usedPointersSaySo() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1.5, 2]).send(to: bob)
      let y = try Tensor([1.5, 2]).send(to: bob)
      let truth = try Tensor([true, false]).send(to: bob)
      let copy = x
      _ = try x.get()
      // What get() released is told some time soon: not in the middle of what is counted here.
      try bob.barrier()
      let before = bob.traffic
      let uses: [(String, () throws -> Void)] = [
        ("get", { _ = try x.get() }), ("fetch", { _ = try x.fetch() }),
        ("a copy's get", { _ = try copy.get() }),
        ("one operand", { _ = try x.exp() }), ("one operand and a number", { _ = try x + 1 }),
        ("negation", { _ = try -x }),
        ("the left operand", { _ = try x + y }), ("the right operand", { _ = try y * x }),
        ("both operands", { _ = try x .< x }),
        ("one of many", { _ = try PointerTensor.cat([y, x, y]) }),
        ("one of three", { _ = try truth.where(y, x) }),
        ("a reduction", { _ = try x.sum() }), ("an index", { _ = try x[0] }),
      ]
      for (what, use) in uses {
        let error = clusterError(what, use)
        guard case .usedPointer(let address, let reason)? = error else {
          Issue.record("\(what): \(error.map { "\($0)" } ?? "")")
          continue
        }
        #expect(address == x.address)
        #expect(reason.contains("get()"))
      }
      #expect(bob.traffic.instructionsSent == before.instructionsSent)
      #expect(try y.get().isIdentical(to: Tensor([1.5, 2])))
    }
  }

  @Test func copiesAreTheSamePointer() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      var copies: [PointerTensor] = []
      do {
        let x = try Tensor([1, 2]).send(to: bob)
        copies = Array(repeating: x, count: 100)
      }
      #expect(bob.description.hasSuffix("#objects:1>"))
      #expect(Set(copies.map(\.id)).count == 1)
      copies.removeLast(99)
      #expect(try bob.objects().count == 1)
      #expect(try copies[0].fetch().isIdentical(to: Tensor([1, 2])))
      copies = []
      #expect(try bob.objects().isEmpty)
      #expect(bob.description.hasSuffix("#objects:0>"))
    }
  }

  @Test func whatIsDroppedIsReleased() throws {
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        let x = try Tensor([1, 2]).send(to: worker)
        do {
          let y = try x + x
          let z = try y * y
          #expect(try worker.objects().map(\.id) == [x, y, z].map(\.idAtLocation))
        }
        #expect(try worker.objects().map(\.id) == [x.idAtLocation])
        // Intermediate results go as soon as the expression is over.
        let w = try (x + x) * (x - 1) / 2
        #expect(try worker.objects().count == 2)
        #expect(worker.description.hasSuffix("#objects:2>"))
        #expect(try w.fetch().isIdentical(to: Tensor([0.0, 2.0])))
      }
    }
  }

  @Test func operandsElsewhereAreRefusedBeforeAnythingIsSent() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let bob = try cluster["bob"]
      let alice = try cluster["alice"]
      let x = try Tensor([1, 2]).send(to: bob)
      let y = try Tensor([1, 2]).send(to: alice)
      let mine = try Tensor([1, 2]).send(to: cluster.me)
      try bob.barrier()
      try alice.barrier()
      let before = [bob.traffic, alice.traffic]
      #expect(
        clusterError { try x + y } == .notColocated(operation: "add", locations: ["bob", "alice"]))
      #expect(
        clusterError { try mine * x } == .notColocated(operation: "mul", locations: ["me", "bob"]))
      let error = clusterError { try PointerTensor.cat([x, y, mine, x]) }
      #expect(error == .notColocated(operation: "cat", locations: ["bob", "alice", "me"]))
      #expect("\(error.map { "\($0)" } ?? "")".contains("get()"))
      let after = [bob.traffic, alice.traffic]
      #expect(after == before)
    }
  }

  @Test func wrongShapesThrowAtTheCall() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([[1, 2, 3], [4, 5, 6]]).send(to: bob)
      let y = try Tensor([1, 2]).send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      for wrong in [
        { try x + y }, { try x.matmul(x) }, { try x.reshape(4) }, { try x.sum(dim: 2) },
        { try PointerTensor.cat([x, y]) }, { try x.oneHot(classes: 0) },
      ] as [() throws -> PointerTensor] {
        #expect(throws: TensorError.self) { try wrong() }
      }
      #expect {
        try x + y
      } throws: {
        "\($0)".contains("[2, 3]") && "\($0)".contains("[2]")
      }
      #expect(throws: TensorError.self) { try PointerTensor.apply(Full(), to: []) }
      #expect(bob.traffic == before)
      #expect(try (x + x).sum().get().item(as: Int.self) == 42)
    }
  }

  @Test func operationsSendOneInstructionAndNothingComesBack() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1, 2]).send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      let y = try (x + x) * x
      let between = bob.traffic - before
      #expect(between.instructionsSent <= 3)
      try bob.barrier()
      // add, mul, the release of the sum, the barrier.
      #expect((bob.traffic - before).instructionsSent == 4)
      #expect(y.shape == [2])
    }
  }

  @Test func idsComeFromTheSeedAndSystem() throws {
    func ids(_ seed: UInt64?) throws -> [ObjectID] {
      var found: [ObjectID] = []
      try withCluster(options: .forTests(identifierSeed: seed)) { cluster in
        for _ in 0..<5 {
          let x = try Tensor([1]).send(to: cluster["bob"])
          found += [x.id, x.idAtLocation]
        }
      }
      #expect(Set(found).count == 10)
      return found
    }
    #expect(try ids(7) == ids(7))
    #expect(try ids(7) != ids(8))
    #expect(try Set(ids(nil)).isDisjoint(with: ids(nil)))
  }

  @Test func afterLeavingPointersLeadNowhere() throws {
    let cluster = try Cluster.inProcess(workers: ["bob"], options: .forTests())
    let bob = try cluster["bob"]
    let x = try Tensor([1, 2]).send(to: bob)
    let mine = try Tensor([1, 2]).send(to: cluster.me)
    try cluster.leave()
    try cluster.leave()
    for pointer in [x, mine] {
      for use in [
        { _ = try pointer.get() }, { _ = try pointer.fetch() }, { _ = try pointer + 1 },
        { _ = try Tensor([1]).send(to: pointer.location) }, { _ = try pointer.location.objects() },
        { try pointer.location.barrier() },
      ] as [() throws -> Void] {
        guard case .notJoined? = clusterError("after leaving", use) else {
          Issue.record("not said")
          continue
        }
      }
    }
  }
}
