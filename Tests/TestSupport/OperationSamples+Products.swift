import TensorCore

// Contractions, distances and losses.

extension OperationSamples {
  static func contractionSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 8)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for layout in [SampleLayout.contiguous, .transposed, .stepped] {
        func tensor(_ shape: [Int]) throws -> Tensor {
          try tensors.tensor(shape, dtype, .small, layout: layout)
        }
        for (beta, alpha) in [(1, 1), (2, -3), (0, 1), (0.5, 1.5)] as [(Scalar, Scalar)] {
          let operation = make(AddMatmul.self) {
            $0.beta = beta
            $0.alpha = alpha
          }
          for (input, x, y) in [
            ([2, 4], [2, 3], [3, 4]), ([4], [2, 3], [3, 4]), ([], [7, 1], [1, 7]),
            ([2], [2, 3], [3]), ([2, 2, 4], [2, 2, 3], [2, 3, 4]), ([0], [3, 2], [2, 0]),
            ([2, 1], [2, 0], [0, 3]),
          ] {
            samples.append(
              accepted(
                operation, [try tensor(input), try tensor(x), try tensor(y)],
                note: "\(beta) \(alpha)"))
          }
        }
        for shapes in [
          [[2, 3], [4, 3], [4]], [[3], [4, 3], [4]], [[2, 2, 3], [4, 3], [1]], [[2, 3], [4, 3]],
          [[2, 3], [3]], [[3], [3], []], [[0, 3], [4, 3], [4]], [[2, 0], [7, 0]],
        ] {
          samples.append(accepted(Linear(), try shapes.map(tensor)))
        }
        for (x, y, dim) in [
          ([3], [3], -1), ([7, 3], [1, 3], -1), ([3, 5], [3, 5], 0), ([0, 3], [0, 3], 1),
        ] {
          let operation = make(Cross.self) { $0.dim = dim }
          samples.append(accepted(operation, [try tensor(x), try tensor(y)]))
        }
      }
    }
    return samples.compactMap { $0 }
  }

  static func distanceSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 9)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for p in [0, 0.5, 1, 1.5, 2, 3, Scalar(Double.infinity)] as [Scalar] {
        for layout in [SampleLayout.contiguous, .transposed, .stepped, .broadcast] {
          // Rows that are repeated have distance 0, where the slope of most norms is none.
          let isSmooth = layout != .broadcast && p.double >= 1
          func tensor(_ shape: [Int]) throws -> Tensor {
            try tensors.tensor(shape, dtype, .general, layout: layout)
          }
          let (cdist, pdist) = (make(Cdist.self) { $0.p = p }, make(Pdist.self) { $0.p = p })
          for (x, y) in [
            ([3, 4], [2, 4]), ([2, 1, 9], [1, 3, 9]), ([0, 2], [3, 2]), ([2, 0], [1, 0]),
          ] {
            let (x, y) = (try tensor(x), try tensor(y))
            samples.append(accepted(cdist, [x, y], isSmooth: isSmooth, note: "p \(p)"))
            guard let distances = try? Tensor.apply(cdist, to: x, y) else { continue }
            let dy = try tensors.tensor(Array(distances.shape), dtype)
            let operation = make(CdistBackward.self) { $0.p = p }
            samples.append(
              accepted(operation, [dy, x, y, distances], isSmooth: false, note: "p \(p)"))
          }
          for shape in [[3, 4], [1, 3], [0, 2], [7, 9]] {
            let x = try tensor(shape)
            samples.append(accepted(pdist, [x], isSmooth: isSmooth, note: "p \(p)"))
            guard let distances = try? Tensor.apply(pdist, to: x) else { continue }
            let dy = try tensors.tensor(Array(distances.shape), dtype)
            let operation = make(PdistBackward.self) { $0.p = p }
            samples.append(
              accepted(operation, [dy, x, distances], isSmooth: false, note: "p \(p)"))
          }
          for keepdim in [false, true] {
            let operation = make(PairwiseDistance.self) {
              $0.p = p
              $0.keepdim = keepdim
            }
            for (x, y) in [([3, 4], [4]), ([7], [7]), ([2, 1, 3], [2, 3]), ([0, 2], [2])] {
              samples.append(
                accepted(
                  operation, [try tensor(x), try tensor(y)], isSmooth: isSmooth, note: "p \(p)"))
            }
          }
        }
      }
    }
    return samples.compactMap { $0 }
  }

  static func softmaxGradientSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 10)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in forms(dtype) {
        for dim in [-1, 0] {
          let dy = try tensors.tensor(shape, dtype, layout: layout)
          let y = try tensors.tensor(shape, dtype, .probability)
          samples.append(accepted(make(SoftmaxBackward.self) { $0.dim = dim }, [dy, y]))
          samples.append(accepted(make(LogSoftmaxBackward.self) { $0.dim = dim }, [dy, y]))
        }
      }
    }
    return samples.compactMap { $0 }
  }

  static func pointwiseLossSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 11)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for reduction in [LossReduction.none, .mean, .sum] {
        let operations: [any PointwiseLoss] = [
          make(MSELoss.self) { _ in }, make(L1Loss.self) { _ in },
          make(SmoothL1Loss.self) { $0.beta = 0.75 }, make(SmoothL1Loss.self) { $0.beta = 0 },
          make(HuberLoss.self) { $0.delta = 1.25 }, make(KLDivLoss.self) { _ in },
          make(KLDivLoss.self) { $0.logTarget = true }, make(BinaryCrossEntropy.self) { _ in },
        ]
        for var operation in operations {
          operation.reduction = reduction
          // Targets of probabilities stay away from 0 and 1, where logarithms have no slope.
          func pair(_ x: [Int], _ y: [Int], _ layout: SampleLayout) throws -> [Tensor] {
            let values = SampleValues.probability
            let (x, y) = (
              try tensors.tensor(x, dtype, values, layout: layout),
              try tensors.tensor(y, dtype, values, layout: layout)
            )
            guard dtype.isFloatingPoint else { return [x, y] }
            return [try (0.1 + 0.8 * x).cast(to: dtype), try (0.15 + 0.7 * y).cast(to: dtype)]
          }
          for layout in [SampleLayout.contiguous, .transposed, .stepped] {
            for (x, y) in [
              ([2, 3], [2, 3]), ([7], [7]), ([2, 3], [3]), ([], []), ([0], [0]), ([1, 2], [3, 1]),
            ] {
              samples.append(accepted(operation, try pair(x, y, layout), note: "\(reduction)"))
            }
          }
        }
      }
    }
    return samples.compactMap { $0 }
  }

  static func classLossSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 12)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (reduction, ignored, smoothing) in [
        (.none, -100, 0), (.mean, -100, 0), (.sum, 1, 0), (.mean, 1, 0.25), (.none, 2, 0.5),
      ] as [(LossReduction, Int, Scalar)] {
        func set(_ operation: some ClassLoss) -> any ClassLoss {
          var operation = operation
          operation.reduction = reduction
          operation.ignoreIndex = ignored
          operation.labelSmoothing = smoothing
          return operation
        }
        for (scores, target) in [
          ([5], []), ([7, 4], [7]), ([0, 4], [0]), ([2, 4, 3], [2, 3]), ([2, 4, 2, 2], [2, 2, 2]),
        ] {
          let x = try tensors.tensor(scores, dtype, layout: .transposed)
          let index = try tensors.tensor(target, .int64, .position(below: 4))
          let weight = try tensors.tensor([scores.count > 1 ? 4 : 5], dtype, .positive)
          let dy = try tensors.tensor(reduction == .none ? target : [], dtype)
          let backward = set(make(NLLLossBackward.self) { $0.size = tensorShape(scores) })
          let note = "\(reduction) \(ignored) \(smoothing)"
          // Weights have no gradient, so samples with one are not compared with differences.
          for (more, isSmooth) in [([], true), ([weight], false)] {
            // The mean of no sample is nan.
            let isCounted = try index.toArray(of: Int.self).contains { $0 != ignored }
            let isSmooth = isSmooth && (reduction != .mean || isCounted)
            for operation in [set(CrossEntropy()), set(NLLLoss())] {
              samples.append(
                accepted(operation, [x, index] + more, isSmooth: isSmooth, note: note))
            }
            samples.append(accepted(backward, [dy, index] + more, isSmooth: isSmooth, note: note))
          }
        }
      }
    }
    return samples.compactMap { $0 }
  }
}
