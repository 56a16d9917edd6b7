import TensorCore
import TestSupport
import Testing

/// A local tensor is a value: changed in place, the variable has a new one and nothing else changes.
@Suite struct InPlaceTests {
  @Test func everyOperationThatKeepsShapeAndDTypeGivesTheSameInPlace() throws {
    var count = 0
    for sample in try InPlaceSamples.all {
      var x = sample.inputs[0]
      let (copy, before) = (x, try x.clone())
      try InPlaceSamples.run(sample, on: &x, sample.inputs.dropFirst().first)
      #expect(try x.isIdentical(to: sample.expected()[0]), "\(sample)")
      #expect(try copy.isIdentical(to: before), "\(sample)")
      count += 1
    }
    #expect(count > 500)
  }

  @Test func everyMethodIsItsOperation() throws {
    let (x, y) = (Tensor([7.5, -3, 2]), Tensor([2.0, 4, -1.5]))
    func inPlace(_ change: (inout Tensor) throws -> Void) throws -> Tensor {
      var z = x
      try change(&z)
      return z
    }
    let pairs: [(Tensor, Tensor)] = [
      (try inPlace { try $0.addInPlace(y) }, try x + y),
      (try inPlace { try $0.addInPlace(y, alpha: 3) }, try x.add(y, alpha: 3)),
      (try inPlace { try $0.addInPlace(2, alpha: 3) }, try x + 6),
      (try inPlace { try $0.subInPlace(y) }, try x - y),
      (try inPlace { try $0.subInPlace(y, alpha: 0.5) }, try x.sub(y, alpha: 0.5)),
      (try inPlace { try $0.subInPlace(2, alpha: 3) }, try x - 6),
      (try inPlace { try $0.mulInPlace(y) }, try x * y),
      (try inPlace { try $0.mulInPlace(3) }, try x * 3),
      (try inPlace { try $0.divInPlace(y) }, try x / y),
      (try inPlace { try $0.divInPlace(3) }, try x / 3),
      (try inPlace { try $0.floorDivideInPlace(y) }, try x.floorDivide(y)),
      (try inPlace { try $0.floorDivideInPlace(2) }, try x.floorDivide(2)),
      (try inPlace { try $0.remainderInPlace(y) }, try x.remainder(y)),
      (try inPlace { try $0.remainderInPlace(2) }, try x.remainder(2)),
      (try inPlace { try $0.powInPlace(y) }, try x.pow(y)),
      (try inPlace { try $0.powInPlace(2) }, try x.pow(2)),
      (try inPlace { try $0.fillInPlace(2.5) }, try x.fullLike(2.5)),
      (try inPlace { try $0.zeroInPlace() }, try x.zerosLike()),
      (try inPlace { try $0 += y }, try x + y), (try inPlace { try $0 -= y }, try x - y),
      (try inPlace { try $0 *= y }, try x * y), (try inPlace { try $0 /= y }, try x / y),
      (try inPlace { try $0 += 1.5 }, try x + 1.5), (try inPlace { try $0 -= 1.5 }, try x - 1.5),
      (try inPlace { try $0 *= 1.5 }, try x * 1.5), (try inPlace { try $0 /= 1.5 }, try x / 1.5),
    ]
    for (place, (found, expected)) in pairs.enumerated() {
      #expect(try found.isIdentical(to: expected), "\(place)")
    }
    let rate = 0.25
    var z = x
    try z += Scalar(rate)
    try z *= Scalar(rate)
    #expect(try z.isIdentical(to: (x + 0.25) * 0.25))
  }

  @Test func viewsAndCopiesKeepTheirValues() throws {
    var x = try Tensor([[1, 2], [3, 4]])
    let (copy, row, transposed) = (x, try x[0], try x.t())
    try x += 10
    #expect(try x.toArray(of: Int.self) == [11, 12, 13, 14])
    #expect(try copy.toArray(of: Int.self) == [1, 2, 3, 4])
    #expect(try row.toArray(of: Int.self) == [1, 2])
    #expect(try transposed.toArray(of: Int.self) == [1, 3, 2, 4])
    var part = row
    try part *= 5
    #expect(try part.toArray(of: Int.self) == [5, 10])
    #expect(try x.toArray(of: Int.self) == [11, 12, 13, 14])
  }

