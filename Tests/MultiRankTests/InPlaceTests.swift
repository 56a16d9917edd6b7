import ClusterTensor
import TestSupport
import Testing

/// Operations in place at three workers: the same object, the local result.
extension MultiRank {
  @Suite struct InPlaceTests {
    @Test("what is done in place is the local result, bit for bit, at every worker")
    func results() throws {
      let workers = try Job.cluster.workers
      var count = 0
      for sample in try InPlaceSamples.all {
        let worker = workers[count % workers.count]
        let pointers = try sample.inputs { try $0.send(to: worker) }
        var x = pointers[0]
        try InPlaceSamples.run(sample, on: &x, pointers.dropFirst().first)
        #expect(x.idAtLocation == pointers[0].idAtLocation)
        let isRight = try pointers[0].get().isIdentical(to: sample.expected()[0])
        #expect(isRight, "\(sample) at \(worker.name)")
        if !isRight { return }
        count += 1
      }
      #expect(count > 500)
      for worker in workers { try requireDone(by: worker) }
    }

    @Test("large tensors change in place too, and one that is on its way home does not")
    func large() throws {
      let bob = try Job.bob
      let values = try Tensor.arange(1_048_576)
      var x = try values.send(to: bob)
      let copy = x
      try x += 1
      let first = try copy.fetch()
      try x *= 2
      #expect(try first.isIdentical(to: values + 1))
      #expect(try copy.get().isIdentical(to: (values + 1) * 2))
    }

    @Test("a training step in place, with the result of the step that makes new tensors")
    func training() throws {
      let bob = try Job.bob
      let x = try Tensor.randn(64, 8, seed: 3).send(to: bob)
      var (w, v) = (
        try Tensor.randn(8, seed: 4).send(to: bob), try Tensor.randn(8, seed: 4).send(to: bob)
      )
      w.requiresGrad = true
      let id = w.idAtLocation
      for _ in 0..<5 {
        w.zeroGrad()
        try x.matmul(w).sigmoid().mean().backward()
        let gradient = try #require(w.grad)
        try withoutGradient { try w -= 0.5 * gradient }
        v.requiresGrad = true
        try x.matmul(v).sigmoid().mean().backward()
        let other = try #require(v.grad)
        v = try withoutGradient { try v - 0.5 * other }
      }
      #expect(w.idAtLocation == id)
      #expect(try w.detach().fetch().isIdentical(to: v.detach().fetch()))
    }
  }
}
