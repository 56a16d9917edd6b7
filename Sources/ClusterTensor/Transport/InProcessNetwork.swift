/// Ranks that are threads of one process, for tests and for programs without MPI.
///
/// Frames and bodies behave as over MPI: frames are copied, bodies are copied from one rank's memory
/// to the other's when both sides have started them, and what goes to a rank that has closed its end
/// vanishes.
package final class InProcessNetwork: Sendable {
  /// The ranks' ends, in the order of their numbers. Each may be used by a thread of its own.
  package let endpoints: [InProcessTransport]

  /// Number of ranks.
  package var size: Int { endpoints.count }

  /// A network of `size` ranks, at least one.
  package init(size: Int, frameCapacity: Int = InProcessNetwork.standardFrameCapacity) {
    let mailboxes = (0..<max(1, size)).map { _ in
      InProcessMailbox(size: max(1, size), frameCapacity: max(1, frameCapacity))
    }
    endpoints = mailboxes.indices.map {
      InProcessTransport(rank: $0, mailboxes: mailboxes, frameCapacity: max(1, frameCapacity))
    }
  }

  /// As large as over MPI.
  package static let standardFrameCapacity = FramePool.standardCapacity

  /// The end of a rank, the same at each call. The rank must exist.
  package func endpoint(_ rank: Int) -> InProcessTransport { endpoints[rank] }
}
