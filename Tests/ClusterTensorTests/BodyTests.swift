import ClusterTensor
import TestSupport
import Testing

/// Large tensors travel apart from the frames that announce them: whatever is lost or lied about, no
/// bytes are ever taken for those of another tensor.
@Suite struct Bodies {
  private static func tensor(_ seed: Int, count: Int = 2000) -> Tensor {
    Tensor((0..<count).map { seed * 10_000 + $0 })
  }

  private func expect(
    _ driver: RawDriver, _ id: UInt64, holds tensor: Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let reply = try driver.read(id)
    #expect(reply.follows == 1, sourceLocation: sourceLocation)
    guard reply.follows == 1 else { return }
    let bytes = try driver.transport.receiveBody(Int(reply.bodyLength), from: 1)
    #expect(try bytes == tensor.wireBytes, sourceLocation: sourceLocation)
  }

  @Test func bodiesInTurn() throws {
    let failures = try withRawDriver { driver in
      for number in 0..<5 {
        try driver.store(withBody: Self.tensor(number), as: UInt64(50 + number))
      }
      for number in 0..<5 {
        try expect(driver, UInt64(50 + number), holds: Self.tensor(number))
      }
    }
    #expect(failures.isEmpty)
  }

  @Test func aBodyWhoseAnnouncementIsLost() throws {
    let failures = try withRawDriver { driver in
      let (first, second) = (Self.tensor(1), Self.tensor(2))
      _ = try driver.transport.startSend(body: first.wireBytes, to: 1)
      let frame = driver.frame([.store(WireForm.descriptor(first.descriptor), body: 0, as: 50)])
      try driver.send(frame.flipping(600))
      driver.bodies += 1
      // Of the same size, so that only its number tells it from the lost one.
      try driver.store(withBody: second, as: 51)
      try expect(driver, 51, holds: second)
      #expect(try driver.read(50).failure?.kind == .missingObject)
      try driver.expectServes("a lost announcement")
    }
    #expect(failures.count == 2)
  }

  @Test func aBodyForWhichThereIsNoMemory() throws {
    let failures = try withRawDriver { driver in
      let (first, second) = (Self.tensor(1), Self.tensor(2))
      _ = try driver.transport.startSend(body: first.wireBytes, to: 1)
      try driver.send([.store(WireForm.descriptor(6, [1 << 37]), body: 0, as: 50)])
      driver.bodies += 1
      try driver.store(withBody: second, as: 51)
      try expect(driver, 51, holds: second)
      #expect(try driver.read(50).failure?.kind == .outOfMemory)
    }
    #expect(failures.isEmpty)
  }

  @Test func aBodyWhoseInstructionMakesNoSense() throws {
    let failures = try withRawDriver { driver in
      let (first, second) = (Self.tensor(1), Self.tensor(2))
      _ = try driver.transport.startSend(body: first.wireBytes, to: 1)
      var record = RawRecord.store(WireForm.descriptor(first.descriptor), body: 0, as: 50)
      record.inputs = [3]
      try driver.send([record])
      driver.bodies += 1
      try driver.store(withBody: second, as: 51)
      try expect(driver, 51, holds: second)
      #expect(try driver.read(50).failure?.kind == .protocolViolation)
    }
    #expect(failures.isEmpty)
  }

  @Test(arguments: [1, 15_999, 16_001, 40_000])
  func aBodyOfAnotherSize(_ size: Int) throws {
    let failures = try withRawDriver { driver in
      let second = Self.tensor(2)
      _ = try driver.transport.startSend(body: Array(repeating: 7, count: size), to: 1)
      try driver.send([.store(WireForm.descriptor(second.descriptor), body: 0, as: 50)])
      driver.bodies += 1
      try driver.store(withBody: second, as: 51)
      try expect(driver, 51, holds: second)
      let failure = try driver.read(50).failure
      #expect(failure?.kind == .protocolViolation, "\(failure?.text ?? "")")
    }
    #expect(failures.isEmpty)
  }

  @Test func aBodyThatComesTooLate() throws {
    let failures = try withRawDriver(transferDeadline: 0.1) { driver in
      let (first, second) = (Self.tensor(1), Self.tensor(2))
      try driver.send([.store(WireForm.descriptor(first.descriptor), body: 0, as: 50)])
      driver.bodies += 1
      let failure = try driver.read(50).failure
      #expect(failure?.kind == .protocolViolation)
      #expect(failure?.text.contains("16000 bytes") ?? false)
      try driver.expectServes("a body that did not come")
      _ = try driver.transport.startSend(body: first.wireBytes, to: 1)
      try driver.store(withBody: second, as: 51)
      try expect(driver, 51, holds: second)
    }
    #expect(failures.isEmpty)
  }

  @Test func aBodyThatNeverComes() throws {
    let failures = try withRawDriver(transferDeadline: 0.1) { driver in
      let second = Self.tensor(2)
      for length in [2000, 1 << 37] as [Int64] {
        try driver.send([.store(WireForm.descriptor(6, [length]), body: driver.bodies, as: 50)])
        driver.bodies += 1
        #expect(try driver.read(50).failure != nil)
        try driver.send([.release([50])])
        try driver.expectServes("a body that never comes")
      }
      // The next body is out of step; that must show as a failure and not as another's bytes.
      try driver.store(withBody: second, as: 51)
      #expect(try driver.read(51).failure?.kind == .protocolViolation)
      try driver.expectServes("a body out of step")
    }
    #expect(failures.isEmpty)
  }

  @Test func numbersOfBodiesThatCannotBe() throws {
    let failures = try withRawDriver(transferDeadline: 0.1) { driver in
      let first = Self.tensor(1)
      try driver.store(withBody: first, as: 50)
      for (place, number) in [0, 1 << 20, 1 << 63, .max].enumerated()
        as EnumeratedSequence<[UInt64]>
      {
        let id = UInt64(60 + place)
        try driver.send([.store(WireForm.descriptor(6, [2000]), body: number, as: id)])
        #expect(try driver.read(id).failure?.kind == .protocolViolation)
        try driver.send([.release([id])])
      }
      try driver.store(withBody: first, as: 51)
      try expect(driver, 51, holds: first)
      try expect(driver, 50, holds: first)
    }
    #expect(failures.isEmpty)
  }

  @Test func aBodyThatIsSmallEnoughForAFrameIsRefused() throws {
    let failures = try withRawDriver(transferDeadline: 0.1) { driver in
      for lengths in [[], [0], [3], [1024]] as [[Int64]] {
        try driver.send([.store(WireForm.descriptor(6, lengths), body: 0, as: 50)])
        #expect(try driver.read(50).failure?.kind == .protocolViolation)
        try driver.send([.release([50])])
      }
      try driver.store(withBody: Self.tensor(1), as: 51)
      try expect(driver, 51, holds: Self.tensor(1))
    }
    #expect(failures.isEmpty)
  }

  @Test func truthValuesThatAreNeither() throws {
    let failures = try withRawDriver { driver in
      var bytes = [UInt8](repeating: 1, count: 20_000)
      bytes[17_777] = 128
      _ = try driver.transport.startSend(body: bytes, to: 1)
      try driver.send([.store(WireForm.descriptor(1, [20_000]), body: 0, as: 50)])
      driver.bodies += 1
      #expect(try driver.read(50).failure?.kind == .protocolViolation)
      try driver.store(withBody: Self.tensor(1), as: 51)
      try expect(driver, 51, holds: Self.tensor(1))
    }
    #expect(failures.isEmpty)
  }
}
