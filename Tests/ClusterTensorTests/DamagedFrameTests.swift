import ClusterTensor
import TestSupport
import Testing

/// Frames that lost their end or had bits turned around on the way: the worker refuses each with an
/// error, does nothing of what it says, and serves on.
@Suite struct DamagedFrames {
  /// Sends every damaged form of a frame, and after each a correct one of the same number: what
  /// cannot be read says nothing about its number. Then expects as many refusals, and their report.
  private func survive(
    _ damaged: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let failures = try withRawDriver { driver in
      for frame in damaged {
        try driver.send(frame)
        try driver.expectServes("a damaged frame", sourceLocation: sourceLocation)
      }
      #expect(try driver.objects().isEmpty, sourceLocation: sourceLocation)
      let refusals = driver.log.all.filter { $0.hasPrefix("refused a frame: ") }
      #expect(refusals.count == damaged.count, sourceLocation: sourceLocation)
    }
    #expect(failures.count == min(damaged.count, 64), sourceLocation: sourceLocation)
    for failure in failures {
      #expect(failure.kind == .protocolViolation, sourceLocation: sourceLocation)
      #expect(failure.text.hasPrefix("refused a frame: "), sourceLocation: sourceLocation)
    }
  }

  @Test func everyTruncationOfAFrame() throws {
    let frame = try WireLaws.smallFrame()
    try survive((0..<frame.count).map { Array(frame.prefix($0)) })
  }

  @Test func everyFlippedBitOfAFrame() throws {
    let frame = try WireLaws.smallFrame()
    try survive((0..<frame.count * 8).map { frame.flipping($0) })
  }

  @Test func someTruncationsAndFlippedBitsOfALargeFrame() throws {
    var generator = SampleGenerator(seed: testSeed("damaged large frames"))
    let frame = try WireLaws.largeFrame()
    let cut = (0..<100).map { _ in
      Array(frame.prefix(Int.random(in: 0..<frame.count, using: &generator)))
    }
    let flipped = (0..<200).map { _ in
      frame.flipping(Int.random(in: 0..<frame.count * 8, using: &generator))
    }
    try survive(cut + flipped)
  }

  @Test func garbage() throws {
    var generator = SampleGenerator(seed: testSeed("garbage"))
    try survive(
      (0..<200).map { number in
        (0..<Int.random(in: 0...300, using: &generator)).map { _ in
          number % 2 == 0 ? UInt8(truncatingIfNeeded: generator.next()) : 0
        }
      })
  }

  /// A driver does not know that a frame was damaged and goes on counting.
  @Test func theWorkerServesOnWithoutADamagedFrame() throws {
    let failures = try withRawDriver { driver in
      let (x, y) = (driver.newID(), driver.newID())
      try driver.send([.store(Tensor([1.5]), as: x)])
      try driver.send(driver.frame([.run(Neg(), [x], [y]), .release([x])]).flipping(700))
      try driver.expectServes("a lost frame")
      #expect(try driver.objects().map(\.id) == [x])
      #expect(try driver.read(y).failure?.kind == .missingObject)
      try driver.waitUntilAcknowledged()
    }
    // The refusal and the gap; that nothing was under y was read.
    #expect(failures.count == 2)
    #expect(failures.allSatisfy { $0.kind == .protocolViolation })
    #expect(failures.last?.text.contains("2 instructions") ?? false)
  }

  @Test func gapsAreReportedAndDoNotUseUpCredit() throws {
    let failures = try withRawDriver { driver in
      for missing in [1, 2, 1000, 65_535] as [UInt64] {
        driver.sequence += missing
        try driver.expectServes("a gap of \(missing)")
        try driver.waitUntilAcknowledged()
      }
    }
    #expect(failures.count == 4)
    for (failure, missing) in zip(failures, [1, 2, 1000, 65_535]) {
      #expect(failure.kind == .protocolViolation)
      #expect(failure.text.contains("\(missing) instruction"))
    }
  }

  /// Numbers that no driver can have reached say nothing about what is missing.
  @Test func absurdNumbersAreRefused() throws {
    let failures = try withRawDriver { driver in
      for number in [1 << 20, 1 << 40, 1 << 63, .max - 1, .max] as [UInt64] {
        try driver.send(
          RawHeader(sequence: driver.sequence &+ number, count: 1)
            .frame(RawRecord.release([1]).bytes))
        try driver.expectServes("a jump of \(number)")
      }
    }
    #expect(failures.count == 5)
  }

  @Test func aRepeatedFrameIsNotObeyedTwice() throws {
    let failures = try withRawDriver { driver in
      let x = driver.newID()
      let frame = driver.frame([try .store(Tensor([1]), as: x)])
      try driver.send(frame)
      try driver.send([.release([x])])
      try driver.send(frame)
      try driver.expectServes("a repeated frame")
      #expect(try driver.objects().isEmpty)
    }
    #expect(failures.count == 1)
  }

  @Test func framesOfOtherKindsAreRefused() throws {
    let failures = try withRawDriver { driver in
      for kind in [.hello, .welcome, .refusal, .reply, .acknowledgement] as [FrameHeader.Kind] {
        for body in [[], RawRecord.release([1]).bytes] {
          try driver.send(
            RawHeader(kind: kind.rawValue, sequence: driver.sequence, count: 0).frame(body))
          try driver.expectServes("a frame of kind \(kind)")
        }
      }
    }
    #expect(failures.count == 10)
  }

  @Test func onlyTheDriverIsObeyed() throws {
    let driver = try RawDriver(ranks: 3)
    let x = driver.newID()
    try driver.send([.store(Tensor([1]), as: x)])
    try driver.waitUntilAcknowledged()
    let other = driver.network.endpoint(2)
    try other.send(
      raw: RawHeader(sequence: driver.sequence, count: 2)
        .frame(RawRecord.release([x]).bytes + RawRecord.read(x, request: 1).bytes), to: 1)
    try driver.expectServes("a frame of another rank")
    #expect(try driver.objects().map(\.id) == [x])
    #expect(try other.receive() == nil)
    #expect(try driver.leave().count == 1)
  }

  @Test func framesThatAreTooLongAreRefused() throws {
    let driver = try RawDriver(wrapping: { OverlongFrames($0, chosen: [2, 5]) })
    try driver.expectServes("nothing")
    try driver.send([0])
    try driver.expectServes("an overlong frame")
    try driver.expectServes("a frame")
    try driver.send([0])
    try driver.expectServes("another overlong frame")
    let failures = try driver.leave()
    #expect(failures.map(\.kind) == [.protocolViolation, .protocolViolation])
  }
}
