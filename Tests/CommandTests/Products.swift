import Foundation

/// The programs of this build. They stand beside the program that runs the tests.
enum Products {
  /// Where the build puts its products.
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  static var sessionProbe: String { get throws { try path(of: "SessionProbe") } }
  static var rankWorker: String { get throws { try path(of: "RankWorker") } }
  static var driver: String { get throws { try path(of: "Driver") } }

  /// The project's folder of tables.
  static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Data").path

  private static func path(of name: String) throws -> String {
    let path = folder.appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Missing(
        description: "\(path) was not built: run `swift build -c release --build-tests`")
    }
    return path
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }
}
