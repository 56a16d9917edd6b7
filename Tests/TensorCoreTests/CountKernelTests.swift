import CKernels
import TestSupport
import Testing

/// Products and counts against loops over one axis.
@Suite struct CountKernelTests {
  private func reductions<Element: BitwiseCopyable>(
    _ dtype: Int, _ make: (inout SampleGenerator) -> Element, isZero: (Element) -> Bool
  ) throws {
    var generator = SampleGenerator(seed: 72)
    for (rows, columns) in [(1, 1), (3, 0), (4, 7), (3, 2100), (300, 5), (20_000, 2), (9, 300)] {
      let x = (0..<rows * columns).map { _ in make(&generator) }
      for alongRows in [true, false] {
        let lines =
          alongRows
          ? (0..<rows).map { row in (0..<columns).map { x[row * columns + $0] } }
          : (0..<columns).map { column in (0..<rows).map { x[$0 * columns + column] } }
        let counts = lines.map { $0.count { !isZero($0) } }
        func found<Result>(_ row: Int, _: Result.Type) throws -> [Result] {
          try Kernels.reduce(
            row, dtype, x, rows: rows, columns: columns, alongRows: alongRows, of: Result.self)
        }
        #expect(try found(CK_COUNT_NONZERO, Int64.self) == counts.map(Int64.init))
        let all = zip(counts, lines).map { $0 == $1.count ? UInt8(1) : 0 }
        #expect(try found(CK_ALL, UInt8.self) == all)
        #expect(try found(CK_ANY, UInt8.self) == counts.map { $0 > 0 ? 1 : 0 })
      }
    }
  }

  @Test func countingWhatIsNotZero() throws {
    func integers<T: FixedWidthInteger & BitwiseCopyable>(_ dtype: Int, _: T.Type) throws {
      try reductions(dtype, { .random(in: 0...99, using: &$0) < 3 ? T(0) : ~0 }) { $0 == 0 }
      try reductions(dtype, { .random(in: 0...9999, using: &$0) < 3 ? T(1) : 0 }) { $0 == 0 }
    }
    try integers(CK_UINT8, UInt8.self)
    try integers(CK_INT8, Int8.self)
    try integers(CK_INT16, Int16.self)
    try integers(CK_INT32, Int32.self)
    try integers(CK_INT64, Int64.self)
    try reductions(CK_BOOL, { UInt8.random(in: 0...1, using: &$0) }) { $0 == 0 }
    // Zeros of both signs are zeros, nan and what is nearly 0 are not.
    let numbers: [Double] = [0, -0.0, 1, .nan, .leastNonzeroMagnitude]
    try reductions(CK_FLOAT64, { numbers.randomElement(using: &$0)! }) { $0 == 0 }
    try reductions(CK_FLOAT32, { Float(numbers.randomElement(using: &$0)!) }) { $0 == 0 }
    let halves: [UInt16] = [0, 0x8000, 1, 0x8001, 0x7FFF]
    for format in HalfFormat.allCases {
      try reductions(format.rawValue, { halves.randomElement(using: &$0)! }) { $0 & 0x7FFF == 0 }
    }
  }

  @Test func products() throws {
    var generator = SampleGenerator(seed: 73)
    for (rows, columns) in [(1, 1), (4, 7), (3, 600), (300, 5), (9, 300)] {
      let x = (0..<rows * columns).map { _ in Int8.random(in: -9...9, using: &generator) | 1 }
      for alongRows in [true, false] {
        let found = try Kernels.reduce(
          CK_PROD, CK_INT8, x, rows: rows, columns: columns, alongRows: alongRows, of: Int64.self)
        let lines =
          alongRows
          ? (0..<rows).map { row in (0..<columns).map { x[row * columns + $0] } }
          : (0..<columns).map { column in (0..<rows).map { x[$0 * columns + column] } }
        #expect(found == lines.map { $0.reduce(1) { $0 &* Int64($1) } })
        let signs = x.map { $0 < 0 ? Float(-1) : 1 }
        let negative = lines.map { $0.count { $0 < 0 } % 2 == 1 ? Float(-1) : 1 }
        #expect(
          try Kernels.reduce(
            CK_PROD, CK_FLOAT32, signs, rows: rows, columns: columns, alongRows: alongRows)
            == negative)
        for format in HalfFormat.allCases {
          let halves = try Kernels.reduce(
            CK_PROD, format.rawValue, try format.narrowed(signs), rows: rows, columns: columns,
            alongRows: alongRows)
          #expect(try format.widened(halves) == negative)
        }
      }
    }
  }
}
