import TensorCore
import TestSupport
import Testing

/// What PyTorch documents, case by case.
@Suite struct SemanticsTests {
  // MARK: Reductions

  @Test func reductionsOfNothing() throws {
    let empty = try Tensor.zeros(0, 3)
    #expect(try empty.sum().item() == 0)
    #expect(try empty.mean().item().isNaN)
    #expect(try empty.sum(dim: 0).toArray(of: Float.self) == [0, 0, 0])
    #expect(try empty.sum(dim: 1).shape == [0])
    #expect(try empty.mean(dim: 0).toArray(of: Float.self).allSatisfy(\.isNaN))
    #expect(try empty.amax(dim: 1).shape == [0])
    #expect(try empty.max(dim: 1).indices.shape == [0])
    #expect(throws: TensorError.self) { _ = try empty.amax() }
    #expect(throws: TensorError.self) { _ = try empty.max(dim: 0) }
    #expect(throws: TensorError.self) { _ = try empty.argmax() }
    #expect(throws: TensorError.self) { _ = try empty.argmin(dim: 0) }
  }

  @Test func axesAndKeepdim() throws {
    let x = try Tensor.arange(24).reshape(2, 3, 4)
    #expect(try x.sum(dim: -1).shape == [2, 3])
    #expect(try x.sum(dim: 0, 2).toArray(of: Int.self) == [60, 92, 124])
    #expect(try x.sum(dim: 0, 2, keepdim: true).shape == [1, 3, 1])
    #expect(try x.sum(keepdim: true).shape == [1, 1, 1])
    #expect(try x.sum(dim: []).shape == [])
    #expect(try x.argmax(dim: 1, keepdim: true).shape == [2, 1, 4])
    #expect(try x.argmax(keepdim: true).shape == [1, 1, 1])
    #expect(try x.argmax().item(as: Int.self) == 23)
    #expect(try Tensor(5.0).sum(dim: 0).item() == 5)
    #expect(try Tensor(5.0).amax(dim: -1).item() == 5)
    #expect(try Tensor(5.0).max(dim: 0).indices.item() == 0)
    #expect(throws: TensorError.self) { _ = try x.sum(dim: 3) }
    #expect(throws: TensorError.self) { _ = try x.sum(dim: -4) }
    #expect(throws: TensorError.self) { _ = try x.sum(dim: 1, -2) }
    #expect(throws: TensorError.self) { _ = try Tensor(5.0).sum(dim: 1) }
  }

  @Test func meanIsForFloatingPoint() throws {
    #expect(throws: TensorError.self) { _ = try Tensor([1, 2]).mean() }
    #expect(try Tensor([1.0, 2, 6]).mean().item() == 3)
    #expect(try Tensor([[1.0, 2], [3, 4]]).mean(dim: 0).toArray(of: Float.self) == [2, 3])
  }

  @Test func sumsOfManyFloatsKeepTheirDigits() throws {
    let ones = try Tensor.full([1 << 25], 1, dtype: .float32)
    #expect(try ones.sum().item() == Double(1 << 25))
    let tenths = try Tensor.full([1 << 20], 0.1, dtype: .float32)
    #expect((try tenths.sum().item() / (Double(1 << 20) * 0.1) - 1).magnitude < 1e-6)
  }

  @Test func nanWins() throws {
    let x = try Tensor([[1, .nan, 3], [4, 5, 6]] as [[Double]])
    #expect(try x.max().item().isNaN)
    #expect(try x.min().item().isNaN)
    #expect(try x.argmax().item(as: Int.self) == 1)
    #expect(try x.argmin(dim: 1).toArray(of: Int.self) == [1, 0])
    let (values, indices) = try x.max(dim: 0)
    #expect(try values.toArray(of: Float.self).map(\.isNaN) == [false, true, false])
    #expect(try indices.toArray(of: Int.self) == [1, 0, 1])
    #expect(try x.maximum(Tensor([9.0])).toArray(of: Float.self).map(\.isNaN)[1])
    #expect(try x.minimum(Tensor(Double.nan)).toArray(of: Float.self).allSatisfy(\.isNaN))
    #expect(try x.relu().toArray(of: Float.self).map(\.isNaN)[1])
    // nan has no sign: it counts as neither above nor below 0.
    #expect(try x.sign().toArray(of: Float.self)[1] == 0)
    let isNan = Tensor([Double.nan])
    #expect(try (isNan .== isNan).item(as: Bool.self) == false)
    #expect(try (isNan .!= isNan).item(as: Bool.self))
    #expect(try (isNan .<= isNan).item(as: Bool.self) == false)
  }

