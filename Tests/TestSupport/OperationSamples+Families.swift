import TensorCore

// Creation, products, conversion, selection and losses.

extension OperationSamples {
  static func creationSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 4)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for shape in [
        [], [0], [1], [15], [16], [17], [3, 0, 2], [4, 250], [1, 2, 1, 2, 1, 2, 1, 2],
      ] {
        for value in [0, 2.75, -1, true, 200, 0.1, Scalar(Int.min + 5)] as [Scalar] {
          let full = make(Full.self) {
            $0.size = tensorShape(shape)
            $0.value = value
            $0.dtype = dtype
          }
          samples.append(accepted(full, [], note: "\(shape) \(value) \(dtype)"))
        }
        for seed in [0, .max] as [UInt64] {
          let rand = make(Rand.self) {
            $0.size = tensorShape(shape)
            $0.seed = seed
            $0.dtype = dtype
          }
          let randn = make(Randn.self) {
            $0.size = tensorShape(shape)
            $0.seed = seed
            $0.dtype = dtype
          }
          samples.append(accepted(rand, [], note: "\(shape) \(dtype)"))
          samples.append(accepted(randn, [], note: "\(shape) \(dtype)"))
        }
      }
      for (start, end, step) in [
        (0, 17, 1), (5, -5, -3), (0, 1, 0.1), (2, 2, 1), (-1.5, 4, 2), (250, 260, 1), (0, 1000, 1),
        (Scalar(1 << 40), Scalar(1 << 40 | 3), 1),
      ] as [(Scalar, Scalar, Scalar)] {
        let arange = make(Arange.self) {
          $0.start = start
          $0.end = end
          $0.step = step
          $0.dtype = dtype
        }
        samples.append(accepted(arange, [], note: "\(start) … \(end) by \(step)"))
      }
      for (shape, layout) in forms(dtype).prefix(8) {
        for target in [nil, .float32, .int64, .bool] as [DType?] {
          let like = make(FullLike.self) {
            $0.value = 7
            $0.dtype = target
          }
          samples.append(accepted(like, [try tensors.tensor(shape, dtype, layout: layout)]))
        }
      }
    }
    return samples.compactMap { $0 }
  }

  /// Sample shapes are always possible.
  static func tensorShape(_ lengths: [Int]) -> Shape { (try? Shape(lengths)) ?? Shape() }

  static func productSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 5)
    var samples: [OperationSample?] = []
    let pairs: [([Int], [Int])] = [
      ([3], [3]), ([0], [0]), ([17], [17]), ([4], [4, 5]), ([2, 4], [4]), ([3, 5], [5, 7]),
      ([1, 1], [1, 1]), ([15, 16], [16, 17]), ([3, 0], [0, 2]), ([0, 3], [3, 2]),
      ([64, 33], [33, 9]),
      ([2, 3, 4], [4, 5]), ([3, 4], [2, 4, 5]), ([2, 3, 4], [2, 4, 5]), ([2, 1, 3, 4], [5, 4, 2]),
      ([4], [2, 4, 5]), ([2, 3, 4], [4]), ([0, 2, 3], [3, 4]), ([100, 3], [3, 1]),
      ([1, 100], [100, 1]),
    ]
    for dtype in DType.allCases {
      for (x, y) in pairs {
        samples.append(
          accepted(Matmul(), [try tensors.tensor(x, dtype), try tensors.tensor(y, dtype)]))
      }
      for layout in SampleLayout.allCases {
        samples.append(
          accepted(
            Matmul(),
            [
              try tensors.tensor([5, 6], dtype, layout: layout),
              try tensors.tensor([6, 7], dtype, layout: layout),
            ]))
        samples.append(
          accepted(
            Matmul(),
            [
              try tensors.tensor([2, 5, 6], dtype, layout: layout),
              try tensors.tensor([3, 1, 6, 7], dtype, layout: layout),
            ]))
      }
    }
    return samples.compactMap { $0 }
  }

  static func selectionSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 6)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in forms(dtype) {
        let input = try tensors.tensor(shape, dtype, layout: layout)
        for target in DType.allCases {
          samples.append(
            accepted(make(Cast.self) { $0.target = target }, [input], note: "to \(target)"))
        }
        samples.append(accepted(Clone(), [input]))
        samples.append(
          accepted(
            Where(),
            [
              try tensors.tensor(shape, .bool, layout: layout), input,
              try tensors.tensor(shape, dtype),
            ]))
        samples.append(
          accepted(
            Where(), [try tensors.tensor([], .bool), input, try tensors.tensor([1], .uint8)]))
      }
      samples += try copySamples(dtype)
      for target in DType.allCases {
        samples.append(
          accepted(
            make(Cast.self) { $0.target = target }, [try tensors.tensor([70], dtype, .special)],
            isSmooth: false, note: "special, to \(target)"))
      }
      samples.append(
        accepted(
          Where(),
          [
            try tensors.tensor([3, 1], .bool), try tensors.tensor([1, 4], dtype),
            try tensors.tensor([2, 1, 1], dtype),
          ]))
      for shape in [[], [0], [17], [2, 5]] {
        samples.append(
          accepted(
            make(OneHot.self) { $0.classes = 5 },
            [try tensors.tensor(shape, dtype, .position(below: 5))]))
      }
    }
    samples.append(
      accepted(
        make(OneHot.self) { $0.classes = 3 },
        [try tensors.tensor([4, 5], .int64, .position(below: 3), layout: .stepped)]))
    return samples.compactMap { $0 }
  }

  /// Values of every dtype and of smaller shapes in the place of others.
  private static func copySamples(_ dtype: DType) throws -> [OperationSample?] {
    var tensors = SampleTensors(seed: 10)
    var samples: [OperationSample?] = []
    for (shape, layout) in forms(dtype).suffix(6) {
      samples.append(
        accepted(
          Copy(),
          [try tensors.tensor(shape, dtype), try tensors.tensor(shape, dtype, layout: layout)]))
    }
    for value in DType.allCases {
      for (x, y) in [([17], [17]), ([2, 3], [3]), ([4, 5], []), ([3], [1]), ([0, 3], [3])] {
        samples.append(
          accepted(
            Copy(), [try tensors.tensor(x, dtype, layout: .stepped), try tensors.tensor(y, value)]))
      }
    }
    return samples
  }

  static func lossSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 7)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in forms(dtype) + [([3, 5, 2], .contiguous), ([2, 1000], .contiguous)] {
        for dim in [-1, 0, 1] {
          let input = try tensors.tensor(shape, dtype, layout: layout)
          samples.append(accepted(make(Softmax.self) { $0.dim = dim }, [input], note: "dim \(dim)"))
          samples.append(
            accepted(make(LogSoftmax.self) { $0.dim = dim }, [input], note: "dim \(dim)"))
        }
      }
      for entry in [make(Softmax.self) { $0.dim = 0 }, make(LogSoftmax.self) { $0.dim = 0 }]
        as [any Operation]
      {
        samples.append(
          accepted(
            entry, [try tensors.tensor([5, 6], dtype, .special)], isSmooth: false, note: "special"))
      }
      for reduction in [LossReduction.none, .mean, .sum] {
        let crossEntropy = make(CrossEntropy.self) { $0.reduction = reduction }
        for (scores, target) in [
          ([5], []), ([1, 3], [1]), ([17, 4], [17]), ([0, 4], [0]), ([2, 3, 5], [2, 5]),
          ([2, 3, 2, 2], [2, 2, 2]),
        ] {
          for layout in [SampleLayout.contiguous, .transposed] {
            samples.append(
              accepted(
                crossEntropy,
                [
                  try tensors.tensor(scores, dtype, layout: layout),
                  try tensors.tensor(
                    target, .int64, .position(below: scores[scores.count > 1 ? 1 : 0])),
                ], note: "\(reduction)"))
          }
        }
        let binary = make(BinaryCrossEntropyWithLogits.self) { $0.reduction = reduction }
        for (shape, layout) in forms(dtype) {
          // Gradients of halves are compared with their own kind only.
          for target in dtype.isHalf ? [dtype] : [dtype, .float32] {
            samples.append(
              accepted(
                binary,
                [
                  try tensors.tensor(shape, dtype, layout: layout),
                  try tensors.tensor(shape, target, .probability),
                ], note: "\(reduction)"))
          }
        }
      }
    }
    return samples.compactMap { $0 }
  }
}
