import ClusterTensor
import Driver
import Testing

/// When a result agrees with the expected one.
@Suite struct ConformanceRuleTests {
  private static let tolerance = Tolerance(absolute: 0.1, relative: 0.01)

  @Test(
    "close means within the absolute and the relative part of the expected number",
    arguments: [
      (1.0, 1.0, true), (0.1, 0.0, true), (0.11, 0.0, false), (102.0, 101.0, true),
      (101.2, 100.0, false), (-101.0, -100.0, true), (.nan, .nan, true), (.nan, 1, false),
      (1, .nan, false), (.infinity, .infinity, true), (-.infinity, .infinity, false),
      (1e308, .infinity, false), (.infinity, 1e308, false), (-0.0, 0.0, true),
    ])
  func allows(_ got: Double, _ want: Double, _ isClose: Bool) {
    #expect(ConformanceRuleTests.tolerance.allows(got, for: want) == isClose)
  }

  private func difference(
    _ got: Argument<Tensor>, _ want: Argument<Tensor>, _ tolerance: Tolerance = tolerance
  ) throws -> String? {
    try Comparison.difference(got, want, within: tolerance)
  }

  @Test func form() throws {
    let x = Argument.tensor(Tensor([1, 2]))
    #expect(try difference(x, x) == nil)
    #expect(
      try difference(x, .tensor(Tensor([1, 2], dtype: .int32)))
        == "dtype int64 instead of int32")
    #expect(
      try difference(x, .tensor(Tensor([[1, 2]]))) == "shape [2] instead of [1, 2]")
    #expect(try difference(.int(1), .tensor(Tensor(1))) == "an integer instead of a tensor")
    #expect(try difference(.int(1), .double(1)) == "an integer instead of a number")
    #expect(try difference(.bool(true), .int(1)) == "a bool instead of an integer")
  }

  @Test func numbers() throws {
    #expect(try difference(.double(1.05), .double(1)) == nil)
    #expect(try difference(.double(2), .double(1)) == "2.0 instead of 1.0")
    #expect(try difference(.double(.nan), .double(.nan)) == nil)
    #expect(try difference(.int(2), .int(2)) == nil)
    #expect(try difference(.int(3), .int(2)) == "3 instead of 2")
    #expect(try difference(.bool(false), .bool(true)) == "false instead of true")
  }

  @Test("where elements differ first, and how many")
  func elements() throws {
    let want = Argument.tensor(try Tensor([[1.0, 2, 3], [4, .nan, .infinity]]))
    let close = Argument.tensor(try Tensor([[1.05, 2, 3], [4, .nan, .infinity]]))
    let far = Argument.tensor(try Tensor([[1.0, 2, 3], [5, 5, .infinity]]))
    #expect(try difference(close, want) == nil)
    #expect(try difference(close, want, .none)?.hasSuffix("at [0, 0], 1 of 6 differ") == true)
    #expect(try difference(far, want) == "5.0 instead of 4.0 at [1, 0], 2 of 6 differ")
  }

  @Test("integers that a Double does not tell apart")
  func largeIntegers() throws {
    let (x, y) = (Tensor([1 << 53]), Tensor([1 << 53 + 1]))
    #expect(try difference(.tensor(x), .tensor(y), .none) != nil)
    #expect(try difference(.tensor(y), .tensor(y), .none) == nil)
  }

  @Test func summaryAndFloor() throws {
    let summary = ConformanceSummary(
      cases: .init(passed: 10, all: 20), operators: .init(passed: 3, all: 4),
      refusals: .init(passed: 1, all: 2), printed: .init(passed: 5, all: 5))
    let line = "conformance: 10 of 20 cases, 3 of 4 operators, 1 of 2 refusals, 5 of 5 printed"
    #expect(summary.description == line)
    for text in [line, "[10, 3, 1, 5]\n", "10 3 1 5"] {
      let floor = try #require(ConformanceFloor(text))
      #expect(floor.shortfalls(of: summary) == [])
    }
    let floor = try #require(ConformanceFloor("11 3 2 5"))
    #expect(
      floor.shortfalls(of: summary) == ["10 cases instead of 11", "1 refusals instead of 2"])
    #expect(ConformanceFloor("10 of 20 cases") == nil)
    #expect(ConformanceFloor("") == nil)
  }
}
