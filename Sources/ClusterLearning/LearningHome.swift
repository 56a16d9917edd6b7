import ClusterTensor

/// A home whose tensors can be learned from: beside its operations a training loop needs a few numbers
/// at the driver, to see how far it is, and now and then a constant where the data lives.
public protocol LearningHome: TensorHome {
  /// The elements as numbers at the driver; meant for a handful of them. Waits for a worker: one message
  /// each way. Throws what `fetch` throws.
  func numbers() throws -> [Double]
  /// A local tensor's copy where this one lives. Costs what `send` costs. Throws what `send`
  /// throws.
  func receive(_ tensor: Tensor) throws -> Self
}

extension Tensor: LearningHome {
  public func numbers() throws -> [Double] { try toArray(of: Double.self) }
  public func receive(_ tensor: Tensor) throws -> Tensor { tensor }
}

extension PointerTensor: LearningHome {
  public func numbers() throws -> [Double] { try fetch().toArray(of: Double.self) }
  public func receive(_ tensor: Tensor) throws -> PointerTensor { try tensor.send(to: location) }
}
