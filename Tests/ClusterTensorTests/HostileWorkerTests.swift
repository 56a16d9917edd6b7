import ClusterTensor
import TestSupport
import Testing

/// Workers that answer what the protocol does not allow: the driver throws typed errors, in time, and
/// never traps.
@Suite struct HostileWorkers {
  /// A cluster with one worker, for which `answer` speaks: it gets each request's number and returns
  /// the body of the reply frame and how many answers it holds.
  private func withWorker(
    deadline: Double = 0.3,
    _ answer: (_ request: UInt64, _ endpoint: InProcessTransport) throws -> [UInt8],
    _ use: (Worker) throws -> Void
  ) throws -> ClusterError? {
    let network = InProcessNetwork(size: 2)
    let peer = network.endpoint(1)
    let hello = ByteList.make {
      Hello(
        name: "bob", host: "elsewhere", instructionSet: "", dtypes: DType.allCases.map(\.rawValue)
      ).encode(into: &$0)
    }
    try peer.send(raw: RawHeader(kind: FrameHeader.Kind.hello.rawValue).frame(hello), to: 0)
    let cluster = try Cluster.drive(
      over: network.endpoint(0), options: .forTests(deadline: deadline))
    // The answer to the first request, whatever it will be, is there before it is asked for.
    try peer.send(raw: answer(1, peer), to: 0)
    let error = clusterError { try use(cluster["bob"]) }
    _ = try? cluster.leave()
    return error
  }

  /// A frame with answers.
  private func frame(
    _ replies: [RawReply], count: UInt32? = nil, sequence: UInt64 = 0, acknowledged: UInt64 = 0
  ) -> [UInt8] {
    RawHeader(
      kind: FrameHeader.Kind.reply.rawValue, sequence: sequence,
      count: count ?? UInt32(replies.count), acknowledged: acknowledged
    ).frame(replies.flatMap(\.bytes))
  }

  private func listing(_ bytes: [UInt8]) throws -> ClusterError? {
    try withWorker { request, _ in
      frame([RawReply(request: request, kind: .bytes, content: bytes)])
    } _: {
      _ = try $0.objects()
    }
  }

