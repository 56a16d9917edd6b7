// Random numbers: op codes 0x0180 …
//
// Every operation carries its seed, and each element follows from it and its place: the bits are
// the same on every rank.

/// Random whole numbers, all equally likely.
public struct RandInt: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "randint", code: 0x0180)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<RandInt>] = [
    Attribute("low", \.low), Attribute("high", \.high), Attribute("size", \.size),
    Attribute("seed", \.seed), Attribute("dtype", \.dtype),
  ]
  /// The smallest number.
  public var low = 0
  /// The border above the largest.
  public var high = 1
  /// Lengths of the axes.
  public var size = Shape()
  /// What the numbers follow from.
  public var seed: UInt64 = 0
  /// Type of the elements.
  public var dtype = DType.int64
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    guard low < high else {
      throw TensorError.invalidArgument(name, "from \(low) below \(high) there is no number")
    }
    try Scalar(low).requireFits(dtype, name)
    try Scalar(high - 1).requireFits(dtype, name)
    return [Descriptor(shape: try Shape(size), dtype: dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let range = UInt64(bitPattern: Int64(high &- low))
    let numbers = try RandomNumbers.integers(size, from: Int64(low), range: range, seed: seed)
    return [try Elementwise.cast(numbers, to: dtype)]
  }
}

/// The numbers 0 ..< n in random order, all orders equally likely.
public struct RandPerm: AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "randperm", code: 0x0181)
  public static let inputCounts = 0...0
  public static let attributes: [Attribute<RandPerm>] = [
    Attribute("n", \.n), Attribute("seed", \.seed), Attribute("dtype", \.dtype),
  ]
  /// How many numbers.
  public var n = 0
  /// What the order follows from.
  public var seed: UInt64 = 0
  /// Type of the elements.
  public var dtype = DType.int64
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let largest: Int =
      switch dtype {
      case .float16: 1 << 11
      case .bfloat16: 1 << 8
      case .float32: 1 << 24
      case .float64: 1 << 53
      case .uint8: 256
      case .bool: 2
      default: .max
      }
    if dtype.kind == .integer { try Scalar(Swift.max(n, 1) - 1).requireFits(dtype, name) }
    guard n <= largest else {
      throw TensorError.invalidArgument(
        name, "\(dtype) does not hold all whole numbers below \(n): use a wider dtype")
    }
    return [Descriptor(shape: try Shape([n]), dtype: dtype)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    [try Elementwise.cast(RandomNumbers.permutation(n, seed: seed), to: dtype)]
  }
}

/// 1 with a probability, else 0, element by element.
public struct Bernoulli: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "bernoulli", code: 0x0182)
  public static let attributes: [Attribute<Bernoulli>] = [
    Attribute("p", \.p), Attribute("seed", \.seed),
  ]
  /// The probability; nil where the input holds one for each element.
  public var p: Scalar?
  /// What the numbers follow from.
  public var seed: UInt64 = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    if let p { try Self.requireProbabilities(p.double, name) }
    guard p != nil || x.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "probabilities are floating-point numbers")
    }
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    if let p {
      let chances = try RandomNumbers.chances(x.shape, probability: p.double, seed: seed)
      return try Elementwise.cast(chances, to: x.dtype)
    }
    try x.withElements(as: Double.self) {
      try $0.forEach { try Self.requireProbabilities($0, name) }
    }
    return try Elementwise.cast(RandomNumbers.chances(x, seed: seed), to: x.dtype)
  }
  static func requireProbabilities(_ p: Double, _ name: String) throws {
    guard p >= 0, p <= 1 else {
      throw TensorError.invalidArgument(name, "a probability lies between 0 and 1")
    }
  }
}

