import ClusterTensor
import Foundation
import TestSupport
import Testing

extension TraceRecord {
  /// One of each kind, every field different.
  static let samples = Kind.allCases.map { kind in
    let number = UInt64(kind.rawValue) * 0x100
    var record = TraceRecord(
      kind, start: MonotonicTime(nanoseconds: Int64(number)),
      end: MonotonicTime(nanoseconds: Int64(number) + 7))
    record.code = UInt16(number + 1)
    record.peer = UInt32(number + 2)
    record.count = UInt32(number + 3)
    record.number = number + 4
    record.object = number + 5
    record.operands = (number + 6, number + 8)
    record.bytes = number + 9
    return record
  }
}

/// Traces of sessions whose workers are threads.
@Suite struct Traces {
  /// Runs `body` in a traced session and returns the trace.
  private func trace(
    _ names: [String] = ["bob", "alice"], capacity: Int = 1 << 16, log: LogLines = LogLines(),
    data: [String: String] = [:], _ body: (Cluster) throws -> Void
  ) throws -> TraceContent {
    var content: TraceContent?
    try withFolder([:]) { folder in
      var options = ClusterOptions.forTests(log: log)
      options.trace = folder + "/trace.json"
      options.traceCapacity = capacity
      try withCluster(names, data: data, options: options, body)
      content = try TraceContent(contentsOf: folder + "/trace.json")
    }
    return try #require(content)
  }

