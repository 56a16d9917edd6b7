import ClusterTensor
import Testing

/// The tutorial's gradients, values and errors.
extension MultiRank {
  @Suite struct TutorialGradientTests {
    @Test("cell 9: gradients at bob's")
    func cell9() throws {
      let bob = try Job.bob
      let x = try Tensor([1, 2, 3, 4, 5.0], requiresGrad: true).send(to: bob)
      let y = try Tensor([1, 1, 1, 1, 1.0], requiresGrad: true).send(to: bob)
      let z = try (x + y).sum()
      try bob.barrier()
      let before = bob.traffic
      try z.backward()
      let gradient = try #require(x.grad)
      #expect(gradient.location == bob)
      // The gradient's work is instructions to bob; no value came from him.
      let spent = bob.traffic - before
      #expect(spent.bytesReceived == FrameHeader.size * spent.messagesReceived)

      let value = try x.get()
      #expect("\(value)" == "tensor([1., 2., 3., 4., 5.], requires_grad=True)")
      #expect("\(try #require(value.grad))" == "tensor([1., 1., 1., 1., 1.])")
      try requireDone(by: bob)
      let other = try y.get()
      #expect("\(other)" == "tensor([1., 1., 1., 1., 1.], requires_grad=True)")
      #expect("\(try #require(other.grad))" == "tensor([1., 1., 1., 1., 1.])")
      #expect("\(try z.get().item())" == "20.0")
    }

    @Test("a gradient that somebody else points to stays when its leaf comes home")
    func sharedGradients() throws {
      let bob = try Job.bob
      let own = try bob.objects().count
      let x = try Tensor([1, 2.0], requiresGrad: true).send(to: bob)
      let y = try Tensor([3, 4.0], requiresGrad: true).send(to: bob)
      do {
        try (x + y).sum().backward()
        let held = try #require(x.grad)
        #expect("\(try #require(try x.get().grad))" == "tensor([1., 1.])")
        #expect("\(try (held + held).get())" == "tensor([2., 2.])")
        #expect("\(try held.get())" == "tensor([1., 1.])")
        // Its gradient is at home already.
        #expect(try y.get().grad == nil)
      }
      #expect(try bob.objects().count == own)
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:0>")
    }

    @Test("cell 9: gradients cross from bob to here and on to alice")
    func crossing() throws {
      let (bob, alice) = (try Job.bob, try Job.alice)
      let x = Tensor([1, 2, 3.0], requiresGrad: true)
      let atBob = try (x * 2).send(to: bob)
      let home = try (atBob * atBob).get()
      let z = try (home.send(to: alice) * 3).sum()
      try z.backward()
      // d/dx 3 (2x)² = 24 x
      #expect("\(try #require(x.grad))" == "tensor([24., 48., 72.])")
      try requireDone(by: bob)
      try requireDone(by: alice)
    }

    @Test("cell 10: values read at home are the ones at bob's")
    func cell10() throws {
      let bob = try Job.bob
      let p = try Tensor([1.5, -2, 3]).send(to: bob)
      #expect(try p.fetch().toArray(of: Float.self) == [1.5, -2, 3])
      #expect(try p.sum().get().item() == 2.5)
      #expect(try p.sum().get().item(as: Int.self) == 2)
      #expect(throws: TensorError.self) { try p.fetch().item() }
      #expect(try p.fetch().allClose(Tensor([1.5, -2, 3 + 1e-6])))
      #expect(try !p.fetch().allClose(Tensor([1.5, -2, 3.1])))
      manualSeed(7)
      let first = try Tensor.rand(3).send(to: bob)
      manualSeed(7)
      #expect(try first.get().isIdentical(to: Tensor.rand(3)))
      try requireDone(by: bob)
    }

    /// One of each kind that the tutorial names.
    static let printed: [(make: @Sendable () throws -> Tensor, text: String)] = [
      ({ Tensor(3) }, "tensor(3)"),
      ({ Tensor([Int]()) }, "tensor([], dtype=int64)"),
      ({ Tensor([true, false]) }, "tensor([ True, False])"),
      ({ Tensor([-1, 20, -300]) }, "tensor([  -1,   20, -300])"),
      ({ Tensor([0.5, -100.25]) }, "tensor([   0.5000, -100.2500])"),
      ({ Tensor([1e-7, 1.0]) }, "tensor([1.0000e-07, 1.0000e+00])"),
      ({ Tensor([Float.nan, .infinity, -.infinity]) }, "tensor([nan, inf, -inf])"),
      ({ Tensor([0.25], dtype: .float64) }, "tensor([0.2500], dtype=float64)"),
      ({ try Tensor([[1, 2], [3, 4]]) }, "tensor([[1, 2],\n        [3, 4]])"),
      ({ try Tensor.arange(1001) }, "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    ]

    @Test("cell 10: tensors print the same after a journey", arguments: 0..<10)
    func printing(index: Int) throws {
      let bob = try Job.bob
      let (make, text) = TutorialGradientTests.printed[index]
      let tensor = try make()
      #expect("\(tensor)" == text)
      let pointer = try tensor.send(to: bob)
      #expect(try bob.objects()[pointer.idAtLocation]?.text == text)
      #expect("\(try pointer.get())" == text)
      try requireDone(by: bob)
    }

    @Test("cell 11: pointers at two workers")
    func cell11() throws {
      let cluster = try Job.cluster
      let p = try Tensor([1, 2, 3]).send(to: cluster["bob"])
      let q = try Tensor([1, 2, 3]).send(to: cluster["alice"])
      let m = try Tensor([1, 2, 3]).send(to: cluster.me)
      for worker in cluster.workers { try worker.barrier() }
      let before = cluster.workers.map(\.traffic)
      let error = clusterError { _ = try p + q }
      #expect(error == .notColocated(operation: "add", locations: ["bob", "alice"]))
      #expect(
        error?.description == "add needs its operands at one worker, but they are at bob and "
          + "alice: get() one of them and send it to the other's location first")
      #expect(
        clusterError { _ = try m.matmul(p) }
          == .notColocated(operation: "matmul", locations: ["me", "bob"]))
      #expect(
        clusterError { _ = try PointerTensor.cat([p, q, p]) }
          == .notColocated(operation: "cat", locations: ["bob", "alice"]))
      #expect(cluster.workers.map(\.traffic) == before)
      // The remedy that the error names.
      #expect("\(try (p + q.get().send(to: p.location)).get())" == "tensor([2, 4, 6])")
      try requireDone(by: p.location)
    }

    @Test("cell 11: shapes that do not fit throw at the call, and the session goes on")
    func shapes() throws {
      let bob = try Job.bob
      let p = try Tensor([1, 2, 3]).send(to: bob)
      let q = try Tensor([1, 2]).send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      do {
        _ = try p + q
        Issue.record("shapes that do not fit were accepted")
      } catch let error as TensorError {
        #expect("\(error)".hasPrefix("add cannot combine shapes [3] and [2]: "))
      }
      #expect(throws: TensorError.self) { try p.reshape(2, 2) }
      #expect(throws: TensorError.self) { try p[3] }
      #expect(bob.traffic == before)
      #expect("\(try (p + 1).get())" == "tensor([2, 3, 4])")
      try requireDone(by: bob)
    }
  }
}
