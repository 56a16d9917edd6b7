#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a rank spends the time between two looks for a message.
///
/// First it looks again at once, as most answers come within microseconds; then it offers the core
/// to others before each look; then it sleeps a fiftieth of the time that it has waited so far,
/// which costs an answer at most 2 % more time, up to the profile's limit.
///
///     var backoff = Backoff(profile: .waiting, oversubscribed: share.isOversubscribed)
///     while true {
///       if let frame = try transport.receive() { return frame }
///       backoff.pause()
///     }
package struct Backoff: Sendable {
  /// What is waited for.
  package enum Profile: Sendable, CaseIterable {
    /// An answer that is due: spins 50 µs, yields up to 1 ms, then sleeps at most 1 ms at a time.
    case waiting
    /// Work that may come some time: spins 10 µs, yields up to 200 µs, then sleeps at most 1 ms at a
    /// time during the first second and 50 ms after it. A rank with sends under way is not idle.
    case idle
  }

  /// What to do in one pause.
  package enum Step: Sendable, Equatable {
    /// Look again at once.
    case spin
    /// Let another thread have the core if one wants it.
    case yield
    /// Sleep for so many nanoseconds.
    case sleep(nanoseconds: Int64)
  }

  /// What is waited for.
  private let profile: Profile
  /// Whether spinning would take time from other ranks.
  private let oversubscribed: Bool
  /// When the waiting began; nil until the clock was first read.
  private var start: MonotonicTime?
  /// Pauses until the clock is read again.
  private var pausesUnread: Int

  /// Pauses between two readings of the clock while spinning: a look costs some 50 ns, the clock 25.
  private static let pausesPerReading = 64
  /// In nanoseconds; a shorter one costs more to begin and end than it saves.
  private static let shortestSleep: Int64 = 20_000
  /// In nanoseconds.
  private static let millisecond: Int64 = 1_000_000

  /// A wait that begins now. With more ranks than cores (`oversubscribed`) spinning keeps the very
  /// rank from running that is waited for, so the first phase is left out.
  package init(profile: Profile, oversubscribed: Bool) {
    self.profile = profile
    self.oversubscribed = oversubscribed
    pausesUnread = oversubscribed ? 0 : Self.pausesPerReading
  }

  /// Begins the wait anew, after something has arrived. Costs next to nothing.
  @inline(__always)
  package mutating func reset() {
    start = nil
    pausesUnread = oversubscribed ? 0 : Self.pausesPerReading
  }

  /// Spends some time, from nothing to the profile's longest sleep.
  @inline(__always)
  package mutating func pause() {
    if pausesUnread > 0 {
      pausesUnread -= 1
    } else {
      pauseByClock()
    }
  }

  /// What a wait of `elapsed` nanoseconds does next.
  package static func step(
    afterNanoseconds elapsed: Int64, profile: Profile, oversubscribed: Bool
  ) -> Step {
    let spinning: Int64
    let yielding: Int64
    let longestSleep: Int64
    switch profile {
    case .waiting:
      spinning = 50_000
      yielding = millisecond
      longestSleep = millisecond
    case .idle:
      spinning = 10_000
      yielding = 200_000
      longestSleep = elapsed < 1000 * millisecond ? millisecond : 50 * millisecond
    }
    if elapsed < spinning && !oversubscribed { return .spin }
    if elapsed < yielding { return .yield }
    return .sleep(nanoseconds: min(max(elapsed / 50, shortestSleep), longestSleep))
  }

  /// The pauses that read the clock: not worth inlining.
  @inline(never)
  private mutating func pauseByClock() {
    let now = MonotonicTime.now
    let elapsed: Int64
    if let start {
      elapsed = now.nanoseconds - start.nanoseconds
    } else {
      start = now
      elapsed = 0
    }
    switch Self.step(
      afterNanoseconds: elapsed, profile: profile, oversubscribed: oversubscribed)
    {
    case .spin:
      pausesUnread = Self.pausesPerReading
    case .yield:
      sched_yield()
    case .sleep(let nanoseconds):
      var time = timespec()
      time.tv_nsec = Int(nanoseconds)  // less than a second always
      nanosleep(&time, nil)
    }
  }
}
