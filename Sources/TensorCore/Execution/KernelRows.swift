import CKernels

/// Row of the table of elementwise functions of one operand.
public struct UnaryKernel: Sendable, Hashable {
  package let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let neg = UnaryKernel(CK_NEG)
  static let abs = UnaryKernel(CK_ABS)
  static let sign = UnaryKernel(CK_SIGN)
  static let exp = UnaryKernel(CK_EXP)
  static let log = UnaryKernel(CK_LOG)
  static let log1p = UnaryKernel(CK_LOG1P)
  static let sqrt = UnaryKernel(CK_SQRT)
  static let sigmoid = UnaryKernel(CK_SIGMOID)
  static let tanh = UnaryKernel(CK_TANH)
  static let relu = UnaryKernel(CK_RELU)
  static let logicalNot = UnaryKernel(CK_LOGICAL_NOT)
  static let rsqrt = UnaryKernel(CK_RSQRT)
  static let reciprocal = UnaryKernel(CK_RECIPROCAL)
  static let exp2 = UnaryKernel(CK_EXP2)
  static let expm1 = UnaryKernel(CK_EXPM1)
  static let log2 = UnaryKernel(CK_LOG2)
  static let log10 = UnaryKernel(CK_LOG10)
  static let sin = UnaryKernel(CK_SIN)
  static let cos = UnaryKernel(CK_COS)
  static let tan = UnaryKernel(CK_TAN)
  static let asin = UnaryKernel(CK_ASIN)
  static let acos = UnaryKernel(CK_ACOS)
  static let atan = UnaryKernel(CK_ATAN)
  static let sinh = UnaryKernel(CK_SINH)
  static let cosh = UnaryKernel(CK_COSH)
  static let asinh = UnaryKernel(CK_ASINH)
  static let acosh = UnaryKernel(CK_ACOSH)
  static let atanh = UnaryKernel(CK_ATANH)
  static let floor = UnaryKernel(CK_FLOOR)
  static let ceil = UnaryKernel(CK_CEIL)
  static let trunc = UnaryKernel(CK_TRUNC)
  static let round = UnaryKernel(CK_ROUND)
  static let frac = UnaryKernel(CK_FRAC)
  static let erf = UnaryKernel(CK_ERF)
  static let erfc = UnaryKernel(CK_ERFC)
  static let erfinv = UnaryKernel(CK_ERFINV)
  static let lgamma = UnaryKernel(CK_LGAMMA)
  static let digamma = UnaryKernel(CK_DIGAMMA)
  static let sinc = UnaryKernel(CK_SINC)
  static let bitwiseNot = UnaryKernel(CK_BITWISE_NOT)

  /// Largest error in units in the last place for a floating-point dtype.
  package func ulp(_ dtype: DType) -> Double {
    let entry = ck_unary_table()[Int(row)]
    return dtype == .float32 ? entry.ulp_float32 : entry.ulp_float64
  }
}

/// Row of the table of questions about single elements, whose answers are bool.
public struct PredicateKernel: Sendable, Hashable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let isnan = PredicateKernel(CK_ISNAN)
  static let isinf = PredicateKernel(CK_ISINF)
  static let isfinite = PredicateKernel(CK_ISFINITE)
  static let isposinf = PredicateKernel(CK_ISPOSINF)
  static let isneginf = PredicateKernel(CK_ISNEGINF)
  static let signbit = PredicateKernel(CK_SIGNBIT)
}

/// Row of the tables of elementwise functions of two operands of one dtype.
public struct BinaryKernel: Sendable, Hashable {
  package let row: Int32
  /// Whether the result is bool instead of the operands' dtype.
  let isComparison: Bool
  private init(_ row: Int, isComparison: Bool = false) {
    self.row = Int32(row)
    self.isComparison = isComparison
  }

