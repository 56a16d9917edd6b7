import TensorCore
import Testing

/// PyTorch's rules for dtypes, written out by hand.
@Suite struct PromotionTests {
  private static let all = DType.allCases

  /// Dtypes by name, row by row.
  private static func rows(_ text: String) -> [[DType]] {
    text.split(separator: "\n").map {
      $0.split(separator: " ").compactMap { DType(name: String($0)) }
    }
  }

  /// torch.promote_types.
  private static let table = rows(
    """
    bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64
    uint8 uint8 int16 int16 int32 int64 float16 bfloat16 float32 float64
    int8 int16 int8 int16 int32 int64 float16 bfloat16 float32 float64
    int16 int16 int16 int16 int32 int64 float16 bfloat16 float32 float64
    int32 int32 int32 int32 int32 int64 float16 bfloat16 float32 float64
    int64 int64 int64 int64 int64 int64 float16 bfloat16 float32 float64
    float16 float16 float16 float16 float16 float16 float16 float32 float32 float64
    bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 float32 bfloat16 float32 float64
    float32 float32 float32 float32 float32 float32 float32 float32 float32 float64
    float64 float64 float64 float64 float64 float64 float64 float64 float64 float64
    """)

  private func tensor(_ dtype: DType) -> Tensor { Tensor([1, 0], dtype: dtype) }
  private func zeroAxes(_ dtype: DType) -> Tensor { Tensor(1, dtype: dtype) }

