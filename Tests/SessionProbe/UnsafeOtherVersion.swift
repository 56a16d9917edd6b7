import ClusterTensor
import Foundation

/// A rank of a build that is older or newer than the driver's.
enum OtherVersion {
  /// Introduces itself in its own version of the protocol, hears that it is refused in a version that it
  /// does not know, and ends as a worker does then.
  static func serve(_ version: UInt16) throws -> Never {
    let mpi = try MPIRuntime.start()
    _ = try mpi.world.hostShare()
    let transport = try MPITransport(over: mpi.world)
    let frame = try transport.takeFrame()
    var writer = ByteWriter(
      start: frame.base + FrameHeader.size, capacity: frame.capacity - FrameHeader.size)
    Hello(name: "bob", host: "elsewhere", instructionSet: "none", dtypes: [])
      .encode(into: &writer)
    var header = FrameHeader(
      kind: .hello, sequence: 0, bodyLength: writer.count, count: 0,
      processIdentifier: UInt32(getpid()), acknowledged: 0)
    header.version = version
    header.write(to: frame)
    try transport.send(frame, to: 0)
    var answer: FrameBuffer?
    while answer == nil {
      try transport.progress()
      answer = try transport.receive()
      usleep(1000)
    }
    if let answer, let theirs = FrameHeader.version(of: answer.bytes), theirs != version {
      SessionProbe.report("rank 1: the driver speaks version \(theirs)")
    }
    transport.close(waiting: 1)
    try mpi.finalize()
    exit(0)
  }
}

/// A rank whose program does not know of clusters.
enum Stranger {
  static func startMPI() throws { _ = try MPIRuntime.start() }

  /// Takes part in everything that all ranks do together.
  static func goAlong() throws { _ = try MPIRuntime.start().world.hostShare() }
}