/// Positions of each row of weights, chosen with probabilities in proportion to the weights.
public struct Multinomial: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "multinomial", code: 0x0183)
  public static let attributes: [Attribute<Multinomial>] = [
    Attribute("num_samples", \.count), Attribute("replacement", \.replacement),
    Attribute("seed", \.seed),
  ]
  /// How many are chosen from each row.
  public var count = 1
  /// Whether one can be chosen several times.
  public var replacement = false
  /// What the choice follows from.
  public var seed: UInt64 = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard x.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "weights are floating-point numbers")
    }
    guard let weights = x.shape.last, x.shape.rank <= 2, weights > 0, count > 0,
      replacement || count <= weights
    else {
      throw TensorError.invalidArgument(
        name,
        "\(count) of shape \(x.shape): weights stand on one axis or two, and without replacement "
          + "no more can be chosen than there are")
    }
    return Descriptor(shape: try Shape(x.shape.dropLast() + [count]), dtype: .int64)
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let result = try output(for: x.descriptor)
    let columns = x.shape[x.rank - 1]
    let draws = replacement ? count : columns
    let rows = x.elementCount / columns
    var numbers = try RandomNumbers.uniform(
      Descriptor(shape: Shape([rows, draws]), dtype: .float64), seed: seed)
    // Without replacement these are waiting times of rate 1.
    if !replacement { numbers = try -(1 - numbers).log() }
    return try x.withElements(as: Double.self) { weights in
      try numbers.withElements(as: Double.self) { numbers in
        try .filled(shape: result.shape, as: Int64.self) { out in
          for row in 0..<rows {
            let weights = Array(weights[(row * columns)...].prefix(columns))
            let numbers = Array(numbers[(row * draws)...].prefix(draws))
            let chosen =
              try replacement
              ? chooseWithReplacement(weights, numbers) : choose(weights, numbers)
            for (place, position) in chosen.enumerated() {
              out[row * count + place] = Int64(position)
            }
          }
        }
      }
    }
  }

  /// The weights added up. Throws for weights that are none.
  private func sums(_ weights: [Double]) throws -> [Double] {
    var sum = 0.0
    let sums = try weights.map { weight in
      guard weight >= 0, weight.isFinite else {
        throw TensorError.invalidArgument(name, "a weight is a finite number of at least 0")
      }
      sum += weight
      return sum
    }
    guard sum > 0 else { throw TensorError.invalidArgument(name, "all weights of a row are 0") }
    return sums
  }

  /// For each number in [0, 1) the position whose part of the sum it falls into.
  private func chooseWithReplacement(
    _ weights: [Double], _ numbers: [Double]
  ) throws -> [Int] {
    let sums = try sums(weights)
    let total = sums[sums.count - 1]
    return numbers.map { number in
      let target = number * total
      var (low, high) = (0, sums.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > target { high = middle } else { low = middle + 1 }
      }
      // Rounding may lead behind the last position that has a weight.
      while weights[low] == 0, low > 0 { low -= 1 }
      return low
    }
  }

  /// The positions with the smallest waiting times, which fall with the weight (Efraimidis,
  /// Spirakis: Weighted random sampling with a reservoir, 2006).
  private func choose(
    _ weights: [Double], _ waiting: [Double]
  ) throws -> [Int] {
    _ = try sums(weights)
    guard weights.count(where: { $0 > 0 }) >= count else {
      throw TensorError.invalidArgument(
        name, "fewer weights of a row are above 0 than positions are to be chosen")
    }
    let times = zip(weights, waiting).map { $1 / $0 }
    let order = times.indices.filter { weights[$0] > 0 }.sorted { times[$0] < times[$1] }
    return Array(order.prefix(count))
  }
}

/// Numbers of Poisson's distribution with a rate for each element.
public struct Poisson: OneInputOperation, AttributedOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "poisson", code: 0x0184)
  public static let attributes: [Attribute<Poisson>] = [Attribute("seed", \.seed)]
  /// What the numbers follow from.
  public var seed: UInt64 = 0
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard x.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [x.dtype], remedy: "rates are floating-point numbers")
    }
    return x
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    let areRates = try x.withElements(as: Double.self) { $0.allSatisfy { $0 >= 0 } }
    guard areRates else {
      throw TensorError.invalidArgument(name, "a rate is a number of at least 0")
    }
    let numbers = try RandomNumbers.poisson(x, seed: seed)
    return try Elementwise.cast(numbers, to: x.dtype).reshape(x.shape)
  }
}

/// Elements set to 0 with a probability and scaled so that the mean stays, and which ones were
/// kept.
public struct NativeDropout: AttributedOperation {
  public static let identity = OperationIdentity(name: "native_dropout", code: 0x0185)
  public static let inputCounts = 1...1
  public static let attributes: [Attribute<NativeDropout>] = [
    Attribute("p", \.p), Attribute("train", \.train), Attribute("seed", \.seed),
  ]
  // What is kept is scaled by a number that everybody knows.
  public static let movesElements = true
  /// The probability of 0.
  public var p: Scalar = 0.5
  /// Whether anything is dropped at all.
  public var train = true
  /// What the choice follows from.
  public var seed: UInt64 = 0
  public init() {}
  private var scale: Scalar { Scalar(!train ? 1 : p.double == 1 ? 0 : 1 / (1 - p.double)) }
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    try Bernoulli.requireProbabilities(p.double, name)
    guard inputs[0].dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [inputs[0].dtype],
        remedy: "a scaled element is a floating-point number: cast the tensor")
    }
    return [inputs[0], Descriptor(shape: inputs[0].shape, dtype: .bool)]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let kept = try RandomNumbers.chances(
      x.shape, probability: train ? 1 - p.double : 1, seed: seed)
    return [train ? try x * kept * scale : x.detach(), kept]
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try g.dy * g.outputs[1] * scale]
  }
}

let randomEntries: [any Operation.Type] = [
  RandInt.self, RandPerm.self, Bernoulli.self, Multinomial.self, Poisson.self, NativeDropout.self,
]
