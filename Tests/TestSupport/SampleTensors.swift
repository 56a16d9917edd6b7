import TensorCore

/// Deterministic numbers: splitmix64 (Steele, Lea, Flood 2014).
public struct SampleGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// What numbers a sample tensor holds.
public enum SampleValues: Sendable {
  /// ±0.1 … ±3 in floating point: away from the kinks at 0. Integers of the whole range, the
  /// extremes among them.
  case general
  /// 0.1 … 3 in floating point; integers as `general`.
  case positive
  /// As `general`, but integers 1 … 9, beside which small changes are not lost.
  case small
  /// 0 … 1.
  case probability
  /// ±0.1 … ±0.9 in floating point; integers as `general`.
  case fraction
  /// 0.1 … 0.9 in floating point; integers as `general`.
  case share
  /// 1.1 … 4 in floating point; integers as `general`.
  case aboveOne
  /// Integers from 0 up to but not including the limit.
  case position(below: Int)
  /// Whole numbers −2 … 2 in every dtype: ties, zeros, both signs of zero.
  case ties
  /// As `general`, but no integer is 0.
  case divisor
  /// ±3.3 … ±9 in floating point, beyond all that the others give, and integers as `divisor`.
  case large
  /// nan, infinities, zeros of both signs, the largest and smallest numbers, and general ones.
  case special

  var isGeneral: Bool { if case .general = self { true } else { false } }
}

/// How a sample tensor lies in memory.
public enum SampleLayout: Sendable, CaseIterable {
  case contiguous
  /// Contiguous, but not at the start of its storage: no vector is aligned.
  case offset
  /// Axes in reverse order.
  case transposed
  /// Every second element of a longer axis.
  case stepped
  /// One part repeated along the first axis: stride 0.
  case broadcast
}

/// Makes sample tensors, one after the other from one seed.
public struct SampleTensors: Sendable {
  private var generator: SampleGenerator

  public init(seed: UInt64) { generator = SampleGenerator(seed: seed) }

  /// A tensor of the shape. Layouts that need more axes than there are fall back to `contiguous`.
  public mutating func tensor(
    _ shape: [Int], _ dtype: DType = .float64, _ values: SampleValues = .general,
    layout: SampleLayout = .contiguous
  ) throws -> Tensor {
    switch layout {
    case .transposed where shape.count > 1:
      return try filled(shape.reversed(), dtype, values)
        .permute(Array((0..<shape.count).reversed()))
    case .stepped where shape.count > 0:
      let length = shape[shape.count - 1]
      let wide = try filled(shape.dropLast() + [2 * length + 1], dtype, values)
      return try wide[.ellipsis, .slice(start: 1, end: 2 * length + 1, step: 2)]
    case .broadcast where shape.count > 0:
      return try filled([1] + shape.dropFirst(), dtype, values).broadcastTo(shape)
    case .offset where shape.count > 0:
      let count = shape.reduce(1, *)
      return try filled([count + 1], dtype, values)[1...].reshape(shape)
    default:
      return try filled(shape, dtype, values)
    }
  }

  /// A number for an element-by-element comparison or a cotangent: ±0.1 … ±3.
  public mutating func number() -> Double {
    let magnitude = Double.random(in: 0.1...3, using: &generator)
    return Bool.random(using: &generator) ? magnitude : -magnitude
  }

  private mutating func filled(_ shape: [Int], _ dtype: DType, _ values: SampleValues) throws
    -> Tensor
  {
    let count = shape.reduce(1, *)
    if dtype.isFloatingPoint {
      let elements = (0..<count).map { float(at: $0, values) }
      return try Tensor(elements, shape: shape, dtype: dtype)
    }
    let elements = (0..<count).map { integer(at: $0, dtype, values) }
    return try Tensor(elements, shape: shape, dtype: dtype)
  }

  private static let specialNumbers: [Double] = [
    .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 0.5,
    Double(Float.greatestFiniteMagnitude), Double(Float.leastNonzeroMagnitude), 88.7, -103.9,
    709.7, -745.1, 300, -300, 1e-10,
    // Where halves end: the largest one, what just rounds to infinity, the smallest ones, a tie below.
    65504, 65520, -0x1p-14, 0x1p-24, 0x1p-25, 3.39e38, -9.2e-41,
  ]

  private mutating func float(at index: Int, _ values: SampleValues) -> Double {
    switch values {
    case .general, .small, .divisor: return number()
    case .large:
      let magnitude = Double.random(in: 3.3...9, using: &generator)
      return Bool.random(using: &generator) ? magnitude : -magnitude
    case .positive: return Double.random(in: 0.1...3, using: &generator)
    case .probability: return Double.random(in: 0...1, using: &generator)
    case .share: return Double.random(in: 0.1...0.9, using: &generator)
    case .aboveOne: return Double.random(in: 1.1...4, using: &generator)
    case .fraction:
      let magnitude = Double.random(in: 0.1...0.9, using: &generator)
      return Bool.random(using: &generator) ? magnitude : -magnitude
    case .position(let limit): return Double(Int.random(in: 0..<limit, using: &generator))
    case .ties:
      let whole = Double(Int.random(in: -2...2, using: &generator))
      return whole == 0 && Bool.random(using: &generator) ? -0.0 : whole
    case .special:
      let specials = SampleTensors.specialNumbers
      return generator.next() & 3 == 0 ? number() : specials[index % specials.count]
    }
  }

  private mutating func integer(at index: Int, _ dtype: DType, _ values: SampleValues) -> Int64 {
    switch values {
    case .position(let limit): return Int64.random(in: 0..<Int64(limit), using: &generator)
    case .ties: return Int64.random(in: -2...2, using: &generator)
    case .probability: return Int64.random(in: 0...1, using: &generator)
    case .small: return Int64.random(in: 1...9, using: &generator)
    case .divisor, .large:
      let whole = integer(at: index, dtype, .general)
      return whole == 0 ? 1 : whole
    case .general, .positive, .special, .fraction, .share, .aboveOne:
      switch (dtype, generator.next() & 7) {
      case (.bool, _): return Int64(generator.next() & 1)
      case (.uint8, _): return Int64.random(in: 0...255, using: &generator)
      case (.int8, _): return Int64.random(in: -128...127, using: &generator)
      case (.int16, 0): return index % 2 == 0 ? Int64(Int16.min) : Int64(Int16.max)
      case (.int16, 1...3): return Int64(Int16(truncatingIfNeeded: generator.next()))
      case (.int32, 0): return index % 2 == 0 ? Int64(Int32.min) : Int64(Int32.max)
      case (.int32, 1...3): return Int64(Int32(truncatingIfNeeded: generator.next()))
      case (_, 0): return index % 2 == 0 ? .min : .max
      case (_, 1...3): return Int64(truncatingIfNeeded: generator.next())
      default: return Int64.random(in: -9...9, using: &generator)
      }
    }
  }
}
