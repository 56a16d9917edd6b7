import TensorCore

/// Waiting for a body that a frame announced.
enum TransferWait {
  /// Fills a tensor that was just made with the next body from a rank. Gives up after `seconds`.
  static func receive(
    _ tensor: Tensor, from rank: Int, over transport: any Transport, within seconds: Double,
    _ isOversubscribed: Bool
  ) throws(ClusterError) {
    let transfer = try transport.startReceive(
      tensor.mutableContiguousBytes, keeping: tensor.body.storage, from: rank)
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
          reason: "announced \(tensor.descriptor.byteCount) bytes that did not come")
      }
    }
  }
}
