import TensorCore
import TestSupport
import Testing

/// Indexing by tensors, and what PyTorch does at its corners.
@Suite struct AdvancedIndexingTests {
  private func numbers(_ shape: Int..., dtype: DType = .int64) throws -> Tensor {
    try Tensor.arange(Scalar(shape.reduce(1, *)), dtype: dtype).reshape(shape)
  }
  private func values(_ x: Tensor) throws -> [Int] { try x.toArray(of: Int.self) }

  @Test func itemsOfEveryKind() throws {
    let x = try numbers(2, 3, 4)
    let (rows, columns) = (Tensor([1, 0]), try Tensor([[-1], [0]]))
    #expect(try x[at: .tensor(rows)].shape == [2, 3, 4])
    #expect(try x[at: .tensor(rows), .slice(), .tensor(columns)].shape == [2, 2, 3])
    #expect(try x[at: .slice(), .tensor(rows), .tensor(columns)].shape == [2, 2, 2])
    #expect(try x[at: .position(0), .slice(), .tensor(columns)].shape == [3, 2, 1])
    #expect(try x[at: .tensor(Tensor(0)), .slice(), .tensor(columns)].shape == [2, 1, 3])
    #expect(try x[at: .ellipsis, .tensor(columns)].shape == [2, 3, 2, 1])
    #expect(try x[at: .newAxis, .tensor(Tensor(1)), .slice(end: 2)].shape == [1, 2, 4])
    #expect(try x[at: .truth(true)].shape == [1, 2, 3, 4])
    #expect(try x[at: .truth(false)].shape == [0, 2, 3, 4])
    #expect(try x[at: .tensor(Tensor([true, false]))].shape == [1, 3, 4])
    #expect(try values(x[at: .tensor(x .> 20)]) == [21, 22, 23])
    #expect(try values(x[at: .tensor(rows), .tensor(rows), .tensor(rows)]) == [17, 0])
    #expect(try Tensor(5)[at: .tensor(Tensor(true))].shape == [1])
    #expect(try Tensor.zeros(0, 3)[at: .tensor(Tensor([Int]()))].shape == [0, 3])
  }

