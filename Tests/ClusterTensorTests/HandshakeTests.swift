import ClusterTensor
import TestSupport
import Testing

/// Joining: names, versions, and peers that do not do as they should.
@Suite struct Joining {
  private func refused(
    _ names: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) -> ClusterError? {
    clusterError("\(names)", sourceLocation: sourceLocation) {
      let cluster = try Cluster.inProcess(workers: names, options: .forTests())
      try cluster.leave()
    }
  }

  @Test func namesThatCannotBe() {
    #expect(refused(["bob", "bob"]) == .duplicateName("bob"))
    #expect(refused(["bob", "alice", "carol", "alice"]) == .duplicateName("alice"))
    for name in ["", "me", "two words", "bob:1", "a/b", "bob\n", String(repeating: "x", count: 65)]
    {
      guard case .invalidName(name, let reason)? = refused(["alice", name]) else {
        Issue.record("\(name)")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test func namesThatCan() throws {
    let names = ["bob", "st-marys", "Zoë", "a.b_c", "7", String(repeating: "x", count: 64)]
    try withCluster(names) { cluster in
      #expect(cluster.workers.map(\.name) == names)
      #expect(cluster.workers.map(\.rank) == Array(1...names.count))
      for name in names {
        let worker = try cluster[name]
        #expect(worker.name == name)
        #expect(try Tensor(1).send(to: worker).get().item() == 1)
      }
      #expect(try cluster["me"] == cluster.me)
      #expect(cluster.mpiVersion == nil)
    }
  }

  @Test func unknownWorkers() throws {
    try withCluster(["bob", "alice"]) { cluster in
      for name in ["carol", "", "Bob", "bob "] {
        let error = clusterError { try cluster[name] }
        #expect(error == .unknownWorker(name, known: ["me", "bob", "alice"]))
      }
    }
  }

  @Test func aClusterOfNobody() throws {
    try withCluster([]) { cluster in
      #expect(cluster.workers.isEmpty)
      let home = try Tensor([1, 2]).send(to: cluster.me).get()
      #expect(home.shape == [2])
    }
  }

  @Test func dataThatCannotBeLoaded() throws {
    func load(_ files: [String: String]) throws -> String {
      var text = ""
      try withFolder(files) { folder in
        let error = clusterError {
          let cluster = try Cluster.inProcess(
            workers: ["alice", "bob"], data: ["bob": folder], options: .forTests())
          try cluster.leave()
        }
        guard case .handshakeFailed(2, let reason)? = error else {
          Issue.record("\(error.map { "\($0)" } ?? "")")
          return
        }
        text = reason
      }
      return text
    }
    let text = try load(["bad.csv": "a,b\n1,2\n1,171.53125x\n"])
    #expect(text.contains("bob") && text.contains("line 3") && text.contains("bad.csv"))
    #expect(!text.contains("171.53125") && !text.contains("malformed bytes"))
    #expect(try load(["a.csv": "x\n1\n", "b.csv": ""]).contains("b.csv"))
    let missing = clusterError {
      try Cluster.inProcess(
        workers: ["bob"], data: ["bob": "/no/such/folder"], options: .forTests())
    }
    #expect("\(missing.map { "\($0)" } ?? "")".contains("/no/such/folder"))
  }

  // MARK: Peers that speak for themselves

  /// What the driver says of a peer that sends these frames in place of an introduction, and what it
  /// tells the peer.
  private func meet(
    _ frames: [[UInt8]], names: [String] = [], ranks: Int = 2,
    handshakeDeadline: Double = 20
  ) throws -> (error: ClusterError?, answer: [UInt8]?) {
    let network = InProcessNetwork(size: ranks)
    for frame in frames { try network.endpoint(1).send(raw: frame, to: 0) }
    let error = clusterError {
      let cluster = try Cluster.drive(
        over: network.endpoint(0), names: names,
        options: .forTests(handshakeDeadline: handshakeDeadline))
      try? cluster.leave()
    }
    let answer = try network.endpoint(1).receive()
    return (error, answer.map { Array($0.bytes) })
  }

  private func hello(_ name: String, dtypes: [UInt8] = DType.allCases.map(\.rawValue)) -> [UInt8] {
    ByteList.make {
      Hello(name: name, host: "elsewhere", instructionSet: "AVX3", dtypes: dtypes).encode(into: &$0)
    }
  }

  private func header(_ kind: FrameHeader.Kind = .hello) -> RawHeader {
    RawHeader(kind: kind.rawValue)
  }

  /// That the peer was told no, and why.
  private func expectRefusal(
    _ answer: [UInt8]?, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try #require(answer, sourceLocation: sourceLocation)
    #expect(try RawFrames.read(answer).kind == .refusal, sourceLocation: sourceLocation)
    let said = try RawFrames.reading(Array(answer.dropFirst(64))) { try $0.readText() }
    #expect(said.contains(text), "\(said)", sourceLocation: sourceLocation)
  }

  @Test func anotherVersion() throws {
    for version in [0, 2, 99, .max] as [UInt16] {
      var other = header()
      other.version = version
      let (error, answer) = try meet([other.frame(hello("bob"))])
      #expect(error == .versionMismatch(worker: "rank 1", theirs: Int(version), ours: 1))
      #expect("\(error.map { "\($0)" } ?? "")".contains("same build"))
      try expectRefusal(answer, "version \(version)")
    }
    // Even where all else is unreadable.
    var other = header()
    other.version = 99
    #expect(
      try meet([Array(other.frame().prefix(20))]).error
        == .versionMismatch(worker: "rank 1", theirs: 99, ours: 1))
  }

  @Test func silence() throws {
    let start = MonotonicTime.now
    let (error, answer) = try meet([], handshakeDeadline: 0.1)
    guard case .handshakeFailed(1, let reason)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "")")
      return
    }
    #expect(reason.contains("0.1 s"))
    try expectRefusal(answer, "rank 1")
    #expect(MonotonicTime.now < start.advanced(bySeconds: 10))
    // The one that is missing is named.
    let others = try meet([header().frame(hello("bob"))], ranks: 3, handshakeDeadline: 0.1)
    guard case .handshakeFailed(2, _)? = others.error else {
      Issue.record("\(others.error.map { "\($0)" } ?? "")")
      return
    }
  }

