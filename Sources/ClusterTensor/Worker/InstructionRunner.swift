import TensorCore

/// Runs one operation on the objects of a worker: operands by id from the store, results under
/// the ids that the instruction names.
struct InstructionRunner: InstructionContext {
  let session: WorkerSession
  let record: InstructionRecord
  let entry: any Operation.Type
  var attributes: ByteReader
  private var stored = 0

  init(_ record: InstructionRecord, entry: any Operation.Type, session: WorkerSession) {
    self.session = session
    self.record = record
    self.entry = entry
    attributes = ByteReader(record.attributes)
  }

  var inputCount: Int { record.inputCount }
  var outputCount: Int { record.outputCount }

  func input(_ index: Int) throws -> Tensor {
    let id = record.input(index)
    guard let object = session.store[id] else {
      throw Failure(
        kind: .missingObject, operation: entry.identity.name,
        text: "\(entry.identity.name) names object \(id), which does not exist here (any more)")
    }
    switch object.content {
    case .tensor(let tensor): return tensor
    case .failed(let record): throw EarlierFailure(record: record)
    }
  }

  mutating func setOutput(_ index: Int, _ tensor: Tensor) throws {
    let isProtected = session.policy.protectsResults(
      of: entry, protectedInputs: hasProtectedInput)
    if isInPlace {
      try replaceOperand(by: tensor, isProtected: isProtected)
      stored += 1
      return
    }
    guard index < outputCount,
      session.store.insert(.tensor(tensor), isProtected: isProtected, at: record.output(index))
    else {
      throw Failure(
        kind: .protocolViolation, operation: entry.identity.name,
        text: "\(entry.identity.name) cannot store result \(index): its id is missing or taken")
    }
    stored += 1
  }

  /// Whether the result takes the place of the first operand.
  private var isInPlace: Bool {
    inputCount > 0 && outputCount == 1 && record.output(0) == record.input(0)
  }

  private mutating func replaceOperand(by tensor: Tensor, isProtected: Bool) throws {
    let name = entry.identity.name
    let old = try input(0).descriptor
    guard old == tensor.descriptor else {
      throw Failure(
        kind: .protocolViolation, operation: name,
        text: "\(name) cannot put \(tensor.descriptor) in the place of \(old)")
    }
    session.store.replace(.tensor(tensor), isProtected: isProtected, at: record.input(0))
  }

  private var hasProtectedInput: Bool {
    for index in 0..<inputCount where session.store[record.input(index)]?.isProtected ?? false {
      return true
    }
    return false
  }

  /// Shapes and dtypes of the first operands, as far as they are there.
  private var operands: [Descriptor] {
    (0..<min(inputCount, 8)).compactMap { index in
      guard case .tensor(let tensor)? = session.store[record.input(index)]?.content else {
        return nil
      }
      return tensor.descriptor
    }
  }

  /// Runs the instruction. What fails is stored under the ids of its results.
  mutating func run() {
    do {
      if isInPlace { try requireChangeable() }
      try entry.run(in: &self)
      guard stored == outputCount else {
        throw Failure(
          kind: .protocolViolation, operation: entry.identity.name,
          text: "\(entry.identity.name) has \(stored) results, but \(outputCount) were asked for")
      }
    } catch {
      let failed =
        (error as? EarlierFailure)?.record
        ?? session.newFailure(Failure(error, operation: entry.identity.name, operands: operands))
      if isInPlace { return failInPlace(failed, isEarlier: error is EarlierFailure) }
      // Where some results were stored already, the instruction has failed all the same.
      for index in 0..<stored { session.store.remove(record.output(index)) }
      for index in 0..<outputCount { session.fail(record.output(index), failed) }
    }
  }

  /// What the worker loaded itself is not the driver's to change.
  private func requireChangeable() throws {
    let id = record.input(0)
    guard session.isLoaded(id), case .tensor(let tensor)? = session.store[id]?.content else {
      return
    }
    throw Failure(
      kind: .notPermitted, operation: entry.identity.name,
      text: Policy.refusalToChange(entry.identity.name, tensor.descriptor))
  }

  /// Whoever reads the object expects what it was to become, so the failure takes its place. Only what
  /// no driver of this library sends changes nothing.
  private func failInPlace(_ failed: FailureRecord, isEarlier: Bool) {
    let isRefused =
      switch failed.failure.kind {
      case .notPermitted, .protocolViolation, .shape, .dtype, .unknownOperation: !isEarlier
      case .argument, .missingObject, .outOfMemory, .divisionByZero: false
      }
    if isRefused { return }
    let id = record.input(0)
    let isProtected = session.store[id]?.isProtected ?? false
    session.store.replace(.failed(failed), isProtected: isProtected, at: id)
  }
}

/// An operand is the result of something that failed.
private struct EarlierFailure: Error {
  let record: FailureRecord
}
