/// A tensor in this process: elements of one dtype on up to eight axes, computed at once.
///
/// A tensor is a value: no operation changes one that exists. Copying it copies a reference.
public struct Tensor: TensorHome {
  package let body: TensorBody
  public var node: Node<Tensor>?
  public var nodeResult = 0

  package init(_ body: TensorBody) { self.body = body }

  public var descriptor: Descriptor { body.descriptor }
}

/// What a tensor consists of. Never changes after it was filled.
package final class TensorBody: Sendable {
  package let descriptor: Descriptor
  /// Steps along the axes in elements; 0 along broadcast ones.
  let strides: Strides
  /// Where the first element stands in the storage, in elements.
  let offset: Int
  package let storage: Storage
  /// Whether the elements stand one after the other in row-major order.
  package let isContiguous: Bool

  package init(_ descriptor: Descriptor, strides: Shape, offset: Int, storage: Storage) {
    self.descriptor = descriptor
    self.strides = strides
    self.offset = offset
    self.storage = storage
    isContiguous = TensorBody.isContiguous(descriptor.shape, strides)
  }

  private static func isContiguous(_ shape: Shape, _ strides: Strides) -> Bool {
    var step = 1
    var axis = shape.rank - 1
    while axis >= 0 {
      let length = shape[axis]
      if length == 0 { return true }
      if length != 1 && strides[axis] != step { return false }
      step &*= length
      axis -= 1
    }
    return true
  }
}

extension Tensor {
  /// A contiguous tensor with uninitialised elements, to be filled by whoever made it before
  /// anybody else sees it. Throws `TensorError.outOfMemory`.
  package init(uninitialized descriptor: Descriptor) throws(TensorError) {
    let storage = try Storage(byteCount: descriptor.byteCount)
    self.init(
      TensorBody(
        descriptor, strides: descriptor.shape.contiguousStrides, offset: 0, storage: storage))
  }

  /// The same storage seen with another shape and strides.
  func view(shape: Shape, strides: Strides, offset: Int? = nil) -> Tensor {
    Tensor(
      TensorBody(
        Descriptor(shape: shape, dtype: dtype), strides: strides, offset: offset ?? body.offset,
        storage: body.storage))
  }

  /// Seen with more axes or repeated along axes of length 1; the shape is one it broadcasts to.
  func broadcastView(to shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    var strides = Strides(rank: shape.rank)
    let offset = shape.rank - rank
    for axis in 0..<rank where self.shape[axis] != 1 || shape[axis + offset] == 1 {
      strides[axis + offset] = body.strides[axis]
    }
    return view(shape: shape, strides: strides)
  }

  /// Whether the elements stand one after the other in row-major order.
  public var isContiguous: Bool { body.isContiguous }
}

/// The surface for local tensors only.
extension Tensor: CustomStringConvertible {
  /// As PyTorch prints it, with `dtype=float64` where PyTorch has `dtype=torch.float64`.
  public var description: String { TensorPrinter.text(of: self) }
}
