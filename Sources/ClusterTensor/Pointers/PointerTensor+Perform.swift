import TensorCore

/// A pointer runs an operation by checking the rule on descriptors and sending one instruction to where the
/// operands live.
extension PointerTensor {
  public static func perform(_ operation: some Operation, on inputs: [PointerTensor]) throws
    -> [PointerTensor]
  {
    let identity = type(of: operation).identity
    guard let worker = inputs.first?.location else {
      throw TensorError.invalidArgument(
        identity.name, "a pointer's operation needs a pointer to say where it runs")
    }
    for input in inputs {
      try input.requireUsable()
      if input.location !== worker { throw apart(identity, inputs) }
    }
    return try perform(operation, on: inputs, at: worker)
  }

  public func values() throws -> Tensor { try copyHome(taking: false) }

  public var place: Place<PointerTensor> { location.place }

  /// Runs the operation at the worker, where all inputs are. Where shapes follow from elements it asks for
  /// them, which is the only time that it waits.
  static func perform(
    _ operation: some Operation, on inputs: [PointerTensor], at worker: Worker
  ) throws -> [PointerTensor] {
    let identity = type(of: operation).identity
    var descriptors = try operation.outputs(for: inputs.map(\.descriptor))
    let core = worker.core
    let ids = descriptors.map { _ in core.identifiers.next() }
    try core.lock.withLock {
      try worker.stream.append(
        code: identity.code, inputs: inputs.count, outputs: ids.count, deadline: core.deadline
      ) { writer in
        for input in inputs { writer.write(input.object.id.value) }
        for id in ids { writer.write(id.value) }
        operation.encode(into: &writer)
      }
    }
    if type(of: operation).isDataDependent {
      do {
        let found = try worker.descriptors(of: ids)
        guard found.map(\.dtype) == descriptors.map(\.dtype) else {
          throw ClusterError.protocolViolation(
            worker: worker.name, reason: "\(identity.name) gave other results than it should")
        }
        descriptors = found
      } catch {
        for id in ids {
          worker.stream.hold()
          worker.stream.release(id)
        }
        throw error
      }
    }
    return zip(ids, descriptors).map {
      PointerTensor(RemoteObject(worker: worker, id: $0, descriptor: $1))
    }
  }

  public static func perform(_ operation: some OneInputOperation, on x: PointerTensor) throws
    -> PointerTensor
  {
    try x.requireUsable()
    let descriptor = try operation.output(for: x.descriptor)
    let worker = x.object.worker
    let core = worker.core
    let id = core.identifiers.next()
    try core.lock.withLock {
      try worker.stream.append(
        code: type(of: operation).identity.code, inputs: 1, outputs: 1, deadline: core.deadline
      ) { writer in
        writer.write(x.object.id.value)
        writer.write(id.value)
        operation.encode(into: &writer)
      }
    }
    return PointerTensor(RemoteObject(worker: worker, id: id, descriptor: descriptor))
  }

  public static func perform(
    _ operation: some TwoInputOperation, on x: PointerTensor, _ y: PointerTensor
  ) throws -> PointerTensor {
    try x.requireUsable()
    try y.requireUsable()
    let worker = x.object.worker
    if worker !== y.object.worker { throw apart(type(of: operation).identity, [x, y]) }
    let descriptor = try operation.output(for: x.descriptor, y.descriptor)
    let core = worker.core
    let id = core.identifiers.next()
    try core.lock.withLock {
      try worker.stream.append(
        code: type(of: operation).identity.code, inputs: 2, outputs: 1, deadline: core.deadline
      ) { writer in
        writer.write(x.object.id.value)
        writer.write(y.object.id.value)
        writer.write(id.value)
        operation.encode(into: &writer)
      }
    }
    return PointerTensor(RemoteObject(worker: worker, id: id, descriptor: descriptor))
  }

  public static func performInPlace(
    _ operation: some OneInputOperation, on x: inout PointerTensor
  ) throws {
    try x.requireUsable()
    try x.object.requireChangeable(by: type(of: operation).identity.name)
    let (object, core) = (x.object, x.object.worker.core)
    try core.lock.withLock {
      try object.worker.stream.append(
        code: type(of: operation).identity.code, inputs: 1, outputs: 1, deadline: core.deadline
      ) { writer in
        writer.write(object.id.value)
        // The result under the operand's id takes its place.
        writer.write(object.id.value)
        operation.encode(into: &writer)
      }
      object.noteChange()
    }
  }

  public static func performInPlace(
    _ operation: some TwoInputOperation, on x: inout PointerTensor, _ y: PointerTensor
  ) throws {
    try x.requireUsable()
    try y.requireUsable()
    let (object, core) = (x.object, x.object.worker.core)
    if object.worker !== y.object.worker { throw apart(type(of: operation).identity, [x, y]) }
    try object.requireChangeable(by: type(of: operation).identity.name)
    try core.lock.withLock {
      try object.worker.stream.append(
        code: type(of: operation).identity.code, inputs: 2, outputs: 1, deadline: core.deadline
      ) { writer in
        writer.write(object.id.value)
        writer.write(y.object.id.value)
        writer.write(object.id.value)
        operation.encode(into: &writer)
      }
      object.noteChange()
    }
  }

  public static func performInPlace(
    _ operation: some Operation, on x: inout PointerTensor, _ others: [PointerTensor]
  ) throws {
    try x.requireUsable()
    let (object, core) = (x.object, x.object.worker.core)
    let identity = type(of: operation).identity
    for other in others {
      try other.requireUsable()
      if object.worker !== other.object.worker { throw apart(identity, [x] + others) }
    }
    try object.requireChangeable(by: identity.name)
    try core.lock.withLock {
      try object.worker.stream.append(
        code: identity.code, inputs: 1 + others.count, outputs: 1, deadline: core.deadline
      ) { writer in
        writer.write(object.id.value)
        for other in others { writer.write(other.object.id.value) }
        writer.write(object.id.value)
        operation.encode(into: &writer)
      }
      object.noteChange()
    }
  }

  private static func apart(
    _ identity: OperationIdentity, _ inputs: [PointerTensor]
  ) -> ClusterError {
    var names: [String] = []
    for input in inputs where !names.contains(input.location.name) {
      names.append(input.location.name)
    }
    return .notColocated(operation: identity.name, locations: names)
  }
}
