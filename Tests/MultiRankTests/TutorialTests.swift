import ClusterTensor
import Foundation
import Testing

/// The cells of the tutorial that need no gradient, with their exact text.
extension MultiRank {
  @Suite struct TutorialTests {
    let x = Tensor([1, 2, 3, 4, 5])
    let y = Tensor([1, 1, 1, 1, 1])

    @Test("cell 1: a local tensor")
    func cell1() throws {
      #expect("\(x)" == "tensor([1, 2, 3, 4, 5])")
      #expect(x.dtype == .int64)
      #expect(Tensor([1, 2.5]).dtype == .float32)
      #expect(Tensor([Float(1)]).dtype == .float32)
      #expect(Tensor([1, 2.5], dtype: .float64).dtype == .float64)
      let y = try x + x
      #expect("\(y)" == "tensor([ 2,  4,  6,  8, 10])")
    }

    @Test("cell 2: a worker")
    func cell2() throws {
      let cluster = try Job.cluster
      let bob = try cluster["bob"]
      let xPointer = try x.send(to: bob)
      let yPointer = try y.send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:2>")
      #expect("\(cluster.me)" == "<Worker id:me rank:0 #objects:0>")
      #expect("\(try cluster["alice"])" == "<Worker id:alice rank:2 #objects:0>")
      #expect("\(try cluster["carol"])" == "<Worker id:carol rank:3 #objects:0>")
      #expect(bob.traffic == before)
      try requireDone(by: bob)
      withExtendedLifetime((xPointer, yPointer)) {}
    }

    @Test("cell 2: the driver as a worker")
    func cell2me() throws {
      let cluster = try Job.cluster
      let before = cluster.workers.map(\.traffic)
      let pointer = try x.send(to: cluster.me)
      #expect("\(cluster.me)" == "<Worker id:me rank:0 #objects:1>")
      #expect("\(try (pointer * 2).get())" == "tensor([ 2,  4,  6,  8, 10])")
      #expect("\(try pointer.get())" == "tensor([1, 2, 3, 4, 5])")
      #expect(cluster.me.lastProcessIdentifier == getpid())
      #expect(cluster.workers.map(\.traffic) == before)
    }

    @Test("cell 3: a pointer")
    func cell3() throws {
      let cluster = try Job.cluster
      let bob = try cluster["bob"]
      let xPointer = try x.send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      #expect("\(x)" == "tensor([1, 2, 3, 4, 5])")
      #expect(
        "\(xPointer)" == "[PointerTensor | me:\(xPointer.id) -> bob:\(xPointer.idAtLocation)]")
      #expect("\(xPointer)".wholeMatch(of: /\[PointerTensor \| me:\d+ -> bob:\d+\]/) != nil)
      #expect(xPointer.location == bob)
      #expect(try xPointer.location != cluster["alice"])
      #expect(xPointer.id != xPointer.idAtLocation)
      #expect(xPointer.owner == cluster.me)
      #expect("\(xPointer.address)" == "\(xPointer.idAtLocation)@bob")
      #expect("\(xPointer.shape)" == "[5]")
      #expect("\(xPointer.dtype)" == "int64")
      #expect(bob.traffic == before)
      #expect("\(try xPointer.fetch())" == "tensor([1, 2, 3, 4, 5])")
      try requireDone(by: bob)
    }

    @Test("cell 4: what a worker holds, in order of creation")
    func cell4() throws {
      let alice = try Job.alice
      #expect("\(try alice.objects())" == "{}")
      let pointers = try [x, y].map { try $0.send(to: alice) }
      let ids = pointers.map(\.idAtLocation)
      let text = "{\(ids[0]): tensor([1, 2, 3, 4, 5]), \(ids[1]): tensor([1, 1, 1, 1, 1])}"
      #expect("\(try alice.objects())" == text)
      withExtendedLifetime(pointers) {}
      try requireDone(by: alice)
    }

    @Test("cell 4: data of the worker's own shows shape and dtype")
    func cell4data() throws {
      let bob = try Job.bob
      let data = try bob.data("breast_cancer").idAtLocation
      let shown = "{\(data): tensor(shape=[569, 31], dtype=float64, not readable) \"breast_cancer\""
      #expect("\(try bob.objects())" == shown + "}")
      let pointers = try [x, y].map { try $0.send(to: bob) }
      let ids = pointers.map(\.idAtLocation)
      let text = shown + ", \(ids[0]): tensor([1, 2, 3, 4, 5]), \(ids[1]): tensor([1, 1, 1, 1, 1])}"
      #expect("\(try bob.objects())" == text)
      withExtendedLifetime(pointers) {}
      try requireDone(by: bob)
    }

