// Counting elements by value.

/// How often each whole number from 0 on occurs among elements that are not negative, or the sum of the weights
/// that stand beside them: float32 of float32 weights, else float64.
public struct Bincount: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "bincount", code: 0x0B08)
  public static let inputCounts = 1...2
  public static let attributes: [Attribute<Bincount>] = [Attribute("minlength", \.minlength)]
  public static let isDataDependent = true
  /// The least length of the result.
  public var minlength = 0
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let x = inputs[0]
    guard x.dtype.kind == .integer else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "only integers are counted: cast it")
    }
    guard x.shape.rank == 1, minlength >= 0 else {
      throw TensorError.invalidArgument(
        name, "shape \(x.shape), minlength \(minlength): give one axis, and no negative length")
    }
    guard inputs.allSatisfy({ $0.shape == x.shape }) else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: inputs.map(\.shape), remedy: "each element needs one weight")
    }
    let dtype = inputs.count == 1 ? DType.int64 : inputs[1].dtype == .float32 ? .float32 : .float64
    return [Descriptor(shape: try Shape([minlength]), dtype: dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let dtype = try outputs(for: inputs.map(\.descriptor))[0].dtype
    let weights = try inputs.dropFirst().first?.toArray(of: Double.self)
    return try inputs[0].withElements(as: Int64.self) { elements in
      guard elements.allSatisfy({ $0 >= 0 }) else {
        throw TensorError.invalidArgument(name, "an element is negative: only 0, 1, … are counted")
      }
      let length = Swift.max(minlength, elements.max().map { Int($0) &+ 1 } ?? 0)
      // Elements may be anything, so the memory is asked for where it can be refused.
      let shape = try Shape([length])
      guard let weights else {
        return [
          try .filled(shape: shape, as: Int64.self) { counts in
            counts.initialize(repeating: 0)
            for element in elements { counts[Int(element)] += 1 }
          }
        ]
      }
      let sums = try Tensor.filled(shape: shape, as: Double.self) { sums in
        sums.initialize(repeating: 0)
        for (element, weight) in zip(elements, weights) { sums[Int(element)] += weight }
      }
      return [try sums.cast(to: dtype)]
    }
  }
}

/// How many elements, or what weights, lie in each of some bins of equal width from min to max; the last
/// one holds max, too. Where min equals max, they are the smallest and largest element.
public struct Histc: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "histc", code: 0x0B09)
  public static let attributes: [Attribute<Histc>] = [
    Attribute("bins", \.bins), Attribute("min", \.min), Attribute("max", \.max),
  ]
  /// The number of bins.
  public var bins = 100
  /// The start of the first bin.
  public var min: Scalar = 0
  /// The end of the last bin.
  public var max: Scalar = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard x.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "cast it to float32 or float64 first")
    }
    guard bins > 0, min.double <= max.double, (max.double - min.double).isFinite else {
      throw TensorError.invalidArgument(
        name, "\(bins) bins from \(min) to \(max): give at least one, and finite ends in order")
    }
    return Descriptor(shape: try Shape([bins]), dtype: x.dtype)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let dtype = x.dtype.accumulated
    let counts = try dtype == .float32 ? count(x, as: Float.self) : count(x, as: Double.self)
    return try counts.cast(to: x.dtype)
  }
  private func count<Element: TensorElement & BinaryFloatingPoint>(
    _ x: Tensor, as type: Element.Type
  ) throws -> Tensor {
    try x.withElements(as: type) { elements in
      let bins = try UniformBins(
        count: bins, from: Element(min.double), to: Element(max.double), elements,
        margin: 1, rounding: x.dtype, name)
      return try .filled(shape: Shape([bins.count]), as: type) { counts in
        counts.initialize(repeating: 0)
        for element in elements { if let bin = bins.estimate(element) { counts[bin] += 1 } }
      }
    }
  }
}

