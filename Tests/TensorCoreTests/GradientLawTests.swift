import Glibc
import TensorCore
import TestSupport
import Testing

/// Gradients against central differences in float64, for every entry that has one.
@Suite struct GradientLawTests {
  private static let differentiable = OperationCatalogue.entries.filter { $0.isDifferentiable }
    .map { $0.identity.name }
    // PyTorch's gradient of what is overwritten is not that of the calculus.
    .filter { $0 != "as_strided_scatter" }

  /// Elements up to which each gets a difference of its own; larger inputs are moved along random
  /// directions.
  private static let mostSingleElements = 12

  @Test(arguments: differentiable) func gradientsAreTheLimitsOfDifferences(name: String) throws {
    var checked: Set<Int> = []
    try overSamples(name) { sample in
      guard sample.isSmooth, Self.isFloat64(sample) else { return }
      var tensors = SampleTensors(seed: 21)
      guard let run = try Run(sample, &tensors) else { return }
      for (index, gradient) in run.gradients.enumerated() {
        guard let gradient else { continue }
        checked.insert(index)
        let input = sample.inputs[index]
        #expect(gradient.descriptor == input.descriptor, "\(sample), input \(index)")
        for direction in try directions(input, &tensors) {
          let expected = try run.difference(at: index, along: direction)
          let products = try (gradient * direction).toArray(of: Double.self)
          let found = products.reduce(0, +)
          let scale = products.reduce(1) { $0 + $1.magnitude }
          #expect(
            (found - expected).magnitude <= 2e-7 * scale,
            "\(sample), input \(index): \(found) instead of \(expected)")
        }
      }
    }
    #expect(!checked.isEmpty)
    let mostInputs = try OperationSamples.named(name).filter { $0.isSmooth && Self.isFloat64($0) }
      .map { sample in sample.inputs.prefix(4).filter { $0.dtype.isFloatingPoint }.count }.max()
    #expect(checked.count >= mostInputs ?? 0, "an input whose gradient was never compared")
  }

  /// In float32 and mixed dtypes the gradients are those of float64, rounded, in the input's dtype.
  @Test(arguments: differentiable) func otherDTypesGiveTheSameGradients(name: String) throws {
    try overSamples(name) { sample in
      guard sample.isSmooth, sample.inputs.contains(where: { $0.dtype == .float32 }),
        try sample.expected()[0].dtype.isFloatingPoint
      else { return }
      var (tensors, same) = (SampleTensors(seed: 22), SampleTensors(seed: 22))
      guard let run = try Run(sample, &tensors),
        let exact = try Run(sample.converted(to: .float64), &same)
      else { return }
      for (index, gradient) in run.gradients.enumerated() {
        guard let gradient, let other = exact.gradients[index] else { continue }
        #expect(gradient.descriptor == sample.inputs[index].descriptor, "\(sample)")
        #expect(
          try gradient.cast(to: .float64).allClose(other, rtol: 1e-3, atol: 1e-4),
          "\(sample), input \(index)")
      }
    }
  }

  /// What chooses among its inputs passes a gradient on whole or not at all. An infinite one, like
  /// that of a logarithm at 0, must not turn to nan where it does not belong.
  @Test(arguments: [
    "relu", "maximum", "minimum", "max", "min", "where", "cat", "slice", "index_select", "hardtanh",
    "threshold", "hardshrink", "softshrink", "nan_to_num",
  ])
  func infiniteGradientsStayWhereTheyBelong(name: String) throws {
    try overSamples(name) { sample in
      let leaves = sample.inputs.map { input in
        var leaf = input
        leaf.requiresGrad = true
        return leaf
      }
      let result = try sample.run(on: leaves)[0]
      guard result.requiresGrad else { return }
      try result.backward(gradient: result.detach().fullLike(Scalar(Double.infinity)))
      for (index, leaf) in leaves.enumerated() {
        let gradient = try leaf.grad?.toArray(of: Double.self) ?? []
        #expect(gradient.allSatisfy { !$0.isNaN }, "\(sample), input \(index)")
      }
    }
  }

  /// The exponent's gradient has the digits of the dtype that the power is computed in.
  @Test func exponentsBesideNarrowerBases() throws {
    for dtype in [DType.uint8, .int32, .int64, .float32, .float64] {
      let exponents = Tensor([2.0, 0.5, -1], dtype: .float64, requiresGrad: true)
      try Tensor([3, 5, 7], dtype: dtype).pow(exponents).sum().backward()
      let expected = [9 * log(3.0), 5.0.squareRoot() * log(5.0), log(7.0) / 7]
      let found = try #require(try exponents.grad?.toArray(of: Double.self))
      for (found, expected) in zip(found, expected) {
        #expect((found - expected).magnitude <= 1e-15 * 4 * expected, "\(dtype)")
      }
    }
  }

  /// Where an exponent is 0 the power does not depend on its base, whatever arrives.
  @Test func basesBesideExponentsOfZero() throws {
    let x = Tensor([0.0, 2, -1], dtype: .float64, requiresGrad: true)
    let y = Tensor([0.0, 0, 0], dtype: .float64)
    try x.pow(y).backward(gradient: x.detach().fullLike(Scalar(Double.infinity)))
    #expect(try x.grad?.toArray(of: Double.self) == [0, 0, 0])
  }

  @Test func whatHasNoGradientGivesNoNode() throws {
    for sample in try OperationSamples.all {
      let leaves = try sample.inputs.map { input in
        var leaf = try input.clone()
        leaf.requiresGrad = true
        #expect(leaf.requiresGrad == input.dtype.isFloatingPoint)
        return leaf
      }
      let mayHaveNode =
        sample.entry.isDifferentiable && leaves.contains { $0.dtype.isFloatingPoint }
      for result in try sample.run(on: leaves) {
        #expect(
          result.requiresGrad == (mayHaveNode && result.dtype.isFloatingPoint), "\(sample)")
      }
    }
  }

  private static func isFloat64(_ sample: OperationSample) -> Bool {
    sample.inputs.contains { $0.dtype == .float64 }
      && sample.inputs.allSatisfy { $0.dtype != .float32 }
      && ((try? sample.operation.outputs(for: sample.inputs.map(\.descriptor)))?
        .allSatisfy { $0.dtype != .float32 } ?? false)
  }

  private func directions(_ input: Tensor, _ tensors: inout SampleTensors) throws -> [Tensor] {
    let count = input.elementCount
    let shape = Array(input.shape)
    if count > Self.mostSingleElements {
      return try (0..<2).map { _ in try tensors.tensor(shape) }
    }
    return try (0..<count).map { place in
      try Tensor((0..<count).map { $0 == place ? 1.0 : 0 }, shape: shape, dtype: .float64)
    }
  }
}

