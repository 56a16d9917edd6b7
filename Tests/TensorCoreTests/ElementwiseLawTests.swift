import TensorCore
import TestSupport
import Testing

/// Elementwise functions against one number at a time in more precision: floating point within the
/// error that the kernel states, integers exactly.
@Suite struct ElementwiseLawTests {
  private static let unary = OperationCatalogue.entries
    .compactMap { ($0 as? any UnaryOperation.Type)?.identity.name }
  private static let binary = OperationCatalogue.entries
    .compactMap { ($0 as? any BinaryOperation.Type)?.identity.name }

  /// Defined on the numbers of the dtype themselves: a law of the kernels.
  private static let onRoundedNumbers = ["nextafter", "div_trunc"]

  /// Of integers these are computed with PyTorch's errors; see `UnaryFunctionTests`.
  private static let asPyTorchRounds = ["sinh", "cosh", "sinc", "sigmoid", "digamma"]

  /// The reference itself is rounded, to a thousandth of a unit of float64.
  private static let slack = 0.002

  @Test(arguments: unary) func unaryFunctions(name: String) throws {
    let entry = try #require(OperationCatalogue.entry(name: name) as? any UnaryOperation.Type)
    try overSamples(name) { sample in
      let result = try sample.expected()[0]
      let x = try sample.inputs[0].cast(to: result.dtype)
      if result.dtype.isFloatingPoint {
        if Self.asPyTorchRounds.contains(name), !sample.inputs[0].dtype.isFloatingPoint { return }
        try compare(
          sample, result, entry.kernel.ulp(result.dtype), x.toArray(of: Double.self),
          scale: { ElementwiseReference.scale(name, [Wide($0)]) }
        ) {
          ElementwiseReference.unary(name, Wide($0))
        }
      } else {
        // Of a truth value the only bit is turned over.
        let name = result.dtype == .bool && name == "bitwise_not" ? "logical_not" : name
        let expected = try x.toArray(of: Int64.self).map { ElementwiseReference.unary(name, $0) }
        let found = try result.toArray(of: Int64.self)
        for (found, expected) in zip(found, expected) {
          let expected = try #require(expected, "no reference for \(name)")
          #expect(found == ElementwiseReference.wrapped(expected, result.dtype), "\(sample)")
        }
      }
    }
  }

