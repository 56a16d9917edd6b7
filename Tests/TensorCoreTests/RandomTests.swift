import TensorCore
import TestSupport
import Testing

/// Random numbers follow from their seed alone and are distributed as they should be.
@Suite struct RandomTests {
  private static let floats: [DType] = [.float16, .bfloat16, .float32, .float64]

  private func moments(_ x: Tensor) throws -> (mean: Double, variance: Double) {
    let values = try x.toArray(of: Double.self)
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, squares / Double(values.count))
  }

  /// Each with the mean and variance that its numbers should have.
  private static let distributions:
    [(String, Double, Double, @Sendable (Tensor, UInt64) throws -> Tensor)] = [
      ("rand", 0.5, 1.0 / 12, { try $0.randLike(seed: $1) }),
      ("randn", 0, 1, { try $0.randnLike(seed: $1) }),
      ("uniform", 1, 4.0 / 3, { try $0.uniform(from: -1, to: 3, seed: $1) }),
      ("normal", 3, 4, { try $0.normal(mean: 3, std: 2, seed: $1) }),
      ("exponential", 0.5, 0.25, { try $0.exponential(lambd: 2, seed: $1) }),
      ("bernoulli", 0.25, 0.1875, { try $0.bernoulli(p: 0.25, seed: $1) }),
      ("geometric", 2, 2, { try $0.geometric(p: 0.5, seed: $1) }),
      ("poisson small", 3, 3, { try $0.fullLike(3).poisson(seed: $1) }),
      ("poisson large", 30, 30, { try $0.fullLike(30).poisson(seed: $1) }),
      ("randint", 2, 2, { try $0.randintLike(0, 5, seed: $1) }),
      ("dropout", 2, 4, { try $0.fullLike(2).dropout(seed: $1) }),
      ("alpha_dropout", 0, 1, { try $0.randnLike(seed: 1).alphaDropout(p: 0.3, seed: $1) }),
    ]

  @Test(arguments: floats) func numbersAreDistributedAsTheyShouldBe(dtype: DType) throws {
    let like = try Tensor.zeros(100, 200, dtype: dtype)
    for (name, mean, variance, draw) in Self.distributions {
      let x = try draw(like, 7)
      #expect(x.descriptor == like.descriptor, "\(name)")
      #expect(try x.isIdentical(to: draw(like, 7)), "\(name) of the same seed")
      #expect(try !x.isIdentical(to: draw(like, 8)), "\(name) of another seed")
      let found = try moments(x)
      let deviation = variance.squareRoot()
      #expect((found.mean - mean).magnitude < 0.05 * deviation + 0.005, "\(name) \(found)")
      #expect((found.variance / variance - 1).magnitude < 0.1, "\(name) \(found)")
    }
  }

  /// The first numbers do not depend on how many follow.
  @Test func elementsFollowFromTheirPlace() throws {
    for (name, _, _, draw) in Self.distributions {
      let (long, short) = (try draw(Tensor.zeros(1500), 3), try draw(Tensor.zeros(701), 3))
      #expect(try long[..<701].isIdentical(to: short), "\(name)")
    }
  }

  @Test(arguments: floats) func uniformNumbersStayBelowOne(dtype: DType) throws {
    let values = try Tensor.rand(100_000, dtype: dtype, seed: 2).toArray(of: Double.self)
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
  }

  @Test func wholeNumbers() throws {
    let x = try Tensor.randint(-3, 4, size: [10_000], seed: 1).toArray(of: Int.self)
    #expect(Set(x) == Set(-3...3))
    let wide = try Tensor.randint(.min, .max, size: [100], seed: 1).toArray(of: Int.self)
    #expect(Set(wide).count == 100)
    for (low, high, dtype) in [(3, 3, .int64), (0, 257, .uint8), (-129, 0, .int8)]
      as [(Int, Int, DType)]
    {
      #expect(throws: TensorError.self) { try Tensor.randint(low, high, size: [1], dtype: dtype) }
    }
  }

  @Test(arguments: [0, 1, 2, 7, 511, 512, 513, 3000]) func permutations(n: Int) throws {
    let order = try Tensor.randperm(n, seed: 11).toArray(of: Int.self)
    #expect(order.sorted() == Array(0..<n))
    #expect(n < 7 || order != Array(0..<n))
    #expect(try Tensor.randperm(n, dtype: .int32, seed: 11).toArray(of: Int.self) == order)
  }

  @Test func allOrdersAreEquallyLikely() throws {
    var counts: [[Int]: Int] = [:]
    for seed in 0..<3000 as Range<UInt64> {
      counts[try Tensor.randperm(3, seed: seed).toArray(of: Int.self), default: 0] += 1
    }
    #expect(counts.count == 6 && counts.values.allSatisfy { (400...600).contains($0) })
    #expect(throws: TensorError.self) { try Tensor.randperm(-1) }
    #expect(throws: TensorError.self) { try Tensor.randperm(300, dtype: .uint8) }
  }

  @Test func choicesFollowTheirWeights() throws {
    let weights = try Tensor([[0.0, 1, 3], [2, 0, 0]], dtype: .float64)
    let chosen = try weights.multinomial(numSamples: 8000, replacement: true, seed: 5)
    let first = try chosen[0].toArray(of: Int.self)
    #expect(Set(first) == [1, 2])
    #expect((Double(first.count { $0 == 2 }) / 8000 - 0.75).magnitude < 0.02)
    #expect(try chosen[1].toArray(of: Int.self).allSatisfy { $0 == 0 })
    var heaviest = 0
    for seed in 0..<1000 as Range<UInt64> {
      let row = try weights[0].multinomial(numSamples: 2, seed: seed).toArray(of: Int.self)
      #expect(Set(row) == [1, 2])
      if row[0] == 2 { heaviest += 1 }
    }
    #expect((Double(heaviest) / 1000 - 0.75).magnitude < 0.05)
    for call in [
      { try weights.multinomial(numSamples: 2) }, { try weights.multinomial(numSamples: 4) },
      { try (-weights).multinomial(numSamples: 1) }, { try weights.multinomial(numSamples: 0) },
      { try weights.zerosLike().multinomial(numSamples: 1) },
      { try weights.cast(to: .int64).multinomial(numSamples: 1) },
    ] as [() throws -> Tensor] {
      #expect(throws: TensorError.self) { try call() }
    }
  }

  @Test func probabilitiesAreChecked() throws {
    let x = Tensor([0.5, 2])
    #expect(throws: TensorError.self) { try x.bernoulli() }
    #expect(throws: TensorError.self) { try x.bernoulli(p: -0.1) }
    #expect(throws: TensorError.self) { try x.dropout(p: 1.5) }
    #expect(throws: TensorError.self) { try x.exponential(lambd: 0) }
    #expect(throws: TensorError.self) { try (-x).poisson() }
    #expect(throws: TensorError.self) { try Tensor([1, 2]).bernoulli() }
    #expect(try Tensor([1.0, 0, 1]).bernoulli(seed: 1).toArray(of: Int.self) == [1, 0, 1])
  }

  @Test func droppedElements() throws {
    var x = try Tensor.ones(30, 4, 5)
    x.requiresGrad = true
    let (output, mask) = try x.nativeDropout(p: 0.25, seed: 3)
    #expect(try output.detach().isIdentical(to: mask.cast(to: .float32) / 0.75))
    try output.sum().backward()
    #expect(try x.grad?.isIdentical(to: output.detach()) ?? false)
    #expect(try x.dropout(training: false).detach().isIdentical(to: x.detach()))
    #expect(try x.dropout(p: 1).sum().item() == 0)
    // A feature is dropped as a whole.
    let features = try x.detach().featureDropout(seed: 4)
    let sums = try features.sum(dim: [2]).toArray(of: Double.self)
    #expect(Set(sums) == [0, 10])
  }

  @Test func rowsOfNumbers() throws {
    #expect(
      try Tensor.linspace(10, -3, steps: 7, dtype: .int64).toArray(of: Int.self)
        == [10, 7, 5, 3, 1, 0, -3])
    #expect(try Tensor.linspace(2, 1, steps: 1).toArray(of: Double.self) == [2])
    #expect(
      try Tensor.logspace(0, 4, steps: 4, base: 2.5, dtype: .int64).toArray(of: Int.self)
        == [1, 3, 11, 39])
    #expect(try Tensor.eye(2, 3).toArray(of: Int.self) == [1, 0, 0, 0, 1, 0])
    #expect(throws: TensorError.self) { try Tensor.linspace(0, 1, steps: -1) }
    #expect(throws: TensorError.self) { try Tensor.logspace(0, 1, steps: 3, dtype: .bool) }
    for (rows, columns) in [(0, 0), (1, 1), (3, 2), (2, 7)] {
      for offset in [-3, -1, 0, 2, 9] {
        let ones = try Tensor.ones(rows, columns)
        let lower = try Tensor.trilIndices(rows, columns, offset: offset)
        let upper = try Tensor.triuIndices(rows, columns, offset: offset)
        #expect(try Double(lower.shape[1]) == ones.tril(diagonal: offset).sum().item())
        #expect(try Double(upper.shape[1]) == ones.triu(diagonal: offset).sum().item())
        let places = Naive<Int>.positions([rows, columns])
        let (below, above) = (
          places.filter { $0[1] - $0[0] <= offset }, places.filter { $0[1] - $0[0] >= offset }
        )
        #expect(try lower.toArray(of: Int.self) == below.map { $0[0] } + below.map { $0[1] })
        #expect(try upper.toArray(of: Int.self) == above.map { $0[0] } + above.map { $0[1] })
      }
    }
  }
}
