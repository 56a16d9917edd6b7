import Synchronization
import TensorCore

/// One object at a worker, as the driver holds it; all copies of a pointer share it. When the last one
/// goes away the object is released.
final class RemoteObject: Sendable {
  let worker: Worker
  /// Number at the worker.
  let id: ObjectID
  /// The pointer's own number.
  let ownID: ObjectID
  let descriptor: Descriptor
  /// False for data that the worker loaded itself.
  let ownsObject: Bool

  enum State: UInt8, AtomicRepresentable {
    case live
    /// A read that takes it is under way.
    case reading
    case used
  }
  private let state = Atomic(State.live)
  private let changeCount = Atomic<UInt32>(0)
  private let isGradientOfLeaf = Atomic(false)

  init(worker: Worker, id: ObjectID, descriptor: Descriptor, ownsObject: Bool = true) {
    self.worker = worker
    self.id = id
    self.descriptor = descriptor
    self.ownsObject = ownsObject
    ownID = worker.core.identifiers.next()
    if ownsObject { worker.stream.hold() }
  }

  deinit {
    if ownsObject, state.load(ordering: .relaxed) != .used { worker.stream.release(id) }
  }

  /// `88311@bob`.
  var address: String { "\(id)@\(worker.name)" }

  /// Whether `get` has not brought the object home yet.
  var isLive: Bool { state.load(ordering: .relaxed) == .live }

  /// Throws `ClusterError.usedPointer` where `get` has brought the object home.
  @inline(__always)
  func requireLive() throws(ClusterError) {
    if state.load(ordering: .relaxed) != .live { throw used }
  }

  private var used: ClusterError {
    .usedPointer(
      address: address,
      reason: "get() brought the tensor home and \(worker.name) forgot it; use what get() "
        + "returned, or fetch() instead of get() to keep it there")
  }

  /// How often the object was changed in place.
  var changes: UInt32 { changeCount.load(ordering: .relaxed) }

  /// It is now the gradient of a leaf, and perhaps of several: `backward` copies none.
  func becomeGradient() { isGradientOfLeaf.store(true, ordering: .relaxed) }

  /// Throws where the object may not be changed in place: `TensorError.gradient` for the gradient of a
  /// leaf, `ClusterError.notPermitted` for data that the worker loaded itself.
  func requireChangeable(by operation: String) throws {
    if isGradientOfLeaf.load(ordering: .relaxed) {
      throw TensorError.gradient(
        "\(operation) in place on a gradient, which several leaves may share: write x = x + y or the "
          + "like for a new tensor")
    }
    if !ownsObject {
      throw ClusterError.notPermitted(
        worker: worker.name, what: Policy.refusalToChange(operation, descriptor))
    }
  }

  /// An instruction that changes it is on its way.
  func noteChange() { changeCount.wrappingAdd(1, ordering: .relaxed) }

  /// Claims the object for one `get`.
  func beginTaking() throws(ClusterError) {
    guard
      state.compareExchange(expected: .live, desired: .reading, ordering: .relaxed).exchanged
    else { throw used }
  }

  /// The `get` has brought the tensor or its failure: the worker may forget it.
  func finishTaking() {
    state.store(.used, ordering: .relaxed)
    if ownsObject { worker.stream.release(id) }
  }

  /// The `get` did not succeed; the object is as it was.
  func abandonTaking() { state.store(.live, ordering: .relaxed) }
}
