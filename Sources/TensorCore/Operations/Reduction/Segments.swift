// Reductions of segments along an axis.

/// What a segment is reduced to.
public enum SegmentReduction: UInt8, AttributeValue, CaseIterable {
  /// The sum; 0 of no element.
  case sum = 0
  /// The mean; nan of no element.
  case mean = 1
  /// The largest element; −∞ of none.
  case max = 2
  /// The smallest element; ∞ of none.
  case min = 3
  /// The product; 1 of no element.
  case prod = 4

  /// The reduction with PyTorch's name, or nil.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = found
  }
  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let reduction = SegmentReduction(rawValue: code) else {
      throw TensorError.malformed("\(code) is no reduction of segments")
    }
    self = reduction
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }

  fileprivate var neutral: Double {
    switch self {
    case .sum, .mean: 0
    case .max: -.infinity
    case .min: .infinity
    case .prod: 1
    }
  }

  fileprivate func joined(_ result: Double, _ element: Double) -> Double {
    switch self {
    case .sum, .mean: result + element
    case .prod: result * element
    case .max: result.isNaN || element <= result ? result : element
    case .min: result.isNaN || element >= result ? result : element
    }
  }
}

/// What a reduction of segments and its gradient are given.
public protocol SegmentOperation: AttributedOperation {
  /// What each segment is reduced to.
  var reduce: SegmentReduction { get set }
  /// Whether the segments are given by where they begin, and where the last one ends, instead of by their lengths.
  var hasOffsets: Bool { get set }
  /// The axis that the segments stand on.
  var axis: Int { get set }
  /// Whether segments may leave out elements at the end.
  var unsafe: Bool { get set }
  /// What stands before the first element of each segment.
  var initial: Scalar? { get set }
}

extension SegmentOperation {
  public static var attributes: [Attribute<Self>] {
    [
      Attribute("reduce", \.reduce), Attribute("has_offsets", \.hasOffsets),
      Attribute("axis", \.axis), Attribute("unsafe", \.unsafe), Attribute("initial", \.initial),
    ]
  }

  /// The shape of the results. Throws for segments that do not fit the data.
  fileprivate func shape(_ data: Descriptor, _ segments: Descriptor) throws -> Shape {
    guard data.dtype.isFloatingPoint, segments.dtype == .int64 || segments.dtype == .int32 else {
      throw TensorError.unsupportedDType(
        operation: "segment_reduce", dtypes: [data.dtype, segments.dtype],
        remedy: "the data must be floating point, lengths and offsets int64 or int32")
    }
    let axis = try data.shape.axis(axis, of: Self.identity)
    guard data.shape.rank > 0, segments.shape.rank == axis + 1,
      segments.shape[..<axis].elementsEqual(data.shape[..<axis]),
      !hasOffsets || segments.shape[axis] > 0
    else {
      throw TensorError.shapeMismatch(
        operation: "segment_reduce", shapes: [data.shape, segments.shape],
        remedy: "lengths and offsets have the data's axes up to that of the segments")
    }
    let count = segments.shape[axis] - (hasOffsets ? 1 : 0)
    return try Shape(data.shape.replacing(axis: axis, with: count))
  }

  /// Where each segment of each block begins and ends along the axis.
  fileprivate func ranges(_ segments: Tensor, of data: Shape) throws -> [[Range<Int>]] {
    let axis = try data.axis(axis, of: Self.identity)
    let (length, count) = (data[axis], segments.shape[axis])
    func refuse(_ what: String) -> TensorError { .invalidArgument("segment_reduce", what) }
    return try segments.withElements(as: Int.self) { numbers in
      try (0..<data[..<axis].reduce(1, *)).map { block in
        let row = Array(numbers[block * count..<(block + 1) * count])
        var ends = row
        if !hasOffsets {
          guard row.allSatisfy({ $0 >= 0 && $0 <= length }) else {
            throw refuse("a length is negative or longer than axis \(axis) of shape \(data)")
          }
          ends = [0]
          for number in row { ends.append(ends[ends.count - 1] + number) }
        }
        guard zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }), ends[0] >= 0,
          ends[ends.count - 1] <= length, hasOffsets || unsafe || ends[ends.count - 1] == length
        else {
          throw refuse("the segments do not cover axis \(axis) of shape \(data) in order")
        }
        return zip(ends, ends.dropFirst()).map { $0..<$1 }
      }
    }
  }

  /// Calls the body for every result with its number and the numbers of its elements.
  fileprivate func forEachSegment(
    _ segments: Tensor, of data: Shape, _ body: (Int, StrideTo<Int>) -> Void
  ) throws {
    let axis = try data.axis(axis, of: Self.identity)
    let inner = data[(axis + 1)...].reduce(1, *)
    var result = 0
    for (block, ranges) in try ranges(segments, of: data).enumerated() {
      for range in ranges {
        for column in 0..<inner {
          let start = (block * data[axis] + range.lowerBound) * inner + column
          body(result, stride(from: start, to: start + range.count * inner, by: inner))
          result += 1
        }
      }
    }
  }
}

