import ClusterTensor
import Testing

@Suite struct TransportLaws {
  static let frameSizes = [0, 1, 7, 63, 64, 65, 1000, 4096, 65_535, 65_536]
  static let bodySizes = [0, 1, 7, 63, 64, 65, 4097, 100_003, 5_000_001]

  @Test("frames keep order and content from each rank", arguments: TransportKind.allCases, [2, 4])
  func order(kind: TransportKind, size: Int) async throws {
    let transports = kind.make(size)
    let count = 400
    let sizes = Self.frameSizes
    try await onRankThreads(size) { rank in
      let transport = transports[rank]
      if rank > 0 {
        for number in 0..<count {
          try transport.sendFrame(
            number, count: sizes[(number + rank) % sizes.count], to: 0)
          try transport.progress()
        }
        try waitBriefly(for: "sends") {
          try transport.progress()
          return transport.hasPendingSends ? nil : ()
        }
      } else {
        var next = Array(repeating: 0, count: size)
        for _ in 0..<count * (size - 1) {
          let frame = try transport.waitForFrame()
          let source = frame.source
          #expect(frame.count == sizes[(next[source] + source) % sizes.count])
          #expect(isFrame(next[source], frame))
          next[source] += 1
          transport.recycle(frame)
        }
        #expect(try transport.receive() == nil)
      }
    }
  }

  @Test("a frame is a copy, and may go to its own rank", arguments: TransportKind.allCases)
  func copies(kind: TransportKind) throws {
    let transports = kind.make(2)
    for target in 0..<2 {
      try transports[0].sendFrame(3, count: 100, to: target)
      let again = try transports[0].takeFrame()
      again.count = 100
      again.base.storeBytes(of: 0xFFFF, as: UInt16.self)
      try transports[0].progress()
      let frame = try waitBriefly(for: "the frame") {
        try transports[0].progress()
        return try transports[target].receive()
      }
      #expect(frame.source == 0)
      #expect(frame.count == 100)
      #expect(isFrame(3, frame))
      #expect(frame !== again)
      transports[0].recycle(again)
      transports[target].recycle(frame)
    }
  }

  @Test("a buffer that is given back twice is handed out once", arguments: TransportKind.allCases)
  func doubleRecycle(kind: TransportKind) throws {
    let transport = kind.make(1)[0]
    let frame = try transport.takeFrame()
    transport.recycle(frame)
    transport.recycle(frame)
    #expect(try transport.takeFrame() !== transport.takeFrame())
  }

  @Test(
    "bodies of any size arrive, whoever starts first",
    arguments: TransportKind.allCases, bodySizes)
  func bodies(kind: TransportKind, count: Int) throws {
    let transports = kind.make(2)
    for receiverFirst in [true, false] {
      let sent = BodyMemory(count, seed: count)
      let received = BodyMemory(count)
      var transfers: [Transfer] = []
      if receiverFirst { transfers.append(try transports[1].startReceive(received, from: 0)) }
      transfers.append(try transports[0].startSend(sent, to: 1))
      if !receiverFirst { transfers.append(try transports[1].startReceive(received, from: 0)) }
      try waitBriefly(for: "the body") {
        for transport in transports { try transport.progress() }
        return transfers.allSatisfy(\.isComplete) ? () : nil
      }
      #expect(transfers.allSatisfy { $0.failure == nil })
      #expect(received.holds(count))
      #expect(!transports[0].hasPendingSends)
    }
  }

  @Test("bodies of both directions at once arrive in order", arguments: TransportKind.allCases)
  func oppositeBodies(kind: TransportKind) async throws {
    let transports = kind.make(3)
    let sizes = Self.bodySizes
    try await onRankThreads(3) { rank in
      let transport = transports[rank]
      var transfers: [Transfer] = []
      var received: [(BodyMemory, Int)] = []
      for other in 0..<3 {
        for (number, count) in sizes.enumerated() {
          transfers.append(
            try transport.startSend(BodyMemory(count, seed: number + 100 * rank), to: other))
        }
        for (number, count) in sizes.enumerated() {
          let memory = BodyMemory(count)
          received.append((memory, number + 100 * other))
          transfers.append(try transport.startReceive(memory, from: other))
        }
      }
      try transport.waitFor(transfers)
      #expect(received.allSatisfy { $0.0.holds($0.1) })
      #expect(!transport.hasPendingSends)
    }
  }

  @Test("a transfer keeps its owner until it is complete and no longer")
  func owners() throws {
    let network = InProcessNetwork(size: 2)
    weak var sent: BodyMemory?
    weak var received: BodyMemory?
    var transfers: [Transfer] = []
    do {
      let memory = BodyMemory(1000, seed: 1)
      let room = BodyMemory(1000)
      (sent, received) = (memory, room)
      transfers = [
        try network.endpoint(0).startSend(memory, to: 1),
        try network.endpoint(1).startReceive(room, from: 0),
      ]
    }
    #expect(sent != nil && received != nil)
    try network.endpoint(1).progress()
    #expect(received == nil && sent != nil)
    try network.endpoint(0).progress()
    #expect(sent == nil)
    #expect(transfers.allSatisfy { $0.isComplete })
  }