/// How many elements, or what weights, lie in each bin, and the edges of the bins: a number of bins of equal
/// width over a range, or those between the edges of a second input. The last one holds its end, too.
public struct Histogram: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "histogram", code: 0x0B0A)
  public static let inputCounts = 1...3
  public static let attributes: [Attribute<Histogram>] = [
    Attribute("bins", \.bins), Attribute("range", \.range), Attribute("has_weight", \.hasWeight),
    Attribute("density", \.density),
  ]
  /// The number of bins; nil where their edges are an input.
  public var bins: Int? = 100
  /// Start of the first and end of the last bin; empty for the smallest and largest element.
  public var range: [Scalar] = []
  /// Whether the last input is the weights of the elements.
  public var hasWeight = false
  /// Whether what lies in a bin is divided by its width and by the whole.
  public var density = false
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let x = inputs[0]
    guard x.dtype == .float32 || x.dtype == .float64, inputs.allSatisfy({ $0.dtype == x.dtype })
    else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: inputs.map(\.dtype),
        remedy: "all must be float32 or all float64: cast them")
    }
    guard inputs.count == 1 + (bins == nil ? 1 : 0) + (hasWeight ? 1 : 0) else {
      throw TensorError.malformed("\(name) of \(inputs.count) operands")
    }
    if hasWeight, let weight = inputs.last, weight.shape != x.shape {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [x.shape, weight.shape], remedy: "each element needs one weight")
    }
    let count = bins ?? (inputs[1].shape.rank == 1 ? inputs[1].shape[0] - 1 : 0)
    let ends = range.map(\.double)
    guard count > 0,
      ends.isEmpty || ends.count == 2 && ends[0] <= ends[1] && (ends[1] - ends[0]).isFinite
    else {
      throw TensorError.invalidArgument(
        name,
        "\(count) bins over \(range): give at least one bin, edges on one axis, and finite ends "
          + "in order")
    }
    let counts = Descriptor(shape: try Shape([count]), dtype: x.dtype)
    return [counts, Descriptor(shape: try Shape([count + 1]), dtype: x.dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    try inputs[0].dtype == .float32
      ? count(inputs, as: Float.self) : count(inputs, as: Double.self)
  }
  private func count<Element: TensorElement & BinaryFloatingPoint>(
    _ inputs: [Tensor], as type: Element.Type
  ) throws -> [Tensor] {
    let weights = hasWeight ? try inputs.last?.withElements(as: type) { Array($0) } : nil
    return try inputs[0].withElements(as: type) { elements in
      let uniform = try bins.map { bins in
        try UniformBins(
          count: bins, from: Element(range.first?.double ?? 0),
          to: Element(range.last?.double ?? 0),
          elements, margin: 0.5, rounding: type.dtype, name)
      }
      let edges = try uniform?.edges() ?? inputs[1].contiguous()
      let counts = try edges.withElements(as: type) { edges in
        guard zip(edges, edges.dropFirst()).allSatisfy({ $0 <= $1 }) else {
          throw TensorError.invalidArgument(name, "the edges of the bins must rise")
        }
        return try Tensor.filled(shape: Shape([edges.count - 1]), as: type) { counts in
          counts.initialize(repeating: 0)
          for (place, element) in elements.enumerated() {
            let near = uniform.map { $0.estimate(element) }
            guard let bin = bin(of: element, near: near, edges) else { continue }
            counts[bin] += weights?[place] ?? 1
          }
          guard density else { return }
          let sum = counts.reduce(0, +)
          for bin in counts.indices { counts[bin] /= sum * (edges[bin + 1] - edges[bin]) }
        }
      }
      return [counts, edges]
    }
  }

  /// The bin whose edges an element lies between, nil outside of all. `near` is it or a neighbour, where
  /// that is known.
  private func bin<Element: BinaryFloatingPoint>(
    of x: Element, near: Int??, _ edges: UnsafeBufferPointer<Element>
  ) -> Int? {
    guard x >= edges[0], x <= edges[edges.count - 1] else { return nil }
    var (low, high) = (0, edges.count)
    if let near {
      guard let near else { return nil }
      (low, high) = (Swift.max(near - 1, 0), Swift.min(near + 2, edges.count))
    }
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= x { low = middle + 1 } else { high = middle }
    }
    return Swift.min(low - 1, edges.count - 2)
  }
}

/// Bins of equal width.
private struct UniformBins<Element: TensorElement & BinaryFloatingPoint> {
  let count: Int
  let start: Element
  let end: Element
  /// The dtype that each step is rounded to, as PyTorch computes with halves here.
  let dtype: DType

  /// Where both ends are equal, they are those of the elements; where these are equal too, they are moved apart by
  /// the margin. Throws where they are not finite.
  init(
    count: Int, from start: Element, to end: Element, _ elements: some Collection<Element>,
    margin: Element, rounding dtype: DType, _ name: String
  ) throws {
    var (start, end) = (start, end)
    if start == end, elements.isEmpty { end = start + 1 }
    if start == end, let first = elements.first {
      (start, end) = (first, first)
      for element in elements where !(element >= start && element <= end) {
        if element.isNaN { start = element }
        start = Swift.min(start, element)
        end = Swift.max(end, element)
      }
    }
    guard start.isFinite, end.isFinite else {
      throw TensorError.invalidArgument(name, "the elements are not finite: give a finite range")
    }
    if start == end {
      start -= margin
      end += margin
    }
    (self.count, self.start, self.end, self.dtype) = (count, start, end, dtype)
    guard rounded(end - start).isFinite else {
      throw TensorError.invalidArgument(
        name, "the range is wider than \(dtype) can say: give a smaller one")
    }
  }

