import TensorCore

// Orders, windows, diagonals, borders and parts.

extension OperationSamples {
  static func rearrangingSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 31)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in forms(dtype) {
        let input = try tensors.tensor(shape, dtype, layout: layout)
        samples += orders(of: input)
        samples += repeats(of: input)
        samples += try apart(input)
        samples += try windows(of: input, &tensors)
        samples += try diagonals(of: input, &tensors)
        samples += try borders(of: input, &tensors)
      }
      for layout in SampleLayout.allCases {
        for (shape, dim) in [([], 0), ([7], -1), ([2, 3], 1), ([0, 4], 2), ([2, 1, 3], -4)] {
          let parts = try (0..<3).map { _ in try tensors.tensor(shape, dtype, layout: layout) }
          samples.append(accepted(make(Stack.self) { $0.dim = dim }, parts, note: "dim \(dim)"))
        }
      }
    }
    samples.append(
      accepted(
        Stack(),
        [try tensors.tensor([3], .uint8), try tensors.tensor([3], .float32, .small)]))
    return samples.compactMap { $0 }
  }

  private static func orders(of input: Tensor) -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for dims in [[], [0], [-1], [0, 1], [0, -1], [2, 0]] {
      samples.append(accepted(make(Flip.self) { $0.dims = dims }, [input], note: "\(dims)"))
    }
    for (shifts, dims) in [
      ([0], [0]), ([3], []), ([1], [0]), ([-2], [-1]), ([5, 1], [0, 1]), ([1, 1], [0, 0]),
      ([Int.max], [0]),
    ] {
      let roll = make(Roll.self) {
        $0.shifts = shifts
        $0.dims = dims
      }
      samples.append(accepted(roll, [input], note: "by \(shifts) along \(dims)"))
    }
    for diagonal in [0, 2, -1, .min] {
      samples.append(accepted(make(Tril.self) { $0.diagonal = diagonal }, [input]))
      samples.append(accepted(make(Triu.self) { $0.diagonal = diagonal }, [input]))
    }
    return samples
  }

  private static func repeats(of input: Tensor) -> [OperationSample?] {
    [[], [2], [1, 3], [0, 2], [2, 1, 2], [1, 2, 1, 1]].map { repeats in
      accepted(make(Repeat.self) { $0.repeats = repeats }, [input], note: "\(repeats)")
    }
  }

  private static func apart(_ input: Tensor) throws -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for dim in 0..<input.rank {
      let length = input.shape[dim]
      for sizes in [[length], [1, length - 1], [length - 2, 0, 2]] {
        let split = make(Split.self) {
          $0.sizes = sizes
          $0.dim = dim - input.rank
        }
        samples.append(accepted(split, [input], note: "dim \(dim) \(sizes)"))
      }
      if (1...40).contains(length) {
        samples.append(accepted(make(Unbind.self) { $0.dim = dim }, [input], note: "dim \(dim)"))
      }
    }
    return samples
  }

  private static func windows(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (dimension, size, step) in [
      (0, 1, 1), (0, 3, 1), (-1, 2, 3), (1, 3, 2), (-1, 0, 1), (0, 2, 2),
    ] {
      let unfold = make(Unfold.self) {
        $0.dimension = dimension
        $0.size = size
        $0.step = step
      }
      guard let windows = try? unfold.output(for: input.descriptor) else { continue }
      let backward = make(UnfoldBackward.self) {
        $0.inputSize = input.shape
        $0.unfold = unfold
      }
      let dy = try tensors.tensor(Array(windows.shape), input.dtype, .small)
      let note = "\(size) by \(step) along \(dimension)"
      samples.append(accepted(unfold, [input], note: note))
      samples.append(accepted(backward, [dy], note: note))
    }
    return samples
  }

  private static func diagonals(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (offset, dim1, dim2) in [(0, 0, 1), (1, -1, 0), (-2, 0, -1), (Int.max, 0, 1), (1, 1, 2)] {
      let diagonal = make(Diagonal.self) {
        $0.offset = offset
        $0.dim1 = dim1
        $0.dim2 = dim2
      }
      guard let part = try? diagonal.output(for: input.descriptor) else { continue }
      let backward = make(DiagonalBackward.self) {
        $0.inputSize = input.shape
        $0.diagonal = diagonal
      }
      let dy = try tensors.tensor(Array(part.shape), input.dtype, layout: .stepped)
      let note = "\(offset) of \(dim1) and \(dim2)"
      samples.append(accepted(diagonal, [input], note: note))
      samples.append(accepted(backward, [dy], note: note))
    }
    return samples
  }

  private static func borders(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for pad in [[], [1, 2], [-1, 1], [0, 1, 2, 0], [2, -1, -1, 1], [1, 1, 0, 0, 1, 0]] {
      for mode in PadMode.allCases {
        let padding = make(Pad.self) {
          $0.pad = pad
          $0.mode = mode
          $0.value = mode == .constant ? 1 : 0
        }
        guard let padded = try? padding.output(for: input.descriptor) else { continue }
        let backward = make(PadBackward.self) {
          $0.inputSize = input.shape
          $0.padding = padding
          $0.padding.value = 0
        }
        let dy = try tensors.tensor(Array(padded.shape), input.dtype, .small)
        let note = "\(mode.name) \(pad)"
        samples.append(accepted(padding, [input], note: note))
        samples.append(accepted(backward, [dy], note: note))
      }
    }
    return samples
  }
}
