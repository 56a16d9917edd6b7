import TensorCore
import Testing

/// x² as long as nobody asks for its gradient.
private struct SquareWithoutGradient: OneInputOperation, PlainOperation {
  static let identity = OperationIdentity(name: "square_without_gradient", code: 0xFFFF)
  func output(for x: Descriptor) throws -> Descriptor { x }
  func execute(_ x: Tensor) throws -> Tensor { try x * x }
  func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    throw TensorError.gradient("this rule always fails")
  }
}

private func leaf(_ values: [Double], dtype: DType = .float64) -> Tensor {
  Tensor(values, dtype: dtype, requiresGrad: true)
}

private func numbers(_ x: Tensor?) throws -> [Double]? { try x?.toArray(of: Double.self) }

@Suite struct AutogradTests {
  @Test func gradientsAddUpUntilTheyAreForgotten() throws {
    let x = leaf([1, 2])
    #expect(x.grad == nil)
    try (3 * x).sum().backward()
    #expect(try numbers(x.grad) == [3, 3])
    try (x * x).sum().backward()
    #expect(try numbers(x.grad) == [5, 7])
    x.zeroGrad()
    #expect(x.grad == nil)
    try x.sum().backward()
    #expect(try numbers(x.grad) == [1, 1])
  }

  @Test func aLeafThatIsUsedTwiceGetsBothParts() throws {
    let x = leaf([3])
    try (x * x + x).backward()
    #expect(try numbers(x.grad) == [7])
    let y = leaf([2])
    try y.matmul(y).backward()
    #expect(try numbers(y.grad) == [4])
    let z = leaf([1, 2])
    try Tensor.cat([z, z, z]).sum().backward()
    #expect(try numbers(z.grad) == [3, 3])
  }

  @Test func diamondsAreWalkedOnce() throws {
    // y = x + x, then doubled again and again: 2^40 paths, 40 nodes.
    let x = leaf([1])
    var y = try x + x
    for _ in 1..<40 { y = try y + y }
    try y.backward()
    #expect(try numbers(x.grad) == [0x1p40])

    let a = leaf([2])
    let left = try a * 3
    let right = try a * a
    // 3 a³ + 3 a
    try (left * right + left).backward()
    #expect(try numbers(a.grad) == [39])
  }

  @Test func whatIsComputedWithoutGradientHasNone() throws {
    let x = leaf([2])
    let y = try withoutGradient { try x * x }
    #expect(!y.requiresGrad)
    #expect(throws: TensorError.self) { try y.backward() }
    try (x * y).backward()
    #expect(try numbers(x.grad) == [4])
    let outer = try withoutGradient {
      try withoutGradient { try x * 2 } + x
    }
    #expect(!outer.requiresGrad)
    #expect(try (x * 2).requiresGrad)
    _ = try? withoutGradient { throw TensorError.gradient("") } as Int
    #expect(try (x * 2).requiresGrad)
  }

  @Test func detachedTensorsAreConstants() throws {
    let x = leaf([3])
    let y = try x * x
    #expect(!y.detach().requiresGrad)
    try (y.detach() * x).backward()
    #expect(try numbers(x.grad) == [9])
    #expect(x.requiresGrad && x.isLeaf && y.requiresGrad && !y.isLeaf && y.detach().isLeaf)
    #expect(y.grad == nil)
  }

  @Test func settingRequiresGradMakesALeaf() throws {
    let x = leaf([3])
    var y = try x * x
    y.requiresGrad = false
    #expect(!y.requiresGrad)
    y.requiresGrad = true
    try (y * 2).backward()
    #expect(try numbers(y.grad) == [2])
    #expect(x.grad == nil)
    var whole = Tensor([1, 2], requiresGrad: true)
    #expect(!whole.requiresGrad)
    whole.requiresGrad = true
    #expect(!whole.requiresGrad)
    #expect(try !(whole / 2).requiresGrad)
    // A copy is the same leaf.
    let (p, q) = (x, x)
    try (p * 2).backward()
    #expect(try numbers(q.grad) == [2])
  }

