import Foundation
import Synchronization
import Testing

/// Every way in which a session can end, again and again: all ranks are gone within 3 s, nothing is left
/// behind, the status is true, and standard error holds one line of ours at most.
extension Sessions {
  @Suite struct EndingTests {
    /// One way to end.
    struct Ending: Sendable, CustomStringConvertible {
      let description: String
      /// The probe's mode and its arguments.
      let mode: [String]
      /// Signals for what was started.
      var signals: [Int32] = []
      /// Statuses that say what happened: of mpirun, which has its own for signals, and of the driver.
      let status: [Job.Way: Int32]
      /// What the one line says, if there is one.
      var error = ""
    }

    static let endings: [Ending] = [
      Ending(
        description: "normal", mode: ["join", "bob", "alice"], status: [.mpirun: 0, .launch: 0]),
      Ending(
        description: "error", mode: ["fail", "bob", "alice"], status: [.mpirun: 1, .launch: 1],
        error: "SessionProbe: the user's own error"),
      Ending(
        description: "exit", mode: ["exit", "3", "bob", "alice"], status: [.mpirun: 3, .launch: 3]),
      Ending(
        description: "Ctrl-C", mode: ["wait"], signals: [SIGINT],
        status: [.mpirun: 1, .launch: 130]),
      // mpirun itself, interrupted twice, ends at once and leaves its own files: see `scripts/run`.
      Ending(
        description: "Ctrl-C twice", mode: ["wait"], signals: [SIGINT, SIGINT],
        status: [.launch: 130]),
      Ending(
        description: "SIGTERM", mode: ["wait"], signals: [SIGTERM],
        status: [.mpirun: 1, .launch: 143]),
      Ending(
        description: "SIGKILL of the driver", mode: ["die"],
        status: [.mpirun: 128 + SIGKILL, .launch: 128 + SIGKILL]),
    ]

    /// Times that each is done.
    private static let repetitions = 20

    @Test("ends cleanly, twenty times", arguments: Job.Way.allCases, endings)
    func ends(way: Job.Way, ending: Ending) throws {
      guard let status = ending.status[way] else { return }
      var job = Job()
      job.options = ["--quiet"]
      if !ending.signals.isEmpty { job.signals = (ending.signals, after: "tensor") }
      let prepared = job
      try repeatedly(
        "\(ending), \(way)", status: status, error: ending.error, isSaid: !ending.error.isEmpty
      ) {
        try prepared.runProbe(way, ending.mode)
      }
    }

    /// Signals for `scripts/run`, as a terminal or another program sends them, and the status.
    static let interruptions: [(signals: [Int32], status: Int32)] = [
      ([SIGINT], 130), ([SIGINT, SIGINT], 130), ([SIGTERM], 143),
    ]

    @Test("scripts/run ends cleanly, twenty times", arguments: interruptions.indices)
    func runEnds(index: Int) throws {
      let (signals, status) = EndingTests.interruptions[index]
      var job = Job()
      job.isAlone = true
      job.holdsInput = true
      job.signals = (signals, after: "     = tensor")
      let prepared = job
      // The signals may come before the prompt.
      try repeatedly(
        "\(signals)", status: status, error: "Press Enter to go on. ", isSaid: false
      ) {
        try prepared.run([Job.script("run"), "tutorial", "--step"])
      }
    }

    private func repeatedly(
      _ what: String, status: Int32, error: String, isSaid: Bool,
      _ session: @escaping @Sendable () throws -> Job.Outcome
    ) throws {
      let failure = Mutex<(any Error)?>(nil)
      DispatchQueue.concurrentPerform(iterations: EndingTests.repetitions) { run in
        do {
          let outcome = try session()
          let what: Comment = "\(what), run \(run): \(outcome.errors)"
          #expect(!outcome.wasLate && !outcome.isStuck, what)
          #expect(outcome.processesLeft == [], what)
          #expect(outcome.secondsAfterDriver < 3, what)
          #expect(outcome.filesLeft == [], what)
          #expect(outcome.status == status, what)
          // Open MPI's own words now and then: mpirun's event library when mpirun is ended by a signal, and
          // a rank whose peer dies while it reads from its memory.
          let lines = outcome.errors.split(separator: "\n").filter {
            !$0.hasPrefix("[warn] Epoll MOD")
              && $0.firstMatch(of: /^\[.*\] Read -1, expected/) == nil
          }
          #expect(lines.allSatisfy { $0 == error } && lines.count <= 1, what)
          if isSaid { #expect(!lines.isEmpty, what) }
        } catch {
          failure.withLock { $0 = error }
        }
      }
      if let error = failure.withLock({ $0 }) { throw error }
    }
  }
}
