import ClusterTensor

/// Runs cells of code and shows each with its sentence, its text and what it printed.
///
/// A chapter is a method in a file `Tutorial+….swift`. There the text of a cell stands above the code itself, which
/// runs as it stands; `TutorialTextTests` compares the two line by line, so that they cannot drift
/// apart. In a chapter `print` writes a result of the current cell.
final class Tutorial {
  let cluster: Cluster
  private let console: Console
  private let pauses: Pauses?
  private var traffic: [Worker: Traffic] = [:]
  private var chapterCount = 0
  private var cellCount = 0
  private var isInCell = false

  /// A tutorial that shows its cells on `console`. Throws `NoBobError` where no worker is called bob.
  init(_ cluster: Cluster, on console: Console, pauses: Pauses?) throws {
    self.cluster = cluster
    self.console = console
    self.pauses = pauses
    let names = cluster.workers.map(\.name)
    guard names.contains("bob") else { throw NoBobError(names: names) }
  }

  /// Runs all chapters. Throws `EndOfInput` where the input ends at a pause, and what a cell throws.
  func run() throws {
    for worker in cluster.workers {
      traffic[worker] = worker.traffic
      _ = try worker.takeRecordedInstructions()
    }
    console.line(console.bold("Tensors at bob's"))
    console.line()
    console.line("This program is rank 0, process \(cluster.me.processIdentifier). Its workers:")
    for worker in cluster.workers {
      console.line("  \(worker.name), rank \(worker.rank), process \(worker.processIdentifier)")
    }
    let bob = try cluster["bob"]
    try tensors()
    try workers()
    try sending(to: bob)
    try computing(at: bob)
    try gradients(at: bob)
    try reading()
    try errors(at: bob)
    if let alice = cluster.workers.first(where: { $0.name == "alice" }) {
      try elsewhere(bob, alice)
    }
    try endCell()
    console.line()
  }

  // MARK: What chapters call

  /// Begins a chapter.
  func chapter(_ title: String) throws {
    try endCell()
    chapterCount += 1
    cellCount = 0
    console.line()
    let heading = "\(chapterCount)  \(title) "
    console.line(
      console.bold(heading) + console.dim(String(repeating: "─", count: 80 - heading.count)))
  }

  /// Begins a cell: shows its sentence and its code, which runs next.
  func cell(_ sentence: String, _ code: String) throws {
    try endCell()
    isInCell = true
    cellCount += 1
    console.line()
    let number = "\(chapterCount).\(cellCount)  "
    let lines = Console.wrapped(sentence, width: 80 - number.count)
    for (index, line) in lines.enumerated() {
      let lead = index == 0 ? console.bold(number) : String(repeating: " ", count: number.count)
      console.line(lead + line)
    }
    console.line()
    for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
      console.line("     \(console.dim("│")) \(line)")
    }
  }

  /// Shows a result of the cell; takes the place of Swift's `print`.
  func print(_ values: Any...) {
    let text = values.map { String(describing: $0) }.joined(separator: " ")
    for (index, line) in Console.wrapped(text, width: Console.width - 7).enumerated() {
      console.line((index == 0 ? "     = " : "       ") + console.bold(line))
    }
  }

  // MARK: The end of a cell

  private func endCell() throws {
    guard isInCell else { return }
    isInCell = false
    for worker in cluster.workers { try showTraffic(with: worker) }
    try pauses?.wait()
  }

  /// What the cell sent to a worker, if anything: op codes, bytes, and the process that they went to.
  private func showTraffic(with worker: Worker) throws {
    let codes = try worker.takeRecordedInstructions()
    let now = worker.traffic
    let sent = traffic[worker].map { now - $0 } ?? now
    traffic[worker] = now
    guard !codes.isEmpty else { return }
    let text =
      "to \(worker.name), process \(worker.processIdentifier): " + names(codes)
      + "; \(sent.bytesSent) bytes"
    for (index, line) in Console.wrapped(text, width: 80 - 7).enumerated() {
      console.line(console.dim((index == 0 ? "     → " : "       ") + line))
    }
  }

  /// `0x0002 send ×2, 0x0300 add`.
  private func names(_ codes: [UInt16]) -> String {
    var groups: [(code: UInt16, count: Int)] = []
    for code in codes {
      if groups.last?.code == code {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((code, 1))
      }
    }
    return groups.map { code, count in
      let digits = String(code, radix: 16, uppercase: true)
      let number = "0x" + String(repeating: "0", count: 4 - digits.count) + digits
      let name =
        OperationCatalogue.entry(code: code)?.identity.name ?? InstructionCode.name(code)
      return "\(number)\u{A0}\(name)" + (count > 1 ? "\u{A0}×\(count)" : "")
    }.joined(separator: ", ")
  }
}

/// The cells name bob, and there is none.
private struct NoBobError: Error, CustomStringConvertible {
  let names: [String]

  var description: String {
    "the tutorial's code speaks of a worker bob, but there is only \(names.joined(separator: ", ")): "
      + "start it with --workers bob,alice"
  }
}
