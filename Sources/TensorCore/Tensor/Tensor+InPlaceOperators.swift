// The operators that change a tensor in place, restated for local tensors. They give the variable a new value;
// see `addInPlace` and the like.
//
// Of numbers there is only the disfavoured form with literals and `Scalar`: with one for `Double` variables, or
// with this one favoured, a right side of five operations does not type-check in reasonable time. Write
// `x += Scalar(rate)`.

extension Tensor {
  /// Adds y, element by element in place, as `addInPlace` does, which says what it throws.
  public static func += (x: inout Tensor, y: Tensor) throws { try x.addInPlace(y) }
  /// Subtracts y, element by element in place, as `subInPlace` does, which says what it throws.
  public static func -= (x: inout Tensor, y: Tensor) throws { try x.subInPlace(y) }
  /// Multiplies by y, element by element in place, as `mulInPlace` does, which says what it throws.
  public static func *= (x: inout Tensor, y: Tensor) throws { try x.mulInPlace(y) }
  /// Divides by y, element by element in place, as `divInPlace` does, which says what it throws.
  public static func /= (x: inout Tensor, y: Tensor) throws { try x.divInPlace(y) }
  /// Adds a number in place, as `addInPlace` does, which says what it throws.
  @_disfavoredOverload public static func += (x: inout Tensor, y: Scalar) throws {
    try x.addInPlace(y)
  }
  /// Subtracts a number in place, as `subInPlace` does, which says what it throws.
  @_disfavoredOverload public static func -= (x: inout Tensor, y: Scalar) throws {
    try x.subInPlace(y)
  }
  /// Multiplies by a number in place, as `mulInPlace` does, which says what it throws.
  @_disfavoredOverload public static func *= (x: inout Tensor, y: Scalar) throws {
    try x.mulInPlace(y)
  }
  /// Divides by a number in place, as `divInPlace` does, which says what it throws.
  @_disfavoredOverload public static func /= (x: inout Tensor, y: Scalar) throws {
    try x.divInPlace(y)
  }
}
