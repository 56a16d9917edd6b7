import CMPI

/// Numbered places for requests and what they are about, tested together by one call, which for
/// many requests costs little more than testing one.
///
/// Who uses the table must see every request through, or take it out, before the table goes.
struct RequestTable<Content>: ~Copyable {
  /// Number of places.
  private(set) var capacity: Int
  /// Requests by place; MPI_REQUEST_NULL where there is none.
  private var requests: UnsafeMutablePointer<MPI_Request?>
  /// What they are about, by place.
  private var contents: UnsafeMutablePointer<Content?>
  /// Results of the last test: places that completed, and what the library says of each.
  private var indices: UnsafeMutablePointer<Int32>
  /// What the library says of each that completed, in the order of `indices`.
  private var statuses: UnsafeMutablePointer<MPI_Status>
  /// Whether the last test reported messages that failed.
  private var someFailed = false

  /// A table of empty places.
  init(capacity: Int) {
    self.capacity = capacity
    requests = .allocate(capacity: capacity)
    requests.initialize(repeating: cmpi_request_null(), count: capacity)
    contents = .allocate(capacity: capacity)
    contents.initialize(repeating: nil, count: capacity)
    indices = .allocate(capacity: capacity)
    indices.initialize(repeating: 0, count: capacity)
    statuses = .allocate(capacity: capacity)
    statuses.initialize(repeating: MPI_Status(), count: capacity)
  }

  deinit {
    requests.deallocate()
    contents.deinitialize(count: capacity)
    contents.deallocate()
    indices.deallocate()
    statuses.deallocate()
  }

  /// Puts a request into a place that has none.
  @inline(__always)
  mutating func put(_ request: consuming Request, at place: Int) {
    precondition(place >= 0 && place < capacity)
    requests[place] = request.relinquish()
  }

  /// Puts what a request is about into a place and returns what was there.
  @inline(__always)
  mutating func exchange(_ content: consuming Content?, at place: Int) -> Content? {
    precondition(place >= 0 && place < capacity)
    swap(&content, &contents[place])
    return content
  }

  /// What the request at a place is about; nil for an empty one.
  @inline(__always)
  func content(at place: Int) -> Content? {
    precondition(place >= 0 && place < capacity)
    return contents[place]
  }

  /// Takes the request out of a place, which has none then.
  mutating func takeRequest(from place: Int) -> Request {
    precondition(place >= 0 && place < capacity)
    let handle = requests[place]
    requests[place] = cmpi_request_null()
    return Request(adopting: handle)
  }

  /// Swaps two places.
  @inline(__always)
  mutating func swapPlaces(_ place: Int, _ other: Int) {
    precondition(place >= 0 && place < capacity && other >= 0 && other < capacity)
    if place == other { return }
    swap(&requests[place], &requests[other])
    swap(&contents[place], &contents[other])
  }

  /// Makes room for more places. The results of the last test are lost.
  mutating func grow(to newCapacity: Int) {
    guard newCapacity > capacity else { return }
    var larger = RequestTable(capacity: newCapacity)
    larger.requests.update(from: requests, count: capacity)
    larger.contents.update(from: contents, count: capacity)
    swap(&self, &larger)
  }

  /// Tests the first `count` places and says how many messages have completed since; these places
  /// have no request from then on, and `place(ofCompletion:)` and `completion(_:)` tell of each,
  /// until the next test. Throws `ClusterError.mpi` when the test itself fails, not when a message
  /// does. Costs about 30 ns, and 1 to 2 ns a place.
  @inline(__always)
  mutating func test(first count: Int) throws(ClusterError) -> Int {
    precondition(count >= 0 && count <= capacity)
    var completed: Int32 = 0
    let code = MPI_Testsome(
      Int32(truncatingIfNeeded: count), requests, &completed, indices, statuses)
    someFailed = code != MPI_SUCCESS
    if someFailed && completed <= 0 { throw mpiError(code, "MPI_Testsome") }
    return completed == MPI_UNDEFINED ? 0 : Int(completed)
  }

  /// Where the message was that the last test found as number `number` of those that completed.
  @inline(__always)
  func place(ofCompletion number: Int) -> Int {
    precondition(number >= 0 && number < capacity)
    return Int(indices[number])
  }

  /// Throws `ClusterError.mpi` if a message that the last test found has failed.
  @inline(__always)
  func requireSuccess(ofCompletion number: Int) throws(ClusterError) {
    precondition(number >= 0 && number < capacity)
    if someFailed { try check(statuses[number].MPI_ERROR, "MPI_Testsome") }
  }

  /// Source and length of a message that the last test found. Throws `ClusterError.mpi` if the
  /// message failed.
  @inline(__always)
  func completion(_ number: Int) throws(ClusterError) -> Request.Completion {
    try requireSuccess(ofCompletion: number)
    return try Request.Completion(of: &statuses[number])
  }
}
