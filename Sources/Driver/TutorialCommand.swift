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

  @Flag(help: "Wait for Enter after each cell; the end of the input ends the tutorial.")
  var step = false

  /// What the tutorial calls ranks that were given no names.
  private static let names = ["bob", "alice"]

  func run() throws {
    try common.withCluster(defaults: TutorialCommand.names) { cluster in
      let tutorial = try Tutorial(
        cluster, on: common.console, pauses: step ? Pauses.onStandardInput : nil)
      do {
        try tutorial.run()
      } catch is EndOfInput {
        // Whoever closes the input has seen enough.
      }
    }
  }
}