  @Test func listsThatAreNone() throws {
    let descriptor = WireForm.descriptor(6, [1])
    for bytes in [
      [], [1], UInt32.max.wireBytes, (1 as UInt32).wireBytes,
      (1 as UInt32).wireBytes + Int64(7).wireBytes + [1] + descriptor + [1] + UInt32.max.wireBytes,
      (1 as UInt32).wireBytes + Int64(7).wireBytes + [9],
      (2 as UInt32).wireBytes + Int64(7).wireBytes + [0, 0] + WireForm.text("x"),
      (1 as UInt32).wireBytes + Int64(7).wireBytes + [0, 0] + (1 as UInt32).wireBytes + [0xFF],
    ] {
      let error = try listing(bytes)
      #expect(error?.isProtocolViolation ?? false, "\(bytes): \(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func dataThatIsNone() throws {
    for bytes in [
      [], Int64(7).wireBytes,
      Int64(7).wireBytes + WireForm.descriptor(6, [1]) + UInt32.max.wireBytes,
      Int64(7).wireBytes + WireForm.descriptor(6, [-1]) + UInt32(0).wireBytes,
      Int64(7).wireBytes + WireForm.descriptor(99, [1]) + UInt32(0).wireBytes,
    ] {
      let error = try withWorker { request, _ in
        frame([RawReply(request: request, kind: .bytes, content: bytes)])
      } _: {
        _ = try $0.data("x")
      }
      #expect(error?.isProtocolViolation ?? false, "\(bytes): \(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func answersOfAnotherKind() throws {
    let tensor = WireForm.descriptor(6, [1]) + Int64(5).wireBytes
    for use in [
      { _ = try $0.objects() }, { _ = try $0.data("x") }, { _ = try $0.columns(of: "x") },
    ] as [(Worker) throws -> Void] {
      let error = try withWorker { request, _ in
        frame([RawReply(request: request, kind: .tensor, bodyLength: 8, content: tensor)])
      } _: {
        try use($0)
      }
      #expect(error?.isProtocolViolation ?? false)
    }
    // A list in place of a tensor, and a tensor of another shape.
    for reply in [
      RawReply(request: 1, kind: .bytes, content: [1, 2, 3]),
      RawReply(request: 1, kind: .tensor, bodyLength: 8, content: tensor),
    ] {
      let error = try withWorker { _, _ in
        frame([reply])
      } _: {
        _ = try Tensor([1, 2, 3]).send(to: $0).get()
      }
      #expect(error?.isProtocolViolation ?? false)
    }
  }

  @Test func answersThatMakeNoSense() throws {
    func reply(_ change: (inout RawReply) -> Void) -> RawReply {
      var reply = RawReply(request: 1, kind: .bytes, content: [0, 0, 0, 0])
      change(&reply)
      return reply
    }
    let tensor = WireForm.descriptor(6, [1]) + Int64(5).wireBytes
    let frames: [(String, [UInt8])] = [
      ("kind 99", frame([reply { $0.kind = 99 }])), ("follow 2", frame([reply { $0.follows = 2 }])),
      ("length 0", frame([reply { $0.length = 0 }])),
      ("length 23", frame([reply { $0.length = 23 }])),
      ("length 2^32 - 1", frame([reply { $0.length = .max }])),
      ("body of 2^63", frame([reply { $0.bodyLength = 1 << 63 }])),
      ("body of 2^64 - 1", frame([reply { $0.bodyLength = .max }])),
      ("body of 99", frame([reply { $0.bodyLength = 99 }])),
      (
        "a terabyte to come",
        frame([
          reply {
            $0.follows = 1
            $0.bodyLength = 1 << 40
          }
        ])
      ),
      ("one for two", frame([reply { _ in }, reply { _ in }], count: 1)),
      ("two for one", frame([reply { _ in }], count: 2)),
      ("2^32 - 1 for one", frame([reply { _ in }], count: .max)),
      ("cut", Array(frame([reply { _ in }]).prefix(80))),
      ("flipped", frame([reply { _ in }]).flipping(700)),
      ("a wrong number", frame([reply { _ in }], sequence: 5)),
      ("the largest number", frame([reply { _ in }], sequence: .max)),
      ("more than was sent", frame([reply { _ in }], acknowledged: 100)),
      ("far more than was sent", frame([reply { _ in }], acknowledged: .max)),
      ("a batch", RawHeader().frame()), ("a hello", RawHeader(kind: 1).frame()),
      (
        "a tensor of another size",
        frame([
          RawReply(request: 1, kind: .tensor, bodyLength: 16, content: tensor)
        ])
      ),
      (
        "a tensor of no shape",
        frame([
          RawReply(request: 1, kind: .tensor, bodyLength: 8, content: WireForm.descriptor(6, [-8]))
        ])
      ),
      (
        "a failure of no kind",
        frame([
          RawReply(
            request: 1, kind: .failure, content: [200, 0] + WireForm.text("") + WireForm.text(""))
        ])
      ),
      ("a cut failure", frame([RawReply(request: 1, kind: .failure, content: [1, 0, 9, 0])])),
      ("an empty failure", frame([RawReply(request: 1, kind: .failure, content: [])])),
    ]
    for (what, bytes) in frames {
      let error = try withWorker { _, _ in
        bytes
      } _: {
        // The first answer may be one, whatever comes after it.
        try $0.barrier()
        try $0.barrier()
      }
      #expect(error?.isProtocolViolation ?? false, "\(what): \(error.map { "\($0)" } ?? "")")
    }
  }

  /// Bytes that are no elements of their dtype are not taken for a tensor.
  @Test(arguments: [3, 20_000]) func truthValuesThatAreNone(count: Int) throws {
    var bytes = [UInt8](repeating: 1, count: count)
    bytes[count - 1] = 2
    let error = try withWorker { request, peer in
      let follows = count > WireLimits.inlineBytes
      if follows { _ = try peer.startSend(body: bytes, to: 0) }
      return frame([
        RawReply(
          request: request, kind: .tensor, follows: follows, bodyLength: UInt64(count),
          content: WireForm.descriptor(1, [Int64(count)]) + (follows ? [] : bytes))
      ])
    } _: {
      _ = try Tensor(Array(repeating: true, count: count)).send(to: $0).get()
    }
    #expect(error?.isProtocolViolation ?? false, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func answersToNobody() throws {
    let error = try withWorker { _, _ in
      frame([
        RawReply(request: 0, kind: .bytes, content: []),
        RawReply(request: 77, kind: .bytes, content: [1, 2, 3]),
        RawReply(
          request: .max, kind: .tensor, bodyLength: 8,
          content: WireForm.descriptor(6, [1]) + Int64(5).wireBytes),
      ])
    } _: {
      try $0.barrier()
    }
    // They are taken in, and the answer that is due does not come.
    #expect(error?.isTimeout ?? false)
  }

  @Test func bodiesThatAreNotAsAnnounced() throws {
    for size in [1, 19_999, 20_001] {
      let error = try withWorker { _, peer in
        _ = try peer.startSend(body: Array(repeating: 1, count: size), to: 0)
        var reply = RawReply(
          request: 1, kind: .tensor, follows: true, bodyLength: 20_000,
          content: WireForm.descriptor(2, [20_000]))
        reply.bodyLength = 20_000
        return frame([reply])
      } _: {
        _ = try Tensor(Array(repeating: UInt8(1), count: 20_000)).send(to: $0).get()
      }
      #expect(error?.isProtocolViolation ?? false, "\(size): \(error.map { "\($0)" } ?? "")")
    }
    // Or does not come at all.
    let error = try withWorker { _, _ in
      frame([
        RawReply(
          request: 1, kind: .tensor, follows: true, bodyLength: 20_000,
          content: WireForm.descriptor(2, [20_000]))
      ])
    } _: {
      _ = try Tensor(Array(repeating: UInt8(1), count: 20_000)).send(to: $0).get()
    }
    #expect(error?.isTimeout ?? false)
  }

  /// A tensor for which there is no memory here is an error of its read and of no other.
  @Test func aTensorThatIsTooLarge() throws {
    let error = try withWorker { _, peer in
      func answer(_ request: UInt64, _ length: Int64) -> [UInt8] {
        frame(
          [
            RawReply(
              request: request, kind: .tensor, follows: true, bodyLength: UInt64(8 * length),
              content: WireForm.descriptor(6, [length]))
          ], sequence: request - 1)
      }
      for seed in [UInt8(1), 0] {
        _ = try peer.startSend(body: Array(repeating: seed, count: 16_000), to: 0)
      }
      try peer.send(raw: answer(1, 1 << 37), to: 0)
      return answer(2, 2000)
    } _: { bob in
      let x = try Tensor([1]).send(to: bob)
      #expect(throws: TensorError.outOfMemory(bytes: 1 << 40)) {
        try x.broadcastTo([1 << 37]).get()
      }
      #expect(try x.broadcastTo([2000]).get().isIdentical(to: Tensor.zeros(2000, dtype: .int64)))
      try bob.barrier()
    }
    #expect(error?.isTimeout ?? false)
  }

  @Test func randomAnswers() throws {
    let seed = testSeed("random answers")
    var generator = SampleGenerator(seed: seed)
    for _ in 0..<300 {
      var content = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        UInt8(truncatingIfNeeded: generator.next() & (generator.next() & 1 == 0 ? 3 : 255))
      }
      if Bool.random(using: &generator) { content = WireForm.descriptor(6, [1]) + content }
      var reply = RawReply(request: 1, kind: .bytes, content: content)
      reply.kind = UInt8(Int.random(in: 0...3, using: &generator))
      if Bool.random(using: &generator) {
        reply.bodyLength = UInt64(Int.random(in: 0...70, using: &generator))
      }
      let use = Int.random(in: 0...2, using: &generator)
      // Whatever comes of it comes as a value or an error of the cluster, and in time.
      _ = try withWorker(deadline: 0.01) { _, _ in
        frame([reply])
      } _: { bob in
        switch use {
        case 0: _ = try bob.objects()
        case 1: _ = try bob.data("x")
        default: _ = try Tensor([1]).send(to: bob).get()
        }
        throw ClusterError.oneRank
      }
    }
  }
}
