/// All decimal digits of a finite floating-point number. Every such number has finitely many, so
/// that rounding them once is exact: the texts are those of C's `%.nf` and `%.ne`, with a point
/// whatever the locale says.
struct DecimalExpansion {
  private let isNegative: Bool
  /// The number's magnitude is 0.d₀d₁d₂… · 10^`point`; d₀ is not 0. Empty for zero.
  private var digits: [UInt8]
  private var point: Int

  /// The digits of a finite number.
  init(_ number: Double) {
    isNegative = number.sign == .minus
    guard number != 0 else {
      (digits, point) = ([], 0)
      return
    }
    // magnitude = significand · 2^exponent, the significand odd
    let isNormal = number.exponentBitPattern > 0
    var significand = number.significandBitPattern | (isNormal ? 1 << 52 : 0)
    let shift = significand.trailingZeroBitCount
    significand >>= UInt64(shift)
    let exponent = Int(max(number.exponentBitPattern, 1)) - 1075 + shift

    var integer = DecimalInteger(significand)
    if exponent < 0 {
      integer.multiply(by: 5, power: -exponent)  // 2^-n = 5^n · 10^-n
    } else {
      integer.multiply(by: 2, power: exponent)
    }
    digits = integer.digits
    point = digits.count + min(exponent, 0)
  }

  /// Rounded to so many digits after the point, half to even: `-0.2500` for four.
  func fixed(places: Int) -> String {
    let rounded = self.rounded(to: point + places)
    var text = isNegative ? "-" : ""
    text += rounded.point > 0 ? rounded.text(0..<rounded.point) : "0"
    if places > 0 { text += "." + rounded.text(rounded.point..<rounded.point + places) }
    return text
  }

  /// One digit before the point and so many after it, rounded half to even, with an exponent of
  /// at least two digits: `2.5000e-07` for four.
  func scientific(places: Int) -> String {
    let rounded = self.rounded(to: 1 + places)
    let exponent = rounded.digits.isEmpty ? 0 : rounded.point - 1
    var text = (isNegative ? "-" : "") + rounded.text(0..<1)
    if places > 0 { text += "." + rounded.text(1..<1 + places) }
    text += exponent < 0 ? "e-" : "e+"
    if exponent.magnitude < 10 { text += "0" }
    return text + String(exponent.magnitude)
  }

  /// The digits at some positions, 0 where there are none.
  private func text(_ positions: Range<Int>) -> String {
    String(
      decoding: positions.map { position in
        UInt8(ascii: "0") + (digits.indices.contains(position) ? digits[position] : 0)
      }, as: UTF8.self)
  }

  /// The number with its first `count` digits only, rounded half to even. A count below 0 stands
  /// for positions before the first digit.
  private func rounded(to count: Int) -> DecimalExpansion {
    if count >= digits.count { return self }
    var result = self
    result.digits.removeSubrange(max(count, 0)...)
    if count >= 0, roundsUp(at: count) {
      while result.digits.last == 9 { result.digits.removeLast() }
      if let last = result.digits.popLast() {
        result.digits.append(last + 1)
      } else {
        result.digits = [1]
        result.point += 1
      }
    }
    return result
  }

  /// Whether the digits from `position` on are more than half a unit of the one before them, or
  /// just half and that one is odd.
  private func roundsUp(at position: Int) -> Bool {
    if digits[position] != 5 { return digits[position] > 5 }
    if digits[(position + 1)...].contains(where: { $0 != 0 }) { return true }
    return position > 0 && digits[position - 1] % 2 == 1
  }
}

/// A positive integer of any size that can be multiplied and read in base ten.
private struct DecimalInteger {
  private static let base: UInt64 = 1_000_000_000
  /// Digits in base 10^9, the lowest first.
  private var limbs: [UInt64] = []

  init(_ value: UInt64) { append(value) }

  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest > 0 {
      limbs.append(rest % DecimalInteger.base)
      rest /= DecimalInteger.base
    }
  }

  /// Multiplies by factor^power; the factor is at most 5.
  mutating func multiply(by factor: UInt64, power: Int) {
    var remaining = power
    while remaining > 0 {
      // 5^13 < 2^31, so that no product overflows 64 bits.
      let count = min(remaining, 13)
      multiply(by: (0..<count).reduce(1) { product, _ in product * factor })
      remaining -= count
    }
  }

  private mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = limbs[index] * factor + carry
      limbs[index] = product % DecimalInteger.base
      carry = product / DecimalInteger.base
    }
    append(carry)
  }

  /// The digits, the highest first.
  var digits: [UInt8] {
    let reversed = limbs.flatMap { limb in
      var rest = limb
      return (0..<9).map { _ in
        defer { rest /= 10 }
        return UInt8(rest % 10)
      }
    }
    return Array(reversed.reversed().drop { $0 == 0 })
  }
}
