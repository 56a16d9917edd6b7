import ClusterTensor

/// Calls of operations that have no case of their own.
enum OperationSamples {
  static let byName: [String: [[Argument<Tensor>]]] = [:]
}
