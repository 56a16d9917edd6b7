import ClusterTensor

/// Runs cells of code and shows each with its sentence, its text and what it printed.
///
/// A chapter is a method in a file `Tutorial+….swift`. There the sentence stands in every language, and the
/// text of a cell above the code itself, which runs as it stands; `TutorialTextTests` compares the
/// two line by line, so that they cannot drift apart. In a chapter `print` writes a result of the
/// current cell.
final class Tutorial {
  let cluster: Cluster
  private let page: any TutorialPage
  private let language: Language
  private let pauses: Pauses?
  private var traffic: [Worker: Traffic] = [:]
  private var chapterCount = 0
  private var cellCount = 0
  private var isInCell = false

  /// A tutorial that shows its cells on `page`. Throws `NoBobError` where no worker is called bob.
  init(_ cluster: Cluster, on page: any TutorialPage, in language: Language, pauses: Pauses?) throws
  {
    self.cluster = cluster
    self.page = page
    self.language = language
    self.pauses = pauses
    let names = cluster.workers.map(\.name)
    guard names.contains("bob") else {
      throw NoBobError(description: TutorialWords.noBob(names)[language])
    }
  }

  /// Runs all chapters. Throws `EndOfInput` where the input ends at a pause, and what a cell throws.
  func run() throws {
    for worker in cluster.workers {
      traffic[worker] = worker.traffic
      _ = try worker.takeRecordedInstructions()
    }
    page.begin(with: cluster)
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
    page.end()
  }

  // MARK: What chapters call

  /// Begins a chapter.
  func chapter(english: String, japanese: String) throws {
    try endCell()
    chapterCount += 1
    cellCount = 0
    page.beginChapter(chapterCount, Text(english: english, japanese: japanese)[language])
  }

  /// Begins a cell: shows its sentence and its code, which runs next.
  func cell(english: String, japanese: String, _ code: String) throws {
    try endCell()
    isInCell = true
    cellCount += 1
    let sentence = Text(english: english, japanese: japanese)[language]
    page.beginCell("\(chapterCount).\(cellCount)", sentence, code: code)
  }

  /// Shows a result of the cell; takes the place of Swift's `print`.
  func print(_ values: Any...) {
    page.showResult(values.map(describe).joined(separator: " "))
  }

  /// What `print` writes for a value; an object of a list is not broken across lines.
  private func describe(_ value: Any) -> String {
    let text = String(describing: value)
    guard let objects = value as? ObjectList else { return text }
    return objects.reduce(text) { text, object in
      let entry = "\(object.id): \(object.text)"
      return text.replacing(entry, with: TextLayout.joined(entry))
    }
  }

  // MARK: The end of a cell

  private func endCell() throws {
    guard isInCell else { return }
    isInCell = false
    var sent: [SentInstructions] = []
    for worker in cluster.workers {
      let codes = try worker.takeRecordedInstructions()
      let now = worker.traffic
      let bytes = (traffic[worker].map { now - $0 } ?? now).bytesSent
      traffic[worker] = now
      guard !codes.isEmpty else { continue }
      sent.append(SentInstructions(worker: worker, codes: codes, bytes: bytes))
    }
    page.endCell(sent)
    try pauses?.wait(TutorialWords.pause[language])
  }
}

/// What a cell sent to a worker.
struct SentInstructions {
  let worker: Worker
  let codes: [UInt16]
  let bytes: Int

  /// Code and name of each instruction, `0x0300 add`, with how many of it follow each other.
  var groups: [(instruction: String, count: Int)] { SentInstructions.groups(of: codes) }

  static func groups(of codes: [UInt16]) -> [(instruction: String, count: Int)] {
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
      return ("\(number) \(name)", count)
    }
  }
}

/// The cells name bob, and there is none.
private struct NoBobError: Error, CustomStringConvertible {
  let description: String
}
