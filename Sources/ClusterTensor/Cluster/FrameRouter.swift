/// Takes frames off the transports and gives them to the streams. Used under the cluster's lock.
final class FrameRouter: @unchecked Sendable {
  /// Streams of one transport, by rank at its other end.
  private var routes: [(transport: any Transport, streams: [InstructionStream?])] = []

  func add(_ stream: InstructionStream) {
    let index =
      routes.firstIndex { $0.transport === stream.transport }
      ?? {
        routes.append((stream.transport, Array(repeating: nil, count: stream.transport.size)))
        return routes.count - 1
      }()
    routes[index].streams[stream.peer] = stream
    stream.router = self
  }

  /// Every stream, in the order of ranks.
  var streams: [InstructionStream] { routes.flatMap { $0.streams.compactMap { $0 } } }

  /// Takes in everything that has arrived, and moves bodies on.
  func poll() throws(ClusterError) {
    for route in routes {
      while let frame = try route.transport.receive() {
        route.streams[frame.source]?.receive(frame)
        route.transport.recycle(frame)
      }
      try route.transport.progress()
    }
  }

  /// Nothing comes for the stream any more. Its transport stays until the cluster is left, as another rank
  /// may be at its other ends.
  func remove(_ stream: InstructionStream) {
    for index in routes.indices where routes[index].transport === stream.transport {
      routes[index].streams[stream.peer] = nil
    }
  }

  func removeAll() { routes.removeAll() }
}
