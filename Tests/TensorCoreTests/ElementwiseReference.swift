import Glibc
import TensorCore

#if arch(x86_64)
  /// Wide enough to see errors of float64 far below a unit in the last place.
  typealias Wide = Float80
  private func wideExp(_ x: Wide) -> Wide { expl(x) }
  private func wideExpm1(_ x: Wide) -> Wide { expm1l(x) }
  private func wideLog(_ x: Wide) -> Wide { logl(x) }
  private func wideLog1p(_ x: Wide) -> Wide { log1pl(x) }
  private func wideTanh(_ x: Wide) -> Wide { tanhl(x) }
  private func widePow(_ x: Wide, _ y: Wide) -> Wide { powl(x, y) }
#else
  typealias Wide = Double
  private func wideExp(_ x: Wide) -> Wide { exp(x) }
  private func wideExpm1(_ x: Wide) -> Wide { expm1(x) }
  private func wideLog(_ x: Wide) -> Wide { log(x) }
  private func wideLog1p(_ x: Wide) -> Wide { log1p(x) }
  private func wideTanh(_ x: Wide) -> Wide { tanh(x) }
  private func widePow(_ x: Wide, _ y: Wide) -> Wide { pow(x, y) }
#endif

/// What the elementwise functions mean, one number at a time, in more precision than the kernels
/// have.
enum ElementwiseReference {
  static func unary(_ name: String, _ x: Wide) -> Wide? {
    switch name {
    case "neg": -x
    case "abs": x.magnitude
    case "sign": x > 0 ? 1 : x < 0 ? -1 : 0
    case "exp": wideExp(x)
    case "log": wideLog(x)
    case "log1p": wideLog1p(x)
    case "sqrt": x < 0 ? .nan : x.squareRoot()
    case "sigmoid": x < 0 ? wideExp(x) / (1 + wideExp(x)) : 1 / (1 + wideExp(-x))
    case "tanh": wideTanh(x)
    case "relu": x.isNaN ? x : max(x, 0)
    default: function(name, x)
    }
  }

  /// On integers, before the result is cut to the width of the dtype.
  static func unary(_ name: String, _ x: Int64, _ dtype: DType) -> Int64? {
    switch name {
    case "bitwise_not" where dtype == .bool: x == 0 ? 1 : 0
    case "neg": 0 &- x
    case "abs": x < 0 ? 0 &- x : x
    case "sign": x.signum()
    case "relu": max(x, 0)
    case "logical_not": x == 0 ? 1 : 0
    case "bitwise_not": ~x
    case "floor", "ceil", "trunc": x
    default: nil
    }
  }

  static func binary(_ name: String, _ x: Wide, _ y: Wide) -> Wide? {
    switch name {
    case "add": x + y
    case "sub": x - y
    case "mul": x * y
    case "div": x / y
    case "pow": widePow(x, y)
    case "floor_divide": floorDivide(x, y)
    case "remainder": remainder(x, y)
    case "maximum": x.isNaN || y.isNaN ? .nan : max(x, y)
    case "minimum": x.isNaN || y.isNaN ? .nan : min(x, y)
    case "binary_cross_entropy_with_logits":
      max(x, 0) - x * y + wideLog1p(wideExp(-x.magnitude))
    default: comparison(name, x, y).map { $0 ? 1 : 0 } ?? function(name, x, y)
    }
  }

  /// On integers, before the result is cut to the width of the dtype.
  static func binary(_ name: String, _ x: Int64, _ y: Int64, _ dtype: DType) -> Int64? {
    switch name {
    case "add": dtype == .bool ? x | y : x &+ y
    case "sub": x &- y
    case "mul": x &* y
    case "pow": power(x, y)
    case "floor_divide": floorDivide(x, y)
    case "remainder": x &- y &* floorDivide(x, y)
    case "maximum", "fmax": max(x, y)
    case "minimum", "fmin": min(x, y)
    default: comparison(name, x, y).map { $0 ? 1 : 0 } ?? discrete(name, x, y, dtype)
    }
  }

