import TensorCore

/// A tensor as plainly as can be: one array in row-major order. Operations on it are written to be
/// seen to be right.
struct Naive<Element> {
  var shape: [Int]
  var elements: [Element]

  /// All positions of a shape in row-major order.
  static func positions(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { heads, length in heads.flatMap { head in (0..<length).map { head + [$0] } }
    }
  }

  subscript(position: [Int]) -> Element {
    elements[zip(position, shape).reduce(0) { $0 * $1.1 + $1.0 }]
  }

  /// The tensor of the shape whose element at each position is taken from where `source` says.
  func gathered(_ shape: [Int], from source: ([Int]) -> [Int]) -> Naive {
    Naive(shape: shape, elements: Self.positions(shape).map { self[source($0)] })
  }

  /// The elements along the axes, for each position of the others, which keep length 1.
  func groups(_ axes: Set<Int>) -> Naive<[Element]> {
    let outer = shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    let inner = shape.enumerated().map { axes.contains($0.offset) ? $0.element : 1 }
    let steps = Self.positions(inner)
    return Naive<[Element]>(
      shape: outer,
      elements: Self.positions(outer).map { place in steps.map { self[zip(place, $0).map(+)] } })
  }
}

extension Naive {
  func rearranged(_ operation: any Operation, _ others: [Naive], _ index: [Int]) -> Naive? {
    let rank = shape.count
    func front(_ axis: Int) -> Int { axis < 0 ? axis + Swift.max(rank, 1) : axis }
    switch operation {
    case let operation as Reshape:
      let known = operation.shape.filter { $0 != -1 }.reduce(1, *)
      return Naive(
        shape: operation.shape.map { $0 == -1 ? elements.count / known : $0 }, elements: elements)
    case let operation as Transpose:
      var order = Array(0..<rank)
      if rank > 0 { order.swapAt(front(operation.dim0), front(operation.dim1)) }
      return permuted(order)
    case let operation as Permute:
      return permuted(operation.dims.map(front))
    case let operation as BroadcastTo:
      let added = operation.size.count - rank
      return gathered(Array(operation.size)) { place in
        shape.enumerated().map { $0.element == 1 ? 0 : place[$0.offset + added] }
      }
    case let operation as Slice:
      let positions = operation.positions
      let kept = (0..<rank).filter { !positions.dropped.contains($0) }
      return gathered(kept.map { positions.lengths[$0] }) { place in
        var source = Array(positions.starts)
        for (axis, step) in zip(kept, place) { source[axis] += step * positions.steps[axis] }
        return source
      }
    case let operation as IndexSelect:
      let axis = front(operation.dim)
      var result = shape
      result[axis] = index.count
      return gathered(result) { place in
        var source = place
        source[axis] = index[place[axis]]
        return source
      }
    case let operation as Cat:
      let all = ([self] + others).filter { $0.shape != [0] }
      guard let first = all.first else { return self }
      let axis = operation.dim < 0 ? operation.dim + first.shape.count : operation.dim
      var joined = Naive<[Element]>(shape: [], elements: [])
      joined.elements = all.map { part in part.groups(Set(axis..<part.shape.count)).elements }
        .reduce([]) { rows, part in rows.isEmpty ? part : zip(rows, part).map { $0 + $1 } }
      var result = first.shape
      result[axis] = all.reduce(0) { $0 + $1.shape[axis] }
      return Naive(shape: result, elements: joined.elements.flatMap { $0 })
    case is Clone:
      return self
    default:
      return nil
    }
  }

  private func permuted(_ order: [Int]) -> Naive {
    gathered(order.map { shape[$0] }) { place in
      var source = place
      for (target, axis) in order.enumerated() { source[axis] = place[target] }
      return source
    }
  }
}

extension Naive {
  /// `zero` everywhere in the shape, to which the elements are added at the given positions.
  func scattered(
    _ shape: [Int], _ zero: Element, _ add: (Element, Element) -> Element,
    to target: ([Int]) -> [Int]
  ) -> Naive {
    var result = Naive(shape: shape, elements: Array(repeating: zero, count: shape.reduce(1, *)))
    for (place, element) in zip(Naive.positions(self.shape), elements) {
      let number = zip(target(place), shape).reduce(0) { $0 * $1.1 + $1.0 }
      result.elements[number] = add(result.elements[number], element)
    }
    return result
  }
}

/// Sums, choices and products of rows.
enum NaiveRows {
  static func reduce(_ name: String, _ row: [Double]) -> Double? {
    switch name {
    case "sum": row.reduce(0, +)
    case "mean": row.reduce(0, +) / Double(row.count)
    case "amax", "max": row.contains(where: \.isNaN) ? .nan : row.max()
    case "amin", "min": row.contains(where: \.isNaN) ? .nan : row.min()
    default: choice(name, row).map(Double.init)
    }
  }

  static func reduce(_ name: String, _ row: [Int64]) -> Int64? {
    switch name {
    case "sum": row.reduce(0, &+)
    case "amax", "max": row.max()
    case "amin", "min": row.min()
    case "argmax": row.max().flatMap(row.firstIndex).map(Int64.init)
    case "argmin": row.min().flatMap(row.firstIndex).map(Int64.init)
    default: nil
    }
  }

  private static func choice(_ name: String, _ row: [Double]) -> Int? {
    if let place = row.firstIndex(where: \.isNaN) { return place }
    switch name {
    case "argmax": return row.max().flatMap(row.firstIndex)
    case "argmin": return row.min().flatMap(row.firstIndex)
    default: return nil
    }
  }

  static func softmax(_ row: [Double]) -> [Double] { logSoftmax(row).map(exponential) }

  static func logSoftmax(_ row: [Double]) -> [Double] {
    let largest = row.max() ?? 0
    let sum = logarithm(row.map { exponential($0 - largest) }.reduce(0, +))
    return row.map { $0 - largest - sum }
  }

  private static func exponential(_ x: Double) -> Double {
    ElementwiseReference.unary("exp", Wide(x)).map(Double.init) ?? .nan
  }
  private static func logarithm(_ x: Double) -> Double {
    ElementwiseReference.unary("log", Wide(x)).map(Double.init) ?? .nan
  }
}
