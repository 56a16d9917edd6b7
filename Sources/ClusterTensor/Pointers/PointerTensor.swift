import TensorCore

/// A tensor that lives at a worker: its location and number there, shape and dtype, no data.
///
/// Every operation on it sends one instruction and does not wait; only `get`, `fetch` and the like
/// do. Copies of a pointer are the same pointer; when the last one goes away the worker forgets
/// the object.
public struct PointerTensor: TensorHome, CustomStringConvertible {
  let object: RemoteObject
  public var node: Node<PointerTensor>?
  public var nodeResult = 0
  /// How often the object may have been changed in place for this pointer to be good; nil for all that
  /// the tape has not saved.
  private var savedChanges: UInt32?

  init(_ object: RemoteObject) { self.object = object }

  public var descriptor: Descriptor { object.descriptor }

  /// The worker where the tensor lives.
  public var location: Worker { object.worker }
  /// The tensor's number there.
  public var idAtLocation: ObjectID { object.id }
  /// The pointer's own number.
  public var id: ObjectID { object.ownID }
  /// The worker that holds the pointer: the driver's `me`.
  public var owner: Worker { object.worker.core.me ?? object.worker }
  /// Number and worker, `88311@bob`.
  public var address: String { object.address }

  /// Throws where the pointer cannot be used any more: `ClusterError.usedPointer` after `get`,
  /// `TensorError.gradient` where `backward` needs elements that were overwritten.
  @inline(__always)
  func requireUsable() throws {
    try object.requireLive()
    if let savedChanges, savedChanges != object.changes { throw overwritten }
  }

  private var overwritten: TensorError {
    .gradient(
      "backward() needs \(address), but it was changed in place after it was used: change it after "
        + "backward(), or write x = x + y for a new tensor")
  }

  public func savedForGradient() -> PointerTensor {
    var saved = detach()
    saved.savedChanges = object.changes
    return saved
  }

  public func becomeGradient() { object.becomeGradient() }

  /// `[PointerTensor | me:41293 -> bob:88311]`.
  public var description: String {
    "[PointerTensor | me:\(id) -> \(location.name):\(idAtLocation)]"
  }
}
