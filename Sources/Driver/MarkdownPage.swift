import ClusterTensor

/// The tutorial as a document. It leaves out what differs from run to run, so that the document changes
/// only when the tutorial does.
final class MarkdownPage: TutorialPage {
  /// Ids of a run that is written down come from this seed.
  static let identifierSeed: UInt64 = 1

  private let console: Console
  private let language: Language
  /// Whether the block of the cell's results is open.
  private var isInResults = false

  init(_ console: Console, _ language: Language) {
    self.console = console
    self.language = language
  }

  func begin(with cluster: Cluster) {
    console.line("<!-- Made by scripts/generate-docs: change the tutorial, not this file. -->")
    console.line()
    console.line("# " + TutorialWords.title[language])
    console.line()
    console.line(TutorialWords.otherLanguage[language])
    console.line()
    console.line(TutorialWords.openingOfDocument(workers: cluster.workers)[language])
  }

  func beginChapter(_ number: Int, _ title: String) {
    console.line()
    console.line("## \(number). \(title)")
  }

  func beginCell(_ number: String, _ sentence: String, code: String) {
    console.line()
    console.line("**\(number)** \(MarkdownPage.escaped(sentence))")
    console.line()
    console.line("```swift")
    console.line(code)
    console.line("```")
  }

  func showResult(_ text: String) {
    if !isInResults {
      isInResults = true
      console.line()
      console.line("```text")
    }
    for line in TextLayout.lines(of: text, width: Console.width) { console.line(line) }
  }

  func endCell(_ sent: [SentInstructions]) {
    if isInResults { console.line("```") }
    isInResults = false
    for sent in sent {
      let codes = sent.codes.filter { $0 != InstructionCode.release }
      guard !codes.isEmpty else { continue }
      let instructions = SentInstructions.groups(of: codes).map { instruction, count in
        "`\(instruction)`" + (count > 1 ? " ×\(count)" : "")
      }
      console.line()
      console.line(
        TutorialWords.sentInDocument(
          instructions.joined(separator: ", "), to: sent.worker)[language])
    }
  }

  func end() {}

  /// A sentence whose signs stay signs.
  private static func escaped(_ sentence: String) -> String {
    var text = ""
    for character in sentence {
      if "*_<>`\\".contains(character) { text.append("\\") }
      text.append(character)
    }
    return text
  }
}
