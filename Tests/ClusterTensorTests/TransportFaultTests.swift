import ClusterTensor
import Testing

@Suite struct FaultyFrames {
  /// Sends frames of 100 bytes through a faulty transport and returns what arrives.
  private func pass(
    _ count: Int, _ faults: Faults, seed: UInt64 = 7
  ) throws -> (frames: [[UInt8]], transport: FaultyTransport) {
    let network = InProcessNetwork(size: 2)
    let faulty = FaultyTransport(network.endpoint(0), faults: faults, seed: seed)
    for number in 0..<count { try faulty.sendFrame(number, count: 100, to: 1) }
    try waitBriefly(for: "sends") {
      try faulty.progress()
      return faulty.hasPendingSends ? nil : ()
    }
    var frames: [[UInt8]] = []
    while let frame = try network.endpoint(1).receive() {
      frames.append(Array(frame.bytes))
      network.endpoint(1).recycle(frame)
    }
    return (frames, faulty)
  }

  private func expected(_ number: Int) -> [UInt8] { TransportContent.array(number, count: 100) }

  @Test("chosen frames are struck and no others")
  func chosen() throws {
    let (frames, faulty) = try pass(
      10,
      Faults(
        drop: .frames([2]), truncate: .frames([3, 2]), flip: .frames([4]), delay: .frames([5]))
    )
    #expect(
      faulty.counts == FaultCounts(sent: 10, dropped: 1, truncated: 1, flipped: 1, delayed: 1))
    let numbers = [0, 1, 3, 4, 5, 6, 7, 8, 9]
    #expect(frames.count == numbers.count)
    for (frame, number) in zip(frames, numbers) {
      let whole = expected(number)
      switch number {
      case 3:
        #expect(frame.count < 100 && frame == Array(whole.prefix(frame.count)))
      case 4:
        let flipped = zip(frame, whole).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
        #expect(frame.count == 100 && flipped == 1)
      default: #expect(frame == whole)
      }
    }
  }

  @Test("the seed alone decides, and is printed", arguments: [0, 1, 99] as [UInt64])
  func repeatable(seed: UInt64) throws {
    let faults = Faults(
      drop: .probability(0.1), truncate: .probability(0.2), flip: .probability(0.3))
    let first = try pass(300, faults, seed: seed)
    let second = try pass(300, faults, seed: seed)
    #expect(first.frames == second.frames)
    #expect(first.transport.counts == second.transport.counts)
    #expect(try pass(300, faults, seed: seed + 1).frames != first.frames)
    #expect(first.transport.description.contains("seed:\(seed) "))
    // Other faults do not change which frames are dropped.
    let droppedOnly = try pass(300, Faults(drop: .probability(0.1)), seed: seed)
    #expect(droppedOnly.transport.counts.dropped == first.transport.counts.dropped)
  }

  @Test("probabilities are kept", arguments: [0, 0.01, 0.5, 1])
  func frequency(probability: Double) throws {
    let count = 4000
    let (frames, faulty) = try pass(count, Faults(drop: .probability(probability)))
    let mean = Double(count) * probability
    let deviation = (mean * (1 - probability)).squareRoot()
    #expect(abs(Double(faulty.counts.dropped) - mean) <= 5 * deviation)
    #expect(frames.count == count - faulty.counts.dropped)
  }

  @Test("empty frames have nothing to truncate or flip")
  func empty() throws {
    let network = InProcessNetwork(size: 2)
    let faulty = FaultyTransport(
      network.endpoint(0), faults: Faults(truncate: .probability(1), flip: .probability(1)), seed: 0
    )
    try faulty.sendFrame(0, count: 0, to: 1)
    #expect(faulty.counts == FaultCounts(sent: 1))
    #expect(try network.endpoint(1).receive()?.count == 0)
  }
}

@Suite struct WaitingTimes {
  private static let microsecond: Int64 = 1000

  /// Profile, microseconds waited so far, what comes next.
  private static let schedule: [(Backoff.Profile, Int64, Backoff.Step)] = [
    (.waiting, 0, .spin),
    (.waiting, 49, .spin),
    (.waiting, 50, .yield),
    (.waiting, 999, .yield),
    (.waiting, 1000, .sleep(nanoseconds: 20_000)),
    (.waiting, 5000, .sleep(nanoseconds: 100_000)),
    (.waiting, 50_000, .sleep(nanoseconds: 1_000_000)),
    (.waiting, 100_000_000, .sleep(nanoseconds: 1_000_000)),
    (.idle, 0, .spin),
    (.idle, 10, .yield),
    (.idle, 199, .yield),
    (.idle, 200, .sleep(nanoseconds: 20_000)),
    (.idle, 999_999, .sleep(nanoseconds: 1_000_000)),
    (.idle, 1_000_000, .sleep(nanoseconds: 20_000_000)),
    (.idle, 2_500_000, .sleep(nanoseconds: 50_000_000)),
    (.idle, 3_600_000_000, .sleep(nanoseconds: 50_000_000)),
  ]

  @Test("a wait spins, yields, sleeps", arguments: schedule)
  func steps(profile: Backoff.Profile, microseconds: Int64, step: Backoff.Step) {
    let elapsed = microseconds * Self.microsecond
    #expect(
      Backoff.step(afterNanoseconds: elapsed, profile: profile, oversubscribed: false) == step)
    let shared = Backoff.step(afterNanoseconds: elapsed, profile: profile, oversubscribed: true)
    #expect(shared == (step == .spin ? .yield : step))
  }

  @Test(
    "a pause ends, and a reset starts again", arguments: Backoff.Profile.allCases, [true, false])
  func pauses(profile: Backoff.Profile, oversubscribed: Bool) {
    var backoff = Backoff(profile: profile, oversubscribed: oversubscribed)
    for round in 0..<1000 {
      backoff.pause()
      if round % 300 == 0 { backoff.reset() }
    }
  }

  @Test("the clock goes on, and impossible deadlines are harmless")
  func clock() {
    let first = MonotonicTime.now
    #expect(MonotonicTime.now >= first)
    #expect(first.advanced(bySeconds: 1).nanoseconds == first.nanoseconds + 1_000_000_000)
    #expect(first.advanced(bySeconds: -1) == first)
    #expect(first.advanced(bySeconds: .nan) == first)
    #expect(first.advanced(bySeconds: .infinity) > first)
  }

  @Test("a machine is oversubscribed with more ranks than cores")
  func oversubscription() {
    #expect(Processors.available.count >= 1)
    #expect(!HostShare(ranks: 2, cores: 2).isOversubscribed)
    #expect(HostShare(ranks: 3, cores: 2).isOversubscribed)
  }
}
