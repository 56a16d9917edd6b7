import ArgumentParser
import ClusterTensor

/// Where the tutorial is shown, and how it looks there.
protocol TutorialPage: AnyObject {
  /// Title and opening lines.
  func begin(with cluster: Cluster)
  func beginChapter(_ number: Int, _ title: String)
  /// Shows a cell's sentence and code, before it runs.
  func beginCell(_ number: String, _ sentence: String, code: String)
  /// Shows a result while the cell runs.
  func showResult(_ text: String)
  /// Shows what the cell sent, to each worker that was sent something.
  func endCell(_ sent: [SentInstructions])
  func end()
}

/// How a tutorial is shown.
enum TutorialFormat: String, ExpressibleByArgument, CaseIterable {
  case text, markdown
}

/// The tutorial on a terminal.
final class TerminalPage: TutorialPage {
  private let console: Console
  private let language: Language

  init(_ console: Console, _ language: Language) {
    self.console = console
    self.language = language
  }

  func begin(with cluster: Cluster) {
    console.line(console.bold(TutorialWords.title[language]))
    console.line()
    let process = cluster.me.processIdentifier
    show(TutorialWords.opening(process: process)[language])
    for worker in cluster.workers {
      console.line("  " + TutorialWords.introduction(of: worker)[language])
    }
  }

  func beginChapter(_ number: Int, _ title: String) {
    console.line()
    let heading = "\(number)  \(title) "
    let rest = max(0, Console.width - TextLayout.columns(of: heading))
    console.line(console.bold(heading) + console.dim(String(repeating: "─", count: rest)))
  }

  func beginCell(_ number: String, _ sentence: String, code: String) {
    console.line()
    show(sentence, after: number + "  ", style: { $0 }, leadStyle: console.bold)
    console.line()
    for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
      console.line("     \(console.dim("│")) \(line)")
    }
  }

  func showResult(_ text: String) {
    show(text, after: "     = ", style: console.bold)
  }

  func endCell(_ sent: [SentInstructions]) {
    for sent in sent {
      // What belongs together stays on one line.
      let instructions = sent.groups.map { instruction, count in
        TextLayout.joined(count > 1 ? "\(instruction) ×\(count)" : instruction)
      }
      let text = TutorialWords.sent(
        instructions.joined(separator: ", "), bytes: sent.bytes, to: sent.worker)[language]
      show(text, after: "     → ", style: console.dim, leadStyle: console.dim)
    }
  }

  func end() { console.line() }

  /// Shows a text behind a lead, its further lines set in as far.
  private func show(
    _ text: String, after lead: String = "", style: (String) -> String = { $0 },
    leadStyle: (String) -> String = { $0 }
  ) {
    let lines = TextLayout.lines(of: text, width: Console.width - lead.count)
    for (index, line) in lines.enumerated() {
      let start = index == 0 ? leadStyle(lead) : String(repeating: " ", count: lead.count)
      console.line(start + style(line))
    }
  }
}
