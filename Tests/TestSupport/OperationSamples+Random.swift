import TensorCore

// Rows, lists of positions and random numbers.

extension OperationSamples {
  static func sequenceSamples() throws -> [OperationSample] {
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (n, m) in [(0, 0), (1, 1), (7, 3), (3, 17), (0, 4)] {
        let eye = make(Eye.self) {
          $0.n = n
          $0.m = m
          $0.dtype = dtype
        }
        samples.append(accepted(eye, [], note: "\(n) \(m) \(dtype)"))
        for offset in [0, 1, -2, .max, .min] {
          let lower = make(TrilIndices.self) {
            $0.row = n
            $0.col = m
            $0.offset = offset
            $0.dtype = dtype
          }
          let upper = make(TriuIndices.self) {
            $0.row = n
            $0.col = m
            $0.offset = offset
            $0.dtype = dtype
          }
          samples.append(accepted(lower, [], note: "\(n) \(m) \(offset) \(dtype)"))
          samples.append(accepted(upper, [], note: "\(n) \(m) \(offset) \(dtype)"))
        }
      }
      for (start, end, steps) in [(0, 1, 0), (2.5, 1, 1), (0, 10, 7), (9, -3.5, 16), (5, 5, 3)]
        as [(Scalar, Scalar, Int)]
      {
        let linspace = make(Linspace.self) {
          $0.start = start
          $0.end = end
          $0.steps = steps
          $0.dtype = dtype
        }
        samples.append(accepted(linspace, [], note: "\(start) … \(end) in \(steps) \(dtype)"))
      }
    }
    for (count, r) in [(0, 0), (0, 2), (1, 1), (5, 2), (5, 5), (3, 7), (6, 3)] {
      for withReplacement in [false, true] {
        let indices = make(CombinationIndices.self) {
          $0.count = count
          $0.r = r
          $0.withReplacement = withReplacement
        }
        samples.append(accepted(indices, [], note: "\(r) of \(count)"))
      }
    }
    return samples.compactMap { $0 }
  }

  static func randomSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 32)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (low, high) in [(0, 2), (-100, 100), (5, 6), (Int.min, Int.max)] {
        let randint = make(RandInt.self) {
          $0.low = low
          $0.high = high
          $0.size = tensorShape([3, 5])
          $0.seed = 9
          $0.dtype = dtype
        }
        samples.append(accepted(randint, [], note: "\(low) ..< \(high) \(dtype)"))
      }
      for n in [0, 1, 2, 100, 1025] {
        let randperm = make(RandPerm.self) {
          $0.n = n
          $0.seed = .max
          $0.dtype = dtype
        }
        samples.append(accepted(randperm, [], note: "\(n) \(dtype)"))
      }
      for (shape, layout) in forms(dtype) {
        let chances = try tensors.tensor(shape, dtype, .probability, layout: layout)
        let positive = try tensors.tensor(shape, dtype, .positive, layout: layout)
        samples.append(accepted(make(Bernoulli.self) { $0.seed = 3 }, [chances]))
        samples.append(accepted(make(Bernoulli.self) { $0.p = 0.25 }, [chances], note: "0.25"))
        samples.append(accepted(make(Poisson.self) { $0.seed = 4 }, [positive]))
        for replacement in [false, true] {
          let multinomial = make(Multinomial.self) {
            $0.count = 4
            $0.replacement = replacement
            $0.seed = 5
          }
          samples.append(accepted(multinomial, [positive], note: "\(replacement)"))
        }
        let general = try tensors.tensor(shape, dtype, layout: layout)
        for (p, train) in [(0.5, true), (0, true), (1, true), (0.3, false)] {
          let dropout = make(NativeDropout.self) {
            $0.p = Scalar(p)
            $0.train = train
            $0.seed = 6
          }
          samples.append(accepted(dropout, [general], note: "\(p) \(train)"))
        }
      }
    }
    return samples.compactMap { $0 }
  }
}
