/// Frames and bodies that are under way, tested together.
struct MPIPendingMessages: ~Copyable {
  /// What a message is about.
  enum Content {
    /// A frame, whose buffer goes back to the pool.
    case sentFrame(FrameBuffer, to: Int)
    /// A body or a part of it that leaves.
    case sentPart(Transfer, to: Int)
    /// A body or a part of it that comes in.
    case receivedPart(Transfer)
    /// A message that nobody wants, with the memory that takes it up.
    case unwanted(FrameBuffer)
  }

  /// The requests and what they are about.
  private var messages = RequestTable<Content>(capacity: 64)
  /// How many there are; they stand in the first places.
  private var count = 0
  /// How many of them are sends.
  private(set) var sendCount = 0

  /// Adds a message. Allocates only while there were never as many at once.
  mutating func add(_ request: consuming Request, _ content: Content) {
    if count == messages.capacity { messages.grow(to: count * 2) }
    messages.put(request, at: count)
    _ = messages.exchange(content, at: count)
    count += 1
    if content.isSend { sendCount += 1 }
  }

  /// Moves all on and finishes those that are over. Throws the first failure of a sent frame, after
  /// everything else was done; of a body the failure is kept in its transfer. Costs a comparison
  /// when nothing is pending, else one test.
  @inline(__always)
  mutating func progress(_ pool: inout FramePool) throws(ClusterError) {
    if count > 0 { try progressAll(&pool) }
  }

  /// The part of `progress` that is worth a call.
  private mutating func progressAll(_ pool: inout FramePool) throws(ClusterError) {
    let found = try messages.test(first: count)
    if found == 0 { return }
    var failure: ClusterError?
    for number in 0..<found {
      let place = messages.place(ofCompletion: number)
      guard let content = messages.exchange(nil, at: place) else { continue }
      if content.isSend { sendCount -= 1 }
      do throws(ClusterError) {
        try messages.requireSuccess(ofCompletion: number)
        finish(content, nil, &pool)
      } catch {
        finish(content, error, &pool)
        if case .sentFrame(_, let rank) = content, failure == nil {
          failure = Self.failureToSend(error, to: rank)
        }
      }
    }
    closeGaps()
    if let failure { throw failure }
  }

  /// Tells whoever waits for it that a message is over.
  private func finish(_ content: Content, _ failure: ClusterError?, _ pool: inout FramePool) {
    switch content {
    case .sentFrame(let frame, _): pool.give(frame)
    case .sentPart(let transfer, let rank):
      transfer.finishPart(failure.map { Self.failureToSend($0, to: rank) })
    case .receivedPart(let transfer): transfer.finishPart(failure)
    case .unwanted: break
    }
  }

  /// The failure with the rank in it.
  private static func failureToSend(_ error: ClusterError, to rank: Int) -> ClusterError {
    guard case .mpi(_, let code, let text) = error else { return error }
    return .mpi(call: "MPI_Isend to rank \(rank)", code: code, text: text)
  }

  /// Fills places of messages that are over with messages from the end.
  private mutating func closeGaps() {
    var place = 0
    while place < count {
      if messages.content(at: place) != nil {
        place += 1
      } else {
        count -= 1
        messages.swapPlaces(place, count)
      }
    }
  }

  /// Leaves what is still under way to the library, together with its memory.
  mutating func giveUp() {
    leave()
    for place in 0..<count {
      messages.takeRequest(from: place).abandon()
      _ = messages.exchange(nil, at: place)
    }
    count = 0
    sendCount = 0
  }

  /// Leaves everything to the library, without a call to it.
  func leave() {
    for place in 0..<count {
      switch messages.content(at: place) {
      case .sentFrame(let frame, _): keepForever(frame)
      case .sentPart(let transfer, _), .receivedPart(let transfer): keepForever(transfer)
      case .unwanted(let memory): keepForever(memory)
      case nil: break
      }
    }
  }
}

extension MPIPendingMessages.Content {
  /// Whether it is on its way to another rank.
  var isSend: Bool {
    switch self {
    case .sentFrame, .sentPart: true
    case .receivedPart, .unwanted: false
    }
  }
}
