import TensorCore

extension OperationSamples {
  private static let shapes: [(shape: [Int], layout: SampleLayout)] = [
    ([], .contiguous), ([0], .contiguous), ([1], .contiguous), ([7], .offset), ([15], .contiguous),
    ([16], .contiguous), ([17], .stepped), ([1000], .contiguous), ([3, 0, 2], .contiguous),
    ([5, 7], .transposed), ([4, 17], .stepped), ([33, 5], .contiguous), ([2, 3, 4], .transposed),
    ([4, 3], .broadcast), ([2, 3, 17], .offset), ([1, 3, 1], .contiguous), ([3000], .contiguous),
    ([2, 1, 2, 1, 2, 1, 2, 3], .contiguous),
  ]

  private static let fewShapes: [(shape: [Int], layout: SampleLayout)] = [
    ([], .contiguous), ([0], .contiguous), ([1], .contiguous), ([17], .stepped),
    ([3, 0, 2], .contiguous), ([5, 7], .transposed), ([4, 17], .stepped), ([2, 3, 4], .transposed),
    ([4, 3], .broadcast), ([3000], .contiguous),
  ]

  private static func shapes(_ dtype: DType) -> [(shape: [Int], layout: SampleLayout)] {
    isTriedOverEverything(dtype) ? shapes : fewShapes
  }

  static func reductionSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 3)
    var samples: [OperationSample?] = []
    for entry in OperationCatalogue.entries {
      if let entry = entry as? any ReductionOperation.Type {
        samples += try samplesOverAxes(entry, &tensors)
      } else if let entry = entry as? any SingleAxisReduction.Type {
        samples += try samplesAlongAxis(entry, &tensors)
      }
    }
    return samples.compactMap { $0 }
  }

  private static func samplesOverAxes<O: ReductionOperation>(
    _ entry: O.Type, _ tensors: inout SampleTensors
  ) throws -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in shapes(dtype) {
        let input = try tensors.tensor(shape, dtype, layout: layout)
        for axes in [nil, [], [0], [-1], [1], [0, 2], [0, -1], [1, 0], [0, 1, 2]] as [[Int]?] {
          for keepsAxes in [false, true] {
            let operation = make(entry) {
              $0.dim = axes
              $0.keepdim = keepsAxes
            }
            // Where one element stands in several places, some of them tie.
            let isSmooth = entry.isSmooth(
              over: width(operation, input), hasTies: layout == .broadcast)
            samples.append(
              accepted(
                operation, [input], isSmooth: isSmooth,
                note: "dim \(axes.map(\.description) ?? "nil") keepdim \(keepsAxes)"))
          }
        }
      }
      for values in [SampleValues.special, .ties] {
        samples.append(
          accepted(
            make(entry) { $0.dim = [0] }, [try tensors.tensor([7, 9], dtype, values)],
            isSmooth: false, note: "\(values)"))
      }
    }
    return samples
  }

  /// How many elements are reduced to each result; 0 where there is none.
  private static func width(_ operation: some ReductionOperation, _ input: Tensor) -> Int {
    guard let result = try? operation.output(for: input.descriptor),
      result.shape.elementCount > 0
    else { return 0 }
    return input.elementCount / result.shape.elementCount
  }

  private static func samplesAlongAxis<O: SingleAxisReduction>(
    _ entry: O.Type, _ tensors: inout SampleTensors
  ) throws -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in shapes(dtype) {
        let input = try tensors.tensor(shape, dtype, layout: layout)
        for axis in [nil, 0, -1, 1] as [Int?] {
          for keepsAxis in [false, true] {
            let operation = make(entry) {
              $0.dim = axis
              $0.keepdim = keepsAxis
            }
            samples.append(
              accepted(
                operation, [input], isSmooth: layout != .broadcast,
                note: "dim \(axis.map(\.description) ?? "nil") keepdim \(keepsAxis)"))
          }
        }
      }
      for values in [SampleValues.special, .ties] {
        for axis in [nil, 0, 1] as [Int?] {
          samples.append(
            accepted(
              make(entry) { $0.dim = axis }, [try tensors.tensor([7, 9], dtype, values)],
              isSmooth: false, note: "\(values)"))
        }
      }
    }
    return samples
  }
}

extension ReductionOperation {
  /// Whether results follow small changes in proportion: choices do not among equal elements, deviations not
  /// where there are none, and products of many factors too steeply to be compared with differences.
  fileprivate static func isSmooth(over width: Int, hasTies: Bool) -> Bool {
    switch identity.name {
    case "sum", "mean", "nansum", "logsumexp", "linalg_vector_norm": true
    case "prod": width <= 12
    case "var": width > 1
    case "std": width > 1 && !hasTies
    default: !hasTies
    }
  }
}
