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

  static func unary(_ name: String, _ x: Int64) -> Int64? {
    switch name {
    case "neg": 0 &- x
    case "abs": x < 0 ? 0 &- x : x
    case "sign": x.signum()
    case "relu": max(x, 0)
    case "floor", "ceil", "trunc": x
    case "bitwise_not": ~x
    case "logical_not": x == 0 ? 1 : 0
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
    case "maximum": max(x, y)
    case "minimum": min(x, y)
    default: comparison(name, x, y).map { $0 ? 1 : 0 } ?? whole(name, x, y, dtype)
    }
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

  static func floorDivide(_ x: Int64, _ y: Int64) -> Int64 {
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

  static func floorDivide(_ x: Wide, _ y: Wide) -> Wide {
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
    let largest = Self.largest(dtype)
    // Infinity counts as the number after the largest one, where rounding ends.
    let unit = Self.unit(min(max(exact.magnitude, scale), Wide(largest)), dtype)
    func bounded(_ x: Wide) -> Wide { min(max(x, -Wide(largest) - unit), Wide(largest) + unit) }
    return Double((bounded(Wide(result)) - bounded(exact)).magnitude / unit)
  }

  private static func largest(_ dtype: DType) -> Double {
    switch dtype {
    case .float16: 65504
    case .bfloat16: Double(Float(bitPattern: 0x7F7F_0000))
    case .float32: Double(Float.greatestFiniteMagnitude)
    default: .greatestFiniteMagnitude
    }
  }

  /// The unit in the last place of a number that the dtype can hold about.
  private static func unit(_ size: Wide, _ dtype: DType) -> Wide {
    switch dtype {
    case .float16:
      Wide(
        Double(
          sign: .plus, exponent: max(Int(size == 0 ? -14 : size.exponent), -14) - 10, significand: 1
        ))
    case .bfloat16:
      Wide(
        Double(
          sign: .plus, exponent: max(Int(size == 0 ? -126 : size.exponent), -126) - 7,
          significand: 1))
    case .float32: Wide(Double(Float(size).ulp))
    default: Wide(Double(size).ulp)
    }
  }
}
