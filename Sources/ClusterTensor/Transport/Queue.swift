/// First in, first out. Adding and removing take constant time; memory is allocated only while the
/// queue grows beyond its longest so far.
struct Queue<Element> {
  /// A ring; its length is a power of two, places outside the queue are nil.
  private var places: [Element?] = []
  /// Place of the oldest element.
  private var first = 0
  /// Elements in it.
  private(set) var count = 0

  /// Whether nothing is in it.
  var isEmpty: Bool { count == 0 }

  /// The element that `removeFirst` would return.
  var oldest: Element? { count == 0 ? nil : places[first] }

  /// Adds an element at the end.
  mutating func append(_ element: Element) {
    if count == places.count { grow() }
    places[(first + count) & (places.count - 1)] = element
    count += 1
  }

  /// Removes the oldest element; nil when there is none.
  mutating func removeFirst() -> Element? {
    guard count > 0 else { return nil }
    var element: Element?
    swap(&element, &places[first])
    first = (first + 1) & (places.count - 1)
    count -= 1
    return element
  }

  /// Removes everything, oldest first.
  mutating func removeAll() -> [Element] {
    var removed: [Element] = []
    removed.reserveCapacity(count)
    while let element = removeFirst() { removed.append(element) }
    return removed
  }

  /// Doubles the ring.
  private mutating func grow() {
    var larger = [Element?](repeating: nil, count: max(8, places.count * 2))
    for number in 0..<count { larger[number] = places[(first + number) & (places.count - 1)] }
    places = larger
    first = 0
  }
}
