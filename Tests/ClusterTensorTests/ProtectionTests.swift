import ClusterTensor
import TestSupport
import Testing

/// Data that a worker loaded itself: computed with, never brought home.
@Suite struct Protection {
  /// Bob with a table of his own, which `body` points to.
  private func withTable(_ body: (Cluster, Worker, PointerTensor) throws -> Void) throws {
    try withFolder(["secret.csv": secretTable, "notes.txt": "no table"]) { folder in
      try withCluster(["bob", "alice"], data: ["bob": folder]) { cluster in
        let bob = try cluster["bob"]
        try body(cluster, bob, bob.data("secret"))
      }
    }
  }

  private func isRefused<T>(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> T
  ) {
    let error = clusterError(what, sourceLocation: sourceLocation) { try body() }
    guard case .notPermitted(let worker, let text)? = error else {
      Issue.record("\(what): \(error.map { "\($0)" } ?? "")", sourceLocation: sourceLocation)
      return
    }
    #expect(worker == "bob", sourceLocation: sourceLocation)
    expectSecret(text, sourceLocation: sourceLocation)
  }

  /// Texts hold no number of the table.
  private func expectSecret(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for line in secretTable.split(separator: "\n").dropFirst() {
      for number in line.split(separator: ",") where number.count > 1 {
        #expect(!text.contains(number), sourceLocation: sourceLocation)
      }
    }
  }

