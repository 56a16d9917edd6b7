import Foundation
import Testing

/// Sessions that start mpirun run where this process is not itself a rank.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"] == nil,
    "starts mpirun, which does not work inside of a job"))
enum Sessions {}

/// Who is in a cluster, and what is refused.
extension Sessions {
  @Suite struct JoiningTests {
    /// What `SessionProbe join` prints for the workers.
    private func requireWelcome(
      _ outcome: Job.Outcome, names: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      outcome.requireCleanEnd(status: 0, sourceLocation: sourceLocation)
      var text = ""
      for (rank, name) in (["me"] + names).enumerated() {
        let process = try #require(outcome.ranks[rank], sourceLocation: sourceLocation)
        text += "rank \(rank) \(name) \(process)\n"
      }
      text += "tensor([2, 4, 6])\n"
      #expect(outcome.output == text, sourceLocation: sourceLocation)
      #expect(outcome.errors == "", sourceLocation: sourceLocation)
      #expect(Set(outcome.ranks.values).count == names.count + 1, sourceLocation: sourceLocation)
    }

    @Test("all ranks run one program, which names the workers", arguments: 0..<3)
    func oneProgram(run: Int) throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "join", "bob", "alice")
      try requireWelcome(outcome, names: ["bob", "alice"])
    }

    @Test("without names workers are called worker1, worker2, …")
    func defaultNames() throws {
      let outcome = try Job.run("-n", "4", Products.sessionProbe, "join")
      try requireWelcome(outcome, names: ["worker1", "worker2", "worker3"])
    }

    @Test("workers that run RankWorker bring their names", arguments: [[], ["bob", "alice"]])
    func rankWorkers(names: [String]) throws {
      let worker = try Products.rankWorker
      let outcome = try Job().run(
        ["-n", "1", try Products.sessionProbe, "join"] + names
          + [":", "-n", "1", worker, "--name", "bob", ":", "-n", "1", worker, "--name", "alice"])
      try requireWelcome(outcome, names: ["bob", "alice"])
    }

    @Test("an unknown worker's name")
    func unknownWorker() throws {
      let outcome = try Job.run("-n", "3", Products.sessionProbe, "ask", "eve")
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("there is no worker \"eve\": the workers are me, bob, alice")
    }

    // MARK: Refusals

    /// Arguments of mpirun behind `-n`, and what standard error must hold.
    static let refusals: [(arguments: [String], error: String)] = [
      (["3", "PROBE", "join", "bob", "bob"], duplicate),
      (["3", "PROBE", "join", "bob", ""], "\"\" cannot be a worker's name: it is empty"),
      (["3", "PROBE", "join", "bob", "me"], "\"me\" is the driver; give it another one"),
      (["3", "PROBE", "join", "bob", "a@b"], "\"a@b\" cannot be a worker's name: use at most"),
      (
        ["3", "PROBE", "join", "bob"],
        "1 worker names were given, but there are 2 ranks besides the driver: start mpirun with -n 2 "
          + "or give 2 names"
      ),
      (
        ["2", "PROBE", "join", "bob", "alice"],
        "2 worker names were given, but there are 1 ranks besides the driver: start mpirun with -n 3 "
          + "or give 1 names"
      ),
      (["1", "PROBE", "join"], oneRank),
      (["1", "PROBE", "join", "bob"], oneRank),
      (
        ["1", "PROBE", "join", ":", "-n", "1", "WORKER", "--name", "bob"]
          + [":", "-n", "1", "WORKER", "--name", "bob"], duplicate
      ),
      (
        ["1", "PROBE", "join", "alice", ":", "-n", "1", "WORKER", "--name", "bob"],
        "rank 1 calls itself \"bob\", but the driver expected \"alice\": give names in the order of "
          + "the ranks, or none and let the workers say theirs"
      ),
      (
        ["1", "PROBE", "join", ":", "-n", "1", "WORKER", "--name", "bob", "--data", "/nowhere"],
        "/nowhere: it cannot be opened as a folder: check the path given as --data"
      ),
      (
        ["3", "PROBE", "version", "7"],
        "rank 1 speaks version 7 of the protocol, this program version 1: run the same build of "
          + "ClusterTensor on every rank"
      ),
      (["3", "PROBE", "silent"], tooLate),
      (["3", "PROBE", "absent"], tooLate),
      (
        ["3", "PROBE", "mute"],
        "rank 1 did not join: nothing came from it within 1.0 s: does that rank call Cluster.join or "
          + "run RankWorker?"
      ),
    ]

    private static let duplicate =
      "two workers are called \"bob\": give every worker a name of its own"
    private static let oneRank =
      "this program runs as one rank, so there is no worker: start it with mpirun, e.g. mpirun -n 3 "
      + "PROGRAM for two workers"
    private static let tooLate =
      "not every rank of the job joined within 1.0 s: does each one call Cluster.join or run "
      + "RankWorker?"

    private func run(_ index: Int, isUncaught: Bool) throws -> Job.Outcome {
      let paths = ["PROBE": try Products.sessionProbe, "WORKER": try Products.rankWorker]
      var arguments = ["-n"] + JoiningTests.refusals[index].arguments.map { paths[$0] ?? $0 }
      if isUncaught { arguments.insert("--uncaught", at: 3) }
      return try Job().run(arguments)
    }

    @Test("a typed error says what to do, and all ranks end", arguments: refusals.indices)
    func refusal(index: Int) throws {
      let outcome = try run(index, isUncaught: false)
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("SessionProbe: ")
      outcome.requireError(JoiningTests.refusals[index].error)
      #expect(outcome.output == "")
    }

    @Test("a program that catches nothing says the same", arguments: [0, 4, 6, 11, 12])
    func uncaught(index: Int) throws {
      let outcome = try run(index, isUncaught: true)
      outcome.requireCleanEnd()
      #expect(outcome.status > 128)
      outcome.requireError("Error raised at top level: " + JoiningTests.refusals[index].error)
    }

    @Test("a program that was started without mpirun is one rank")
    func withoutMPIRun() throws {
      var job = Job()
      job.isAlone = true
      let outcome = try job.run([try Products.sessionProbe, "join", "bob"])
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("SessionProbe: " + JoiningTests.oneRank)
    }

    @Test("a worker needs a driver")
    func workersAlone() throws {
      let worker = try Products.rankWorker
      let outcome = try Job.run("-n", "2", worker, "--name", "bob")
      outcome.requireCleanEnd()
      #expect(outcome.status != 0)
      outcome.requireError(
        "rank 0 is the driver, not a worker: put the program that calls Cluster.join first")
    }

    @Test("a worker's name is checked before MPI starts", arguments: ["", "me", "a b"])
    func workerName(name: String) throws {
      let outcome = try Job.run(
        "-n", "1", Products.sessionProbe, "join", ":", "-n", "1", Products.rankWorker, "--name",
        name)
      outcome.requireCleanEnd(status: 64)
      outcome.requireError("\"\(name)\" cannot be a worker's name")
    }
  }
}
