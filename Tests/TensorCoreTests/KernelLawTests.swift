import CKernels
import TensorCore
import TestSupport
import Testing

/// The rows of the kernel tables against one number at a time: floating point within the error that
/// the row states, integers exactly.
@Suite struct KernelLawTests {
  /// The references are rounded too.
  private static let slack = 0.002

  /// A number of every magnitude, near a whole number, or a special one.
  private func numbers(_ count: Int, seed: UInt64, exponents: ClosedRange<Double>) -> [Double] {
    var generator = SampleGenerator(seed: seed)
    let special = [0, -0.0, 0.5, -0.5, 1, -1, 1.5, 2.5, -2.5, .infinity, -.infinity, .nan]
    return (0..<count).map { place in
      let sign: Double = Bool.random(using: &generator) ? 1 : -1
      func power(_ exponents: ClosedRange<Double>) -> Double {
        let exponent = Double.random(in: exponents, using: &generator)
        let whole = exponent.rounded(.down)
        return sign * Double(sign: .plus, exponent: Int(whole), significand: 1 + exponent - whole)
      }
      switch place % 7 {
      case 0: return power(exponents)
      case 1: return power(-20...10)
      case 2: return .random(in: -100...100, using: &generator)
      case 3: return .random(in: -2...2, using: &generator)
      case 4: return Double(Int.random(in: -20...20, using: &generator)) + power(-40...(-2))
      case 5: return sign * (1 - power(-53...(-1)).magnitude)
      default: return special[Int.random(in: 0..<special.count, using: &generator)]
      }
    }
  }

  private func floats(_ count: Int, seed: UInt64) -> [Float] {
    numbers(count, seed: seed, exponents: -150...127).map { Float($0) }
  }

  private func doubles(_ count: Int, seed: UInt64) -> [Double] {
    numbers(count, seed: seed, exponents: -1075...1023)
  }