  @Test func everyRankIsThereOnOneClock() throws {
    let trace = try trace { cluster in
      for worker in [cluster.me] + cluster.workers {
        let x = try Tensor([1, 2, 3]).send(to: worker)
        #expect(try (x + x).get().isIdentical(to: Tensor([2, 4, 6])))
        try worker.barrier()
      }
    }
    #expect(trace.processes == [0: "rank 0 me", 1: "rank 1 bob", 2: "rank 2 alice"])
    #expect(trace.violations() == [])
    for process in 0...2 {
      // Checking that nothing is left asks for the objects.
      let names = trace.events("executed", process: process).map(\.name).filter { $0 != "release" }
      #expect(names == ["send", "add", "get", "barrier", "objects"])
      let worker = ["me", "bob", "alice"][process]
      let sent = trace.events("sent", process: 0).filter { $0.phase == "i" }
      #expect(
        sent.filter { $0.texts["worker"] == worker }.map(\.name).filter { $0 != "release" } == names
      )
      let waits = trace.events("wait").filter { $0.texts["worker"] == worker }
      #expect(waits.map(\.name) == ["get", "barrier", "objects"].map { "wait for \($0)" })
      let rank = try #require(trace.ranks.first { $0.rank == process })
      #expect(rank.process == getpid() && rank.dropped == 0 && rank.events > 10)
      // One process has one clock, and the measurement says so.
      #expect(rank.isDriversClock && rank.offsets.count == 2)
      for (offset, roundTrip) in zip(rank.offsets, rank.roundTrips) {
        #expect(abs(offset) <= roundTrip / 2 + 1 && roundTrip < 100_000_000)
      }
    }
  }

  @Test func transfersSayTheirBytes() throws {
    let trace = try trace { cluster in
      let (bob, alice) = (try cluster["bob"], try cluster["alice"])
      for count in [1025, 5000, 40_000] {
        let p = try Tensor.arange(Scalar(count)).send(to: bob)
        #expect(try p.fetch().isIdentical(to: Tensor.arange(Scalar(count))))
        _ = try p.send(small: alice)
      }
    }
    let sizes = [1025, 5000, 40_000].map { 8 * $0 }
    #expect(trace.bytes("send", process: 0) == sizes)
    #expect(trace.bytes("receive", process: 1) == sizes)
    #expect(trace.bytes("send", process: 1) == sizes)
    #expect(trace.bytes("receive", process: 0) == sizes)
    #expect(trace.bytes("receive", process: 2) == [])
    #expect(trace.violations() == [])
    for event in trace.events("transfer") { #expect(event.end > event.start) }
  }

  @Test func aLongStreamObeysTheLaws() throws {
    let trace = try trace(capacity: 1 << 17) { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor.ones(64, 64).send(to: bob)
      var sum = x
      for number in 0..<5000 {
        sum = try sum + x
        if number % 700 == 0 { _ = try sum.sum().get() }
      }
      _ = try sum.sum().get()
    }
    #expect(trace.violations() == [])
    #expect(trace.events("executed", process: 1).filter { $0.name == "add" }.count == 5000)
    let batches = trace.events("received", process: 1).filter { $0.phase == "X" }
    #expect(batches.count < 5000)
    #expect(!trace.events("message").isEmpty)
  }

  @Test func noElementIsInIt() throws {
    try withFolder(["table.csv": secretTable]) { folder in
      let trace = try trace(data: ["bob": folder]) { cluster in
        let bob = try cluster["bob"]
        let x = try Tensor([171.53125, 61.28125]).send(to: bob)
        let y = try x * 171.53125 + 61.28125
        _ = try y.get()
        _ = try x.fetch()
        let table = try bob.data("table")
        #expect(clusterError { try table.get() }?.isNotPermitted ?? false)
        _ = try table.sum().get()
      }
      for secret in ["171.53", "61.28", "182.65"] { #expect(!trace.text.contains(secret)) }
      #expect(trace.violations() == [])
    }
  }

  @Test func whatDoesNotFitIsCountedAndSaid() throws {
    let log = LogLines()
    let trace = try trace(["bob"], capacity: 20, log: log) { cluster in
      let x = try Tensor([1, 2, 3]).send(to: cluster["bob"])
      for _ in 0..<100 { _ = try (x + x).get() }
    }
    for rank in trace.ranks where rank.rank == 1 { #expect(rank.events == 20) }
    let full = trace.ranks.filter { $0.dropped > 0 }
    #expect(full.map(\.worker) == ["me", "bob"] && full.allSatisfy { $0.dropped > 100 })
    let said = log.all.filter { $0.hasPrefix("the trace had no room for ") }
    #expect(
      said
        == full.map {
          "the trace had no room for \($0.dropped) events of \($0.worker): set "
            + "ClusterOptions.traceCapacity above 20"
        })
  }

  @Test func aFileThatCannotBeWrittenIsSaidBeforeAnythingIsDone() throws {
    var options = ClusterOptions.forTests()
    options.trace = "/no/such/folder/trace.json"
    let error = clusterError { try Cluster.inProcess(workers: ["bob"], options: options) }
    #expect("\(try #require(error))".hasPrefix("no trace can be written to /no/such/folder/"))
  }

  // MARK: Clocks

  @Test func timesOfAnotherClockBecomeTheDrivers() {
    let shift: Int64 = 1 << 50
    // It gains 50 ms in 1000 s.
    let map = ClockMap(
      [
        ClockComparison(time: 1_000_000, offset: shift, roundTrip: 3000),
        ClockComparison(time: 1_000_001_000_000, offset: shift + 50_000_000, roundTrip: 5000),
      ], isOneHost: false)
    #expect(!map.isOneClock)
    for time in stride(from: Int64(0), through: 1_000_002_000_000, by: 12_345_678_901) {
      let share = min(max(Double(time - 1_000_000) / 1e12, 0), 1)
      let theirs = time + shift + Int64(50_000_000 * share)
      #expect(abs(map.driverTime(theirs) - time) <= 3000, "at \(time)")
    }
    // Their order stays.
    var last = Int64.min
    for theirs in stride(from: shift, to: shift + 2_000_000_000_000, by: 99_999_999_977) {
      #expect(map.driverTime(theirs) > last)
      last = map.driverTime(theirs)
    }
  }

  @Test func noMessageArrivesBeforeItWasSent() {
    func record(_ kind: TraceRecord.Kind, _ number: UInt64, at time: Int64) -> TraceRecord {
      var record = TraceRecord(kind, start: MonotonicTime(nanoseconds: time))
      record.number = number
      record.count = 1
      record.peer = kind == .batch || kind == .replies ? 1 : 0
      return record
    }
    // The worker's clock shows 1000 more; each message takes 50.
    let others = [record(.batch, 0, at: 100), record(.replies, 0, at: 300)]
    let records = [record(.frame, 0, at: 1150), record(.answers, 0, at: 1250)]
    for error in [-200, -51, -50, -10, 0, 10, 50, 51, 200] as [Int64] {
      let comparison = ClockComparison(time: 0, offset: 1000 + error, roundTrip: 400)
      var map = ClockMap([comparison], isOneHost: false)
      map.fit(records, of: 1, to: others)
      // By no more than is needed.
      #expect(map.driverTime(1150) == 150 - min(max(error, -50), 50))
    }
    // Where no shift serves all, it is wrong by as little as can be.
    var map = ClockMap([ClockComparison(time: 0, offset: 0, roundTrip: 1)], isOneHost: false)
    map.fit([record(.frame, 0, at: 90), record(.answers, 0, at: 310)], of: 1, to: others)
    #expect(map.driverTime(90) == 90)
  }

  @Test func oneHostsClockIsOnlyOneWhereNothingSpeaksAgainstIt() {
    func isOne(_ offset: Int64, _ roundTrip: Int64, isOneHost: Bool = true) -> Bool {
      ClockMap(
        [ClockComparison(time: 5, offset: offset, roundTrip: roundTrip)], isOneHost: isOneHost
      ).isOneClock
    }
    #expect(isOne(0, 100) && isOne(-50, 100) && isOne(50, 100))
    #expect(!isOne(60, 100) && !isOne(-60, 100) && !isOne(0, 100, isOneHost: false))
  }

  @Test func aWorkerThatLiesAboutTheTimeEndsNothing() {
    let extremes: [Int64] = [.min, -1, 0, 1, .max]
    for first in extremes {
      for second in extremes {
        for time in extremes {
          let map = ClockMap(
            [
              ClockComparison(time: 0, offset: first, roundTrip: 1),
              ClockComparison(time: time, offset: second, roundTrip: 1),
            ], isOneHost: false)
          for theirs in extremes { _ = map.driverTime(theirs) }
        }
      }
    }
  }

  // MARK: The wire

  @Test func listingsTravel() throws {
    let listing = TraceListing(records: TraceRecord.samples, dropped: 12)
    let bytes = listing.encoded()
    #expect(try RawFrames.reading(bytes) { try TraceListing.decode(&$0) } == listing)
    for count in 0..<bytes.count {
      #expect(throws: TensorError.self) {
        try RawFrames.reading(Array(bytes[..<count])) { try TraceListing.decode(&$0) }
      }
    }
    var unknown = bytes
    unknown[16] = 99
    #expect(throws: TensorError.self) {
      try RawFrames.reading(unknown) { try TraceListing.decode(&$0) }
    }
  }

  @Test func anyDriverMayBeginAndTakeATraceAtAnyTime() throws {
    let failures = try withRawDriver { driver in
      func take() throws -> TraceListing {
        let reply = try driver.ask(InstructionCode.takeTrace)
        let content =
          reply.follows == 1
          ? try driver.transport.receiveBody(Int(reply.bodyLength), from: 1) : reply.content
        return try RawFrames.reading(content) { try TraceListing.decode(&$0) }
      }
      #expect(try take().records.isEmpty)
      for capacity in [0, 1, 100, .max] as [UInt64] {
        let request = driver.newRequest()
        var start = RawRecord.ask(InstructionCode.startTrace, request: request)
        start.attributes += capacity.wireBytes
        // What follows in the same batch is recorded, with its right number.
        let id = driver.newID()
        let first = driver.sequence
        try driver.send([start, .store(Tensor([1]), as: id), .release([id])])
        _ = try driver.reply(to: request)
        try driver.expectServes("a trace of \(capacity) events")
        let listing = try take()
        let executed = listing.records.filter { $0.kind == .execution }
        #expect(listing.records.count <= Int(clamping: capacity))
        #expect((listing.dropped > 0) == (capacity < 2))
        if capacity >= 100 {
          #expect(
            executed.prefix(2).map(\.code) == [InstructionCode.store, InstructionCode.release])
          #expect(executed.map(\.number) == (0..<6).map { first + 1 + $0 })
          #expect(executed[0].object == id && executed[1].operands == (id, 0))
        }
        #expect(try take().records.isEmpty)
      }
    }
    #expect(failures.isEmpty)
  }
}

extension PointerTensor {
  /// A small tensor made from here, at another worker.
  fileprivate func send(small worker: Worker) throws -> Tensor {
    try Tensor([1, 2]).send(to: worker).get()
  }
}