  @Test func wrongPositionsAreRefused() throws {
    let x = try numbers(2, 3)
    for wrong in [[2], [-3]] {
      #expect(throws: TensorError.self) { _ = try x.index([Tensor(wrong)]) }
      #expect(throws: TensorError.self) { _ = try x.indexSelect(dim: 0, Tensor(wrong)) }
      #expect(throws: TensorError.self) { _ = try x.gather(dim: 0, Tensor([wrong])) }
      #expect(throws: TensorError.self) { _ = try x.scatter(dim: 0, Tensor([wrong]), 1) }
      #expect(throws: TensorError.self) { _ = try x.indexFill(dim: 0, Tensor(wrong), 1) }
      #expect(throws: TensorError.self) { _ = try x.indexAdd(dim: 0, Tensor(wrong), x[..<1]) }
    }
    #expect(throws: TensorError.self) { _ = try x.gather(dim: 0, Tensor([[-1]])) }
    #expect(throws: TensorError.self) { _ = try x.index([Tensor([0.0])]) }
    #expect(throws: TensorError.self) { _ = try x.index([nil, nil, Tensor([0])]) }
    #expect(throws: TensorError.self) { _ = try x.index([Tensor([0, 1]), Tensor([0, 1, 2])]) }
    #expect(throws: TensorError.self) { _ = try x.index([Tensor([true])]) }
    #expect(throws: TensorError.self) { _ = try x.take(Tensor([6])) }
    #expect(throws: TensorError.self) { _ = try x.put(Tensor([0]), Tensor([1, 2])) }
    #expect(throws: TensorError.self) { _ = try x.maskedFill(Tensor([1, 0, 1]), 0) }
    #expect(throws: TensorError.self) {
      _ = try x.maskedScatter(Tensor([true, true, true]), Tensor([1, 2]))
    }
    #expect(throws: TensorError.self) { _ = try x.asStrided([2, 2], [1, 2], storageOffset: 3) }
    #expect(throws: TensorError.self) { _ = try x.asStrided([2], [-1]) }
    #expect(throws: TensorError.self) { _ = try x.asStridedScatter(Tensor([1, 2]), [2], [0]) }
    #expect(throws: TensorError.self) { _ = try x.topk(4) }
    #expect(throws: TensorError.self) { _ = try x.cast(to: .bool).topk(1) }
    #expect(throws: TensorError.self) {
      _ = try x.cast(to: .uint8).indexFill(dim: 0, Tensor([0]), 300)
    }
  }

  @Test func namedBracketsReadListsAsPython() throws {
    let x = try numbers(2, 3)
    func item(_ index: Argument<Tensor>) throws -> Tensor {
      guard case .tensor(let tensor)? = try catalogue["__getitem__"]([.tensor(x), index]).first
      else { throw TensorError.invalidAccess("no tensor") }
      return tensor
    }
    #expect(try values(item([1, 0])) == [3, 4, 5, 0, 1, 2])
    #expect(try values(item([[0, 1], [-1, 0]])) == [2, 3])
    #expect(try values(item([true, false])) == [0, 1, 2])
    #expect(try values(item([.ellipsis, 0])) == [0, 3])
    #expect(try item([nil, .slice(start: nil, stop: nil, step: 2)]).shape == [1, 1, 3])
    #expect(try item([]).shape == [0, 3])
    #expect(throws: TensorError.self) { _ = try item([0.5, nil]) }
    #expect(throws: TensorError.self) { _ = try item([[0, [1]]]) }
  }

  @Test func takingAndPutting() throws {
    let x = try numbers(2, 3)
    #expect(try values(x.take(Tensor([[-1, 0]]))) == [5, 0])
    #expect(try values(x.put(Tensor([-1, 0]), Tensor([9, 8]))) == [8, 1, 2, 3, 4, 9])
    #expect(
      try values(x.put(Tensor([0, 0]), Tensor([9, 1]), accumulate: true)) == [10, 1, 2, 3, 4, 5])
    #expect(try values(x.takeAlongDim(Tensor([[1, -1]]), dim: 1)) == [1, 2, 4, 5])
    #expect(try values(x.takeAlongDim(Tensor([1, 2]))) == [1, 2])
    #expect(try values(x.indexFill(dim: 1, Tensor([-1]), 7)) == [0, 1, 7, 3, 4, 7])
    #expect(try values(x.selectScatter(Tensor([9, 8]), dim: 1, -1)) == [0, 1, 9, 3, 4, 8])
    #expect(
      try values(x.sliceScatter(Tensor([[9], [8]]), dim: 1, start: 1, end: 2)) == [
        0, 9, 2, 3, 8, 5,
      ])
    #expect(try values(x.diagonalScatter(Tensor([9, 8]), offset: 1)) == [0, 9, 2, 3, 4, 8])
    #expect(try values(x.diagonalScatter(Tensor([9]), offset: -1)) == [0, 1, 2, 9, 4, 5])
    #expect(try values(x.repeatInterleave(2, dim: 0)[.all, 0]) == [0, 0, 3, 3])
    #expect(try values(x.repeatInterleave(Tensor([0, 2, 1]), dim: 1)) == [1, 1, 2, 4, 4, 5])
    #expect(try values(Tensor([2, 0]).oneHot()) == [0, 0, 1, 1, 0, 0])
  }

  /// Elements with nan and both zeros, in every dtype, against Swift's own sorting.
  @Test(arguments: DType.allCases) func sortingIsStable(dtype: DType) throws {
    var tensors = SampleTensors(seed: 41)
    for count in [0, 1, 7, 127, 128, 129, 700] {
      for values in [SampleValues.special, .ties] {
        let x = try tensors.tensor([count], dtype, values)
        let numbers = try x.toArray(of: Double.self)
        let whole = dtype.isFloatingPoint ? [] : try x.toArray(of: Int.self)
        func isBefore(_ a: Int, _ b: Int) -> Bool {
          if !dtype.isFloatingPoint { return whole[a] < whole[b] }
          return numbers[a] < numbers[b] || numbers[b].isNaN && !numbers[a].isNaN
        }
        for descending in [false, true] {
          let (sorted, indices) = try x.sort(descending: descending)
          let expected = (0..<count).sorted {
            let (a, b) = descending ? ($1, $0) : ($0, $1)
            return isBefore(a, b) || !isBefore(b, a) && $0 < $1
          }
          #expect(try self.values(indices) == expected, "\(dtype) \(count)")
          #expect(try areSame(sorted, x.indexSelect(dim: 0, indices)), "\(dtype) \(count)")
        }
      }
    }
  }

  @Test func setsAndSearch() throws {
    let x = Tensor([3.0, .nan, 1, .nan, 3])
    let unique = try x.unique(returnInverse: true, returnCounts: true)
    #expect(unique.output.shape == [4])
    #expect(try unique.inverseIndices.map(values) == [1, 2, 0, 3, 1])
    #expect(try unique.counts.map(values) == [1, 2, 1, 1])
    #expect(try values(Tensor([1, 1, 2, 1]).uniqueConsecutive().output) == [1, 2, 1])
    #expect(try values(Tensor([[1, 2], [1, 1], [1, 2]]).unique(dim: 0).output) == [1, 1, 1, 2])
    let stepped = try numbers(9)[.slice(step: 3)]
    #expect(try values(stepped.unique().output) == [0, 3, 6])
    #expect(throws: TensorError.self) { _ = try Tensor.zeros(2, 0).unique(dim: 0) }
    #expect(try Tensor.zeros(0, 2).unique(dim: 0).output.shape == [0, 2])
    #expect(try values(Tensor([1, 2]).isin(Tensor([2.0]))) == [0, 1])
    #expect(try values(x.isin(x)) == [1, 0, 1, 0, 1])
    #expect(try values(Tensor([1, 2, 2, 3]).searchsorted(Tensor(2.5))) == [3])
    #expect(try values(Tensor([1, 2, 2, 3]).searchsorted(Tensor([2]), right: true)) == [3])
    #expect(try values(Tensor([1.0, 2]).searchsorted(Tensor([.nan, 0.0]))) == [2, 0])
    #expect(try Tensor([-1, 5, 6]).unravelIndex([2, 3]).map(values) == [[1, 1, 0], [2, 2, 0]])
    #expect(try values(Tensor([[0, 1], [2, 0]]).nonzero()) == [0, 1, 1, 0])
    #expect(try Tensor(5).nonzero().shape == [1, 0])
    #expect(try Tensor(5).nonzeroByAxis().map(values) == [[0]])
    #expect(try values(Tensor([0, 4]).nonzeroStatic(size: 2)) == [1, -1])
  }

  /// Halves are summed in float32 where PyTorch does so.
  @Test(arguments: [DType.float16, .bfloat16]) func halvesAreSummedInFloat32(dtype: DType) throws {
    let ones = Tensor(Array(repeating: 1.0, count: 4096), dtype: dtype)
    let places = Tensor(Array(repeating: 0, count: 4096))
    let zero = Tensor([0.0], dtype: dtype)
    #expect(try zero.scatterAdd(dim: 0, places, ones).item() == 4096)
    #expect(try zero.indexAdd(dim: 0, places, ones).item() == 4096)
    // Every step is rounded: from here on one more is too little.
    let limit = dtype == .float16 ? 2048.0 : 256
    #expect(try zero.indexPut([places], ones, accumulate: true).item() == limit)
  }
}

