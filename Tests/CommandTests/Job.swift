import Foundation
import Testing

/// One run of mpirun, with folders of its own, so that what it leaves behind is seen.
struct Job {
  /// What came of it.
  struct Outcome {
    /// Exit status, or 128 and the signal that ended mpirun.
    var status: Int32 = 0
    var output = ""
    var errors = ""
    /// Whether it had to be killed as it did not end in time.
    var wasLate = false
    /// Whether mpirun itself went wrong: it went on without any rank and had to be killed, or crashed.
    var isStuck = false
    /// Processes of the ranks.
    var ranks: [Int: Int32] = [:]
    /// How long a process lived after the driver's.
    var secondsAfterDriver = 0.0
    /// How long the whole job took.
    var seconds = 0.0
    /// Processes that still lived 2 s after mpirun; they were killed.
    var processesLeft: [Int32] = []
    /// Files and folders left in the places for temporary ones.
    var filesLeft: [String] = []
  }

  /// Seconds after which a job is killed.
  var deadline = 60.0
  /// Signals for the process that was started, when the output has a line that begins so.
  var signals: (numbers: [Int32], after: String)?
  /// Without mpirun: the program alone.
  var isAlone = false
  /// Whether standard input is a pipe into which nothing comes, in place of an end of input.
  var holdsInput = false
  /// Options of mpirun.
  var options: [String] = []

  /// How a session's program is started.
  enum Way: String, CaseIterable, Sendable {
    /// By mpirun, on three ranks.
    case mpirun
    /// Alone; it starts its workers itself.
    case launch
  }

  /// A script of the project, found by its name, which starts mpirun itself.
  static func script(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("scripts/\(name)").path
  }

  /// Runs `SessionProbe` with two workers.
  func runProbe(_ way: Way, _ arguments: [String]) throws -> Outcome {
    var job = self
    job.isAlone = way == .launch
    let probe = try Products.sessionProbe
    return try job.run(
      way == .launch ? [probe, "--launch"] + arguments : ["-n", "3", probe] + arguments)
  }

  /// Seconds that mpirun may take to end when all ranks are gone.
  private static let patience = 5.0

  /// Runs mpirun with the arguments behind the options that every job gets.
  static func run(_ arguments: String...) throws -> Outcome { try Job().run(arguments) }

  /// Runs mpirun; a second and third time where it goes wrong itself. After an abnormal end Open MPI
  /// 4.1.4 sometimes crashes in PMIx_server_finalize, or waits there for ever for a lock of its own; all
  /// ranks are gone by then, so it says nothing about them.
  func run(_ arguments: [String]) throws -> Outcome {
    for _ in 0..<2 {
      let outcome = try runOnce(arguments)
      if !outcome.isStuck { return outcome }
      print("mpirun went wrong after all ranks were gone; once more: \(arguments)")
    }
    return try runOnce(arguments)
  }

  private func runOnce(_ arguments: [String]) throws -> Outcome {
    let mark = UUID().uuidString
    let folder = URL(fileURLWithPath: "/tmp/clustertensor-job-\(mark)")
    let shared = URL(fileURLWithPath: "/dev/shm/clustertensor-job-\(mark)")
    let temporary = folder.appendingPathComponent("tmp")
    let files = FileManager.default
    try files.createDirectory(at: temporary, withIntermediateDirectories: true)
    try files.createDirectory(at: shared, withIntermediateDirectories: true)
    defer {
      try? files.removeItem(at: folder)
      try? files.removeItem(at: shared)
    }
    let output = folder.appendingPathComponent("output")
    let errors = folder.appendingPathComponent("errors")
    for file in [output, errors] { try Data().write(to: file) }

    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let starting = isAlone ? [] : ["mpirun", "--oversubscribe"] + options
    process.arguments = starting + arguments
    process.environment = environment(mark: mark, temporary: temporary, shared: shared)
    // Stays open and empty: nobody presses Enter.
    let input = Pipe()
    process.standardInput = holdsInput ? input : FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let start = JobProcesses.now
    try withSignals { try process.run() }

    var outcome = Outcome()
    var watch = JobProcesses(mark: mark)
    if isAlone {
      watch.driver = process.processIdentifier
    } else {
      watch.starter = process.processIdentifier
    }
    try wait(for: process, output, &watch, &outcome)
    outcome.seconds = JobProcesses.now - start
    let isSignal = process.terminationReason == .uncaughtSignal
    outcome.status = process.terminationStatus + (isSignal ? 128 : 0)
    if isSignal, process.terminationStatus == SIGSEGV { outcome.isStuck = true }
    outcome.ranks = watch.ranks
    outcome.secondsAfterDriver = watch.secondsAfterDriver
    outcome.output = try String(contentsOf: output, encoding: .utf8)
    outcome.errors = try String(contentsOf: errors, encoding: .utf8)
    for place in [temporary, shared] {
      outcome.filesLeft += try files.contentsOfDirectory(atPath: place.path)
        .map { "\(place.path)/\($0)" }
    }
    return outcome
  }

