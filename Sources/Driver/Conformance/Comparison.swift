import ClusterTensor

/// How far a number may be from the expected one.
package struct Tolerance: Sendable, Equatable {
  /// At any size.
  package let absolute: Double
  /// As a part of the expected number.
  package let relative: Double

  /// |got − want| ≤ absolute + relative · |want|.
  package init(absolute: Double, relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  /// Whether a number is close enough. A nan is to a nan, an infinity to the same one.
  package func allows(_ got: Double, for want: Double) -> Bool {
    if got.isNaN || want.isNaN { return got.isNaN && want.isNaN }
    if got == want { return true }
    guard got.isFinite, want.isFinite else { return false }
    return (got - want).magnitude <= absolute + relative * want.magnitude
  }
}

/// What differs between a result and the expected one.
package enum Comparison {
  /// What differs in kind, dtype or shape, or nil.
  package static func differenceOfForm(_ got: Argument<Tensor>, _ want: Argument<Tensor>) -> String?
  {
    switch (got, want) {
    case (.tensor(let got), .tensor(let want)):
      if got.dtype != want.dtype { return "dtype \(got.dtype) instead of \(want.dtype)" }
      if got.shape != want.shape { return "shape \(got.shape) instead of \(want.shape)" }
      return nil
    default:
      let kinds = (kind(of: got), kind(of: want))
      return kinds.0 == kinds.1 ? nil : "\(kinds.0) instead of \(kinds.1)"
    }
  }

  /// What differs, or nil: form, then values.
  package static func difference(
    _ got: Argument<Tensor>, _ want: Argument<Tensor>, within tolerance: Tolerance
  ) throws -> String? {
    if let difference = differenceOfForm(got, want) { return difference }
    switch (got, want) {
    case (.tensor(let got), .tensor(let want)):
      return try differenceOfElements(got, want, within: tolerance)
    case (.double(let got), .double(let want)):
      return tolerance.allows(got, for: want) ? nil : "\(got) instead of \(want)"
    case (.int(let got), .int(let want)):
      return got == want ? nil : "\(got) instead of \(want)"
    case (.bool(let got), .bool(let want)):
      return got == want ? nil : "\(got) instead of \(want)"
    case (.text(let got), .text(let want)):
      return got == want ? nil : "\(got) instead of \(want)"
    case (.dtype(let got), .dtype(let want)):
      return got == want ? nil : "\(got) instead of \(want)"
    default:
      return "\(kind(of: want)), which has no values to compare"
    }
  }

  private static func differenceOfElements(
    _ got: Tensor, _ want: Tensor, within tolerance: Tolerance
  ) throws -> String? {
    if try got.isIdentical(to: want) { return nil }
    if !want.dtype.isFloatingPoint {
      // As integers first: a Double does not tell large ones apart.
      let integers = (try got.toArray(of: Int64.self), try want.toArray(of: Int64.self))
      return first(integers.0, integers.1, got.shape) { got, want in
        got == want
          || tolerance != .none && tolerance.allows(Double(got), for: Double(want))
      }
    }
    let numbers = (try got.toArray(of: Double.self), try want.toArray(of: Double.self))
    return first(numbers.0, numbers.1, got.shape, where: tolerance.allows)
  }

  /// Says where the first of two lists' elements that differ are, and how many do.
  private static func first<Number>(
    _ got: [Number], _ want: [Number], _ shape: Shape, where isClose: (Number, Number) -> Bool
  ) -> String? {
    var count = 0
    var first: Int?
    for index in got.indices where !isClose(got[index], want[index]) {
      count += 1
      if first == nil { first = index }
    }
    guard let first else { return nil }
    let place = position(first, in: shape)
    return "\(got[first]) instead of \(want[first]) at \(place), \(count) of \(got.count) differ"
  }

  private static func position(_ index: Int, in shape: Shape) -> [Int] {
    var rest = index
    var position: [Int] = []
    for length in shape.reversed() {
      position.append(rest % length)
      rest /= length
    }
    return position.reversed()
  }

  private static func kind(of value: Argument<Tensor>) -> String {
    switch value {
    case .none: "none"
    case .bool: "a bool"
    case .int: "an integer"
    case .double: "a number"
    case .text: "a text"
    case .dtype: "a dtype"
    case .tensor: "a tensor"
    case .list: "a list"
    case .slice: "a slice"
    case .ellipsis: "an ellipsis"
    }
  }
}

extension Tolerance {
  /// Nothing but equal numbers.
  package static let none = Tolerance(absolute: 0, relative: 0)
}
