import ClusterTensor
import Foundation
import Logging
import Synchronization
import Testing

/// Log lines, `traffic()` and `describe()`.
@Suite struct Seeing {
  /// Lines as they would go to standard error, one for each write.
  private final class Written: Sendable {
    let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    func logger(_ level: Logger.Level) -> Logger {
      ClusterLog.logger(level: level) { text in self.lines.withLock { $0.append(text) } }
    }
  }

  private func session(_ level: Logger.Level) throws -> [String] {
    let written = Written()
    var options = ClusterOptions.forTests()
    options.logger = written.logger(level)
    try withFolder(["table.csv": secretTable]) { folder in
      let unread = try inCluster(["bob", "alice"], data: ["bob": folder], options: options) {
        let bob = try $0["bob"]
        let x = try Tensor([171.53125, 61.28125]).send(to: bob)
        _ = try (x * 171.53125 + 61.28125).get()
        let large = try Tensor.full([2000], 171.53125, dtype: .float64).send(to: bob)
        _ = try large.fetch()
        _ = try bob.objects()
        #expect(clusterError { try bob.data("table").get() }?.isNotPermitted ?? false)
        _ = try x.indexSelect(dim: 0, Tensor([7]).send(to: bob))
      }
      #expect(unread.count == 1)
    }
    return written.all
  }

  @Test(arguments: [Logger.Level.trace, .debug, .info, .notice, .warning])
  func oneLineAnEventWithRankAndNameInFront(level: Logger.Level) throws {
    let lines = try session(level)
    let form =
      /[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} ([a-z]+) +\[rank (0 me|1 bob|2 alice)\] [^\n]+\n/
    for line in lines {
      let match = try #require(try form.wholeMatch(in: line), "\(line)")
      #expect(try #require(Logger.Level(rawValue: "\(match.1)")) >= level)
    }
    func holds(_ place: String, _ text: String) -> Bool {
      lines.contains { $0.contains("[rank \(place)] \(text)") }
    }
    let expected: [(Logger.Level, String, String)] = [
      (.info, "0 me", "welcomed bob: rank 1, host "), (.info, "0 me", "joined: host "),
      (.info, "1 bob", "joined: host "), (.info, "2 alice", "joined: host "),
      (.info, "1 bob", "loaded \"table\": float64[4, 3], 3 columns\n"),
      (.info, "1 bob", "left: "), (.info, "2 alice", "left: "), (.info, "0 me", "left\n"),
      (.notice, "1 bob", "refused to give away "),
      (.debug, "1 bob", "failed: index_select: the position at place 0 is out of range"),
      (.debug, "0 me", "sends float64[2000], 16000 bytes, to bob as "),
      (.debug, "1 bob", "received float64[2000], 16000 bytes, as "),
      (.debug, "1 bob", "gives away "), (.debug, "0 me", "waited "),
      (.trace, "0 me", "tells bob: mul "), (.trace, "1 bob", "executed mul "),
      (.trace, "0 me", "sends bob a batch of "), (.trace, "1 bob", "received a batch of "),
      (.trace, "0 me", "bob answers "),
    ]
    for (needed, place, text) in expected {
      #expect(holds(place, text) == (level <= needed), "\(place): \(text)")
    }
    for secret in ["171.53", "61.28", "182.65"] {
      #expect(!lines.contains { $0.contains(secret) })
    }
  }

  @Test func whatOthersSayStaysOnItsLine() {
    let written = Written()
    let logger = written.logger(.info)
    logger.info("one\ntwo\r\u{1B}[2J\u{2028}three")
    logger.info("more", metadata: ["key": "value\nvalue"])
    logger.debug("not this")
    #expect(written.all.count == 2)
    #expect(written.all[0].hasSuffix(#" one\ntwo\r\u{1B}[2J\u{2028}three"# + "\n"))
    #expect(written.all[1].hasSuffix(#" more key=value\nvalue"# + "\n"))
  }

  @Test func refusedFramesAreErrors() throws {
    let lines = LogLines()
    try withCluster(options: .forTests(log: lines)) { _ in }
    #expect(lines.all == [])
    _ = try withRawDriver { driver in
      try driver.send([1, 2, 3])
      try driver.expectServes("three bytes")
      #expect(driver.log.all.count == 1)
    }
  }

  // MARK: Traffic

