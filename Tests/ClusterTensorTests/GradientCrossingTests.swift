import ClusterTensor
import TestSupport
import Testing

/// Gradients that cross between the driver and its workers.
@Suite struct GradientCrossings {
  private func values(_ tensor: Tensor?) throws -> [Double] {
    try #require(tensor).toArray(of: Double.self)
  }

  @Test func theTutorialsGradient() throws {
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        let x = try Tensor([1, 2, 3, 4, 5.0], requiresGrad: true).send(to: worker)
        let y = try Tensor([1, 1, 1, 1, 1.0], requiresGrad: true).send(to: worker)
        #expect(x.requiresGrad && x.isLeaf)
        let z = try (x + y).sum()
        let before = worker.traffic
        try z.backward()
        // The gradient is computed there: nothing but bare headers comes back.
        let spent = worker.traffic - before
        #expect(spent.bytesReceived == FrameHeader.size * spent.messagesReceived)
        #expect(x.grad?.location == worker)
        let home = try x.get()
        #expect(home.description == "tensor([1., 2., 3., 4., 5.], requires_grad=True)")
        #expect(home.grad?.description == "tensor([1., 1., 1., 1., 1.])")
        #expect(home.isLeaf)
      }
    }
  }

  @Test func aLeafKeepsItsGradientOnTheWay() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = Tensor([1.0, 2.0], dtype: .float64, requiresGrad: true)
      try (x * x).sum().backward()
      let there = try x.send(to: bob)
      #expect(try values(there.grad?.fetch()) == [2, 4])
      // What happens there adds up there, and not here.
      try (there * 3).sum().backward()
      #expect(try values(x.grad) == [2, 4])
      let copy = try there.fetch()
      #expect(try values(copy.grad) == [5, 7])
      #expect(copy.requiresGrad && copy.isLeaf)
      let home = try there.get()
      #expect(try values(home.grad) == [5, 7])
      #expect(try values(home) == [1, 2])
      try (home * 10).sum().backward()
      #expect(try values(home.grad) == [15, 17])
      #expect(try values(copy.grad) == [5, 7])
    }
  }

  @Test func aLargeLeafWithItsGradient() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let tensor = try Tensor.rand(3000, dtype: .float64, seed: 1)
      var leaf = tensor
      leaf.requiresGrad = true
      let there = try leaf.send(to: bob)
      try (there * there).sum().backward()
      let home = try there.get()
      #expect(try home.isIdentical(to: tensor))
      #expect(try #require(home.grad).isIdentical(to: tensor + tensor))
    }
  }

  @Test func throughATensorThatWasSent() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = Tensor([1.0, 2.0, 3.0], dtype: .float64, requiresGrad: true)
      let y = try x * x
      let there = try y.send(to: bob)
      #expect(there.requiresGrad && !there.isLeaf)
      #expect(there.grad == nil)
      try (there * 10).sum().backward()
      #expect(try values(x.grad) == [20, 40, 60])
    }
  }

  @Test func throughATensorThatWasFetchedOrTaken() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      for taking in [false, true] {
        let x = try Tensor([1.0, 2.0, 3.0], dtype: .float64, requiresGrad: true).send(to: bob)
        let y = try x * x
        let home = try taking ? y.get() : y.fetch()
        #expect(home.requiresGrad && !home.isLeaf)
        try (home * 10).sum().backward()
        #expect(x.grad?.location == bob)
        #expect(try values(x.get().grad) == [20, 40, 60])
      }
    }
  }

  @Test func toTwoWorkersAndBack() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let (bob, alice) = (try cluster["bob"], try cluster["alice"])
      let x = try Tensor([[1.0, 2.0], [3.0, 4.0]], dtype: .float64, requiresGrad: true).send(
        to: bob)
      let w = try Tensor([0.5, -1.0], dtype: .float64, requiresGrad: true).send(to: alice)
      // bob's layer, over the driver to alice's, the loss at home.
      let hidden = try x.tanh()
      let atAlice = try hidden.fetch().send(to: alice)
      let loss = try atAlice.matmul(w).sigmoid().fetch().sum()
      try loss.backward()

      let (x0, w0) = (
        try Tensor([[1.0, 2.0], [3.0, 4.0]], dtype: .float64, requiresGrad: true),
        Tensor([0.5, -1.0], dtype: .float64, requiresGrad: true)
      )
      try x0.tanh().matmul(w0).sigmoid().sum().backward()
      #expect(x.grad?.location == bob && w.grad?.location == alice)
      #expect(try #require(x.get().grad).isIdentical(to: #require(x0.grad)))
      #expect(try #require(w.get().grad).isIdentical(to: #require(w0.grad)))
    }
  }

  @Test func oneLeafUsedInTwoPlaces() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let x = Tensor([1.0, -2.0], dtype: .float64, requiresGrad: true)
      let y = try x * 2
      let sums = try [cluster["bob"], cluster["alice"], cluster.me].map { worker in
        let there = try y.send(to: worker)
        return try (there * there).sum().fetch()
      }
      try (sums[0] + sums[1] * 10 + sums[2] * 100).backward()
      #expect(try values(x.grad) == [888, -1776])
    }
  }

  @Test func withoutGradientNothingCrosses() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = Tensor([1.0, 2.0], requiresGrad: true)
      let y = try x * x
      let there = try withoutGradient { try y.send(to: bob) }
      #expect(!there.requiresGrad)
      #expect(throws: TensorError.self) { try there.sum().backward() }
      let detached = try y.detach().send(to: bob)
      #expect(!detached.requiresGrad)
      let plain = try Tensor([1, 2]).send(to: bob)
      #expect(!plain.requiresGrad)
    }
  }

  @Test func backwardTwiceAndOfSeveralElements() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1.0, 2.0], dtype: .float64, requiresGrad: true).send(to: bob)
      let y = try x * x
      #expect(throws: TensorError.self) { try y.backward() }
      let z = try y.sum()
      try z.backward(retainGraph: true)
      try z.backward()
      #expect(try values(x.grad?.fetch()) == [4, 8])
      #expect(throws: TensorError.self) { try z.backward() }
      x.zeroGrad()
      #expect(x.grad == nil)
      let gradients = try gradient(of: (x * 3).sum(), at: [x])
      #expect(try values(gradients[0].get()) == [3, 3])
      #expect(x.grad == nil)
    }
  }

  @Test func gradientsOfWhatFailedFail() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1.0, 2.0], requiresGrad: true).send(to: bob)
      let index = try Tensor([5]).send(to: bob)
      try x.indexSelect(dim: 0, index).sum().backward()
      let gradient = try #require(x.grad)
      #expect(clusterError { try gradient.fetch() }?.failure != nil)
      x.zeroGrad()
      #expect(try values(x.get()) == [1, 2])
    }
    // The rule's own instruction fails of itself, and its failure is read with the gradient.
  }

  @Test func longChainsAreTornDown() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1.0], dtype: .float64, requiresGrad: true).send(to: bob)
      do {
        var y = x
        for _ in 0..<20_000 { y = try y + 1 }
        try y.sum().backward()
      }
      #expect(try values(x.grad?.fetch()) == [1])
      do {
        var y = x
        for _ in 0..<20_000 { y = try y * 1 }
      }
      x.zeroGrad()
      #expect(try bob.objects().count == 1)
    }
  }
}
