import TensorCore
import TestSupport
import Testing

/// Tensors from nothing: numbers, rows, random ones, and conversion between dtypes.
@Suite struct CreationTests {
  @Test func fullHoldsTheNumber() throws {
    for sample in try OperationSamples.named("full") {
      let operation = try #require(sample.operation as? Full)
      let number = operation.value.double
      let whole = number.rounded(.towardZero)
      let expected: Double
      switch operation.dtype {
      case .bool: expected = number == 0 ? 0 : 1
      case .uint8: expected = whole < 0 ? 255 : whole
      case .int8, .int16, .int32, .int64: expected = whole
      case .float16, .bfloat16:
        let format = try #require(HalfReference(operation.dtype))
        expected = format.rounded(Double(Float(number)))
      case .float32: expected = Double(Float(number))
      case .float64: expected = number
      }
      let result = try sample.expected()[0]
      #expect(result.shape == operation.size)
      #expect(try result.toArray(of: Double.self).allSatisfy { $0 == expected }, "\(sample)")
    }
  }

  @Test func arangeIsPyTorchs() throws {
    #expect(try Tensor.arange(5).toArray(of: Int.self) == [0, 1, 2, 3, 4])
    #expect(try Tensor.arange(5).dtype == .int64)
    #expect(try Tensor.arange(1, 2.5, step: 0.5).toArray(of: Float.self) == [1, 1.5, 2])
    #expect(try Tensor.arange(1, 2.5, step: 0.5).dtype == .float32)
    #expect(try Tensor.arange(5, 0, step: -2).toArray(of: Int.self) == [5, 3, 1])
    #expect(try Tensor.arange(3, 3).shape == [0])
    // torch.arange(0, 5, 1.5, dtype=torch.int64): counted in floating point, then in steps of 1.
    #expect(
      try Tensor.arange(0, 5, step: 1.5, dtype: .int64).toArray(of: Int.self) == [0, 1, 2, 3])
    #expect(
      try Tensor.arange(250, 260, dtype: .uint8).toArray(of: Int.self).suffix(4) == [0, 1, 2, 3])
    // Integers beyond 2^53, which float64 cannot tell apart.
    let large = 1 << 53
    #expect(
      try Tensor.arange(Scalar(large + 1), Scalar(large + 3)).toArray(of: Int.self)
        == [large + 1, large + 2])
    #expect(
      try Tensor.arange(Scalar(Int.max - 1), Scalar(Int.max)).toArray(of: Int.self) == [Int.max - 1]
    )
  }

  @Test func arangeRefusesRowsThatLeadNowhere() {
    for (start, end, step) in [
      (0, 5, 0), (0, 5, -1), (5, 0, 1), (0, .init(Double.nan), 1), (0, .init(Double.infinity), 1),
      (0, 5, .init(Double.nan)), (0.0, 1.0, 1e-300), (0, -1, 2), (0.5, 0, 1),
    ] as [(Scalar, Scalar, Scalar)] {
      #expect(throws: TensorError.self, "\(start) \(end) \(step)") {
        _ = try Tensor.arange(start, end, step: step)
      }
    }
    #expect(throws: TensorError.self) { _ = try Tensor.arange(3, dtype: .bool) }
    #expect(throws: TensorError.self) { _ = try Tensor.arange(Scalar(Int.min), Scalar(Int.max)) }
  }

  @Test func randomTensorsFollowTheSeedAlone() throws {
    for dtype in [DType.float16, .bfloat16, .float32, .float64] {
      let x = try Tensor.rand(1000, dtype: dtype, seed: 7)
      #expect(try x.isIdentical(to: Tensor.rand(1000, dtype: dtype, seed: 7)))
      #expect(try !x.isIdentical(to: Tensor.rand(1000, dtype: dtype, seed: 8)))
      // Element i depends on seed and i alone.
      #expect(try x[..<17].isIdentical(to: Tensor.rand(17, dtype: dtype, seed: 7)))
      let values = try x.toArray(of: Double.self)
      #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
      let average: Double = values.reduce(0, +) / 1000
      #expect((average - 0.5).magnitude < 0.05)

      let normal = try Tensor.randn(10_000, dtype: dtype, seed: 7).toArray(of: Double.self)
      let mean = normal.reduce(0, +) / 10_000
      let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
      #expect(mean.magnitude < 0.05 && (variance - 1).magnitude < 0.05)
    }
    #expect(throws: TensorError.self) { _ = try Tensor.rand(3, dtype: .int64) }
  }

  /// No other test here asks for random numbers without a seed.
  @Test func theSeedOfTheProcessIsRepeatable() throws {
    manualSeed(3)
    let first = [try Tensor.rand(5), try Tensor.randn(5)]
    let next = try Tensor.rand(5)
    manualSeed(3)
    #expect(try first[0].isIdentical(to: Tensor.rand(5)))
    #expect(try first[1].isIdentical(to: Tensor.randn(5)))
    #expect(try next.isIdentical(to: Tensor.rand(5)))
    #expect(try !next.isIdentical(to: first[0]))
  }

  @Test func numbersThatDoNotFitAreRefused() throws {
    #expect(throws: TensorError.self) { _ = try Tensor.full([2], 256, dtype: .uint8) }
    #expect(throws: TensorError.self) { _ = try Tensor.full([2], 3e9, dtype: .int32) }
    #expect(throws: TensorError.self) {
      _ = try Tensor.full([2], Scalar(Double.nan), dtype: .int64)
    }
    #expect(throws: TensorError.self) { _ = try Tensor([1, 2]).fullLike(1e30) }
    #expect(try Tensor.full([1], -1, dtype: .uint8).item() == 255)
    #expect(try Tensor.full([2], 2.9, dtype: .int32).toArray(of: Int.self) == [2, 2])
  }

  @Test func tensorsFromArrays() throws {
    #expect(Tensor([1, 2, 3]).dtype == .int64)
    #expect(Tensor([1.5, 2]).dtype == .float32)
    #expect(Tensor([true, false]).dtype == .bool)
    #expect(Tensor([1, 2], dtype: .float64).descriptor.description == "float64[2]")
    #expect(Tensor(3).shape == [])
    #expect(try Tensor([[1, 2, 3], [4, 5, 6]]).shape == [2, 3])
    #expect(try Tensor([[[1.0]], [[2.0]]]).shape == [2, 1, 1])
    #expect(Tensor([] as [Float]).shape == [0])
    #expect(throws: TensorError.self) { _ = try Tensor([[1, 2], [3]]) }
    #expect(throws: TensorError.self) { _ = try Tensor([[1], []]) }
    #expect(throws: TensorError.self) { _ = try Tensor([1, 2, 3], shape: [2, 2]) }
    #expect(throws: TensorError.self) { _ = try Tensor([1], shape: [-1]) }
    #expect(throws: TensorError.self) { _ = try Tensor([[[[[[[[[1]]]]]]]]]) }
    #expect(throws: TensorError.self) { _ = try Tensor([1], shape: [1, 1, 1, 1, 1, 1, 1, 1, 1]) }
  }
}