/// Each segment along an axis reduced to one element. The second input is the segments' lengths or offsets.
public struct SegmentReduce: SegmentOperation, TwoInputOperation {
  public static let identity = OperationIdentity(name: "segment_reduce", code: 0x0B0B)
  public static let inputCounts = 2...2
  public var reduce = SegmentReduction.sum
  public var hasOffsets = false
  public var axis = 0
  public var unsafe = false
  public var initial: Scalar?
  public init() {}
  public func output(for data: Descriptor, _ segments: Descriptor) throws -> Descriptor {
    Descriptor(shape: try shape(data, segments), dtype: data.dtype)
  }
  public func execute(_ data: Tensor, _ segments: Tensor) throws -> Tensor {
    let shape = try shape(data.descriptor, segments.descriptor)
    let start = initial?.double ?? reduce.neutral
    let results = try data.withElements(as: Double.self) { elements in
      try Tensor.filled(shape: shape, as: Double.self) { results in
        try forEachSegment(segments, of: data.shape) { result, places in
          let count = places.underestimatedCount
          // PyTorch rounds every step to the data's dtype where that is a half.
          var value = places.reduce(start) {
            let next = reduce.joined($0, elements[$1])
            return data.dtype.isHalf ? Half.rounded(next, to: data.dtype) : next
          }
          if reduce == .mean, count > 0 || initial == nil { value /= Double(count) }
          results[result] = value
        }
      }
    }
    return try results.cast(to: data.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var operation = SegmentReduceBackward()
    operation.reduce = reduce
    operation.hasOffsets = hasOffsets
    operation.axis = axis
    operation.unsafe = unsafe
    operation.initial = initial
    return [try T.apply(operation, to: [g.dy, g.output, g.x, g.inputs[1]])[0], nil]
  }
}

/// The gradient of `segment_reduce` from that of its results, the results, the data and the segments. Elements
/// that equal the extreme of their segment share it; 0 for those in no segment.
public struct SegmentReduceBackward: SegmentOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "segment_reduce_backward", code: 0x0B0C)
  public static let inputCounts = 4...4
  public var reduce = SegmentReduction.sum
  public var hasOffsets = false
  public var axis = 0
  public var unsafe = false
  public var initial: Scalar?
  public init() {}
  public func outputs(for inputs: [Descriptor]) throws -> [Descriptor] {
    try requireCount(inputs)
    let shape = try shape(inputs[2], inputs[3])
    guard inputs[0].shape == shape, inputs[1].shape == shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [inputs[0].shape, inputs[1].shape, shape],
        remedy: "there must be one gradient and one result for each segment")
    }
    return [inputs[2]]
  }
  public func execute(_ inputs: [Tensor]) throws -> [Tensor] {
    let data = inputs[2]
    let dy = try inputs[0].toArray(of: Double.self)
    let y = try inputs[1].toArray(of: Double.self)
    let start = initial?.double ?? 1
    let dx = try data.withElements(as: Double.self) { elements in
      try Tensor.filled(shape: data.shape, as: Double.self) { dx in
        dx.initialize(repeating: 0)
        try forEachSegment(inputs[3], of: data.shape) { result, places in
          switch reduce {
          case .sum: for place in places { dx[place] = dy[result] }
          case .mean:
            let count = Double(places.underestimatedCount)
            for place in places { dx[place] = dy[result] / count }
          case .max, .min:
            let winners = places.filter { elements[$0].isNaN || elements[$0] == y[result] }
            for place in winners { dx[place] = dy[result] / Double(winners.count) }
          case .prod:
            // The factors before each one, then those after it.
            var factors = start
            for place in places {
              dx[place] = factors * dy[result]
              factors *= elements[place]
            }
            factors = 1
            for place in places.reversed() {
              dx[place] *= factors
              factors *= elements[place]
            }
          }
        }
      }
    }
    return [try dx.cast(to: data.dtype)]
  }
}

extension TensorProtocol {
  /// Each segment along an axis reduced to one element. The segments follow each other; either their lengths
  /// or the offsets where they begin (and the last one ends) are given, with this tensor's axes up to that
  /// one, as int64 or int32. `initial` stands before the first element of each. Throws
  /// `TensorError.unsupportedDType`, `.shapeMismatch`, `.invalidArgument` for an axis that does not exist and
  /// unless one of both is given; segments that do not cover the axis fail where the tensors live.
  public func segmentReduce(
    _ reduce: SegmentReduction, lengths: Self? = nil, offsets: Self? = nil, axis: Int = 0,
    unsafe: Bool = false, initial: Scalar? = nil
  ) throws -> Self {
    guard let segments = lengths ?? offsets, lengths == nil || offsets == nil else {
      throw TensorError.invalidArgument(
        "segment_reduce", "give either the lengths or the offsets of the segments")
    }
    var operation = SegmentReduce()
    operation.reduce = reduce
    operation.hasOffsets = lengths == nil
    operation.axis = axis
    operation.unsafe = unsafe
    operation.initial = initial
    return try Self.apply(operation, to: self, segments)
  }
}

extension NamedOperations {
  mutating func addSegments() {
    add(
      "segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None)"
    ) {
      let text = try $0.text("reduce")
      guard let reduce = SegmentReduction(name: text), !$0.has("indices") else {
        throw $0.refuse("reduce must be sum, mean, max, min or prod, and indices None")
      }
      return try $0.tensor("data").segmentReduce(
        reduce, lengths: $0.optionalTensor("lengths"), offsets: $0.optionalTensor("offsets"),
        axis: $0.int("axis"), unsafe: $0.bool("unsafe"), initial: $0.optionalScalar("initial"))
    }
    alias("_segment_reduce", of: "segment_reduce")
  }
}
