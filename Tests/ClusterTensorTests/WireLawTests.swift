import ClusterTensor
import TestSupport
import Testing

@Suite struct WireLaws {
  /// A frame as a driver sends it: a tensor, an operation and a release.
  static func smallFrame(sequence: UInt64 = 0) throws -> [UInt8] {
    let body = [
      try RawRecord.store(Tensor([1, 2, 3]), as: 71),
      try .run(Add(), [71, 71], [72]), .release([71]),
    ].flatMap(\.bytes)
    return RawHeader(sequence: sequence, count: 3).frame(body)
  }

  /// A frame of nearly the largest size.
  static func largeFrame(sequence: UInt64 = 0) throws -> [UInt8] {
    let body = try (0..<7).flatMap {
      try RawRecord.store(Tensor.arange(1000), as: UInt64(100 + $0)).bytes
    }
    return RawHeader(sequence: sequence, count: 7).frame(body)
  }

  @Test func headersSurviveWritingAndReading() throws {
    var generator = SampleGenerator(seed: testSeed("headers"))
    let kinds: [FrameHeader.Kind] = [.hello, .welcome, .refusal, .batch, .reply, .acknowledgement]
    for number in 0..<2000 {
      let extreme = number % 5 == 0
      func word() -> UInt64 {
        extreme ? [0, 1, .max, .max - 1, 1 << 63][Int(generator.next() % 5)] : generator.next()
      }
      let header = FrameHeader(
        kind: kinds[number % kinds.count], sequence: word(), bodyLength: 0,
        count: UInt32(truncatingIfNeeded: word()),
        processIdentifier: UInt32(truncatingIfNeeded: word()), acknowledged: word())
      let body = (0..<number % 70).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      let frame = RawFrames.frame(header, body)
      var expected = header
      expected.bodyLength = body.count
      #expect(try RawFrames.read(frame) == expected)
      // The layout, written down a second time.
      let raw = RawHeader(
        kind: header.kind.rawValue, sequence: header.sequence, count: header.count,
        processIdentifier: header.processIdentifier, acknowledged: header.acknowledged)
      #expect(raw.frame(body) == frame)
    }
  }