/// Second gradients of operations at positions.
@Suite struct IndexingSecondGradientTests {
  private static let positions = Tensor([2, 0, 2])

  private static func leaf() -> Tensor {
    Tensor([0.5, -1.5, 2], dtype: .float64, requiresGrad: true)
  }

  /// The gradient of the sum of squares of f(x) is linear in f's; its own gradient is checked by
  /// differences.
  @Test(arguments: 0..<11) func secondGradientsAreTheLimitsOfDifferences(number: Int) throws {
    let mask = Tensor([true, false, true])
    let source = Tensor([3.0, 4, 5], dtype: .float64)
    let index = Self.positions
    let functions: [@Sendable (Tensor) throws -> Tensor] = [
      { try $0.gather(dim: 0, index) }, { try $0.indexSelect(dim: 0, index) },
      { try $0.index([index]) }, { try $0.indexPut([index], $0 * $0, accumulate: true) },
      { try $0.scatterReduce(dim: 0, index, $0 * source, reduce: .prod) },
      { try $0.indexReduce(dim: 0, index, $0 * source, reduce: .mean) },
      { try $0.maskedFill(mask, 2) }, { try $0.maskedScatter(mask, $0 * source) },
      { try $0.maskedSelect(mask) }, { try $0.sort().values },
      { try $0.asStrided([2, 2], [1, 1]) },
    ]
    let function = functions[number]
    /// The gradient at x of the weighted sum of cubes.
    func gradientOfCubes(_ x: Tensor, createGraph: Bool) throws -> Tensor {
      let y = try function(x)
      let loss = try (y * y * y).sum()
      return try gradient(of: loss, at: [x], createGraph: createGraph)[0]
    }
    let x = Self.leaf()
    let first = try gradientOfCubes(x, createGraph: true)
    let second = try gradient(of: (first * source).sum(), at: [x])[0]
      .toArray(of: Double.self)
    let step = 1e-5
    for place in 0..<3 {
      func value(_ change: Double) throws -> Double {
        var numbers = try x.detach().toArray(of: Double.self)
        numbers[place] += change
        let moved = Tensor(numbers, dtype: .float64, requiresGrad: true)
        return try (gradientOfCubes(moved, createGraph: false) * source).sum().item()
      }
      let expected = try (value(step) - value(-step)) / (2 * step)
      let scale = max(1, expected.magnitude)
      #expect((second[place] - expected).magnitude <= 1e-5 * scale, "\(number) at \(place)")
    }
  }
}
