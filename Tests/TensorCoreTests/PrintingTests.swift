import Foundation
import TensorCore
import Testing

/// What the conformance list lacks. The texts are PyTorch's.
@Suite("Printing")
struct PrintingTests {
  @Test(arguments: DType.allCases)
  func everyDTypeWithoutElementsOrAxes(_ dtype: DType) throws {
    let isTold = [.float32, .int64, .bool].contains(dtype)
    let remark = isTold ? "" : ", dtype=\(dtype)"
    let one = dtype == .bool ? "True" : dtype.isFloatingPoint ? "1." : "1"
    #expect(Tensor(1, dtype: dtype).description == "tensor(\(one)\(remark))")

    let always = dtype == .float32 ? "" : ", dtype=\(dtype)"
    #expect(Tensor([Int](), dtype: dtype).description == "tensor([]\(always))")
    #expect(
      try Tensor([Int](), shape: [3, 0], dtype: dtype).description
        == "tensor([], size=(3, 0)\(always))")

    let (zero, padded) =
      dtype == .bool ? ("False", " True") : (dtype.isFloatingPoint ? "0." : "0", one)
    #expect(
      try Tensor([[0, 1], [1, 0]], dtype: dtype).description
        == "tensor([[\(zero), \(padded)],\n        [\(padded), \(zero)]]\(remark))")
  }

  @Test func integersAtTheirLimits() throws {
    #expect(
      Tensor([Int64.max, Int64.min]).description
        == "tensor([ 9223372036854775807, -9223372036854775808])")
    let wide = Array(repeating: [Int32.max, Int32.min], count: 5).flatMap { $0 }
    #expect(
      try Tensor([wide]).description == """
        tensor([[ 2147483647, -2147483648,  2147483647, -2147483648,  2147483647,
                 -2147483648,  2147483647, -2147483648,  2147483647, -2147483648]],
               dtype=int32)
        """)
  }

  @Test func wideRowsAreWrapped() throws {
    #expect(
      Tensor((0..<40).map { $0 * 6 }, dtype: .uint8).description == """
        tensor([  0,   6,  12,  18,  24,  30,  36,  42,  48,  54,  60,  66,  72,  78,
                 84,  90,  96, 102, 108, 114, 120, 126, 132, 138, 144, 150, 156, 162,
                168, 174, 180, 186, 192, 198, 204, 210, 216, 222, 228, 234],
               dtype=uint8)
        """)
    #expect(
      Tensor((0..<14).map { $0 % 7 == 0 }).description == """
        tensor([ True, False, False, False, False, False, False,  True, False, False,
                False, False, False, False])
        """)
  }

  @Test func manyAxesAreSummarised() throws {
    let elements = (0..<8 * 2 * 100).map { Double($0) / 8 }
    #expect(
      try Tensor(elements, shape: [8, 2, 100]).description == """
        tensor([[[0.0000e+00, 1.2500e-01, 2.5000e-01,  ..., 1.2125e+01,
                  1.2250e+01, 1.2375e+01],
                 [1.2500e+01, 1.2625e+01, 1.2750e+01,  ..., 2.4625e+01,
                  2.4750e+01, 2.4875e+01]],

                [[2.5000e+01, 2.5125e+01, 2.5250e+01,  ..., 3.7125e+01,
                  3.7250e+01, 3.7375e+01],
                 [3.7500e+01, 3.7625e+01, 3.7750e+01,  ..., 4.9625e+01,
                  4.9750e+01, 4.9875e+01]],

                [[5.0000e+01, 5.0125e+01, 5.0250e+01,  ..., 6.2125e+01,
                  6.2250e+01, 6.2375e+01],
                 [6.2500e+01, 6.2625e+01, 6.2750e+01,  ..., 7.4625e+01,
                  7.4750e+01, 7.4875e+01]],

                ...,

                [[1.2500e+02, 1.2512e+02, 1.2525e+02,  ..., 1.3712e+02,
                  1.3725e+02, 1.3738e+02],
                 [1.3750e+02, 1.3762e+02, 1.3775e+02,  ..., 1.4962e+02,
                  1.4975e+02, 1.4988e+02]],

                [[1.5000e+02, 1.5012e+02, 1.5025e+02,  ..., 1.6212e+02,
                  1.6225e+02, 1.6238e+02],
                 [1.6250e+02, 1.6262e+02, 1.6275e+02,  ..., 1.7462e+02,
                  1.7475e+02, 1.7488e+02]],

                [[1.7500e+02, 1.7512e+02, 1.7525e+02,  ..., 1.8712e+02,
                  1.8725e+02, 1.8738e+02],
                 [1.8750e+02, 1.8762e+02, 1.8775e+02,  ..., 1.9962e+02,
                  1.9975e+02, 1.9988e+02]]])
        """)
    #expect(
      try Tensor((0..<7 * 200).map { $0 % 10 }, shape: [7, 1, 1, 200]).description == """
        tensor([[[[0, 1, 2,  ..., 7, 8, 9]]],


                [[[0, 1, 2,  ..., 7, 8, 9]]],


                [[[0, 1, 2,  ..., 7, 8, 9]]],


                ...,


                [[[0, 1, 2,  ..., 7, 8, 9]]],


                [[[0, 1, 2,  ..., 7, 8, 9]]],


                [[[0, 1, 2,  ..., 7, 8, 9]]]])
        """)
  }

  @Test func eightAxes() throws {
    #expect(
      try Tensor(Array(0..<8), shape: [1, 2, 1, 2, 1, 1, 1, 2]).description == """
        tensor([[[[[[[[0, 1]]]],



                   [[[[2, 3]]]]]],





                 [[[[[[4, 5]]]],



                   [[[[6, 7]]]]]]]])
        """)
  }

  @Test func whatIsLeftOutDecidesNothing() throws {
    let ones = Array(repeating: 1.0, count: 500)
    #expect(
      Tensor(ones + [0.5, 1e9, .nan] + ones).description
        == "tensor([1., 1., 1.,  ..., 1., 1., 1.])")
  }

  @Test func aThousandElementsAreAllShown() throws {
    #expect(!Tensor(Array(repeating: 7, count: 1000)).description.contains("..."))
    #expect(
      Tensor(Array(repeating: 7, count: 1001)).description
        == "tensor([7, 7, 7,  ..., 7, 7, 7])")
  }

  @Test func views() throws {
    let x = try Tensor((0..<12).map(Double.init), shape: [3, 4])
    #expect(
      try x.t().description == """
        tensor([[ 0.,  4.,  8.],
                [ 1.,  5.,  9.],
                [ 2.,  6., 10.],
                [ 3.,  7., 11.]])
        """)
    let everySecond = TensorIndex.slice(start: 1, step: 2)
    #expect(try x[TensorIndex.all, everySecond][2].description == "tensor([ 9., 11.])")

    let long = try Tensor(Array(0..<4000), shape: [2, 2000])
    #expect(
      try long[TensorIndex.all, TensorIndex.slice(step: 2)].t().description == """
        tensor([[   0, 2000],
                [   2, 2002],
                [   4, 2004],
                ...,
                [1994, 3994],
                [1996, 3996],
                [1998, 3998]])
        """)
    #expect(
      try Tensor([[1.5], [2]]).broadcastTo([2, 600]).description == """
        tensor([[1.5000, 1.5000, 1.5000,  ..., 1.5000, 1.5000, 1.5000],
                [2.0000, 2.0000, 2.0000,  ..., 2.0000, 2.0000, 2.0000]])
        """)
  }

  /// A tensor that no memory could hold prints: only what is shown is ever read.
  @Test func hugeTensorsPrintAtOnce() throws {
    let row = "[7.5000, 7.5000, 7.5000,  ..., 7.5000, 7.5000, 7.5000]"
    let huge = try Tensor(7.5).broadcastTo([1 << 25, 1 << 25])
    let rows = [row, row, row, "...", row, row, row].joined(separator: ",\n        ")
    #expect(huge.description == "tensor([\(rows)])")
  }

  @Test func remarksWhereTheyFit() throws {
    func quarters(_ count: Int) -> Tensor {
      Tensor(Array(repeating: 1.25, count: count), dtype: .float64, requiresGrad: true)
    }
    #expect(
      quarters(3).description
        == "tensor([1.2500, 1.2500, 1.2500], dtype=float64, requires_grad=True)")
    #expect(
      quarters(6).description == """
        tensor([1.2500, 1.2500, 1.2500, 1.2500, 1.2500, 1.2500], dtype=float64,
               requires_grad=True)
        """)
    #expect(
      quarters(8).description == """
        tensor([1.2500, 1.2500, 1.2500, 1.2500, 1.2500, 1.2500, 1.2500, 1.2500],
               dtype=float64, requires_grad=True)
        """)
    #expect(
      try Tensor([Double](), shape: [2, 0], dtype: .float64, requiresGrad: true).description
        == "tensor([], size=(2, 0), dtype=float64, requires_grad=True)")
  }

  /// Lines break where they do in PyTorch, which writes `torch.` before the dtype.
  @Test func dtypesCountAsPyTorchWritesThem() throws {
    #expect(
      Tensor([-16859, 37464, 18827, 10006, -32585, 38613, -75871], dtype: .int32).description
        == """
        tensor([-16859,  37464,  18827,  10006, -32585,  38613, -75871],
               dtype=int32)
        """)
    #expect(
      Tensor([-16859, 37464, 18827, 10006, -32585, 38613], dtype: .int32).description
        == "tensor([-16859,  37464,  18827,  10006, -32585,  38613], dtype=int32)")
  }

  @Test func resultsOnTheTapeSayRequiresGrad() throws {
    let x = Tensor(2.0, requiresGrad: true)
    #expect(x.description == "tensor(2., requires_grad=True)")
    #expect(try (x * x).description == "tensor(4., requires_grad=True)")
    #expect(x.detach().description == "tensor(2.)")
  }

  @Test(
    arguments: [
      ([1e8, 1e5], "[100000000.,    100000.]"),
      ([1e-4, 1e-1], "[0.0001, 0.1000]"),
      ([1, 1000], "[   1., 1000.]"),
      ([1, 1001], "[1.0000e+00, 1.0010e+03]"),
      ([1.000050, 1_000_250, 9.99995e10], "[1.0001e+00, 1.0002e+06, 1.0000e+11]"),
      ([.leastNonzeroMagnitude, .greatestFiniteMagnitude], "[4.9407e-324, 1.7977e+308]"),
      ([0.03125, -0.09375, 0.46875], "[ 0.0312, -0.0938,  0.4688]"),
      ([0, -0.0, 1.5], "[0.0000, -0.0000, 1.5000]"),
      ([0, .nan], "[0., nan]"),
      ([-.infinity, 1], "[-inf, 1.]"),
      ([0.99996, 0.5], "[1.0000, 0.5000]"),
    ] as [([Double], String)])
  func floatsAtTheBorders(_ numbers: [Double], _ text: String) {
    #expect(Tensor(numbers, dtype: .float64).description == "tensor(\(text), dtype=float64)")
  }

  /// Every finite number is rounded as C's `printf` rounds it.
  @Test func digitsAreThoseOfPrintf() throws {
    var generator = SplitMix(state: 7)
    for _ in 0..<4000 {
      let anyMagnitude = Double(bitPattern: generator.next())
      let moderate = Double.random(in: -1e5...1e5, using: &generator)
      let tie = Double(Int.random(in: -200_000...200_000, using: &generator)) / 32
      for number in [anyMagnitude, moderate, tie, moderate * 1e-4] where number.isFinite {
        let isScientific =
          number != 0 && (number.magnitude > 1e8 || number.magnitude < 1e-4)
        let isWhole = number == number.rounded()
        let expected =
          isScientific
          ? String(format: "%.4e", number)
          : isWhole ? String(format: "%.0f.", number) : String(format: "%.4f", number)
        #expect(Tensor(number, dtype: .float64).description == "tensor(\(expected), dtype=float64)")
      }
    }
  }
}

/// A generator with a seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
