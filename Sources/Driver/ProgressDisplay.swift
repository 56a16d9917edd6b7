import ArgumentParser
import ClusterLearning
import Foundation

/// How a training shows how far it is.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  case bar, plain, none
}

/// Shows how far a training is, on standard error.
struct ProgressDisplay {
  private let style: ProgressStyle
  private let tolerance = StoppingRule().gradientTolerance
  /// Gradient norm at the first look.
  private var first: Double?

  /// Iterations between two plain lines.
  private static let plainInterval = 100
  private static let barWidth = 40

  init(_ style: ProgressStyle) { self.style = style }

  mutating func show(_ progress: TrainingProgress) {
    let first = self.first ?? progress.gradientNorm
    self.first = first
    let text =
      "iteration \(progress.iteration), loss \(String(format: "%.4f", progress.loss)), "
      + "gradient norm \(String(format: "%.1e", progress.gradientNorm))"
    switch style {
    case .none: break
    case .plain:
      if progress.iteration % ProgressDisplay.plainInterval == 0 { write(text + "\n") }
    case .bar:
      // The norm falls by a factor in equal times, so its logarithm is what grows evenly.
      let share = log(first / progress.gradientNorm) / log(first / tolerance)
      let limited = share.isNaN ? 0 : min(max(share, 0), 1)
      let filled = Int((limited * Double(ProgressDisplay.barWidth)).rounded())
      let bar =
        String(repeating: "█", count: filled)
        + String(repeating: "░", count: ProgressDisplay.barWidth - filled)
      write("\r\(bar) \(text)\u{1B}[K")
    }
  }

  /// Leaves the bar's line.
  func finish() {
    if style == .bar { write("\n") }
  }

  private func write(_ text: String) { Console.write(text, to: .standardError) }
}