    @Test("cell 5: a remote addition sends one instruction, and nothing comes back")
    func cell5() throws {
      let bob = try Job.bob
      let xPointer = try x.send(to: bob)
      try bob.barrier()
      let before = bob.traffic
      let z = try xPointer + xPointer
      usleep(20_000)
      let spent = bob.traffic - before
      #expect(spent.instructionsSent == 1)
      #expect(spent.messagesSent == 1)
      #expect(spent.bytesSent < 200)
      // At most a bare header, by which bob says how far he is.
      #expect(spent.bytesReceived == FrameHeader.size * spent.messagesReceived)
      #expect(spent.messagesReceived <= 1)
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:2>")
      #expect("\(z)" == "[PointerTensor | me:\(z.id) -> bob:\(z.idAtLocation)]")
      #expect(Set([z.idAtLocation, xPointer.idAtLocation, z.id, xPointer.id]).count == 4)
      let objects = try bob.objects()
      #expect(objects.suffix(2).map(\.id) == [xPointer.idAtLocation, z.idAtLocation])
      #expect(objects[z.idAtLocation]?.text == "tensor([ 2,  4,  6,  8, 10])")
      try requireDone(by: bob)
    }

    @Test("cell 6: get brings home, and bob forgets")
    func cell6() throws {
      let bob = try Job.bob
      let own = try bob.objects().count
      let xPointer = try x.send(to: bob)
      let yPointer = try y.send(to: bob)
      let z = try xPointer + yPointer
      #expect("\(try z.fetch())" == "tensor([2, 3, 4, 5, 6])")
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:3>")
      #expect("\(try xPointer.get())" == "tensor([1, 2, 3, 4, 5])")
      #expect("\(try yPointer.get())" == "tensor([1, 1, 1, 1, 1])")
      #expect("\(try z.get())" == "tensor([2, 3, 4, 5, 6])")
      try requireDone(by: bob)
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:0>")
      #expect(try bob.objects().count == own)

      let before = bob.traffic
      let expected = ClusterError.usedPointer(
        address: z.address,
        reason: "get() brought the tensor home and bob forgot it; use what get() returned, or "
          + "fetch() instead of get() to keep it there")
      #expect(throws: expected) { try z.get() }
      #expect(throws: expected) { try z.fetch() }
      #expect(throws: expected) { try z + 1 }
      #expect(throws: expected) { try z.sum() }
      #expect(throws: expected) { try PointerTensor.cat([z, z]) }
      #expect(throws: ClusterError.self) { try z + xPointer }
      #expect("\(expected)".hasPrefix("the pointer to \(z.address) cannot be used any more"))
      #expect(bob.traffic == before)
    }

    @Test("cell 7: the last reference takes the object with it")
    func cell7() throws {
      let bob = try Job.bob
      let xPointer = try x.send(to: bob)
      var id = xPointer.idAtLocation
      do {
        let sum = try xPointer + xPointer
        let copy = sum
        id = copy.idAtLocation
        #expect(try bob.objects()[id]?.text == "tensor([ 2,  4,  6,  8, 10])")
      }
      #expect(try bob.objects()[id] == nil)
      #expect(try bob.objects()[xPointer.idAtLocation] != nil)
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:1>")
      try requireDone(by: bob)
    }

    @Test("cell 8: methods, functions and operators")
    func cell8() throws {
      let bob = try Job.bob
      let (p, q) = (try x.send(to: bob), try y.send(to: bob))
      #expect("\(try add(p, q).get())" == "tensor([2, 3, 4, 5, 6])")
      #expect("\(try p.add(q, alpha: 2).get())" == "tensor([3, 4, 5, 6, 7])")
      #expect("\(try (p - q).get())" == "tensor([0, 1, 2, 3, 4])")
      #expect("\(try (2 * p + 1).get())" == "tensor([ 3,  5,  7,  9, 11])")
      #expect("\(try (-p).get())" == "tensor([-1, -2, -3, -4, -5])")
      #expect("\(try (p .== q).get())" == "tensor([ True, False, False, False, False])")
      #expect("\(try (p .> 2).get())" == "tensor([False, False,  True,  True,  True])")
      #expect("\(try sum(p).get())" == "tensor(15)")
      #expect("\(try p.sum().get())" == "tensor(15)")
      try requireDone(by: bob)
      #expect(bob == p.location)
      #expect(try bob != Job.alice)
    }
  }
}
