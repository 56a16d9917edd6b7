/// What may stand between the brackets of `x[…]`, one for each axis from the first on: a whole
/// number takes that position and drops the axis, a range takes a part of it, `.all` all of it,
/// `.ellipsis` stands for as many `.all` as are missing, `.newAxis` adds an axis of length 1.
/// Negative numbers count from the end; at the start of a range Swift wants parentheses around
/// them:
/// `x[(-2)...]`. Ranges that reach past the end are cut, as in PyTorch.
public protocol TensorIndexExpression: Sendable {
  /// What it means.
  var tensorIndex: TensorIndex { get }
}

/// One index; see ``TensorIndexExpression``.
public struct TensorIndex: TensorIndexExpression, Equatable {
  enum Kind: Equatable {
    case position(Int)
    case slice(start: Int?, end: Int?, step: Int)
    case ellipsis
    case newAxis
  }
  let kind: Kind

  public var tensorIndex: TensorIndex { self }
}

// Members of the protocol, so that the brackets, which take any index expression, find them by a
// leading dot: `x[.all, 0]`.
extension TensorIndexExpression where Self == TensorIndex {
  /// One position; the axis goes away.
  public static func position(_ position: Int) -> TensorIndex {
    TensorIndex(kind: .position(position))
  }
  /// Positions from `start` up to but not including `end`, every `step`-th; nil reaches to the
  /// border.
  public static func slice(start: Int? = nil, end: Int? = nil, step: Int = 1) -> TensorIndex {
    TensorIndex(kind: .slice(start: start, end: end, step: step))
  }
  /// The whole axis.
  public static var all: TensorIndex { .slice() }
  /// As many whole axes as are missing.
  public static var ellipsis: TensorIndex { TensorIndex(kind: .ellipsis) }
  /// A new axis of length 1.
  public static var newAxis: TensorIndex { TensorIndex(kind: .newAxis) }

  /// A range that includes its upper bound. After −1, the last position, comes the border and not
  /// position 0; the same holds for the largest number.
  fileprivate static func slice(start: Int?, through last: Int) -> TensorIndex {
    .slice(start: start, end: last == -1 || last == .max ? nil : last + 1)
  }
}

extension Int: TensorIndexExpression {
  public var tensorIndex: TensorIndex { .position(self) }
}
extension Range<Int>: TensorIndexExpression {
  public var tensorIndex: TensorIndex { .slice(start: lowerBound, end: upperBound) }
}
extension ClosedRange<Int>: TensorIndexExpression {
  public var tensorIndex: TensorIndex { .slice(start: lowerBound, through: upperBound) }
}
extension PartialRangeFrom<Int>: TensorIndexExpression {
  public var tensorIndex: TensorIndex { .slice(start: lowerBound) }
}
extension PartialRangeUpTo<Int>: TensorIndexExpression {
  public var tensorIndex: TensorIndex { .slice(end: upperBound) }
}
extension PartialRangeThrough<Int>: TensorIndexExpression {
  public var tensorIndex: TensorIndex { .slice(start: nil, through: upperBound) }
}

/// Positions `start`, `start + step`, … along each axis, `lengths` many, counted from the front.
package struct SlicePositions: AttributeValue {
  package var starts = Shape()
  package var lengths = Shape()
  package var steps = Shape()
  /// Axes, of length 1 by then, that go away.
  package var dropped = AxisSet()

  package init() {}

  package init(decoding reader: inout ByteReader) throws {
    starts = try Shape(decoding: &reader)
    lengths = try Shape(decoding: &reader)
    steps = try Shape(decoding: &reader)
    dropped = AxisSet(bits: try reader.read(UInt8.self))
  }

  package func encode(into writer: inout ByteWriter) {
    starts.encode(into: &writer)
    lengths.encode(into: &writer)
    steps.encode(into: &writer)
    writer.write(dropped.bits)
  }

  /// Refuses positions outside of the shape: they may come from the wire.
  func check(_ shape: Shape, _ operation: OperationIdentity) throws {
    func refuse(_ what: String) throws -> Never {
      throw TensorError.invalidArgument(operation.name, "\(what) for a tensor of shape \(shape)")
    }
    guard starts.rank == shape.rank, lengths.rank == shape.rank, steps.rank == shape.rank else {
      try refuse("positions for \(starts.rank) axes")
    }
    for axis in 0..<shape.rank {
      let (start, length, step) = (starts[axis], lengths[axis], steps[axis])
      guard start >= 0, length >= 0, step >= 1, start <= shape[axis],
        length == 0 || start < shape[axis] && length - 1 <= (shape[axis] - start - 1) / step
      else { try refuse("\(length) positions from \(start) on by \(step) on axis \(axis)") }
      if dropped.contains(axis), length != 1 { try refuse("dropping axis \(axis) of \(length)") }
    }
  }

  /// The shape of what is taken.
  var shape: Shape {
    var shape = Shape()
    for axis in 0..<lengths.rank where !dropped.contains(axis) { shape.append(lengths[axis]) }
    return shape
  }

  /// Resolves indices against a shape. Returns the positions, and the shape with new axes if there
  /// are any. Throws `TensorError.invalidArgument` for too many indices, positions out of range,
  /// steps below 1.
  static func resolve(
    _ indices: [TensorIndex], _ shape: Shape, _ operation: OperationIdentity
  ) throws -> (positions: SlicePositions, finalShape: Shape?) {
    func refuse(_ what: String) throws -> Never {
      throw TensorError.invalidArgument(operation.name, what)
    }
    let taking = indices.count { $0.kind != .newAxis && $0.kind != .ellipsis }
    guard indices.count(where: { $0.kind == .ellipsis }) <= 1 else {
      try refuse("only one ellipsis can stand in an index")
    }
    guard taking <= shape.rank else {
      try refuse("\(taking) indices for a tensor of shape \(shape): use at most \(shape.rank)")
    }
    var positions = SlicePositions()
    var final: [Int] = []
    func takeAll(_ count: Int) {
      for _ in 0..<count {
        let axis = positions.starts.rank
        positions.starts.append(0)
        positions.lengths.append(shape[axis])
        positions.steps.append(1)
        final.append(shape[axis])
      }
    }
    for index in indices {
      let axis = positions.starts.rank
      switch index.kind {
      case .newAxis: final.append(1)
      case .ellipsis: takeAll(shape.rank - taking)
      case .position(let position):
        let length = shape[axis]
        guard position >= -length, position < length else {
          try refuse(
            "index \(position) is out of range for axis \(axis) of shape \(shape): "
              + "use \(-length) … \(length - 1)")
        }
        positions.starts.append(position < 0 ? position + length : position)
        positions.lengths.append(1)
        positions.steps.append(1)
        positions.dropped.insert(axis)
      case .slice(let start, let end, let step):
        guard step >= 1 else { try refuse("a step of \(step): steps must be at least 1") }
        let length = shape[axis]
        func place(_ position: Int) -> Int {
          Swift.min(Swift.max(position < 0 ? position + length : position, 0), length)
        }
        let first = place(start ?? 0)
        let span = Swift.max(place(end ?? length) - first, 0)
        let count = span / step + (span % step == 0 ? 0 : 1)
        positions.starts.append(first)
        positions.lengths.append(count)
        positions.steps.append(step)
        final.append(count)
      }
    }
    takeAll(shape.rank - positions.starts.rank)
    return (positions, indices.contains { $0.kind == .newAxis } ? try Shape(final) : nil)
  }
}
