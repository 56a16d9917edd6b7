import ArgumentParser
import ClusterTensor
import Logging

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Names of ranks 1, 2, …, each with a folder of csv tables that it loads itself.",
      discussion:
        "Without it the ranks of mpirun say their names themselves, and others are bob and alice.",
      valueName: "name[=folder],…"),
    transform: WorkerList.init(parsing:))
  var workers = WorkerList()

  @Option(help: "Least important log lines to show: trace, debug, info, notice, warning, error.")
  var logLevel: Logger.Level = .warning

  @Option(
    help: ArgumentHelp(
      "Write what happens at every rank into a file for a trace viewer.",
      discussion: "Open it with https://ui.perfetto.dev or chrome://tracing.",
      valueName: "file"))
  var trace: String?

  @Option(
    help: ArgumentHelp(
      "Bold and dim text: auto, always or never.",
      discussion: "auto means on a terminal, or where CLICOLOR_FORCE is set; never with NO_COLOR."))
  var color: ColorChoice = .auto

  /// Where the command's output goes.
  var console: Console { Console(color) }

  /// The workers where nobody names any and this program starts them itself.
  static let launched = ["bob", "alice"]

  /// Joins the ranks that mpirun started, or starts workers itself; runs `body` on rank 0 and leaves. The
  /// other ranks serve in here and never return. `defaults` name ranks without `--workers`; `data` gives
  /// folders of tables by worker; ids come from `identifierSeed` where a run is to be repeated.
  func withCluster(
    defaults: [String] = [], data: [String: String] = [:], identifierSeed: UInt64? = nil,
    _ body: (Cluster) throws -> Void
  ) throws {
    var options = ClusterOptions()
    options.logger = ClusterLog.logger(level: logLevel)
    options.trace = trace
    options.identifierSeed = identifierSeed
    // The driver takes the names that ranks of RankWorker bring along; its own kind gets them here.
    let names = workers.names.isEmpty && !Launch.isFirstRank ? defaults : workers.names
    let folders = data.merging(workers.folders) { $1 }
    let cluster =
      try Launch.isByMPIRun
      ? Cluster.join(workers: names, data: folders, options: options)
      : Cluster.launch(
        workers: names.isEmpty ? CommonOptions.launched : names, data: folders, options: options)
    do {
      try body(cluster)
    } catch {
      do {
        try cluster.leave()
      } catch let other {
        Console.write("On leaving: \(other)\n", to: .standardError)
      }
      throw error
    }
    try cluster.leave()
  }
}

/// `bob=DIR,alice`: names in the order of the ranks, some with a folder.
struct WorkerList {
  var names: [String] = []
  var folders: [String: String] = [:]

  init() {}

  /// Throws `ValidationError` for names that no workers can have.
  init(parsing text: String) throws {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(pieces[0])
      do {
        try WorkerName.check(name)
        if names.contains(name) { throw ClusterError.duplicateName(name) }
      } catch {
        throw ValidationError("\(error)")
      }
      names.append(name)
      guard pieces.count == 2 else { continue }
      guard !pieces[1].isEmpty else {
        throw ValidationError("a folder must follow \"\(name)=\"")
      }
      folders[name] = String(pieces[1])
    }
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
