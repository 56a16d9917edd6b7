extension FaultyTransport {
  /// See `Transport`. Throws what the wrapped transport throws.
  package func startSend(
    _ bytes: UnsafeRawBufferPointer, keeping owner: AnyObject, to rank: Int
  ) throws(ClusterError) -> Transfer {
    try wrapped.startSend(bytes, keeping: owner, to: rank)
  }

  /// See `Transport`. Throws what the wrapped transport throws.
  package func startReceive(
    _ bytes: UnsafeMutableRawBufferPointer, keeping owner: AnyObject, from rank: Int
  ) throws(ClusterError) -> Transfer {
    try wrapped.startReceive(bytes, keeping: owner, from: rank)
  }
}