  @Test func twoTensorsGiveTheSmallestThatHoldsBoth() throws {
    #expect(
      Self.table.count == Self.all.count && Self.table.allSatisfy { $0.count == Self.all.count })
    for (x, row) in zip(Self.all, Self.table) {
      for (y, expected) in zip(Self.all, row) {
        #expect(x.promoted(with: y) == expected)
        #expect(try (tensor(x) + tensor(y)).dtype == expected)
        #expect(try (zeroAxes(x) * zeroAxes(y)).dtype == expected)
        #expect(try tensor(x).maximum(tensor(y)).dtype == expected)
        #expect(try Tensor.cat([tensor(x), tensor(y)]).dtype == expected)
        #expect(try (tensor(x) .== tensor(y)).dtype == .bool)
        #expect(try Tensor([true, false]).where(tensor(x), tensor(y)).dtype == expected)
      }
    }
  }

  /// A tensor without axes counts only when its kind (bool, integer, floating point) is higher.
  @Test func tensorsWithoutAxesDoNotWiden() throws {
    // A row for each dtype with axes, a column for each without.
    let expected = Self.rows(
      """
      bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64
      uint8 uint8 uint8 uint8 uint8 uint8 float16 bfloat16 float32 float64
      int8 int8 int8 int8 int8 int8 float16 bfloat16 float32 float64
      int16 int16 int16 int16 int16 int16 float16 bfloat16 float32 float64
      int32 int32 int32 int32 int32 int32 float16 bfloat16 float32 float64
      int64 int64 int64 int64 int64 int64 float16 bfloat16 float32 float64
      float16 float16 float16 float16 float16 float16 float16 float16 float16 float16
      bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16
      float32 float32 float32 float32 float32 float32 float32 float32 float32 float32
      float64 float64 float64 float64 float64 float64 float64 float64 float64 float64
      """)
    #expect(expected.count == Self.all.count)
    for (x, row) in zip(Self.all, expected) {
      for (y, dtype) in zip(Self.all, row) {
        #expect(try (tensor(x) + zeroAxes(y)).dtype == dtype, "\(x) \(y)")
        #expect(try (zeroAxes(y) + tensor(x)).dtype == dtype, "\(x) \(y)")
      }
    }
  }

  /// A number counts only when its kind is higher, and then as int64 or float32.
  @Test func numbersDoNotWiden() throws {
    let numbers: [(Scalar, String)] = [
      (true, "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64"),
      (2, "int64 uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64"),
      (2.5, "float32 float32 float32 float32 float32 float32 float16 bfloat16 float32 float64"),
    ]
    for (number, row) in numbers {
      for (dtype, expected) in zip(Self.all, Self.rows(row)[0]) {
        for operand in [tensor(dtype), zeroAxes(dtype)] {
          #expect(try (operand + number).dtype == expected, "\(dtype) \(number)")
          #expect(try (number * operand).dtype == expected, "\(dtype) \(number)")
        }
      }
    }
  }

  @Test func divisionIsTrue() throws {
    #expect(try (Tensor([7]) / Tensor([2])).item() == 3.5)
    #expect(try (Tensor([7]) / 2).item() == 3.5)
    #expect(try (1 / Tensor([4])).item() == 0.25)
    for x in Self.all {
      let expected: DType = x.isFloatingPoint ? x : .float32
      #expect(try (tensor(x) / tensor(x)).dtype == expected)
      #expect(try (tensor(x) / 2).dtype == expected)
    }
    let quotients = try (Tensor([1.0, -1, 0]) / 0).toArray(of: Float.self)
    #expect(quotients[0] == .infinity && quotients[1] == -.infinity && quotients[2].isNaN)
  }

  @Test func functionsOfIntegersGiveFloats() throws {
    for x in Self.all {
      let expected: DType = x.isFloatingPoint ? x : .float32
      for result in [
        try tensor(x).exp(), try tensor(x).sqrt(), try tensor(x).sigmoid(), try tensor(x).tanh(),
      ] { #expect(result.dtype == expected) }
    }
  }

  // MARK: Values

  @Test func integersWrap() throws {
    #expect(
      try (Tensor([200, 1], dtype: .uint8) + Tensor([100, 255], dtype: .uint8))
        .toArray(of: UInt8.self) == [44, 0])
    #expect(try (Tensor([3], dtype: .uint8) - 5).toArray(of: UInt8.self) == [254])
    #expect(try (-Tensor([1], dtype: .uint8)).toArray(of: UInt8.self) == [255])
    #expect(try (Tensor([Int32.max]) + 1).toArray(of: Int32.self) == [.min])
    #expect(try (Tensor([Int32.min]).abs()).toArray(of: Int32.self) == [.min])
    #expect(try (Tensor([Int64.max]) * 2).toArray(of: Int64.self) == [-2])
    #expect(try (Tensor([Int.min]) - 1).toArray(of: Int.self) == [.max])
    #expect(try Tensor([200, 100], dtype: .uint8).sum().item(as: Int.self) == 300)
  }

  @Test func boolAddsAsOrAndMultipliesAsAnd() throws {
    let (x, y) = (Tensor([true, true, false, false]), Tensor([true, false, true, false]))
    #expect(try (x + y).toArray(of: Bool.self) == [true, true, true, false])
    #expect(try (x * y).toArray(of: Bool.self) == [true, false, false, false])
    #expect(try x.maximum(y).toArray(of: Bool.self) == [true, true, true, false])
    #expect(try x.sum().item(as: Int.self) == 2)
    #expect(throws: TensorError.self) { _ = try x - y }
    #expect(throws: TensorError.self) { _ = try -x }
    #expect(throws: TensorError.self) { _ = try x.pow(y) }
    #expect(throws: TensorError.self) { _ = try x.mean() }
    #expect(throws: TensorError.self) { _ = try x.relu() }
    // On either side: PyTorch asks for a cast.
    #expect(throws: TensorError.self) { _ = try x - 1 }
    #expect(throws: TensorError.self) { _ = try 1 - x }
  }

  @Test func casts() throws {
    let odd = Tensor(
      [Double.nan, .infinity, -.infinity, -1, 256, 300.7, -1.9, 0.5], dtype: .float64)
    // As PyTorch on x86-64: what is to become a uint8 or int64 goes through int64, an int32 comes by itself;
    // the smallest number stands for all that the integer cannot hold.
    #expect(try odd.cast(to: .uint8).toArray(of: UInt8.self) == [0, 0, 0, 255, 0, 44, 255, 0])
    #expect(
      try odd.cast(to: .int64).toArray(of: Int64.self)
        == [.min, .min, .min, -1, 256, 300, -1, 0])
    let large = Tensor(
      [2_147_483_647, 2_147_483_648, -2_147_483_649, 3e9, 9.3e18], dtype: .float64)
    for values in [large, try Tensor.cat([large, Tensor.zeros(600, dtype: .float64)])] {
      #expect(
        try values.cast(to: .int32)[0..<5].toArray(of: Int32.self)
          == [.max, .min, .min, .min, .min])
      #expect(
        try values.cast(to: .int64)[0..<5].toArray(of: Int64.self)
          == [2_147_483_647, 2_147_483_648, -2_147_483_649, 3_000_000_000, .min])
      #expect(
        try values.cast(to: .uint8)[0..<5].toArray(of: UInt8.self) == [255, 0, 255, 0, 0])
    }
    #expect(
      try odd.cast(to: .int32).toArray(of: Int32.self) == [.min, .min, .min, -1, 256, 300, -1, 0])
    #expect(
      try odd.cast(to: .float32).cast(to: .int32).toArray(of: Int32.self)
        == [.min, .min, .min, -1, 256, 300, -1, 0])
    // Once among others that fit, once among enough of them for whole vectors.
    for count in [1, 100] {
      for dtype in [DType.float32, .float64] {
        let numbers = [Double.nan, .infinity, -.infinity, 3e9, -3e9, 1e20, -1e20, -0x1p31, 7.9]
        let many = Array(repeating: numbers, count: count).flatMap { $0 }
        let integers = try Tensor(many, dtype: dtype).cast(to: .int32).toArray(of: Int32.self)
        let expected: [Int32] = Array(repeating: .min, count: 8) + [7]
        #expect(integers == Array(repeating: expected, count: count).flatMap { $0 })
      }
    }
    #expect(
      try Tensor([0x1p31 - 1, -0x1p31 - 0.5, 0x1p31], dtype: .float64).cast(to: .int32)
        .toArray(of: Int32.self) == [.max, .min, .min])
    #expect(
      try odd.cast(to: .bool).toArray(of: Bool.self)
        == [true, true, true, true, true, true, true, true])
    #expect(try Tensor([0.0, -0.0]).cast(to: .bool).toArray(of: Bool.self) == [false, false])
    #expect(try Tensor([-1, 300]).cast(to: .uint8).toArray(of: UInt8.self) == [255, 44])
    #expect(try Tensor([(1 << 32) + 5]).cast(to: .int32).toArray(of: Int32.self) == [5])
    #expect(try Tensor([1e300], dtype: .float64).cast(to: .float32).item() == .infinity)
    #expect(try Tensor([true]).cast(to: .float64).item() == 1)
  }

  @Test func numbersBesideTensorsWrap() throws {
    let x = Tensor([1], dtype: .uint8)
    #expect(try (x + 256).toArray(of: UInt8.self) == [1])
    #expect(try (x .== 257).item(as: Bool.self))
    #expect(try (Tensor([Int32(1)]) * 3_000_000_000).item(as: Int.self) == -1_294_967_296)
    #expect(try (x + -1).toArray(of: UInt8.self) == [0])
    #expect(try (Tensor([Float(1)]) .== 0.1).item(as: Bool.self) == false)
    #expect(try (Tensor([Float(0.1)]) .== 0.1).item(as: Bool.self))
  }

  @Test func addAndSubTakeAFactor() throws {
    let (x, y) = (Tensor([1.0, 2]), Tensor([10.0, 20]))
    #expect(try x.add(y, alpha: 2).toArray(of: Float.self) == [21, 42])
    #expect(try x.sub(y, alpha: 0.5).toArray(of: Float.self) == [-4, -8])
    #expect(try x.add(3, alpha: 2).toArray(of: Float.self) == [7, 8])
    #expect(try Tensor([1]).sub(2, alpha: 3).toArray(of: Int.self) == [-5])
    #expect(throws: TensorError.self) { _ = try Tensor([1]).add(Tensor([1]), alpha: 0.5) }
  }
}