  @Test func onlyOneElementHasAGradientOfItsOwn() throws {
    let x = leaf([1, 2])
    let y = try x * x
    #expect(throws: TensorError.self) { try y.backward() }
    #expect(throws: TensorError.self) { try y.backward(gradient: Tensor([1.0])) }
    #expect(throws: TensorError.self) { try y.backward(gradient: Tensor([1.0, 1, 1])) }
    #expect(x.grad == nil)
    try y.backward(gradient: Tensor([1.0, 10], dtype: .float64))
    #expect(try numbers(x.grad) == [2, 40])
    let z = leaf([5])
    try (z * z).reshape(1, 1, 1).backward()
    #expect(try numbers(z.grad) == [10])
    try z.backward(gradient: Tensor([7.0], dtype: .float64))
    #expect(try numbers(z.grad) == [17])
  }

  @Test func gradientsHaveTheDTypeOfTheirLeaf() throws {
    let x = leaf([2], dtype: .float32)
    let y = leaf([3], dtype: .float64)
    try (x * y).backward()
    #expect(x.grad?.dtype == .float32 && y.grad?.dtype == .float64)
    x.zeroGrad()
    try (x * 2).backward(gradient: Tensor([1], dtype: .int64))
    #expect(x.grad?.dtype == .float32)
    x.zeroGrad()
    try x.backward(gradient: Tensor([1.0], dtype: .float64))
    #expect(x.grad?.dtype == .float32)
    x.zeroGrad()
    try x.cast(to: .float64).exp().sum().backward()
    #expect(x.grad?.dtype == .float32)
  }

  @Test func aGraphIsUsedUpUnlessRetained() throws {
    let x = leaf([3])
    let y = try x * x
    try y.backward()
    #expect(throws: TensorError.self) { try y.backward() }
    #expect(try numbers(x.grad) == [6])
    let z = try x * x
    try z.backward(retainGraph: true)
    try z.backward()
    #expect(try numbers(x.grad) == [18])
    #expect(throws: TensorError.self) { try z.backward() }
    // A part that two results share is used up by the first.
    let shared = try x * x
    let (p, q) = (try shared * 2, try shared * 3)
    try p.backward()
    #expect(throws: TensorError.self) { try q.backward() }
    #expect(try numbers(x.grad) == [30])
  }

  @Test func backwardNeedsAGraph() {
    #expect(throws: TensorError.self) { try Tensor(1.0).backward() }
    #expect(throws: TensorError.self) { try Tensor([1]).backward() }
    #expect(throws: TensorError.self) { try (leaf([1]) .> 0).backward() }
    #expect(throws: TensorError.self) { try leaf([1]).argmax().backward() }
  }

  // MARK: gradient(of:at:)

  @Test func gradientOfAtLeavesTheLeavesAlone() throws {
    let (x, y, unused) = (leaf([2]), leaf([3]), leaf([1, 1]))
    try (x * 10).backward()
    let gradients = try gradient(of: x * x * y, at: [x, unused])
    #expect(try gradients.map { try $0.toArray(of: Double.self) } == [[12], [0, 0]])
    #expect(try numbers(x.grad) == [10])
    #expect(y.grad == nil && unused.grad == nil)
    #expect(gradients.allSatisfy { !$0.requiresGrad })
    let twice = try gradient(of: x * y, at: [x, x])
    #expect(try twice.map { try $0.item() } == [3, 3])
    #expect(try numbers(x.grad) == [10])
    #expect(try gradient(of: x, at: [x])[0].item() == 1)
  }

