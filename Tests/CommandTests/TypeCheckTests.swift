import Foundation
import Testing

/// The compiler's checks of programs that import this package.
enum TypeCheck {
  /// Checks a program's text. Gives the compiler's status and what it said.
  static func run(_ program: String) throws -> (status: Int32, errors: String) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("clustertensor-typecheck-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("main.swift")
    try program.write(to: source, atomically: true, encoding: .utf8)
    let errors = folder.appendingPathComponent("errors")
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "swiftc", "-typecheck", "-warnings-as-errors", "-swift-version", "6", "-I",
        "\(Products.folder.path)/Modules",
      ]
      + TypeCheck.moduleMaps + [source.path]
    process.standardInput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: errors, encoding: .utf8))
  }

  /// Where the C modules are that the package's own modules import.
  private static var moduleMaps: [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let sources = root.appendingPathComponent("Sources").path
    var maps = ["CMPI", "COneDNN", "COpenBLAS"].map { "\(sources)/\($0)/module.modulemap" }
    maps.append("\(Products.folder.path)/CKernels.build/module.modulemap")
    let folders = [
      "\(sources)/CKernels/include", "/usr/include/\(architecture)-linux-gnu/openblas-pthread",
      "/usr/lib/\(architecture)-linux-gnu/openmpi/include",
    ]
    return maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
      + folders.flatMap { ["-Xcc", "-I\($0)"] }
  }

  private static var architecture: String {
    #if arch(arm64)
      "aarch64"
    #else
      "x86_64"
    #endif
  }
}

/// What the compiler refuses: a local tensor with a pointer.
@Suite struct TypeCheckTests {
  /// Runs the compiler's checks over a program that has a tensor `x` and a pointer `p`.
  private func check(_ line: String) throws -> (status: Int32, errors: String) {
    try TypeCheck.run(
      """
      import ClusterTensor
      func program(_ x: Tensor, _ p: PointerTensor) throws { _ = \(line) }
      """)
  }

  @Test("changes in place compile within a home, not across")
  func inPlace() throws {
    // The long right side: it takes the compiler too long where an operator has one overload too many.
    let fits = try check(
      """
      { () throws in
        var (y, q) = (x, p)
        try y += x * 2 - 1 + x / 3 * y - 0.5 * x + 2 * y - x
        try y *= 0.5
        try y -= 2
        try q -= p / 3 * q + 2 * p - q * p + 1.5 - p / 2
        try q /= 3
      }
      """)
    #expect(fits.status == 0, "\(fits.errors)")
    let mixed = try check("{ () throws in var y = x; try y += p }")
    #expect(mixed.status != 0)
  }

  @Test("tensors compile with tensors, pointers with pointers")
  func sameHome() throws {
    let result = try check("(try x + x * 2, try p + p * 2, try x.matmul(x), try add(p, p))")
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(
    "a tensor with a pointer does not compile",
    arguments: ["try x + p", "try p * x", "try x .< p", "try p.matmul(x)", "try add(x, p)"])
  func mixedHomes(line: String) throws {
    let result = try check(line)
    #expect(result.status == 1)
    #expect(result.errors.contains("main.swift:2:"), "\(result.errors)")
    #expect(
      result.errors.contains("Tensor") && result.errors.contains("PointerTensor"),
      "\(result.errors)")
  }
}
