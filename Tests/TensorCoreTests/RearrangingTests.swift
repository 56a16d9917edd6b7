import TensorCore
import TestSupport
import Testing

/// Orders, windows, diagonals, borders and parts against what defines them.
@Suite struct RearrangingTests {
  /// Each element is moved from where the definition says: its number in row-major order shows it.
  private func expectMoved(
    _ shape: [Int], _ operation: (Tensor) throws -> Tensor, to result: [Int],
    from source: ([Int]) -> [Int?]
  ) throws {
    let count = shape.reduce(1, *)
    let numbers = try Tensor.arange(0, Scalar(count)).reshape(shape)
    let expected = Naive<Int>.positions(result).map { place in
      // A place that nothing is moved to holds 0; so does the first element, which is left out.
      zip(source(place), shape).reduce(0 as Int?) { number, axis in
        guard let number, let position = axis.0 else { return nil }
        return number * axis.1 + position
      } ?? 0
    }
    for x in [
      numbers,
      try numbers.permute(Array((0..<shape.count).reversed())).clone()
        .permute(Array((0..<shape.count).reversed())),
    ] {
      let found = try operation(x)
      #expect(found.shape == result)
      #expect(try found.toArray(of: Int.self) == expected)
    }
  }

  @Test func flipping() throws {
    try expectMoved([3, 4], { try $0.flip([0, -1]) }, to: [3, 4]) { [2 - $0[0], 3 - $0[1]] }
    try expectMoved([3, 4], { try $0.fliplr() }, to: [3, 4]) { [$0[0], 3 - $0[1]] }
    try expectMoved([0, 4], { try $0.flipud() }, to: [0, 4]) { $0 }
    #expect(throws: TensorError.self) { try Tensor([1, 2]).flip([0, -1]) }
    #expect(throws: TensorError.self) { try Tensor(1).flipud() }
  }

  @Test func rolling() throws {
    for (shift, axis) in [(1, 0), (-2, 1), (1_000_000_007, 1), (Int.max, 0)] {
      let shape = [3, 4]
      try expectMoved(shape, { try $0.roll([shift], dims: [axis]) }, to: shape) { place in
        var source = place
        let length = shape[axis]
        source[axis] = ((place[axis] - shift % length) % length + length) % length
        return source
      }
    }
    #expect(try Tensor([[1, 2], [3, 4]]).roll([1]).toArray(of: Int.self) == [4, 1, 2, 3])
    let frequencies = Tensor([0, 1, 2, -2, -1])
    #expect(try frequencies.fftshift().toArray(of: Int.self) == [-2, -1, 0, 1, 2])
    #expect(try frequencies.fftshift().ifftshift().isIdentical(to: frequencies))
    for (shifts, dims) in [([], []), ([1, 2], [0]), ([1], [2]), ([.min], [0])] {
      #expect(throws: TensorError.self) { try frequencies.roll(shifts, dims: dims) }
    }
  }

  @Test func turning() throws {
    let x = try Tensor.arange(6).reshape([2, 3])
    #expect(try x.rot90().toArray(of: Int.self) == [2, 5, 1, 4, 0, 3])
    for k in -5...5 {
      let back = try x.rot90(k: k).rot90(k: -k)
      #expect(try back.isIdentical(to: x), "\(k)")
    }
    #expect(throws: TensorError.self) { try x.rot90(dims: [0, -2]) }
  }

