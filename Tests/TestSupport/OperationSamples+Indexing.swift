import TensorCore

// Positions along axes: gathering, scattering, masks and advanced indexing.

extension OperationSamples {
  static func indexingSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 30)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in [
        ([], .contiguous), ([0], .contiguous), ([1], .contiguous), ([7], .stepped),
        ([3, 4], .transposed), ([4, 3], .broadcast), ([2, 0, 3], .contiguous),
        ([2, 3, 5], .offset),
      ] as [([Int], SampleLayout)] {
        let input = try tensors.tensor(shape, dtype, layout: layout)
        samples += try byElements(of: input, &tensors)
        samples += try bySlices(of: input, &tensors)
        samples += try masks(over: input, &tensors)
        samples += try advanced(input, &tensors)
        samples += try strided(input, &tensors)
      }
      samples += try embeddings(dtype, &tensors)
    }
    for (values, size) in [([], [0]), ([5], []), ([1, -2, 3], [3]), ([1, 2, 3, 4], [2, 2])] {
      let positions = make(Positions.self) {
        $0.values = values
        $0.size = tensorShape(size)
      }
      samples.append(accepted(positions, [], note: "\(size)"))
    }
    return samples.compactMap { $0 }
  }

  private static let reductions: [(ScatterReduction, Bool)] = [
    (.sum, true), (.sum, false), (.prod, true), (.prod, false), (.mean, true), (.mean, false),
    (.amax, true), (.amax, false), (.amin, true), (.amin, false),
  ]

  private static func byElements(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for dim in Set([0, max(input.rank, 1) - 1]).sorted() {
      let length = input.rank == 0 ? 1 : input.shape[dim]
      var (shape, longer) = (Array(input.shape), Array(input.shape))
      if input.rank > 1 {
        shape[dim == 0 ? 1 : 0] = min(shape[dim == 0 ? 1 : 0], 2)
        longer = shape
        longer[dim] += 1
      }
      guard length > 0 else { continue }
      let index = try tensors.tensor(
        shape, input.rank == 1 ? .int32 : .int64, .position(below: length))
      let source = try tensors.tensor(longer, input.dtype, .large)
      let gather = make(Gather.self) { $0.dim = dim }
      samples.append(accepted(gather, [input, index], note: "dim \(dim)"))
      // Of elements put at one place any may stay, so that the last one is named.
      let scatter = make(Scatter.self) {
        $0.dim = dim - max(input.rank, 1)
        $0.value = 1
      }
      samples.append(accepted(scatter, [input, index], note: "dim \(dim)"))
      samples.append(
        accepted(scatter, [input, index, source], isSmooth: shape.isEmpty, note: "dim \(dim)"))
      for (reduce, includeSelf) in reductions {
        let combine = make(ScatterReduce.self) {
          $0.dim = dim
          $0.reduce = reduce
          $0.includeSelf = includeSelf
        }
        samples.append(
          accepted(
            combine, [input, index, source], isSmooth: input.isContiguous,
            note: "\(reduce) \(includeSelf) dim \(dim)"))
      }
    }
    return samples
  }

  private static func bySlices(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for dim in Set([0, max(input.rank, 1) - 1]).sorted() {
      let length = input.rank == 0 ? 1 : input.shape[dim]
      let count = input.rank == 0 ? 1 : 3
      guard length > 0 else { continue }
      let index = try tensors.tensor([count], .int64, .position(below: length), layout: .stepped)
      var shape = Array(input.shape)
      if input.rank > 0 { shape[dim] = count }
      let source = try tensors.tensor(shape, input.dtype, .large, layout: .transposed)
      let copy = make(IndexCopy.self) {
        $0.dim = dim
        $0.value = 1
      }
      samples.append(accepted(copy, [input, index], note: "dim \(dim)"))
      samples.append(
        accepted(copy, [input, index, source], isSmooth: count == 1, note: "dim \(dim)"))
      for (reduce, includeSelf) in reductions {
        let combine = make(IndexReduce.self) {
          $0.dim = dim
          $0.reduce = reduce
          $0.includeSelf = includeSelf
        }
        samples.append(
          accepted(
            combine, [input, index, source], isSmooth: input.isContiguous,
            note: "\(reduce) \(includeSelf) dim \(dim)"))
      }
    }
    return samples
  }

  private static func masks(over input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    let shape = Array(input.shape)
    let wide = [2] + shape
    let source = try tensors.tensor([2 * input.elementCount + 1], input.dtype)
    var samples: [OperationSample?] = [
      accepted(Nonzero(), [input]),
      accepted(
        Nonzero(), [try tensors.tensor(shape, input.dtype, .ties, layout: .stepped)],
        note: "ties"),
    ]
    for size in [0, 2, 40] {
      let fixed = make(NonzeroStatic.self) {
        $0.size = size
        $0.fillValue = -size
      }
      samples.append(accepted(fixed, [input], note: "\(size)"))
    }
    for maskShape in [shape, [], wide, shape.map { _ in 1 }] {
      let mask = try tensors.tensor(maskShape, .bool, layout: .transposed)
      let result = maskShape.count > shape.count ? wide : shape
      samples.append(accepted(make(MaskedFill.self) { $0.value = 2 }, [input, mask]))
      samples.append(
        accepted(MaskedFill(), [input, mask, try tensors.tensor([], input.dtype)]))
      samples.append(accepted(MaskedScatter(), [input, mask, source]))
      samples.append(accepted(MaskedSelect(), [input, mask]))
      let backward = make(MaskedScatterBackward.self) { $0.size = source.shape }
      samples.append(
        accepted(backward, [try tensors.tensor(result, input.dtype, layout: .stepped), mask]))
    }
    return samples
  }

  private static func advanced(_ input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (dims, shapes) in [
      ([0], [[3]]), ([0], [[]]), ([1], [[2, 2]]), ([0, 1], [[2, 1], [3]]), ([0, 2], [[2], [1]]),
      ([0, 1, 2], [[4], [], [4]]), ([0], [[0]]),
    ] {
      guard dims.allSatisfy({ $0 < input.rank && input.shape[$0] > 0 }) else { continue }
      let indices = try zip(dims, shapes).map { dim, shape in
        let length = input.shape[dim]
        let positions = try tensors.tensor(shape, .int64, .position(below: 2 * length))
        return try (positions - Scalar(length)).cast(to: dim == 0 ? .int64 : .int32)
      }
      let take = make(Index.self) { $0.dims = dims }
      samples.append(accepted(take, [input] + indices, note: "\(dims)"))
      let result = Array(
        try take.outputs(for: ([input] + indices).map(\.descriptor))[0].shape)
      for (shape, accumulate) in [(result, true), ([], true), (result, false), ([], false)] {
        let put = make(IndexPut.self) {
          $0.dims = dims
          $0.accumulate = accumulate
        }
        let values = try tensors.tensor(shape, input.dtype)
        samples.append(
          accepted(
            put, [input, values] + indices, isSmooth: accumulate,
            note: "\(dims) \(accumulate)"))
      }
    }
    return samples
  }

  private static func strided(_ input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (size, stride, offset) in [
      ([], [], 0), ([2, 2], [1, 2], 0), ([2, 3], [3, 1], 1), ([2, 2], [1, 1], 2), ([0], [5], 0),
      ([3], [0], 0), ([2, 1, 1], [1, 9, 9], 3),
    ] {
      let take = make(AsStrided.self) {
        $0.size = tensorShape(size)
        $0.stride = stride
        $0.storageOffset = offset
      }
      let back = make(AsStridedBackward.self) {
        $0.inputSize = input.shape
        $0.forward = take
      }
      let scatter = make(AsStridedScatter.self) {
        ($0.size, $0.stride, $0.storageOffset) = (take.size, stride, offset)
      }
      let slice = make(SliceScatter.self) {
        ($0.size, $0.stride, $0.storageOffset) = (take.size, stride, offset)
      }
      let part = try tensors.tensor(size, input.dtype, layout: .transposed)
      let note = "\(size) by \(stride) from \(offset)"
      samples.append(accepted(take, [input], note: note))
      samples.append(accepted(back, [part], note: note))
      // PyTorch's gradient of the whole is not that of the calculus.
      samples.append(accepted(scatter, [input, part], isSmooth: false, note: note))
      let overlaps = stride == [1, 1]
      samples.append(accepted(slice, [input, part], isSmooth: !overlaps, note: note))
    }
    return samples
  }

  private static func embeddings(_ dtype: DType, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (shape, index) in [
      ([], DType.int64), ([0], .int64), ([3], .int32), ([2, 5], .int64),
    ] as [([Int], DType)] {
      let weight = try tensors.tensor([4, 3], dtype, layout: .transposed)
      let positions = try tensors.tensor(shape, index, .position(below: 4))
      for scales in [false, true] {
        let back = make(EmbeddingBackward.self) {
          $0.rows = 4
          $0.paddingIndex = scales ? 1 : -1
          $0.scalesByCount = scales
        }
        samples.append(
          accepted(back, [try tensors.tensor(shape + [3], dtype), positions], note: "\(scales)"))
        let embedding = make(Embedding.self) { $0.scalesByCount = scales }
        // Divided by how often it occurs, a gradient is no limit of differences.
        samples.append(
          accepted(embedding, [weight, positions], isSmooth: !scales, note: "\(scales)"))
      }
      let limited = make(Embedding.self) { $0.maximumNorm = 1 }
      samples.append(accepted(limited, [weight, positions], isSmooth: false, note: "limited"))
    }
    for counts in [[], [0], [2, 0, 1], [1, 1, 1, 1, 1, 1, 7]] {
      samples.append(accepted(RepeatedPositions(), [Tensor(counts, dtype: dtype)]))
    }
    return samples
  }
}
