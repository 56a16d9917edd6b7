/// Numbers as texts of one width: one rule, found from all of them, decides how each is written.
struct NumberColumn {
  /// The texts, right-aligned. One may be wider than `width`: nan and the infinities do not count
  /// for it, nor does zero among floating-point numbers.
  let cells: [String]
  /// The width that the texts are aligned to.
  let width: Int

  /// The elements of a tensor in row-major order. Throws where memory for them cannot be had.
  init(of tensor: Tensor) throws {
    switch tensor.dtype.kind {
    case .bool:
      self.init(try tensor.toArray(of: Int64.self).map { $0 == 0 ? "False" : "True" })
    case .integer:
      self.init(try tensor.toArray(of: Int64.self).map { String($0) })
    case .float:
      self.init(floats: try tensor.toArray(of: Double.self))
    }
  }

  /// Texts aligned to the widest of them.
  private init(_ texts: [String]) {
    self.init(texts, width: texts.lazy.map(\.utf8.count).max() ?? 0)
  }

  private init(_ texts: [String], width: Int) {
    cells = texts.map { String(repeating: " ", count: max(width - $0.utf8.count, 0)) + $0 }
    self.width = width
  }

  /// Floating-point numbers. What is finite and not zero decides how all are written and how wide.
  private init(floats: [Double]) {
    func decides(_ number: Double) -> Bool { number.isFinite && number != 0 }
    let style = FloatStyle(for: floats.filter(decides))
    let texts = floats.map(style.text)
    let widest = zip(floats, texts).lazy.filter { decides($0.0) }.map(\.1.utf8.count).max() ?? 1
    self.init(texts, width: widest)
  }
}

/// How the floating-point numbers of a tensor are written.
private enum FloatStyle {
  /// Whole numbers: `3.`.
  case whole
  /// A fixed number of digits after the point: `0.2500`.
  case fixed
  /// With an exponent: `2.5000e-07`.
  case scientific

  /// The style for numbers that are finite and not zero. An exponent is wanted where the fixed
  /// form would lose the small ones or make the large ones unreadable.
  init(for numbers: [Double]) {
    let magnitudes = numbers.lazy.map(\.magnitude)
    guard let least = magnitudes.min(), let greatest = magnitudes.max() else {
      self = .whole
      return
    }
    if greatest / least > 1000 || greatest > 1e8 || least < 1e-4 {
      self = .scientific
    } else {
      self = numbers.allSatisfy { $0 == $0.rounded() } ? .whole : .fixed
    }
  }

  func text(of number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    let expansion = DecimalExpansion(number)
    return switch self {
    case .whole: expansion.fixed(places: 0) + "."
    case .fixed: expansion.fixed(places: TensorPrinter.precision)
    case .scientific: expansion.scientific(places: TensorPrinter.precision)
    }
  }
}
