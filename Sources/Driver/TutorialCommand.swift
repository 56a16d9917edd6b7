import ArgumentParser
import ClusterTensor

/// The tutorial, run cell by cell.
struct TutorialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tutorial",
    abstract: "Runs the tutorial at bob's and alice's: a sentence, the code, its result.",
    discussion: """
      Workers are called bob and alice unless --workers says otherwise; the cells need a bob, and one \
      of them an alice.
      """,
    version: ClusterTensorVersion.current)

  @OptionGroup var common: CommonOptions

  @Option(help: "Language of the sentences: en for English, ja for Japanese.")
  var language = Language.english

  @Option(
    help: ArgumentHelp(
      "How it is shown: text, or markdown as in docs.",
      discussion: "markdown takes ids from a fixed seed and leaves out what differs between runs."))
  var format = TutorialFormat.text

  @Flag(help: "Wait for Enter after each cell; the end of the input ends the tutorial.")
  var step = false

  /// What the tutorial calls ranks that were given no names.
  private static let names = ["bob", "alice"]

  func run() throws {
    let seed = format == .markdown ? MarkdownPage.identifierSeed : nil
    try common.withCluster(defaults: TutorialCommand.names, identifierSeed: seed) { cluster in
      let tutorial = try Tutorial(
        cluster, on: page, in: language, pauses: step ? Pauses.onStandardInput : nil)
      do {
        try tutorial.run()
      } catch is EndOfInput {
        // Whoever closes the input has seen enough.
      }
    }
  }

  private var page: any TutorialPage {
    switch format {
    case .text: TerminalPage(common.console, language)
    case .markdown: MarkdownPage(common.console, language)
    }
  }
}