  @Test func trafficIsExact() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let bob = try cluster["bob"]
      #expect(
        cluster.traffic().rows.map(\.traffic) == [Traffic(), Traffic(), Traffic()])
      let x = try Tensor([1, 2, 3]).send(to: bob)
      try bob.barrier()
      let y = try x + x
      try bob.barrier()
      let z = try y.matmul(x)
      try bob.barrier()
      #expect(try z.fetch().item(as: Int.self) == 28)
      let rows = cluster.traffic().rows
      #expect(rows.map(\.name) == ["me", "bob", "alice"] && rows.map(\.rank) == [0, 1, 2])
      #expect(rows.map(\.traffic) == [cluster.me.traffic, bob.traffic, Traffic()])
      let traffic = rows[1].traffic
      // Each is a frame of its own: send, two operations, three barriers, a read.
      #expect(traffic.messagesSent == 7)
      #expect(traffic.instructionsSent == 7 && traffic.operationsSent == 2)
      let records = [56, 40, 32, 16, 16, 16, 24]
      #expect(traffic.bytesSent == 7 * 64 + records.reduce(0, +))
      // Besides the four answers there may be acknowledgements.
      #expect(traffic.messagesReceived >= 4 && traffic.messagesReceived <= 7)
      let answers = [24, 24, 24, 40]
      #expect(
        traffic.bytesReceived == 64 * traffic.messagesReceived + answers.reduce(0, +))
      let lines = cluster.traffic().description.split(separator: "\n").map {
        $0.split(separator: " ").map(String.init)
      }
      #expect(lines.count == 4)
      #expect(
        lines[2] == [
          "bob", "7", "\(traffic.messagesReceived)", "\(traffic.bytesSent)",
          "\(traffic.bytesReceived)", "2",
        ])
      #expect(
        "\(cluster.traffic())".hasPrefix(
          "worker  messages out  messages in  bytes out  bytes in  operations\n"
            + "me                 0            0          0         0           0\n"))
    }
  }

  @Test func bodiesAndReleasesAreTrafficAndNoOperations() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      for _ in 0..<3 { _ = try Tensor.arange(2000).send(to: bob).fetch() }
      try bob.barrier()
      let traffic = bob.traffic
      #expect(traffic.operationsSent == 0)
      #expect(traffic.bytesSent > 3 * 16_000 && traffic.bytesSent < 3 * 16_000 + 2000)
      #expect(traffic.bytesReceived > 3 * 16_000 && traffic.bytesReceived < 3 * 16_000 + 2000)
    }
  }

  // MARK: Describing

  @Test func descriptionsAreExact() throws {
    try withFolder(["table.csv": secretTable]) { folder in
      try withCluster(["bob", "alice"], data: ["bob": folder]) { cluster in
        let (bob, alice) = (try cluster["bob"], try cluster["alice"])
        let mine = try Tensor([1, 2, 3]).send(to: cluster.me)
        let x = try Tensor.zeros(1000, dtype: .float32).send(to: bob)
        let y = try x + 1
        // A view takes no memory of its own.
        let part = try y[.slice(start: 0, end: 10)]
        let before = (bob.traffic, alice.traffic)
        let rows = try cluster.describe().rows
        #expect(alice.traffic.messagesSent - before.1.messagesSent == 1)
        #expect(alice.traffic.messagesReceived - before.1.messagesReceived == 1)
        #expect(rows.map(\.rank) == [0, 1, 2] && rows.map(\.name) == ["me", "bob", "alice"])
        #expect(rows.allSatisfy { $0.host == bob.host && $0.processIdentifier == getpid() })
        #expect(rows.map(\.objects) == [1, 4, 0])
        #expect(rows.map(\.bytes) == [24, 4 * 3 * 8 + 4000 + 4000, 0])
        withExtendedLifetime((mine, part)) {}
        try bob.barrier()
        #expect(try cluster.describe().rows.map(\.queue) == [0, 0, 0])
        let text = try cluster.describe().description
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
          lines[0] == ["rank", "worker", "host", "process", "objects", "bytes", "queue"])
        #expect(lines[2] == ["1", "bob", bob.host, "\(getpid())", "4", "8096", "0"])
      }
    }
  }

  @Test func theQueueIsWhatAWorkerHasNotDoneYet() throws {
    let barrier = Barrier()
    try withCluster(wrapping: { barrier.wrap($0) }) { cluster in
      defer { barrier.open() }
      let bob = try cluster["bob"]
      let x = try Tensor([1]).send(to: bob)
      try bob.barrier()
      barrier.close()
      var sums: [PointerTensor] = []
      for _ in 0..<5 { sums.append(try x + x) }
      Thread {
        Thread.sleep(forTimeInterval: 0.1)
        barrier.open()
      }.start()
      let row = try cluster.describe().rows[1]
      #expect(row.queue == 5 && row.objects == 6 && row.bytes == 48)
      #expect(sums.count == 5)
    }
  }

  @Test func allAreAskedBeforeAnyIsWaitedFor() throws {
    let barrier = Barrier()
    try withCluster(["bob", "alice"], wrapping: { barrier.wrap($0) }) { cluster in
      defer { barrier.open() }
      for worker in cluster.workers { try worker.barrier() }
      let before = cluster.traffic().rows.map(\.traffic.messagesSent)
      barrier.close()
      cluster.deadline = 0.05
      #expect(clusterError { try cluster.describe() }?.isTimeout ?? false)
      let sent = zip(cluster.traffic().rows, before).map { $0.traffic.messagesSent - $1 }
      #expect(sent == [1, 1, 1])
      cluster.deadline = 20
      barrier.open()
    }
  }

  @Test func tables() {
    let table = TextTable([["name", "count"], ["a", "5"], ["", "12345678"]], numbersFrom: 1)
    #expect(table.text == "name     count\na            5\n      12345678")
    #expect(TextTable([["a", "b"], ["ccc", ""]]).lines == ["a    b", "ccc"])
    #expect(TextTable([]).text == "")
  }
}