  @Test func gradientOfAtWantsLeaves() throws {
    let x = leaf([2])
    let y = try x * x
    #expect(throws: TensorError.self) { _ = try gradient(of: y, at: [y]) }
    #expect(throws: TensorError.self) { _ = try gradient(of: y, at: [Tensor(1.0)]) }
    #expect(throws: TensorError.self) { _ = try gradient(of: Tensor(1.0), at: [x]) }
    #expect(throws: TensorError.self) { _ = try gradient(of: Tensor.cat([y, y]), at: [x]) }
    #expect(x.grad == nil)
  }

  // MARK: Errors inside rules

  @Test func aRuleThatFailsChangesNoGradient() throws {
    let early = leaf([2])
    let failing = try Tensor.apply(SquareWithoutGradient(), to: early * 1)
    // Made after the failing operation, so that going back meets it first.
    let late = leaf([5])
    let sum = try failing + late * 3
    try (late * 100).backward()
    #expect(throws: TensorError.self) { try sum.backward(retainGraph: true) }
    #expect(early.grad == nil)
    #expect(try numbers(late.grad) == [100])
    // Nothing that had arrived is left behind to be counted a second time.
    #expect(throws: TensorError.self) { try sum.backward(retainGraph: true) }
    #expect(try numbers(late.grad) == [100])
    try (early * late).backward()
    #expect(try numbers(early.grad) == [5])
    #expect(try numbers(late.grad) == [102])
    #expect(throws: TensorError.self) {
      _ = try gradient(of: Tensor.apply(SquareWithoutGradient(), to: late), at: [late])
    }
    #expect(try numbers(late.grad) == [102])
  }

  // MARK: Memory

  @Test func longChainsAreDroppedWithoutRecursion() throws {
    let x = leaf([1])
    var y = x
    for _ in 0..<200_000 { y = try y + 1 }
    #expect(try y.item() == 200_001)
    y = x
    for _ in 0..<50_000 { y = try y * 1 + y }
    y = x
    for _ in 0..<50_000 { y = try -y }
    try y.backward()
    #expect(try numbers(x.grad) == [1])
    y = x
    for _ in 0..<100_000 { y = try y + x }
    try y.backward(retainGraph: true)
    #expect(try numbers(x.grad) == [100_002])
  }

  @Test func nodesDieWithTheirTensors() throws {
    let x = leaf([1])
    weak var node: Node<Tensor>?
    do {
      let y = try x * x
      node = y.node
      let z = try y.exp()
      #expect(node != nil)
      _ = z
    }
    #expect(node == nil)
  }

  @Test func backwardDropsWhatRulesNeeded() throws {
    let x = leaf([1, 2])
    weak var storage: Storage?
    weak var node: Node<Tensor>?
    func compute() throws -> Tensor {
      let hidden = try x.exp()
      storage = hidden.body.storage
      node = hidden.node
      return try (hidden * hidden).sum()
    }
    let result = try compute()
    #expect(storage != nil && node != nil)
    try result.backward(retainGraph: true)
    #expect(storage != nil && node != nil)
    try result.backward()
    #expect(storage == nil && node == nil)
    #expect(result.requiresGrad)
  }

  @Test func aFailedBackwardKeepsNothingAlive() throws {
    weak var storage: Storage?
    func compute() throws {
      let x = leaf([1, 2])
      let y = try Tensor.apply(SquareWithoutGradient(), to: x.exp())
      storage = y.body.storage
      #expect(throws: TensorError.self) { try y.sum().backward() }
    }
    try compute()
    #expect(storage == nil)
  }

  @Test func graphsAreBuiltAndWalkedOnManyThreads() async throws {
    let gradients = try await withThrowingTaskGroup(of: Double?.self) { group in
      for factor in 0..<16 {
        group.addTask {
          let x = leaf([2])
          var y = try x * Scalar(Double(factor))
          for _ in 0..<200 { y = try y + x }
          try y.backward()
          return try x.grad?.item()
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let expected: [Double] = (0..<16).map { Double($0 + 200) }
    #expect(gradients.compactMap { $0 }.sorted() == expected)
  }
}
