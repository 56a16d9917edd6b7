import ClusterTensor
import Foundation

/// A rank of a build that is older or newer than the driver's.
enum OtherVersion {
  /// Joins the session as bob and says which version it speaks.
  private static func introduce(_ version: UInt16) throws -> (MPIRuntime, MPITransport) {
    let mpi = try MPIRuntime.start()
    _ = try mpi.world.hostShare()
    let transport = try MPITransport(over: mpi.world)
    let frame = try transport.takeFrame()
    var writer = ByteWriter(
      start: frame.base + FrameHeader.size, capacity: frame.capacity - FrameHeader.size)
    Hello(
      name: "bob", host: "elsewhere", instructionSet: "none",
      dtypes: DType.allCases.map(\.rawValue)
    )
    .encode(into: &writer)
    var header = FrameHeader(
      kind: .hello, sequence: 0, bodyLength: writer.count, count: 0,
      processIdentifier: UInt32(getpid()), acknowledged: 0)
    header.version = version
    header.write(to: frame)
    try transport.send(frame, to: 0)
    return (mpi, transport)
  }

  /// Joins as a worker of this version, and answers the first instructions with noise.
  static func babble() throws -> Never {
    let (mpi, transport) = try introduce(FrameHeader.version)
    // The first frame is the welcome.
    for number in 0..<2 {
      transport.recycle(try next(transport))
      if number == 0 { continue }
      let frame = try transport.takeFrame()
      for place in 0..<FrameHeader.size {
        frame.base.storeBytes(of: 0x5A, toByteOffset: place, as: UInt8.self)
      }
      frame.count = FrameHeader.size
      try transport.send(frame, to: 0)
    }
    // Until the driver leaves.
    _ = try next(transport)
    transport.close(waiting: 1)
    try mpi.finalize()
    exit(0)
  }

  private static func next(_ transport: MPITransport) throws -> FrameBuffer {
    while true {
      try transport.progress()
      if let frame = try transport.receive() { return frame }
      usleep(1000)
    }
  }

  /// Introduces itself in its own version of the protocol, hears that it is refused in a version that it
  /// does not know, and ends as a worker does then.
  static func serve(_ version: UInt16) throws -> Never {
    let (mpi, transport) = try introduce(version)
    let answer = try next(transport)
    if let theirs = FrameHeader.version(of: answer.bytes), theirs != version {
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

  /// Gives the transport a rank that no job of two has.
  static func sendNowhere() throws {
    let mpi = try MPIRuntime.start()
    _ = try mpi.world.hostShare()
    let transport = try MPITransport(over: mpi.world)
    defer {
      transport.close(waiting: 1)
      try? mpi.finalize()
    }
    if mpi.rank == 0 { try transport.send(try transport.takeFrame(), to: 99) }
  }

  /// Takes part in everything that all ranks do together.
  static func goAlong() throws { _ = try MPIRuntime.start().world.hostShare() }
}
