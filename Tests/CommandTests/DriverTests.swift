import Foundation
import Testing

/// The command-line program under mpirun.
extension Sessions {
  @Suite struct DriverTests {
    @Test(
      "check computes at every worker, whichever program the ranks run", arguments: [true, false])
    func check(isOneProgram: Bool) throws {
      let (driver, worker) = (try Products.driver, try Products.rankWorker)
      let outcome =
        isOneProgram
        ? try Job.run("-n", "3", driver, "check", "--workers", "bob,alice")
        : try Job.run(
          "-n", "1", driver, "check", ":", "-n", "1", worker, "--name", "bob", ":", "-n", "1",
          worker, "--name", "alice")
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.errors == "")
      for (rank, name) in [(1, "bob"), (2, "alice")] {
        let process = try #require(outcome.ranks[rank])
        #expect(
          outcome.output.contains(
            "x + x at \(name), process \(process): tensor([ 2,  4,  6,  8, 10]) ok\n"))
      }
    }

    @Test("check without names")
    func defaultNames() throws {
      let outcome = try Job.run("-n", "3", Products.driver, "check")
      outcome.requireCleanEnd(status: 0)
      for name in ["worker1", "worker2"] { #expect(outcome.output.contains("x + x at \(name), ")) }
    }

    @Test("the tutorial shows each cell's result")
    func tutorial() throws {
      let outcome = try Job.run("-n", "3", Products.driver, "tutorial", "--workers", "bob,alice")
      outcome.requireCleanEnd(status: 0)
      for line in [
        "tensor([1, 2, 3, 4, 5])", "tensor([ 2,  4,  6,  8, 10])",
        "<Worker id:bob rank:1 #objects:", "[PointerTensor | me:",
        "tensor([1., 2., 3., 4., 5.], requires_grad=True)", "tensor([1., 1., 1., 1., 1.])",
        "cannot be used any more: get()",
      ] {
        #expect(outcome.output.contains(line), "\(line)")
      }
      #expect(outcome.errors == "")
    }

    @Test("train ends with the accuracy, its output on standard output alone")
    func train() throws {
      let outcome = try Job.run(
        "-n", "3", Products.driver, "train", "--workers", "bob=\(Products.data),alice",
        "--progress", "none",
        "--compare-local", Products.data + "/breast_cancer.csv")
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.output.hasSuffix("\ntest accuracy: 0.9649\n"))
      #expect(outcome.output.contains("weights trained here are equal bit for bit: true"))
      #expect(outcome.errors == "")
    }

    /// Arguments, exit status, and what standard error holds.
    static let statuses: [(arguments: [String], status: Int32, error: String)] = [
      (["--help"], 0, ""), (["--version"], 0, ""), (["train", "--help"], 0, ""),
      (["nonsense"], 64, "nonsense"), (["check", "--nonsense"], 64, "--nonsense"),
      (["tutorial", "--help"], 0, ""), (["tutorial", "--language", "fr"], 64, "'en' and 'ja'"),
      (["tutorial", "--workers", "carol,dave"], 1, "--workers bob,alice"),
      (["check", "--workers", "bob,bob"], 64, "two workers are called \"bob\""),
      (["check", "--workers", "bob,"], 64, "it is empty"),
      (["check", "--workers", "bob"], 1, "1 worker names were given, but there are 2 ranks"),
      (["train", "--workers", "bob,alice", "--table", "patients"], 1, "holds no data called"),
      (["train", "--workers", "bob=/nowhere,alice"], 1, "it cannot be opened as a folder"),
    ]

    @Test("exit statuses", arguments: statuses.indices)
    func status(index: Int) throws {
      let (arguments, status, error) = DriverTests.statuses[index]
      let outcome = try Job().run(["-n", "3", try Products.driver] + arguments)
      // Help and wrong usage need no MPI and end within milliseconds.
      outcome.requireCleanEnd(status: status, brief: status != 1)
      if !error.isEmpty { outcome.requireError(error) }
      #expect(outcome.output.isEmpty == (status != 0))
    }
  }
}
