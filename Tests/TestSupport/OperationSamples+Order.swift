import TensorCore

// Order, sets and search.

extension OperationSamples {
  static func orderSamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 31)
    var samples: [OperationSample?] = []
    for dtype in DType.allCases {
      for (shape, layout) in [
        ([], .contiguous), ([0], .contiguous), ([1], .contiguous), ([7], .stepped),
        ([300], .offset), ([5, 4], .transposed), ([4, 3], .broadcast), ([2, 0, 3], .contiguous),
        ([2, 3, 5], .stepped),
      ] as [([Int], SampleLayout)] {
        // Ties and nan in lists of several lengths, and in one matrix.
        let isShort = shape.count != 1 && shape != [5, 4]
        for values in isShort ? [SampleValues.general] : [.general, .ties, .special] {
          let input = try tensors.tensor(shape, dtype, values, layout: layout)
          // Among many elements some are so close that a difference exchanges them.
          let isSmooth = values.isGeneral && layout != .broadcast && input.elementCount < 100
          samples += orders(of: input, isSmooth: isSmooth)
          samples += try sets(of: input, &tensors)
        }
      }
      samples += try searches(dtype, &tensors)
    }
    return samples.compactMap { $0 }
  }

  private static func orders(of input: Tensor, isSmooth: Bool) -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for dim in Set([0, max(input.rank, 1) - 1]).sorted() {
      for descending in [false, true] {
        let sort = make(Sort.self) {
          $0.dim = dim
          $0.descending = descending
        }
        samples.append(
          accepted(sort, [input], isSmooth: isSmooth, note: "dim \(dim) \(descending)"))
        for (k, sorted) in [(0, true), (2, false), (3, true)] {
          let top = make(TopK.self) {
            $0.k = k
            $0.dim = dim - max(input.rank, 1)
            $0.largest = descending
            $0.sorted = sorted
          }
          samples.append(
            accepted(top, [input], isSmooth: isSmooth, note: "\(k) dim \(dim) \(descending)"))
        }
      }
    }
    return samples
  }

  private static func sets(of input: Tensor, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for dim in [nil, 0, -1] as [Int?] {
      for (inverse, counts) in [(false, true), (true, true)] {
        let unique = make(Unique.self) {
          ($0.returnInverse, $0.returnCounts, $0.dim) = (inverse, counts, dim)
        }
        let neighbours = make(UniqueConsecutive.self) {
          ($0.returnInverse, $0.returnCounts, $0.dim) = (inverse, counts, dim)
        }
        let note = "dim \(dim.map(String.init) ?? "none") \(inverse) \(counts)"
        samples.append(accepted(unique, [input], note: note))
        samples.append(accepted(neighbours, [input], note: note))
      }
    }
    for (count, other) in [(0, input.dtype), (5, input.dtype), (40, .int16), (3, .float32)] {
      let test = try tensors.tensor([count], other, .ties, layout: .stepped)
      samples.append(
        accepted(make(IsIn.self) { $0.invert = count == 5 }, [input, test], note: "\(count)"))
    }
    return samples
  }

  private static func searches(_ dtype: DType, _ tensors: inout SampleTensors) throws
    -> [OperationSample?]
  {
    var samples: [OperationSample?] = []
    for (row, shape) in [
      ([0], [3]), ([5], []), ([5], [0]), ([17], [2, 4]), ([2, 5], [2, 3]), ([2, 0], [2, 1]),
    ] {
      for other in [dtype, .int64, .float32] {
        for values in [SampleValues.ties, .special] {
          let unsorted = try tensors.tensor(row, dtype, values)
          let (sorted, sorter) = try unsorted.sort()
          let x = try tensors.tensor(shape, other, values, layout: .transposed)
          for right in [false, true] {
            let search = make(SearchSorted.self) {
              $0.right = right
              $0.outInt32 = right
            }
            samples.append(accepted(search, [sorted, x], note: "\(right)"))
            samples.append(accepted(search, [unsorted, x, sorter], note: "\(right) by sorter"))
          }
        }
      }
    }
    return samples
  }
}
