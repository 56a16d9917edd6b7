import Driver
import Testing

/// The tutorial in each of its languages.
extension Sessions {
  @Suite struct TutorialLanguageTests {
    private func tutorial(_ arguments: String...) throws -> [String] {
      let driver = try Products.driver
      let outcome = try Job().run(["-n", "3", driver, "tutorial"] + arguments)
      outcome.requireCleanEnd(status: 0)
      #expect(outcome.errors == "")
      return outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
    }

    private static func hasKana(_ text: String) -> Bool {
      text.unicodeScalars.contains { 0x3041...0x30FF ~= $0.value }
    }

    /// A document's lines: code, results and instructions, and what is told in a language.
    private func parts(of document: [String]) -> (facts: [String], words: [String]) {
      var facts: [String] = []
      var words: [String] = []
      var isInBlock = false
      for line in document where !line.isEmpty {
        if line.hasPrefix("```") {
          isInBlock.toggle()
          facts.append(line)
        } else if isInBlock {
          facts.append(line)
        } else if line.hasPrefix("→") {
          facts.append(line.split(separator: "`", maxSplits: 1).last.map(String.init) ?? line)
        } else if !line.hasPrefix("<!--") {
          words.append(line)
        }
      }
      return (facts, words)
    }

    @Test("both languages have the same cells with the same code, results and instructions")
    func sameCells() throws {
      let english = parts(of: try tutorial("--language", "en", "--format", "markdown"))
      let japanese = parts(of: try tutorial("--language", "ja", "--format", "markdown"))
      #expect(english.facts == japanese.facts)
      #expect(english.facts.count > 150)
      #expect(english.words.count == japanese.words.count)
      for (english, japanese) in zip(english.words, japanese.words) {
        // Numbers of chapters and cells.
        let mark = { (line: String) in line.prefix { "*#. 0123456789".contains($0) } }
        #expect(mark(english) == mark(japanese))
        #expect(english != japanese)
      }
      for line in english.words where line != "[日本語](tutorial.ja.md)" {
        #expect(!Self.hasKana(line), "\(line)")
      }
      for line in japanese.words where line != "[English](tutorial.md)" {
        #expect(Self.hasKana(line) || line.hasSuffix("bob と alice"), "\(line)")
      }
    }

    @Test("a document is the same in every run")
    func sameDocument() throws {
      let first = try tutorial("--format", "markdown")
      #expect(try tutorial("--format", "markdown") == first)
    }

    @Test("everything fits 80 columns and is in the chosen language", arguments: ["en", "ja"])
    func terminal(language: String) throws {
      let lines = try tutorial("--language", language)
      for line in lines {
        #expect(TextLayout.columns(of: line) <= 80, "\(line)")
        // Code and results are the same in both.
        let isNeutral = line.hasPrefix("     │") || line.hasPrefix("     =")
        if language == "en", !isNeutral { #expect(!Self.hasKana(line), "\(line)") }
        if language == "ja" {
          if line.hasPrefix("     →") { #expect(line.contains("（プロセス "), "\(line)") }
          if line.first?.isNumber == true { #expect(Self.hasKana(line), "\(line)") }
        }
      }
      #expect(lines.count > 200)
      #expect(lines.first == (language == "en" ? "Tensors at bob's" : "bob に預けるテンソル"))
    }

    @Test("English unless asked otherwise; help lists the option")
    func help() throws {
      #expect(try tutorial().first == "Tensors at bob's")
      let help = try Job().run(["-n", "3", try Products.driver, "tutorial", "--help"])
      help.requireCleanEnd(status: 0, brief: true)
      #expect(help.output.contains("--language <language>"))
      #expect(help.output.contains("(values: en, ja; default: en)"))
    }

    @Test("a missing bob is told in the chosen language")
    func noBob() throws {
      let outcome = try Job().run([
        "-n", "2", try Products.driver, "tutorial", "--language", "ja", "--workers", "carol",
      ])
      outcome.requireCleanEnd(status: 1)
      outcome.requireError("carol だけです")
    }
  }
}
