import Glibc
import TensorCore

#if arch(x86_64)
  private let library: [String: @Sendable (Wide) -> Wide] = [
    "exp2": { exp2l($0) }, "expm1": { expm1l($0) }, "log2": { log2l($0) },
    "log10": { log10l($0) }, "sin": { sinl($0) }, "cos": { cosl($0) }, "tan": { tanl($0) },
    "asin": { asinl($0) }, "acos": { acosl($0) }, "atan": { atanl($0) }, "sinh": { sinhl($0) },
    "cosh": { coshl($0) }, "asinh": { asinhl($0) }, "acosh": { acoshl($0) },
    "atanh": { atanhl($0) }, "erf": { erfl($0) }, "erfc": { erfcl($0) },
    "lgamma": { lgammal($0) },
  ]
  private let library2: [String: @Sendable (Wide, Wide) -> Wide] = [
    "atan2": { atan2l($0, $1) }, "fmod": { fmodl($0, $1) }, "hypot": { hypotl($0, $1) },
  ]
#else
  private let library: [String: @Sendable (Wide) -> Wide] = [
    "exp2": { exp2($0) }, "expm1": { expm1($0) }, "log2": { log2($0) }, "log10": { log10($0) },
    "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) }, "asin": { asin($0) },
    "acos": { acos($0) }, "atan": { atan($0) }, "sinh": { sinh($0) }, "cosh": { cosh($0) },
    "asinh": { asinh($0) }, "acosh": { acosh($0) }, "atanh": { atanh($0) }, "erf": { erf($0) },
    "erfc": { erfc($0) }, "lgamma": { Glibc.lgamma($0).0 },
  ]
  private let library2: [String: @Sendable (Wide, Wide) -> Wide] = [
    "atan2": { atan2($0, $1) }, "fmod": { fmod($0, $1) }, "hypot": { hypot($0, $1) },
  ]
#endif

/// The functions of which the C library has most.
extension ElementwiseReference {
  static func function(_ name: String, _ x: Wide) -> Wide? {
    switch name {
    case "rsqrt": x < 0 ? .nan : 1 / x.squareRoot()
    case "reciprocal": 1 / x
    case "floor": x.rounded(.down)
    case "ceil": x.rounded(.up)
    case "trunc": x.rounded(.towardZero)
    case "round": x.rounded(.toNearestOrEven)
    case "frac": x - x.rounded(.towardZero)
    case "erfinv": inverseErf(x)
    case "digamma": digamma(x)
    case "sinc": sinc(x)
    default: library[name].map { $0(x) }
    }
  }

  static func function(_ name: String, _ x: Wide, _ y: Wide) -> Wide? {
    switch name {
    case "copysign": Wide(signOf: y, magnitudeOf: x)
    case "logaddexp":
      logAddExp(x, y) {
        call("exp", $0)
      } scale: {
        $0
      }
    case "logaddexp2":
      logAddExp(x, y) {
        call("exp2", $0)
      } scale: {
        $0 / call("log", 2)
      }
    case "xlogy": y.isNaN ? y : x == 0 ? 0 : x * call("log", y)
    case "xlog1py", "special.xlog1py": y.isNaN ? y : x == 0 ? 0 : x * call("log1p", y)
    case "div_floor": floorDivide(x, y)
    case "logical_and": x != 0 && y != 0 ? 1 : 0
    case "logical_or": x != 0 || y != 0 ? 1 : 0
    case "logical_xor": (x != 0) != (y != 0) ? 1 : 0
    case "fmax": x.isNaN ? y : y.isNaN ? x : max(x, y)
    case "fmin": x.isNaN ? y : y.isNaN ? x : min(x, y)
    case "heaviside": x == 0 ? y : x > 0 ? 1 : 0
    default: library2[name].map { $0(x, y) }
    }
  }

