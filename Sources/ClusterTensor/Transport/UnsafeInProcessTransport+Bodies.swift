/// A body that a rank wants to send: its bytes, which the transfer keeps alive.
struct InProcessOffer: @unchecked Sendable {
  // Unchecked: the sender leaves the bytes alone until the transfer is complete, and the transfer
  // itself goes back to the sender's thread to be completed there.
  /// What is to be copied.
  let bytes: UnsafeRawBufferPointer
  /// Tells its rank when it is done.
  let transfer: Transfer
}

/// Memory for a body that a rank wants to receive.
struct InProcessExpectation {
  /// Where it is to be copied to.
  let bytes: UnsafeMutableRawBufferPointer
  /// Tells its rank when it is done.
  let transfer: Transfer
}

extension InProcessTransport {
  /// See `Transport`. Throws `.notJoined` after `close`, `ClusterError.mpi` for a rank that does not
  /// exist.
  package func startSend(
    _ bytes: UnsafeRawBufferPointer, keeping owner: AnyObject, to rank: Int
  ) throws(ClusterError) -> Transfer {
    try requireUsable(rank)
    let transfer = Transfer(keeping: owner)
    if !bytes.isEmpty
      && mailboxes[rank].offer(InProcessOffer(bytes: bytes, transfer: transfer), from: self.rank)
    {
      unfinishedSends += 1
    } else {
      transfer.complete()
    }
    return transfer
  }

  /// See `Transport`. Throws `.notJoined` after `close`, `ClusterError.mpi` for a rank that does not
  /// exist.
  package func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer {
    try requireUsable(rank)
    let transfer = Transfer(keeping: owner)
    if bytes.isEmpty {
      transfer.complete()
    } else {
      expected[rank].append(InProcessExpectation(bytes: bytes, transfer: transfer))
      expectedCount += 1
    }
    return transfer
  }

  /// Completes what receivers have copied, and copies what senders have offered.
  func moveBodies() {
    if unfinishedSends > 0 {
      let finished = mailbox.content.withLock { content in
        let finished = content.finishedSends
        content.finishedSends.removeAll(keepingCapacity: false)
        return finished
      }
      unfinishedSends -= finished.count
      for transfer in finished { transfer.complete() }
    }
    if expectedCount > 0 {
      for source in expected.indices {
        while let expectation = expected[source].oldest {
          guard let offer = mailbox.content.withLock({ $0.offers[source].removeFirst() }) else {
            break
          }
          _ = expected[source].removeFirst()
          expectedCount -= 1
          take(offer, into: expectation, from: source)
        }
      }
    }
  }

  /// Copies a body and tells both ranks.
  private func take(
    _ offer: InProcessOffer, into expectation: InProcessExpectation, from source: Int
  ) {
    if offer.bytes.count == expectation.bytes.count {
      expectation.bytes.copyMemory(from: offer.bytes)
    } else {
      expectation.transfer.failure = .wrongBodySize(
        from: source, expected: expectation.bytes.count, found: offer.bytes.count)
    }
    expectation.transfer.complete()
    mailboxes[source].finish(offer.transfer)
  }
}
