import Foundation

/// Waits for Enter between the cells of the tutorial.
struct Pauses {
  private init() {}

  /// Waits on standard input where somebody can press Enter there: a terminal, or the pipe that mpirun
  /// makes of one. Nil elsewhere.
  static var onStandardInput: Pauses? {
    var status = stat()
    guard fstat(STDIN_FILENO, &status) == 0 else { return nil }
    let isPipe = status.st_mode & S_IFMT == S_IFIFO || status.st_mode & S_IFMT == S_IFSOCK
    return isPipe || isatty(STDIN_FILENO) != 0 ? Pauses() : nil
  }

  /// Asks for Enter and waits until it is pressed. Throws `EndOfInput` where it will not be: on Ctrl-C mpirun closes the
  /// input first, before it ends the ranks.
  func wait(_ request: String) throws {
    // mpirun passes on output and errors each by itself: what was shown should come first.
    usleep(50_000)
    Console.write(request, to: .standardError)
    if readLine() == nil {
      Console.write("\n", to: .standardError)
      throw EndOfInput()
    }
  }
}

/// Nobody will press Enter any more.
struct EndOfInput: Error {}
