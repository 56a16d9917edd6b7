import ClusterTensor
import Foundation
import Synchronization

/// A worker's program that crashes at a bad moment.
enum Crashes {
  /// What the driver does meanwhile.
  enum Moment: String {
    /// It waits for a result.
    case reading
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
    let cluster = try Sessions.join(["bob", "alice"])
    let (bob, alice) = (try cluster["bob"], try cluster["alice"])
    let x = try Tensor([1.0, 2]).send(to: bob)
    try bob.barrier()
    // A worker that stands still takes nothing more, so that the driver is where it should be.
    kill(bob.processIdentifier, SIGSTOP)
    let crash = Crash(of: bob.processIdentifier)
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

  /// Kills a process after half a second, on a thread of its own.
  private final class Crash: Sendable {
    private let time = Mutex<Double?>(nil)

    init(of process: Int32) {
      Thread.detachNewThread { [self] in
        usleep(500_000)
        time.withLock { $0 = ProcessInfo.processInfo.systemUptime }
        kill(process, SIGKILL)
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
