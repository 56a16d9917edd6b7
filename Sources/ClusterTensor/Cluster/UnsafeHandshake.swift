import CKernels
import Glibc
import Logging
import TensorCore

enum InstructionSet {
  /// The one that this process's kernels use, e.g. "AVX3".
  static var name: String { String(cString: ck_instruction_set()) }
}

/// What a worker is before it serves.
package struct WorkerSetup: Sendable {
  var name: String
  /// Folder of tables to load.
  var folder: String?
  /// Its rank for the driver, where that differs from the transport's.
  var rank: Int?

  package init(name: String, folder: String?, rank: Int? = nil) {
    self.name = name
    self.folder = folder
    self.rank = rank
  }
}

/// The driver does not want this worker.
struct Refusal: Error {
  let reason: String
}

/// Frames of the handshake.
private enum HandshakeFrame {
  static func send(
    _ kind: FrameHeader.Kind, to rank: Int, over transport: any Transport,
    _ body: (inout ByteWriter) -> Void
  ) throws(ClusterError) {
    let frame = try transport.takeFrame()
    var writer = ByteWriter(
      start: frame.base + FrameHeader.size, capacity: frame.capacity - FrameHeader.size)
    body(&writer)
    FrameHeader(
      kind: kind, sequence: 0, bodyLength: writer.count, count: 0,
      processIdentifier: UInt32(getpid()), acknowledged: 0
    ).write(to: frame)
    try transport.send(frame, to: rank)
  }

  /// The next frame, or nil when the time is over.
  static func receive(
    over transport: any Transport, until end: MonotonicTime, isOversubscribed: Bool
  ) throws(ClusterError) -> FrameBuffer? {
    var backoff = Backoff(profile: .waiting, oversubscribed: isOversubscribed)
    while MonotonicTime.now < end {
      if let frame = try transport.receive() { return frame }
      try transport.progress()
      backoff.pause()
    }
    return nil
  }

  static func hello(_ name: String) -> Hello {
    Hello(
      name: name, host: HostName.current, instructionSet: InstructionSet.name,
      dtypes: DType.allCases.map(\.rawValue))
  }
}

/// Hears every worker's introduction, and lets all in or none.
struct DriverHandshake {
  struct Introduction {
    let rank: Int
    let hello: Hello
    let processIdentifier: Int32
  }

  private let transport: any Transport
  private let names: [String]
  private let options: ClusterOptions

  init(_ transport: any Transport, names: [String], options: ClusterOptions) {
    self.transport = transport
    self.names = names
    self.options = options
  }

  /// Returns the workers in the order of their ranks. Throws what is wrong with them, after they were told.
  func run(isOversubscribed: Bool) throws(ClusterError) -> [Introduction] {
    do {
      let introductions = try listen(isOversubscribed)
      try check(introductions)
      try options.trace.map(TraceFile.check)
      for introduction in introductions {
        try HandshakeFrame.send(.welcome, to: introduction.rank, over: transport) {
          HandshakeFrame.hello(LoopbackWorker.name).encode(into: &$0)
        }
      }
      return introductions
    } catch {
      for rank in 1..<max(transport.size, 2) where rank < transport.size {
        try HandshakeFrame.send(.refusal, to: rank, over: transport) {
          $0.write(text: "the driver refused the cluster: \(error)")
          $0.pad()
        }
      }
      throw error
    }
  }

  private func listen(_ isOversubscribed: Bool) throws(ClusterError) -> [Introduction] {
    var found = [Introduction?](repeating: nil, count: transport.size)
    let end = MonotonicTime.now.advanced(bySeconds: options.handshakeDeadline)
    for _ in 1..<transport.size {
      guard
        let frame = try HandshakeFrame.receive(
          over: transport, until: end, isOversubscribed: isOversubscribed)
      else {
        let missing = (1..<transport.size).first { found[$0] == nil } ?? 0
        throw .handshakeFailed(
          rank: missing,
          reason: "nothing came from it within \(options.handshakeDeadline) s: does that rank call "
            + "Cluster.join or run RankWorker?")
      }
      defer { transport.recycle(frame) }
      guard found[frame.source] == nil else {
        throw .handshakeFailed(rank: frame.source, reason: "it introduced itself twice")
      }
      found[frame.source] = try read(frame)
    }
    return found.compactMap { $0 }
  }

  private func read(_ frame: FrameBuffer) throws(ClusterError) -> Introduction {
    if FrameHeader.hasOtherByteOrder(frame.bytes) {
      throw .handshakeFailed(
        rank: frame.source,
        reason: "it runs on a machine of the other byte order: use machines of one kind")
    }
    if let version = FrameHeader.version(of: frame.bytes), version != FrameHeader.version {
      throw .versionMismatch(
        worker: "rank \(frame.source)", theirs: Int(version), ours: Int(FrameHeader.version))
    }
    let refusal: String
    do throws(TensorError) {
      let header = try FrameHeader(reading: frame.bytes)
      var reader = ByteReader(frame.bytes)
      _ = try reader.readBytes(FrameHeader.size)
      switch header.kind {
      case .hello:
        return Introduction(
          rank: frame.source, hello: try Hello(decoding: &reader),
          processIdentifier: Int32(truncatingIfNeeded: header.processIdentifier))
      case .refusal:
        refusal = try reader.readText()
      default:
        throw TensorError.malformed("a frame of kind \(header.kind) in place of an introduction")
      }
    } catch {
      throw .handshakeFailed(rank: frame.source, reason: "\(error)")
    }
    throw .handshakeFailed(rank: frame.source, reason: refusal)
  }

