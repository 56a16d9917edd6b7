import TensorCore

/// The objects of a worker by id. Open addressing with linear probing: ids are random, so they are their
/// own hash; removal shifts back, so that no markers are left.
struct ObjectStore: ~Copyable {
  private struct Slot {
    /// 0 is an empty slot.
    var id: UInt64
    var object: StoredObject?
  }
  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private(set) var count = 0
  private var created: UInt64 = 0

  init() {
    mask = 255
    slots = ObjectStore.allocate(mask + 1)
  }

  deinit {
    slots.deinitialize(count: mask + 1)
    slots.deallocate()
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    slots.initialize(repeating: Slot(id: 0, object: nil), count: capacity)
    return slots
  }

  @inline(__always)
  private func home(_ id: UInt64) -> Int { Int(truncatingIfNeeded: id) & mask }

  @inline(__always)
  private func find(_ id: ObjectID) -> UnsafeMutablePointer<Slot>? {
    if id.value == 0 { return nil }
    var index = home(id.value)
    while slots[index].id != 0 {
      if slots[index].id == id.value { return slots + index }
      index = (index + 1) & mask
    }
    return nil
  }

  /// The object, or nil.
  subscript(id: ObjectID) -> StoredObject? { find(id)?.pointee.object }

  /// Stores under a new id. Returns false where the id is 0 or taken.
  mutating func insert(_ content: StoredObject.Content, isProtected: Bool, at id: ObjectID) -> Bool
  {
    if id.value == 0 { return false }
    if count * 2 > mask { grow() }
    var index = home(id.value)
    while slots[index].id != 0 {
      if slots[index].id == id.value { return false }
      index = (index + 1) & mask
    }
    created &+= 1
    slots[index].id = id.value
    slots[index].object = StoredObject(
      content: content, isProtected: isProtected, order: created)
    count += 1
    return true
  }

  /// Gives the object under the id another content. Returns whether there was one.
  @discardableResult
  mutating func replace(_ content: StoredObject.Content, isProtected: Bool, at id: ObjectID) -> Bool
  {
    guard let slot = find(id) else { return false }
    slot.pointee.object?.content = content
    slot.pointee.object?.isProtected = isProtected
    return true
  }

  /// Forgets the object. Returns whether there was one.
  @discardableResult
  mutating func remove(_ id: ObjectID) -> Bool {
    guard let slot = find(id) else { return false }
    var hole = slot - slots
    slots[hole].object = nil
    count -= 1
    var next = hole
    while true {
      next = (next + 1) & mask
      if slots[next].id == 0 { break }
      // An entry may move into the hole unless its home lies between hole and entry.
      let distanceToHome = (next - home(slots[next].id)) & mask
      let distanceToHole = (next - hole) & mask
      if distanceToHome < distanceToHole { continue }
      slots[hole] = slots[next]
      slots[next].object = nil
      hole = next
    }
    slots[hole].id = 0
    return true
  }

  private mutating func grow() {
    let (old, oldCapacity) = (slots, mask + 1)
    mask = oldCapacity * 2 - 1
    slots = ObjectStore.allocate(mask + 1)
    for source in 0..<oldCapacity where old[source].id != 0 {
      var index = home(old[source].id)
      while slots[index].id != 0 { index = (index + 1) & mask }
      slots[index] = old[source]
    }
    old.deinitialize(count: oldCapacity)
    old.deallocate()
  }

  /// How many objects there are, and how much memory holds their elements. Looks at each.
  var holdings: Holdings {
    var bytes = 0
    var seen: Set<ObjectIdentifier> = []
    for index in 0...mask {
      guard case .tensor(let tensor)? = slots[index].object?.content else { continue }
      let storage = tensor.body.storage
      if seen.insert(ObjectIdentifier(storage)).inserted { bytes &+= storage.byteCount }
    }
    return Holdings(objects: count, bytes: bytes)
  }

  /// All objects in order of creation.
  func inOrder() -> [(id: ObjectID, object: StoredObject)] {
    var list: [(id: ObjectID, object: StoredObject)] = []
    list.reserveCapacity(count)
    for index in 0...mask {
      if let object = slots[index].object { list.append((ObjectID(slots[index].id), object)) }
    }
    return list.sorted { $0.object.order < $1.object.order }
  }
}