  @Test func whatIsKnownOfTheTable() throws {
    try withTable { _, bob, table in
      #expect(table.shape == [4, 3])
      #expect(table.dtype == .float64)
      #expect(table.location == bob)
      #expect(try bob.columns(of: "secret") == ["height", "weight", "answer"])
      // The driver holds nothing there: a pointer to data does not own it.
      #expect(bob.description == "<Worker id:bob rank:1 #objects:0>")
      let objects = try bob.objects()
      #expect(objects.count == 1)
      #expect(objects[0].id == table.idAtLocation)
      #expect(objects[0].descriptor == table.descriptor)
      #expect(!objects[0].isReadable)
      #expect(
        objects.description
          == "{\(table.idAtLocation): tensor(shape=[4, 3], dtype=float64, not readable) \"secret\"}"
      )
    }
  }

  @Test func theTableItselfStays() throws {
    try withTable { _, bob, table in
      isRefused("get") { try table.get() }
      isRefused("fetch") { try table.fetch() }
      isRefused("a second get") { try table.get() }
      // A refusal does not use the pointer up.
      let sum = try table.sum(dim: 0).get()
      #expect(sum.shape == [3])
      #expect(try bob.objects().count == 1)
    }
  }

  @Test func itsElementsMovedStayToo() throws {
    try withTable { _, bob, table in
      let mine = try Tensor.zeros(4, 3, dtype: .float64).send(to: bob)
      let truth = try (mine .== 0).get().send(to: bob)
      let index = try Tensor([0, 2]).send(to: bob)
      let moved: [(String, () throws -> PointerTensor)] = [
        ("x[0]", { try table[0] }), ("x[0, 0]", { try table[0, 0] }),
        ("x[1..., 0]", { try table[1..., 0] }),
        (
          "x[..., ::2]",
          {
            try table[.ellipsis, .slice(start: 0, end: nil, step: 2)]
          }
        ),
        ("reshape", { try table.reshape(12) }), ("flatten", { try table.flatten() }),
        ("unsqueeze", { try table.unsqueeze(dim: 0) }), ("squeeze", { try table.squeeze() }),
        ("transpose", { try table.transpose(0, 1) }), ("t", { try table.t() }),
        ("permute", { try table.permute([1, 0]) }),
        ("broadcastTo", { try table.broadcastTo([2, 4, 3]) }),
        ("cast", { try table.cast(to: .float32) }), ("clone", { try table.clone() }),
        ("detach", { table.detach() }),
        ("cat", { try PointerTensor.cat([mine, table]) }),
        ("stack", { try PointerTensor.stack([table, mine]) }),
        ("where, left", { try truth.where(table, mine) }),
        ("where, right", { try truth.where(mine, table) }),
        ("where, condition", { try table.cast(to: .bool).where(mine, mine) }),
        ("indexSelect", { try table.indexSelect(dim: 0, index) }),
        (
          "indexSelect by it",
          {
            try mine.indexSelect(dim: 0, table[.all, 2].cast(to: .int64))
          }
        ),
      ]
      for (what, move) in moved {
        let once = try move()
        isRefused("get of \(what)") { try once.get() }
        isRefused("fetch of \(what)") { try once.fetch() }
        isRefused("get of \(what), moved again") { try once.unsqueeze(dim: 0).flatten().get() }
        let line = try #require(try bob.objects()[once.idAtLocation])
        #expect(!line.isReadable, "\(what)")
        #expect(line.text.hasPrefix("tensor(shape="), "\(what)")
        expectSecret(line.text)
      }
      // Nothing that was refused was used up or lost, and all of it goes away.
      #expect(try bob.objects().count == 4)
    }
  }

  @Test func resultsAreFree() throws {
    try withTable { _, _, table in
      #expect(
        try table.sum(dim: 0).get().allClose(Tensor([713.875, 288.6875, 2.0], dtype: .float64)))
      let weights = try table[.all, 1]
      #expect(try abs(weights.mean().get().item() - 72.171875) < 1e-12)
      #expect(try table[.all, 2].matmul(weights).get().item() == 61.28125 + 58.84375)
      #expect(try (table[.all, 2] .> 0.5).sum().get().item(as: Int.self) == 2)
    }
  }

  @Test func gradientsThroughItAreFree() throws {
    try withTable { _, bob, table in
      let features = try table[.all, 0..<2]
      let weights = try Tensor([0.5, -1.5], dtype: .float64, requiresGrad: true).send(to: bob)
      try features.matmul(weights).sum().backward()
      let gradient = try #require(weights.grad)
      #expect(try gradient.fetch().toArray(of: Double.self) == [713.875, 288.6875])
      isRefused("the features") { try features.get() }
    }
  }

  @Test func errorsHoldNoElement() throws {
    try withTable { _, bob, table in
      let index = try table.cast(to: .int64).flatten()
      let mine = try Tensor.zeros(3).send(to: bob)
      for failing in [
        try mine.indexSelect(dim: 0, index), try index.oneHot(classes: 2),
        try mine.indexSelect(dim: 0, index).sum(),
      ] {
        let error = clusterError { try failing.get() }
        let failure = try #require(error?.failure)
        #expect(failure.kind == .argument)
        expectSecret(failure.text)
        #expect(!failure.text.contains("171") && !failure.text.contains("182"))
      }
    }
  }

  @Test func unknownDataNamesWhatIsKnown() throws {
    let files = ["b.csv": "x\n1\n", "a.csv": "x,y\n1,2\n", "c.CSV": "x\n1\n"]
    try withFolder(files) { folder in
      try withCluster(["bob", "alice"], data: ["bob": folder]) { cluster in
        let (bob, alice) = (try cluster["bob"], try cluster["alice"])
        for name in ["nope", "", "a.csv", "A", String(repeating: "x", count: 10_000)] {
          #expect(
            clusterError { try bob.data(name) }
              == .unknownData(name, worker: "bob", known: ["a", "b"]))
          #expect(
            clusterError { try bob.columns(of: name) }
              == .unknownData(name, worker: "bob", known: ["a", "b"]))
        }
        let error = clusterError { try alice.data("a") }
        #expect(error == .unknownData("a", worker: "alice", known: []))
        #expect("\(error.map { "\($0)" } ?? "")".contains("data folder"))
        #expect(
          clusterError { try cluster.me.data("a") }
            == .unknownData("a", worker: "me", known: []))
        #expect(try bob.data("b").shape == [1, 1])
        #expect(try bob.columns(of: "a") == ["x", "y"])
      }
    }
  }

  @Test func dataOutlivesItsPointers() throws {
    try withTable { _, bob, table in
      for _ in 0..<3 {
        let again = try bob.data("secret")
        #expect(again.idAtLocation == table.idAtLocation)
        #expect(again.id != table.id)
      }
      try bob.barrier()
      #expect(try table.mean().get().shape == [])
    }
  }

  // MARK: Past the driver's checks

  @Test func rawFramesAreRefusedToo() throws {
    try withFolder(["secret.csv": secretTable]) { folder in
      let failures = try withRawDriver(folder: folder) { driver in
        let request = driver.newRequest()
        try driver.send([.findData("secret", request: request)])
        let secret = UInt64(wireBytes: try driver.reply(to: request).content.prefix(8))
        func expectRefused(_ id: UInt64, _ what: String) throws {
          let reply = try driver.read(id)
          #expect(try reply.failure?.kind == .notPermitted, "\(what)")
          expectSecret(try reply.failure?.text ?? "")
        }
        try expectRefused(secret, "the table")

        // Nobody else's object takes its place.
        try driver.send([.store(Tensor([1]), as: secret)])
        try expectRefused(secret, "after a send to its id")
        try driver.send([.run(Neg(), [secret], [secret])])
        try expectRefused(secret, "after a result under its id")
        // And it is not the driver's to release.
        try driver.send([.release([secret, secret])])
        try expectRefused(secret, "after a release")

        // Elements that are moved by hand.
        var identity = Permute()
        identity.dims = [0, 1]
        try driver.send([.run(identity, [secret], [1]), .run(Clone(), [1], [2])])
        try expectRefused(1, "moved")
        try expectRefused(2, "moved twice")
        try driver.send([.release([1]), .run(Reshape(), [2], [1])])
        #expect(try driver.read(1).failure?.kind != nil)

        let objects = try driver.objects()
        for object in objects { expectSecret(object.text) }
        #expect(objects.first?.id == secret)

        try driver.send([.run(Sum(), [secret], [3])])
        let sum = try driver.read(3)
        #expect(sum.kind == ReplyKind.tensor.rawValue)
        try driver.expectServes("refusals")
      }
      #expect(failures.map(\.kind) == [.protocolViolation, .notPermitted])
    }
  }
}
