import Foundation
import Testing

/// Sessions whose program starts its workers itself, and workers that come and go.
extension Sessions {
  @Suite struct LaunchingTests {
    @Test(
      "a program starts itself as its workers", arguments: [["bob"], ["bob", "alice", "carol"]])
    func launch(names: [String]) throws {
      var job = Job()
      job.isAlone = true
      let outcome = try job.run([try Products.sessionProbe, "--launch", "join"] + names)
      outcome.requireCleanEnd(status: 0)
      var text = ""
      for (rank, name) in (["me"] + names).enumerated() {
        text += "rank \(rank) \(name) \(try #require(outcome.ranks[rank]))\n"
      }
      #expect(outcome.output == text + "tensor([2, 4, 6])\n")
      #expect(outcome.errors == "")
    }

    @Test("under mpirun launch joins the ranks that are there")
    func launchUnderMPIRun() throws {
      let outcome = try Job.run(
        "-n", "3", Products.sessionProbe, "--launch", "join", "bob", "alice")
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.output.hasSuffix("tensor([2, 4, 6])\n"))
      #expect(outcome.errors == "")
    }

    @Test("under mpirun with one rank launch starts the workers")
    func launchFromOneRank() throws {
      let outcome = try Job.run(
        "-n", "1", Products.sessionProbe, "--launch", "join", "bob", "alice")
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.output.hasSuffix("tensor([2, 4, 6])\n"))
      #expect(outcome.errors == "")
    }

    @Test("workers come and go, however the session was started", arguments: Job.Way.allCases)
    func change(way: Job.Way) throws {
      let outcome = try Job().runProbe(way, ["change"])
      outcome.requireCleanEnd(status: 0)
      #expect(
        outcome.output.hasSuffix(
          """
          tensor([2, 4, 6])
          bob's process is gone: true
          bob has left; pointers to it lead nowhere any more
          <Cluster <Worker id:me rank:0 #objects:0> <Worker id:alice rank:2 #objects:0> \
          <Worker id:carol rank:3 #objects:0>>
          tensor([2, 3, 4]) at alice
          tensor([2, 3, 4]) at carol
          carol's process is her own: true

          """))
      #expect(outcome.errors == "")
    }

    /// What is launched, and what standard error must hold.
    static let refusals: [(arguments: [String], error: String)] = [
      (
        ["join", "bob", "bob"],
        "two workers are called \"bob\": give every worker a name of its own"
      ),
      (["join", "bob", ""], "\"\" cannot be a worker's name: it is empty"),
      (
        ["join", "me"],
        "\"me\" cannot be a worker's name: \"me\" is the driver; give it another one"
      ),
      (["join"], "workers cannot be started from here: no names of workers were given"),
      (
        ["pathless"],
        "workers cannot be started from here: Open MPI's program orted, which starts processes, is in "
          + "no folder of PATH: start them with mpirun instead: mpirun -n 3 "
      ),
      (
        ["strangers"],
        "the processes that were started for bob did not join within 1.0 s: does the program call "
          + "Cluster.launch or Cluster.join when it is started again with the same arguments?"
      ),
    ]

    @Test("what cannot be launched says what to do", arguments: refusals.indices)
    func refusal(index: Int) throws {
      let (arguments, error) = LaunchingTests.refusals[index]
      let outcome = try Job().runProbe(.launch, arguments)
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("SessionProbe: " + error)
      #expect(outcome.output == "")
    }

    @Test("Driver starts its workers itself", arguments: ["check", "tutorial", "train"])
    func driver(command: String) throws {
      var job = Job()
      job.isAlone = true
      let workers = command == "train" ? "bob=\(Products.data),alice" : "bob,alice"
      let outcome = try job.run([
        try Products.driver, command, "--workers", workers,
      ])
      outcome.requireCleanEnd(status: 0)
      let result = [
        "check": "x + x at alice, process ", "tutorial": "tensor([11, 22, 33])",
        "train": "test accuracy: 0.9649",
      ]
      #expect(outcome.output.contains(result[command] ?? "nothing"), "\(outcome.output)")
    }
  }
}