  private func check(
    _ name: String, _ found: [Double], _ dtype: DType, _ bound: Double, _ operands: [[Wide]],
    _ reference: ([Wide]) -> Wide?
  ) throws {
    var worst = (error: 0.0, operands: [Wide](), found: 0.0)
    for (operands, found) in zip(operands, found) {
      let exact = try #require(reference(operands), "no reference for \(name)")
      let error = ElementwiseReference.error(
        found, exact, dtype, scale: ElementwiseReference.scale(name, operands))
      if error > worst.error { worst = (error, operands, found) }
    }
    #expect(
      worst.error <= bound + Self.slack,
      "\(name) of \(worst.operands) in \(dtype) is \(worst.found), stated are \(bound)")
  }

  @Test(arguments: KernelRow.unary) func unaryFloatRows(row: KernelRow) throws {
    let entry = ck_unary_table()[Int(row.number)]
    if let function = ck_unary(row.number, Int32(CK_FLOAT32)) {
      let x = floats(35_000, seed: 51)
      try check(
        row.name, Kernels.unary(function, x).map { Double($0) }, .float32, entry.ulp_float32,
        x.map { [Wide($0)] }
      ) { ElementwiseReference.unary(row.name, $0[0]) }
    }
    if let function = ck_unary(row.number, Int32(CK_FLOAT64)) {
      let x = doubles(35_000, seed: 52)
      try check(
        row.name, Kernels.unary(function, x), .float64, entry.ulp_float64, x.map { [Wide($0)] }
      ) { ElementwiseReference.unary(row.name, $0[0]) }
    }
  }

  /// What is defined on the rounded numbers themselves, and what the law of the operations checks.
  private static let otherwiseTested = [
    "nextafter", "trunc_divide", "bce_with_logits", "floor_divide",
  ]

  @Test(arguments: KernelRow.binary) func binaryFloatRows(row: KernelRow) throws {
    if Self.otherwiseTested.contains(row.name) { return }
    let entry = ck_binary_table()[Int(row.number)]
    if let function = ck_binary(row.number, Int32(CK_FLOAT32)).vv {
      let (x, y) = (floats(35_000, seed: 53), floats(35_001, seed: 54))
      try check(
        row.name, Kernels.binary(function, x, Array(y[1...])).map { Double($0) }, .float32,
        entry.ulp_float32, zip(x, y[1...]).map { [Wide($0), Wide($1)] }
      ) { ElementwiseReference.binary(row.name, $0[0], $0[1]) }
    }
    if let function = ck_binary(row.number, Int32(CK_FLOAT64)).vv {
      let (x, y) = (doubles(35_000, seed: 55), doubles(35_001, seed: 56))
      try check(
        row.name, Kernels.binary(function, x, Array(y[1...])), .float64, entry.ulp_float64,
        zip(x, y[1...]).map { [Wide($0), Wide($1)] }
      ) { ElementwiseReference.binary(row.name, $0[0], $0[1]) }
    }
  }

  @Test func quotientsAreCutOffAfterRounding() throws {
    let (x, y) = (doubles(7000, seed: 57), Array(doubles(7001, seed: 58)[1...]))
    let function = try #require(ck_binary(Int32(CK_TRUNC_DIVIDE), Int32(CK_FLOAT64)).vv)
    for (place, found) in Kernels.binary(function, x, y).enumerated() {
      let expected = (x[place] / y[place]).rounded(.towardZero)
      #expect(found == expected || (found.isNaN && expected.isNaN))
    }
  }

  @Test func nextAfterIsTheNeighbour() throws {
    let (x, y) = (floats(7000, seed: 59), Array(floats(7001, seed: 60)[1...]))
    let function = try #require(ck_binary(Int32(CK_NEXTAFTER), Int32(CK_FLOAT32)).vv)
    for (place, found) in Kernels.binary(function, x, y).enumerated() {
      let (from, to) = (x[place], y[place])
      if from.isNaN || to.isNaN {
        #expect(found.isNaN)
      } else {
        #expect(found == (from == to ? to : from < to ? from.nextUp : from.nextDown))
      }
    }
  }

  // MARK: Integers

  /// Exact results, wrapped at the end; nil where there is no such row.
  private func integer<T: FixedWidthInteger & BitwiseCopyable>(_ name: String, _ x: T, _ y: T) -> T?
  {
    switch name {
    case "fmod": y == 0 ? 0 : x.remainderReportingOverflow(dividingBy: y).partialValue
    case "trunc_divide": y == 0 ? 0 : x.dividedReportingOverflow(by: y).partialValue
    case "fmax": max(x, y)
    case "fmin": min(x, y)
    case "heaviside": x == 0 ? y : x > 0 ? 1 : 0
    case "bitwise_and": x & y
    case "bitwise_or": x | y
    case "bitwise_xor": x ^ y
    // Swift shifts by negative counts the other way.
    case "bitwise_left_shift": y < 0 ? 0 : x << y
    case "bitwise_right_shift": y < 0 ? (x < 0 ? ~0 : 0) : x >> y
    case "gcd": T(truncatingIfNeeded: divisor(x, y))
    case "lcm": multiple(x, y)
    default: nil
    }
  }

  private func divisor<T: FixedWidthInteger>(_ x: T, _ y: T) -> UInt64 {
    var (a, b) = (UInt64(x.magnitude), UInt64(y.magnitude))
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private func multiple<T: FixedWidthInteger>(_ x: T, _ y: T) -> T {
    let divisor = divisor(x, y)
    if divisor == 0 { return 0 }
    let product = Int64(truncatingIfNeeded: UInt64(x.magnitude) / divisor)
      .multipliedReportingOverflow(by: Int64(truncatingIfNeeded: y.magnitude)).partialValue
    // 32 bits is what narrower numbers are multiplied in.
    let cut = T.bitWidth <= 32 ? Int64(Int32(truncatingIfNeeded: product)) : product
    // The magnitude of what the product with its sign wraps to.
    let signed = (x < 0) == (y < 0) ? cut : 0 &- cut
    let wrapped = T.bitWidth <= 32 ? Int64(Int32(truncatingIfNeeded: signed)) : signed
    return T(truncatingIfNeeded: wrapped.magnitude)
  }

  private func integerRows<T: FixedWidthInteger & BitwiseCopyable>(_ dtype: Int, _: T.Type) throws {
    var generator = SampleGenerator(seed: 61)
    let special = [0, 1, 2, 3, 6, 7, 8, 9, .max, .max - 1, .min, .min + 1, T(T.bitWidth - 1)]
    let more = [T(T.bitWidth), T(T.bitWidth + 1), ~0, ~1, ~5, ~0 << 3]
    var (x, y): ([T], [T]) = ([], [])
    for a in special + more {
      for b in special + more {
        x.append(a)
        y.append(b)
      }
    }
    for _ in 0..<3000 {
      x.append(
        .random(in: .min ... .max, using: &generator) >> Int.random(in: 0..<8, using: &generator))
      y.append(
        .random(in: .min ... .max, using: &generator) >> Int.random(in: 0..<8, using: &generator))
    }
    for row in KernelRow.binary {
      guard integer(row.name, T(1), T(1)) != nil else { continue }
      let loops = ck_binary(row.number, Int32(dtype))
      let found = Kernels.binary(try #require(loops.vv), x, y)
      let left = Kernels.binary(try #require(loops.sv), [x[7]], y)
      let right = Kernels.binary(try #require(loops.vs), x, [y[7]])
      for place in x.indices {
        let operands = "\(row.name)(\(x[place]), \(y[place])) of \(T.self)"
        #expect(found[place] == integer(row.name, x[place], y[place]), "\(operands)")
        #expect(left[place] == integer(row.name, x[7], y[place]), "\(operands)")
        #expect(right[place] == integer(row.name, x[place], y[7]), "\(operands)")
      }
    }
    let not = try #require(ck_unary(Int32(CK_BITWISE_NOT), Int32(dtype)))
    #expect(Kernels.unary(not, x) == x.map { ~$0 })
  }

  @Test func integerRowsOfEveryWidth() throws {
    try integerRows(CK_UINT8, UInt8.self)
    try integerRows(CK_INT8, Int8.self)
    try integerRows(CK_INT16, Int16.self)
    try integerRows(CK_INT32, Int32.self)
    try integerRows(CK_INT64, Int64.self)
  }

  @Test func boolsAreNumbersOfOneBit() throws {
    let (x, y): ([UInt8], [UInt8]) = ([0, 0, 1, 1], [0, 1, 0, 1])
    func result(_ row: Int) throws -> [UInt8] {
      Kernels.binary(try #require(ck_binary(Int32(row), Int32(CK_BOOL)).vv), x, y)
    }
    #expect(try result(CK_BITWISE_AND) == [0, 0, 0, 1])
    #expect(try result(CK_BITWISE_OR) == [0, 1, 1, 1])
    #expect(try result(CK_BITWISE_XOR) == [0, 1, 1, 0])
    #expect(try result(CK_FMAX) == [0, 1, 1, 1])
    #expect(try result(CK_FMIN) == [0, 0, 0, 1])
    #expect(try result(CK_HEAVISIDE) == [0, 1, 1, 1])
    let not = try #require(ck_unary(Int32(CK_BITWISE_NOT), Int32(CK_BOOL)))
    #expect(Kernels.unary(not, x) == [1, 1, 0, 0])
  }

  // MARK: Predicates

  @Test func predicatesOfFloats() throws {
    let x = doubles(7000, seed: 62)
    func check<Element: BitwiseCopyable>(
      _ dtype: Int, _ x: [Element], _ expected: [(Int, (Element) -> Bool)]
    ) throws {
      for (row, answer) in expected {
        let function = try #require(ck_predicate(Int32(row), Int32(dtype)))
        let found = Kernels.unary(function, x, of: UInt8.self)
        #expect(found == x.map { answer($0) ? 1 : 0 }, "\(row) of \(dtype)")
      }
    }
    try check(
      CK_FLOAT64, x,
      [
        (CK_ISNAN, { $0.isNaN }), (CK_ISINF, { $0.isInfinite }), (CK_ISFINITE, { $0.isFinite }),
        (CK_ISPOSINF, { $0 == .infinity }), (CK_ISNEGINF, { $0 == -.infinity }),
        (CK_SIGNBIT, { $0.sign == .minus }),
      ])
    try check(
      CK_FLOAT32, x.map { Float($0) },
      [
        (CK_ISNAN, { $0.isNaN }), (CK_ISINF, { $0.isInfinite }), (CK_ISFINITE, { $0.isFinite }),
        (CK_ISPOSINF, { $0 == .infinity }), (CK_ISNEGINF, { $0 == -.infinity }),
        (CK_SIGNBIT, { $0.sign == .minus }),
      ])
    for format in HalfFormat.allCases {
      let halves = (0...UInt16.max).map { $0 }
      let infinity: UInt16 = format == .float16 ? 0x7C00 : 0x7F80
      try check(
        format.rawValue, halves,
        [
          (CK_ISNAN, { $0 & 0x7FFF > infinity }), (CK_ISINF, { $0 & 0x7FFF == infinity }),
          (CK_ISFINITE, { $0 & 0x7FFF < infinity }), (CK_ISPOSINF, { $0 == infinity }),
          (CK_ISNEGINF, { $0 == infinity | 0x8000 }), (CK_SIGNBIT, { $0 >= 0x8000 }),
        ])
    }
    try check(
      CK_INT8, [-128, -1, 0, 1, 127] as [Int8],
      [(CK_ISNAN, { _ in false }), (CK_ISFINITE, { _ in true }), (CK_SIGNBIT, { $0 < 0 })])
    try check(
      CK_UINT8, [0, 1, 128, 255] as [UInt8],
      [(CK_ISINF, { _ in false }), (CK_ISFINITE, { _ in true }), (CK_SIGNBIT, { _ in false })])
  }

  @Test func lerpMeetsBothEnds() throws {
    let x = floats(700, seed: 63).filter { $0.magnitude < 1e30 }
    let y = Array(x.reversed())
    #expect(try Kernels.lerp(CK_FLOAT32, x, y, [0]) == x)
    #expect(try Kernels.lerp(CK_FLOAT32, x, y, [1]) == y)
    #expect(try Kernels.lerp(CK_FLOAT64, [1, 2], [3, 10], [0.25, 0.75]) == [1.5, 8])
  }
}
