import Glibc

enum HostName {
  /// This host's name.
  static let current: String = {
    var characters = [CChar](repeating: 0, count: 256)
    guard gethostname(&characters, characters.count - 1) == 0 else { return "unknown" }
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }()
}
