import CKernels

/// Losses of scores against class indices, of float32 or float64.
struct ClassLossKernel {
  private let target: Tensor
  private let weight: Tensor?
  private let dtype: DType
  private let shape: Shape
  private let ignored: Int64
  private let smoothing: Double
  /// The weight of each sample's class, 1 where there are no weights, 0 for a sample to ignore.
  let sampleWeights: Tensor

  /// Throws `TensorError.invalidArgument` for an index that is no class of scores of the shape.
  init(
    _ operation: some ClassLoss, _ target: Tensor, _ weight: Tensor?, _ dtype: DType,
    _ shape: Shape
  ) throws {
    self.target = try Elementwise.cast(target, to: .int64).contiguous()
    self.weight = try weight.map { try Elementwise.cast($0, to: dtype).contiguous() }
    self.dtype = dtype
    self.shape = shape
    ignored = Int64(operation.ignoreIndex)
    smoothing = operation.labelSmoothing.double
    sampleWeights = try Tensor(uninitialized: Descriptor(shape: target.shape, dtype: dtype))
    let classes = shape[shape.classAxis]
    let wrong = ck_class_weights(
      Int32(dtype.rawValue), self.target.start.assumingMemoryBound(to: Int64.self),
      self.weight?.start, sampleWeights.mutableStart, target.elementCount, classes, ignored)
    guard wrong < 0 else {
      throw TensorError.invalidArgument(
        operation.name,
        "the class index at place \(wrong) is out of range: use 0 … \(classes - 1)")
    }
  }

  /// The loss of each sample.
  func losses(_ logarithms: Tensor) throws -> Tensor {
    let x = try logarithms.contiguous()
    let out = try Tensor(uninitialized: sampleWeights.descriptor)
    withLayout { layout in
      ck_class_losses(
        Int32(dtype.rawValue), x.start, layout, weight?.start, sampleWeights.start,
        out.mutableStart)
    }
    return withExtendedLifetime(x) { out }
  }

  /// The gradient of the scores from that of each sample's loss.
  func gradient(_ dy: Tensor) throws -> Tensor {
    let dy = try dy.contiguous()
    let out = try Tensor(uninitialized: Descriptor(shape: shape, dtype: dtype))
    withLayout { layout in
      ck_class_gradient(
        Int32(dtype.rawValue), dy.start, layout, weight?.start, sampleWeights.start,
        out.mutableStart)
    }
    return withExtendedLifetime(dy) { out }
  }

  private func withLayout(_ body: (UnsafePointer<ck_class_layout>) -> Void) {
    let axis = shape.classAxis
    var layout = ck_class_layout(
      target: target.start.assumingMemoryBound(to: Int64.self),
      outer: shape[..<axis].reduce(1, *), classes: shape[axis],
      inner: shape[(axis + 1)...].reduce(1, *), ignored: ignored, smoothing: smoothing)
    withUnsafePointer(to: &layout, body)
    withExtendedLifetime((target, weight, sampleWeights)) {}
  }
}
