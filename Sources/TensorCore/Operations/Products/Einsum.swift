// Einstein's summation convention, composed of products and sums.

extension TensorProtocol {
  /// The sum of products of tensors whose axes are named by letters, e.g. `einsum("ij,jk->ik", [x, y])`: a letter
  /// that is missing after the arrow is summed over, one that stands twice in an operand is its diagonal, `...`
  /// stands for axes without names, which broadcast. Without an arrow the result has the unnamed axes and then
  /// the letters that occur once, in the order of the alphabet.
  ///
  /// Operands are multiplied from left to right. Throws `TensorError.invalidArgument` for an equation that cannot
  /// be read or names other than all axes, `.shapeMismatch` where one letter stands for two lengths,
  /// `.unsupportedDType` for unequal dtypes in a sum.
  public static func einsum(_ equation: String, _ operands: [Self]) throws -> Self {
    let plan = try EinsumPlan(equation, operands.map(\.shape))
    var terms = try zip(operands, plan.operands).map { try EinsumTerm($0, $1, plan) }
    var result = terms.removeFirst()
    while !terms.isEmpty {
      let next = terms.removeFirst()
      let kept = terms.reduce(into: Set(plan.output)) { $0.formUnion($1.labels) }
      result = try result.product(with: next, keeping: kept)
    }
    return try result.summed(keeping: Set(plan.output)).tensor(inOrder: plan.output)
  }
  /// The same with the operands one by one.
  public static func einsum(_ equation: String, _ operands: Self...) throws -> Self {
    try einsum(equation, operands)
  }
}

/// See `TensorProtocol.einsum(_:_:)`.
public func einsum<T: TensorProtocol>(_ equation: String, _ operands: T...) throws -> T {
  try T.einsum(equation, operands)
}

/// An equation read against shapes. Labels are numbers: first A … Z, a … z, then the axes that ellipses stand
/// for, counted so that the last of every operand is the same.
private struct EinsumPlan {
  private(set) var operands: [[Int]] = []
  private(set) var output: [Int] = []
  private(set) var lengths: [Int: Int] = [:]

  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  /// What stands for `...` until it is known for how many axes.
  private static let ellipsis = -1

  init(_ equation: String, _ shapes: [Shape]) throws {
    func refuse(_ what: String) -> TensorError {
      .invalidArgument("einsum", "\(equation): \(what)")
    }
    func labels(of text: Substring) throws -> [Int] {
      var labels: [Int] = []
      var rest = text
      while let character = rest.first {
        if rest.hasPrefix("...") {
          guard !labels.contains(Self.ellipsis) else { throw refuse("two ellipses in \(text)") }
          labels.append(Self.ellipsis)
          rest = rest.dropFirst(3)
        } else {
          guard let label = Self.letters.firstIndex(of: character) else {
            throw refuse("\(character) is no letter")
          }
          labels.append(label)
          rest = rest.dropFirst()
        }
      }
      return labels
    }
    let text = equation.filter { $0 != " " }
    let arrow = text.firstRange(of: "->")
    let names = text[..<(arrow?.lowerBound ?? text.endIndex)]
      .split(separator: ",", omittingEmptySubsequences: false)
    guard names.count == shapes.count else {
      throw refuse("it names \(names.count) operands, but \(shapes.count) are given")
    }
    let read = try names.map { try labels(of: $0) }
    let hidden = zip(read, shapes).map { labels, shape in shape.rank - (labels.count - 1) }
    let unnamed = zip(read, hidden).filter { $0.0.contains(Self.ellipsis) }.map(\.1)
    for (labels, shape) in zip(read, shapes) {
      let named = labels.count { $0 != Self.ellipsis }
      guard labels.count == named ? named == shape.rank : named <= shape.rank else {
        throw refuse("\(named) letters for an operand of shape \(shape)")
      }
    }
    let most = unnamed.max() ?? 0
    let ellipsisLabels = (0..<most).map { Self.letters.count + $0 }
    operands = zip(read, hidden).map { labels, count in
      labels.flatMap { $0 == Self.ellipsis ? ellipsisLabels.suffix(count) : [$0] }
    }
    if let arrow {
      output = try labels(of: text[arrow.upperBound...])
        .flatMap { $0 == Self.ellipsis ? ellipsisLabels : [$0] }
    } else {
      let named = operands.joined().filter { $0 < Self.letters.count }
      let once = Dictionary(named.map { ($0, 1) }, uniquingKeysWith: +).filter { $0.value == 1 }
      output = ellipsisLabels + once.keys.sorted()
    }
    guard Set(output).count == output.count else { throw refuse("a letter twice after the arrow") }
    try measure(shapes)
    guard output.allSatisfy({ lengths[$0] != nil }) else {
      throw refuse("a letter after the arrow stands in no operand")
    }
  }