/// A sample's inputs as leaves, and their gradients after going back from its first result.
private struct Run {
  let sample: OperationSample
  /// The gradient that arrives at the first result.
  let cotangent: Tensor
  /// One for each input; nil where it is not floating point.
  let gradients: [Tensor?]

  /// Nil where no result has a gradient.
  init?(_ sample: OperationSample, _ tensors: inout SampleTensors) throws {
    let leaves = sample.inputs.map { input in
      var leaf = input
      leaf.requiresGrad = true
      return leaf
    }
    let result = try sample.run(on: leaves)[0]
    guard result.requiresGrad else { return nil }
    self.sample = sample
    cotangent = try tensors.tensor(Array(result.shape), result.dtype)
    try result.backward(gradient: cotangent)
    gradients = leaves.map(\.grad)
    for (leaf, gradient) in zip(leaves, gradients) where leaf.requiresGrad {
      // The entry may say that an input has no gradient; then differences are not asked for.
      #expect(gradient == nil || gradient?.shape == leaf.shape, "\(sample)")
    }
  }

  /// How the sum of results, weighted by the cotangent, changes as an input moves along.
  func difference(at index: Int, along direction: Tensor) throws -> Double {
    let step = 1e-5
    func value(_ factor: Double) throws -> Double {
      var inputs = sample.inputs
      inputs[index] = try inputs[index] + factor * direction
      let result = try sample.run(on: inputs)[0]
      return try (result * cotangent).sum().item()
    }
    return try (value(step) - value(-step)) / (2 * step)
  }
}
