extension Tensor {
  /// A tensor of one axis with the elements of an array. Ints make int64, Bools bool, Floats and
  /// Doubles float32, unless `dtype` says otherwise. Like making any array, it ends the program
  /// when there is no memory left.
  public init<Element: TensorElement & TensorConvertible>(
    _ elements: [Element], dtype: DType? = nil, requiresGrad: Bool = false
  ) {
    var shape = Shape()
    shape.append(elements.count)
    self.init(elements, shape: shape, dtype: dtype ?? Element.literalDType)
    self.requiresGrad = requiresGrad
  }

  /// A tensor without axes. Dtypes as for arrays.
  public init<Element: TensorElement & TensorConvertible>(
    _ element: Element, dtype: DType? = nil, requiresGrad: Bool = false
  ) {
    self.init([element], shape: Shape(), dtype: dtype ?? Element.literalDType)
    self.requiresGrad = requiresGrad
  }

  /// A tensor of nested arrays, `try Tensor([[1, 2], [3, 4]])`. Dtypes as for arrays. Throws
  /// `TensorError.invalidShape` where arrays of one level have unequal lengths.
  public init<Nested: TensorConvertible>(
    _ nested: Nested, dtype: DType? = nil, requiresGrad: Bool = false
  ) throws {
    let lengths = nested.nestedShape
    var elements: [Nested.Element] = []
    try nested.append(to: &elements, shape: lengths[...])
    self.init(elements, shape: try Shape(lengths), dtype: dtype ?? Nested.literalDType)
    self.requiresGrad = requiresGrad
  }

  /// A tensor of the shape with the elements in row-major order. Throws `TensorError.invalidShape`
  /// where they are more or fewer than the shape holds.
  public init<Element: TensorElement & TensorConvertible>(
    _ elements: [Element], shape: [Int], dtype: DType? = nil, requiresGrad: Bool = false
  ) throws {
    let checked = try Shape(shape)
    guard checked.elementCount == elements.count else {
      throw TensorError.invalidShape(
        shape, "it holds \(checked.elementCount) elements, but \(elements.count) were given")
    }
    self.init(elements, shape: checked, dtype: dtype ?? Element.literalDType)
    self.requiresGrad = requiresGrad
  }

  private init<Element: TensorElement>(_ elements: [Element], shape: Shape, dtype: DType) {
    let descriptor = Descriptor(shape: shape, dtype: dtype)
    let storage = Storage(sized: descriptor.byteCount)
    elements.withUnsafeBytes { bytes in
      Elementwise.convert(
        bytes.baseAddress, from: Element.dtype, into: storage.base, as: dtype,
        count: elements.count)
    }
    self.init(
      TensorBody(
        descriptor, strides: shape.contiguousStrides, offset: 0, storage: storage))
  }
}
