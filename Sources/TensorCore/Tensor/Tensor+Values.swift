extension Tensor {
  /// The elements in row-major order, converted as `cast` does. Throws `TensorError.outOfMemory`
  /// where elements must be copied and memory is short.
  public func toArray<Element: TensorElement>(of type: Element.Type) throws -> [Element] {
    try withElements(as: type) { Array($0) }
  }

  /// The only element. Throws `TensorError.invalidAccess` where there are none or several.
  public func item<Element: TensorElement>(as type: Element.Type) throws -> Element {
    guard elementCount == 1 else {
      throw TensorError.invalidAccess(
        "item() of a tensor of shape \(shape): only one element can be taken as a number; reduce "
          + "or index it first")
    }
    return try withElements(as: type) { $0[0] }
  }

  /// The only element as a floating-point number. Throws as `item(as:)`.
  public func item() throws -> Double { try item(as: Double.self) }

  /// Whether shapes are equal and every pair of elements satisfies |x − y| ≤ atol + rtol · |y|;
  /// equal infinities are close, nans only with `equalNan`.
  public func allClose(
    _ other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false
  ) throws -> Bool {
    guard shape == other.shape else { return false }
    return try withElements(as: Double.self) { xs in
      try other.withElements(as: Double.self) { ys in
        zip(xs, ys).allSatisfy { x, y in
          if x.isNaN || y.isNaN { return equalNan && x.isNaN && y.isNaN }
          return x == y || (y.isFinite && (x - y).magnitude <= atol + rtol * y.magnitude)
        }
      }
    }
  }

  /// Whether shape, dtype and every bit of the elements are the same. Tells +0 from −0, and a nan
  /// equals itself.
  public func isIdentical(to other: Tensor) throws -> Bool {
    guard descriptor == other.descriptor else { return false }
    let (x, y) = (try contiguous(), try other.contiguous())
    return withExtendedLifetime((x, y)) { x.contiguousBytes.elementsEqual(y.contiguousBytes) }
  }
}
