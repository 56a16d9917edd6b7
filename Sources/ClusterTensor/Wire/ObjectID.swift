import Synchronization

/// Number of an object at a worker, or of a pointer: random, so that nobody guesses one, below 2^63
/// and never 0.
public struct ObjectID: Hashable, Sendable, CustomStringConvertible {
  /// The number itself.
  public let value: UInt64

  /// The id of a number, e.g. one that `bob.objects()` printed.
  public init(_ value: UInt64) { self.value = value }

  public var description: String { String(value) }
}

/// Draws ids in bulk from the system's generator, which is too slow to be asked for each.
package final class IdentifierSource: Sendable {
  fileprivate struct Block {
    var values: [UInt64] = []
    var seeded: SplitMix?
  }
  private let block = Mutex(Block())

  /// Ids from the system's generator, or, for tests that want the same ones again, from a seed.
  package init(seed: UInt64? = nil) {
    if let seed { block.withLock { $0.seeded = SplitMix(state: seed) } }
  }

  package func next() -> ObjectID {
    block.withLock { block in
      while true {
        if let value = block.values.popLast() {
          if value != 0 { return ObjectID(value) }
        } else {
          block.refill()
        }
      }
    }
  }
}

extension IdentifierSource.Block {
  fileprivate mutating func refill() {
    if var generator = seeded {
      values = (0..<256).map { _ in generator.next() >> 1 }
      seeded = generator
    } else {
      values = SystemRandom.block().map { $0 >> 1 }
    }
  }
}

/// splitmix64 (Steele, Lea, Flood 2014).
private struct SplitMix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
