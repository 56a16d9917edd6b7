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

  /// Largest error in units in the last place for a floating-point dtype.
  package func ulp(_ dtype: DType) -> Double {
    let entry = ck_unary_table()[Int(row)]
    return dtype == .float32 ? entry.ulp_float32 : entry.ulp_float64
  }
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
}

/// Row of the table of functions that see a whole row at once.
struct RowsKernel: Sendable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let softmax = RowsKernel(CK_SOFTMAX)
  static let logSoftmax = RowsKernel(CK_LOG_SOFTMAX)
}
