import TensorCore
import Testing

/// Elementwise functions of two and three operands where PyTorch has to decide: numbers beside tensors, ties,
/// nan, and what is refused. Expected values are PyTorch's.
@Suite struct TwoAndThreeOperandTests {
  private let bytes = Tensor([1, 2], dtype: .uint8)
  private let whole = Tensor([1, 2])
  private let truth = Tensor([true, false])
  private let floats = Tensor([1.0, 2])

  private func doubles(_ x: Tensor) throws -> [Double] { try x.toArray(of: Double.self) }

  private func refused(_ call: () throws -> Tensor) {
    #expect(throws: TensorError.self) { _ = try call() }
  }

  private func gradients(
    _ xs: [Double], _ ys: [Double], _ function: (Tensor, Tensor) throws -> Tensor
  ) throws -> [[Double]] {
    let x = Tensor(xs, dtype: .float64, requiresGrad: true)
    let y = Tensor(ys, dtype: .float64, requiresGrad: true)
    try function(x, y).sum().backward()
    return try [x, y].map { try doubles(#require($0.grad)) }
  }

  // MARK: Numbers

  @Test func numbersBesideIntegersWrap() throws {
    #expect(try bytes.add(300).toArray(of: Int.self) == [45, 46])
    #expect(try bytes.sub(300).toArray(of: Int.self) == [213, 214])
    #expect(try bytes.eq(257).toArray(of: Bool.self) == [true, false])
    #expect(throws: TensorError.divisionByZero(operation: "remainder")) {
      try bytes.remainder(256)
    }
    refused { try bytes.pow(300) }
    refused { try truth.where(bytes, 300) }
  }

  @Test func numbersBesideHalvesKeepTheirDigitsInProducts() throws {
    let x = Tensor([1.0, 0.001], dtype: .float16)
    // 70000 is no float16; 0.001 · 70000 is one again.
    #expect(try doubles(x.mul(70000.0)) == [.infinity, 70])
    #expect(try doubles(x.mul(Tensor(70000.0))) == [.infinity, 70])
    refused { try x.clampMax(70000.0) }
  }

  @Test func alphaMustBeOfTheKindOfTheResult() throws {
    #expect(try truth.add(truth, alpha: 2).dtype == .bool)
    #expect(try truth.add(1, alpha: 2).toArray(of: Int.self) == [3, 2])
    #expect(try bytes.add(300, alpha: 2).toArray(of: Int.self) == [89, 90])
    #expect(try doubles(whole.add(1.5, alpha: 2.5)) == [4.75, 5.75])
    #expect(try doubles(whole.rsub(2, alpha: 3)) == [-1, -4])
    refused { try whole.add(whole, alpha: 1.5) }
    refused { try whole.add(1, alpha: 1.5) }
    refused { try floats.add(floats, alpha: true) }
    refused { try floats.sub(true) }
    refused { try floats.sub(true, alpha: 2) }
    refused { try floats - truth }
    refused { try 1 - truth }
  }

  @Test func alphaIsRoundedOnce() throws {
    let x = Tensor([-3.0], dtype: .bfloat16)
    let y = Tensor([1.0078125], dtype: .bfloat16)
    // 3 · y is no bfloat16: rounded before, the sum would be off by a third.
    #expect(try doubles(x.add(y, alpha: 3)) == [0.0234375])
    #expect(try doubles(x.sub(y, alpha: -3)) == [0.0234375])
  }

  @Test func truthValuesAreExponents() throws {
    #expect(try truth.pow(true).toArray(of: Bool.self) == [true, false])
    #expect(try truth.pow(false).toArray(of: Bool.self) == [true, true])
    #expect(try truth.pow(2).toArray(of: Int.self) == [1, 0])
    refused { try truth.pow(truth) }
    refused { try whole.pow(-1) }
    #expect(try whole.pow(Tensor([-1, -2])).toArray(of: Int.self) == [1, 0])
    #expect(try whole.floatPower(-1).dtype == .float64)
    #expect(try doubles(floatPower(2, truth)) == [2, 1])
  }

  // MARK: Quotients

  @Test func quotientsAreRoundedAsAsked() throws {
    let (x, y) = (Tensor([7, -7, 7, -7]), Tensor([2, 2, -2, -2]))
    #expect(try x.div(y, roundingMode: .trunc).toArray(of: Int.self) == [3, -3, -3, 3])
    #expect(try x.div(y, roundingMode: .floor).toArray(of: Int.self) == [3, -4, -4, 3])
    #expect(try x.fmod(y).toArray(of: Int.self) == [1, -1, 1, -1])
    #expect(try x.remainder(y).toArray(of: Int.self) == [1, 1, -1, -1])
    for mode in RoundingMode.allCases {
      #expect(throws: TensorError.self) { try x.div(0, roundingMode: mode) }
      #expect(throws: TensorError.self) { try x.div(Tensor([1, 0, 1, 1]), roundingMode: mode) }
      #expect(
        try floats.div(0, roundingMode: mode).toArray(of: Float.self) == [.infinity, .infinity])
      let zeros = try gradients([5, -5], [3, 3]) { try $0.div($1, roundingMode: mode) }
      #expect(zeros == [[0, 0], [0, 0]])
    }
    #expect(try gradients([5, -5, 5.5], [3, 3, -2]) { try $0.fmod($1) }[1] == [-1, 1, 2])
    #expect(try gradients([5, -5, 5.5], [3, 3, -2]) { try $0.remainder($1) }[1] == [-1, 2, 3])
  }

