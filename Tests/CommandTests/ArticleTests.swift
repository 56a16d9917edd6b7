import Foundation
import Testing

/// The code in the documentation's articles compiles against this build.
@Suite struct ArticleTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../..").standardized
  private static let folder = root.appending(path: "Sources/ClusterTensor/ClusterTensor.docc")

  static let articles = ["GettingStarted", "Pointers", "Gradients", "Errors", "RunningOnACluster"]

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name + ".md"), encoding: .utf8)
  }

  /// The blocks of Swift code, but for package manifests, one after the other: what a reader has who types them in.
  private static func program(_ name: String) throws -> String {
    let parts = try text(name).components(separatedBy: "\n```swift\n").dropFirst()
    let blocks = try parts.map { part in try #require(part.components(separatedBy: "\n```").first) }
    let code = blocks.filter { !$0.hasPrefix("// swift-tools-version") }.joined(separator: "\n")
    return code.contains("import ClusterTensor")
      ? code : "import ClusterTensor\n" + opening + code
  }

  /// What the first article's program begins with, and the others take for granted.
  private static let opening = """
    let cluster = try Cluster.join(workers: ["bob", "alice"])
    let (bob, alice) = (try cluster["bob"], try cluster["alice"])

    """

  @Test("the code of an article compiles", arguments: articles)
  func compiles(name: String) throws {
    let program = try Self.program(name)
    let result = try TypeCheck.run(program)
    #expect(result.status == 0, "\(result.errors)\n\(program)")
  }

  @Test("the catalog has these articles, and the first page leads to each")
  func catalog() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(
      Set(files.filter { $0.hasSuffix(".md") })
        == Set(Self.articles.map { $0 + ".md" } + ["ClusterTensor.md"]))
    let first = try Self.text("ClusterTensor")
    for name in Self.articles { #expect(first.contains("<doc:\(name)>")) }
  }

  @Test("the first article's package and program are the README's way to start")
  func manifest() throws {
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    let marks = try Self.text("GettingStarted").components(separatedBy: "```swift\n// swift-tools")
    let manifest = try #require(marks.last?.components(separatedBy: "\n```").first)
    #expect(readme.contains("// swift-tools" + manifest))
  }
}
