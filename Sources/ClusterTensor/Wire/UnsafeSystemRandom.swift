import Glibc

enum SystemRandom {
  /// 32 random words from the kernel in one call, which is as much as it gives at once.
  static func block() -> [UInt64] {
    var words = [UInt64](repeating: 0, count: 32)
    let status = words.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { getentropy($0, bytes.count) } ?? -1
    }
    // Where the kernel gives none, Swift's generator, which knows other ways, does it.
    return status == 0 ? words : words.map { _ in .random(in: .min ... .max) }
  }
}