  static let add = BinaryKernel(CK_ADD)
  static let sub = BinaryKernel(CK_SUB)
  static let mul = BinaryKernel(CK_MUL)
  static let div = BinaryKernel(CK_DIV)
  static let pow = BinaryKernel(CK_POW)
  static let maximum = BinaryKernel(CK_MAXIMUM)
  static let minimum = BinaryKernel(CK_MINIMUM)
  package static let binaryCrossEntropyWithLogits = BinaryKernel(CK_BCE_WITH_LOGITS)
  static let floorDivide = BinaryKernel(CK_FLOOR_DIVIDE)
  static let remainder = BinaryKernel(CK_REMAINDER)
  static let atan2 = BinaryKernel(CK_ATAN2)
  static let fmod = BinaryKernel(CK_FMOD)
  static let truncDivide = BinaryKernel(CK_TRUNC_DIVIDE)
  static let hypot = BinaryKernel(CK_HYPOT)
  static let copysign = BinaryKernel(CK_COPYSIGN)
  static let nextafter = BinaryKernel(CK_NEXTAFTER)
  static let logaddexp = BinaryKernel(CK_LOGADDEXP)
  static let logaddexp2 = BinaryKernel(CK_LOGADDEXP2)
  static let xlogy = BinaryKernel(CK_XLOGY)
  static let fmax = BinaryKernel(CK_FMAX)
  static let fmin = BinaryKernel(CK_FMIN)
  static let heaviside = BinaryKernel(CK_HEAVISIDE)
  static let bitwiseAnd = BinaryKernel(CK_BITWISE_AND)
  static let bitwiseOr = BinaryKernel(CK_BITWISE_OR)
  static let bitwiseXor = BinaryKernel(CK_BITWISE_XOR)
  static let bitwiseLeftShift = BinaryKernel(CK_BITWISE_LEFT_SHIFT)
  static let bitwiseRightShift = BinaryKernel(CK_BITWISE_RIGHT_SHIFT)
  static let gcd = BinaryKernel(CK_GCD)
  static let lcm = BinaryKernel(CK_LCM)
  static let xlog1py = BinaryKernel(CK_XLOG1PY)
  static let eq = BinaryKernel(CK_EQ, isComparison: true)
  static let ne = BinaryKernel(CK_NE, isComparison: true)
  static let lt = BinaryKernel(CK_LT, isComparison: true)
  static let le = BinaryKernel(CK_LE, isComparison: true)
  static let gt = BinaryKernel(CK_GT, isComparison: true)
  static let ge = BinaryKernel(CK_GE, isComparison: true)

  func loops(_ dtype: DType) -> ck_binary_loops {
    isComparison
      ? ck_comparison(row, Int32(dtype.rawValue)) : ck_binary(row, Int32(dtype.rawValue))
  }

  /// Largest error in units in the last place for a floating-point dtype.
  package func ulp(_ dtype: DType) -> Double {
    if isComparison { return 0 }
    let entry = ck_binary_table()[Int(row)]
    return dtype == .float32 ? entry.ulp_float32 : entry.ulp_float64
  }
}

/// Row of the table of reductions.
public struct ReductionKernel: Sendable, Hashable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let sum = ReductionKernel(CK_SUM)
  static let amax = ReductionKernel(CK_AMAX)
  static let amin = ReductionKernel(CK_AMIN)
  static let argmax = ReductionKernel(CK_ARGMAX)
  static let argmin = ReductionKernel(CK_ARGMIN)
  static let prod = ReductionKernel(CK_PROD)
  static let all = ReductionKernel(CK_ALL)
  static let any = ReductionKernel(CK_ANY)
  static let countNonzero = ReductionKernel(CK_COUNT_NONZERO)
}

/// Row of the table of functions that see a whole row at once.
struct RowsKernel: Sendable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let softmax = RowsKernel(CK_SOFTMAX)
  static let logSoftmax = RowsKernel(CK_LOG_SOFTMAX)
}

/// Row of the table of scans along an axis.
public struct CumulativeKernel: Sendable, Hashable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let cumsum = CumulativeKernel(CK_CUMSUM)
  static let cumprod = CumulativeKernel(CK_CUMPROD)
  static let logcumsumexp = CumulativeKernel(CK_LOGCUMSUMEXP)
}

/// Row of the table of scans that also give where along the axis the value stands.
public struct CumulativeExtremumKernel: Sendable, Hashable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let cummax = CumulativeExtremumKernel(CK_CUMMAX)
  static let cummin = CumulativeExtremumKernel(CK_CUMMIN)
}
