import ClusterTensor
import Foundation
import Testing

/// What can be seen of ranks that are processes.
extension MultiRank {
  @Suite struct SeeingTests {
    @Test("descriptions say process, objects and bytes")
    func description() throws {
      let cluster = try Job.cluster
      for worker in cluster.workers { try worker.barrier() }
      let before = try cluster.describe().rows
      let pointers = try cluster.workers.map {
        try Tensor.zeros(100, $0.rank, dtype: .float64).send(to: $0)
      }
      let after = try cluster.describe().rows
      #expect(after.map(\.rank) == [0, 1, 2, 3])
      #expect(after.map(\.name) == ["me", "bob", "alice", "carol"])
      for (worker, row) in zip([cluster.me] + cluster.workers, after) {
        #expect(row.host == worker.host && row.processIdentifier == worker.processIdentifier)
        #expect(row.objects - before[row.rank].objects == (row.rank == 0 ? 0 : 1))
        #expect(row.bytes - before[row.rank].bytes == 800 * row.rank)
      }
      #expect(Set(after.map(\.processIdentifier)).count == 4)
      // Bob's table.
      #expect(before[1].bytes >= 569 * 31 * 8)
      #expect(pointers.count == 3)
    }

    @Test("traffic counts operations, messages and bytes")
    func traffic() throws {
      let cluster = try Job.cluster
      let carol = try Job.carol
      let x = try Tensor([1, 2, 3]).send(to: carol)
      try carol.barrier()
      let before = cluster.traffic().rows
      let sum = try x + x
      try carol.barrier()
      let product = try sum * x
      try carol.barrier()
      let spent = zip(cluster.traffic().rows, before).map { $0.traffic - $1.traffic }
      #expect(spent[3].operationsSent == 2 && spent[3].instructionsSent == 4)
      #expect(spent[3].messagesSent == 4)
      #expect(spent[3].bytesSent == 4 * 64 + 2 * 40 + 2 * 16)
      #expect(spent[1] == Traffic() && spent[2] == Traffic())
      #expect("\(try product.get())" == "tensor([ 2,  8, 18])")
    }

    @Test("processes on one host have one clock, and comparing it shows so")
    func clocks() throws {
      for worker in try Job.cluster.workers where worker.host == (try Job.cluster.me.host) {
        let comparison = try ClockComparison.make(with: worker)
        #expect(comparison.offset.magnitude <= comparison.roundTrip / 2 + 1)
        #expect(comparison.roundTrip < 50_000_000)
        #expect(ClockMap([comparison], isOneHost: true).isOneClock)
        try requireDone(by: worker)
      }
    }
  }
}
