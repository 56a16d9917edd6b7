import CKernels
import TestSupport
import Testing

/// Products, counts and scans against loops over one axis.
@Suite struct ScanKernelTests {
  private static let shapes = [
    (1, 1, 1), (1, 7, 1), (2, 9, 3), (3, 1, 5), (2, 0, 4), (2, 5, 0), (1, 300, 2), (2, 3, 300),
  ]

  /// f over the places of every line along the middle axis.
  private func alongLines(_ shape: (Int, Int, Int), _ f: ([Int]) throws -> Void) rethrows {
    for outer in 0..<shape.0 {
      for inner in 0..<shape.2 {
        try f((0..<shape.1).map { (outer * shape.1 + $0) * shape.2 + inner })
      }
    }
  }

  private func check<Element: Equatable & BitwiseCopyable>(
    _ dtype: Int, _ make: (inout SampleGenerator) -> Element,
    sum: @escaping (Element, Element) -> Element,
    product: @escaping (Element, Element) -> Element
  ) throws {
    var generator = SampleGenerator(seed: 71)
    for shape in Self.shapes {
      let x = (0..<shape.0 * shape.1 * shape.2).map { _ in make(&generator) }
      for (row, f) in [(CK_CUMSUM, sum), (CK_CUMPROD, product)] {
        let found = try Kernels.scan(
          row, dtype, x, outer: shape.0, length: shape.1, inner: shape.2)
        alongLines(shape) { line in
          var running: Element?
          for place in line {
            running = running.map { f($0, x[place]) } ?? x[place]
            #expect(found[place] == running, "\(dtype), \(shape)")
          }
        }
      }
    }
  }

  @Test func runningSumsAndProductsOfIntegers() throws {
    func integers<T: FixedWidthInteger & BitwiseCopyable>(_ dtype: Int, _: T.Type) throws {
      try check(
        dtype, { T.random(in: .min ... .max, using: &$0) }, sum: { $0 &+ $1 }, product: { $0 &* $1 }
      )
    }
    try integers(CK_UINT8, UInt8.self)
    try integers(CK_INT8, Int8.self)
    try integers(CK_INT16, Int16.self)
    try integers(CK_INT32, Int32.self)
    try integers(CK_INT64, Int64.self)
  }

  @Test func runningSumsAndProductsOfFloats() throws {
    // Whole numbers and powers of 2: exact.
    try check(CK_FLOAT64, { Double(Int.random(in: -9...9, using: &$0)) }, sum: +) { $0 * $1 }
    try check(CK_FLOAT32, { [-1, 0.5, 2, 1].randomElement(using: &$0)! }, sum: +) {
      (x: Float, y: Float) in x * y
    }
  }

  /// float32 is accumulated in more precision, halves in float32.
  @Test func runningSumsKeepWhatASingleNumberLoses() throws {
    let large = [Float(1 << 24)] + Array(repeating: Float(1), count: 100)
    let found = try Kernels.scan(CK_CUMSUM, CK_FLOAT32, large, outer: 1, length: 101, inner: 1)
    #expect(found.last == Float((1 << 24) + 100))
    for format in HalfFormat.allCases {
      let ones = try format.narrowed(Array(repeating: 1, count: 3000))
      let found = try Kernels.scan(
        CK_CUMSUM, format.rawValue, ones, outer: 1, length: 3000, inner: 1)
      #expect(try format.widened(found).last == (format == .float16 ? 3000 : 3008))
    }
  }

  @Test func runningLogarithmsOfSums() throws {
    let x: [Double] = [-.infinity, -.infinity, 1000, 1000, -5, .infinity, .infinity, .nan, 0]
    let found = try Kernels.scan(
      CK_LOGCUMSUMEXP, CK_FLOAT64, x, outer: 1, length: x.count, inner: 1)
    #expect(found[0] == -.infinity && found[1] == -.infinity && found[2] == 1000)
    #expect((found[3] - 1000.693147180559945).magnitude < 1e-12 && found[4] == found[3])
    #expect(found[5] == .infinity && found[6] == .infinity && found[7].isNaN && found[8].isNaN)
  }

  @Test func runningExtremaTakeTheLastPlaceAndKeepNaN() throws {
    let x: [Float] = [1, 3, 3, 2, .nan, 9, .nan, 1]
    let largest = try Kernels.scanExtremum(
      CK_CUMMAX, CK_FLOAT32, x, outer: 1, length: 8, inner: 1)
    #expect(largest.values[..<4] == [1, 3, 3, 3] && largest.values[4...].allSatisfy(\.isNaN))
    #expect(largest.places == [0, 1, 2, 2, 4, 4, 6, 6])
    // Two lines side by side.
    let pairs: [Int64] = [5, 1, 5, 2, 7, 0]
    let smallest = try Kernels.scanExtremum(
      CK_CUMMIN, CK_INT64, pairs, outer: 1, length: 3, inner: 2)
    #expect(smallest.values == [5, 1, 5, 1, 5, 0] && smallest.places == [0, 0, 1, 0, 1, 2])
    for format in HalfFormat.allCases {
      let found = try Kernels.scanExtremum(
        CK_CUMMAX, format.rawValue, try format.narrowed(x), outer: 1, length: 8, inner: 1)
      #expect(found.places == largest.places)
    }
  }

  // MARK: Reductions

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
