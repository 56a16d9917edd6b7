import ClusterTensor
import Synchronization
import TestSupport
import Testing

/// Frames that are late, lost or damaged between a driver and its workers: a result is right or there
/// is a typed error in time, and leaving ends everything.
@Suite struct ClusterFaults {
  /// Gives each rank's transport faults of its own, which spare the handshake.
  private func faulty(
    _ seed: UInt64, from ranks: Set<Int>, _ faults: @escaping (Faults.Choice) -> Faults
  ) -> (any Transport) -> any Transport {
    { transport in
      guard ranks.contains(transport.rank) else { return transport }
      var generator = SampleGenerator(seed: seed &+ UInt64(transport.rank) << 32)
      // The first frame of each rank belongs to the handshake.
      let struck = (1..<20_000).filter { _ in Int.random(in: 0..<30, using: &generator) == 0 }
      return FaultyTransport(transport, faults: faults(.frames(Set(struck))), seed: seed)
    }
  }

  /// A piece of work whose results are known: values of many sizes, chains, gradients.
  private func work(_ cluster: Cluster, rounds: Int, _ check: (Bool) -> Void) throws {
    for round in 0..<rounds {
      let worker = cluster.workers[round % cluster.workers.count]
      let tensor = try Tensor.arange(Scalar(round), Scalar(round + [1, 300, 2000][round % 3]))
      let x = try tensor.send(to: worker)
      check(try x.fetch().isIdentical(to: tensor))
      check(try ((x + x) * 3 - x).sum().get().isIdentical(to: (tensor * 5).sum()))
      check(try x.get().isIdentical(to: tensor))
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func withDelaysEverythingIsRight(number: UInt64) throws {
    let seed = testSeed("delays \(number)") &+ number
    let wrap = faulty(seed, from: [0, 1, 2]) { Faults(delay: $0, delayedCalls: 7) }
    try withCluster(["bob", "alice"], wrapping: wrap) { cluster in
      try work(cluster, rounds: 40) { #expect($0, "seed \(seed)") }
      let x = try Tensor([1.0, 2.0], requiresGrad: true).send(to: cluster["bob"])
      try (x.exp() * x).sum().backward()
      #expect(try x.get().grad != nil)
    }
  }

  /// What is struck, and on whose side.
  enum Damage: String, CaseIterable, Sendable {
    case drop, truncate, flip, all

    func faults(_ choice: Faults.Choice) -> Faults {
      switch self {
      case .drop: Faults(drop: choice)
      case .truncate: Faults(truncate: choice)
      case .flip: Faults(flip: choice)
      case .all: Faults(drop: choice, truncate: choice, flip: choice, delay: choice)
      }
    }
  }

  /// Repeats the work, each round on its own, under damage, `mustRecover` until one went well. Returns how
  /// many rounds did.
  private func endure(
    _ damage: Damage, from ranks: Set<Int>, rounds: Int = 25, mustRecover: Bool = false
  ) throws -> Int {
    let seed = testSeed("\(damage) from \(ranks)")
    let options = ClusterOptions.forTests(deadline: 0.1, transferDeadline: 0.1)
    var well = 0
    var start = MonotonicTime.now
    let cluster = try Cluster.inProcess(
      workers: ["bob", "alice"], options: options,
      wrapping: faulty(seed, from: ranks, damage.faults))
    var round = 0
    while round < rounds || (mustRecover && well == 0 && round < 3 * rounds) {
      round += 1
      // On a busy machine a round may need longer than it gets at first.
      if round > rounds { cluster.deadline = 1 }
      start = MonotonicTime.now
      do {
        try work(cluster, rounds: 2) { #expect($0, "a wrong value; seed \(seed)") }
        well += 1
      } catch is ClusterError {
        // Whatever it is, it came in time.
      }
      #expect(MonotonicTime.now < start.advanced(bySeconds: 10), "seed \(seed)")
    }
    start = MonotonicTime.now
    do {
      try cluster.leave()
    } catch is ClusterError {}
    #expect(MonotonicTime.now < start.advanced(bySeconds: 15), "leaving, seed \(seed)")
    return well
  }

  @Test(arguments: Damage.allCases)
  func damageFromTheDriver(_ damage: Damage) throws {
    // The workers serve on, so that rounds go well between the damage.
    #expect(try endure(damage, from: [0], mustRecover: true) > 0)
  }

  @Test(arguments: Damage.allCases)
  func damageFromTheWorkers(_ damage: Damage) throws { _ = try endure(damage, from: [1, 2]) }

  @Test(arguments: Damage.allCases)
  func damageFromAll(_ damage: Damage) throws {
    _ = try endure(damage, from: [0, 1, 2], rounds: 15)
  }

  /// One lost frame with a large tensor, and another tensor of the same size after it.
  @Test func aLostTensorIsNotTakenForAnother() throws {
    let wrap: (any Transport) -> any Transport = { transport in
      transport.rank == 0
        ? FaultyTransport(transport, faults: Faults(drop: .frames([1])), seed: 0) : transport
    }
    let unread = try inCluster(wrapping: wrap) { cluster in
      let bob = try cluster["bob"]
      let first = try Tensor.arange(0, 4000).send(to: bob)
      let second = try Tensor.arange(5000, 9000).send(to: bob)
      #expect(try second.fetch().isIdentical(to: Tensor.arange(5000, 9000)))
      #expect(clusterError { try first.get() }?.failure?.kind == .missingObject)
      #expect(try second.get().isIdentical(to: Tensor.arange(5000, 9000)))
    }
    #expect(unread.count == 1)
    #expect(unread.first?.contains("1 instruction") ?? false)
  }

  /// Lost instructions do not use up credit for ever.
  @Test func creditComesBackAfterLosses() throws {
    let struck = Set(stride(from: 3, to: 100_000, by: 4))
    let wrap: (any Transport) -> any Transport = { transport in
      transport.rank == 0
        ? FaultyTransport(transport, faults: Faults(drop: .frames(struck)), seed: 0) : transport
    }
    let cluster = try Cluster.inProcess(
      workers: ["bob"], options: .forTests(deadline: 20), wrapping: wrap)
    let bob = try cluster["bob"]
    let x = try Tensor([1]).send(to: bob)
    var sent = 0
    for _ in 0..<4 * WireLimits.creditInstructions {
      _ = try x + x
      sent += 1
    }
    #expect(sent == 4 * Int(WireLimits.creditInstructions))
    _ = clusterError("leaving") { try cluster.leave() }
  }

  /// A worker that is lost for the driver must not keep the driver's program from ending.
  @Test func leavingEndsAWorkerThatNeverHearsOfIt() throws {
    // Everything that the driver sends after the handshake is lost.
    let wrap: (any Transport) -> any Transport = { transport in
      transport.rank == 0
        ? FaultyTransport(transport, faults: Faults(drop: .frames(Set(1..<1000))), seed: 0)
        : transport
    }
    let cluster = try Cluster.inProcess(
      workers: ["bob"], options: .forTests(deadline: 0.1), wrapping: wrap)
    let start = MonotonicTime.now
    #expect(clusterError { try cluster["bob"].objects() }?.isTimeout ?? false)
    guard case .workerLost("bob", _)? = clusterError("leaving", { try cluster.leave() }) else {
      Issue.record("not said")
      return
    }
    #expect(MonotonicTime.now < start.advanced(bySeconds: 10))
  }

  /// All workers are asked at once, so the wait for all that stay silent is that for one.
  @Test func leavingManySilentWorkersTakesNoLonger() throws {
    let names = (1...6).map { "worker\($0)" }
    let wrap: (any Transport) -> any Transport = { transport in
      transport.rank == 0
        ? FaultyTransport(
          transport, faults: Faults(drop: .frames(Set(names.count..<1000))), seed: 0)
        : transport
    }
    let cluster = try Cluster.inProcess(workers: names, options: .forTests(), wrapping: wrap)
    let start = MonotonicTime.now
    let error = clusterError("leaving") { try cluster.leave() }
    guard case .workerLost("worker1", let reason)? = error else {
      Issue.record("not said")
      return
    }
    #expect(reason.contains("1.5 s"))
    #expect(MonotonicTime.now < start.advanced(bySeconds: 6))
  }

  @Test func leavingAfterABrokenAnswerEndsTheWorker() throws {
    let wrap: (any Transport) -> any Transport = { transport in
      transport.rank == 1
        ? FaultyTransport(transport, faults: Faults(flip: .frames([1])), seed: 3) : transport
    }
    let cluster = try Cluster.inProcess(
      workers: ["bob"], options: .forTests(deadline: 5), wrapping: wrap)
    let start = MonotonicTime.now
    let bob = try cluster["bob"]
    #expect(clusterError { try bob.barrier() }?.isProtocolViolation ?? false)
    // The connection is out of step, and says so from then on.
    #expect(clusterError { try bob.barrier() }?.isProtocolViolation ?? false)
    #expect(clusterError { try Tensor([1]).send(to: bob) }?.isProtocolViolation ?? false)
    _ = clusterError("leaving") { try cluster.leave() }
    #expect(MonotonicTime.now < start.advanced(bySeconds: 10))
  }
}
