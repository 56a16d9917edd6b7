import ClusterTensor
import Foundation

/// A program with one mode for each way in which a session can start, fail and end; `CommandTests`
/// starts it under mpirun.
///
///     mpirun -n 3 SessionProbe [--uncaught] MODE [ARGUMENT …]
///     SessionProbe --launch [--uncaught] MODE [ARGUMENT …]
///
/// What a mode throws goes to standard error and the exit status is 1; with `--uncaught` it leaves
/// `main` instead, as in a program that catches nothing.
@main
struct SessionProbe {
  /// Whether the program starts its workers itself. Set once, before anything else runs.
  nonisolated(unsafe) private(set) static var isLaunching = false

  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    isLaunching = arguments.first == "--launch"
    if isLaunching { arguments.removeFirst() }
    let isUncaught = arguments.first == "--uncaught"
    if isUncaught { arguments.removeFirst() }
    guard let mode = arguments.first.flatMap(Mode.init) else {
      let modes = Mode.allCases.map(\.rawValue).joined(separator: ", ")
      report(
        "usage: SessionProbe [--launch] [--uncaught] MODE [ARGUMENT …], where MODE is one of \(modes)"
      )
      exit(64)
    }
    arguments.removeFirst()
    if isUncaught {
      try mode.run(arguments)
    } else {
      do {
        try mode.run(arguments)
      } catch {
        report("SessionProbe: \(error)")
        exit(1)
      }
    }
  }

  /// Writes a line to standard error.
  static func report(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  /// This rank's number as mpirun gave it, known before MPI is started; 0 without mpirun.
  static var rank: Int {
    ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_RANK"].flatMap(Int.init) ?? 0
  }
}

/// What the driver's user threw.
struct UserError: Error, CustomStringConvertible {
  var description: String { "the user's own error" }
}
