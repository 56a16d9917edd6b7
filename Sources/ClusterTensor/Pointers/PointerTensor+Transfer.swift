import TensorCore

extension Tensor {
  /// Copies the tensor to a worker and returns a pointer that owns the copy; this tensor stays as it
  /// is. Does not wait: large tensors leave straight from their storage while the program goes on.
  ///
  /// A leaf that requires a gradient is a leaf there, with the gradient that it has; through
  /// anything else gradients cross back to here. One message, two for more than 8 KiB. Throws what
  /// ended the connection.
  public func send(to worker: Worker) throws -> PointerTensor {
    var pointer = try copy(to: worker)
    if requiresGrad {
      pointer.continueGraph(of: self, gradient: try grad?.copy(to: worker)) {
        try $0.copyHome(taking: false)
      }
    }
    return pointer
  }

  /// The values at the worker, without graph.
  fileprivate func copy(to worker: Worker) throws -> PointerTensor {
    let values = try contiguous()
    let core = worker.core
    let id = core.identifiers.next()
    try core.lock.withLock {
      try worker.stream.store(values, as: id, deadline: core.deadline)
    }
    return PointerTensor(RemoteObject(worker: worker, id: id, descriptor: descriptor))
  }
}

extension PointerTensor {
  /// Brings the tensor home, with its gradient where it has one; the worker forgets both, but for a
  /// gradient that somebody else points to. This pointer and its copies cannot be used afterwards.
  /// Waits; one message each way, a body more for tensors of more than 8 KiB.
  ///
  /// Throws `ClusterError.usedPointer` for a second `get`, `.failedAtWorker` where the
  /// computation failed, `.notPermitted` where the worker's rules forbid it (the object stays),
  /// `.timedOut` (the object stays, and `get` can be tried again), `.workerLost`.
  public func get() throws -> Tensor { try bring(taking: true) }

  /// Brings a copy home, with its gradient where it has one; the object stays. Waits; messages and
  /// errors as for `get`.
  public func fetch() throws -> Tensor { try bring(taking: false) }

  private func bring(taking: Bool) throws -> Tensor {
    let location = location
    // Both are asked for before either is waited for. The gradient is not taken: other leaves may have
    // the same one, and the program may hold it. One that was brought home by itself stays there.
    let gradient = grad.flatMap { $0.object.isLive ? $0 : nil }
    let pendingGradient = try gradient?.startReading(taking: false)
    let pending = try startReading(taking: taking)
    var gradientAtHome: Tensor?
    if let gradient, let pendingGradient {
      do {
        gradientAtHome = try gradient.finishReading(pendingGradient, taking: false)
      } catch {
        if taking { object.abandonTaking() }
        throw error
      }
    }
    // The value comes last: it is only taken when nothing can go wrong any more.
    var tensor = try finishReading(pending, taking: taking)
    tensor.continueGraph(of: self, gradient: gradientAtHome) { try $0.copy(to: location) }
    if taking { zeroGrad() }
    return tensor
  }

  /// The values, without graph.
  func copyHome(taking: Bool) throws -> Tensor {
    try finishReading(startReading(taking: taking), taking: taking)
  }

  private func startReading(taking: Bool) throws -> PendingRead {
    try requireUsable()
    if taking { try object.beginTaking() }
    let core = location.core
    do {
      return try core.lock.withLock {
        try location.stream.startReading(object.id, deadline: core.deadline)
      }
    } catch {
      if taking { object.abandonTaking() }
      throw error
    }
  }

  private func finishReading(_ read: PendingRead, taking: Bool) throws -> Tensor {
    do {
      let value = try location.core.wait(for: read, on: location, "the tensor \(address)")
      guard case .tensor(let tensor) = value, tensor.descriptor == descriptor,
        tensor.holdsElements
      else {
        throw ClusterError.protocolViolation(
          worker: location.name,
          reason: "\(address) should be \(descriptor), but something else came")
      }
      if taking { object.finishTaking() }
      return tensor
    } catch {
      if taking {
        // Where the computation failed there is nothing to come back for.
        if case ClusterError.failedAtWorker = error {
          object.finishTaking()
        } else {
          object.abandonTaking()
        }
      }
      throw error
    }
  }
}
