import Foundation

/// Waits for Enter between the cells of the tutorial.
final class Pauses {
  /// False from the end of the input on.
  private var isOpen = true

  private init() {}

  /// Waits on standard input where somebody can press Enter there: a terminal, or the pipe that mpirun
  /// makes of one. Nil elsewhere.
  static var onStandardInput: Pauses? {
    var status = stat()
    guard fstat(STDIN_FILENO, &status) == 0 else { return nil }
    let isPipe = status.st_mode & S_IFMT == S_IFIFO || status.st_mode & S_IFMT == S_IFSOCK
    return isPipe || isatty(STDIN_FILENO) != 0 ? Pauses() : nil
  }

  /// Returns when Enter was pressed, at once where no more input will come.
  func wait() {
    guard isOpen else { return }
    // mpirun passes on output and errors each by itself: what was shown should come first.
    usleep(50_000)
    Console.write("Press Enter to go on. ", to: .standardError)
    isOpen = readLine() != nil
    if !isOpen { Console.write("\n", to: .standardError) }
  }
}
