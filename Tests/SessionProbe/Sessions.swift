import ClusterTensor
import Foundation

/// What the modes do.
enum Sessions {
  /// Joins, says who is there and lets the last worker compute. Returns the cluster.
  @discardableResult
  static func join(_ names: [String] = [], _ options: ClusterOptions = .init()) throws -> Cluster {
    let cluster = try start(names, options)
    for worker in [cluster.me] + cluster.workers {
      print("rank \(worker.rank) \(worker.name) \(worker.processIdentifier)")
    }
    if let last = cluster.workers.last {
      print(try (Tensor([1, 2, 3]).send(to: last) * 2).get())
    }
    // Whoever waits for these lines to send a signal must not wait until the end.
    fflush(nil)
    return cluster
  }

  private static func start(_ names: [String], _ options: ClusterOptions = .init()) throws
    -> Cluster
  {
    try SessionProbe.isLaunching
      ? Cluster.launch(workers: names, options: options)
      : Cluster.join(workers: names, options: options)
  }

  static func ask(for name: String) throws {
    let cluster = try join(["bob", "alice"])
    print(try cluster[name])
  }

  // MARK: Failures at workers

  /// A position that does not exist: the shapes fit, so that only the worker finds out.
  private static func failure(at worker: Worker) throws -> PointerTensor {
    try Tensor([1, 2, 3]).send(to: worker)
      .indexSelect(dim: 0, Tensor([5]).send(to: worker))
  }

  static func leaveFailuresUnread() throws {
    let cluster = try join(["bob", "alice"])
    for worker in cluster.workers { _ = try failure(at: worker) + 1 }
  }

  static func readFailure() throws {
    let cluster = try join(["bob", "alice"])
    do {
      _ = try (failure(at: cluster["bob"]) + 1).get()
    } catch ClusterError.failedAtWorker(let worker, _) {
      print("heard of a failure at \(worker)")
    }
  }

  // MARK: Ends

  static func leave() throws {
    let cluster = try join(["bob", "alice"])
    let pointer = try Tensor([1, 2, 3]).send(to: cluster["bob"])
    try cluster.leave()
    try cluster.leave()
    do {
      _ = try pointer + pointer
    } catch ClusterError.notJoined(let reason) {
      print(reason)
    }
    do {
      _ = try start(["bob", "alice"])
    } catch ClusterError.notJoined(let reason) {
      print(reason)
    }
  }

  static func useAfterLeaving() throws {
    let cluster = try join(["bob", "alice"])
    let pointer = try Tensor([1, 2, 3]).send(to: cluster["bob"])
    try cluster.leave()
    _ = try pointer + pointer
  }

  static func leaveInAHurry() throws {
    let cluster = try join(["bob", "alice"])
    for worker in cluster.workers {
      let large = try Tensor.full([8 << 20], 1.5).send(to: worker)
      var sum = try large[0]
      for _ in 0..<20_000 { sum = try sum + 1 }
    }
  }

  /// Gives a worker products that take it many seconds: each needs the one before.
  private static func occupy(_ worker: Worker) throws -> PointerTensor {
    let factor = try Tensor.full([1024, 1024], 1e-3).send(to: worker)
    var product = factor
    for _ in 0..<4000 { product = try product.matmul(factor) }
    return product
  }

  static func leaveBusyWorker() throws {
    let cluster = try join(["bob", "alice"])
    _ = try occupy(cluster["bob"])
  }

  static func awaitBusyWorker() throws {
    let cluster = try join(["bob", "alice"])
    _ = try occupy(cluster["bob"]).get()
  }

  static func dieBesideBusyWorker() throws {
    let cluster = try join(["bob", "alice"])
    let pointer = try occupy(cluster["bob"])
    kill(getpid(), SIGKILL)
    _ = try pointer.get()
  }

  static func loseWorker() throws {
    let cluster = try join(["bob", "alice"])
    let bob = try cluster["bob"]
    let pointer = try Tensor([1, 2, 3]).send(to: bob)
    try bob.barrier()
    kill(bob.processIdentifier, SIGKILL)
    do {
      print(try (pointer + pointer).get())
    } catch ClusterError.workerLost(let worker, _) {
      print("\(worker) is lost")
    }
    print(try (Tensor([1, 2, 3]).send(to: cluster["alice"]) + 1).get())
  }

  // MARK: Workers that come and go

  /// A third worker comes, the first one goes.
  static func change() throws {
    let cluster = try join(["bob", "alice"])
    let carol = try cluster.addWorker("carol")
    let bob = try cluster["bob"]
    let pointer = try Tensor([1, 2, 3]).send(to: bob)
    try bob.leave()
    for _ in 0..<100 where kill(bob.processIdentifier, 0) == 0 { usleep(20_000) }
    print("bob's process is gone: \(kill(bob.processIdentifier, 0) != 0)")
    do {
      _ = try pointer.get()
    } catch ClusterError.notJoined(let reason) {
      print(reason)
    }
    print(cluster)
    for worker in cluster.workers {
      print(try (Tensor([1, 2, 3]).send(to: worker) + 1).get(), "at", worker.name)
    }
    print("carol's process is her own: \(carol.processIdentifier != getpid())")
    fflush(nil)
  }

  /// Starts workers of a program that never joins.
  static func launchStrangers() throws {
    var options = impatient
    options.workerProgram = "/bin/true"
    _ = try Cluster.launch(workers: ["bob"], options: options)
  }

  /// Starts workers where nothing can be started.
  static func launchNowhere() throws {
    setenv("PATH", "/nowhere", 1)
    _ = try Cluster.launch(workers: ["bob", "alice"])
  }

  // MARK: Ranks that do not join

  /// A short wait, so that tests are short.
  private static var impatient: ClusterOptions {
    var options = ClusterOptions()
    options.handshakeDeadline = 1
    return options
  }

  static func meet(version: UInt16) throws {
    if SessionProbe.rank == 1 { try OtherVersion.serve(version) }
    try join(["bob", "alice"])
  }

  static func meetNoise() throws {
    if SessionProbe.rank == 1 { try OtherVersion.babble() }
    let cluster = try join(["bob", "alice"])
    do {
      _ = try Tensor([1, 2, 3]).send(to: cluster["bob"]).get()
    } catch {
      try goOn(at: cluster["alice"])
      throw error
    }
  }

  /// Shows that a worker still computes.
  static func goOn(at worker: Worker) throws {
    print("\(worker.name) goes on: \(try (Tensor([1, 2, 3]).send(to: worker) + 1).get())")
  }

  static func meetStranger(_ beginning: () throws -> Void) throws {
    if SessionProbe.rank == 1 {
      try beginning()
      sleep(600)
    }
    try join(["bob", "alice"], impatient)
  }
}