  /// A test's thread blocks most signals, and what it starts would inherit that.
  private func withSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  private func wait(
    for process: Process, _ output: URL, _ watch: inout JobProcesses, _ outcome: inout Outcome
  ) throws {
    let end = JobProcesses.now + deadline
    var isSignalDue = signals != nil
    while process.isRunning {
      let found = watch.look()
      if isSignalDue, let signals {
        let text = try String(contentsOf: output, encoding: .utf8)
        if text.split(separator: "\n").contains(where: { $0.hasPrefix(signals.after) }) {
          isSignalDue = false
          for (index, number) in signals.numbers.enumerated() {
            // One that comes before the one before it was seen is lost.
            if index > 0 { usleep(50_000) }
            // A terminal sends Ctrl-C to everybody in the foreground.
            let target = process.processIdentifier
            kill(number == SIGINT ? -target : target, number)
          }
        }
      }
      if found.isEmpty, !watch.ranks.isEmpty, !isAlone,
        JobProcesses.now > watch.lastSeen + Job.patience
      {
        outcome.isStuck = true
        kill(process.processIdentifier, SIGKILL)
      }
      if JobProcesses.now > end {
        outcome.wasLate = true
        for started in found + [process.processIdentifier] { kill(started, SIGKILL) }
      }
      usleep(20_000)
    }
    process.waitUntilExit()
    let grace = JobProcesses.now + 2
    var left = watch.look()
    while !left.isEmpty, JobProcesses.now < grace {
      usleep(20_000)
      left = watch.look()
    }
    for straggler in left { kill(straggler, SIGKILL) }
    outcome.processesLeft = left
  }

  /// This process's environment without what a surrounding job says.
  private func environment(mark: String, temporary: URL, shared: URL) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !["OMPI_", "PMIX_", "PRTE_", "ORTE_"].contains { name.hasPrefix($0) }
    }
    if !isAlone {
      environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
      environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    }
    environment["OMPI_MCA_btl_vader_backing_directory"] = shared.path
    environment["TMPDIR"] = temporary.path
    environment[JobProcesses.variable] = mark
    return environment
  }
}

extension Job.Outcome {
  /// Checks what every session must do at its end: all ranks gone within 2 s after the driver's, nothing
  /// left behind. A job may be so `brief` that no look at the processes meets a rank.
  func requireCleanEnd(brief: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!isStuck, "mpirun did not end", sourceLocation: sourceLocation)
    #expect(!wasLate, "it did not end: \(errors)", sourceLocation: sourceLocation)
    #expect(brief || !ranks.isEmpty, "no rank was seen", sourceLocation: sourceLocation)
    #expect(processesLeft == [], sourceLocation: sourceLocation)
    #expect(secondsAfterDriver < 2, "a rank outlived the driver", sourceLocation: sourceLocation)
    #expect(filesLeft == [], sourceLocation: sourceLocation)
  }

  /// Checks also the exit status.
  func requireCleanEnd(
    status expected: Int32, brief: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    requireCleanEnd(brief: brief, sourceLocation: sourceLocation)
    #expect(status == expected, "\(errors)", sourceLocation: sourceLocation)
  }

  /// Checks that standard error holds a text.
  func requireError(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(errors.contains(text), sourceLocation: sourceLocation)
  }
}
