import ArgumentParser
import Foundation

/// When text is set in bold or dim.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// Decides by the terminal and by what people commonly set: NO_COLOR, CLICOLOR_FORCE.
  var isColored: Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto:
      let environment = ProcessInfo.processInfo.environment
      if let no = environment["NO_COLOR"], !no.isEmpty { return false }
      if let force = environment["CLICOLOR_FORCE"], !force.isEmpty { return force != "0" }
      // mpirun gives every rank a terminal of its own, which says nothing about the user's.
      guard Launch.rank == nil, environment["TERM"] != "dumb" else { return false }
      return isatty(STDOUT_FILENO) != 0
    }
  }
}

/// Writes a command's output, a line at a time.
struct Console {
  /// Columns that lines are broken at.
  static let width = 80

  private let isColored: Bool

  init(_ choice: ColorChoice) { isColored = choice.isColored }

  func line(_ text: String = "") { Console.write(text + "\n", to: .standardOutput) }

  func bold(_ text: String) -> String { styled(text, "1") }
  func dim(_ text: String) -> String { styled(text, "2") }

  private func styled(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Writes at once, past any buffer. Where nobody listens any more there is nobody to tell.
  static func write(_ text: String, to file: FileHandle) {
    try? file.write(contentsOf: Data(text.utf8))
  }
}
