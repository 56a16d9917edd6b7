import ClusterTensor
import Foundation
import Synchronization

/// A worker's program that crashes at a bad moment.
enum Crashes {
  /// What the driver does meanwhile.
  enum Moment: String {
    /// It waits for a result.
    case reading
    /// It waits for a result that the worker is computing when its program calls abort().
    case computing
    /// It sends instructions until it has to wait for the worker.
    case streaming
    /// The bytes of a large tensor are on their way.
    case sending
    /// It sends large tensors until it has to wait for the worker.
    case flooding
  }

  static func run(_ name: String) throws {
    guard let moment = Moment(rawValue: name) else {
      throw TensorError.invalidArgument("crash", "there is no moment \"\(name)\"")
    }
    // Where the program of a worker gives itself up, the runtime writes down where before it ends.
    if SessionProbe.rank == 1 { signal(SIGUSR2) { _ in abort() } }
    let cluster = try Sessions.join(["bob", "alice"])
    let (bob, alice) = (try cluster["bob"], try cluster["alice"])
    let x = try Tensor([1.0, 2]).send(to: bob)
    try bob.barrier()
    // A worker that stands still takes nothing more, so that the driver is where it should be.
    if moment != .computing { kill(bob.processIdentifier, SIGSTOP) }
    let crash = Crash(of: bob.processIdentifier, by: moment == .computing ? SIGUSR2 : SIGKILL)
    do {
      try perform(moment, x)
      print("nothing was thrown")
    } catch {
      print("bob was lost after \(crash.secondsAgo) s")
      try Sessions.goOn(at: alice)
      throw error
    }
  }

  private static func perform(_ moment: Moment, _ x: PointerTensor) throws {
    switch moment {
    case .reading:
      _ = try (x + 1).get()
    case .computing:
      let factor = try Tensor.full([1024, 1024], 1e-3).send(to: x.location)
      var product = factor
      for _ in 0..<4000 { product = try product.matmul(factor) }
      _ = try product.get()
    case .streaming:
      var y = x
      while true { y = try y + 1 }
    case .sending:
      let large = try Tensor.full([16 << 20], 1.5).send(to: x.location)
      _ = try large[0].get()
    case .flooding:
      let large = try Tensor.full([32 << 20], 1.5)
      while true { _ = try large.send(to: x.location) }
    }
  }

  /// Sends a signal to a process after half a second, from a thread of its own.
  private final class Crash: Sendable {
    private let time = Mutex<Double?>(nil)

    init(of process: Int32, by signal: Int32) {
      Thread.detachNewThread { [self] in
        usleep(500_000)
        time.withLock { $0 = ProcessInfo.processInfo.systemUptime }
        kill(process, signal)
      }
    }

    /// Seconds since; negative where it has not happened.
    var secondsAgo: Double {
      time.withLock { time in
        time.map { ProcessInfo.processInfo.systemUptime - $0 } ?? -1
      }
    }
  }
}