  /// Functions of whole numbers in the dtype, before the result is cut to its width.
  static func whole(_ name: String, _ x: Int64, _ y: Int64, _ dtype: DType) -> Int64? {
    let width = dtype == .bool ? 1 : Int64(8 * dtype.size)
    let isShift = y >= 0 && y < width
    switch name {
    case "div_floor": return floorDivide(x, y)
    case "div_trunc": return y == -1 ? 0 &- x : x / y
    case "fmod": return y == -1 ? 0 : x % y
    case "fmax", "logical_or": return name == "fmax" ? max(x, y) : x | y
    case "fmin", "logical_and": return min(x, y)
    case "logical_xor", "bitwise_xor": return x ^ y
    case "bitwise_and": return x & y
    case "bitwise_or": return x | y
    case "heaviside": return x == 0 ? y : x > 0 ? 1 : 0
    case "bitwise_left_shift": return isShift ? x << y : 0
    case "bitwise_right_shift": return isShift ? x >> y : x < 0 ? -1 : 0
    case "gcd": return Int64(truncatingIfNeeded: divisor(x.magnitude, y.magnitude))
    case "lcm":
      let divisor = Int64(truncatingIfNeeded: divisor(x.magnitude, y.magnitude))
      if divisor == 0 { return 0 }
      let multiple = divisor == -1 ? 0 &- x &* y : (x / divisor) &* y
      // Narrow integers are computed in 32 bits.
      let product = dtype == .int64 ? multiple : Int64(Int32(truncatingIfNeeded: multiple))
      return product < 0 ? 0 &- product : product
    default: return nil
    }
  }

  private static func divisor(_ x: UInt64, _ y: UInt64) -> UInt64 {
    y == 0 ? x : divisor(y, x % y)
  }

  /// How large an operand of a function is whose error is stated in units of the larger of operands
  /// and result, 0 for the others.
  static func scale(_ name: String, _ operands: [Wide]) -> Wide {
    switch name {
    case "logaddexp", "logaddexp2": operands.filter(\.isFinite).map(\.magnitude).max() ?? 0
    case "digamma": 0.01
    default: 0
    }
  }

  private static func call(_ name: String, _ x: Wide) -> Wide { unary(name, x) ?? .nan }

  private static func logAddExp(
    _ x: Wide, _ y: Wide, power: (Wide) -> Wide, scale: (Wide) -> Wide
  ) -> Wide {
    if x == y, x.isInfinite { return x }
    if x.isNaN || y.isNaN { return .nan }
    return max(x, y) + scale(call("log1p", power(-(x - y).magnitude)))
  }

  /// By bisection: nothing that the kernel does.
  private static func inverseErf(_ y: Wide) -> Wide {
    if !(y.magnitude < 1) { return y.magnitude == 1 ? y * .infinity : .nan }
    if y.magnitude < 1e-18 { return y * Wide.pi.squareRoot() / 2 }
    let size = y.magnitude
    var (low, high): (Wide, Wide) = (0, 7)
    while true {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      // Differences near the result are exact only where its rest to 1 is compared.
      let isBelow =
        size < 0.5
        ? call("erf", middle) < size : call("erfc", middle) > 1 - size
      if isBelow { low = middle } else { high = middle }
    }
    return y < 0 ? -high : high
  }

  /// The recurrence far enough up that a few terms of the series are exact.
  private static func digamma(_ x: Wide) -> Wide {
    if x == 0 { return x.sign == .minus ? .infinity : -.infinity }
    if x < 0 {
      let rest = x - x.rounded()
      if rest == 0 || x.isInfinite { return .nan }
      return digamma(1 - x) - Wide.pi / call("tan", Wide.pi * rest)
    }
    if x.isNaN || x.isInfinite { return x }
    var (sum, z): (Wide, Wide) = (0, x)
    while z < 40 {
      sum -= 1 / z
      z += 1
    }
    let square = 1 / (z * z)
    let series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    return sum + call("log", z) - 0.5 / z - series
  }

  private static func sinc(_ x: Wide) -> Wide {
    if x == 0 { return 1 }
    if !x.isFinite { return .nan }
    let rest = x.remainder(dividingBy: 2)
    // Near ±1 the sine of the rest to it keeps its digits.
    let folded = rest.magnitude > 0.5 ? Wide(signOf: rest, magnitudeOf: 1 - rest.magnitude) : rest
    return call("sin", Wide.pi * folded) / (Wide.pi * x)
  }
}