  private func check(_ introductions: [Introduction]) throws(ClusterError) {
    guard names.isEmpty || names.count == introductions.count else {
      throw .wrongNumberOfNames(names: names.count, workers: introductions.count)
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { throw .duplicateName(name) }
    seen = []
    for introduction in introductions {
      let name = introduction.hello.name
      try WorkerName.check(name)
      guard seen.insert(name).inserted else { throw .duplicateName(name) }
      if !names.isEmpty, names[introduction.rank - 1] != name {
        throw .unexpectedName(
          rank: introduction.rank, expected: names[introduction.rank - 1], found: name)
      }
      guard Set(introduction.hello.dtypes).isSuperset(of: DType.allCases.map(\.rawValue)) else {
        throw .handshakeFailed(
          rank: introduction.rank,
          reason: "it does not compute with all dtypes: run the same build on every rank")
      }
    }
  }
}

/// What a worker may be called.
public enum WorkerName {
  /// Throws `ClusterError.invalidName` for a name that is empty, reserved or has characters that addresses
  /// and lists of workers need.
  public static func check(_ name: String) throws(ClusterError) {
    if name.isEmpty { throw .invalidName(name, reason: "it is empty; give each worker a name") }
    if name == LoopbackWorker.name {
      throw .invalidName(name, reason: "\"me\" is the driver; give it another one")
    }
    let isFit = name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    guard isFit, name.utf8.count <= 64 else {
      throw .invalidName(
        name, reason: "use at most 64 bytes of letters, digits, \"-\", \"_\" and \".\"")
    }
  }
}

/// A worker from its introduction to its end.
package enum WorkerLife {
  /// Returns when the driver has left, and how. Throws `Refusal`, and what ended the connection. With
  /// `endsProcess` the process ends when the driver's does, also in the middle of long work; `isOver`
  /// says so to a worker that is a thread.
  package static func run(
    _ setup: WorkerSetup, over transport: any Transport, options: ClusterOptions,
    isOversubscribed: Bool, driver: Int = 0, endsProcess: Bool = false, isOver: EndSignal? = nil
  ) throws -> WorkerEnding {
    let logger = options.logger.at(rank: setup.rank ?? transport.rank, worker: setup.name)
    var options = options
    options.logger = logger
    let data: [LoadedData]
    do {
      data = try setup.folder.map { try DataFolder.load($0) } ?? []
    } catch {
      try HandshakeFrame.send(.refusal, to: driver, over: transport) {
        $0.write(text: "\(setup.name) could not load its data: \(error)")
        $0.pad()
      }
      throw Refusal(reason: "\(error)")
    }
    for table in data {
      logger.info(
        "loaded \"\(table.name)\": \(table.tensor.descriptor), \(table.columns.count) columns")
    }
    try HandshakeFrame.send(.hello, to: driver, over: transport) {
      HandshakeFrame.hello(setup.name).encode(into: &$0)
    }
    let welcome = try awaitWelcome(transport, options, isOversubscribed)
    let session = WorkerSession(
      transport: transport, driver: driver, policy: Policy(), options: options,
      isOversubscribed: isOversubscribed)
    for table in data { session.add(table) }
    logger.info("joined: host \(HostName.current), process \(getpid()), \(InstructionSet.name)")
    let isVisible =
      welcome.hello.host == HostName.current && kill(welcome.processIdentifier, 0) == 0
    let isDriverAlive: @Sendable () -> Bool = {
      if isOver?.isGiven ?? false { return false }
      return !isVisible || kill(welcome.processIdentifier, 0) == 0 || errno != ESRCH
    }
    if endsProcess {
      try DriverWatch.begin(
        process: isVisible ? welcome.processIdentifier : nil, isDriverAlive: isDriverAlive)
    }
    let ending = try WorkerLoop(
      transport: transport, session: session, isDriverAlive: isDriverAlive
    ).serve()
    logger.info("left: \(session.executed) instructions done")
    return ending
  }

  private static func awaitWelcome(
    _ transport: any Transport, _ options: ClusterOptions, _ isOversubscribed: Bool
  ) throws -> (hello: Hello, processIdentifier: Int32) {
    let end = MonotonicTime.now.advanced(bySeconds: options.handshakeDeadline + 5)
    guard
      let frame = try HandshakeFrame.receive(
        over: transport, until: end, isOversubscribed: isOversubscribed)
    else {
      throw ClusterError.handshakeFailed(
        rank: 0, reason: "no answer to the introduction: does rank 0 call Cluster.join?")
    }
    defer { transport.recycle(frame) }
    if let version = FrameHeader.version(of: frame.bytes), version != FrameHeader.version {
      throw ClusterError.versionMismatch(
        worker: "rank 0", theirs: Int(version), ours: Int(FrameHeader.version))
    }
    let header = try FrameHeader(reading: frame.bytes)
    var reader = ByteReader(frame.bytes)
    _ = try reader.readBytes(FrameHeader.size)
    if header.kind == .refusal { throw Refusal(reason: try reader.readText()) }
    guard header.kind == .welcome else {
      throw ClusterError.handshakeFailed(
        rank: 0, reason: "it sent a frame of kind \(header.kind) in place of a welcome")
    }
    return (
      try Hello(decoding: &reader), Int32(truncatingIfNeeded: header.processIdentifier)
    )
  }
}
