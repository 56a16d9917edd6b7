import CKernels

/// Row of the table of elementwise functions of one operand with numbers beside it.
public struct ParametricKernel: Sendable, Hashable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let gelu = ParametricKernel(CK_GELU)
  static let geluTanh = ParametricKernel(CK_GELU_TANH)
  static let silu = ParametricKernel(CK_SILU)
  static let mish = ParametricKernel(CK_MISH)
  static let elu = ParametricKernel(CK_ELU)
  static let softplus = ParametricKernel(CK_SOFTPLUS)
  static let logSigmoid = ParametricKernel(CK_LOG_SIGMOID)
  static let hardtanh = ParametricKernel(CK_HARDTANH)
  static let hardsigmoid = ParametricKernel(CK_HARDSIGMOID)
  static let hardswish = ParametricKernel(CK_HARDSWISH)
  static let leakyRelu = ParametricKernel(CK_LEAKY_RELU)
  static let softsign = ParametricKernel(CK_SOFTSIGN)
  static let threshold = ParametricKernel(CK_THRESHOLD)
  static let hardshrink = ParametricKernel(CK_HARDSHRINK)
  static let softshrink = ParametricKernel(CK_SOFTSHRINK)
  static let tanhshrink = ParametricKernel(CK_TANHSHRINK)
  static let logit = ParametricKernel(CK_LOGIT)
  static let nanToNum = ParametricKernel(CK_NAN_TO_NUM)
  static let roundDecimals = ParametricKernel(CK_ROUND_DECIMALS)
  static let entropy = ParametricKernel(CK_ENTROPY)
  static let angle = ParametricKernel(CK_ANGLE)
  static let polygamma = ParametricKernel(CK_POLYGAMMA)
  static let sinhOfInteger = ParametricKernel(CK_SINH_OF_INTEGER)
  static let coshOfInteger = ParametricKernel(CK_COSH_OF_INTEGER)
  static let digammaOfInteger = ParametricKernel(CK_DIGAMMA_OF_INTEGER)
}
