import CMPI

/// Receives for frames that are posted before the frames come: a few for each rank, in a ring.
///
/// Each rank has receives of its own, where one ring for all ranks (MPI_ANY_SOURCE) would need
/// less memory, for two reasons. MPI hands a rank's messages to its receives in the order in which
/// these were posted, so it is enough to look at the oldest of each, and order holds. And when a
/// rank dies in the middle of a long frame, that receive never completes: in a common ring it would
/// hold up the frames of all other ranks behind it; here it holds up only the dead rank's.
///
/// All oldest receives are tested by one call and what it finds is handed out one frame a rank, so
/// a rank that streams cannot starve another.
struct MPIReceiveRings: ~Copyable {
  /// Carries the frames.
  private let communicator: Communicator
  /// How frames are received.
  private let type: FrameType
  /// Receives posted for each rank.
  private let depth: Int
  /// `depth` rows with a place for each rank. Row 0 holds the oldest, and only it is tested.
  private var requests: RequestTable<FrameBuffer>
  /// How many completions the last test found.
  private var found = 0
  /// How many of these were handed out.
  private var handedOut = 0
  /// Place that has a buffer whose receive is not posted yet, or -1.
  private var unposted = -1

  /// Number of ranks.
  private var size: Int { communicator.size }

  /// Rings in which nothing is posted yet.
  init(over communicator: Communicator, type: FrameType, depth: Int) {
    self.communicator = communicator
    self.type = type
    self.depth = depth
    requests = RequestTable(capacity: depth * communicator.size)
  }

  /// Posts all receives. Throws `ClusterError.mpi`; `giveUp` is needed also then.
  mutating func post(_ pool: inout FramePool) throws(ClusterError) {
    for place in 0..<depth * size { try post(pool.take(), at: place) }
  }

  /// The next frame, if one is there; another receive takes its place. Throws `.protocolViolation`
  /// in the place of a frame that was too long, `ClusterError.mpi`. Costs one test.
  ///
  /// That other receive is posted by the next call: so an answer to this frame leaves earlier, and
  /// posting goes on while it travels.
  @inline(__always)
  mutating func next(_ pool: inout FramePool) throws(ClusterError) -> FrameBuffer? {
    if unposted >= 0 {
      try post(pool.take(), at: unposted)
      unposted = -1
    }
    if handedOut == found {
      found = 0
      handedOut = 0
      found = try requests.test(first: size)
      if found == 0 { return nil }
    }
    let number = handedOut
    handedOut += 1
    return try handOut(requests.place(ofCompletion: number), number, &pool)
  }

  /// Posts one receive.
  @inline(__always)
  private mutating func post(_ buffer: FrameBuffer, at place: Int) throws(ClusterError) {
    requests.put(try communicator.startReceive(type, into: buffer, from: place % size), at: place)
    _ = requests.exchange(buffer, at: place)
  }

  /// Takes the frame of a rank's oldest receive out and moves the rank's other receives up.
  @inline(__always)
  private mutating func handOut(
    _ source: Int, _ number: Int, _ pool: inout FramePool
  ) throws(ClusterError) -> FrameBuffer? {
    guard let frame = requests.exchange(nil, at: source) else { return nil }
    var place = source
    for _ in 1..<depth {
      requests.swapPlaces(place, place + size)
      place += size
    }
    unposted = place
    do throws(ClusterError) {
      frame.count = try requests.completion(number).count
      if frame.count > frame.capacity {
        throw .frameTooLong(from: source, capacity: frame.capacity)
      }
    } catch {
      pool.give(frame)
      throw Self.meaning(of: error, from: source, capacity: frame.capacity)
    }
    frame.source = source
    return frame
  }

  /// What an error of a received message says in terms of frames.
  @inline(never)
  private static func meaning(
    of error: ClusterError, from source: Int, capacity: Int
  ) -> ClusterError {
    if case .mpi(_, Int(MPI_ERR_TRUNCATE), _) = error {
      return .frameTooLong(from: source, capacity: capacity)
    }
    return error
  }

  /// Takes all receives back. Those that cannot be taken back by `deadline`, as their frames were
  /// under way, are left to the library together with their buffers.
  mutating func giveUp(by deadline: MonotonicTime) {
    for place in 0..<requests.capacity {
      var request = requests.takeRequest(from: place)
      let buffer = requests.exchange(nil, at: place)
      try? request.cancel()
      var isOver = Self.isOver(&request)
      while !isOver && MonotonicTime.now < deadline { isOver = Self.isOver(&request) }
      if !isOver, let buffer { keepForever(buffer) }
      request.abandon()
    }
    found = 0
    handedOut = 0
    unposted = -1
  }

  /// Leaves all receives to the library, without a call to it.
  func leave() {
    for place in 0..<requests.capacity {
      if let buffer = requests.content(at: place) { keepForever(buffer) }
    }
  }

  /// Whether a receive has completed, successfully or not.
  private static func isOver(_ request: inout Request) -> Bool {
    do {
      return try request.test() != nil
    } catch {
      return true
    }
  }
}
