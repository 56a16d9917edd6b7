import Glibc
import Logging

/// Log lines on standard error, so that standard output stays the program's.
public enum ClusterLog {
  /// A logger of the level. Each event is one line, written at once, with the time of day, the level, and
  /// in front of the text the rank and the worker's name:
  ///
  ///     12:00:01.234 info    [rank 1 bob] joined: host vm, process 123
  public static func logger(level: Logger.Level) -> Logger {
    logger(level: level) { StandardError.write($0) }
  }

  /// The same with the lines, ends included, going elsewhere.
  package static func logger(
    level: Logger.Level, writing write: @escaping @Sendable (String) -> Void
  ) -> Logger {
    var logger = Logger(label: "clustertensor") { _ in LineLogHandler(write: write) }
    logger.logLevel = level
    return logger
  }
}

/// Writes each event as one line.
private struct LineLogHandler: LogHandler {
  let write: @Sendable (String) -> Void
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.warning

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  private static let widestLevel = "critical".count

  func log(event: LogEvent) {
    var more = metadata
    if let own = event.metadata { more.merge(own) { $1 } }
    var line = TimeOfDay.now + " " + event.level.rawValue
    line += String(
      repeating: " ", count: LineLogHandler.widestLevel - event.level.rawValue.count + 1)
    if let rank = more.removeValue(forKey: Logger.rankKey) {
      let name = more.removeValue(forKey: Logger.workerKey).map { " \($0)" } ?? ""
      line += "[rank \(rank)\(name)] "
    }
    line += "\(event.message)"
    for (key, value) in more.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
    write(LineLogHandler.onOneLine(line) + "\n")
  }

  /// Texts may come from other ranks: nothing in them begins a line of its own or moves the cursor.
  private static func onOneLine(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { !isControl($0) }
    return isPlain
      ? text
      : text.unicodeScalars.reduce(into: "") { line, scalar in
        if isControl(scalar) {
          line += scalar.escaped(asASCII: true)
        } else {
          line.unicodeScalars.append(scalar)
        }
      }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

/// The local time of day as log lines show it.
private enum TimeOfDay {
  /// "12:00:01.234".
  static var now: String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    localtime_r(&time.tv_sec, &parts)
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }
    return clock.joined(separator: ":") + "." + digits(time.tv_nsec / 1_000_000, 3)
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}

extension Logger {
  static let rankKey = "rank"
  static let workerKey = "worker"

  /// The logger with rank and name as metadata, which `ClusterLog` puts in front of each line.
  func at(rank: Int, worker name: String) -> Logger {
    var logger = self
    logger[metadataKey: Logger.rankKey] = "\(rank)"
    logger[metadataKey: Logger.workerKey] = "\(name)"
    return logger
  }
}

/// A logger whose level was looked up once: what is not wanted costs one test of a stored value, and no
/// text is made.
struct EventLog: Sendable {
  let logger: Logger
  /// Whether reads, transfers and failures are wanted.
  let isDebugging: Bool
  /// Whether each frame and instruction is wanted.
  let isTracing: Bool

  init(_ logger: Logger) {
    self.logger = logger
    isDebugging = logger.logLevel <= .debug
    isTracing = logger.logLevel <= .trace
  }

  func warning(_ text: @autoclosure () -> String) { logger.warning("\(text())") }

  func info(_ text: @autoclosure () -> String) { logger.info("\(text())") }

  func debug(_ text: @autoclosure () -> String) {
    if isDebugging { logger.debug("\(text())") }
  }

  func trace(_ text: @autoclosure () -> String) {
    if isTracing { logger.trace("\(text())") }
  }
}
