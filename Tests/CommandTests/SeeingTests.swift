import Foundation
import TestSupport
import Testing

/// `--trace` and `--log-level` of the programs under mpirun.
extension Sessions {
  @Suite struct SeeingTests {
    private var data: String {
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Data").path
    }

    /// Runs a job that writes a trace, and returns both.
    private func traced(
      _ arguments: (String) throws -> [String]
    ) throws -> (Job.Outcome, TraceContent) {
      let file = FileManager.default.temporaryDirectory
        .appendingPathComponent("clustertensor-trace-\(UUID().uuidString).json")
      defer { try? FileManager.default.removeItem(at: file) }
      let outcome = try Job().run(arguments(file.path))
      outcome.requireCleanEnd(status: 0)
      return (outcome, try TraceContent(contentsOf: file.path))
    }

    private func requireLaws(
      _ trace: TraceContent, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(trace.violations().prefix(5) == [], sourceLocation: sourceLocation)
      #expect(
        trace.processes == [0: "rank 0 me", 1: "rank 1 bob", 2: "rank 2 alice"],
        sourceLocation: sourceLocation)
      #expect(trace.ranks.allSatisfy { $0.dropped == 0 }, sourceLocation: sourceLocation)
    }

    @Test("a trace of train shows every rank on one clock", arguments: [true, false])
    func train(isOneProgram: Bool) throws {
      let (driver, worker) = (try Products.driver, try Products.rankWorker)
      let (outcome, trace) = try traced { file in
        let train = [driver, "train", "--progress", "none", "--trace", file]
        return isOneProgram
          ? ["-n", "3"] + train + ["--workers", "bob=\(data),alice"]
          : ["-n", "1"] + train + [
            ":", "-n", "1", worker, "--name", "bob", "--data", data, ":", "-n", "1", worker,
            "--name", "alice",
          ]
      }
      #expect(outcome.output.hasSuffix("\ntest accuracy: 0.9649\n"))
      #expect(outcome.errors == "")
      requireLaws(trace)
      // What the program says of its traffic is what the trace shows.
      let executed = trace.events("executed", process: 1)
      #expect(executed.filter { $0.name == "matmul" }.count > 1000)
      #expect(trace.events("executed", process: 2).isEmpty)
      for rank in trace.ranks {
        #expect(rank.process == outcome.ranks[rank.rank].map(Int.init))
        // Processes of one host share a clock.
        #expect(rank.isDriversClock)
        for (offset, roundTrip) in zip(rank.offsets, rank.roundTrips) {
          #expect(abs(offset) <= roundTrip / 2 + 1)
        }
      }
    }

    /// Whether processes with a clock of their own can be made here: Linux 5.6, and the right to.
    static let canShiftClocks: Bool = {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["unshare", "--time", "--monotonic", "10", "--fork", "true"]
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }()

    @Test(
      "a worker whose clock shows another time is shown in the driver's",
      .enabled(if: canShiftClocks, "needs unshare --time"))
    func shiftedClock() throws {
      let (driver, worker) = (try Products.driver, try Products.rankWorker)
      let (_, trace) = try traced { file in
        [
          "-n", "1", driver, "train", "--progress", "none", "--trace", file, ":", "-n", "1",
          "unshare", "--time", "--monotonic", "12345", "--fork", worker, "--name", "bob", "--data",
          data, ":", "-n", "1", worker, "--name", "alice",
        ]
      }
      requireLaws(trace)
      let bob = try #require(trace.ranks.first { $0.worker == "bob" })
      #expect(!bob.isDriversClock)
      for offset in bob.offsets { #expect(abs(offset - 12_345_000_000_000) < 50_000_000) }
    }

    @Test("log lines of all ranks say rank and name, and none is mixed with another")
    func log() throws {
      let outcome = try Job.run(
        "-n", "1", Products.driver, "check", "--log-level", "trace", ":", "-n", "1",
        Products.rankWorker, "--name", "bob", "--log-level", "trace", ":", "-n", "1",
        Products.rankWorker, "--name", "alice", "--log-level", "info")
      outcome.requireCleanEnd(status: 0)
      let form =
        /[0-9:]{8}\.[0-9]{3} (trace|debug|info) +\[rank (0 me|1 bob|2 alice)\] .+/
      let lines = outcome.errors.split(separator: "\n")
      for line in lines { #expect(try form.wholeMatch(in: line) != nil, "\(line)") }
      for (rank, name) in [(0, "me"), (1, "bob"), (2, "alice")] {
        let own = lines.filter { $0.contains("[rank \(rank) \(name)] ") }
        #expect(own.contains { $0.contains("joined: host ") })
        #expect(own.contains { $0.contains("] left") })
        #expect(own.contains { $0.contains(" trace ") } == (rank < 2))
      }
    }

    @Test("a trace that cannot be written is said at the start")
    func unwritable() throws {
      let outcome = try Job.run(
        "-n", "3", Products.driver, "check", "--trace", "/no/such/folder/trace.json")
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("no trace can be written to /no/such/folder/trace.json")
      #expect(outcome.output == "")
    }

    @Test("check shows the workers")
    func description() throws {
      let outcome = try Job.run("-n", "2", Products.driver, "check", "--workers", "bob")
      outcome.requireCleanEnd(status: 0)
      let lines = outcome.output.split(separator: "\n").map {
        $0.split(separator: " ").map(String.init)
      }
      let start = try #require(lines.firstIndex { $0.contains("queue") })
      let bob = lines[start + 2]
      #expect(Array(bob.prefix(2)) == ["1", "bob"] && Array(bob.suffix(3)) == ["0", "0", "0"])
    }
  }
}
