import TensorCore
import TestSupport
import Testing

/// Contractions, distances and losses: what the laws over all entries do not say.
@Suite struct ContractionTests {
  private static let numbers: [DType] = DType.allCases.filter { $0 != .bool }

  @Test(arguments: numbers) func formsOfTheMatrixProductAgree(dtype: DType) throws {
    var tensors = SampleTensors(seed: 51)
    for length in [0, 1, 7] {
      let x = try tensors.tensor([3, length], dtype, .small, layout: .transposed)
      let y = try tensors.tensor([length, 2], dtype, .small, layout: .stepped)
      let product = try x.matmul(y)
      #expect(try x.mm(y).isIdentical(to: product))
      #expect(try x.tensordot(y, dims: 1).isIdentical(to: product))
      #expect(try x.inner(y.t()).isIdentical(to: product))
      #expect(try Tensor.einsum("ij,jk", x, y).isIdentical(to: product))
      #expect(try x.linear(y.t()).isIdentical(to: product))
      #expect(try Tensor.multiDot([x, y]).isIdentical(to: product))
      #expect(try product.addmm(x, y, beta: 0).isIdentical(to: product))
      #expect(try x.unsqueeze(dim: 0).bmm(y.unsqueeze(dim: 0))[0].isIdentical(to: product))
      #expect(
        try product.addbmm(x.unsqueeze(dim: 0), y.unsqueeze(dim: 0), beta: 0)
          .isIdentical(to: product))
      #expect(try x.mv(y[.all, 0]).allClose(product[.all, 0], rtol: 0.02, atol: 1e-5))
    }
  }

  @Test func integersWrapAtTheirWidth() throws {
    for dtype in [DType.int8, .int16, .int32, .int64, .uint8] {
      let x = try Tensor.full([1, 3], 100, dtype: dtype)
      let wide = try x.cast(to: .int64).matmul(x.cast(to: .int64).t())
      #expect(try x.matmul(x.t()).isIdentical(to: wide.cast(to: dtype)))
      let sum = try x[.all, 0].addmm(x, x.t(), beta: 3.9, alpha: 2)
      #expect(try sum.isIdentical(to: (2 * wide + 300).cast(to: dtype)))
    }
  }

  @Test func whatIsLeftOutMayBeNan() throws {
    let (x, y) = (try Tensor.ones(2, 3), try Tensor.ones(3, 2))
    let nan = try Tensor.full([2, 2], Scalar(Double.nan))
    #expect(try nan.addmm(x, y, beta: 0).toArray(of: Float.self) == [3, 3, 3, 3])
    #expect(try nan.addmm(x, y).toArray(of: Float.self).allSatisfy(\.isNaN))
    #expect(
      try nan.addr(Tensor([1.0, 2]), Tensor([3.0, 4]), beta: 0).toArray(of: Float.self)
        == [3, 4, 6, 8])
  }

  @Test func equationsAreReadAsPyTorchReadsThem() throws {
    let x = try Tensor.arange(24, dtype: .float64).reshape(2, 3, 4)
    #expect(try Tensor.einsum("cab", x).isIdentical(to: x.permute([1, 2, 0])))
    #expect(try Tensor.einsum("b...a", x).isIdentical(to: x.permute([1, 2, 0])))
    #expect(try Tensor.einsum("... b a -> ... a b", x).isIdentical(to: x.transpose(1, 2)))
    #expect(try Tensor.einsum("abc->b", x).isIdentical(to: x.sum(dim: 0, 2)))
    let square = try x[0][.all, 0..<3]
    #expect(try Tensor.einsum("ii->i", square).toArray(of: Int.self) == [0, 5, 10])
    #expect(try Tensor.einsum("ii", square).item() == 15)
    #expect(
      try Tensor.einsum("i,j->ij", Tensor([true, false]), Tensor([true, true])).dtype == .bool)
    let one = try Tensor.full([1, 4], 2, dtype: .float64)
    #expect(try Tensor.einsum("ij,ij->ij", x[0], one).isIdentical(to: 2 * x[0]))
    for (equation, count) in [
      ("ij", 1), ("abcd", 1), ("abc->d", 1), ("abc->aa", 1), ("a1c", 1), ("abc,abc", 1),
      ("......", 1), ("abc,acb->", 2), ("a..", 1),
    ] {
      #expect(throws: TensorError.self, "\(equation)") {
        _ = try Tensor.einsum(equation, Array(repeating: x, count: count))
      }
    }
  }

  @Test func chainsTakeTheCheapestOrder() throws {
    var tensors = SampleTensors(seed: 52)
    let shapes = [[10], [10, 30], [30, 5], [5, 60], [60]]
    let chain = try shapes.map { try tensors.tensor($0) }
    let product = try chain.dropFirst().reduce(chain[0]) { try $0.matmul($1) }
    #expect(try Tensor.multiDot(chain).allClose(product, rtol: 1e-12))
    #expect(throws: TensorError.self) { _ = try Tensor.multiDot([chain[1]]) }
    #expect(throws: TensorError.self) { _ = try Tensor.multiDot([chain[1], chain[1]]) }
  }

  @Test func powersOfMatrices() throws {
    let x = try Tensor([[1, 1], [1, 0]])
    #expect(try x.matrixPower(10).toArray(of: Int.self) == [89, 55, 55, 34])
    #expect(try x.matrixPower(0).toArray(of: Int.self) == [1, 0, 0, 1])
    #expect(throws: TensorError.self) { _ = try x.matrixPower(-1) }
    #expect(
      try Tensor([2, 3]).vander(n: 5).toArray(of: Int.self) == [1, 2, 4, 8, 16, 1, 3, 9, 27, 81])
  }

  @Test func distancesOfEqualRowsHaveNoSlope() throws {
    for p in [0.5, 1, 1.5, 2, 3, .infinity] {
      var x = try Tensor.ones(3, 4, dtype: .float64)
      x.requiresGrad = true
      try (x.cdist(x, p: Scalar(p)).sum() + x.pdist(p: Scalar(p)).sum()).backward()
      #expect(try #require(x.grad).toArray(of: Double.self).allSatisfy { $0 == 0 })
    }
  }

  /// The second derivative of a sum along a direction, by rules and by differences of gradients.
  private func checkSecondGradient(_ x: Tensor, _ f: (Tensor) throws -> Tensor) throws {
    var tensors = SampleTensors(seed: 53)
    let direction = try tensors.tensor(Array(x.shape))
    func slope(_ x: Tensor, createGraph: Bool) throws -> (Tensor, Tensor) {
      var leaf = x.detach()
      leaf.requiresGrad = true
      return (
        leaf, try gradient(of: (f(leaf)).sum(), at: [leaf], createGraph: createGraph)[0]
      )
    }
    let (leaf, first) = try slope(x, createGraph: true)
    let second = try gradient(of: (first * direction).sum(), at: [leaf])[0]
    let step = 1e-5
    let (above, below) = (
      try slope(x + step * direction, createGraph: false).1,
      try slope(x - step * direction, createGraph: false).1
    )
    #expect(try second.allClose((above - below) / (2 * step), rtol: 1e-5, atol: 1e-6))
  }

  @Test func secondGradients() throws {
    var tensors = SampleTensors(seed: 54)
    let x = try tensors.tensor([3, 4])
    let y = try tensors.tensor([4, 4])
    let target = Tensor([1, 3, 0])
    let chances = try tensors.tensor([3, 4], .float64, .probability)
    try checkSecondGradient(x) { try $0.linear(y * y).exp() }
    try checkSecondGradient(x) { try Tensor.einsum("ij,kj,ik->", $0, y, $0 * $0) }
    try checkSecondGradient(x) { try $0.softmax(dim: 1) * x }
    try checkSecondGradient(x) { try $0.logSoftmax(dim: 0) * $0 }
    try checkSecondGradient(x) { try $0.crossEntropy(target, labelSmoothing: 0.1) }
    try checkSecondGradient(x) { try $0.crossEntropy(chances) }
    try checkSecondGradient(x) { try $0.binaryCrossEntropyWithLogits(chances, posWeight: x * x) }
    try checkSecondGradient(x) { try $0.mseLoss(chances * $0) }
    for p in [1.5, 2, 3] as [Scalar] {
      try checkSecondGradient(x) { try $0.cdist(y, p: p) }
      try checkSecondGradient(x) { try $0.pdist(p: p) }
      try checkSecondGradient(x) { try $0.pairwiseDistance(y[0], p: p.double) }
    }
  }

  @Test func classesCountByTheirWeight() throws {
    let x = try Tensor([[0.5, 1, 2], [1, 0, 1], [3, 1, 1]], dtype: .float64).logSoftmax(dim: 1)
    let (target, weight) = (Tensor([2, 0, 1]), Tensor([1.0, 2, 4], dtype: .float64))
    let each = try x.nllLoss(target, weight: weight, reduction: .none)
    #expect(try x.nllLoss(target, weight: weight).allClose(each.sum() / 7))
    #expect(try x.nllLoss(target, weight: weight, ignoreIndex: 1).allClose(each[..<2].sum() / 5))
    #expect(try x.nllLoss(target, ignoreIndex: 1, reduction: .none)[2].item() == 0)
    #expect(
      try x.crossEntropy(target, weight: weight, labelSmoothing: 0).allClose(each.sum() / 7))
    let hot = try target.oneHot(classes: 3).cast(to: .float64)
    #expect(
      try x.crossEntropy(hot, labelSmoothing: 0.3)
        .allClose(x.crossEntropy(target, labelSmoothing: 0.3)))
    #expect(throws: TensorError.self) { _ = try x.nllLoss(Tensor([0, 1, 3])) }
    #expect(throws: TensorError.self) { _ = try x.nllLoss(target, weight: weight[..<2]) }
    #expect(throws: TensorError.self) { _ = try x.crossEntropy(target, labelSmoothing: 2) }
    #expect(throws: TensorError.self) { _ = try x.crossEntropy(hot, ignoreIndex: 0) }
  }

  @Test func callsByName() throws {
    let (x, y) = (try Tensor.ones(2, 3), try Tensor.ones(3, 2))
    let operands: Argument<Tensor> = [.tensor(x), .tensor(y)]
    for arguments in [
      [operands, "ij,jk->ik"], ["ij,jk->ik", .tensor(x), .tensor(y)], ["ij,jk->ik", operands],
    ] as [[Argument<Tensor>]] {
      guard case .tensor(let product)? = try catalogue["einsum"](arguments).first else {
        Issue.record("einsum gave no tensor")
        return
      }
      #expect(try product.isIdentical(to: x.matmul(y)))
    }
    for (name, named) in [
      ("nn.functional.l1_loss", ["reduction": "abc"]), ("nn.functional.huber_loss", ["delta": -1]),
      ("cdist", ["compute_mode": "abc"]), ("cdist", ["p": -1]),
    ] as [(String, [String: Argument<Tensor>])] {
      #expect(throws: TensorError.self, "\(name)") {
        _ = try catalogue[name]([.tensor(x), .tensor(x)], named)
      }
    }
  }
}
