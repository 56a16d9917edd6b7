import Foundation
import TensorCore
import Testing

/// Files of named tensors, and files that are none.
@Suite struct SafeTensorsTests {
  /// A file: the length of the header unless given, the header, the elements.
  private func withFile(
    _ header: String, length: UInt64? = nil, data: [UInt8] = [], _ body: (String) throws -> Void
  ) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "tensors-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let length = length ?? UInt64(header.utf8.count)
    let lengthBytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    try Data(lengthBytes + Array(header.utf8) + data).write(to: file)
    try body(file.path)
  }

  private func expectRefusal(
    _ header: String, length: UInt64? = nil, data: [UInt8] = [], _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withFile(header, length: length, data: data) { path in
      #expect(
        throws: TensorError.file(path: path, reason: reason), sourceLocation: sourceLocation
      ) { try SafeTensors(contentsOf: path) }
    }
  }

  private func entry(_ name: String, _ dtype: String, _ shape: String, _ start: Int, _ end: Int)
    -> String
  {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
  }

  // MARK: What can be read

  @Test("every dtype, with its bytes as they stand")
  func dtypes() throws {
    let dtypes: [(String, DType)] = [
      ("BOOL", .bool), ("U8", .uint8), ("I8", .int8), ("I16", .int16), ("I32", .int32),
      ("I64", .int64), ("F16", .float16), ("BF16", .bfloat16), ("F32", .float32),
      ("F64", .float64),
    ]
    #expect(dtypes.count == DType.allCases.count)
    for (name, dtype) in dtypes {
      // 1 and 0 in integers, small numbers in the others.
      let data = [1, 0].flatMap { [UInt8($0)] + [UInt8](repeating: 0, count: dtype.size - 1) }
      try withFile("{\(entry("x", name, "[2,1]", 0, data.count))}", data: data) { path in
        let x = try SafeTensors(contentsOf: path)["x"]
        #expect(x.dtype == dtype)
        #expect(x.shape == [2, 1])
        if !dtype.isFloatingPoint { #expect(try x.toArray(of: Int64.self) == [1, 0]) }
      }
    }
  }

  @Test("values in row-major order, names in the order of the elements, spaces behind the header")
  func values() throws {
    let numbers: [Float] = [1.5, -2, .infinity, 0]
    let floats = numbers.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let header =
      "{\"__metadata__\":{\"format\":\"pt\"},"
      + "\(entry("z", "U8", "[]", 16, 17)),\(entry("a", "F32", "[2,2]", 0, 16))}   "
    try withFile(header, data: floats + [7]) { path in
      let file = try SafeTensors(contentsOf: path)
      #expect(file.names == ["a", "z"])
      #expect(file.metadata == ["format": "pt"])
      #expect(
        try file["a"].isIdentical(to: Tensor([[1.5, -2], [.infinity, 0]])))
      #expect(try file["z"].isIdentical(to: Tensor(UInt8(7), dtype: .uint8)))
    }
  }

  @Test("tensors without elements, files without tensors")
  func empty() throws {
    let header =
      "{\(entry("a", "F32", "[0,3]", 0, 0)),\(entry("b", "U8", "[1]", 0, 1)),"
      + "\(entry("c", "I64", "[0]", 1, 1))}"
    try withFile(header, data: [9]) { path in
      let file = try SafeTensors(contentsOf: path)
      #expect(try file["a"].shape == [0, 3])
      #expect(try file["b"].toArray(of: UInt8.self) == [9])
      #expect(try file["c"].dtype == .int64)
    }
    try withFile("{}") { path in
      let file = try SafeTensors(contentsOf: path)
      #expect(file.names == [])
    }
  }

  @Test("any byte but 0 is true")
  func bools() throws {
    try withFile("{\(entry("x", "BOOL", "[3]", 0, 3))}", data: [0, 1, 255]) { path in
      let x = try SafeTensors(contentsOf: path)["x"]
      #expect(try x.isIdentical(to: Tensor([false, true, true])))
    }
  }

  // MARK: What cannot

  @Test func filesThatEndTooEarly() throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "tensors-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    for count in [0, 7] {
      try Data(count: count).write(to: file)
      #expect(
        throws: TensorError.file(
          path: file.path,
          reason: "it is too short for the length of a header: it is no safetensors file")
      ) { try SafeTensors(contentsOf: file.path) }
    }
    try expectRefusal(
      "{}", length: 200, "it is cut off: the header has 200 bytes, the file only 10")
    try expectRefusal(
      "{}", length: .max,
      "its header would have 18446744073709551615 bytes: it is no safetensors file")
    try expectRefusal(
      "{\(entry("x", "U8", "[4]", 0, 4))}", data: [1, 2, 3],
      "\"x\" ends at byte 4 of the elements, of which there are only 3: the file is cut off, or its "
        + "header wrong")
  }

  @Test func headersThatAreNone() throws {
    try expectRefusal("", "the header is no JSON: line 1: the text ends where a value should stand")
    try expectRefusal("[]", "the header is no JSON object")
    try expectRefusal(
      "{}x", "the header is no JSON: line 1: something follows the end of the value")
    try expectRefusal("{\"x\":1}", "\"x\": dtype must be a text")
    try expectRefusal(
      "{\"x\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", data: [1],
      "\"x\": shape must be a list of lengths")
    try expectRefusal(
      "{\(entry("x", "U8", "[-1]", 0, 1))}", data: [1], "\"x\": shape must be a list of lengths")
    for offsets in ["[0]", "[1,0]", "[-1,0]", "[0,1,2]", "0", "[0,\"1\"]"] {
      try expectRefusal(
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":\(offsets)}}", data: [1],
        "\"x\": data_offsets must be the first byte and the one behind the last")
    }
    try expectRefusal("{\"__metadata__\":{\"a\":1}}", "__metadata__: \"a\" is no text")
  }

  @Test func namesThatComeTwice() throws {
    try expectRefusal(
      "{\(entry("x", "U8", "[1]", 0, 1)),\(entry("x", "U8", "[1]", 1, 2))}", data: [1, 2],
      "the header is no JSON: line 1: \"x\" stands there twice")
  }

  @Test func elementsThatOverlapOrLeaveGaps() throws {
    try expectRefusal(
      "{\(entry("x", "U8", "[2]", 0, 2)),\(entry("y", "U8", "[2]", 1, 3))}", data: [1, 2, 3],
      "\"y\" overlaps another tensor at byte 1 of the elements")
    try expectRefusal(
      "{\(entry("x", "U8", "[1]", 0, 1)),\(entry("y", "U8", "[1]", 2, 3))}", data: [1, 2, 3],
      "nothing uses the elements' bytes 1 to 1, before \"y\"")
    try expectRefusal(
      "{\(entry("x", "U8", "[1]", 0, 1))}", data: [1, 2, 3],
      "nothing uses the last 2 bytes of the elements")
  }

  @Test func shapesThatDoNotFit() throws {
    try expectRefusal(
      "{\(entry("x", "F32", "[2]", 0, 4))}", data: [1, 2, 3, 4],
      "\"x\": 4 bytes do not hold F32 of shape [2]")
    let huge = 1 << 62
    try expectRefusal(
      "{\(entry("x", "F32", "[\(huge),\(huge)]", 0, 4))}", data: [1, 2, 3, 4],
      "\"x\": 4 bytes do not hold F32 of shape [\(huge), \(huge)]")
  }

  @Test("what tensors here cannot have is refused when it is asked for")
  func otherTensors() throws {
    let header =
      "{\(entry("c", "C64", "[1]", 0, 8)),\(entry("f", "F8_NEW", "[1]", 8, 9)),"
      + "\(entry("r", "U8", "[1,1,1,1,1,1,1,1,1]", 9, 10)),\(entry("x", "U8", "[1]", 10, 11))}"
    try withFile(header, data: [UInt8](0..<11)) { path in
      let file = try SafeTensors(contentsOf: path)
      #expect(try file["x"].toArray(of: UInt8.self) == [10])
      for (name, dtype) in [("c", "C64"), ("f", "F8_NEW")] {
        #expect(
          throws: TensorError.file(
            path: path,
            reason:
              "\"\(name)\" has the dtype \(dtype), which tensors here cannot have: convert it to "
              + "one of BF16, BOOL, F16, F32, F64, I16, I32, I64, I8, U8")
        ) { try file[name] }
      }
      #expect(throws: TensorError.self) { try file["r"] }
      #expect(
        throws: TensorError.file(
          path: path, reason: "it has no tensor \"y\": take one of its names")
      ) { try file["y"] }
    }
  }

  @Test func filesThatCannotBeOpened() {
    for path in ["/nowhere/at/all.safetensors", "/", ""] {
      #expect(
        throws: TensorError.file(
          path: path, reason: "it cannot be opened: check the path and that you may read it")
      ) { try SafeTensors(contentsOf: path) }
    }
  }

  @Test("a file that becomes shorter while it is open")
  func shortened() throws {
    try withFile("{\(entry("x", "U8", "[4]", 0, 4))}", data: [1, 2, 3, 4]) { path in
      let file = try SafeTensors(contentsOf: path)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 60)
      #expect(
        throws: TensorError.file(
          path: path,
          reason: "it became shorter while it was open: leave it as it is until it was read")
      ) { try file["x"] }
    }
  }
}
