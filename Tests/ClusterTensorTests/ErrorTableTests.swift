import ClusterTensor
import Foundation
import TestSupport
import Testing

/// `docs/errors.md` and the cases in the sources are one.
@Suite struct ErrorTableTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/errors.md")

  @Test func everyCaseHasAnExample() {
    let names = ErrorExamples.kinds.map(\.name)
    let shown = Set(ErrorExamples.all.map(\.name))
    #expect(Set(names).count == names.count)
    #expect(shown.subtracting(names).isEmpty)
    #expect(Set(names).subtracting(shown).isEmpty)
    #expect(Set(ErrorExamples.all.map(\.description)).count == ErrorExamples.all.count)
  }

  @Test func everyCaseSaysWhatToDo() {
    for kind in ErrorExamples.kinds {
      #expect(kind.cause.hasSuffix(".") && kind.remedy.hasSuffix("."), "\(kind.name)")
    }
    for example in ErrorExamples.all {
      #expect(!example.text.isEmpty && !ErrorExample.holdsSecret(example.text), "\(example)")
    }
  }

  @Test func theTableIsUpToDate() throws {
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(ErrorTable.markdown.utf8).write(to: Self.file)
    }
    let written = try String(contentsOf: Self.file, encoding: .utf8)
    #expect(
      written == ErrorTable.markdown,
      "docs/errors.md is made from the sources: run scripts/generate-errors")
  }
}
