import TensorCore
import TestSupport
import Testing

/// What is not elementwise against plain loops: moved elements bit for bit, integers exactly, sums
/// and products within what rounding allows.
@Suite struct ReferenceLawTests {
  @Test(arguments: [
    "reshape", "transpose", "permute", "broadcast_to", "slice", "cat", "index_select", "clone",
    "slice_backward", "index_select_backward",
  ])
  func rearranging(name: String) throws {
    try overSamples(name) { sample in
      let result = try sample.expected()[0]
      if result.dtype.isFloatingPoint {
        let reference = try self.reference(sample, 0.0, +)
        #expect(result.shape == reference.shape, "\(sample)")
        let found = try result.toArray(of: Double.self)
        // Where several were added up, the order is not stated.
        let tolerance = !(sample.operation is IndexSelectBackward) ? 0 : found.isEmpty ? 0 : 1e-5
        #expect(
          zip(found, reference.elements).allSatisfy { ($0 - $1).magnitude <= tolerance },
          "\(sample)")
      } else {
        let reference = try self.reference(sample, Int64(0), &+)
        #expect(result.shape == reference.shape, "\(sample)")
        let expected = reference.elements.map { ElementwiseReference.wrapped($0, result.dtype) }
        #expect(try result.toArray(of: Int64.self) == expected, "\(sample)")
      }
    }
  }

  private func reference<Element: TensorElement>(
    _ sample: OperationSample, _ zero: Element, _ add: (Element, Element) -> Element
  ) throws -> Naive<Element> {
    let inputs = try sample.inputs.map {
      Naive(shape: Array($0.shape), elements: try $0.toArray(of: Element.self))
    }
    let index = sample.inputs.count == 2 ? try sample.inputs[1].toArray(of: Int.self) : []
    switch sample.operation {
    case let operation as SliceBackward:
      let positions = operation.positions
      return inputs[0].scattered(Array(operation.size), zero, add) { place in
        var rest = place[...]
        return (0..<operation.size.count).map { axis in
          let step = positions.dropped.contains(axis) ? 0 : rest.removeFirst()
          return positions.starts[axis] + step * positions.steps[axis]
        }
      }
    case let operation as IndexSelectBackward:
      let axis = operation.dim < 0 ? operation.dim + operation.size.count : operation.dim
      return inputs[0].scattered(Array(operation.size), zero, add) { place in
        var target = place
        target[axis] = index[place[axis]]
        return target
      }
    default:
      return try #require(
        inputs[0].rearranged(sample.operation, Array(inputs.dropFirst()), index),
        "no reference for \(sample.name)")
    }
  }

  @Test(arguments: ["sum", "mean", "amax", "amin", "argmax", "argmin", "max", "min"])
  func reducing(name: String) throws {
    try overSamples(name) { sample in
      let x = sample.inputs[0]
      let axes = try reducedAxes(sample.operation, x.rank)
      let results = try sample.expected()
      for (number, result) in results.enumerated() {
        let row = number == 0 ? name : "arg" + name
        if x.dtype.isFloatingPoint {
          let groups = Naive(shape: Array(x.shape), elements: try x.toArray(of: Double.self))
            .groups(axes)
          let isSum = name == "sum" || name == "mean"
          // Sums of numbers near the largest one depend on the order.
          if isSum, groups.elements.joined().contains(where: { !($0.magnitude < 1e30) }) { return }
          let expected = try groups.elements.map { try #require(NaiveRows.reduce(row, $0)) }
          let reference = try Tensor(expected, shape: Array(result.shape), dtype: .float64)
          // The sum of magnitudes bounds what rounding loses.
          let largest = groups.elements.map { $0.reduce(0) { $0 + $1.magnitude } }.max() ?? 0
          let tolerance = isSum ? (x.dtype == .float32 ? 0x1p-22 : 0x1p-50) * largest : 0
          #expect(
            try result.cast(to: .float64).allClose(
              reference, rtol: 0, atol: tolerance, equalNan: true), "\(sample)")
        } else {
          let groups = Naive(shape: Array(x.shape), elements: try x.toArray(of: Int64.self))
            .groups(axes)
          let expected = try groups.elements.map { try #require(NaiveRows.reduce(row, $0)) }
          #expect(try result.toArray(of: Int64.self) == expected, "\(sample)")
        }
      }
    }
  }

  private func reducedAxes(_ operation: any Operation, _ rank: Int) throws -> Set<Int> {
    var axes: [Int] = []
    if let operation = operation as? any ReductionOperation { axes = operation.dim ?? [] }
    if let operation = operation as? any SingleAxisReduction {
      axes = operation.dim.map { [$0] } ?? []
    }
    if rank == 0 { return [] }
    return axes.isEmpty ? Set(0..<rank) : Set(axes.map { $0 < 0 ? $0 + rank : $0 })
  }

  /// What may be lost: halves are rounded once, from float32.
  private func rounding(_ dtype: DType, float32: Double, float64: Double) -> Double {
    switch dtype {
    case .bfloat16: 0x1p-8
    case .float16: 0x1p-11
    case .float32: float32
    default: float64
    }
  }

  @Test(arguments: ["softmax", "log_softmax"]) func rows(name: String) throws {
    try overSamples(name) { sample in
      let x = sample.inputs[0]
      if !sample.isSmooth { return }
      let dim = try #require(
        (sample.operation as? Softmax)?.dim ?? (sample.operation as? LogSoftmax)?.dim)
      let axis = dim < 0 ? dim + max(x.rank, 1) : dim
      let elements = try x.toArray(of: Double.self)
      let groups = Naive(shape: Array(x.shape), elements: elements).groups(
        x.rank == 0 ? [] : [axis])
      let rows = groups.elements.map(name == "softmax" ? NaiveRows.softmax : NaiveRows.logSoftmax)
      // Each result stands where its argument stood: along the axis, for each position of the
      // others.
      let places = Naive(shape: Array(x.shape), elements: Array(elements.indices))
        .groups(x.rank == 0 ? [] : [axis]).elements
      var expected = elements
      for (row, place) in zip(rows, places) {
        for (value, target) in zip(row, place) { expected[target] = value }
      }
      let reference = try Tensor(expected, shape: Array(x.shape), dtype: .float64)
      let tolerance = rounding(x.dtype, float32: 1e-6, float64: 1e-14)
      #expect(
        try sample.expected()[0].cast(to: .float64)
          .allClose(reference, rtol: tolerance, atol: tolerance), "\(sample)")
    }
  }

  @Test func products() throws {
    try overSamples("matmul") { sample in
      let result = try sample.expected()[0]
      var (a, b) = (sample.inputs[0], sample.inputs[1])
      let (isRow, isColumn) = (a.rank == 1, b.rank == 1)
      if isRow { a = try a.unsqueeze(dim: 0) }
      if isColumn { b = try b.unsqueeze(dim: 1) }
      var shape = Array(result.shape)
      if isColumn { shape.append(1) }
      if isRow { shape.insert(1, at: shape.count - 1) }
      let (k, rank) = (a.shape[a.rank - 1], shape.count)
      func element<Element>(_ x: Naive<Element>, _ place: [Int], _ row: Int, _ column: Int)
        -> Element
      {
        let batch = place.dropLast(2).suffix(x.shape.count - 2)
        return x[zip(batch, x.shape).map { $1 == 1 ? 0 : $0 } + [row, column]]
      }
      func product<Element: TensorElement>(
        _ type: Element.Type, _ zero: Element, _ add: (Element, Element, Element) -> Element
      ) throws -> [Element] {
        let x = Naive(shape: Array(a.shape), elements: try a.toArray(of: type))
        let y = Naive(shape: Array(b.shape), elements: try b.toArray(of: type))
        return Naive<Element>.positions(shape).map { place in
          (0..<k).reduce(zero) { sum, step in
            add(
              sum, element(x, place, place[rank - 2], step),
              element(y, place, step, place[rank - 1]))
          }
        }
      }
      if result.dtype.isFloatingPoint {
        let reference = try Tensor(
          product(Double.self, 0) { $0 + $1 * $2 }, shape: Array(result.shape), dtype: .float64)
        let tolerance = rounding(result.dtype, float32: 1e-5, float64: 1e-13)
        #expect(
          try result.cast(to: .float64).allClose(reference, rtol: tolerance, atol: 10 * tolerance),
          "\(sample)")
      } else {
        let sums = try product(Int64.self, 0) { $0 &+ $1 &* $2 }
        let expected = sums.map { ElementwiseReference.wrapped($0, result.dtype) }
        #expect(try result.toArray(of: Int64.self) == expected, "\(sample)")
      }
    }
  }
}
