import ArgumentParser
import ClusterTensor

/// Runs operations by name and compares them with what PyTorch gives.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Runs a folder of PyTorch's operator cases at a worker and counts what agrees.",
    discussion: """
      The folder holds cases.json and tensors.safetensors. Every case sends its tensors to the worker, \
      runs the operation there by name and compares results and gradients. The last line counts the \
      cases, operators of which every case passes, refused calls and printed texts.
      """,
    version: ClusterTensorVersion.current)

  @OptionGroup var common: CommonOptions

  @ArgumentParser.Argument(help: "The folder of cases.")
  var folder: String

  @Option(
    help: ArgumentHelp("Run these operations only, and print nothing.", valueName: "name,…"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "Run cases of these dtypes only, mixed among them, and print nothing.", valueName: "name,…"))
  var dtype: [String] = []

  @Flag(help: "Run the cases in this process, without workers.")
  var local = false

  @Flag(help: "Show operations of which every case passes, too.")
  var all = false

  @Flag(help: "Say on standard error which case runs, before it does.")
  var verbose = false

  @Option(help: ArgumentHelp("Write every failure with its reason, in JSON.", valueName: "file"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Fail where a figure is lower than in this file, which holds a run's last line.",
      valueName: "file"))
  var floor: String?

  func validate() throws {
    if floor != nil, !only.isEmpty || !dtype.isEmpty {
      throw ValidationError("--floor counts all cases: it does not go with --only or --dtype")
    }
  }

  func run() throws {
    if local {
      if Launch.isFirstRank { try run(at: LocalHome()) }
      return
    }
    try common.withCluster(defaults: ["bob"]) { cluster in
      try run(at: WorkerHome(worker: cluster.workers[0]))
      do {
        try cluster.leave()
      } catch ClusterError.failuresNobodyRead {
        // A case ends with its first failure, and leaves others unread.
      }
    }
  }

  private func run(at home: some ConformanceHome) throws {
    let floor = try floor.map(ConformanceFloor.init(contentsOf:))
    var cases = try ConformanceCases(folder: folder)
    if let only = try names(in: only, of: cases.operations) { cases.keep(operations: only) }
    if let dtypes = try names(in: dtype, of: cases.dtypes) { cases.keep(dtypes: dtypes) }
    let results = outcome(of: cases, at: home)
    let console = common.console
    for line in TextTable(results.table(all: all)).lines { console.line(line) }
    if let report { try results.writeReport(to: report) }
    console.line("\(results.summary)")
    if let shortfalls = floor?.shortfalls(of: results.summary), !shortfalls.isEmpty {
      throw ConformanceError("less agrees than before: " + shortfalls.joined(separator: ", "))
    }
  }

  /// The names in a list of lists, or nil without any. Throws where there are no cases of one.
  private func names(in lists: [String], of known: Set<String>) throws -> Set<String>? {
    if lists.isEmpty { return nil }
    let names = Set(lists.flatMap { $0.split(separator: ",").map(String.init) })
    let unknown = names.subtracting(known)
    guard unknown.isEmpty else {
      throw ConformanceError("there are no cases of \(unknown.sorted().joined(separator: ", "))")
    }
    return names
  }

  private func outcome(of cases: ConformanceCases, at home: some ConformanceHome)
    -> ConformanceResults
  {
    let runner = CaseRunner(home: home, tensors: cases.tensors)
    var results = ConformanceResults()
    /// The case in which the worker ended; those after it cannot run.
    var last: String?
    func reason(_ id: String, _ body: () -> String?) -> String? {
      if let last { return "the worker ended in \(last)" }
      say(id)
      let reason = body()
      if reason != nil, (try? home.requireAnswer()) == nil { last = id }
      return reason
    }
    for example in cases.cases {
      results.add(example, reason(example.id) { runner.failure(of: example) })
    }
    for refusal in cases.refusals {
      let isImpossible = PythonOnlyRefusals.reasons[refusal.id] != nil
      results.add(
        refusal, isImpossible ? nil : reason(refusal.id) { runner.failure(of: refusal) })
    }
    for example in cases.printing {
      results.add(example, reason(example.id) { runner.failure(of: example) })
    }
    if let last { Console.write("the worker ended in \(last)\n", to: .standardError) }
    return results
  }

  private func say(_ id: String) {
    if verbose { Console.write(id + "\n", to: .standardError) }
  }
}

/// Why a run of cases fails as a whole.
private struct ConformanceError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
