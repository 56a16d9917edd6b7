import TensorCore
import TestSupport
import Testing

/// What the laws over all entries do not say about elementwise functions of one operand: PyTorch's
/// values at kinks, of integers, and what is refused.
@Suite struct UnaryFunctionTests {
  private static let infinity = Double.infinity

  /// Functions of −3 … 3 that PyTorch computes in float32, to the bit.
  private static let ofIntegers: [(name: String, results: [Float])] = [
    (
      "sigmoid",
      [
        0x1.848344p-5, 0x1.e84152p-4, 0x1.136562p-2, 0.5, 0x1.764d5p-1, 0x1.c2f7d4p-1,
        0x1.e7b7ccp-1,
      ]
    ),
    (
      "digamma",
      [.nan, .nan, .nan, -.infinity, -0x1.2788d8p-1, 0x1.b0ee58p-2, 0x1.d8772cp-1]
    ),
    (
      "sinc",
      [
        -0x1.5bcb66p-29, 0x1.de12cap-26, -0x1.de12cap-26, 1, -0x1.de12cap-26, 0x1.de12cap-26,
        -0x1.5bcb66p-29,
      ]
    ),
    (
      "sinh",
      [
        -0x1.40926ep+3, -0x1.d03cf6p+1, -0x1.2cd9fcp+0, 0, 0x1.2cd9fcp+0, 0x1.d03cf6p+1,
        0x1.40926ep+3,
      ]
    ),
    (
      "cosh",
      [
        0x1.422a4ap+3, 0x1.e18fa2p+1, 0x1.8b0754p+0, 1, 0x1.8b0754p+0, 0x1.e18fa2p+1, 0x1.422a4ap+3,
      ]
    ),
    (
      "exp",
      [
        0x1.97db0cp-5, 0x1.152aaap-3, 0x1.78b564p-2, 1, 0x1.5bf0a8p+1, 0x1.d8e64cp+2, 0x1.415e5cp+4,
      ]
    ),
    (
      "tanh",
      [
        -0x1.fd77d2p-1, -0x1.ed9506p-1, -0x1.85efacp-1, 0, 0x1.85efacp-1, 0x1.ed9506p-1,
        0x1.fd77d2p-1,
      ]
    ),
  ]

  @Test func functionsOfIntegersArePyTorchsToTheBit() throws {
    for dtype in [DType.int8, .int16, .int32, .int64] {
      let x = Tensor([-3, -2, -1, 0, 1, 2, 3], dtype: dtype)
      for (name, results) in Self.ofIntegers {
        guard case .tensor(let result)? = try catalogue[name]([.tensor(x)]).first else {
          Issue.record("\(name) gives no tensor")
          continue
        }
        #expect(result.dtype == .float32)
        for (found, expected) in zip(try result.toArray(of: Float.self), results) {
          #expect(found == expected || found.isNaN && expected.isNaN, "\(name) of \(dtype)")
        }
      }
    }
  }

  // MARK: Kinks

  private static let kinks: [Double] = [-6, -3, -1, -0.5, 0, 0.5, 1, 3, 6]

  /// The gradients at −6, −3, −1, −1/2, 0, 1/2, 1, 3 and 6, each where a gradient of 2 arrives.
  private static let gradientsAtKinks: [(name: String, gradients: [Double])] = [
    ("hardtanh", [0, 0, 0, 2, 2, 2, 0, 0, 0]),
    ("relu6", [0, 0, 0, 0, 0, 2, 2, 2, 0]),
    ("relu", [0, 0, 0, 0, 0, 2, 2, 2, 2]),
    ("leaky_relu", [0.02, 0.02, 0.02, 0.02, 0.02, 2, 2, 2, 2]),
    ("hardswish", [0, 0, 1.0 / 3, 2.0 / 3, 1, 4.0 / 3, 5.0 / 3, 2, 2]),
    ("hardsigmoid", [0, 0, 1, 1, 1, 1, 1, 0, 0].map { $0 / 3 }),
    ("hardshrink", [2, 2, 2, 0, 0, 0, 2, 2, 2]),
    ("softshrink", [2, 2, 2, 0, 0, 0, 2, 2, 2]),
  ]

