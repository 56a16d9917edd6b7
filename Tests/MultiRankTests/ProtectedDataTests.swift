import ClusterTensor
import Testing

/// The table that bob loaded from his own folder: results come home, rows do not.
extension MultiRank {
  @Suite struct ProtectedDataTests {
    let name = "breast_cancer"

    @Test("shape, dtype and columns are known, by the name")
    func description() throws {
      let bob = try Job.bob
      let data = try bob.data(name)
      #expect(data.descriptor.description == "float64[569, 31]")
      #expect(data.location == bob)
      let columns = try bob.columns(of: name)
      #expect(columns.count == 31)
      #expect(columns.first == "mean_radius" && columns.last == "benign")
      let unknown = clusterError { _ = try bob.data("patients") }
      #expect(unknown == .unknownData("patients", worker: "bob", known: [name]))
      #expect(
        unknown?.description == "bob holds no data called \"patients\": it has breast_cancer")
      let none = clusterError { _ = try Job.alice.data(name) }
      #expect(none == .unknownData(name, worker: "alice", known: []))
      try requireDone(by: bob)
    }

    @Test("neither the table nor any part or copy of it comes home")
    func refusals() throws {
      let bob = try Job.bob
      let data = try bob.data(name)
      let mask = try data .> 0
      let parts: [(String, PointerTensor)] = [
        ("itself", data), ("row", try data[0]), ("element", try data[0, 0]),
        ("columns", try data[.all, 0..<3]), ("steps", try data[.slice(step: 5)]),
        ("transposed", try data.t()), ("permuted", try data.permute([1, 0])),
        ("reshaped", try data.flatten()), ("unsqueezed", try data.unsqueeze(dim: 0)),
        ("broadcast", try data.broadcastTo([2, 569, 31])),
        ("cast", try data.cast(to: .float32)), ("cast twice", try data.cast(to: .int64)),
        ("copied", try data.clone()), ("joined", try PointerTensor.cat([data, data])),
        ("stacked", try PointerTensor.stack([data, data])),
        ("selected", try data.indexSelect(dim: 0, Tensor([0, 1]).send(to: bob))),
        ("chosen", try mask.where(data, data.zerosLike())),
        ("part of a part", try data[0..<10][.all, 1].cast(to: .float32).reshape(2, 5)),
      ]
      for (what, part) in parts {
        for read in [PointerTensor.get, PointerTensor.fetch] {
          guard case .notPermitted("bob", let text) = clusterError(of: { _ = try read(part)() })
          else {
            Issue.record("\(what) came home")
            continue
          }
          #expect(text.contains("may not leave"), "\(what)")
        }
        let summary = try #require(try bob.objects()[part.idAtLocation])
        #expect(!summary.isReadable, "\(what)")
        #expect(
          summary.text.hasPrefix("tensor(shape=\(part.shape), dtype=\(part.dtype), not readable)"),
          "\(what)")
      }
      try requireDone(by: bob)
    }

    @Test("a refused get leaves the object where it is")
    func refusalChangesNothing() throws {
      let bob = try Job.bob
      let data = try bob.data(name)
      let row = try data[0]
      #expect(throws: ClusterError.self) { try row.get() }
      #expect(try row.sum().get().elementCount == 1)
      #expect(try data.mean().get().elementCount == 1)
      #expect(try bob.objects()[row.idAtLocation] != nil)
    }

    @Test("results that bob computed come home, as if the table were here")
    func results() throws {
      let bob = try Job.bob
      let data = try bob.data(name)
      let table = try Table(csv: Job.data.appendingPathComponent("breast_cancer.csv").path)
      #expect(try table.columns == bob.columns(of: name))
      let local = table.tensor
      #expect(try data.sum(dim: 0).get().isIdentical(to: local.sum(dim: 0)))
      #expect(try data.mean().get().isIdentical(to: local.mean()))
      #expect(
        try data.t().matmul(data).get().allClose(local.t().matmul(local), rtol: 1e-12))
      let share = try (data[.all, 30] .== 1).cast(to: .float64).mean()
      #expect(try share.get().allClose((local[.all, 30] .== 1).cast(to: .float64).mean()))
      try requireDone(by: bob)
    }

    @Test("a pointer to data does not own it")
    func ownership() throws {
      let bob = try Job.bob
      let id = try bob.data(name).idAtLocation
      try bob.barrier()
      #expect(try bob.objects()[id] != nil)
      #expect(try bob.data(name).idAtLocation == id)
      #expect("\(bob)" == "<Worker id:bob rank:1 #objects:0>")
    }
  }
}
