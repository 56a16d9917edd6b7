/// The bits of numbers as halves. Written out, since `Float16` does not exist on every platform.
enum Half {
  /// The nearest float16, ties to even; infinite beyond its range.
  static func bits(_ value: Double) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    if value.isNaN { return sign | 0x7E00 }
    let magnitude = value.magnitude
    // From 65520 on the nearest number would be 65536.
    if magnitude >= 65520 { return sign | 0x7C00 }
    // The step between neighbours; below the smallest normal number it stays the same.
    let exponent = magnitude == 0 ? -14 : max(Int(magnitude.exponent), -14)
    let steps = Int(
      (magnitude * Double(sign: .plus, exponent: 10 - exponent, significand: 1))
        .rounded(.toNearestOrEven))
    // A carry goes over into the exponent by itself.
    return sign | UInt16(((exponent + 14) << 10) + steps)
  }

  /// The nearest bfloat16, ties to even; by way of float32, as PyTorch goes.
  static func bfloatBits(_ value: Double) -> UInt16 {
    let bits = Float(value).bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x0040 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  /// The nearest number that the half dtype has, ties to even.
  static func rounded(_ value: Double, to dtype: DType) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let (digits, smallest) = dtype == .float16 ? (10, -14) : (7, -126)
    let exponent = max(Int(value.exponent), smallest) - digits
    let step = Double(sign: .plus, exponent: exponent, significand: 1)
    let result = (value / step).rounded(.toNearestOrEven) * step
    let limit = dtype == .float16 ? 65504 : Double(Float(bitPattern: 0x7F7F_0000))
    return result.magnitude > limit ? .infinity * (value < 0 ? -1 : 1) : result
  }
}