  @Test func gradientsAtKinksArePyTorchs() throws {
    for (name, expected) in Self.gradientsAtKinks {
      let x = Tensor(Self.kinks, dtype: .float64, requiresGrad: true)
      let operation = try catalogue["nn.functional.\(name)"]
      guard case .tensor(let result)? = try operation([.tensor(x)]).first else {
        Issue.record("\(name) gives no tensor")
        continue
      }
      try result.backward(gradient: result.detach().fullLike(2))
      let found = try x.grad?.toArray(of: Double.self) ?? []
      #expect(found.count == expected.count, "\(name)")
      for (found, expected) in zip(found, expected) {
        #expect((found - expected).magnitude < 1e-15, "\(name)")
      }
    }
  }

  @Test func nanIsPassedOn() throws {
    let x = Tensor([Double.nan])
    let results = [
      try x.hardtanh(), try x.relu6(), try x.hardswish(), try x.hardsigmoid(), try x.leakyRelu(),
      try x.threshold(1, 2), try x.hardshrink(), try x.softshrink(), try x.elu(), try x.gelu(),
      try x.silu(), try x.mish(), try x.softplus(), try x.logsigmoid(), try x.angle(),
    ]
    for result in results { #expect(try result.isnan().item(as: Bool.self)) }
    #expect(try x.nanToNum(nan: 7).item() == 7)
  }

  @Test func largestNumbersStandForInfinity() throws {
    let limits: [(DType, Double)] = [
      (.float16, 65504), (.bfloat16, 0x1.FEp127), (.float32, 0x1.FFFFFEp127),
      (.float64, .greatestFiniteMagnitude),
    ]
    for (dtype, limit) in limits {
      let x = Tensor([Self.infinity, -Self.infinity], dtype: dtype)
      #expect(try x.nanToNum().toArray(of: Double.self) == [limit, -limit], "\(dtype)")
    }
  }

  // MARK: Rounding

  @Test func roundingToDecimals() throws {
    let x = Tensor([12345.678, -0.55, 0.25, 0.35], dtype: .float64)
    #expect(try x.round().toArray(of: Double.self) == [12346, -1, 0, 0])
    #expect(try x.round(decimals: 1).toArray(of: Double.self) == [12345.7, -0.6, 0.2, 0.4])
    #expect(try x.round(decimals: -3).toArray(of: Double.self) == [12000, 0, 0, 0])
    #expect(try Tensor([7, -7]).round().toArray(of: Int.self) == [7, -7])
  }

  @Test func mantissasAndExponents() throws {
    let x = Tensor([-3.0, 0, 0.75, Self.infinity], dtype: .float16)
    let (mantissa, exponent) = try x.frexp()
    #expect(mantissa.dtype == .float16)
    #expect(exponent.dtype == .int32)
    #expect(try mantissa.toArray(of: Double.self) == [-0.75, 0, 0.75, Self.infinity])
    #expect(try exponent.toArray(of: Int.self) == [2, 0, 0, 0])
  }

  // MARK: Integers

  @Test func boundsOfIntegersNeedNotFit() throws {
    let x = Tensor([3, 200], dtype: .uint8)
    #expect(try x.hardtanh(minVal: -1, maxVal: 300).toArray(of: Int.self) == [3, 200])
    #expect(try x.hardtanh().toArray(of: Int.self) == [1, 1])
    let large = 1 << 60
    #expect(
      try Tensor([large + 1]).threshold(Scalar(large), 0).toArray(of: Int.self) == [large + 1])
  }

  @Test func namesOfDTypesConvert() throws {
    let x = Tensor([300.7, -1.5, 0])
    #expect(try x.bool().toArray(of: Bool.self) == [true, true, false])
    #expect(try x.byte().toArray(of: Int.self) == [44, 255, 0])
    #expect(try x.char().toArray(of: Int.self) == [44, -1, 0])
    #expect(try x.short().dtype == .int16)
    #expect(try x.int().dtype == .int32)
    #expect(try x.long().dtype == .int64)
    #expect(try x.half().dtype == .float16)
    #expect(try x.bfloat16().dtype == .bfloat16)
    #expect(try x.double().dtype == .float64)
    #expect(try x.long().float().dtype == .float32)
    #expect(try x.typeAs(Tensor([1])).dtype == .int64)
  }

