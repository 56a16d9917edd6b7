import CKernels
import TensorCore
import TestSupport
import Testing

/// float16 and bfloat16 in every table: what float32 gives, rounded once.
@Suite struct HalfKernelTests {
  private static let all = (0...UInt16.max).map { $0 }
  private static let counts = [0, 1, 7, 15, 16, 17, 511, 512, 513, 1500]

  private func anyBits(_ count: Int, seed: UInt64) -> [UInt16] {
    var generator = SampleGenerator(seed: seed)
    return (0..<count).map { _ in UInt16.random(in: 0...UInt16.max, using: &generator) }
  }

  @Test(arguments: HalfFormat.allCases) func wideningIsExact(format: HalfFormat) throws {
    for (bits, found) in zip(Self.all, try format.widened(Self.all)) {
      let expected =
        format == .float16
        ? Float(Float16(bitPattern: bits)) : Float(bitPattern: UInt32(bits) << 16)
      #expect(
        found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN), "\(bits)")
    }
  }

  /// All numbers in the middle between two halves and beside it, and others of every magnitude.
  @Test(arguments: HalfFormat.allCases) func narrowingIsToNearestEven(format: HalfFormat) throws {
    var numbers: [Float] = [.infinity, -.infinity, .nan, .greatestFiniteMagnitude, 65519, 65520]
    let halves = try format.widened(Self.all).filter(\.isFinite)
    for (low, high) in zip(halves, halves.dropFirst()) where low.magnitude < high.magnitude {
      let middle = Float((Double(low) + Double(high)) / 2)
      numbers += [low, middle, middle.nextUp, middle.nextDown]
    }
    var generator = SampleGenerator(seed: 41)
    for _ in 0..<50_000 {
      numbers.append(Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator)))
    }
    for (x, found) in zip(numbers, try format.narrowed(numbers)) {
      #expect(format.isNearest(found, to: x), "\(x)")
    }
  }

  @Test(arguments: HalfFormat.allCases) func castsGoThroughFloat32(format: HalfFormat) throws {
    let dtype = Int32(format.rawValue)
    for count in Self.counts {
      let x = anyBits(count, seed: UInt64(count))
      let wide = try format.widened(x)
      func check<Other: Equatable & BitwiseCopyable>(_ other: Int, _ sample: [Other]) throws {
        func cast(_ from: Int32, _ to: Int32) throws -> ck_unary_function {
          try #require(ck_cast(from, to))
        }
        let (other, float) = (Int32(other), Int32(CK_FLOAT32))
        let to = Kernels.unary(try cast(dtype, other), x, of: Other.self)
        let expected = Kernels.unary(try cast(float, other), wide, of: Other.self)
        #expect(to == expected, "to \(other)")
        let from = Kernels.unary(try cast(other, dtype), sample, of: UInt16.self)
        let floats = Kernels.unary(try cast(other, float), sample, of: Float.self)
        #expect(zip(from, floats).allSatisfy { format.isNearest($0, to: $1) }, "from \(other)")
      }
      try check(CK_BOOL, x.map { UInt8($0 & 1) })
      try check(CK_UINT8, x.map { UInt8($0 & 255) })
      try check(CK_INT8, x.map { Int8(truncatingIfNeeded: $0) })
      try check(CK_INT16, x.map { Int16(bitPattern: $0) })
      try check(CK_INT32, x.map { Int32($0) << 13 })
      try check(CK_INT64, x.map { Int64($0) << 21 - 5 })
    }
  }

  @Test(arguments: HalfFormat.allCases) func elementwiseRowsAreThoseOfFloat32(format: HalfFormat)
    throws
  {
    let dtype = Int32(format.rawValue)
    for count in Self.counts {
      let (x, y) = (anyBits(count, seed: 1), anyBits(count, seed: 2))
      let (wideX, wideY) = (try format.widened(x), try format.widened(y))
      for row in KernelRow.unary {
        let half = ck_unary(row.number, dtype)
        let float = ck_unary(row.number, Int32(CK_FLOAT32))
        #expect((half == nil) == (float == nil), "\(row.name)")
        guard let half, let float else { continue }
        let (found, expected) = (Kernels.unary(half, x), Kernels.unary(float, wideX))
        #expect(
          zip(found, expected).allSatisfy { format.isNearest($0, to: $1) }, "\(row.name), \(count)")
      }
      for row in KernelRow.binary where row.name != "nextafter" {
        let half = ck_binary(row.number, dtype)
        let float = ck_binary(row.number, Int32(CK_FLOAT32))
        #expect((half.vv == nil) == (float.vv == nil), "\(row.name)")
        guard let vv = half.vv, count > 0 else { continue }
        let forms = [
          (vv, float.vv!, count, count), (half.vs!, float.vs!, count, 1),
          (half.sv!, float.sv!, 1, count),
        ]
        for (half, float, xs, ys) in forms {
          let found = Kernels.binary(half, Array(x[..<xs]), Array(y[..<ys]))
          let expected = Kernels.binary(float, Array(wideX[..<xs]), Array(wideY[..<ys]))
          #expect(
            zip(found, expected).allSatisfy { format.isNearest($0, to: $1) },
            "\(row.name), \(count)")
        }
      }
      for row in 0..<Int32(CK_COMPARISON_ROWS) {
        let half = try #require(ck_comparison(row, dtype).vv)
        let float = try #require(ck_comparison(row, Int32(CK_FLOAT32)).vv)
        let found = Kernels.binary(half, x, y, of: UInt8.self)
        let expected = Kernels.binary(float, wideX, wideY, of: UInt8.self)
        #expect(found == expected)
      }
    }
  }

  /// The next half in the direction of another one, not the next float32.
  @Test(arguments: HalfFormat.allCases) func nextAfterIsTheNeighbour(format: HalfFormat) throws {
    let function = try #require(ck_binary(Int32(CK_NEXTAFTER), Int32(format.rawValue)).vs)
    let wide = try format.widened(Self.all)
    for target in try format.narrowed([0, -0.0, 1, -1, .infinity, -.infinity, .nan]) {
      let goal = try format.widened([target])[0]
      let found = Kernels.binary(function, Self.all, [target])
      for (place, next) in zip(found, try format.widened(found)).enumerated() {
        let from = wide[place]
        if from.isNaN || goal.isNaN {
          #expect(next.1.isNaN)
        } else if from == goal {
          #expect(next.0 == target)
        } else {
          #expect((next.1 > from) == (goal > from) && next.1 != from)
          // Counted from 0 in both directions, neighbours differ by 1.
          func number(_ bits: UInt16) -> Int { Int(bits & 0x7FFF) * (bits >> 15 == 1 ? -1 : 1) }
          #expect((number(next.0) - number(Self.all[place])).magnitude == 1)
        }
      }
    }
  }

  /// Few different numbers, so that there are ties, and some nan: the extremes are those of float32,
  /// and sums of whole numbers are exact until they are rounded.
  @Test(arguments: HalfFormat.allCases) func reductionsAreThoseOfFloat32(format: HalfFormat) throws
  {
    var generator = SampleGenerator(seed: 43)
    for (rows, columns) in [(1, 1), (3, 17), (2, 2100), (300, 5), (700, 1), (5, 600)] {
      for hasNaN in [false, true] {
        let wide = (0..<rows * columns).map { _ -> Float in
          hasNaN && Int.random(in: 0..<60, using: &generator) == 0
            ? .nan : Float(Int.random(in: -4...4, using: &generator))
        }
        let x = try format.narrowed(wide)
        for alongRows in [true, false] {
          for row in [CK_ARGMAX, CK_ARGMIN] {
            let found = try Kernels.reduce(
              row, format.rawValue, x, rows: rows, columns: columns, alongRows: alongRows,
              of: Int64.self)
            let expected = try Kernels.reduce(
              row, CK_FLOAT32, wide, rows: rows, columns: columns, alongRows: alongRows,
              of: Int64.self)
            #expect(found == expected)
          }
          for row in [CK_SUM, CK_AMAX, CK_AMIN] {
            let found = try Kernels.reduce(
              row, format.rawValue, x, rows: rows, columns: columns, alongRows: alongRows)
            let expected = try Kernels.reduce(
              row, CK_FLOAT32, wide, rows: rows, columns: columns, alongRows: alongRows)
            #expect(zip(found, expected).allSatisfy { format.isNearest($0, to: $1) })
          }
        }
      }
    }
  }
}
