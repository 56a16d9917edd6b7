import ArgumentParser
import ClusterTensor
import Foundation

/// The command-line program. Every rank of an MPI job may run it: rank 0 does what the command says, the
/// others become workers and print nothing.
@main
struct Driver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Driver",
    abstract: "Computes on tensors that live at the workers of an MPI job.",
    discussion: """
      Alone it starts its workers itself; mpirun starts it on several hosts, one rank for the driver \
      and one for each worker:

        Driver tutorial --workers bob,alice
        mpirun -n 3 Driver tutorial --workers bob,alice
        mpirun -n 1 Driver check : -n 1 RankWorker --name bob : -n 1 RankWorker --name alice

      Exit status: 0 done, 1 failed, 64 wrong usage, 130 interrupted.
      """,
    version: ClusterTensorVersion.current,
    subcommands: [
      CheckCommand.self, TutorialCommand.self, TrainCommand.self, ConformanceCommand.self,
      OperationsCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Says what happened, on one rank, and ends the program with the status that it means.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    let message = fullMessage(for: error)
    if status.isSuccess {
      if Launch.isFirstRank { Console.write(message + "\n", to: .standardOutput) }
    } else if Launch.isFirstRank || status == .failure {
      Console.write(message + "\n", to: .standardError)
    }
    // mpirun ends all ranks with the first that fails: the one that speaks must come to it.
    if !status.isSuccess, !Launch.isFirstRank { sleep(1) }
    // Leaves the cluster, where there is one.
    Foundation.exit(status.rawValue)
  }
}