  // MARK: Refusals

  @Test func whatPyTorchRefuses() throws {
    let x = Tensor([0.5, -1])
    let truth = Tensor([true])
    let refused: [() throws -> Tensor] = [
      { try truth.neg() }, { try truth.abs() }, { try truth.positive() }, { try truth.floor() },
      { try truth.hardtanh() }, { try truth.threshold(0, 0) }, { try truth.softsign() },
      { try x.bitwiseNot() }, { try Tensor([1]).frac() }, { try Tensor([1]).gelu() },
      { try Tensor([1]).round(decimals: 1) }, { try x.gelu(approximate: "sigmoid") },
      { try x.hardtanh(minVal: 1, maxVal: -1) }, { try x.softshrink(lambd: -0.5) },
      { try x.celu(alpha: 0) }, { try x.polygamma(-1) }, { try x.prelu(Tensor([1.0, 2])) },
      { try x.prelu(Tensor([1.0], dtype: .float64)) }, { try Tensor([1.0, 2, 3]).glu() },
      { try Tensor(1.0).glu() }, { try x.glu(dim: 3) },
      { try Tensor([1], dtype: .uint8).threshold(0, 300) },
    ]
    for (place, call) in refused.enumerated() {
      #expect(throws: TensorError.self, "call \(place)") { _ = try call() }
    }
  }

  // MARK: Second gradients

  /// The gradient of the gradient against differences of the gradient.
  @Test func secondGradients() throws {
    typealias Function = (Tensor) throws -> Tensor
    let functions: [(String, Function)] = [
      ("sin", { try $0.sin() }), ("tan", { try $0.tan() }), ("asin", { try $0.asin() }),
      ("atanh", { try $0.atanh() }), ("sinc", { try $0.sinc() }), ("erf", { try $0.erf() }),
      ("erfinv", { try $0.erfinv() }), ("lgamma", { try $0.lgamma() }),
      ("digamma", { try $0.digamma() }), ("logit", { try $0.logit() }),
      ("entr", { try $0.entr() }), ("rsqrt", { try $0.rsqrt() }), ("exp2", { try $0.exp2() }),
      ("gelu", { try $0.gelu() }), ("gelu tanh", { try $0.gelu(approximate: "tanh") }),
      ("silu", { try $0.silu() }), ("mish", { try $0.mish() }), ("elu", { try $0.elu() }),
      ("softplus", { try $0.softplus() }), ("logsigmoid", { try $0.logsigmoid() }),
      ("softsign", { try $0.softsign() }), ("hardswish", { try $0.hardswish() }),
      ("glu", { try $0.reshape(2, 2).glu(dim: 0) }),
      ("prelu", { try $0.prelu($0[0].reshape(1)) }),
    ]
    for (name, function) in functions {
      let values = [0.3, 0.45, 0.6, 0.8]
      func slope(_ values: [Double], createGraph: Bool = false) throws -> (Tensor, Tensor) {
        let x = Tensor(values, dtype: .float64, requiresGrad: true)
        let y = try function(x)
        let weights = try Tensor.arange(Scalar(y.elementCount), dtype: .float64) + 1
        let sum = try (y.flatten() * weights).sum()
        return (x, try gradient(of: sum, at: [x], createGraph: createGraph)[0])
      }
      let (x, first) = try slope(values, createGraph: true)
      let second = try gradient(of: (first * first).sum(), at: [x])[0].toArray(of: Double.self)
      let step = 1e-5
      for place in values.indices {
        func total(_ offset: Double) throws -> Double {
          var moved = values
          moved[place] += offset
          let first = try slope(moved).1
          return try (first * first).sum().item()
        }
        let expected = try (total(step) - total(-step)) / (2 * step)
        let scale = 1 + expected.magnitude
        #expect((second[place] - expected).magnitude < 1e-6 * scale, "\(name) at \(place)")
      }
    }
  }
}
