import ClusterTensor

/// The elements of a tensor, lane by lane along one axis.
struct Lanes {
  private let elements: [Double]
  private let outer: Int
  private let length: Int
  private let inner: Int
  private let shape: Shape

  /// Throws `CaseProblem` for an axis that is not there.
  init(of tensor: Tensor, along dim: Int) throws {
    let rank = max(tensor.rank, 1)
    let axis = dim < 0 ? dim + rank : dim
    guard (0..<rank).contains(axis) else { throw CaseProblem("there is no axis \(dim)") }
    let lengths = tensor.rank == 0 ? [1] : Array(tensor.shape)
    elements = try tensor.toArray(of: Double.self)
    outer = lengths[..<axis].reduce(1, *)
    length = lengths[axis]
    inner = lengths[(axis + 1)...].reduce(1, *)
    shape = tensor.shape
  }

  /// The elements at the indices, each within its lane, in the shape of the indices. Throws `CaseProblem`
  /// for an index out of range, or one that comes twice in a lane.
  func elements(at indices: Tensor, mayRepeat: Bool) throws -> Tensor {
    let places = try indices.toArray(of: Int64.self)
    let lanes = outer * inner
    let count = lanes == 0 ? 0 : places.count / lanes
    var values = [Double](repeating: 0, count: places.count)
    for lane in 0..<lanes {
      var taken: Set<Int64> = []
      let (first, second) = (lane / inner, lane % inner)
      for position in 0..<count {
        let index = (first * count + position) * inner + second
        let place = places[index]
        guard place >= 0, place < length else { throw CaseProblem("an index is out of range") }
        guard taken.insert(place).inserted || mayRepeat else {
          throw CaseProblem("an index comes twice")
        }
        values[index] = elements[(first * length + Int(place)) * inner + second]
      }
    }
    return try Tensor(values, shape: Array(indices.shape), dtype: .float64)
  }

  /// The elements with every lane in ascending order.
  func sorted() throws -> Tensor {
    var values = elements
    for lane in 0..<(outer * inner) {
      let start = lane / inner * length * inner + lane % inner
      let places = (0..<length).map { start + $0 * inner }
      for (place, value) in zip(places, places.map { elements[$0] }.sorted()) {
        values[place] = value
      }
    }
    return try Tensor(values, shape: Array(shape), dtype: .float64)
  }
}

/// For each column of a stack of matrices, whether it points as the expected one does or the other way.
struct Signs {
  private let signs: [[Double]]

  init(of got: Tensor, asIn want: Tensor) throws {
    let (rows, columns) = (got.shape[got.rank - 2], got.shape[got.rank - 1])
    let x = try got.toArray(of: Double.self)
    let y = try want.toArray(of: Double.self)
    let size = rows * columns
    signs = (0..<(x.count / size)).map { matrix in
      (0..<columns).map { column in
        let product = (0..<rows).reduce(0.0) { sum, row in
          let index = matrix * size + row * columns + column
          return sum + x[index] * y[index]
        }
        return product < 0 ? -1 : 1
      }
    }
  }

  /// The sign for every element of a stack of matrices of the shape; 1 where no column belongs to it.
  func factors(for shape: Shape, rows areRows: Bool) -> [Double] {
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    return signs.flatMap { signs in
      (0..<rows * columns).map { index in
        let vector = areRows ? index / columns : index % columns
        return vector < signs.count ? signs[vector] : 1
      }
    }
  }
}