  private func refuses(
    _ words: [String], of start: Tensor, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout Tensor) throws -> Void
  ) throws {
    var x = start
    do {
      try change(&x)
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as TensorError {
      for word in words {
        #expect("\(error)".contains(word), "\(error)", sourceLocation: sourceLocation)
      }
    }
    #expect(try x.isIdentical(to: start), sourceLocation: sourceLocation)
  }

  @Test func broadcastingEnlargesNothing() throws {
    try refuses(["add in place", "[2]", "[3, 2]", "x = x + y"], of: Tensor([1, 2])) {
      try $0 += Tensor.zeros(3, 2, dtype: .int64)
    }
    try refuses(["mul in place", "[1]", "[4]"], of: Tensor([1])) { try $0 *= Tensor([1, 2, 3, 4]) }
    var x = try Tensor.zeros(3, 2, dtype: .int64)
    try x += Tensor([1, 2])
    #expect(try x.toArray(of: Int.self) == [1, 2, 1, 2, 1, 2])
  }

  @Test func nothingIsNarrowed() throws {
    let dtypes = ["add in place", "int64", "float32", "cast"]
    try refuses(dtypes, of: Tensor([1, 2])) { try $0 += 1.5 }
    try refuses(dtypes, of: Tensor([1, 2])) { try $0 += Tensor([0.5, 1]) }
    try refuses(["div in place", "int64", "float32"], of: Tensor([1, 2])) { try $0 /= 2 }
    try refuses(["add in place", "bool", "int64"], of: Tensor([true])) { try $0 += 1 }
    try refuses(["add in place", "int32", "int64"], of: Tensor([Int32(1)])) {
      try $0 += Tensor([1])
    }
    try refuses(["add in place", "float32", "float64"], of: Tensor([1.5])) {
      try $0 += Tensor([1.5], dtype: .float64)
    }
    try refuses(["full_like in place", "int64", "float32"], of: Tensor([1])) {
      try $0.fillInPlace(1.5)
    }
    try refuses(["alpha"], of: Tensor([1])) { try $0.addInPlace(Tensor([1]), alpha: 0.5) }
    try refuses(["fit", "uint8"], of: Tensor([UInt8(1)])) { try $0.powInPlace(300) }
    try refuses(["divisor"], of: Tensor([1])) { try $0.floorDivideInPlace(Tensor([0])) }
    // What keeps the dtype is taken.
    var x = Tensor([Float(1)])
    try x += 2
    try x *= Tensor([3])
    #expect(try x.item() == 9 && x.dtype == .float32)
  }

  @Test func aLeafIsChangedOnlyOutsideOfTheTape() throws {
    var x = Tensor([1.0, 2], requiresGrad: true)
    try refuses(["add in place", "leaf", "withoutGradient"], of: x) { try $0 += 1 }
    try (x * x).sum().backward()
    let gradient = try #require(x.grad)
    try withoutGradient { try x -= 0.5 * gradient }
    #expect(x.isLeaf && x.requiresGrad)
    #expect(try x.toArray(of: Float.self) == [0, 0])
    #expect(try #require(x.grad).isIdentical(to: gradient))
    x.zeroGrad()
    try (x * 3).sum().backward()
    #expect(try #require(x.grad).toArray(of: Float.self) == [3, 3])
  }

  @Test func aComputedTensorIsNotChanged() throws {
    let x = Tensor([1.0, 2], requiresGrad: true)
    let y = try x.exp()
    try refuses(["mul in place", "graph", "x = x + y"], of: y) { try $0 *= 2 }
    try refuses(["mul in place", "graph"], of: y) { y in try withoutGradient { try y *= 2 } }
    var free = y.detach()
    try free *= 2
    try y.sum().backward()
    #expect(try #require(x.grad).isIdentical(to: y.detach()))
  }

  @Test func whatIsDoneInPlaceIsNotRecorded() throws {
    let x = Tensor([1.0, 2], requiresGrad: true)
    try refuses(["add in place", "operand", "detach()"], of: Tensor([1.0, 2])) { try $0 += x }
    var total = Tensor([1.0, 2])
    try total += x.detach()
    try withoutGradient { try total += x }
    #expect(try total.toArray(of: Float.self) == [3, 6])
    #expect(!total.requiresGrad)
  }
}
