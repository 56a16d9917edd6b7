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

  /// `[PointerTensor | me:41293 -> bob:88311]`.
  public var description: String {
    "[PointerTensor | me:\(id) -> \(location.name):\(idAtLocation)]"
  }
}
