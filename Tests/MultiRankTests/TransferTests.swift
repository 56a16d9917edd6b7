import ClusterTensor
import Testing

/// Large tensors and long streams.
extension MultiRank {
  @Suite struct TransferTests {
    @Test("large tensors come back bit for bit", arguments: [64 << 20, 300 << 20])
    func large(byteCount: Int) throws {
      let bob = try Job.bob
      let x = try Tensor.rand(byteCount / 4, seed: 1)
      try bob.barrier()
      let before = bob.traffic
      let p = try x.send(to: bob)
      #expect(try p.fetch().isIdentical(to: x))
      let spent = bob.traffic - before
      #expect(spent.bytesSent > byteCount && spent.bytesSent < byteCount + 4096)
      #expect(spent.bytesReceived > byteCount && spent.bytesReceived < byteCount + 4096)
      #expect(try (p + p).get().isIdentical(to: x + x))
      #expect(try p.get().isIdentical(to: x))
      try requireDone(by: bob)
    }

    @Test("large tensors travel to three workers at once, between small ones")
    func interleaved() throws {
      let workers = try Job.cluster.workers
      let tensors = try workers.indices.map { try Tensor.rand(8 << 20, seed: UInt64($0)) }
      for _ in 0..<3 {
        let large = try zip(tensors, workers).map { try $0.send(to: $1) }
        let small = try workers.map { try Tensor([1, 2, 3]).send(to: $0) }
        let products = try zip(large, small).map { try $0 * $1.sum().cast(to: .float32) }
        for (product, tensor) in zip(products, tensors) {
          #expect(try product.get().isIdentical(to: tensor * 6))
        }
        for (pointer, tensor) in zip(large, tensors) {
          #expect(try pointer.get().isIdentical(to: tensor))
        }
      }
      for worker in workers { try requireDone(by: worker) }
    }

    /// Around the size up to which a tensor rides inside its frame, and none at all.
    @Test(
      "tensors of every size travel",
      arguments: [0, 1, 7, 8191, 8192, 8193, 65_535, 65_536, 65_537, 1 << 20])
    func sizes(byteCount: Int) throws {
      let x = try Tensor.rand(byteCount, seed: 3) * 255
      let bytes = try x.cast(to: .uint8)
      for worker in try Job.cluster.workers {
        let p = try bytes.send(to: worker)
        #expect(try p.fetch().isIdentical(to: bytes))
        #expect(try p.get().isIdentical(to: bytes))
        try requireDone(by: worker)
      }
    }

    @Test("strided and empty tensors travel as what they are")
    func layouts() throws {
      let x = try Tensor.arange(24).reshape(2, 3, 4)
      let views = [
        try x.permute([2, 0, 1]), try x[.all, 1], try x[.ellipsis, .slice(step: 2)],
        try Tensor(5).broadcastTo([3, 2]), try x[.all, 0..<0], Tensor(true),
      ]
      let bob = try Job.bob
      for view in views {
        let value = try view.send(to: bob).get()
        #expect(try value.isIdentical(to: view))
        #expect(value.shape == view.shape)
      }
      try requireDone(by: bob)
    }

    @Test("100,000 additions that depend on each other, every 64th checked")
    func stream() throws {
      let bob = try Job.bob
      let count = 100_000
      let one = try Tensor([1, 2, 3.0]).send(to: bob)
      var sum = try Tensor([0, 0, 0.0]).send(to: bob)
      var kept: [(Int, PointerTensor)] = []
      try bob.barrier()
      let before = bob.traffic
      for step in 1...count {
        sum = try sum + one
        if step % 64 == 0 { kept.append((step, sum)) }
      }
      try bob.barrier()
      let spent = bob.traffic - before
      // Gathered, not one message each; and nothing but bare headers and the barrier came back.
      #expect(spent.messagesSent < count / 20)
      #expect(spent.bytesReceived < spent.messagesReceived * 128)
      for (step, pointer) in kept {
        let n = Double(step)
        #expect(try pointer.get().isIdentical(to: Tensor([n, 2 * n, 3 * n])))
      }
      let n = Double(count)
      #expect(try sum.get().isIdentical(to: Tensor([n, 2 * n, 3 * n])))
      try requireDone(by: bob)
    }

    @Test("streams to three workers run side by side")
    func streams() throws {
      let workers = try Job.cluster.workers
      let count = 20_000
      let ones = try workers.map { try Tensor([1, -1]).send(to: $0) }
      var sums = ones
      for _ in 1..<count {
        for (index, one) in ones.enumerated() { sums[index] = try sums[index] + one }
      }
      for sum in sums { #expect("\(try sum.get())" == "tensor([ \(count), -\(count)])") }
      for worker in workers { try requireDone(by: worker) }
    }
  }
}