  @Test func gradientsBesideNan() throws {
    // Neither has lost: PyTorch passes the gradient on to both.
    let x = Tensor([Double.nan, 1, 2], requiresGrad: true)
    let y = Tensor([5.0, .nan, 2], requiresGrad: true)
    try x.maximum(y).sum().backward()
    #expect(try x.grad?.toArray(of: Double.self) == [1, 1, 0.5])
    #expect(try y.grad?.toArray(of: Double.self) == [1, 1, 0.5])
    let z = Tensor([Double.nan, -1, 1], requiresGrad: true)
    try z.relu().sum().backward()
    #expect(try z.grad?.toArray(of: Double.self) == [1, 0, 1])
  }

  @Test func reluKeepsTheSignOfZero() throws {
    for count in [1, 7, 64] {
      for dtype in [DType.float32, .float64] {
        let zeros = try Tensor.full([count], -0.0, dtype: dtype).relu()
        #expect(try zeros.toArray(of: Double.self).allSatisfy { $0 == 0 && $0.sign == .minus })
      }
    }
  }

  @Test func theFirstOfEqualOnesIsChosen() throws {
    let x = Tensor([2, 7, 7, 1, 1])
    #expect(try x.argmax().item(as: Int.self) == 1)
    #expect(try x.argmin().item(as: Int.self) == 3)
    #expect(try x.max(dim: 0).indices.item(as: Int.self) == 1)
    #expect(try Tensor([false, true, true]).argmax().item(as: Int.self) == 1)
  }

  // MARK: Powers