  private static func discrete(_ name: String, _ x: Int64, _ y: Int64, _ dtype: DType) -> Int64? {
    let bits = 8 * dtype.size
    switch name {
    case "div_floor": return floorDivide(x, y)
    case "div_trunc": return x.dividedReportingOverflow(by: y).partialValue
    case "fmod": return x.remainderReportingOverflow(dividingBy: y).partialValue
    case "heaviside": return x == 0 ? y : x > 0 ? 1 : 0
    case "bitwise_and": return x & y
    case "bitwise_or": return x | y
    case "bitwise_xor": return x ^ y
    // Swift shifts by negative counts the other way.
    case "bitwise_left_shift": return y < 0 || y >= bits ? 0 : x << y
    case "bitwise_right_shift": return y < 0 || y >= bits ? (x < 0 ? -1 : 0) : x >> y
    case "logical_and": return x != 0 && y != 0 ? 1 : 0
    case "logical_or": return x != 0 || y != 0 ? 1 : 0
    case "logical_xor": return (x != 0) != (y != 0) ? 1 : 0
    case "gcd": return Int64(truncatingIfNeeded: divisor(x, y))
    case "lcm": return multiple(x, y, bits)
    default: return nil
    }
  }

  private static func divisor(_ x: Int64, _ y: Int64) -> UInt64 {
    var (a, b) = (x.magnitude, y.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// The magnitude of what the product wraps to; 32 bits is what narrower numbers are multiplied in.
  private static func multiple(_ x: Int64, _ y: Int64, _ bits: Int) -> Int64 {
    let divisor = divisor(x, y)
    if divisor == 0 { return 0 }
    let quotient = Int64(truncatingIfNeeded: x.magnitude / divisor)
    let product = (x < 0 ? 0 &- quotient : quotient) &* y
    let wrapped = bits <= 32 ? Int64(Int32(truncatingIfNeeded: product)) : product
    return Int64(truncatingIfNeeded: wrapped.magnitude)
  }

  private static func comparison<T: Comparable>(_ name: String, _ x: T, _ y: T) -> Bool? {
    switch name {
    case "eq": x == y
    case "ne": x != y
    case "lt": x < y
    case "le": x <= y
    case "gt": x > y
    case "ge": x >= y
    default: nil
    }
  }

  private static func floorDivide(_ x: Int64, _ y: Int64) -> Int64 {
    let (quotient, rest) =
      x.dividedReportingOverflow(by: y).overflow
      ? (x, 0) : x.quotientAndRemainder(dividingBy: y)
    return rest != 0 && (rest < 0) != (y < 0) ? quotient - 1 : quotient
  }

  /// Exact but for the sum: what `truncatingRemainder` gives always is.
  private static func remainder(_ x: Wide, _ y: Wide) -> Wide {
    let rest = x.truncatingRemainder(dividingBy: y)
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
  }

  private static func floorDivide(_ x: Wide, _ y: Wide) -> Wide {
    if y == 0 { return x / y }
    let rest = x.truncatingRemainder(dividingBy: y)
    let whole = ((x - rest) / y).rounded()
    return rest != 0 && (rest < 0) != (y < 0) ? whole - 1 : whole
  }

  private static func power(_ x: Int64, _ y: Int64) -> Int64 {
    if y < 0 { return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0 }
    var (result, base, rest) = (Int64(1), x, y)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* base }
      base = base &* base
      rest >>= 1
    }
    return result
  }

  /// Cuts an integer to the width of the dtype, as its arithmetic wraps.
  static func wrapped(_ value: Int64, _ dtype: DType) -> Int64 {
    switch dtype {
    case .bool: value == 0 ? 0 : 1
    case .uint8: Int64(UInt8(truncatingIfNeeded: value))
    case .int8: Int64(Int8(truncatingIfNeeded: value))
    case .int16: Int64(Int16(truncatingIfNeeded: value))
    case .int32: Int64(Int32(truncatingIfNeeded: value))
    default: value
    }
  }

  /// The error of a result in units in the last place of the exact value, or of `scale` where that is
  /// larger; infinity where one is nan or infinite and the other is not.
  static func error(_ result: Double, _ exact: Wide, _ dtype: DType, scale: Wide = 0) -> Double {
    if exact.isNaN || result.isNaN { return exact.isNaN && result.isNaN ? 0 : .infinity }
    let largest =
      dtype == .float32 ? Double(Float.greatestFiniteMagnitude) : .greatestFiniteMagnitude
    // Infinity counts as the number after the largest one, where rounding ends.
    let unit: Wide
    let size = max(exact.magnitude, scale)
    if size >= Wide(largest) {
      unit = Wide(dtype == .float32 ? Double(Float.greatestFiniteMagnitude.ulp) : largest.ulp)
    } else {
      unit = Wide(dtype == .float32 ? Double(Float(size).ulp) : Double(size).ulp)
    }
    func bounded(_ x: Wide) -> Wide { min(max(x, -Wide(largest) - unit), Wide(largest) + unit) }
    return Double((bounded(Wide(result)) - bounded(exact)).magnitude / unit)
  }
}
