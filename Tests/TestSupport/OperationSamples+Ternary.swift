import TensorCore

// Elementwise functions of three operands, and of two with a number.

extension OperationSamples {
  private static let triples: [([Int], [Int], [Int])] = [
    ([], [], []), ([0], [0], [1]), ([7], [7], [7]), ([17], [1], [17]), ([2, 3], [3], [2, 1]),
    ([1], [4, 1], [5]), ([], [15], []), ([3, 1, 2], [4, 1], [3, 4, 2]),
  ]

  static func ternarySamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 9)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      // Quotients: the divisor stays away from 0.
      let divisor: SampleValues = dtype.isFloatingPoint ? .general : .divisor
      for value in [1, -2, 0.5, true] as [Scalar] {
        let note = "value \(value)"
        let product = make(AddCMul.self) { $0.value = value }
        let quotient = make(AddCDiv.self) { $0.value = value }
        for (x, y, z) in triples {
          let (x, y) = (try tensors.tensor(x, dtype), try tensors.tensor(y, dtype))
          samples.append(accepted(product, [x, y, try tensors.tensor(z, dtype)], note: note))
          samples.append(
            accepted(quotient, [x, y, try tensors.tensor(z, dtype, divisor)], note: note))
        }
        for layout in SampleLayout.allCases {
          let x = try tensors.tensor([5, 7], dtype, layout: layout)
          let y = try tensors.tensor([5, 7], dtype, layout: layout)
          let z = try tensors.tensor([7], dtype, divisor, layout: layout)
          samples.append(accepted(product, [x, y, z], note: note))
          samples.append(accepted(quotient, [x, y, z], note: note))
          samples.append(
            accepted(make(AddScaled.self) { $0.alpha = value }, [x, z], note: note))
          samples.append(
            accepted(make(SubScaled.self) { $0.alpha = value }, [z, x], note: note))
        }
      }
      for (x, y, z) in triples {
        let ends = [try tensors.tensor(x, dtype), try tensors.tensor(y, dtype)]
        samples.append(accepted(Lerp(), ends + [try tensors.tensor(z, dtype)]))
        if !dtype.isHalf {
          samples.append(accepted(Lerp(), ends + [try tensors.tensor([], .float32)]))
        }
        samples.append(
          accepted(make(Lerp.self) { $0.weight = 0.25 }, ends, note: "weight 0.25"))
      }
      for layout in SampleLayout.allCases {
        let x = try tensors.tensor([5, 7], dtype, layout: layout)
        samples.append(
          accepted(
            Copy(), [x, try tensors.tensor([7], dtype.isHalf ? dtype : .float32, layout: layout)]))
        samples.append(accepted(Copy(), [x, try tensors.tensor([5, 1], dtype, layout: layout)]))
      }
      samples += try boundedSamples(dtype, &tensors)
      samples += try agreementSamples(dtype, &tensors)
    }
    return samples.compactMap { $0 }
  }

  private static func boundedSamples(_ dtype: DType, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (shape, layout) in forms(dtype) {
      let x = try tensors.tensor(shape, dtype, layout: layout)
      for (low, high) in [
        (-1, 1), (nil, 2), (0, nil), (-0.05, 0.05), (1, -1), (-300, 300),
      ] as [(Scalar?, Scalar?)] {
        let clamp = make(Clamp.self) {
          $0.min = low
          $0.max = high
        }
        let note = "\(low.map(\.description) ?? "") … \(high.map(\.description) ?? "")"
        samples.append(accepted(clamp, [x], note: note))
      }
      for number in [0, 2.5, true, -3] as [Scalar] {
        samples.append(
          accepted(make(Fill.self) { $0.value = number }, [x], note: "\(number)"))
        for isFirst in [false, true] {
          let choice = make(WhereNumber.self) {
            $0.number = number
            $0.isFirst = isFirst
          }
          let condition = try tensors.tensor(shape, .bool, layout: layout)
          samples.append(
            accepted(choice, [condition, x], note: "\(number) \(isFirst ? "first" : "last")"))
        }
      }
    }
    for (low, high) in [(-1, 1), (nil, 2), (0, nil)] as [(Scalar?, Scalar?)] {
      let clamp = make(Clamp.self) {
        $0.min = low
        $0.max = high
      }
      let special = try tensors.tensor([67], dtype, .special)
      samples.append(accepted(clamp, [special], isSmooth: false, note: "special"))
      let ties = try tensors.tensor([40], dtype, .ties)
      samples.append(accepted(clamp, [ties], isSmooth: false, note: "ties"))
    }
    return samples
  }

  private static func agreementSamples(_ dtype: DType, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for values in [SampleValues.general, .ties, .special] {
      for shapes in [([7], [7]), ([2, 3], [3]), ([], []), ([0], [0]), ([4], [5])] {
        let x = try tensors.tensor(shapes.0, dtype, values)
        for y in [try tensors.tensor(shapes.1, dtype, values), x] {
          for isLenient in [false, true] {
            let close = make(IsClose.self) {
              $0.rtol = isLenient ? 0.5 : 0
              $0.atol = isLenient ? 0.25 : 0
              $0.equalNan = isLenient
            }
            let note = isLenient ? "lenient" : "strict"
            samples.append(accepted(close, [x, y], isSmooth: false, note: note))
            samples.append(
              accepted(
                make(AllClose.self) { $0.elementwise = close }, [x, y], isSmooth: false,
                note: note))
          }
          samples.append(accepted(AllEqual(), [x, y], isSmooth: false))
        }
      }
    }
    return samples
  }
}
