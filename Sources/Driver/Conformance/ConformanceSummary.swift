import ClusterTensor
import Foundation

/// How many of what pass.
package struct ConformanceSummary: Sendable, Equatable, CustomStringConvertible {
  /// Part of a number.
  package struct Count: Sendable, Equatable {
    package let passed: Int
    package let all: Int
    package init(passed: Int, all: Int) {
      self.passed = passed
      self.all = all
    }
  }

  package let cases: Count
  /// Operators of which every case passes.
  package let operators: Count
  package let refusals: Count
  package let printed: Count

  package init(cases: Count, operators: Count, refusals: Count, printed: Count) {
    self.cases = cases
    self.operators = operators
    self.refusals = refusals
    self.printed = printed
  }

  /// The last line of a run.
  package var description: String {
    "conformance: \(cases.passed) of \(cases.all) cases, "
      + "\(operators.passed) of \(operators.all) operators, "
      + "\(refusals.passed) of \(refusals.all) refusals, "
      + "\(printed.passed) of \(printed.all) printed"
  }
}

/// The figures that a run must reach.
package struct ConformanceFloor: Sendable, Equatable {
  package let cases: Int
  package let operators: Int
  package let refusals: Int
  package let printed: Int

  /// Reads a run's last line, or the four figures alone, in brackets or not. Returns nil for other texts.
  package init?(_ text: String) {
    let numbers = text.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    switch numbers.count {
    case 4: self.init(numbers[0], numbers[1], numbers[2], numbers[3])
    case 8: self.init(numbers[0], numbers[2], numbers[4], numbers[6])
    default: return nil
    }
  }

  private init(_ cases: Int, _ operators: Int, _ refusals: Int, _ printed: Int) {
    self.cases = cases
    self.operators = operators
    self.refusals = refusals
    self.printed = printed
  }

  /// Reads a file. Throws `TensorError.file`.
  init(contentsOf path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw TensorError.file(
        path: path, reason: "it cannot be opened: check the path and that you may read it")
    }
    guard let floor = ConformanceFloor(String(decoding: bytes, as: UTF8.self)) else {
      throw TensorError.file(
        path: path, reason: "it must hold four figures, or the last line of a run")
    }
    self = floor
  }

  /// The figures that are too low: `1200 cases instead of 1210`.
  package func shortfalls(of summary: ConformanceSummary) -> [String] {
    [
      ("cases", summary.cases.passed, cases), ("operators", summary.operators.passed, operators),
      ("refusals", summary.refusals.passed, refusals),
      ("printed", summary.printed.passed, printed),
    ].compactMap { name, got, want in got < want ? "\(got) \(name) instead of \(want)" : nil }
  }
}
