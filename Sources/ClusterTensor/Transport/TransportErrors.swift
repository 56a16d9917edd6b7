extension ClusterError {
  /// A number that no rank has was given to a transport.
  static func noSuchRank(_ rank: Int, of size: Int) -> ClusterError {
    .mpi(
      call: "a message to or from rank \(rank)", code: 6,  // MPI_ERR_RANK
      text: "there is no such rank: the job has ranks 0 to \(size - 1)")
  }

  /// A frame was to be sent whose length is impossible.
  static func impossibleFrame(_ count: Int, capacity: Int) -> ClusterError {
    .mpi(
      call: "sending a frame of \(count) bytes", code: 2,  // MPI_ERR_COUNT
      text: "a frame has 0 to \(capacity) bytes: send more than that as several frames or a body")
  }

  /// A transport was used after `close`.
  static var transportIsClosed: ClusterError {
    .notJoined(reason: "the connection to the other ranks was closed: join a cluster first")
  }

  /// A frame came in that is longer than frames are.
  static func frameTooLong(from rank: Int, capacity: Int) -> ClusterError {
    .protocolViolation(
      worker: "rank \(rank)",
      reason: "it sent a frame of more than \(capacity) bytes; the frame was thrown away")
  }

  /// A body, or the part of one that fits one message, came in whose length is not the announced.
  static func wrongBodySize(from rank: Int, expected: Int, found: Int) -> ClusterError {
    .protocolViolation(
      worker: "rank \(rank)",
      reason: "it was to send a body of \(expected) bytes and sent \(found); they were thrown away")
  }
}