  @Test func everyTruncationIsRefused() throws {
    for frame in [try Self.smallFrame(), try Self.largeFrame()] {
      for length in 0..<frame.count where length < 400 || length % 97 == 0 {
        #expect(throws: TensorError.self, "cut to \(length) bytes") {
          try RawFrames.read(Array(frame.prefix(length)))
        }
      }
      #expect(throws: TensorError.self) { try RawFrames.read(frame + [0]) }
      #expect(throws: TensorError.self) { try RawFrames.read(frame + frame) }
    }
  }

  @Test func everyFlippedBitIsRefused() throws {
    var generator = SampleGenerator(seed: testSeed("flipped bits"))
    let small = try Self.smallFrame()
    for bit in 0..<small.count * 8 {
      #expect(throws: TensorError.self, "bit \(bit)") {
        try RawFrames.read(small.flipping(bit))
      }
    }
    let large = try Self.largeFrame()
    for _ in 0..<3000 {
      let bits = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        Int.random(in: 0..<large.count * 8, using: &generator)
      }
      let damaged = bits.reduce(large) { $0.flipping($1) }
      if damaged == large { continue }
      #expect(throws: TensorError.self, "bits \(bits)") { try RawFrames.read(damaged) }
    }
  }

  @Test func headersThatSayWhatIsNotSoAreRefused() throws {
    let headers: [(String, RawHeader)] = [
      ("magic", RawHeader(magic: 0x4354_454E)), ("version 0", RawHeader(version: 0)),
      ("version 2", RawHeader(version: 2)), ("kind 0", RawHeader(kind: 0)),
      ("kind 7", RawHeader(kind: 7)), ("kind 255", RawHeader(kind: 255)),
      ("flags", RawHeader(flags: 1)), ("reserved", RawHeader(reserved: 1)),
      ("length", RawHeader(bodyLength: 8)), ("length 2^63", RawHeader(bodyLength: 1 << 63)),
      ("length 2^64 - 64", RawHeader(bodyLength: UInt64.max - 63)),
    ]
    for (what, header) in headers {
      #expect(throws: TensorError.self, "\(what)") { try RawFrames.read(header.frame()) }
    }
    #expect(try RawFrames.read(RawHeader().frame()).bodyLength == 0)
  }

  @Test func versionsAreReadFromFramesOfAnyVersion() {
    func version(_ frame: [UInt8]) -> UInt16? { RawFrames.version(of: frame) }
    #expect(version(RawHeader(version: 99, kind: 200, flags: 7).frame([1])) == 99)
    #expect(version(RawHeader(magic: 1).frame()) == nil)
    for length in 0..<6 { #expect(version(Array(RawHeader().frame().prefix(length))) == nil) }
    #expect(version(Array(RawHeader().frame().prefix(6))) == FrameHeader.version)
  }

  @Test func recordsSurviveWritingAndReading() throws {
    var generator = SampleGenerator(seed: testSeed("records"))
    for _ in 0..<300 {
      let records = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
        RawRecord(
          code: UInt16(truncatingIfNeeded: generator.next()),
          inputs: (0..<generator.next() % 5).map { _ in generator.next() },
          outputs: (0..<generator.next() % 4).map { _ in generator.next() },
          attributes: (0..<8 * (generator.next() % 6)).map { _ in
            UInt8(truncatingIfNeeded: generator.next())
          })
      }
      let body = try RawFrames.written(records)
      #expect(body == records.flatMap(\.bytes))
      #expect(try RawFrames.records(body) == records)
    }
  }

  @Test func recordsWhoseLengthsLieAreRefused() throws {
    let ids: [UInt64] = [1, 2]
    for record in [
      RawRecord(code: 1, inputs: ids, length: 0), RawRecord(code: 1, inputs: ids, length: 2),
      RawRecord(code: 1, inputs: ids, length: 4), RawRecord(code: 1, inputs: ids, length: .max),
      RawRecord(code: 1, inputs: ids, inputCount: 3),
      RawRecord(code: 1, inputs: ids, outputCount: 1),
      RawRecord(code: 1, inputs: ids, inputCount: .max, outputCount: .max),
    ] {
      #expect(throws: TensorError.self) { try RawFrames.records(record.bytes) }
    }
    let body = RawRecord(code: 1, inputs: ids, attributes: [1]).bytes
    for length in 1..<body.count {
      #expect(throws: TensorError.self) { try RawFrames.records(Array(body.prefix(length))) }
    }
    #expect(throws: TensorError.self) {
      // Larger than any frame, so that it must not be written in part.
      try RawFrames.written([RawRecord(code: 1, inputs: Array(repeating: 7, count: 9000))])
    }
  }

  @Test func introductionsSurviveWritingAndReading() throws {
    for hello in [
      Hello(name: "bob", host: "host-1", instructionSet: "AVX3", dtypes: [1, 2, 5, 6, 9, 10]),
      Hello(name: "", host: "", instructionSet: "", dtypes: []),
      Hello(name: "Zoë", host: "näher", instructionSet: "☃", dtypes: Array(0...255)),
    ] {
      let bytes = ByteList.make { hello.encode(into: &$0) }
      #expect(bytes.count % 8 == 0)
      #expect(try RawFrames.reading(bytes) { try Hello(decoding: &$0) } == hello)
      let written =
        16 + [hello.name, hello.host, hello.instructionSet].map(\.utf8.count).reduce(0, +)
        + hello.dtypes.count
      for length in 0..<written {
        #expect(throws: TensorError.self) {
          try RawFrames.reading(Array(bytes.prefix(length))) { try Hello(decoding: &$0) }
        }
      }
    }
  }

  @Test func failuresSurviveWritingAndReading() throws {
    for kind in Failure.Kind.allCases {
      let failure = Failure(kind: kind, operation: "matmul", text: "so und so: “…”")
      let bytes = ByteList.make { failure.encode(into: &$0) }
      #expect(try RawFrames.reading(bytes) { try Failure(decoding: &$0) } == failure)
      for length in 0..<bytes.count {
        #expect(throws: TensorError.self) {
          try RawFrames.reading(Array(bytes.prefix(length))) { try Failure(decoding: &$0) }
        }
      }
    }
    let unknown = (99 as UInt16).wireBytes + WireForm.text("") + WireForm.text("")
    #expect(throws: TensorError.self) {
      try RawFrames.reading(unknown) { try Failure(decoding: &$0) }
    }
    let long = Failure(kind: .argument, operation: "", text: String(repeating: "x", count: 100_000))
    let bytes = ByteList.make { long.encode(into: &$0) }
    #expect(try RawFrames.reading(bytes) { try Failure(decoding: &$0) } == long)
  }

  @Test func idsAreRandomButNeverZeroOrNegative() {
    let source = IdentifierSource()
    let ids = (0..<10_000).map { _ in source.next().value }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0 > 0 && $0 < 1 << 63 })
    #expect(ids.contains { $0 > 1 << 62 })
    let (one, same, other) = (
      IdentifierSource(seed: 5), IdentifierSource(seed: 5), IdentifierSource(seed: 6)
    )
    let first = (0..<1000).map { _ in one.next() }
    #expect(first == (0..<1000).map { _ in same.next() })
    #expect(first != (0..<1000).map { _ in other.next() })
  }
}

extension [UInt8] {
  /// With one bit turned around, counted round where there are fewer.
  func flipping(_ bit: Int) -> [UInt8] {
    var bytes = self
    bytes[bit / 8 % count] ^= 1 << UInt8(bit % 8)
    return bytes
  }
}
