import Foundation
import TestSupport
import Testing

/// Errors of `docs/errors.md` that need a session of their own.
extension Sessions {
  @Suite struct ErrorSessionTests {
    private static let examples = ErrorExamples.all.filter {
      if case .ownSession = $0.provocation { true } else { false }
    }

    @Test("the text is the table's, holds no element, and nothing hangs", arguments: examples)
    func text(of example: ErrorExample) throws {
      guard case .ownSession(let arguments, let files, let goesOn) = example.provocation else {
        return
      }
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "clustertensor-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      for (name, text) in files {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      let meanings = [
        "PROBE": try Products.sessionProbe, "WORKER": try Products.rankWorker,
        "FOLDER": folder.path,
      ]
      var job = Job()
      // Without recovery mpirun ends the others when one rank has crashed.
      if goesOn != nil { job.options = ["--enable-recovery"] }
      let outcome = try job.run(["-n"] + arguments.map { meanings[$0] ?? $0 })
      // What is refused before MPI starts is over within milliseconds.
      outcome.requireCleanEnd(brief: goesOn == nil)
      let errors = ErrorExample.normalized(outcome.errors)
        .replacing(folder.path + "/", with: "")
      #expect(
        ("\n" + errors).contains("\nSessionProbe: \(example.text)\n")
          || ("\n" + errors).contains("\n\(example.text)\n"), "\(errors)")
      #expect(!ErrorExample.holdsSecret(errors), "\(errors)")
      if let goesOn { #expect(outcome.output.contains(goesOn + "\n"), "\(outcome.output)") }
    }

    /// What the driver is doing when the worker's program crashes.
    static let moments = ["reading", "computing", "streaming", "sending", "flooding"]

    @Test("a crash is noticed within a second, whatever the driver does", arguments: moments)
    func crash(moment: String) throws {
      var job = Job()
      job.options = ["--enable-recovery"]
      let outcome = try job.run(["-n", "3", try Products.sessionProbe, "crash", moment])
      outcome.requireCleanEnd()
      outcome.requireError("SessionProbe: bob is gone: its process ")
      let line = try #require(outcome.output.firstMatch(of: /bob was lost after ([0-9.]+) s/))
      #expect(try #require(Double(line.1)) < 1, "\(line.0)")
      #expect(outcome.output.contains("alice goes on: tensor([2, 3, 4])\n"))
    }
  }
}
