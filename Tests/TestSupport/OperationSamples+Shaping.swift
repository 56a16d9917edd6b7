import TensorCore

extension OperationSamples {
  static func shapingSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 8)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in forms(dtype) {
        let input = try tensors.tensor(shape, dtype, layout: layout)
        samples += rearrangements(of: input)
        samples += try parts(of: input, &tensors)
        samples += try selections(from: input, &tensors)
      }
      for layout in SampleLayout.allCases {
        samples += try joins(dtype, layout, &tensors)
      }
    }
    samples.append(
      accepted(
        make(Cat.self) { $0.dim = 1 },
        [
          try tensors.tensor([2, 3], .uint8), try tensors.tensor([2, 1], .float32, .small),
          try tensors.tensor([2, 2], .int64, .small),
        ]))
    return samples.compactMap { $0 }
  }

  private static func rearrangements(of input: Tensor) -> [OperationSample?] {
    let count = input.elementCount
    let rank = input.rank
    var samples: [OperationSample?] = []
    for shape in [
      [-1], [count], [1, count, 1], [2, -1], Array(input.shape), Array(input.shape) + [1],
    ] {
      samples.append(
        accepted(make(Reshape.self) { $0.shape = shape }, [input], note: "to \(shape)"))
    }
    for (dim0, dim1) in [(0, -1), (0, 0), (1, 0)] {
      let transpose = make(Transpose.self) {
        $0.dim0 = dim0
        $0.dim1 = dim1
      }
      samples.append(accepted(transpose, [input], note: "\(dim0) \(dim1)"))
    }
    for dims in [Array(0..<rank), (0..<rank).reversed(), (0..<rank).map { $0 - rank }, [2, 0, 1]] {
      samples.append(accepted(make(Permute.self) { $0.dims = dims }, [input], note: "\(dims)"))
    }
    for size in [Array(input.shape), [3, 1] + input.shape, [2, 17], [4, 3], [0]] {
      samples.append(
        accepted(
          make(BroadcastTo.self) { $0.size = tensorShape(size) }, [input], note: "to \(size)"))
    }
    return samples
  }

  /// Slices, and their gradients over the same positions.
  private static func parts(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (start, end, step) in [(0, Int.max, 1), (1, .max, 2), (0, 2, 1), (2, 9, 3), (5, 2, 1)] {
      var positions = SlicePositions()
      for length in input.shape {
        let first = min(start, length)
        let span = max(min(end, length) - first, 0)
        positions.starts = tensorShape(positions.starts + [first])
        positions.lengths = tensorShape(positions.lengths + [(span + step - 1) / step])
        positions.steps = tensorShape(positions.steps + [step])
      }
      samples += try slices(input, positions, &tensors, note: "\(start)..<\(end) by \(step)")
    }
    // One position on the first axis, which goes away.
    if let length = input.shape.first, length > 0 {
      var positions = SlicePositions()
      let rest = Array(input.shape.dropFirst())
      positions.starts = tensorShape([length - 1] + rest.map { _ in 0 })
      positions.lengths = tensorShape([1] + rest)
      positions.steps = tensorShape(input.shape.map { _ in 1 })
      positions.dropped.insert(0)
      samples += try slices(input, positions, &tensors, note: "[\(length - 1)]")
    }
    return samples
  }

  private static func slices(
    _ input: Tensor, _ positions: SlicePositions, _ tensors: inout SampleTensors, note: String
  ) throws -> [OperationSample?] {
    let slice = make(Slice.self) { $0.positions = positions }
    let shape = Array(try slice.output(for: input.descriptor).shape)
    let backward = make(SliceBackward.self) {
      $0.size = input.shape
      $0.positions = positions
    }
    return [
      accepted(slice, [input], note: note),
      accepted(backward, [try tensors.tensor(shape, input.dtype)], note: note),
      accepted(backward, [try tensors.tensor(shape, input.dtype, layout: .stepped)], note: note),
    ]
  }

  private static func selections(from input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for dim in 0..<input.rank where input.shape[dim] > 0 {
      for (count, dtype, layout) in [
        (0, DType.int64, SampleLayout.contiguous), (1, .int32, .contiguous), (9, .int64, .stepped),
      ] {
        let index = try tensors.tensor(
          [count], dtype, .position(below: input.shape[dim]), layout: layout)
        samples.append(
          accepted(make(IndexSelect.self) { $0.dim = dim }, [input, index], note: "dim \(dim)"))
        var size = Array(input.shape)
        size[dim] = count
        let backward = make(IndexSelectBackward.self) {
          $0.size = input.shape
          $0.dim = dim - input.rank
        }
        samples.append(
          accepted(backward, [try tensors.tensor(size, input.dtype), index], note: "dim \(dim)"))
      }
    }
    return samples
  }

  private static func joins(_ dtype: DType, _ layout: SampleLayout, _ tensors: inout SampleTensors)
    throws -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (shapes, dim) in [
      ([[3]], 0), ([[2, 3], [4, 3]], 0), ([[2, 3], [2, 1], [2, 0]], 1), ([[5], [0], [17]], -1),
      ([[0], [2, 3]], 1), ([[0], [0]], 0), ([[2, 3, 4], [2, 2, 4]], -2),
    ] {
      samples.append(
        accepted(
          make(Cat.self) { $0.dim = dim },
          try shapes.map { try tensors.tensor($0, dtype, layout: layout) }, note: "dim \(dim)"))
    }
    let many = try (0..<70).map { _ in try tensors.tensor([1, 2], dtype, layout: layout) }
    samples.append(OperationSample(make(Cat.self) { $0.dim = 0 }, many, note: "many"))
    return samples
  }
}
