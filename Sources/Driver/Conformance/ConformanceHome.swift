import ClusterTensor

/// Where cases run.
protocol ConformanceHome {
  associatedtype Value: TensorHome
  /// Where operations without tensors make their results.
  var place: Place<Value> { get }
  /// Brings a tensor there, outside of any graph.
  func put(_ tensor: Tensor) throws -> Value
  /// Brings the values of a tensor back.
  func take(_ value: Value) throws -> Tensor
  /// Throws where nobody answers there any more.
  func requireAnswer() throws
}

/// This process.
struct LocalHome: ConformanceHome {
  var place: Place<Tensor> { .here }
  func put(_ tensor: Tensor) -> Tensor { tensor }
  func take(_ value: Tensor) -> Tensor { value.detach() }
  func requireAnswer() {}
}

/// A worker's.
struct WorkerHome: ConformanceHome {
  let worker: Worker

  var place: Place<PointerTensor> { worker.place }
  func put(_ tensor: Tensor) throws -> PointerTensor { try tensor.send(to: worker) }
  func take(_ value: PointerTensor) throws -> Tensor { try value.detach().fetch() }
  func requireAnswer() throws { try worker.barrier() }
}
