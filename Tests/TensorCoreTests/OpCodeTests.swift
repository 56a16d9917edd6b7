import Foundation
import TensorCore
import Testing

@Suite struct OpCodeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let golden = root.appending(path: "Tests/Golden/op-codes.txt")

  @Test func codesAndNamesAreUnique() {
    let identities = OperationCatalogue.entries.map { $0.identity }
    #expect(Set(identities.map(\.code)).count == identities.count)
    #expect(Set(identities.map(\.name)).count == identities.count)
    #expect(identities.allSatisfy { $0.code >= 0x0100 })
  }

  @Test func codesArePinned() throws {
    let lines = OperationCatalogue.entries.map { $0.identity }.map { identity in
      let digits = String(identity.code, radix: 16, uppercase: true)
      return "0x" + String(repeating: "0", count: 4 - digits.count) + digits + " " + identity.name
    }
    let current = lines.sorted().joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(current.utf8).write(to: Self.golden)
    }
    let pinned = try String(contentsOf: Self.golden, encoding: .utf8)
    #expect(
      current == pinned,
      """
      Op codes stand on the wire: lines may be added to \(Self.golden.path), never changed or removed. \
      For a new operation run the tests once with UPDATE_GOLDEN=1.
      """)
  }

  @Test func theCatalogueFindsEntries() {
    for entry in OperationCatalogue.entries {
      #expect(OperationCatalogue.entry(code: entry.identity.code)?.identity == entry.identity)
      #expect(OperationCatalogue.entry(name: entry.identity.name)?.identity == entry.identity)
    }
    #expect(OperationCatalogue.entry(code: 0) == nil)
    #expect(OperationCatalogue.entry(code: .max) == nil)
    #expect(OperationCatalogue.entry(name: "no such operation") == nil)
  }

  /// Types cannot be found by reflection, but their sources can.
  @Test func everyDeclaredOperationIsListed() throws {
    let sources = Self.root.appending(path: "Sources").resolvingSymlinksInPath()
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var declared: [String] = []
    let declaration = /let identity = OperationIdentity\(\s*name: "([^"]+)"/
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      declared += text.matches(of: declaration).map { String($0.1) }
    }
    #expect(declared.sorted() == OperationCatalogue.entries.map { $0.identity.name }.sorted())
  }
}