  @Test func garbage() throws {
    var generator = SampleGenerator(seed: testSeed("garbage introductions"))
    var frames: [[UInt8]] = [
      [], [0], Array(repeating: 0, count: 64), header(.batch).frame(), header(.reply).frame(),
      header(.welcome).frame(hello("bob")), header(.acknowledgement).frame(),
      header().frame(), header().frame(Array(hello("bob").prefix(10))),
      header().frame(UInt32.max.wireBytes), header().frame(WireForm.text("bob")),
      header().frame(hello("bob")).flipping(999), Array(header().frame(hello("bob")).prefix(70)),
    ]
    for _ in 0..<50 {
      frames.append(
        (0..<Int.random(in: 0...200, using: &generator)).map { _ in
          UInt8(truncatingIfNeeded: generator.next())
        })
      frames.append(
        header().frame(
          (0..<Int.random(in: 0...80, using: &generator)).map { _ in
            UInt8(Int.random(in: 0...6, using: &generator))
          }))
    }
    for frame in frames {
      let (error, answer) = try meet([frame])
      switch error {
      case .handshakeFailed(1, _)?, .invalidName?, .versionMismatch?: break
      default: Issue.record("\(frame): \(error.map { "\($0)" } ?? "")")
      }
      try expectRefusal(answer, "refused")
    }
  }

  @Test func namesOfPeers() throws {
    let bob = header().frame(hello("bob"))
    #expect(
      try meet([bob], names: ["alice"]).error
        == .unexpectedName(rank: 1, expected: "alice", found: "bob"))
    #expect(
      try meet([bob], names: ["bob", "alice"]).error == .wrongNumberOfNames(names: 2, workers: 1))
    guard case .invalidName("me", _)? = try meet([header().frame(hello("me"))]).error else {
      Issue.record("me")
      return
    }
    guard
      case .handshakeFailed(1, let reason)? =
        try meet([header().frame(hello("bob", dtypes: [1, 2]))]).error
    else {
      Issue.record("dtypes")
      return
    }
    #expect(reason.contains("dtypes"))
  }

  /// One rank that introduces itself twice does not stand for two.
  @Test func twoIntroductionsOfOne() throws {
    let bob = header().frame(hello("bob"))
    let (error, _) = try meet([bob, bob], ranks: 3, handshakeDeadline: 0.2)
    guard case .handshakeFailed(let rank, _)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "")")
      return
    }
    #expect(rank == 1)
  }

  // MARK: Drivers that speak for themselves

  @Test func workersOfDriversThatAreNone() throws {
    var other = header(.welcome)
    other.version = 99
    for frame in [
      [], Array(repeating: 7, count: 100), other.frame(hello("me")), header(.batch).frame(),
      header(.welcome).frame([1, 2, 3]), header(.welcome).frame(hello("me")).flipping(600),
      header(.refusal).frame(WireForm.text("no")), header(.refusal).frame([9]),
    ] {
      let network = InProcessNetwork(size: 2)
      try network.endpoint(0).send(raw: frame, to: 1)
      #expect(throws: (any Error).self) {
        try WorkerLife.run(
          WorkerSetup(name: "bob", folder: nil), over: network.endpoint(1), options: .forTests(),
          isOversubscribed: true)
      }
    }
  }
}
