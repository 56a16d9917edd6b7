import TensorCore

/// Takes the bytes of large tensors, which come apart from the instructions that announce them.
///
/// The driver numbers them, and they come in the order of their numbers. Where an announcement was lost,
/// made no sense, or there is no memory for what it announces, the body is taken up and thrown away, so
/// that none is ever taken for another.
struct BodyReceiver {
  /// Where they come from.
  let rank: Int
  let transport: any Transport
  /// Seconds after which a body that does not come is given up.
  let seconds: Double
  let isOversubscribed: Bool
  /// Number of the next one that nobody waits for yet.
  private var next: UInt64 = 0

  init(rank: Int, transport: any Transport, seconds: Double, isOversubscribed: Bool) {
    self.rank = rank
    self.transport = transport
    self.seconds = seconds
    self.isOversubscribed = isOversubscribed
  }

  /// Waits for the body with the number. Throws `TensorError.outOfMemory`, `.malformed` for a number or
  /// size that cannot be, `ClusterError.protocolViolation` where it does not come or has another size.
  mutating func receive(_ descriptor: Descriptor, number: UInt64) throws -> Tensor {
    guard descriptor.byteCount > WireLimits.inlineBytes else {
      throw TensorError.malformed("\(descriptor.byteCount) bytes apart from their instruction")
    }
    let missing = number &- next
    guard number >= next, missing <= 2 * WireLimits.creditInstructions else {
      throw TensorError.malformed("tensor \(number) in place of \(next)")
    }
    for _ in 0..<missing { try discard() }
    let tensor: Tensor
    do {
      tensor = try Tensor(uninitialized: descriptor)
    } catch {
      try discard()
      throw error
    }
    let transfer = try transport.startReceive(
      tensor.mutableContiguousBytes, keeping: tensor.body.storage, from: rank)
    next &+= 1
    try wait(for: transfer, of: descriptor)
    return tensor
  }

  /// Lets the next body be taken up into too little memory, which throws it away. (Over MPI only its
  /// first gibibyte: of what is larger each further one spoils a later tensor, with an error.)
  private mutating func discard() throws {
    let byte = try Storage(byteCount: 1)
    _ = try transport.startReceive(byte.mutableBytes, keeping: byte, from: rank)
    next &+= 1
  }

  private func wait(for transfer: Transfer, of descriptor: Descriptor) throws(ClusterError) {
    var backoff = Backoff(profile: .waiting, oversubscribed: isOversubscribed)
    let deadline = MonotonicTime.now.advanced(bySeconds: seconds)
    while true {
      try transport.progress()
      if transfer.isComplete {
        if let failure = transfer.failure { throw failure }
        return
      }
      backoff.pause()
      guard MonotonicTime.now < deadline else {
        throw .protocolViolation(
          worker: "rank \(rank)",
          reason: "announced \(descriptor.byteCount) bytes that did not come")
      }
    }
  }
}

extension Tensor {
  /// Whether bytes that came from elsewhere are elements of the dtype: truth values are 0 or 1.
  var holdsElements: Bool { dtype != .bool || contiguousBytes.reduce(0, |) <= 1 }
}
