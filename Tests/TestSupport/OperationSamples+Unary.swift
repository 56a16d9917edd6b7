import TensorCore

extension OperationSamples {
  /// Entries of one operand that have attributes, answer a question or have several results.
  static func attributedUnarySamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 41)
    var samples: [OperationSample?] = []
    for (operation, values) in attributedUnaryOperations() + predicates() {
      for dtype in DType.allCases {
        for (shape, layout) in forms(dtype) {
          samples.append(
            accepted(operation, [try tensors.tensor(shape, dtype, values, layout: layout)]))
        }
        samples.append(
          accepted(
            operation, [try tensors.tensor([67], dtype, .special)], isSmooth: false,
            note: "special"))
        samples.append(
          accepted(
            operation, [try tensors.tensor([40], dtype, .ties)], isSmooth: false, note: "ties"))
      }
    }
    return (samples + (try gatedSamples(&tensors))).compactMap { $0 }
  }

  private static func predicates() -> [(any Operation, SampleValues)] {
    OperationCatalogue.entries.compactMap { entry in
      (entry as? any PredicateOperation.Type).map { ($0.init(), .general) }
    }
  }

  private static func attributedUnaryOperations() -> [(any Operation, SampleValues)] {
    roundingOperations() + smoothActivations() + piecewiseActivations()
  }

  private static func roundingOperations() -> [(any Operation, SampleValues)] {
    let third = make(NanToNum.self) {
      $0.nan = 3
      $0.posinf = 4
      $0.neginf = -5
    }
    return [
      (Round(), .general), (make(Round.self) { $0.decimals = 1 }, .general),
      (make(Round.self) { $0.decimals = -2 }, .general), (Frexp(), .general),
      (NanToNum(), .general), (third, .general), (Angle(), .general),
      (Polygamma(), .positive), (make(Polygamma.self) { $0.n = 2 }, .positive),
      (Logit(), .share), (make(Logit.self) { $0.eps = 0.2 }, .share), (Entropy(), .positive),
    ]
  }

  private static func smoothActivations() -> [(any Operation, SampleValues)] {
    let selu = make(Elu.self) {
      $0.alpha = 1.75
      $0.scale = 1.25
      $0.inputScale = 0.5
    }
    let bent = make(Softplus.self) {
      $0.beta = 3
      $0.threshold = 0.2
    }
    return [
      (Gelu(), .general), (make(Gelu.self) { $0.isApproximate = true }, .general),
      (Silu(), .general), (Mish(), .general), (Elu(), .general), (selu, .general),
      (Softplus(), .general), (bent, .general), (LogSigmoid(), .general), (Softsign(), .general),
      (Tanhshrink(), .general),
    ]
  }

  private static func piecewiseActivations() -> [(any Operation, SampleValues)] {
    let relu6 = make(Hardtanh.self) {
      $0.minVal = 0
      $0.maxVal = 6
    }
    let threshold = make(Threshold.self) {
      $0.threshold = 1
      $0.value = 7
    }
    return [
      (Hardtanh(), .general), (relu6, .general), (Hardsigmoid(), .general), (Hardswish(), .general),
      (LeakyReLU(), .general), (make(LeakyReLU.self) { $0.negativeSlope = -0.5 }, .general),
      (Threshold(), .general), (threshold, .general), (Hardshrink(), .general),
      (make(Hardshrink.self) { $0.lambd = 0 }, .general), (Softshrink(), .general),
      (make(Softshrink.self) { $0.lambd = 1.25 }, .general),
    ]
  }

  private static func gatedSamples(_ tensors: inout SampleTensors) throws -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for dtype in DType.allCases where dtype.isFloatingPoint {
      for (shape, weight) in [
        ([], []), ([7], [1]), ([0], [1]), ([2, 3], [1, 3]), ([4, 3, 5], [3, 1]),
      ] {
        samples.append(
          accepted(
            PReLU(), [try tensors.tensor(shape, dtype), try tensors.tensor(weight, dtype)]))
      }
      samples.append(
        accepted(
          PReLU(),
          [
            try tensors.tensor([5, 4], dtype, layout: .transposed),
            try tensors.tensor([4], dtype, layout: .stepped),
          ]))
      for (shape, dim) in [([2], 0), ([4, 3], 0), ([3, 6], -1), ([0, 2], 1), ([2, 4, 3], 1)] {
        samples.append(
          accepted(make(Glu.self) { $0.dim = dim }, [try tensors.tensor(shape, dtype)]))
      }
      samples.append(
        accepted(
          make(Glu.self) { $0.dim = 0 },
          [try tensors.tensor([6, 5], dtype, layout: .transposed)]))
    }
    return samples
  }
}
