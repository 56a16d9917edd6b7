import ClusterTensor
import Driver
import Testing

/// Results that differ only where PyTorch leaves a choice open are equal after normalising.
@Suite struct NormaliserTests {
  private typealias Value = Argument<Tensor>

  /// Whether results agree after normalising. Throws what the normaliser throws.
  private func agree(
    _ operation: String, _ inputs: [Value], named: [String: Value] = [:], got: [Tensor],
    want: [Tensor]
  ) throws -> Bool {
    var results = CaseResults(
      inputs: inputs, named: named, got: got.map { .tensor($0) }, want: want.map { .tensor($0) })
    let normalise = try #require(Normalisers.byOperation[operation])
    try normalise(&results)
    return try zip(results.got, results.want).allSatisfy {
      try Comparison.difference($0, $1, within: .none) == nil
    }
  }

  @Test("indices of equal elements, unless the sort is stable")
  func indices() throws {
    let input = try Tensor([[2, 1, 2], [3, 3, 3]])
    let want = try Tensor([[1, 0, 2], [0, 1, 2]])
    let got = try Tensor([[1, 2, 0], [2, 0, 1]])
    let values = try Tensor([[1, 2, 2], [3, 3, 3]])
    for named: [String: Value] in [[:], ["dim": -1], ["dim": 1, "stable": false]] {
      #expect(try agree("argsort", [.tensor(input)], named: named, got: [got], want: [want]))
      #expect(
        try agree(
          "sort", [.tensor(input)], named: named, got: [values, got], want: [values, want]))
    }
    #expect(
      try !agree("argsort", [.tensor(input)], named: ["stable": true], got: [got], want: [want]))
    #expect(
      try !agree("argsort", [.tensor(input), 1, false, true], got: [got], want: [want]))
    #expect(
      try !agree(
        "argsort", [.tensor(input)], got: [Tensor([[0, 1, 2], [0, 1, 2]])], want: [want]))
    for wrong in [[[1, 0, 0], [0, 1, 2]], [[1, 0, 3], [0, 1, 2]], [[1, 0, -1], [0, 1, 2]]] {
      #expect(throws: (any Error).self) {
        try agree("argsort", [.tensor(input)], got: [Tensor(wrong)], want: [want])
      }
    }
  }

  @Test("along an axis that is not the last, with and without it in the result")
  func otherAxes() throws {
    let input = try Tensor([[5, 1], [5, 2], [4, 1]])
    let want = [try Tensor([[5, 1]]), try Tensor([[0, 0]])]
    let got = [try Tensor([[5, 1]]), try Tensor([[1, 2]])]
    #expect(try agree("mode", [.tensor(input), 0, true], got: got, want: want))
    let (short, shortWant) = (
      [Tensor([5, 1]), Tensor([1, 2])], [Tensor([5, 1]), Tensor([0, 0])]
    )
    #expect(try agree("kthvalue", [.tensor(input), 2, 0], got: short, want: shortWant))
    #expect(try agree("median", [.tensor(input)], named: ["dim": 0], got: short, want: shortWant))
    #expect(
      try !agree(
        "median", [.tensor(input), 0], got: [Tensor([5, 1]), Tensor([2, 2])], want: shortWant))
    #expect(try agree("median", [.tensor(Tensor(3))], got: [Tensor(3)], want: [Tensor(3)]))
    #expect(
      try agree(
        "mode", [.tensor(Tensor(3))], got: [Tensor(3), Tensor(0)], want: [Tensor(3), Tensor(0)]))
  }

  @Test("the order of what is not sorted")
  func order() throws {
    let input = Value.tensor(Tensor([4, 9, 7]))
    let want = [Tensor([9, 7]), Tensor([1, 2])]
    let got = [Tensor([7, 9]), Tensor([2, 1])]
    #expect(try agree("topk", [input, 2, -1, true, false], got: got, want: want))
    #expect(try !agree("topk", [input, 2], got: got, want: want))

    let repeated = Value.tensor(Tensor([3, 1, 3]))
    let named: [String: Value] = [
      "sorted": false, "return_inverse": true, "return_counts": true,
    ]
    #expect(
      try agree(
        "unique", [repeated], named: named,
        got: [Tensor([3, 1]), Tensor([0, 1, 0]), Tensor([2, 1])],
        want: [Tensor([1, 3]), Tensor([1, 0, 1]), Tensor([1, 2])]))
    #expect(
      try !agree(
        "unique", [repeated], named: named,
        got: [Tensor([3, 1]), Tensor([1, 0, 1]), Tensor([2, 1])],
        want: [Tensor([1, 3]), Tensor([1, 0, 1]), Tensor([1, 2])]))
  }

  @Test("vectors that point the other way, and the gradients that start from them")
  func signs() throws {
    let u = try Tensor([[1.0, 2], [3, 4]], dtype: .float64)
    let turned = try Tensor([[1.0, -2], [3, -4]], dtype: .float64)
    let s = Tensor([2.0, 1], dtype: .float64)
    let v = try Tensor([[5.0, 6, 7], [8, 9, 10]], dtype: .float64)
    let turnedRows = try Tensor([[5.0, 6, 7], [-8, -9, -10]], dtype: .float64)
    let input = Value.tensor(u)
    #expect(
      try agree("linalg.svd", [input], got: [turned, s, turnedRows], want: [u, s, v]))
    #expect(try !agree("linalg.svd", [input], got: [turned, s, v], want: [u, s, v]))

    var results = CaseResults(
      inputs: [input], got: [.tensor(s), .tensor(turned)], want: [.tensor(s), .tensor(u)])
    try Normalisers.byOperation["linalg.eigh"]?(&results)
    #expect(results.cotangentFactors[0] == nil)
    #expect(results.cotangentFactors[1] == [1, -1, 1, -1])
  }
}
