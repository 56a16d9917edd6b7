/// What goes wrong with the frames that a `FaultyTransport` sends.
package struct Faults: Sendable, Equatable {
  /// Which frames a fault strikes. Frames are numbered from 0 in the order in which they are sent,
  /// to whatever rank.
  package enum Choice: Sendable, Equatable {
    /// No frame.
    case none
    /// Each frame with this probability, 0 to 1, independently of other faults.
    case probability(Double)
    /// These and no others.
    case frames(Set<Int>)
  }

  /// Frames that never leave. Nothing else strikes these.
  package var drop = Choice.none
  /// Frames that lose their end: how much is random, at least one byte.
  package var truncate = Choice.none
  /// Frames of which one random bit is turned around.
  package var flip = Choice.none
  /// Frames that are held back, and with them all later ones to the same rank.
  package var delay = Choice.none
  /// For how many calls of `receive` and `progress` a frame is held back.
  package var delayedCalls = 16

  /// No faults but the given ones.
  package init(
    drop: Choice = .none, truncate: Choice = .none, flip: Choice = .none, delay: Choice = .none,
    delayedCalls: Int = 16
  ) {
    self.drop = drop
    self.truncate = truncate
    self.flip = flip
    self.delay = delay
    self.delayedCalls = delayedCalls
  }
}

/// What a `FaultyTransport` has done so far, in frames.
package struct FaultCounts: Sendable, Equatable {
  /// Frames that were given to it.
  package var sent = 0
  /// Frames that never left.
  package var dropped = 0
  /// Frames that lost their end.
  package var truncated = 0
  /// Frames of which a bit was turned around.
  package var flipped = 0
  /// Frames that were held back of themselves, not for another one before them.
  package var delayed = 0

  /// Nothing done but the given.
  package init(
    sent: Int = 0, dropped: Int = 0, truncated: Int = 0, flipped: Int = 0, delayed: Int = 0
  ) {
    self.sent = sent
    self.dropped = dropped
    self.truncated = truncated
    self.flipped = flipped
    self.delayed = delayed
  }
}

/// Random numbers that depend on a seed and a position only, so that what befalls a frame does not
/// depend on which other faults are switched on.
struct FaultGenerator {
  /// Decides everything.
  let seed: UInt64

  /// What a number is drawn for.
  enum Purpose: UInt64 {
    /// Whether each of four faults strikes, how many bytes are left, which bit is turned around.
    case drop, truncate, flip, delay, length, bit
  }

  /// 64 random bits: SplitMix64's output function (Steele, Lea, Flood: Fast Splittable Pseudorandom
  /// Number Generators, 2014) of the position.
  func bits(_ frame: Int, _ purpose: Purpose) -> UInt64 {
    var z =
      seed &+ (UInt64(truncatingIfNeeded: frame) &* 8 &+ purpose.rawValue &+ 1)
      &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Whether a fault strikes a frame.
  func strikes(_ choice: Faults.Choice, _ frame: Int, _ purpose: Purpose) -> Bool {
    switch choice {
    case .none: false
    case .probability(let probability):
      Double(bits(frame, purpose) >> 11) * 0x1p-53 < probability
    case .frames(let chosen): chosen.contains(frame)
    }
  }

  /// A random number from 0 to `bound` - 1; `bound` is positive.
  func below(_ bound: Int, _ frame: Int, _ purpose: Purpose) -> Int {
    Int(bits(frame, purpose) % UInt64(bound))
  }
}