  // MARK: Ties, nan and zeros

  @Test func fmaxAndFminLeaveNanOut() throws {
    let (x, y) = ([1.0, 1, .nan, 2], [1.0, 2, 1, .nan])
    #expect(try doubles(Tensor(x).fmax(Tensor(y))) == [1, 2, 1, 2])
    #expect(try doubles(Tensor(x).fmin(Tensor(y))) == [1, 1, 1, 2])
    #expect(try gradients(x, y) { try $0.fmax($1) } == [[0.5, 0, 0, 1], [0.5, 1, 1, 0]])
    #expect(try gradients(x, y) { try $0.fmin($1) } == [[0.5, 1, 0, 1], [0.5, 0, 1, 0]])
  }

  @Test func gradientsAtZeros() throws {
    #expect(
      try gradients([0, 1, 0], [0, 0, -1]) { try $0.atan2($1) } == [[0, 0, -1], [0, -1, 0]])
    #expect(try gradients([0, 1, -3], [-1, -1, 4]) { try $0.copysign($1) }[0] == [0, -1, -1])
    #expect(try gradients([0, 0, 1], [1, -1, 0]) { try $0.xlogy($1) }[0] == [0, 0, -.infinity])
    #expect(try gradients([0, 0], [-1, -2]) { try $0.xlog1py($1) }[0] == [0, 0])
    #expect(try gradients([1, 2], [2, 2]) { try $0.nextafter($1) } == [[1, 0], [0, 0]])
  }

  @Test func clampingByNumbers() throws {
    let x = Tensor([.nan, -1, 0, 0.5, 1, 2], dtype: .float64, requiresGrad: true)
    let clamped = try x.clamp(min: 0, max: 1)
    #expect(try doubles(clamped)[1...] == [0, 0, 0.5, 1, 1])
    #expect(try doubles(clamped)[0].isNaN)
    try clamped.sum().backward()
    #expect(try doubles(#require(x.grad)) == [0, 0, 0, 1, 0, 0])
    #expect(try doubles(floats.clamp(min: 2, max: 1)) == [1, 1])
    #expect(try floats.clamp(min: Scalar(Double.nan)).toArray(of: Float.self).allSatisfy(\.isNaN))
    #expect(try whole.clamp(min: 1.5).dtype == .float32)
    #expect(try bytes.clamp(min: -300, max: 300).toArray(of: Int.self) == [1, 2])
    #expect(try truth.clamp(min: 0, max: 1).dtype == .int64)
    refused { try bytes.clamp(min: 300) }
    refused { try truth.clamp(min: false) }
    refused { try floats.clamp() }
  }

  @Test func clampingByTensorsSharesTies() throws {
    let shared = try gradients([0, 1, 2], [1, 1, 1]) { try $0.clamp(min: $1, max: nil) }
    #expect(shared == [[0, 0.5, 1], [1, 0.5, 0]])
    #expect(try whole.clamp(min: floats, max: nil).dtype == .float32)
    refused { try truth.clamp(min: truth, max: truth) }
  }

  // MARK: Whole numbers and truth values

  @Test func bitsAndDivisors() throws {
    #expect(try whole.bitwiseLeftShift(64).toArray(of: Int.self) == [0, 0])
    #expect(try (-whole).bitwiseRightShift(-1).toArray(of: Int.self) == [-1, -1])
    #expect(try truth.bitwiseXor(true).toArray(of: Bool.self) == [false, true])
    #expect(try truth.bitwiseOr(2).toArray(of: Int.self) == [3, 2])
    #expect(try Tensor([-4, 0]).gcd(Tensor([6, -5])).toArray(of: Int.self) == [2, 5])
    #expect(try Tensor([-4, 0, 3]).lcm(Tensor([6, -5, -2])).toArray(of: Int.self) == [12, 0, 6])
    #expect(try Tensor([.nan, 0.0]).logicalXor(whole).toArray(of: Bool.self) == [false, true])
    refused { try floats.bitwiseAnd(floats) }
    refused { try truth.bitwiseLeftShift(truth) }
    refused { try whole.hypot(whole) }
    refused { try whole.logaddexp(whole) }
    refused { try floats.heaviside(whole) }
  }

  // MARK: Three operands

  @Test func threeOperands() throws {
    #expect(try whole.addcmul(whole, whole, value: 2).toArray(of: Int.self) == [3, 10])
    #expect(try whole.addcmul(whole, whole, value: 1.5).toArray(of: Int.self) == [2, 6])
    #expect(try whole.addcmul(floats, whole).dtype == .float32)
    #expect(try doubles(floats.addcdiv(floats, whole, value: 0.5)) == [1.5, 2.5])
    refused { try floats.addcdiv(whole, whole) }
    refused { try truth.addcmul(truth, truth) }
    #expect(try doubles(floats.lerp(Tensor([2.0, 4]), 0.25)) == [1.25, 2.5])
    #expect(try doubles(floats.lerp(Tensor([2.0, 4]), Tensor(0.5))) == [1.5, 3])
    refused { try whole.lerp(whole, 0.5) }
    refused { try floats.lerp(floats.cast(to: .float64), 0.5) }
  }

  @Test func choosingBesideNumbers() throws {
    #expect(try doubles(truth.where(floats, 0)) == [1, 0])
    #expect(try doubles(truth.where(2.5, whole)) == [2.5, 2])
    #expect(try truth.where(1, 2.0).dtype == .float32)
    #expect(try truth.where(true, Tensor([1, 2], dtype: .int8)).dtype == .int8)
    refused { try whole.where(whole, 0) }
  }

  @Test func agreement() throws {
    let x = Tensor([1.0, .nan, .infinity])
    #expect(try x.isclose(x).toArray(of: Bool.self) == [true, false, true])
    #expect(try x.allclose(x, equalNan: true))
    #expect(try !x.allclose(x))
    #expect(try whole.equal(bytes))
    #expect(try !x.equal(x))
    #expect(try !whole.equal(Tensor([1])))
    refused { try whole.isclose(floats) }
    refused { try floats.isclose(floats, rtol: -0.1) }
  }

  // MARK: Second gradients

  @Test func secondGradients() throws {
    typealias Function = (Tensor, Tensor) throws -> Tensor
    // The second derivative by the first operand.
    let functions: [(Function, (Double, Double) -> Double)] = [
      ({ try $0.atan2($1) }, { y, x in -2 * x * y / ((x * x + y * y) * (x * x + y * y)) }),
      (
        { try $0.hypot($1) },
        { x, y in y * y / ((x * x + y * y) * (x * x + y * y).squareRoot()) }
      ),
      ({ try $0.addcdiv($1, $0) }, { x, y in 2 * y / (x * x * x) }),
      ({ try $0.lerp($1, $0) }, { _, _ in -2 }),
    ]
    for (function, expected) in functions {
      let x = Tensor([0.5, 2], dtype: .float64, requiresGrad: true)
      let y = Tensor([1.5, -1], dtype: .float64)
      let first = try gradient(of: function(x, y).sum(), at: [x], createGraph: true)[0]
      let second = try gradient(of: first.sum(), at: [x])[0]
      #expect(try second.allClose(Tensor([expected(0.5, 1.5), expected(2, -1)], dtype: .float64)))
    }
  }

  // MARK: By name

  @Test func namesOfReflectedOperators() throws {
    func call(_ name: String, _ arguments: [Argument<Tensor>]) throws -> Tensor {
      guard case .tensor(let result)? = try catalogue[name](arguments).first else {
        throw TensorError.invalidArgument(name, "no tensor")
      }
      return result
    }
    #expect(try call("__rsub__", [.tensor(whole), 5]).toArray(of: Int.self) == [4, 3])
    #expect(try call("__rpow__", [.tensor(whole), 3]).toArray(of: Int.self) == [3, 9])
    #expect(try doubles(call("__rdiv__", [.tensor(whole), 1])) == [1, 0.5])
    #expect(try call("add", [2, 3.5]).item() == 5.5)
    // As a function and as a method: the condition is what is bool.
    let choices = [
      try call("where", [.tensor(truth), .tensor(floats), 0]),
      try call("where", [.tensor(floats), .tensor(truth), 0]),
    ]
    for choice in choices { #expect(try doubles(choice) == [1, 0]) }
    #expect(throws: TensorError.self) { try call("div", [.tensor(floats), .text("x")]) }
    #expect(throws: TensorError.self) { try call("eq", [2, .tensor(floats)]) }
  }
}
