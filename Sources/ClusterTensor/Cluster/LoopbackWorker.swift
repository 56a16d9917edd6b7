import Glibc
import TensorCore

/// `me` as a worker: a session of its own in this process, reached without MPI.
enum LoopbackWorker {
  static let name = "me"

  static func make(_ core: ClusterCore, _ options: ClusterOptions) -> (Worker, any Transport) {
    let network = InProcessNetwork(size: 2)
    var options = options
    options.logger = core.logger
    let session = WorkerSession(
      transport: network.endpoint(1), driver: 0, policy: Policy(), options: options,
      isOversubscribed: core.isOversubscribed)
    let transport = LoopbackTransport(near: network.endpoint(0), far: network.endpoint(1)) {
      (frame: FrameBuffer) throws(ClusterError) in
      try session.handle(frame)
    }
    let stream = InstructionStream(
      transport: transport, peer: 1, name: name, lock: core.lock, logger: core.logger,
      isOversubscribed: core.isOversubscribed, progress: core.progress)
    core.router.add(stream)
    let me = Worker(
      name: name, rank: 0, host: HostName.current, processIdentifier: getpid(),
      instructionSet: InstructionSet.name, core: core, stream: stream)
    return (me, transport)
  }
}