  /// Finds the length of each label; a length of 1 stands beside any.
  private mutating func measure(_ shapes: [Shape]) throws {
    for (labels, shape) in zip(operands, shapes) {
      for (label, length) in zip(labels, shape) where lengths[label] != length {
        if let known = lengths[label], known != 1 {
          guard length == 1 else {
            throw TensorError.shapeMismatch(
              operation: "einsum", shapes: shapes,
              remedy: "one name stands for the lengths \(known) and \(length)")
          }
        } else {
          lengths[label] = length
        }
      }
    }
  }
}

/// A tensor whose axes have names, each once.
private struct EinsumTerm<T: TensorProtocol> {
  let tensor: T
  let labels: [Int]

  init(_ tensor: T, labels: [Int]) {
    self.tensor = tensor
    self.labels = labels
  }

  /// The operand with its diagonals taken and without the axes of length 1 that others have longer.
  init(_ operand: T, _ names: [Int], _ plan: EinsumPlan) throws {
    let kept = names.indices.filter { operand.shape[$0] == plan.lengths[names[$0]] }
    var tensor = try operand.reshaped(kept.map { operand.shape[$0] })
    var labels = kept.map { names[$0] }
    while let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }) {
      guard let first = labels.firstIndex(of: labels[second]) else { break }
      let others = labels.indices.filter { $0 != first && $0 != second }
      let length = tensor.shape[first]
      let lengths = others.map { tensor.shape[$0] }
      // Along both axes joined into one, the diagonal stands at every (length + 1)-th place.
      let joined = try tensor.permute(others + [first, second]).reshape(lengths + [length * length])
      let steps = TensorIndex.slice(step: length + 1)
      tensor = try joined.sliced(Array(repeating: .all, count: others.count) + [steps])
      labels = others.map { labels[$0] } + [labels[second]]
    }
    self.init(tensor, labels: labels)
  }

  /// With the other labels summed over.
  func summed(keeping kept: Set<Int>) throws -> EinsumTerm {
    let gone = labels.indices.filter { !kept.contains(labels[$0]) }
    if gone.isEmpty { return self }
    return EinsumTerm(try tensor.sum(dim: gone), labels: labels.filter(kept.contains))
  }

  /// The axes in the order of the labels, which are all of this term's.
  func tensor(inOrder order: [Int]) throws -> T {
    let axes = order.compactMap { labels.firstIndex(of: $0) }
    return axes.elementsEqual(labels.indices) ? tensor : try tensor.permute(axes)
  }

  /// The product, summed over what is not kept.
  func product(with other: EinsumTerm, keeping kept: Set<Int>) throws -> EinsumTerm {
    let x = try summed(keeping: kept.union(other.labels))
    let y = try other.summed(keeping: kept.union(labels))
    let common = x.labels.filter(y.labels.contains)
    let batch = common.filter(kept.contains)
    let shared = common.filter { !kept.contains($0) }
    let left = x.labels.filter { !y.labels.contains($0) }
    let right = y.labels.filter { !x.labels.contains($0) }
    let result = batch + left + right
    if shared.isEmpty {
      let ones = Array(repeating: 1, count: right.count)
      let a = try x.arranged(batch + left) { $0 + ones }
      let b = try y.arranged(batch + right) {
        $0[..<batch.count] + Array(repeating: 1, count: left.count) + $0[batch.count...]
      }
      return EinsumTerm(try a * b, labels: result)
    }
    func size(_ lengths: ArraySlice<Int>) -> Int { lengths.reduce(1, *) }
    let (bs, ls) = (batch.count, left.count)
    let a = try x.arranged(batch + left + shared) {
      [size($0[..<bs]), size($0[bs..<(bs + ls)]), size($0[(bs + ls)...])]
    }
    let b = try y.arranged(batch + shared + right) {
      let end = bs + shared.count
      return [size($0[..<bs]), size($0[bs..<end]), size($0[end...])]
    }
    let dtype = DType.promotion(a.descriptor, b.descriptor)
    let product = try a.converted(to: dtype).matmul(b.converted(to: dtype))
    let lengths = batch.map(x.length) + left.map(x.length) + right.map(y.length)
    return EinsumTerm(try product.reshaped(lengths), labels: result)
  }

  private func length(_ label: Int) -> Int {
    labels.firstIndex(of: label).map { tensor.shape[$0] } ?? 1
  }

  /// The axes in the order of the labels, seen as the shape that `body` makes of their lengths.
  private func arranged(_ order: [Int], as body: ([Int]) -> [Int]) throws -> T {
    try tensor.arranged(order.compactMap { labels.firstIndex(of: $0) }, as: body(order.map(length)))
  }
}