  @Test func windows() throws {
    for (size, step) in [(1, 1), (3, 1), (2, 3), (0, 1), (7, 2)] {
      let count = (7 - size) / step + 1
      try expectMoved(
        [7, 2], { try $0.unfold(dimension: 0, size: size, step: step) }, to: [count, 2, size]
      ) { [$0[0] * step + $0[2], $0[1]] }
    }
    #expect(try Tensor(3).unfold(dimension: 0, size: 1, step: 1).shape == [1])
    for (size, step) in [(8, 1), (1, 0), (-1, 1)] {
      #expect(throws: TensorError.self) {
        try Tensor.zeros(7).unfold(dimension: 0, size: size, step: step)
      }
    }
  }

  /// In float16 a sum over many overlapping windows is kept exactly until its end.
  @Test func overlappingGradientsOfHalves() throws {
    var x = try Tensor.zeros(4000, dtype: .float16)
    x.requiresGrad = true
    let windows = try x.unfold(dimension: 0, size: 3000, step: 1)
    let seed = try windows.detach().onesLike()
    try windows.backward(gradient: seed)
    #expect(try x.grad?.toArray(of: Double.self).max() == 1001)
  }

  @Test func diagonals() throws {
    for (offset, length) in [(0, 3), (2, 3), (-1, 2), (4, 1), (5, 0), (.max, 0), (.min, 0)] {
      try expectMoved(
        [3, 2, 5], { try $0.diagonal(offset: offset, dim1: 0, dim2: -1) },
        to: [2, length]
      ) { [$0[1] + max(-offset, 0), $0[0], $0[1] + max(offset, 0)] }
    }
    let list = Tensor([1, 2])
    #expect(try list.diag(diagonal: -1).toArray(of: Int.self) == [0, 0, 0, 1, 0, 0, 0, 2, 0])
    #expect(try list.diag().diag().isIdentical(to: list))
    #expect(try list.diagEmbed(offset: 1, dim1: 0, dim2: 1).triu().sum().item() == 3)
    #expect(throws: TensorError.self) { try list.diagEmbed(offset: .max) }
    #expect(throws: TensorError.self) { try list.diagonal() }
    #expect(throws: TensorError.self) { try Tensor(1).diag() }
  }

  @Test func triangles() throws {
    for dtype in DType.allCases {
      let x = try Tensor.ones(2, 3, 4, dtype: dtype).transpose(1, 2)
      for diagonal in [-5, -1, 0, 2, .max, .min] {
        let (lower, upper) = (try x.tril(diagonal: diagonal), try x.triu(diagonal: diagonal))
        for (index, place) in Naive<Int>.positions([2, 4, 3]).enumerated() {
          let above = place[2] - place[1]
          #expect(try lower.toArray(of: Int.self)[index] == (above <= diagonal ? 1 : 0))
          #expect(try upper.toArray(of: Int.self)[index] == (above >= diagonal ? 1 : 0))
        }
      }
    }
  }

  @Test func borders() throws {
    let x = try Tensor([[[1, 2, 3]]])
    func padded(_ pad: [Int], _ mode: PadMode, _ value: Scalar = 0) throws -> [Int] {
      try x.pad(pad, mode: mode, value: value).toArray(of: Int.self)
    }
    #expect(try padded([2, 1], .constant, 7) == [7, 7, 1, 2, 3, 7])
    #expect(try padded([2, 1], .reflect) == [3, 2, 1, 2, 3, 2])
    #expect(try padded([2, 1], .replicate) == [1, 1, 1, 2, 3, 3])
    #expect(try padded([2, 1], .circular) == [2, 3, 1, 2, 3, 1])
    #expect(try padded([-1, 1], .constant) == [2, 3, 0])
    #expect(try padded([-1, 1], .reflect) == [2, 3, 2])
    #expect(try padded([-1, 1], .replicate) == [2, 3, 3])
    #expect(try padded([-1, 1], .circular) == [2, 3, 2])
    for (pad, mode, value) in [
      ([3, 0], .reflect, 0), ([4, 0], .circular, 0), ([-2, -2], .constant, 0), ([1], .constant, 0),
      ([1, 1], .reflect, 1), ([1, 1, 1, 1, 1, 1], .replicate, 0), ([-2, -1], .replicate, 0),
      ([.max, .max], .constant, 0), ([1, 0], .constant, 1e30),
    ] as [([Int], PadMode, Scalar)] {
      #expect(throws: TensorError.self, "\(pad) \(mode)") { try padded(pad, mode, value) }
    }
  }

  @Test func repeating() throws {
    try expectMoved([2, 3], { try $0.repeat([2, 3, 2]) }, to: [2, 6, 6]) { [$0[1] % 2, $0[2] % 3] }
    try expectMoved([2, 3], { try $0.tile([2]) }, to: [2, 6]) { [$0[0], $0[1] % 3] }
    #expect(try Tensor(1).repeat([0, 2]).shape == [0, 2])
    for repeats in [[2], [-1, 2], [.max, .max]] {
      #expect(throws: TensorError.self) { try Tensor([[1, 2]]).repeat(repeats) }
    }
  }

  @Test func takingApartAndPuttingTogether() throws {
    for dtype in DType.allCases {
      let x = try Tensor.arange(0, 70).reshape([10, 7]).cast(to: dtype)
      for dim in [0, 1] {
        for parts in [
          try x.split(3, dim: dim), try x.chunk(4, dim: dim),
          try x.tensorSplit(sections: 4, dim: dim), try x.tensorSplit(indices: [2, 5], dim: dim),
        ] {
          #expect(try Tensor.cat(parts, dim: dim).isIdentical(to: x))
        }
        #expect(try Tensor.stack(x.unbind(dim: dim), dim: dim).isIdentical(to: x))
      }
    }
    let list = try Tensor.arange(5)
    #expect(try list.tensorSplit(indices: [3, 1, -1, 9]).map(\.shape[0]) == [3, 0, 3, 1, 0])
    #expect(try list.tensorSplit(Tensor([2])).map(\.shape[0]) == [2, 3])
    #expect(try list.chunk(4).map(\.shape[0]) == [2, 2, 1])
    #expect(try Tensor.zeros(2, 0).chunk(3, dim: 1).count == 3)
    for call in [
      { try list.split(0) }, { try list.split([2, 2]) }, { try list.split([6, -1]) },
      { try list.chunk(0) }, { try Tensor(1).unbind() }, { try list.hsplit(sections: 2) },
      { try list.vsplit(sections: 5) }, { try list.tensorSplit(Tensor([1.5])) },
    ] as [() throws -> [Tensor]] {
      #expect(throws: TensorError.self) { try call() }
    }
  }

  @Test func assembling() throws {
    let (a, b) = (try Tensor.arange(2), try Tensor.arange(3))
    #expect(
      try Tensor.cartesianProd([a, b]).toArray(of: Int.self)
        == [0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2])
    #expect(
      try Tensor.meshgrid([a, b], indexing: .xy).map { Array($0.shape) } == [[3, 2], [3, 2]])
    #expect(try b.combinations().toArray(of: Int.self) == [0, 1, 0, 2, 1, 2])
    #expect(
      try a.combinations(r: 3, withReplacement: true).toArray(of: Int.self)
        == [0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1])
    #expect(try a.combinations(r: 3).shape == [0, 3])
    let blocks = try Tensor.blockDiag([Tensor(7), Tensor([[1], [2]])])
    #expect(try blocks.toArray(of: Int.self) == [7, 0, 0, 1, 0, 2])
    #expect(try Tensor.columnStack([a, a]).toArray(of: Int.self) == [0, 0, 1, 1])
    #expect(
      try Tensor.chunkCat([Tensor.arange(5), b], dim: 0, chunks: 2).toArray(of: Int.self)
        == [0, 1, 2, 0, 1, 3, 4, 0, 2, 0])
    #expect(throws: TensorError.self) { try Tensor.stack([a, b]) }
    #expect(throws: TensorError.self) { try Tensor.meshgrid([a, b.cast(to: .float32)]) }
  }

  @Test func channels() throws {
    let x = try Tensor.arange(0, 144).reshape([2, 8, 3, 3])
    for factor in [1, 2] {
      let shuffled = try x.pixelShuffle(upscaleFactor: factor)
      #expect(shuffled.shape == [2, 8 / factor / factor, 3 * factor, 3 * factor])
      #expect(try shuffled.pixelUnshuffle(downscaleFactor: factor).isIdentical(to: x))
    }
    #expect(try x.channelShuffle(groups: 2).channelShuffle(groups: 4).isIdentical(to: x))
    #expect(throws: TensorError.self) { try x.pixelShuffle(upscaleFactor: 3) }
  }

  /// The gradient of a gradient along the entries: x² through each, so that both appear.
  @Test func secondGradients() throws {
    let moves: [(String, @Sendable (Tensor) throws -> Tensor)] = [
      ("flip", { try $0.flip([0]) }), ("roll", { try $0.roll([1], dims: [1]) }),
      ("unfold", { try $0.unfold(dimension: 1, size: 2, step: 1) }),
      ("diagonal", { try $0.diagonal(offset: 1) }), ("tril", { try $0.tril() }),
      ("reflect", { try $0.pad([1, 1], mode: .reflect) }),
      ("repeat", { try $0.repeat([2, 1]) }),
      ("split", { try $0.split([1, 2], dim: 1)[1] }), ("unbind", { try $0.unbind()[1] }),
      ("stack", { try Tensor.stack([$0, $0], dim: 1) }),
    ]
    for (name, move) in moves {
      var x = try Tensor.arange(1, 13, dtype: .float64).reshape([4, 3])
      x.requiresGrad = true
      let first = try gradient(of: move(x * x).sum(), at: [x], createGraph: true)
      let dx = first[0]
      let second = try gradient(of: dx.sum(), at: [x])[0]
      // dx = 2 x n and d²x = 2 n, where n says how often an element was moved.
      #expect(try (second * x.detach()).allClose(dx.detach()), "\(name)")
    }
  }
}
