import TensorCore
import Testing

/// Quotients rounded down and remainders, as Python and PyTorch have them.
@Suite struct DivisionTests {
  @Test func integersRoundDown() throws {
    let (x, y) = (Tensor([7, -7, 7, -7, 6, -6]), Tensor([3, 3, -3, -3, 3, -3]))
    #expect(try x.floorDivide(y).toArray(of: Int.self) == [2, -3, -3, 2, 2, 2])
    #expect(try x.remainder(y).toArray(of: Int.self) == [1, 2, -2, -1, 0, 0])
    #expect(try x.floorDivide(2).dtype == .int64)
    #expect(try x.floorDivide(2.0).dtype == .float32)
    #expect(try x.remainder(-4).toArray(of: Int.self) == [-1, -3, -1, -3, -2, -2])
  }

  @Test func floatingPointRoundsDownToo() throws {
    let x = Tensor([7.5, -7.5, 1, -1], dtype: .float64)
    #expect(try x.floorDivide(2).toArray(of: Double.self) == [3, -4, 0, -1])
    #expect(try x.remainder(2).toArray(of: Double.self) == [1.5, 0.5, 1, 1])
    // 1 / 0.1 is 10, but 0.1 is a little more than a tenth.
    #expect(try Tensor([1.0], dtype: .float64).floorDivide(0.1).item() == 9)
    let byZero = try x.floorDivide(0).toArray(of: Double.self)
    #expect(byZero == [.infinity, -.infinity, .infinity, -.infinity])
    #expect(try x.remainder(0).toArray(of: Double.self).allSatisfy(\.isNaN))
  }

  @Test func theSmallestIntegerByMinusOneWraps() throws {
    #expect(try Tensor([Int64.min]).floorDivide(-1).item(as: Int64.self) == .min)
    #expect(try Tensor([Int64.min]).remainder(-1).item(as: Int64.self) == 0)
    #expect(try Tensor([Int32.min]).floorDivide(Tensor([Int32(-1)])).item(as: Int32.self) == .min)
    #expect(try Tensor([Int32.min]).remainder(Tensor([Int32(-1)])).item(as: Int32.self) == 0)
  }

  @Test func integersAreNotDividedByZero() throws {
    let x = Tensor([171_531, 2])
    for (name, divide) in [
      ("floor_divide", { try $0.floorDivide($1) }), ("remainder", { try $0.remainder($1) }),
    ] as [(String, (Tensor, Tensor) throws -> Tensor)] {
      let error = TensorError.divisionByZero(operation: name)
      #expect(throws: error) { try divide(x, Tensor([1, 0])) }
      #expect(throws: error) { try divide(x, Tensor(0)) }
      #expect(throws: error) { try divide(x, Tensor([false, true])) }
      #expect(throws: error) { try divide(Tensor([UInt8(1)]), Tensor([UInt8(0)])) }
      #expect(!"\(error)".contains("171"))
    }
    #expect(throws: TensorError.divisionByZero(operation: "floor_divide")) { try x.floorDivide(0) }
    #expect(throws: TensorError.divisionByZero(operation: "remainder")) { try x.remainder(0) }
    #expect(throws: TensorError.divisionByZero(operation: "remainder")) {
      try Tensor.apply(Remainder(operands: .scalarLeft(3)), to: Tensor([1, 0]))
    }
    // The true quotient is a floating-point number.
    #expect(try (x / 0).toArray(of: Float.self) == [.infinity, .infinity])
    #expect(try x.floorDivide(Tensor([0.0])).toArray(of: Float.self) == [.infinity, .infinity])
    #expect(try Tensor([Int]()).floorDivide(Tensor([Int]())).elementCount == 0)
  }
}