  @Test("a body of another length than expected is a failure, and the next one arrives")
  func wrongSize() throws {
    let network = InProcessNetwork(size: 2)
    for count in [10, 1000] {
      let wrong = try network.endpoint(1).startReceive(BodyMemory(100), from: 0)
      let memory = BodyMemory(50)
      let right = try network.endpoint(1).startReceive(memory, from: 0)
      let sends = [
        try network.endpoint(0).startSend(BodyMemory(count, seed: 1), to: 1),
        try network.endpoint(0).startSend(BodyMemory(50, seed: 2), to: 1),
      ]
      try network.endpoint(1).waitFor([wrong, right])
      try network.endpoint(0).waitFor(sends)
      guard case .protocolViolation(let worker, let reason)? = wrong.failure else {
        Issue.record("no failure")
        return
      }
      #expect(worker == "rank 0")
      #expect(reason.contains("100") && reason.contains("\(count)"))
      #expect(right.failure == nil && memory.holds(2))
    }
  }

  @Test("ranks and lengths that cannot be are errors", arguments: TransportKind.allCases)
  func impossible(kind: TransportKind) throws {
    let transport = kind.make(2)[0]
    for rank in [-1, 2, Int.max] {
      #expect(throws: ClusterError.self) { try transport.sendFrame(0, count: 1, to: rank) }
      #expect(throws: ClusterError.self) { try transport.startSend(BodyMemory(1), to: rank) }
      #expect(throws: ClusterError.self) { try transport.startReceive(BodyMemory(1), from: rank) }
    }
    for count in [-1, transport.frameCapacity + 1] {
      let frame = try transport.takeFrame()
      frame.count = count
      #expect(throws: ClusterError.self) { try transport.send(frame, to: 1) }
    }
    try transport.sendFrame(0, count: 1, to: 1)
  }
}

@Suite struct ClosedTransports {
  @Test("what goes to a closed rank vanishes, and nothing waits", arguments: TransportKind.allCases)
  func vanishes(kind: TransportKind) throws {
    let transports = kind.make(2)
    let early = try transports[0].startSend(BodyMemory(100), to: 1)
    try transports[0].sendFrame(1, count: 10, to: 1)
    transports[1].close(waiting: 10)
    try transports[0].waitFor([early])
    let late = try transports[0].startSend(BodyMemory(100), to: 1)
    try transports[0].sendFrame(2, count: 10, to: 1)
    try transports[0].waitFor([late])
    try waitBriefly(for: "sends") {
      try transports[0].progress()
      return transports[0].hasPendingSends ? nil : ()
    }
    transports[0].close(waiting: 10)
  }

  @Test("a closed transport throws", arguments: TransportKind.allCases)
  func throwsAfterwards(kind: TransportKind) throws {
    let transport = kind.make(2)[0]
    let frame = try transport.takeFrame()
    transport.close(waiting: 0)
    transport.close(waiting: 1)
    transport.recycle(frame)
    #expect(throws: ClusterError.self) { try transport.takeFrame() }
    #expect(throws: ClusterError.self) { try transport.receive() }
    #expect(throws: ClusterError.self) { try transport.progress() }
    #expect(throws: ClusterError.self) { try transport.send(frame, to: 1) }
    #expect(throws: ClusterError.self) { try transport.startSend(BodyMemory(1), to: 1) }
    #expect(throws: ClusterError.self) { try transport.startReceive(BodyMemory(1), from: 1) }
  }

  @Test("closing with a body that nobody takes ends after the time given")
  func pendingSend() throws {
    let network = InProcessNetwork(size: 2)
    let transfer = try network.endpoint(0).startSend(BodyMemory(100), to: 1)
    let start = MonotonicTime.now
    network.endpoint(0).close(waiting: 0.05)
    let seconds = Double(MonotonicTime.now.nanoseconds - start.nanoseconds) * 1e-9
    #expect(seconds >= 0.05 && seconds < 10)
    #expect(!transfer.isComplete)
    let receive = try network.endpoint(1).startReceive(BodyMemory(100), from: 0)
    try network.endpoint(1).progress()
    #expect(!receive.isComplete)
    network.endpoint(1).close(waiting: .nan)
  }

  @Test("frames that were held back leave on closing")
  func heldBack() throws {
    let network = InProcessNetwork(size: 2)
    let faulty = FaultyTransport(
      network.endpoint(0), faults: Faults(delay: .frames([0]), delayedCalls: .max / 2), seed: 0)
    try faulty.sendFrame(0, count: 4, to: 1)
    try faulty.sendFrame(1, count: 5, to: 1)
    try faulty.progress()
    #expect(faulty.hasPendingSends)
    #expect(try network.endpoint(1).receive() == nil)
    faulty.close(waiting: 0)
    #expect(try network.endpoint(1).receive()?.count == 4)
    #expect(try network.endpoint(1).receive()?.count == 5)
    #expect(faulty.counts == FaultCounts(sent: 2, delayed: 1))
  }
}
