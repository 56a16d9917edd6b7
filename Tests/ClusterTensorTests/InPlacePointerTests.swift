import ClusterTensor
import TestSupport
import Testing

/// Changing in place what a pointer leads to: the object at the worker changes, under its id.
@Suite struct InPlacePointers {
  @Test func everyOperationThatKeepsShapeAndDTypeGivesTheSameInPlace() throws {
    try withCluster { cluster in
      for worker in [try cluster["bob"], cluster.me] {
        var count = 0
        for sample in try InPlaceSamples.all {
          let pointers = try sample.inputs { try $0.send(to: worker) }
          var x = pointers[0]
          try InPlaceSamples.run(sample, on: &x, pointers.dropFirst().first)
          #expect(try pointers[0].fetch().isIdentical(to: sample.expected()[0]), "\(sample)")
          #expect(x.idAtLocation == pointers[0].idAtLocation)
          count += 1
        }
        #expect(count > 500)
      }
    }
  }

  @Test func allCopiesSeeItAndNothingElseDoes() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      var x = try Tensor([[1, 2], [3, 4]]).send(to: bob)
      let (copy, row, before) = (x, try x[0], try x.fetch())
      let id = x.idAtLocation
      try x += 10
      try x *= x
      x = copy
      try x -= 1
      #expect(try copy.fetch().toArray(of: Int.self) == [120, 143, 168, 195])
      #expect(try row.fetch().toArray(of: Int.self) == [1, 2])
      #expect(try before.toArray(of: Int.self) == [1, 2, 3, 4])
      #expect(copy.idAtLocation == id && x.id == copy.id)
      #expect(try bob.objects().count == 2)
      #expect(bob.description.hasSuffix("#objects:2>"))
      // What is sent on is the changed object; a used pointer cannot be changed.
      #expect(try copy.get().toArray(of: Int.self) == [120, 143, 168, 195])
      #expect(clusterError { try x += 1 }?.isUsedPointer ?? false)
    }
  }

  @Test func aBodyOnItsWayIsNotChanged() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let values = try Tensor.arange(100_000)
      var x = try values.send(to: bob)
      try x += 1
      let first = try x.fetch()
      try x += 1
      #expect(try first.isIdentical(to: values + 1))
      #expect(try x.get().isIdentical(to: values + 2))
      #expect(try values[0].item() == 0)
    }
  }

  private func refuses(
    _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch {
      for word in words {
        #expect("\(error)".contains(word), "\(error)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func whatDoesNotFitIsRefusedBeforeAnythingIsSent() throws {
    try withCluster(["bob", "alice"]) { cluster in
      let (bob, alice) = (try cluster["bob"], try cluster["alice"])
      var x = try Tensor([1, 2]).send(to: bob)
      let y = try Tensor([1, 2]).send(to: alice)
      let wide = try Tensor.zeros(3, 2, dtype: .int64).send(to: bob)
      _ = try bob.takeRecordedInstructions()
      refuses(["add in place", "[2]", "[3, 2]"]) { try x += wide }
      refuses(["add in place", "int64", "float32"]) { try x += 1.5 }
      refuses(["div in place", "int64", "float32"]) { try x /= 2 }
      refuses(["at bob and alice"]) { try x += y }
      #expect(try bob.takeRecordedInstructions().isEmpty)
      #expect(try x.get().toArray(of: Int.self) == [1, 2])
    }
  }

  @Test func aLeafIsTrainedInPlace() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      var w = try Tensor([1, 2.0], requiresGrad: true).send(to: bob)
      let id = w.idAtLocation
      refuses(["sub in place", "leaf", "withoutGradient"]) { try w -= 1 }
      for _ in 0..<3 {
        w.zeroGrad()
        try (w * w).sum().backward()
        let gradient = try #require(w.grad)
        try withoutGradient { try w -= 0.25 * gradient }
      }
      #expect(w.isLeaf && w.requiresGrad && w.idAtLocation == id)
      #expect(try w.fetch().toArray(of: Float.self) == [0.125, 0.25])
      let y = try w.exp()
      refuses(["mul in place", "graph"]) {
        var y = y; try y *= 2
      }
      refuses(["mul in place", "graph"]) {
        var y = y; try withoutGradient { try y *= 2 }
      }
      var total = try Tensor([0.0, 0]).send(to: bob)
      refuses(["add in place", "operand", "detach()"]) { try total += w }
      try total += w.detach()
      #expect(try total.get().toArray(of: Float.self) == [0.125, 0.25])
    }
  }

  /// Where the tape needs elements that were overwritten, `backward` says so, and only there.
  @Test func whatTheTapeSavedIsPinned() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let w = try Tensor([1, 2.0], requiresGrad: true).send(to: bob)
      var x = try Tensor([3, 4.0]).send(to: bob)
      let product = try (w * x).sum()
      let sum = try (w + x).sum()
      try x += 1
      refuses(["backward() needs", "@bob", "changed in place"]) { try product.backward() }
      #expect(w.grad == nil)
      // The gradient of a sum needs no operand.
      try sum.backward()
      #expect(try #require(w.grad).fetch().toArray(of: Float.self) == [1, 1])
      // Through a copy without graph, and of the leaf itself.
      let square = try (w * w).sum()
      var bare = w.detach()
      try bare *= 2
      refuses(["backward() needs"]) { try square.backward() }
      // What was computed afterwards goes on.
      w.zeroGrad()
      try (w * x).sum().backward()
      #expect(try #require(w.grad).fetch().toArray(of: Float.self) == [4, 5])
    }
  }

  /// `backward` gives leaves one gradient object where theirs are equal.
  @Test func sharedGradientsAreNotChanged() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let x = try Tensor([1, 2.0], requiresGrad: true).send(to: bob)
      let y = try Tensor([3, 4.0], requiresGrad: true).send(to: bob)
      try (x + y).sum().backward()
      var gradient = try #require(x.grad)
      refuses(["mul in place", "gradient", "share"]) { try gradient *= 0.5 }
      var own = try gradient.clone()
      try own *= 0.5
      #expect(try #require(y.grad).fetch().toArray(of: Float.self) == [1, 1])
      #expect(try own.get().toArray(of: Float.self) == [0.5, 0.5])
    }
  }

  // MARK: Failures

  @Test func aFailureTakesThePlaceOfTheObject() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let failed = try Tensor([1, 2]).send(to: bob)
        .indexSelect(dim: 0, Tensor([0, 99]).send(to: bob))
      var x = try Tensor([171_531, 2]).send(to: bob)
      let copy = x
      try x += failed
      let first = clusterError { try copy.fetch() }?.failure
      #expect(first?.operation == "index_select")
      try x += 1
      #expect(clusterError { try x.get() }?.failure == first)

      var divided = try Tensor([171_531, 2]).send(to: bob)
      try divided.floorDivideInPlace(Tensor([1, 0]).send(to: bob))
      let zero = clusterError { try divided.get() }?.failure
      #expect(zero?.kind == .divisionByZero && zero?.operation == "floor_divide")
      #expect(zero?.text.contains("int64[2], int64[2]") ?? false)
      #expect(!(zero?.text.contains("171") ?? true))
    }
  }

  @Test func anOperandThatIsGone() throws {
    try withCluster { cluster in
      let bob = try cluster["bob"]
      let gone = bob.pointer(to: ObjectID(77), Descriptor(shape: try Shape([2]), dtype: .int64))
      let missing = clusterError { try gone.fetch() }?.failure
      #expect(missing?.kind == .missingObject)
      var x = try Tensor([1, 2]).send(to: bob)
      try x += gone
      #expect(clusterError { try x.get() }?.failure?.kind == .missingObject)
    }
  }

  @Test func whatTheWorkerLoadedIsNotChanged() throws {
    try withFolder(["secret.csv": secretTable]) { folder in
      try withCluster(data: ["bob": folder]) { cluster in
        let bob = try cluster["bob"]
        var table = try bob.data("secret")
        let sum = try table.sum().get()
        let error = clusterError { try table += 1 }
        #expect(error?.isNotPermitted ?? false)
        #expect(
          "\(error.map { "\($0)" } ?? "")".contains("add in place on an object (float64[4, 3])"))
        // A row is an object of the driver's; changing it leaves the table.
        var row = try table[0]
        try row += 1
        #expect(try table.sum().get().isIdentical(to: sum))
      }
    }
  }

  @Test func rawFramesChangeOnlyWhatTheyMay() throws {
    try withFolder(["secret.csv": secretTable]) { folder in
      let failures = try withRawDriver(folder: folder) { driver in
        let request = driver.newRequest()
        try driver.send([.findData("secret", request: request)])
        let secret = UInt64(wireBytes: try driver.reply(to: request).content.prefix(8))
        try driver.send([.run(Sum(), [secret], [5]), .run(Neg(), [secret], [secret])])
        try driver.send([.run(Sum(), [secret], [6])])
        let (before, after) = (try driver.read(5), try driver.read(6))
        #expect(before.content == after.content)

        try driver.send([.store(Tensor([1, 2]), as: 1), .run(Neg(), [1], [1])])
        let expected = WireForm.descriptor(6, [2]) + Int64(-1).wireBytes + Int64(-2).wireBytes
        #expect(try driver.read(1).content.starts(with: expected))
        // An element of the table, moved, stays protected.
        try driver.send([.run(Clone(), [secret], [7]), .run(Clone(), [7], [7])])
        #expect(try driver.read(7).failure?.kind == .notPermitted)
        try driver.send([.release([1, 5, 6, 7])])
        #expect(try driver.objects().map(\.id) == [secret])
      }
      #expect(failures.map(\.kind) == [.notPermitted])
      #expect(failures.allSatisfy { $0.text.contains("neg in place") })
    }
  }
}
