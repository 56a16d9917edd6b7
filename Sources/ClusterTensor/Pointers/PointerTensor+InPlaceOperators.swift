import TensorCore

// The operators that change a tensor in place, restated for pointers. They change the object at the worker; see
// `addInPlace` and the like.
//
// Of numbers there is only the disfavoured form with literals and `Scalar`: with one for `Double` variables, or
// with this one favoured, a right side of five operations does not type-check in reasonable time. Write
// `x += Scalar(rate)`.

extension PointerTensor {
  public static func += (x: inout PointerTensor, y: PointerTensor) throws { try x.addInPlace(y) }
  public static func -= (x: inout PointerTensor, y: PointerTensor) throws { try x.subInPlace(y) }
  public static func *= (x: inout PointerTensor, y: PointerTensor) throws { try x.mulInPlace(y) }
  public static func /= (x: inout PointerTensor, y: PointerTensor) throws { try x.divInPlace(y) }
  @_disfavoredOverload public static func += (x: inout PointerTensor, y: Scalar) throws {
    try x.addInPlace(y)
  }
  @_disfavoredOverload public static func -= (x: inout PointerTensor, y: Scalar) throws {
    try x.subInPlace(y)
  }
  @_disfavoredOverload public static func *= (x: inout PointerTensor, y: Scalar) throws {
    try x.mulInPlace(y)
  }
  @_disfavoredOverload public static func /= (x: inout PointerTensor, y: Scalar) throws {
    try x.divInPlace(y)
  }
}