  @Test func powers() throws {
    func power(_ x: Double, _ y: Double) throws -> Double {
      try Tensor([x], dtype: .float64).pow(Tensor([y], dtype: .float64)).item()
    }
    #expect(try power(0, 0) == 1)
    #expect(try power(.nan, 0) == 1)
    #expect(try power(1, .nan) == 1)
    #expect(try power(-8, 1.0 / 3).isNaN)
    #expect(try power(-2, 3) == -8)
    #expect(try power(0, -1) == .infinity)
    #expect(try power(-0.0, -1) == -.infinity)
    #expect(try power(-.infinity, 0.5) == .infinity)
    #expect(try Tensor([-Double.infinity], dtype: .float64).pow(0.5).item() == .infinity)
    #expect(try Tensor([-0.0]).pow(0.5).item().sign == .plus)
    #expect(try Tensor([3]).pow(4).toArray(of: Int.self) == [81])
    #expect(try Tensor([3]).pow(0.5).dtype == .float32)
    #expect(
      try Tensor([2, -1, 1, 0, -1]).pow(Tensor([-1, -1, -5, -1, -2])).toArray(of: Int.self)
        == [0, -1, 1, 0, 1])
    #expect(try Tensor([3], dtype: .uint8).pow(6).item() == Double(729 & 255))
    #expect(throws: TensorError.self) { _ = try Tensor([2]).pow(-1) }
    #expect(try Tensor([2.0]).pow(-1).item() == 0.5)
    #expect(try TensorCore.pow(2, Tensor([1, 3])).toArray(of: Int.self) == [2, 8])
  }

  // MARK: Products

  @Test func matmulOfVectorsMatricesAndBatches() throws {
    let (v, w) = (Tensor([1.0, 2, 3]), Tensor([4.0, 5, 6]))
    let m = try Tensor.arange(6, dtype: .float32).reshape(2, 3)
    #expect(try v.matmul(w).item() == 32)
    #expect(try v.matmul(w).shape == [])
    #expect(try m.matmul(v).toArray(of: Float.self) == [8, 26])
    #expect(try v.matmul(m.t()).toArray(of: Float.self) == [8, 26])
    #expect(try m.matmul(m.t()).toArray(of: Float.self) == [5, 14, 14, 50])
    #expect(
      try Tensor.zeros(2, 0).matmul(Tensor.zeros(0, 3)).toArray(of: Float.self)
        == [0, 0, 0, 0, 0, 0])
    #expect(try Tensor.ones(4, 1, 2, 3).matmul(Tensor.ones(5, 3, 2)).shape == [4, 5, 2, 2])
    #expect(throws: TensorError.self) { _ = try v.matmul(Tensor(1.0)) }
    #expect(throws: TensorError.self) { _ = try m.matmul(m) }
    #expect(throws: TensorError.self) { _ = try m.matmul(Tensor([1, 2, 3])) }
    #expect(throws: TensorError.self) {
      _ = try Tensor.ones(2, 2, 3).matmul(Tensor.ones(3, 3, 2))
    }
  }

  /// A tensor loses its layout on the way to a worker; its products must not change by that.
  @Test(arguments: [DType.float32, .float64])
  func productsDoNotDependOnLayout(dtype: DType) throws {
    var samples = SampleTensors(seed: 31)
    for (m, k, n) in [(6, 5, 7), (1, 70, 3), (33, 64, 17), (40, 9, 1), (64, 128, 10), (2, 300, 31)]
    {
      let x = try samples.tensor([m, k], dtype)
      let y = try samples.tensor([k, n], dtype)
      let expected = try x.matmul(y)
      func laidOut(_ z: Tensor) throws -> [Tensor] {
        [
          z, try z.t().contiguous().t(),
          try Tensor.cat([z, z], dim: 1)[.all, 0..<z.shape[1]],
          try Tensor.cat([z.t(), z.t()], dim: 1)[.all, 0..<z.shape[0]].t(),
        ]
      }
      for (i, x) in try laidOut(x).enumerated() {
        for (j, y) in try laidOut(y).enumerated() {
          #expect(try x.matmul(y).isIdentical(to: expected), "\(m) × \(k) × \(n), \(i), \(j)")
        }
      }
    }
  }

  // MARK: Softmax and losses

  @Test func softmaxOfLargeValues() throws {
    let x = try Tensor([[1000, 1000, -1000], [-1e30, 0, -1e30]] as [[Double]])
    #expect(try x.softmax(dim: 1).toArray(of: Float.self) == [0.5, 0.5, 0, 0, 1, 0])
    let logarithms = try x.logSoftmax(dim: -1).toArray(of: Float.self)
    #expect(logarithms.allSatisfy { $0.isFinite })
    #expect((logarithms[2] + 2000.6931).magnitude < 1e-3)
    #expect(
      try Tensor([Float.infinity, 1]).softmax(dim: 0).toArray(of: Float.self).allSatisfy(\.isNaN))
    #expect(try Tensor([-Float.infinity, 1]).softmax(dim: 0).toArray(of: Float.self) == [0, 1])
    #expect(try Tensor(3.0).softmax(dim: 0).item() == 1)
    #expect(try Tensor.zeros(0, 3).softmax(dim: 0).shape == [0, 3])
    #expect(throws: TensorError.self) { _ = try Tensor([1, 2]).softmax(dim: 0) }
  }

  @Test func binaryCrossEntropyIsStable() throws {
    let x = Tensor([100.0, -100, 0, 1000, -1000], dtype: .float64)
    let y = Tensor([1.0, 1, 0.5, 0, 0], dtype: .float64)
    let losses = try x.binaryCrossEntropyWithLogits(y, reduction: .none).toArray(of: Double.self)
    #expect(losses[0] > 0 && losses[0] < 1e-40)
    #expect(losses[1] == 100)
    #expect((losses[2] - 0.6931471805599453).magnitude < 1e-15)
    #expect(losses[3] == 1000 && losses[4] == 0)
    #expect(try x.binaryCrossEntropyWithLogits(y).item() == losses.reduce(0, +) / 5)
    #expect(try x.binaryCrossEntropyWithLogits(y, reduction: .sum).item() == losses.reduce(0, +))
    #expect(throws: TensorError.self) { _ = try x.binaryCrossEntropyWithLogits(y[..<3]) }
    #expect(throws: TensorError.self) { _ = try x.binaryCrossEntropyWithLogits(y.cast(to: .int64)) }
  }

  @Test func crossEntropyOfScores() throws {
    // torch.nn.functional.cross_entropy(torch.tensor([[1., 2, 3], [1, 1, 1]]), torch.tensor([2,
    // 0]))
    let scores = Tensor([1.0, 2, 3, 1, 1, 1], dtype: .float64)
    let matrix = try scores.reshape(2, 3)
    let target = Tensor([2, 0])
    let losses = try matrix.crossEntropy(target, reduction: .none).toArray(of: Double.self)
    #expect((losses[0] - 0.40760596444438046).magnitude < 1e-14)
    #expect((losses[1] - 1.0986122886681098).magnitude < 1e-14)
    #expect(
      (try matrix.crossEntropy(target).item() - (losses[0] + losses[1]) / 2).magnitude < 1e-15)
    #expect(try matrix.crossEntropy(target, reduction: .sum).item() == losses[0] + losses[1])

    let single = try scores[..<3].crossEntropy(Tensor(2), reduction: .none)
    #expect(single.shape == [])
    #expect((try single.item() - losses[0]).magnitude < 1e-15)

    // Classes on axis 1: (N, C, d1) is the same as every (n, d1) by itself.
    let x = try Tensor.randn(2, 3, 4, dtype: .float64, seed: 1)
    let y = try Tensor([[0, 1, 2, 1], [2, 2, 0, 0]])
    let all = try x.crossEntropy(y, reduction: .none)
    let rows = try x.permute([0, 2, 1]).reshape(8, 3).crossEntropy(y.reshape(8), reduction: .none)
    #expect(try all.reshape(8).allClose(rows))
    #expect(try Tensor.zeros(0, 3).crossEntropy(Tensor([] as [Int])).item().isNaN)
  }

  @Test func crossEntropyRefusesWrongTargets() throws {
    let scores = try Tensor.zeros(2, 3)
    for wrong in [[0, 3], [-1, 0], [0, -101], [Int.max, 0]] {
      #expect(throws: TensorError.self) { _ = try scores.crossEntropy(Tensor(wrong)) }
    }
    // The index that PyTorch ignores.
    #expect(try scores.crossEntropy(Tensor([0, -100])).allClose(scores[0].crossEntropy(Tensor(0))))
    #expect(throws: TensorError.self) { _ = try scores.crossEntropy(Tensor([0, 1, 2])) }
    #expect(throws: TensorError.self) { _ = try scores.crossEntropy(Tensor([0.0, 1])) }
    #expect(throws: TensorError.self) {
      _ = try scores.crossEntropy(Tensor([0, 1], dtype: .int32))
    }
    #expect(throws: TensorError.self) { _ = try Tensor(1.0).crossEntropy(Tensor(0)) }
    #expect(throws: TensorError.self) {
      _ = try Tensor.zeros(2, 0).crossEntropy(Tensor([0, 0]))
    }
  }

  // MARK: Selection

  @Test func whereAndOneHot() throws {
    let condition = try Tensor([[true], [false]])
    let chosen = try condition.where(Tensor([1, 2, 3]), Tensor(0.5))
    #expect(chosen.dtype == .float32)
    #expect(try chosen.toArray(of: Float.self) == [1, 2, 3, 0.5, 0.5, 0.5])
    #expect(throws: TensorError.self) { _ = try Tensor([1]).where(chosen, chosen) }
    #expect(throws: TensorError.self) {
      _ = try condition.where(Tensor([1, 2]), Tensor([1, 2, 3]))
    }
    #expect(try Tensor([2, 0]).oneHot(classes: 3).toArray(of: Int.self) == [0, 0, 1, 1, 0, 0])
    #expect(try Tensor(1).oneHot(classes: 2).toArray(of: Int.self) == [0, 1])
    #expect(throws: TensorError.self) { _ = try Tensor([3]).oneHot(classes: 3) }
    #expect(throws: TensorError.self) { _ = try Tensor([-1]).oneHot(classes: 3) }
    #expect(throws: TensorError.self) { _ = try Tensor([0]).oneHot(classes: 0) }
    #expect(throws: TensorError.self) { _ = try Tensor([0.0]).oneHot(classes: 2) }
  }

  @Test func indexSelectTakesPositionsInOrder() throws {
    let x = try Tensor([[1, 2, 3], [4, 5, 6]])
    #expect(
      try x.indexSelect(dim: 1, Tensor([2, 0, 2])).toArray(of: Int.self) == [3, 1, 3, 6, 4, 6])
    #expect(try x.indexSelect(dim: -2, Tensor([1], dtype: .int32)).shape == [1, 3])
    #expect(try x.indexSelect(dim: 0, Tensor([] as [Int])).shape == [0, 3])
    for wrong in [[2], [-1], [Int.min]] {
      #expect(throws: TensorError.self) { _ = try x.indexSelect(dim: 0, Tensor(wrong)) }
    }
    #expect(throws: TensorError.self) { _ = try x.indexSelect(dim: 2, Tensor([0])) }
    #expect(throws: TensorError.self) { _ = try x.indexSelect(dim: 0, Tensor([0.0])) }
    #expect(throws: TensorError.self) { _ = try x.indexSelect(dim: 0, Tensor([[0]])) }
    #expect(throws: TensorError.self) { _ = try Tensor(1).indexSelect(dim: 0, Tensor([0])) }
  }

  /// Nothing is joined along the axis then, so it need not exist: neither for the rule nor for what runs.
  @Test func catOfNothingButEmptyLists() throws {
    for dim in [0, -1, 1, 7, .min] {
      let x = try Tensor.zeros(0).cast(to: .float64)
      var leaf = x
      leaf.requiresGrad = true
      let result = try Tensor.cat([leaf, Tensor([] as [Int])], dim: dim)
      #expect(try result.isIdentical(to: x))
      try result.sum().backward()
      #expect(leaf.grad.map { $0.shape == [0] } ?? false)
    }
  }

  @Test func catOfEmptyAndOthers() throws {
    let x = try Tensor([[1, 2], [3, 4]])
    // PyTorch lets an empty list stand beside tensors of any shape.
    #expect(try Tensor.cat([Tensor([] as [Int]), x]).isIdentical(to: x))
    #expect(try Tensor.cat([x, Tensor([] as [Float])], dim: 1).dtype == .float32)
    #expect(try Tensor.cat([Tensor([] as [Int]), Tensor([] as [Int])]).shape == [0])
    #expect(try Tensor.cat([x, Tensor.zeros(0, 2)]).shape == [2, 2])
    #expect(try Tensor.cat([x, x], dim: -1).toArray(of: Int.self) == [1, 2, 1, 2, 3, 4, 3, 4])
    #expect(throws: TensorError.self) { _ = try Tensor.cat([]) }
    #expect(throws: TensorError.self) { _ = try Tensor.cat([Tensor(1), Tensor(2)]) }
    #expect(throws: TensorError.self) { _ = try Tensor.cat([x, Tensor([[1, 2, 3]])]) }
    #expect(throws: TensorError.self) { _ = try Tensor.cat([x, Tensor([1, 2])]) }
    #expect(throws: TensorError.self) { _ = try Tensor.cat([x, x], dim: 2) }
    #expect(try Tensor.stack([Tensor(1), Tensor(2)]).toArray(of: Int.self) == [1, 2])
    #expect(try Tensor.stack([x, x, x], dim: -1).shape == [2, 2, 3])
    #expect(throws: TensorError.self) { _ = try Tensor.stack([x, Tensor([1, 2])]) }
    #expect(throws: TensorError.self) { _ = try Tensor.stack([]) }
  }
}
