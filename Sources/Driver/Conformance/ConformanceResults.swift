import ClusterTensor
import Foundation

/// What came out of a run.
struct ConformanceResults: Sendable {
  /// A case that does not pass.
  struct Failure: Sendable, Codable {
    let id: String
    let operation: String
    let reason: String
  }

  /// One operation's cases.
  struct Operation: Sendable {
    let name: String
    var cases = 0
    var failures: [Failure] = []
    var passed: Int { cases - failures.count }
  }

  private(set) var operations: [String: Operation] = [:]
  private(set) var refusals = 0
  private(set) var refusalFailures: [Failure] = []
  private(set) var printed = 0
  private(set) var printingFailures: [Failure] = []

  /// Takes the outcome of a case; nil where it passed.
  mutating func add(_ example: ConformanceCase, _ reason: String?) {
    operations[example.operation, default: Operation(name: example.operation)].cases += 1
    guard let reason else { return }
    operations[example.operation]?.failures.append(
      Failure(id: example.id, operation: example.operation, reason: reason))
  }

  /// Takes the outcome of a refusal. An operation that refuses everything has understood nothing: the cases
  /// come first, and one of the operation's must have passed.
  mutating func add(_ refusal: RefusalCase, _ reason: String?) {
    refusals += 1
    let understood = (operations[refusal.operation]?.passed ?? 0) > 0
    guard let reason = reason ?? (understood ? nil : "no case of the operation passes") else {
      return
    }
    refusalFailures.append(
      Failure(id: refusal.id, operation: refusal.operation, reason: reason))
  }

  /// Takes the outcome of a printed tensor.
  mutating func add(_ example: PrintingCase, _ reason: String?) {
    printed += 1
    guard let reason else { return }
    printingFailures.append(
      Failure(id: example.id, operation: "printing", reason: reason))
  }

  /// The figures.
  var summary: ConformanceSummary {
    let operations = operations.values
    return ConformanceSummary(
      cases: .init(
        passed: operations.reduce(0) { $0 + $1.passed },
        all: operations.reduce(0) { $0 + $1.cases }),
      operators: .init(
        passed: operations.count { $0.failures.isEmpty }, all: operations.count),
      refusals: .init(passed: refusals - refusalFailures.count, all: refusals),
      printed: .init(passed: printed - printingFailures.count, all: printed))
  }

  /// Operations by name with how many cases pass and why the first does not; only those where something
  /// fails, unless `all`.
  func table(all: Bool) -> [[String]] {
    let refusalsOf = Dictionary(grouping: refusalFailures, by: \.operation)
    var names = Set(operations.keys).union(refusalsOf.keys)
    if !all {
      names = names.filter { name in
        refusalsOf[name] != nil || operations[name]?.failures.isEmpty == false
      }
    }
    var rows = names.sorted().map { name in
      let operation = operations[name] ?? Operation(name: name)
      let failure = operation.failures.first ?? refusalsOf[name]?.first
      return [
        name, "\(operation.passed)/\(operation.cases)",
        failure.map { ConformanceResults.short("\($0.id): \($0.reason)") } ?? "",
      ]
    }
    if let failure = printingFailures.first {
      rows.append([
        "(printing)", "\(printed - printingFailures.count)/\(printed)",
        ConformanceResults.short("\(failure.id): \(failure.reason)"),
      ])
    }
    return rows
  }

  /// The beginning of a text, on one line.
  private static func short(_ text: String) -> String {
    let line = text.replacing("\n", with: " ")
    return line.count > 120 ? line.prefix(119) + "…" : line
  }

  /// Every failure with its whole reason.
  func writeReport(to path: String) throws {
    let report = Report(
      summary: summary.description,
      failures: operations.values.sorted { $0.name < $1.name }.flatMap(\.failures),
      refusals: refusalFailures, printing: printingFailures)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(report).write(to: URL(filePath: path))
  }

  private struct Report: Encodable {
    let summary: String
    let failures: [Failure]
    let refusals: [Failure]
    let printing: [Failure]
  }
}
