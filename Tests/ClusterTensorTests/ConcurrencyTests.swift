import ClusterTensor
import Foundation
import Synchronization
import TestSupport
import Testing

/// Many threads at once; counts come out exact.
@Suite struct ManyThreads {
  /// Pointers that threads take and drop.
  private final class Pile: Sendable {
    private let pointers: Mutex<[PointerTensor]>

    init(_ pointers: [PointerTensor]) { self.pointers = Mutex(pointers) }

    func takeSome() -> [PointerTensor] {
      pointers.withLock { pointers in
        let some = Array(pointers.suffix(17))
        pointers.removeLast(some.count)
        return some
      }
    }
  }

  /// Runs `body` with a cluster that several threads may use, and leaves it.
  private func withSharedCluster(
    _ names: [String] = ["bob", "alice"], _ body: (Cluster) async throws -> Void
  ) async throws {
    let cluster = try Cluster.inProcess(workers: names, options: .forTests(deadline: 60))
    do {
      try await body(cluster)
      try expectNothingLeft(in: cluster)
    } catch {
      try? cluster.leave()
      throw error
    }
    try cluster.leave()
  }

  @Test func pointersDropOnManyThreads() async throws {
    try await withSharedCluster { cluster in
      let bob = try cluster["bob"]
      let one = try Tensor([1]).send(to: bob)
      let pile = Pile(try (0..<10_000).map { try one + Scalar($0) })
      #expect(bob.description.hasSuffix("#objects:10001>"))
      try await onRankThreads(4) { _ in
        while !pile.takeSome().isEmpty {}
      }
      #expect(bob.description.hasSuffix("#objects:1>"))
      #expect(try bob.objects().map(\.id) == [one.idAtLocation])
    }
  }

  @Test func operationsOnManyThreads() async throws {
    try await withSharedCluster { cluster in
      let workers = cluster.workers + [cluster.me]
      let sums = Mutex<[Int]>([])
      try await onRankThreads(4) { thread in
        for number in 0..<150 {
          let worker = workers[(thread + number) % workers.count]
          let x = try Tensor([thread, number]).send(to: worker)
          var sum = try x * 2
          for _ in 0..<20 { sum = try sum + x }
          let total = try sum.sum().get().item(as: Int.self)
          sums.withLock { $0.append(total - 22 * (thread + number)) }
          #expect(try x.fetch().isIdentical(to: Tensor([thread, number])))
        }
      }
      let found = sums.withLock { $0 }
      #expect(found.count == 600 && found.allSatisfy { $0 == 0 })
    }
  }

  @Test func oneGetOfManyWins() async throws {
    try await withSharedCluster(["bob"]) { cluster in
      let bob = try cluster["bob"]
      for _ in 0..<30 {
        let x = try Tensor.arange(2000).send(to: bob)
        let outcomes = Mutex<[Bool]>([])
        try await onRankThreads(4) { _ in
          do {
            let home = try x.get()
            #expect(try home.isIdentical(to: Tensor.arange(2000)))
            outcomes.withLock { $0.append(true) }
          } catch let error as ClusterError where error.isUsedPointer {
            outcomes.withLock { $0.append(false) }
          }
        }
        let won = outcomes.withLock { $0 }
        #expect(won.count == 4 && won.filter { $0 }.count == 1)
      }
      #expect(bob.description.hasSuffix("#objects:0>"))
    }
  }

  @Test func largeTensorsFromManyThreads() async throws {
    try await withSharedCluster { cluster in
      try await onRankThreads(3) { thread in
        for number in 0..<20 {
          let tensor = try Tensor.arange(Scalar(thread), Scalar(thread + 1500 + number))
          let pointer = try tensor.send(to: cluster.workers[number % 2])
          #expect(try (pointer + pointer).get().isIdentical(to: tensor + tensor))
          #expect(try pointer.get().isIdentical(to: tensor))
        }
      }
    }
  }

  /// A thread that waits for room at a worker holds the lock; whoever leaves must not wait for it.
  @Test func leavingWhileAThreadWaitsForCredit() async throws {
    let barrier = Barrier()
    let cluster = try Cluster.inProcess(
      workers: ["bob"], options: .forTests(), wrapping: { barrier.wrap($0) })
    let bob = try cluster["bob"]
    let x = try Tensor([1]).send(to: bob)
    try bob.barrier()
    barrier.close()
    try await onRankThreads(2) { thread in
      if thread == 0 {
        let error = clusterError { while true { _ = try x + x } }
        guard case .notJoined? = error else {
          Issue.record("\(error.map { "\($0)" } ?? "")")
          return
        }
      } else {
        Foundation.Thread.sleep(forTimeInterval: 2)
        let start = MonotonicTime.now
        let error = clusterError { try cluster.leave() }
        guard case .workerLost("bob", _)? = error else {
          Issue.record("not said")
          return
        }
        #expect(MonotonicTime.now < start.advanced(bySeconds: 8))
      }
    }
  }

  /// Leaving ends every thread of a cluster.
  @Test func clustersLeaveNoThreadBehind() throws {
    func threadCount() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
    let before = try threadCount()
    for _ in 0..<60 {
      try withCluster(["bob", "alice", "carol"]) { cluster in
        let x = try Tensor([1, 2]).send(to: cluster["carol"])
        #expect(try (x + x).get().isIdentical(to: Tensor([2, 4])))
      }
    }
    // Other tests run beside this one and have threads too, but not 200.
    #expect(try threadCount() < before + 60)
  }
}
