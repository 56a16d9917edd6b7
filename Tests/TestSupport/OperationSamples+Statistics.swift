import TensorCore

// Running results, norms of other orders, and what orders, counts or compares elements.

extension OperationSamples {
  private static let layouts: [(shape: [Int], layout: SampleLayout)] = [
    ([], .contiguous), ([0], .contiguous), ([1], .contiguous), ([7], .stepped), ([17], .offset),
    ([5, 4], .transposed), ([4, 3], .broadcast), ([2, 0, 3], .contiguous), ([2, 3, 5], .stepped),
  ]

  static func cumulativeSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 41)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in layouts {
        for values in [SampleValues.general, .ties, .special] {
          let input = try tensors.tensor(shape, dtype, values, layout: layout)
          let isSmooth = values.isGeneral
          for dim in Set([0, -1]) {
            for entry in OperationCatalogue.entries {
              if let entry = entry as? any CumulativeOperation.Type {
                samples.append(along(entry, dim, input, isSmooth))
              } else if let entry = entry as? any CumulativeExtreme.Type {
                samples.append(extreme(entry, dim, input, isSmooth && layout != .broadcast))
              }
            }
            samples += products(dim, input, isSmooth)
            let factors = try tensors.tensor(shape, dtype, layout: layout)
            for isReversed in [false, true] {
              let recurrence = make(Recurrence.self) {
                $0.dim = dim
                $0.isReversed = isReversed
              }
              samples.append(
                accepted(
                  recurrence, [factors, input], isSmooth: isSmooth,
                  note: "dim \(dim) \(isReversed)"))
            }
          }
        }
      }
    }
    return samples.compactMap { $0 }
  }

  private static func along<O: CumulativeOperation>(
    _ entry: O.Type, _ dim: Int, _ input: Tensor, _ isSmooth: Bool
  ) -> OperationSample? {
    accepted(make(entry) { $0.dim = dim }, [input], isSmooth: isSmooth, note: "dim \(dim)")
  }

  private static func extreme<O: CumulativeExtreme>(
    _ entry: O.Type, _ dim: Int, _ input: Tensor, _ isSmooth: Bool
  ) -> OperationSample? {
    accepted(make(entry) { $0.dim = dim }, [input], isSmooth: isSmooth, note: "dim \(dim)")
  }

  private static func products(_ dim: Int, _ input: Tensor, _ isSmooth: Bool) -> [OperationSample?]
  {
    [(true, false), (false, true), (true, true)].map { isReversed, isExclusive in
      let product = make(CumProd.self) {
        $0.dim = dim
        $0.isReversed = isReversed
        $0.isExclusive = isExclusive
      }
      return accepted(
        product, [input], isSmooth: isSmooth, note: "dim \(dim) \(isReversed) \(isExclusive)")
    }
  }

  static func statisticsSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 42)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in layouts {
        let hasTies = layout == .broadcast
        for values in [SampleValues.general, .ties, .special] {
          let input = try tensors.tensor(shape, dtype, values, layout: layout)
          let isSmooth = values.isGeneral && !hasTies
          samples += orders(input, isSmooth)
          samples += norms(input, isSmooth)
          samples += deviations(input, isSmooth && input.elementCount > 1)
          samples += quantiles(input, note: "\(values)")
          samples += try histograms(input, &tensors)
        }
        samples += try counts(shape, layout, dtype, &tensors)
        samples += try segments(shape, layout, dtype, &tensors)
      }
    }
    return samples.compactMap { $0 }
  }

  private static func orders(_ input: Tensor, _ isSmooth: Bool) -> [OperationSample?] {
    [false, true].map { ignoresNan in
      accepted(
        make(MedianOfAll.self) { $0.ignoresNan = ignoresNan }, [input], isSmooth: isSmooth,
        note: "\(ignoresNan)")
    }
      + [1, 2, 4].map { k in
        let kth = make(KthValue.self) {
          $0.k = k
          $0.dim = -1
        }
        return accepted(kth, [input], isSmooth: isSmooth, note: "\(k)")
      }
  }

  private static func norms(_ input: Tensor, _ isSmooth: Bool) -> [OperationSample?] {
    [0, 1, 3, 0.5, 1.5, -1, Scalar(Double.infinity), Scalar(-Double.infinity)].map { order in
      let norm = make(VectorNorm.self) {
        $0.ord = order
        $0.dim = [-1]
      }
      return accepted(norm, [input], isSmooth: isSmooth, note: "order \(order)")
    }
  }

  private static func deviations(_ input: Tensor, _ isSmooth: Bool) -> [OperationSample?] {
    [0, 0.5, 3].flatMap { (correction: Scalar) in
      // As many as are taken away leave nothing to divide by.
      let isSmooth = isSmooth && Double(input.elementCount) > correction.double
      return [
        accepted(
          make(Var.self) { $0.correction = correction }, [input], isSmooth: isSmooth,
          note: "\(correction)"),
        accepted(
          make(Std.self) { $0.correction = correction }, [input], isSmooth: isSmooth,
          note: "\(correction)"),
      ]
    }
  }

  private static func quantiles(_ input: Tensor, note: String) -> [OperationSample?] {
    QuantileInterpolation.allCases.flatMap { interpolation in
      [false, true].map { ignoresNan in
        let places = make(QuantilePlaces.self) {
          $0.q = 0.3
          $0.interpolation = interpolation
          $0.ignoresNan = ignoresNan
        }
        let q = ignoresNan ? [] : [Tensor([0, 0.25, 0.9, 1], dtype: input.dtype)]
        return accepted(places, [input] + q, note: "\(note) \(interpolation) \(ignoresNan)")
      }
    }
  }

  private static func histograms(_ input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    let weight = try tensors.tensor(Array(input.shape), input.dtype, .positive)
    let edges = Tensor([-2, -0.5, 0, 2.5], dtype: input.dtype)
    let histc = make(Histc.self) {
      $0.bins = 5
      $0.min = -1
      $0.max = 2
    }
    let uniform = make(Histogram.self) {
      $0.bins = 4
      $0.range = [-1, 2]
      $0.density = true
    }
    let weighted = make(Histogram.self) {
      $0.bins = nil
      $0.hasWeight = true
    }
    // Without a range the elements must be finite.
    let isFinite = try input.toArray(of: Double.self).allSatisfy { $0.magnitude < 1e9 }
    return [accepted(histc, [input]), accepted(uniform, [input])]
      + (isFinite
        ? [accepted(weighted, [input, edges, weight]), accepted(Histc(), [input])] : [])
  }

  private static func counts(
    _ shape: [Int], _ layout: SampleLayout, _ dtype: DType, _ tensors: inout SampleTensors
  ) throws -> [OperationSample?] {
    guard shape.count == 1 else { return [] }
    let input = try tensors.tensor(shape, .int64, .position(below: 9), layout: layout)
    let weight = try tensors.tensor(shape, dtype, layout: layout)
    return [
      accepted(make(Bincount.self) { $0.minlength = 4 }, [try input.cast(to: dtype)]),
      accepted(Bincount(), [input, weight]),
    ]
  }

  private static func segments(
    _ shape: [Int], _ layout: SampleLayout, _ dtype: DType, _ tensors: inout SampleTensors
  ) throws -> [OperationSample?] {
    guard shape.count > 0, shape[0] > 3, dtype.isFloatingPoint else { return [] }
    let input = try tensors.tensor(shape, dtype, layout: layout)
    let lengths = Tensor([1, 0, 2, shape[0] - 3])
    let offsets = Tensor([0, 2, shape[0] - 1])
    return try SegmentReduction.allCases.flatMap { kind in
      let isSmooth = layout != .broadcast || (kind != .max && kind != .min)
      return try [(lengths, false), (offsets, true)].flatMap { segments, hasOffsets in
        let reduce = make(SegmentReduce.self) {
          $0.reduce = kind
          $0.hasOffsets = hasOffsets
          $0.initial = hasOffsets ? 1.5 : nil
        }
        let backward = make(SegmentReduceBackward.self) {
          $0.reduce = kind
          $0.hasOffsets = hasOffsets
          $0.initial = hasOffsets ? 1.5 : nil
        }
        // The mean of no element is nan.
        let isSmooth = isSmooth && (kind != .mean || hasOffsets)
        let result = try reduce.execute(input, segments)
        let dy = try tensors.tensor(Array(result.shape), dtype)
        return [
          accepted(
            reduce, [input, segments], isSmooth: isSmooth, note: "\(kind) \(hasOffsets)"),
          accepted(backward, [dy, result, input, segments], note: "\(kind) \(hasOffsets)"),
        ]
      }
    }
  }
}
