/// Numbers or nested arrays of numbers that a tensor can be made from: `1`, `[1, 2]`, `[[1.5],
/// [2]]`.
public protocol TensorConvertible {
  /// The innermost Swift type.
  associatedtype Element: TensorElement
  /// Lengths of the nested arrays, taken along the first elements.
  var nestedShape: [Int] { get }
  /// Appends the numbers in order. Throws where the nested arrays have unequal lengths.
  func append(to elements: inout [Element], shape: ArraySlice<Int>) throws
  /// What the tensor's dtype is when none is given.
  static var literalDType: DType { get }
}

extension TensorConvertible where Self: TensorElement, Element == Self {
  public var nestedShape: [Int] { [] }
  /// Appends the number; the shape says nothing more.
  public func append(to elements: inout [Self], shape: ArraySlice<Int>) throws {
    elements.append(self)
  }
  public static var literalDType: DType { dtype }
}

extension Bool: TensorConvertible { public typealias Element = Bool }
extension UInt8: TensorConvertible { public typealias Element = UInt8 }
extension Int32: TensorConvertible { public typealias Element = Int32 }
extension Int64: TensorConvertible { public typealias Element = Int64 }
extension Int: TensorConvertible { public typealias Element = Int }
extension Float: TensorConvertible { public typealias Element = Float }
extension Double: TensorConvertible {
  public typealias Element = Double
  /// Swift's decimal literals are `Double`; like PyTorch's they make float32.
  public static var literalDType: DType { .defaultFloat }
}

extension Array: TensorConvertible where Element: TensorConvertible {
  public typealias Element = Element.Element
  public var nestedShape: [Int] { [count] + (first?.nestedShape ?? []) }
  public func append(to elements: inout [Element.Element], shape: ArraySlice<Int>) throws {
    guard count == shape.first else {
      throw TensorError.invalidShape(
        [shape.first ?? 0, count], "nested arrays of one level must have equal lengths")
    }
    for element in self { try element.append(to: &elements, shape: shape.dropFirst()) }
  }
  public static var literalDType: DType { Element.literalDType }
}
