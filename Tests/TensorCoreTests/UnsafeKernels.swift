import CKernels
import Testing

/// A row of a table of kernels.
struct KernelRow: Sendable, CustomTestStringConvertible {
  let number: Int32
  let name: String
  var testDescription: String { name }

  static let unary = (0..<Int32(CK_UNARY_ROWS)).map {
    KernelRow(number: $0, name: String(cString: ck_unary_table()[Int($0)].name))
  }
  static let binary = (0..<Int32(CK_BINARY_ROWS)).map {
    KernelRow(number: $0, name: String(cString: ck_binary_table()[Int($0)].name))
  }
}

/// Kernels on arrays, also of dtypes that no tensor has.
enum Kernels {
  static func unary<Element: BitwiseCopyable, Result>(
    _ function: ck_unary_function, _ x: [Element], of: Result.Type
  ) -> [Result] {
    results(x.count) { function(x, $0, x.count) }
  }

  static func unary<Element: BitwiseCopyable>(_ function: ck_unary_function, _ x: [Element])
    -> [Element]
  {
    results(x.count) { function(x, $0, x.count) }
  }

  static func binary<Element: BitwiseCopyable, Result>(
    _ function: ck_binary_function, _ x: [Element], _ y: [Element], of: Result.Type
  ) -> [Result] {
    let count = max(x.count, y.count)
    return results(count) { function(x, y, $0, count) }
  }

  static func binary<Element: BitwiseCopyable>(
    _ function: ck_binary_function, _ x: [Element], _ y: [Element]
  )
    -> [Element]
  {
    let count = max(x.count, y.count)
    return results(count) { function(x, y, $0, count) }
  }

  /// Rows, or else columns, of a matrix.
  static func reduce<Element: BitwiseCopyable, Result>(
    _ row: Int, _ dtype: Int, _ x: [Element], rows: Int, columns: Int, alongRows: Bool,
    of: Result.Type
  ) throws -> [Result] {
    let function = try #require(
      alongRows
        ? ck_reduce_rows(Int32(row), Int32(dtype)) : ck_reduce_columns(Int32(row), Int32(dtype)))
    return results(alongRows ? rows : columns) { function(x, $0, rows, columns) }
  }

  static func reduce<Element: BitwiseCopyable>(
    _ row: Int, _ dtype: Int, _ x: [Element], rows: Int, columns: Int, alongRows: Bool
  ) throws -> [Element] {
    try reduce(
      row, dtype, x, rows: rows, columns: columns, alongRows: alongRows, of: Element.self)
  }

  static func scan<Element: BitwiseCopyable>(
    _ row: Int, _ dtype: Int, _ x: [Element], outer: Int, length: Int, inner: Int
  ) throws -> [Element] {
    let function = try #require(ck_cumulative(Int32(row), Int32(dtype)))
    return results(x.count) { function(x, $0, outer, length, inner) }
  }

  static func scanExtremum<Element: BitwiseCopyable>(
    _ row: Int, _ dtype: Int, _ x: [Element], outer: Int, length: Int, inner: Int
  ) throws -> (values: [Element], places: [Int64]) {
    let function = try #require(ck_cumulative_extremum(Int32(row), Int32(dtype)))
    var places: [Int64] = []
    let values: [Element] = results(x.count) { values in
      places = results(x.count) {
        function(x, values, $0.assumingMemoryBound(to: Int64.self), outer, length, inner)
      }
    }
    return (values, places)
  }

  static func lerp<Element: BitwiseCopyable>(
    _ dtype: Int, _ x: [Element], _ y: [Element], _ weight: [Element]
  )
    throws -> [Element]
  {
    let function = try #require(ck_ternary(Int32(CK_LERP), Int32(dtype)))
    let step = weight.count == 1 ? 0 : 1
    return results(x.count) { function(x, 1, y, 1, weight, step, x, $0, x.count) }
  }

  private static func results<Result>(_ count: Int, _ body: (UnsafeMutableRawPointer) -> Void)
    -> [Result]
  {
    // One byte more, so that there is an address where there is no element.
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Result>.stride + 1, alignment: 16)
    defer { bytes.deallocate() }
    body(bytes)
    return Array(
      UnsafeBufferPointer(start: bytes.bindMemory(to: Result.self, capacity: count), count: count))
  }
}

/// Converting by the kernels and, for what is expected of them, by Swift and by definition.
enum HalfFormat: Int, Sendable, CaseIterable {
  case float16 = 7
  case bfloat16 = 8

  func widened(_ x: [UInt16]) throws -> [Float] {
    Kernels.unary(try #require(ck_cast(Int32(rawValue), Int32(CK_FLOAT32))), x, of: Float.self)
  }

  func narrowed(_ x: [Float]) throws -> [UInt16] {
    Kernels.unary(try #require(ck_cast(Int32(CK_FLOAT32), Int32(rawValue))), x, of: UInt16.self)
  }

  /// The nearest half; nil for nan.
  func nearest(_ x: Float) -> UInt16? {
    if x.isNaN { return nil }
    if self == .float16 { return Float16(x).bitPattern }
    let below = x.bitPattern & 0xFFFF_0000
    let low = Double(Float(bitPattern: below).magnitude)
    let unit = Double(sign: .plus, exponent: max(Int(x.exponent), -126) - 7, significand: 1)
    let rest = Double(x.magnitude) - low
    let isUp = rest > unit / 2 || (rest == unit / 2 && below & 0x1_0000 != 0)
    return UInt16((x.isInfinite || !isUp ? below : below + 0x1_0000) >> 16)
  }

  func isNaN(_ x: UInt16) -> Bool { x & 0x7FFF > (self == .float16 ? 0x7C00 : 0x7F80) }

  /// Whether a half is what the number rounds to.
  func isNearest(_ found: UInt16, to x: Float) -> Bool {
    nearest(x).map { $0 == found } ?? isNaN(found)
  }
}
