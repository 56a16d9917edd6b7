import Foundation
import TensorCore
import Testing

/// A tensor and the text that PyTorch prints for it; see `Tests/Golden/printing.json`.
struct PrintingCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let dtype: String
  let shape: [Int]
  let requiresGrad: Bool
  let text: String
  /// The elements of a tensor of integers or bools.
  let integers: [Int64]?
  /// The bit patterns of floating-point elements, one after the other in hexadecimal.
  let bits: String?

  var testDescription: String { "\(name) \(dtype)\(shape)" }

  /// What is known by name only until the library has it.
  static let dtypesToCome = ["float16", "bfloat16"]
  var isToCome: Bool { PrintingCase.dtypesToCome.contains(dtype) }

  static func all() throws -> [PrintingCase] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/printing.json")
    return try JSONDecoder().decode([PrintingCase].self, from: Data(contentsOf: file))
  }

  func tensor() throws -> Tensor {
    let known = DType.allCases.first { $0.name == self.dtype }
    let dtype = try #require(known)
    if let integers {
      return try Tensor(integers, shape: shape, dtype: dtype, requiresGrad: requiresGrad)
    }
    let digits = Array(try #require(bits))
    let width = 2 * dtype.size
    let patterns = try stride(from: 0, to: digits.count, by: width).map { start -> UInt64 in
      let pattern = UInt64(String(digits[start..<start + width]), radix: 16)
      return try #require(pattern)
    }
    if dtype == .float64 {
      let elements = patterns.map { Double(bitPattern: $0) }
      return try Tensor(elements, shape: shape, dtype: dtype, requiresGrad: requiresGrad)
    }
    let elements = patterns.map { Float(bitPattern: UInt32($0)) }
    return try Tensor(elements, shape: shape, dtype: dtype, requiresGrad: requiresGrad)
  }
}

@Suite("Printing, case by case as PyTorch does")
struct PrintingConformanceTests {
  @Test(arguments: try PrintingCase.all().filter { !$0.isToCome })
  func printsAsPyTorch(_ example: PrintingCase) throws {
    #expect(try example.tensor().description == example.text)
  }

  @Test func nothingElseIsSkipped() throws {
    let cases = try PrintingCase.all()
    #expect(cases.count == 78)
    #expect(cases.count(where: \.isToCome) == 3)
  }
}
