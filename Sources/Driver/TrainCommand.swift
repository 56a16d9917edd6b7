import ArgumentParser
import ClusterLearning
import ClusterTensor
import Foundation

/// Trains on a table that a worker loaded itself.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a logistic regression at a worker, on a table that only the worker sees.",
    discussion: """
      The worker loads csv tables from a folder of its own: --workers bob=DIR, or --data DIR of \
      RankWorker. Statistics, loss and gradients are computed there; only numbers come home. Rows \
      whose number, from 0, is divisible by 5 are test rows.
      """,
    version: ClusterTensorVersion.current)

  @OptionGroup var common: CommonOptions

  @Option(help: "The worker to train at; the first one unless given.")
  var at: String?

  @Option(
    help: ArgumentHelp(
      "Folder of tables that the worker loads where --workers gives it none.",
      discussion: "The folder Data in the current folder unless given, if there is one."))
  var data: String?

  @Option(help: "Name of the table: the name of its file without .csv.")
  var table = "breast_cancer"

  @Option(help: "Column of the table that holds the two classes as 0 and 1.")
  var target = "benign"

  @Option(help: "How progress shows on standard error: bar, plain or none.")
  var progress = ProgressStyle.plain

  @Option(
    help: ArgumentHelp(
      "Train on this copy of the table here as well and compare the weights bit for bit.",
      valueName: "file"))
  var compareLocal: String?

  func validate() throws {
    if let at, !common.workers.names.isEmpty, !common.workers.names.contains(at) {
      throw ValidationError(
        "--at \(at): the workers are \(common.workers.names.joined(separator: ", "))")
    }
  }

  func run() throws {
    // Every rank works this out alike; the one that has the name loads the folder.
    let name =
      at ?? common.workers.names.first
      ?? (Launch.isByMPIRun ? "worker1" : CommonOptions.launched[0])
    try common.withCluster(data: folder.map { [name: $0] } ?? [:]) { cluster in
      let worker = try at.map { try cluster[$0] } ?? cluster.workers[0]
      try train(at: worker)
    }
  }

  private var folder: String? {
    if let data { return data }
    let usual = "Data"
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: usual, isDirectory: &isFolder)
    return exists && isFolder.boolValue ? usual : nil
  }

  private func train(at worker: Worker) throws {
    let console = common.console
    let columns = try worker.columns(of: table)
    let pointer = try worker.data(table)
    console.line(
      "\(worker.name), rank \(worker.rank), process \(worker.lastProcessIdentifier) on "
        + "\(worker.host), holds \"\(table)\": \(pointer.shape[0]) rows, \(columns.count) columns")
    try showRefusal(of: pointer, console)

    let before = worker.traffic
    let clock = ContinuousClock()
    let start = clock.now
    let task = try BinaryClassification(table: pointer, columns: columns, target: target)
    console.line(
      "\(task.data.trainingFeatures.shape[0]) rows to learn from, "
        + "\(task.data.testFeatures.shape[0]) to test on, \(task.data.features.count) features, "
        + "target \"\(target)\"")
    var display = ProgressDisplay(progress)
    let training = try task.train { display.show($0) }
    display.finish()
    let seconds = (clock.now - start) / .seconds(1)
    let result = training.result
    console.line(
      "trained in process \(worker.lastProcessIdentifier): \(result.iteration) iterations, "
        + "\(format(seconds, "%.2f")) s, loss \(format(result.loss, "%.4f")), "
        + "gradient norm \(format(result.gradientNorm, "%.1e"))")
    let accuracy = try task.testAccuracy(of: training.model)
    let traffic = worker.traffic - before
    console.line(
      "\(traffic.instructionsSent) instructions in \(traffic.bytesSent) bytes went to "
        + "\(worker.name); \(traffic.bytesReceived) bytes of numbers and acknowledgements came back"
    )
    if let compareLocal {
      try compare(training.model, accuracy, with: Table(csv: compareLocal), console)
    }
    console.line("test accuracy: \(format(accuracy, "%.4f"))")
  }

  /// Shows that the table itself does not come home.
  private func showRefusal(of pointer: PointerTensor, _ console: Console) throws {
    do {
      _ = try pointer.get()
    } catch let refusal as ClusterError {
      guard case .notPermitted = refusal else { throw refusal }
      console.line("get is refused: \(refusal)")
      return
    }
    throw TrainError(reason: "\(pointer.location.name) gave its table away: it must not")
  }

  /// Trains here by the same functions and compares.
  private func compare(
    _ model: LogisticRegression<PointerTensor>, _ accuracy: Double, with local: Table,
    _ console: Console
  ) throws {
    let task = try BinaryClassification(
      table: local.tensor, columns: local.columns, target: target)
    let own = try task.train().model
    let isEqual =
      try own.weights.isIdentical(to: model.weights.fetch())
      && own.bias.isIdentical(to: model.bias.fetch()) && task.testAccuracy(of: own) == accuracy
    console.line("weights trained here are equal bit for bit: \(isEqual)")
    guard isEqual else {
      throw TrainError(
        reason: "training here gave other weights: is \(compareLocal ?? "") the same table, and do "
          + "both ranks use one instruction set?")
    }
  }

  private func format(_ number: Double, _ pattern: String) -> String {
    String(format: pattern, number)
  }
}

/// What must not happen in a training did.
private struct TrainError: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