  /// The bin by division, which may be off by one beside an edge; nil outside of the range.
  func estimate(_ x: Element) -> Int? {
    guard x >= start, x <= end else { return nil }
    let quotient = rounded(rounded(rounded(x - start) * Element(count)) / rounded(end - start))
    if quotient < Element(count) { return Int(quotient) }
    // At the end, beyond it by rounding, or too large to be multiplied first.
    guard !quotient.isFinite, end > start else { return count - 1 }
    return Swift.min(Int((x - start) / (end - start) * Element(count)), count - 1)
  }

  private func rounded(_ x: Element) -> Element {
    dtype.isHalf ? Element(Half.rounded(Double(x), to: dtype)) : x
  }

  /// The edges, exact at both ends.
  func edges() throws -> Tensor {
    let step = (end - start) / Element(count)
    return try .filled(shape: Shape([count + 1]), as: Element.self) { edges in
      for place in edges.indices {
        edges[place] =
          place < edges.count / 2
          ? start + step * Element(place) : end - step * Element(count - place)
      }
    }
  }
}

extension TensorProtocol {
  /// How often 0, 1, … occur among integers on one axis, as int64, or the sums of weights beside them: float32
  /// of float32 weights, else float64. The result reaches to the largest element, at least to `minlength`:
  /// a pointer waits once for its length. Throws `TensorError.unsupportedDType`, `.shapeMismatch`,
  /// `.invalidArgument` for other than one axis; a negative element fails where the tensor lives.
  public func bincount(weights: Self? = nil, minlength: Int = 0) throws -> Self {
    var operation = Bincount()
    operation.minlength = minlength
    return try Self.apply(operation, to: [self] + (weights.map { [$0] } ?? []))[0]
  }
  /// How many elements lie in each of some bins of equal width from min to max, in the tensor's dtype; where both
  /// are equal, from the smallest to the largest element. Throws `TensorError.unsupportedDType` for bool and
  /// integers, `.invalidArgument` for no bin or ends out of order.
  public func histc(bins: Int = 100, min: Scalar = 0, max: Scalar = 0) throws -> Self {
    var operation = Histc()
    operation.bins = bins
    operation.min = min
    operation.max = max
    return try Self.apply(operation, to: self)
  }
  /// How many elements, or what weights, lie in each of some bins of equal width over the range (by default from the
  /// smallest to the largest element), and the edges of the bins. With `density` the counts are divided by
  /// their sum and the width. float32 and float64. Throws `TensorError.unsupportedDType`,
  /// `.shapeMismatch` for other weights than one an element, `.invalidArgument` as `histc`.
  public func histogram(
    bins: Int = 100, range: ClosedRange<Double>? = nil, weight: Self? = nil, density: Bool = false
  ) throws -> (hist: Self, binEdges: Self) {
    var operation = Histogram()
    operation.bins = bins
    operation.range = range.map { [Scalar($0.lowerBound), Scalar($0.upperBound)] } ?? []
    return try histogram(operation, [], weight, density)
  }
  /// The same with the edges of the bins in rising order on one axis.
  public func histogram(bins: Self, weight: Self? = nil, density: Bool = false) throws -> (
    hist: Self, binEdges: Self
  ) {
    var operation = Histogram()
    operation.bins = nil
    return try histogram(operation, [bins], weight, density)
  }

  private func histogram(
    _ operation: Histogram, _ edges: [Self], _ weight: Self?, _ density: Bool
  ) throws -> (hist: Self, binEdges: Self) {
    var operation = operation
    operation.hasWeight = weight != nil
    operation.density = density
    let results = try Self.apply(operation, to: [self] + edges + (weight.map { [$0] } ?? []))
    return (results[0], results[1])
  }
}

extension NamedOperations {
  mutating func addHistograms() {
    add("bincount(Tensor input, Tensor? weights=None, int minlength=0)") {
      try $0.x.bincount(weights: $0.optionalTensor("weights"), minlength: $0.int("minlength"))
    }
    add("histc(Tensor input, int bins=100, Scalar min=0, Scalar max=0)") {
      try $0.x.histc(bins: $0.int("bins"), min: $0.scalar("min"), max: $0.scalar("max"))
    }
    addPair("histogram(Tensor input, Tensor bins, *, Tensor? weight=None, bool density=False)") {
      try $0.x.histogram(
        bins: $0.tensor("bins"), weight: $0.optionalTensor("weight"), density: $0.bool("density"))
    }
    addPair(
      "histogram(Tensor input, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False)"
    ) { arguments in
      var range: ClosedRange<Double>?
      if case .list(let ends) = arguments["range"] {
        let ends = ends.compactMap { $0.scalar?.double }
        guard ends.count == 2, ends[0] <= ends[1] else {
          throw arguments.refuse("range must be two numbers in order")
        }
        range = ends[0]...ends[1]
      }
      return try arguments.x.histogram(
        bins: arguments.int("bins"), range: range, weight: arguments.optionalTensor("weight"),
        density: arguments.bool("density"))
    }
  }
}
