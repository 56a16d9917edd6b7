import CKernels

/// Row of the table of elementwise functions of three operands.
struct TernaryKernel: Sendable {
  let row: Int32
  private init(_ row: Int) { self.row = Int32(row) }

  static let addcmul = TernaryKernel(CK_ADDCMUL)
  static let addcdiv = TernaryKernel(CK_ADDCDIV)
  static let lerp = TernaryKernel(CK_LERP)
  static let clamp = TernaryKernel(CK_CLAMP)
}

extension Elementwise {
  /// out = f(x, y, z, value) for operands of any dtype that broadcast to `result`. Computed in its dtype; halves
  /// in float32, rounded at the end.
  static func run(
    _ kernel: TernaryKernel, _ x: Tensor, _ y: Tensor, _ z: Tensor, value: Scalar = 1,
    result: Descriptor, _ name: String
  ) throws -> Tensor {
    let dtype = result.dtype.accumulated
    let function = try present(ck_ternary(kernel.row, Int32(dtype.rawValue)), name, dtype)
    let out = try Tensor(uninitialized: Descriptor(shape: result.shape, dtype: dtype))
    let (a, aStep) = try repeated(cast(x, to: dtype), to: result.shape)
    let (b, bStep) = try repeated(cast(y, to: dtype), to: result.shape)
    let (c, cStep) = try repeated(cast(z, to: dtype), to: result.shape)
    withElement(value, as: dtype) {
      function(
        a.start, aStep, b.start, bStep, c.start, cStep, $0, out.mutableStart, out.elementCount)
    }
    return try withExtendedLifetime((a, b, c)) { try cast(out, to: result.dtype) }
  }
}
