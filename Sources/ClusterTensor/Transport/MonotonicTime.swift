#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The clock that deadlines are measured with: it never goes back. Nanoseconds since some start.
package struct MonotonicTime: Sendable, Comparable {
  /// Nanoseconds since a start that is the same for all readings in one process.
  package let nanoseconds: Int64

  /// So many nanoseconds after the start.
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The time now. Costs about 25 ns and no allocation.
  package static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(
      nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  /// This time and so many seconds. What is not a number counts as 0; more than 30 years as that.
  package func advanced(bySeconds seconds: Double) -> MonotonicTime {
    let bounded = seconds.isNaN ? 0 : min(max(seconds, 0), 1e9)
    return MonotonicTime(nanoseconds: nanoseconds &+ Int64(bounded * 1e9))
  }

  /// Milliseconds from this time until now, with three digits, for people to read.
  var millisecondsUntilNow: Double {
    Double((MonotonicTime.now.nanoseconds &- nanoseconds) / 1000) / 1000
  }

  /// Whether one time comes before another.
  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
