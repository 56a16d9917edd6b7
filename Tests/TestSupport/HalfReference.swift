import TensorCore

/// A floating-point format of two bytes, one number at a time and by its definition: what the kernels
/// compute with bits is compared with this.
public struct HalfReference: Sendable {
  /// Bits after the point of a normal number.
  private let fractionBits: Int
  /// The exponent of the smallest normal number.
  private let smallestExponent: Int
  /// All finite numbers that are not negative, in rising order: their places are their bits.
  private let magnitudes: [Double]

  /// IEEE 754 binary16.
  public static let float16 = HalfReference(fractionBits: 10, smallestExponent: -14)
  /// The upper half of a binary32.
  public static let bfloat16 = HalfReference(fractionBits: 7, smallestExponent: -126)

  /// The format of the dtype, nil where it is none of two bytes.
  public init?(_ dtype: DType) {
    switch dtype {
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: return nil
    }
  }

  private init(fractionBits: Int, smallestExponent: Int) {
    self.fractionBits = fractionBits
    self.smallestExponent = smallestExponent
    let steps = 1 << fractionBits
    let exponents = smallestExponent...(1 - smallestExponent)
    func number(_ exponent: Int, _ fraction: Int) -> Double {
      Double(fraction) * Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)
    }
    let subnormal = (0..<steps).map { number(smallestExponent, $0) }
    let normal = exponents.flatMap { exponent in
      (0..<steps).map { number(exponent, steps + $0) }
    }
    magnitudes = subnormal + normal
  }

  /// The bits of infinity.
  public var infinity: UInt16 { UInt16(magnitudes.count) }
  /// The largest finite number.
  public var largest: Double { magnitudes[magnitudes.count - 1] }

  /// The number that the bits stand for, exactly.
  public func value(_ bits: UInt16) -> Double {
    let magnitude = bits & 0x7FFF
    let value: Double
    if magnitude > infinity {
      value = .nan
    } else {
      value = magnitude == infinity ? .infinity : magnitudes[Int(magnitude)]
    }
    return bits & 0x8000 == 0 ? value : -value
  }

  /// The bits of the nearest number, of two equally near ones the even one; nil for nan, whose bits are
  /// left open.
  public func nearest(_ x: Double) -> UInt16? {
    if x.isNaN { return nil }
    let sign: UInt16 = x.sign == .minus ? 0x8000 : 0
    let magnitude = x.magnitude
    // The last one that is not above it.
    var (low, high) = (0, magnitudes.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if magnitudes[middle] <= magnitude { low = middle } else { high = middle }
    }
    // Infinity stands for the number after the largest, where rounding ends.
    let beyond = Double(sign: .plus, exponent: 2 - smallestExponent, significand: 1)
    let next = high < magnitudes.count ? magnitudes[high] : beyond
    // Halfway is exact, since no number of these formats has more than 11 digits.
    let halfway = (magnitudes[low] + next) / 2
    let isUp = magnitude > halfway || magnitude == halfway && low % 2 == 1
    return sign | UInt16(isUp ? high : low)
  }

  /// The nearest number, nan for nan.
  public func rounded(_ x: Double) -> Double { nearest(x).map(value) ?? .nan }

  /// The distance between neighbours around the number, which is that of the subnormal ones below and that
  /// of the largest ones above.
  public func unit(of x: Double) -> Double {
    let exponent = x == 0 || !x.isFinite ? smallestExponent : Int(x.exponent)
    let bounded = min(max(exponent, smallestExponent), 1 - smallestExponent)
    return Double(sign: .plus, exponent: bounded - fractionBits, significand: 1)
  }
}
