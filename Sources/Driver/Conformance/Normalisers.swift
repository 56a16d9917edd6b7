import ClusterTensor

/// A case's inputs and its results, which a normaliser may change before they are compared.
package struct CaseResults {
  package let inputs: [Argument<Tensor>]
  package let named: [String: Argument<Tensor>]
  /// What came out and what PyTorch gives, in equal number and of equal kinds, dtypes and shapes.
  package var got: [Argument<Tensor>]
  package var want: [Argument<Tensor>]
  /// Factors for the gradient to start from at an output, where the output differs from PyTorch's by them.
  package var cotangentFactors: [Int: [Double]] = [:]

  package init(
    inputs: [Argument<Tensor>], named: [String: Argument<Tensor>] = [:], got: [Argument<Tensor>],
    want: [Argument<Tensor>]
  ) {
    self.inputs = inputs
    self.named = named
    self.got = got
    self.want = want
  }

  /// An argument by name or position.
  func argument(_ name: String, at position: Int) -> Argument<Tensor> {
    named[name] ?? (position < inputs.count ? inputs[position] : .none)
  }

  /// An argument that is an integer.
  func integer(_ name: String, at position: Int) -> Int? {
    guard case .int(let number) = argument(name, at: position) else { return nil }
    return number
  }

  /// An argument that is true or false.
  func flag(_ name: String, at position: Int) -> Bool? {
    guard case .bool(let flag) = argument(name, at: position) else { return nil }
    return flag
  }
}

/// Makes results equal that differ only where PyTorch leaves a choice open. Throws `CaseProblem` for a
/// result that is none of the choices.
package typealias Normaliser = @Sendable (inout CaseResults) throws -> Void

/// The operations with a choice.
package enum Normalisers {
  package static let byOperation: [String: Normaliser] = [
    "sort": sort(dim: 1, indices: 1),
    "argsort": sort(dim: 1, indices: 0),
    "topk": topk,
    "kthvalue": chosen(dim: 2),
    "mode": chosen(dim: 1),
    "median": chosen(dim: 1),
    "nanmedian": chosen(dim: 1),
    "unique": unique,
    "linalg.eigh": vectors(columns: [1], rows: []),
    "linalg.qr": vectors(columns: [0], rows: [1]),
    "linalg.svd": vectors(columns: [0], rows: [2]),
    "svd": vectors(columns: [0, 2], rows: []),
  ]

  // MARK: Order among equal elements

  /// Indices of sorted elements: open among equal ones, unless the sort is stable.
  private static func sort(dim: Int, indices: Int) -> Normaliser {
    { results in
      if results.flag("stable", at: dim + 2) == true { return }
      let dim = results.integer("dim", at: dim) ?? -1
      try replaceIndices(indices, along: dim, mayRepeat: false, in: &results)
    }
  }

  /// Values and their indices; without `sorted` in any order.
  private static func topk(_ results: inout CaseResults) throws {
    let dim = results.integer("dim", at: 2) ?? -1
    try replaceIndices(1, along: dim, mayRepeat: false, in: &results)
    guard results.flag("sorted", at: 4) == false else { return }
    for output in 0..<2 {
      results.got[output] = try sorted(results.got[output], along: dim)
      results.want[output] = try sorted(results.want[output], along: dim)
    }
  }

  /// One element of each lane, with its index: any of the equal ones.
  private static func chosen(dim: Int) -> Normaliser {
    { results in
      guard results.got.count == 2 else { return }
      let dim = results.integer("dim", at: dim) ?? -1
      try replaceIndices(1, along: dim, mayRepeat: true, in: &results)
    }
  }

  /// Puts the elements at the indices in place of these.
  private static func replaceIndices(
    _ output: Int, along dim: Int, mayRepeat: Bool, in results: inout CaseResults
  ) throws {
    guard let input = results.argument("input", at: 0).tensor,
      let got = results.got[output].tensor, let want = results.want[output].tensor
    else { return }
    let lanes = try Lanes(of: input, along: dim)
    results.got[output] = .tensor(try lanes.elements(at: got, mayRepeat: mayRepeat))
    results.want[output] = .tensor(try lanes.elements(at: want, mayRepeat: mayRepeat))
  }

  private static func sorted(_ value: Argument<Tensor>, along dim: Int) throws -> Argument<Tensor> {
    guard let tensor = value.tensor else { return value }
    return .tensor(try Lanes(of: tensor, along: dim).sorted())
  }

  /// Without `sorted` the values come in any order, and inverse and counts follow it.
  private static func unique(_ results: inout CaseResults) throws {
    guard results.flag("sorted", at: 1) == false, results.integer("dim", at: 4) == nil else {
      return
    }
    let hasInverse = results.flag("return_inverse", at: 2) == true
    results.got = try sortedUnique(results.got, hasInverse: hasInverse)
    results.want = try sortedUnique(results.want, hasInverse: hasInverse)
  }

  private static func sortedUnique(
    _ results: [Argument<Tensor>], hasInverse: Bool
  ) throws -> [Argument<Tensor>] {
    guard let values = results.first?.tensor else { return results }
    let elements = try values.toArray(of: Double.self)
    let order = elements.indices.sorted { elements[$0] < elements[$1] }
    func reordered(_ tensor: Tensor) throws -> Tensor {
      let elements = try tensor.toArray(of: Double.self)
      guard elements.count == order.count else { throw CaseProblem("as many counts as values") }
      return try Tensor(order.map { elements[$0] }, shape: Array(tensor.shape), dtype: .float64)
    }
    return try results.enumerated().map { index, result in
      guard let tensor = result.tensor else { return result }
      guard index == 1, hasInverse else { return .tensor(try reordered(tensor)) }
      let places = try tensor.toArray(of: Int64.self).map { place in
        guard let place = order.firstIndex(of: Int(place)) else {
          throw CaseProblem("an index of the inverse is out of range")
        }
        return Int64(place)
      }
      return .tensor(try Tensor(places, shape: Array(tensor.shape)))
    }
  }

  // MARK: Signs

  /// Vectors that may point the other way: columns of some results and rows of others, which turn together.
  private static func vectors(columns: [Int], rows: [Int]) -> Normaliser {
    { results in
      guard let first = columns.first, first < results.got.count,
        let got = results.got[first].tensor, let want = results.want[first].tensor,
        got.rank >= 2, got.elementCount > 0
      else { return }
      let signs = try Signs(of: got, asIn: want)
      for (output, areRows) in columns.map({ ($0, false) }) + rows.map({ ($0, true) }) {
        guard output < results.got.count, let tensor = results.got[output].tensor else { continue }
        let factors = signs.factors(for: tensor.shape, rows: areRows)
        let elements = zip(try tensor.toArray(of: Double.self), factors).map(*)
        results.got[output] = .tensor(
          try Tensor(elements, shape: Array(tensor.shape), dtype: tensor.dtype))
        results.cotangentFactors[output] = factors
      }
    }
  }
}