  @Test(arguments: binary) func binaryFunctions(name: String) throws {
    let entry = try #require(OperationCatalogue.entry(name: name) as? any BinaryOperation.Type)
    try overSamples(name) { sample in
      let operation = try #require(sample.operation as? any BinaryOperation)
      let result = try sample.expected()[0]
      let (x, y) = try operands(operation, sample.inputs, Array(result.shape))
      if x.dtype.isFloatingPoint {
        if Self.onRoundedNumbers.contains(name) { return }
        let pairs = Array(zip(try x.toArray(of: Double.self), try y.toArray(of: Double.self)))
        try compare(
          sample, result, entry.kernel.ulp(x.dtype), pairs,
          scale: { ElementwiseReference.scale(name, [Wide($0.0), Wide($0.1)]) }
        ) {
          ElementwiseReference.binary(name, Wide($0.0), Wide($0.1))
        }
      } else {
        let (xs, ys) = (try x.toArray(of: Int64.self), try y.toArray(of: Int64.self))
        let found = try result.toArray(of: Int64.self)
        for (place, found) in found.enumerated() {
          let expected = try #require(
            ElementwiseReference.binary(name, xs[place], ys[place], x.dtype),
            "no reference for \(name)")
          #expect(found == ElementwiseReference.wrapped(expected, result.dtype), "\(sample)")
        }
      }
    }
  }

  /// The operands in the dtype that is computed in, written out to the shape of the result.
  private func operands(_ operation: any BinaryOperation, _ inputs: [Tensor], _ shape: [Int]) throws
    -> (Tensor, Tensor)
  {
    func number(_ scalar: Scalar) throws -> Tensor {
      let isWhole = scalar.double == scalar.double.rounded()
      return try inputs[0].fullLike(scalar, dtype: isWhole ? .int64 : .float64)
    }
    let pair: (Tensor, Tensor)
    let dtype: DType
    // Adding gives the dtype that PyTorch promotes to; only quotients leave it.
    switch operation.operands {
    case .tensors:
      pair = (inputs[0], inputs[1])
      dtype = try inputs[0].add(inputs[1]).dtype
    case .scalarRight(let scalar):
      pair = (inputs[0], try number(scalar))
      dtype = try inputs[0].add(scalar).dtype
    case .scalarLeft(let scalar):
      pair = (try number(scalar), inputs[0])
      dtype = try inputs[0].add(scalar).dtype
    }
    let computed: DType
    switch type(of: operation).domain {
    case .floatingPoint: computed = dtype.isFloatingPoint ? dtype : .float32
    case .truth:
      return (
        try pair.0.cast(to: .bool).broadcastTo(shape), try pair.1.cast(to: .bool).broadcastTo(shape)
      )
    default: computed = dtype
    }
    return (
      try pair.0.cast(to: computed).broadcastTo(shape),
      try pair.1.cast(to: computed).broadcastTo(shape)
    )
  }

  private func compare<Operands>(
    _ sample: OperationSample, _ result: Tensor, _ bound: Double, _ operands: [Operands],
    scale: (Operands) -> Wide = { _ in 0 }, _ reference: (Operands) -> Wide?
  ) throws {
    let found = try result.toArray(of: Double.self)
    #expect(found.count == operands.count)
    var worst = (error: 0.0, place: 0)
    for (place, operand) in operands.enumerated() {
      let exact = try #require(reference(operand), "no reference for \(sample.name)")
      let error = ElementwiseReference.error(
        found[place], exact, result.dtype, scale: scale(operand))
      if error > worst.error { worst = (error, place) }
    }
    if worst.error > bound + Self.slack {
      let operand = operands[worst.place]
      Issue.record(
        """
        \(sample): \(found[worst.place]) for \(operand) is off by \(worst.error) units in the last \
        place, stated are \(bound)
        """)
    }
  }

  // MARK: The whole number line

  @Test(arguments: unary) func unaryFunctionsOverTheWholeNumberLine(name: String) throws {
    let entry = try #require(OperationCatalogue.entry(name: name) as? any UnaryOperation.Type)
    if entry.domain == .bool || entry.domain == .integral { return }
    for dtype in [DType.float32, .float64] {
      let x = try Tensor(numberLine(dtype), dtype: dtype)
      let sample = OperationSample(entry.init(), [x])
      try compare(
        sample, try sample.expected()[0], entry.kernel.ulp(dtype), x.toArray(of: Double.self),
        scale: { ElementwiseReference.scale(name, [Wide($0)]) }
      ) { ElementwiseReference.unary(name, Wide($0)) }
    }
  }

  @Test func binaryCrossEntropyOverTheWholeNumberLine() throws {
    for dtype in [DType.float32, .float64] {
      let x = try Tensor(numberLine(dtype).filter { $0.magnitude < 1e30 }, dtype: dtype)
      for target in [0, 1, 0.25] as [Scalar] {
        var operation = BinaryCrossEntropyWithLogits()
        operation.reduction = .none
        let sample = OperationSample(operation, [x, try x.fullLike(target)])
        let bound = BinaryKernel.binaryCrossEntropyWithLogits.ulp(dtype)
        try compare(sample, try sample.expected()[0], bound, x.toArray(of: Double.self)) {
          ElementwiseReference.binary(sample.name, Wide($0), Wide(target.double))
        }
      }
    }
  }

  /// Numbers of every magnitude and sign, dense around 0 and 1, and the special ones.
  private func numberLine(_ dtype: DType) throws -> [Double] {
    var generator = SampleGenerator(seed: 31)
    let exponents = dtype == .float32 ? -150.0...128.0 : -1075.0...1024.0
    var numbers: [Double] = []
    for _ in 0..<6000 {
      let sign: Double = Bool.random(using: &generator) ? 1 : -1
      numbers.append(sign * pow2(.random(in: exponents, using: &generator)))
      numbers.append(sign * pow2(.random(in: -30...12, using: &generator)))
      numbers.append(.random(in: -120...120, using: &generator))
      numbers.append(.random(in: -2...2, using: &generator))
    }
    var tensors = SampleTensors(seed: 32)
    return numbers + (try tensors.tensor([120], .float64, .special).toArray(of: Double.self))
  }

  private func pow2(_ exponent: Double) -> Double {
    let whole = exponent.rounded(.down)
    return Double(sign: .plus, exponent: Int(whole), significand: 1 + (exponent - whole))
  }
}
