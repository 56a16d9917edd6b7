import ArgumentParser
import ClusterTensor
import Logging

/// A rank that is a worker: serves the driver of its MPI job until that leaves.
@main
struct RankWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves tensors of its own and the driver's as one rank of an MPI job.",
    discussion: """
      Start it beside the driver, one rank for each worker:

        mpirun -n 1 Driver check : -n 1 RankWorker --name bob : -n 1 RankWorker --name alice
      """,
    version: ClusterTensorVersion.current)

  @Option(help: "What the worker is called; a driver that starts it itself says so.")
  var name: String?

  @Option(help: "Folder of csv tables to load. Their values never leave this rank.")
  var data: String?

  @Option(help: "Least important log lines to show: trace, debug, info, notice, warning, error.")
  var logLevel: Logger.Level = .warning

  func validate() throws {
    if Cluster.isWorkerProcess { return }
    guard let name else { throw ValidationError("Missing expected argument '--name <name>'") }
    do {
      try WorkerName.check(name)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    var options = ClusterOptions()
    options.logger = ClusterLog.logger(level: logLevel)
    try Cluster.serve(as: name ?? "", data: data, options: options)
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
