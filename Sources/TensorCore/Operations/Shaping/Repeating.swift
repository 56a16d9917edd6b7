// Repeating a tensor along its axes: op codes 0x0640 …

/// The whole tensor repeated along each axis, and along new axes in front.
public struct Repeat: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "repeat", code: 0x0640)
  public static let attributes: [Attribute<Repeat>] = [Attribute("repeats", \.repeats)]
  public static let movesElements = true
  /// How often, for each axis of the result.
  public var repeats: [Int] = []
  public init() {}
  public func output(for x: Descriptor) throws -> Descriptor {
    guard repeats.count >= x.shape.rank, repeats.count <= Shape.maximumRank,
      repeats.allSatisfy({ $0 >= 0 })
    else {
      throw TensorError.invalidArgument(
        name, "\(repeats) for shape \(x.shape): give a number of at least 0 for every axis")
    }
    let lengths = try zip(leading(x.shape), repeats).map { length, times in
      let (product, overflow) = length.multipliedReportingOverflow(by: times)
      guard !overflow else {
        throw TensorError.invalidArgument(
          name, "\(repeats) makes more elements than can be counted")
      }
      return product
    }
    return Descriptor(shape: try Shape(lengths), dtype: x.dtype)
  }
  /// The shape with new axes in front.
  private func leading(_ shape: Shape) -> [Int] {
    Array(repeating: 1, count: repeats.count - shape.rank) + shape
  }
  public func execute(_ x: Tensor) throws -> Tensor {
    var lengths = leading(x.shape)
    // What is repeated along one axis are blocks of all the axes behind it: three axes do.
    var result = try x.reshape(lengths)
    for (axis, times) in repeats.enumerated().reversed() where times != 1 {
      let outer = lengths[..<axis].reduce(1, *)
      let block = lengths[axis...].reduce(1, *)
      lengths[axis] *= times
      result = try result.reshape([outer, 1, block]).broadcastTo([outer, times, block])
        .reshape(lengths)
    }
    return result
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    var lengths = leading(g.x.shape)
    for axis in lengths.indices { lengths[axis] *= repeats[axis] }
    var dx = g.dy
    for (axis, times) in repeats.enumerated() where times != 1 {
      let outer = lengths[..<axis].reduce(1, *)
      lengths[axis] =
        axis < repeats.count - g.x.rank ? 1 : g.x.shape[axis - repeats.count + g.x.rank]
      let block = lengths[axis...].reduce(1, *)
      dx = try dx.reshape([outer, times, block]).sum(dim: [1])
    }
    return [try dx.reshape(g.x.shape)]
  }
}

extension TensorProtocol {
  /// The whole tensor repeated along each axis; more numbers than axes make new ones in front.
  /// Throws `TensorError.invalidArgument` for fewer numbers than axes and for negative ones.
  public func `repeat`(_ repeats: [Int]) throws -> Self {
    var operation = Repeat()
    operation.repeats = repeats
    return try Self.apply(operation, to: self)
  }
  /// The whole tensor repeated along its last axes, as often as the numbers say; more numbers than
  /// axes make new ones in front. Throws `TensorError.invalidArgument` for negative ones.
  public func tile(_ dims: [Int]) throws -> Self {
    try `repeat`(Array(repeating: 1, count: Swift.max(rank - dims.count, 0)) + dims)
  }
}

let repeatingEntries: [any Operation.Type] = [Repeat.self]

extension NamedOperations {
  mutating func addRepeating() {
    add("repeat(Tensor input, int... repeats)") { try $0.x.repeat($0.ints("repeats")) }
    add("tile(Tensor input, int... dims)") { try $0.x.tile($0.ints("dims")) }
  }
}
