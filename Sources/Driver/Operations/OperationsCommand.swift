import ArgumentParser
import ClusterTensor

/// Lists what can be called by name.
struct OperationsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operations",
    abstract: "Lists the operations with their parameters; with cases, what each was seen to do.",
    discussion: """
      With --cases, a folder as `conformance` takes it, every operation is run on its samples at a worker \
      inside this process: the list then says which dtypes it takes, whether gradients go through it, and \
      which instructions it sends.
      """,
    version: ClusterTensorVersion.current)

  @Option(help: ArgumentHelp("The folder of cases to try operations with.", valueName: "dir"))
  var cases: String?

  @Flag(help: "Write the document docs/operations.md.")
  var markdown = false

  func run() throws {
    guard Launch.isFirstRank else { return }
    let console = Console(.never)
    guard markdown else {
      for name in catalogue.names {
        for signature in try catalogue[name].signatures { console.line("\(signature)") }
      }
      return
    }
    guard let cases else { throw ValidationError("--markdown needs --cases") }
    let probe = try OperationProbe(ConformanceCases(folder: cases))
    for line in try OperationsPage(probe).lines() { console.line(line) }
    try probe.cluster.leave()
  }
}
