import ClusterTensor
import Foundation
import TestSupport
import Testing

/// Every error of `docs/errors.md` that leaves the session whole, provoked at bob.
extension MultiRank {
  @Suite struct ErrorExampleTests {
    private static let examples = ErrorExamples.all.filter {
      if case .inSession = $0.provocation { true } else { false }
    }

    /// Tensors that other parts of a program hold at every worker.
    private struct Others {
      private let value = Tensor([4.25, -1, 7])
      private let pointers: [PointerTensor]

      init() throws {
        let (cluster, value) = (try Job.cluster, value)
        pointers = try ([cluster.me] + cluster.workers).map { try value.send(to: $0) }
      }

      func requireGoOn(_ what: String) throws {
        for pointer in pointers {
          #expect(try pointer.fetch().isIdentical(to: value), "\(what), at \(pointer.location)")
          #expect(try (pointer * 2).get().isIdentical(to: value * 2), "\(what)")
        }
      }
    }

    @Test("the text is the table's, holds no element, and everything goes on", arguments: examples)
    func text(of example: ErrorExample) throws {
      guard case .inSession(let provoke) = example.provocation else { return }
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "clustertensor-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let scene = try ErrorScene(cluster: Job.cluster, folder: folder.path)
      let others = try Others()
      var thrown: (any Error)?
      do {
        try provoke(scene)
      } catch {
        thrown = error
      }
      let error = try #require(thrown, "nothing was thrown")
      #expect(name(of: error, for: example) == example.name)
      let text = ErrorExample.normalized("\(error)").replacing(folder.path + "/", with: "")
      #expect(text == example.text)
      #expect(!ErrorExample.holdsSecret(text), "\(text)")
      try others.requireGoOn("\(example)")
      try requireDone(by: Job.bob)
    }

    /// The case of an error, or of the failure that it carries where the example is one of those.
    private func name(of error: any Error, for example: ErrorExample) -> String {
      let isFailure = example.name.hasPrefix("Failure.")
      switch error {
      case ClusterError.failedAtWorker(_, let failure) where isFailure: return failure.kind.name
      case ClusterError.notPermitted where isFailure: return Failure.Kind.notPermitted.name
      default: return ErrorExamples.name(of: error) ?? "\(error)"
      }
    }
  }
}
