import ClusterTensor
import TestSupport
import Testing

/// Frames whose check values are right and whose content is not: each ends in a failure, and the
/// worker serves on.
@Suite struct HostileFrames {
  /// Instructions that must fail. Under ids 10, 11, 12 the worker has an int64[3], a float32[2, 3]
  /// and a bool[3].
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: Failure.Kind
    let records: @Sendable () throws -> [RawRecord]
    /// Where the failure must be found, with nothing else stored.
    var output: UInt64?
    var testDescription: String { name }

    init(
      _ name: String, _ kind: Failure.Kind, at output: UInt64? = nil,
      _ records: @escaping @Sendable () throws -> [RawRecord]
    ) {
      self.name = name
      self.kind = kind
      self.output = output
      self.records = records
    }
  }

  private func prepare(_ driver: RawDriver) throws {
    try driver.send([
      .store(Tensor([1, 2, 3]), as: 10),
      .store(Tensor([[1.5, 2, 3], [4, 5, 6]]), as: 11),
      .store(Tensor([true, false, true]), as: 12),
    ])
  }

  @Test(arguments: codes + counts + attributes + descriptors + ids)
  func failsAndTheWorkerServesOn(_ hostile: Case) throws {
    var isRead = false
    let failures = try withRawDriver { driver in
      try prepare(driver)
      try driver.send(hostile.records())
      try driver.expectServes(hostile.name)
      if let output = hostile.output {
        isRead = true
        let failure = try driver.read(output).failure
        #expect(failure?.kind == hostile.kind, "\(failure?.text ?? "no failure")")
        try driver.send([.release([output])])
      }
      try driver.waitUntilAcknowledged()
      #expect(try driver.objects().map(\.id) == [10, 11, 12])
    }
    // A failure that was read is not reported again.
    #expect(failures.map(\.kind) == (isRead ? [] : [hostile.kind]), "\(failures)")
  }

  private static let add = Add.identity.code

  /// Codes that nothing has, some of them right behind those that something has.
  private static let freeCodes =
    [0, InstructionCode.requests.upperBound + 1, 0x10, 0xFF, .max]
    + ([0x0100, 0x0200, 0x0300, 0x0F00] as [UInt16]).map { first in
      (first...).first { OperationCatalogue.entry(code: $0) == nil } ?? .max
    }

  static let codes: [Case] = Set(freeCodes).sorted().map { code in
    Case("op code \(code)", .unknownOperation, at: 20) {
      [RawRecord(code: code, inputs: [10], outputs: [20], attributes: [0])]
    }
  }

  static let counts: [Case] = [
    Case("add of nothing", .protocolViolation, at: 20) {
      [RawRecord(code: add, outputs: [20], attributes: [0])]
    },
    Case("add of one", .argument, at: 20) {
      [RawRecord(code: add, inputs: [10], outputs: [20], attributes: [0])]
    },
    Case("add of three", .protocolViolation, at: 20) {
      [RawRecord(code: add, inputs: [10, 10, 10], outputs: [20], attributes: [0])]
    },
    Case("add of ten thousand", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: add, inputs: Array(repeating: 10, count: 7000), outputs: [20], attributes: [0])
      ]
    },
    Case("add without result", .protocolViolation) {
      [RawRecord(code: add, inputs: [10, 10], attributes: [0])]
    },
    Case("add with two results", .protocolViolation, at: 20) {
      [
        RawRecord(code: add, inputs: [10, 10], outputs: [20, 21], attributes: [0]),
        .release([21]),
      ]
    },
    Case("max with one result", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: MaxWithIndices.identity.code, inputs: [10], outputs: [20],
          attributes: try encodedAttributes(of: MaxWithIndices()))
      ]
    },
    Case("where of two", .protocolViolation, at: 20) {
      [RawRecord(code: Where.identity.code, inputs: [12, 10], outputs: [20])]
    },
    Case("send without id", .protocolViolation) {
      var record = try RawRecord.store(Tensor([1]), as: 20)
      record.outputs = []
      return [record]
    },
    Case("send under two ids", .protocolViolation, at: 20) {
      var record = try RawRecord.store(Tensor([1]), as: 20)
      record.outputs = [20, 21]
      return [record, .release([21])]
    },
    Case("send of an object", .protocolViolation, at: 20) {
      var record = try RawRecord.store(Tensor([1]), as: 20)
      record.inputs = [10]
      return [record]
    },
    Case("release with a result", .protocolViolation, at: 20) {
      [RawRecord(code: InstructionCode.release, inputs: [], outputs: [20])]
    },
    Case("release with attributes", .protocolViolation) {
      [RawRecord(code: InstructionCode.release, inputs: [10], attributes: [1])]
    },
  ]

  static let attributes: [Case] = [
    Case("add without attributes", .protocolViolation, at: 20) {
      [RawRecord(code: add, inputs: [10, 10], outputs: [20])]
    },
    Case("add with cut number", .protocolViolation, at: 20) {
      [RawRecord(code: add, inputs: [10], outputs: [20], attributes: [1, 2, 7])]
    },
    Case("add with bytes too many", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: add, inputs: [10, 10], outputs: [20],
          attributes: [0] + [UInt8](repeating: 0, count: 16))
      ]
    },
    Case("add of an unknown form", .protocolViolation, at: 20) {
      [RawRecord(code: add, inputs: [10, 10], outputs: [20], attributes: [3])]
    },
    Case("cast to no dtype", .protocolViolation, at: 20) {
      [RawRecord(code: Cast.identity.code, inputs: [10], outputs: [20], attributes: [77])]
    },
    Case("reshape to a list that is not there", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: Reshape.identity.code, inputs: [10], outputs: [20],
          attributes: UInt32.max.wireBytes + Int64(3).wireBytes)
      ]
    },
    Case("slice far outside", .argument, at: 20) {
      var slice = try RawRecord.run(Slice(), [10], [20])
      slice.attributes =
        [1] + Int64(1 << 40).wireBytes + [1] + Int64(3).wireBytes + [1] + Int64(1).wireBytes + [0]
      return [slice]
    },
    Case("send of cut content", .protocolViolation, at: 20) {
      var record = try RawRecord.store(Tensor([1, 2, 3]), as: 20)
      record.attributes.removeLast(8)
      return [record]
    },
    Case("send of too much content", .protocolViolation, at: 20) {
      var record = try RawRecord.store(Tensor([1, 2, 3]), as: 20)
      record.attributes += [UInt8](repeating: 1, count: 16)
      return [record]
    },
    Case("send of a body that is neither there nor not", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: InstructionCode.store, outputs: [20],
          attributes: WireForm.descriptor(6, [1]) + [2] + Int64(1).wireBytes)
      ]
    },
    Case("truth values that are neither", .protocolViolation, at: 20) {
      var record = try RawRecord.store(Tensor([true, true, false]), as: 20)
      record.attributes[record.attributes.count - 2] = 6
      return [record]
    },
  ]

  static let descriptors: [Case] =
    ([
      ("nine axes", WireForm.descriptor(6, Array(repeating: 1, count: 9))),
      ("255 axes", WireForm.descriptor(6, [1], rank: 255)),
      ("fewer lengths than axes", WireForm.descriptor(6, [1], rank: 3)),
      ("no dtype", WireForm.descriptor(0, [1])), ("dtype 77", WireForm.descriptor(77, [1])),
      ("nothing", []),
    ] as [(String, [UInt8])]).map { name, descriptor in
      Case("descriptor: \(name)", .protocolViolation, at: 20) {
        [
          RawRecord(
            code: InstructionCode.store, outputs: [20],
            attributes: descriptor + (descriptor.count > 10 ? [0] : []))
        ]
      }
    }
    + ([
      ("a negative length", [-1]), ("the smallest length", [.min]), ("the largest length", [.max]),
      ("lengths whose product overflows", [1 << 32, 1 << 32]),
      ("lengths whose product overflows twice", [1 << 40, 1 << 40, 1 << 40]),
      ("2^60 elements", [1 << 60]),
    ] as [(String, [Int64])]).map { name, lengths in
      Case("descriptor: \(name)", .shape, at: 20) {
        [
          RawRecord(
            code: InstructionCode.store, outputs: [20],
            attributes: WireForm.descriptor(6, lengths) + [0])
        ]
      }
    }
    + [
      Case("more bytes than there are", .protocolViolation, at: 20) {
        [
          RawRecord(
            code: InstructionCode.store, outputs: [20],
            attributes: WireForm.descriptor(6, [1 << 20]) + [0] + Int64(1).wireBytes)
        ]
      },
      Case("a terabyte inside a frame", .protocolViolation, at: 20) {
        [
          RawRecord(
            code: InstructionCode.store, outputs: [20],
            attributes: WireForm.descriptor(6, [1 << 40]) + [0])
        ]
      },
      Case("a terabyte of zeros", .outOfMemory, at: 20) {
        var full = try RawRecord.run(Full(), [], [20])
        full.attributes = [1] + Int64(1 << 40).wireBytes + [1] + Int64(0).wireBytes + [6]
        return [full]
      },
    ]

  static let ids: [Case] = [
    Case("result without id", .protocolViolation) {
      [RawRecord(code: add, inputs: [10, 10], outputs: [0], attributes: [0])]
    },
    Case("result under a taken id", .protocolViolation) {
      [RawRecord(code: add, inputs: [10, 10], outputs: [11], attributes: [0])]
    },
    Case("result under its second operand's id", .protocolViolation) {
      [RawRecord(code: add, inputs: [12, 10], outputs: [10], attributes: [0])]
    },
    Case("result of another shape in place of its operand", .protocolViolation) {
      [
        try .run(Sum(), [10], [10]),
        // A failure of an operand that was refused so is none of what stands in its place.
        RawRecord(code: add, inputs: [10, 10], outputs: [20], attributes: [0]), .release([20]),
      ]
    },
    Case("result of another dtype in place of its operand", .protocolViolation) {
      var cast = Cast()
      cast.target = .float32
      return [try .run(cast, [10], [10])]
    },
    Case("shapes that do not fit, in place", .shape) {
      [RawRecord(code: Matmul.identity.code, inputs: [11, 11], outputs: [11])]
    },
    Case("two results, one in place", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: MaxWithIndices.identity.code, inputs: [10], outputs: [10, 20],
          attributes: try encodedAttributes(of: MaxWithIndices()))
      ]
    },
    Case("a result more, in place", .protocolViolation, at: 20) {
      [RawRecord(code: add, inputs: [10, 10], outputs: [20, 10], attributes: [0])]
    },
    Case("in place of what is not there", .missingObject) {
      [RawRecord(code: add, inputs: [99, 10], outputs: [99], attributes: [0])]
    },
    Case("two results under one id", .protocolViolation, at: 20) {
      [
        RawRecord(
          code: MaxWithIndices.identity.code, inputs: [10], outputs: [20, 20],
          attributes: try encodedAttributes(of: MaxWithIndices()))
      ]
    },
    Case("send under id 0", .protocolViolation) { [try .store(Tensor([1]), as: 0)] },
    Case("send under a taken id", .protocolViolation) { [try .store(Tensor([1]), as: 10)] },
    Case("operand 0", .missingObject, at: 20) {
      [RawRecord(code: add, inputs: [0, 10], outputs: [20], attributes: [0])]
    },
    Case("operand that is not there", .missingObject, at: 20) {
      [RawRecord(code: add, inputs: [10, .max], outputs: [20], attributes: [0])]
    },
    Case("operands that do not fit", .shape, at: 20) {
      [RawRecord(code: Matmul.identity.code, inputs: [11, 11], outputs: [20])]
    },
    Case("dtypes that do not fit", .dtype, at: 20) {
      [try .run(CrossEntropy(), [10, 11], [20])]
    },
  ]

  // MARK: Frames as a whole

  @Test func countsOfRecordsThatLie() throws {
    let failures = try withRawDriver { driver in
      try prepare(driver)
      for (said, isRun) in [
        (1, true), (3, true), (4, true), (1 << 20, false), (1 << 32 - 1, false),
      ] {
        // Three records, of which the header says `said`; what is said counts as sent, where it can be.
        let id = driver.newID()
        let body = [
          try RawRecord.run(Neg(), [10], [id]), .release([]), .release([]),
        ].flatMap(\.bytes)
        try driver.send(
          RawHeader(sequence: driver.sequence, count: UInt32(said)).frame(body))
        if said * 8 <= body.count { driver.sequence += UInt64(said) }
        try driver.expectServes("a frame of 3 instructions that says \(said)")
        #expect(try driver.objects().contains { $0.id == id } == isRun)
        try driver.send([.release([id])])
      }
      try driver.waitUntilAcknowledged()
    }
    #expect(failures.count == 4)
    #expect(failures.allSatisfy { $0.kind == .protocolViolation })
  }

  @Test func lengthsOfRecordsThatLie() throws {
    let failures = try withRawDriver { driver in
      try prepare(driver)
      for length in [0, 1, 2, 200, .max] as [UInt16] {
        let id = driver.newID()
        var record = try RawRecord.run(Neg(), [10], [id])
        record.length = length
        try driver.send([record, .release([10])])
        try driver.expectServes("an instruction of \(8 * Int(length)) bytes")
        #expect(try driver.objects().map(\.id) == [10, 11, 12])
      }
      try driver.waitUntilAcknowledged()
    }
    #expect(failures.map(\.kind) == Array(repeating: .protocolViolation, count: 5))
  }

  @Test func anEmptyBatchIsNothing() throws {
    let failures = try withRawDriver { driver in
      try driver.send([] as [RawRecord])
      try driver.expectServes("an empty batch")
    }
    #expect(failures.isEmpty)
  }

  @Test func releasesOfAnything() throws {
    let failures = try withRawDriver { driver in
      try prepare(driver)
      try driver.send([
        .release([0, .max, 99, 10, 10, 10]), .release([]), .release(Array(1000..<8000)),
        .release([10]),
      ])
      try driver.expectServes("releases")
      #expect(try driver.objects().map(\.id) == [11, 12])
    }
    #expect(failures.isEmpty)
  }

  // MARK: Requests

  @Test func requestsThatCannotBeAnsweredAreAnsweredWithAFailure() throws {
    let failures = try withRawDriver { driver in
      try prepare(driver)
      func expect(_ kind: Failure.Kind, _ record: RawRecord) throws {
        var record = record
        let request = driver.newRequest()
        record.attributes = request.wireBytes + record.attributes
        try driver.send([record])
        let reply = try driver.reply(to: request)
        #expect(try reply.failure?.kind == kind, "\(record)")
      }
      let read = InstructionCode.read
      try expect(.protocolViolation, RawRecord(code: read))
      try expect(.protocolViolation, RawRecord(code: read, inputs: [10, 11]))
      try expect(.protocolViolation, RawRecord(code: read, inputs: [10], outputs: [20]))
      try expect(
        .protocolViolation, RawRecord(code: read, inputs: [10], attributes: Array(0..<8)))
      try expect(.missingObject, RawRecord(code: read, inputs: [0]))
      try expect(.missingObject, RawRecord(code: read, inputs: [.max]))
      let describe = InstructionCode.describeObjects
      try expect(.missingObject, RawRecord(code: describe, inputs: [10, 99]))
      try expect(.protocolViolation, RawRecord(code: describe, inputs: [10], outputs: [20]))
      try expect(
        .protocolViolation, RawRecord(code: describe, inputs: [10], attributes: Array(0..<8)))
      let plain = InstructionCode.requests.filter {
        ![read, InstructionCode.findData, InstructionCode.startTrace, describe].contains($0)
      }
      for code in plain {
        try expect(.protocolViolation, RawRecord(code: code, inputs: [10]))
        try expect(.protocolViolation, RawRecord(code: code, attributes: Array(0..<8)))
      }
      let start = InstructionCode.startTrace
      try expect(.protocolViolation, RawRecord(code: start))
      try expect(.protocolViolation, RawRecord(code: start, attributes: Array(0..<16)))
      let find = InstructionCode.findData
      try expect(.protocolViolation, RawRecord(code: find))
      try expect(
        .protocolViolation, RawRecord(code: find, attributes: UInt32.max.wireBytes + [65]))
      try expect(
        .protocolViolation,
        RawRecord(code: find, attributes: (2 as UInt32).wireBytes + [0xC3, 0x28]))
      try expect(.missingObject, RawRecord(code: find, attributes: WireForm.text("")))
      try expect(
        .missingObject,
        RawRecord(code: find, attributes: WireForm.text(String(repeating: "x", count: 60_000))))
      try driver.expectServes("requests")
      #expect(try driver.objects().map(\.id) == [10, 11, 12])
    }
    #expect(failures.isEmpty)
  }

  @Test func requestsWithoutANumberAreFailures() throws {
    let failures = try withRawDriver { driver in
      for code in InstructionCode.requests {
        try driver.send([RawRecord(code: code, inputs: code == InstructionCode.read ? [10] : [])])
        try driver.expectServes("request \(code) without number")
      }
    }
    #expect(
      failures.map(\.kind)
        == Array(
          repeating: .protocolViolation, count: InstructionCode.requests.count))
  }
}
