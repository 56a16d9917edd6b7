// The operators that change a tensor in place, restated for local tensors. They give the variable a new value;
// see `addInPlace` and the like.
//
// Of numbers there is only the disfavoured form with literals and `Scalar`: with one for `Double` variables, or
// with this one favoured, a right side of five operations does not type-check in reasonable time. Write
// `x += Scalar(rate)`.

extension Tensor {
  public static func += (x: inout Tensor, y: Tensor) throws { try x.addInPlace(y) }
  public static func -= (x: inout Tensor, y: Tensor) throws { try x.subInPlace(y) }
  public static func *= (x: inout Tensor, y: Tensor) throws { try x.mulInPlace(y) }
  public static func /= (x: inout Tensor, y: Tensor) throws { try x.divInPlace(y) }
  @_disfavoredOverload public static func += (x: inout Tensor, y: Scalar) throws {
    try x.addInPlace(y)
  }
  @_disfavoredOverload public static func -= (x: inout Tensor, y: Scalar) throws {
    try x.subInPlace(y)
  }
  @_disfavoredOverload public static func *= (x: inout Tensor, y: Scalar) throws {
    try x.mulInPlace(y)
  }
  @_disfavoredOverload public static func /= (x: inout Tensor, y: Scalar) throws {
    try x.divInPlace(y)
  }
}
