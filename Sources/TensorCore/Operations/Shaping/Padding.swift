// Borders around a tensor: op codes 0x0630 …

/// What a border is filled with.
public enum PadMode: UInt8, Sendable, CaseIterable, AttributeValue {
  /// A number.
  case constant = 0
  /// The elements mirrored at the edge, without the edge.
  case reflect = 1
  /// The elements of the edge.
  case replicate = 2
  /// The elements from the other end.
  case circular = 3

  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let mode = PadMode(rawValue: code) else {
      throw TensorError.malformed("\(code) is no mode of padding")
    }
    self = mode
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }

  /// PyTorch's name.
  public var name: String {
    switch self {
    case .constant: "constant"
    case .reflect: "reflect"
    case .replicate: "replicate"
    case .circular: "circular"
    }
  }

  /// The mode with PyTorch's name. Throws `TensorError.invalidArgument`.
  init(name: String) throws {
    guard let mode = PadMode.allCases.first(where: { $0.name == name }) else {
      let names = PadMode.allCases.map(\.name).joined(separator: ", ")
      throw TensorError.invalidArgument("pad", "there is no such mode: use \(names)")
    }
    self = mode
  }
}

/// A tensor with borders; negative widths cut it off instead.
public struct Pad: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "pad", code: 0x0630)
  public static let attributes: [Attribute<Pad>] = [
    Attribute("pad", \.pad), Attribute("mode", \.mode), Attribute("value", \.value),
  ]
  public static let movesElements = true
  /// Widths in front of and behind the last axis, the last but one and so on.
  public var pad: [Int] = []
  /// What the borders are filled with.
  public var mode = PadMode.constant
  /// The number, where they are filled with one.
  public var value: Scalar = 0
  public init() {}

  public func output(for x: Descriptor) throws -> Descriptor {
    try value.requireFits(x.dtype, name)
    guard pad.count % 2 == 0, pad.count <= 2 * x.shape.rank else {
      throw TensorError.invalidArgument(
        name, "widths \(pad) for shape \(x.shape): give two for each axis, from the last one on")
    }
    var lengths = Array(x.shape)
    for border in borders(x.shape.rank) {
      try border.check(lengths[border.axis], mode, x.shape)
      lengths[border.axis] = border.padded(lengths[border.axis])
    }
    return Descriptor(shape: try Shape(lengths), dtype: x.dtype)
  }

  public func execute(_ x: Tensor) throws -> Tensor {
    let borders = borders(x.rank)
    guard mode == .constant else {
      return try borders.reduce(x.detach()) { try $1.padded($0, mode) }
    }
    let out = try Elementwise.full(output(for: x.descriptor), value)
    var (inner, source) = (out, x)
    for border in borders {
      let kept = border.kept(x.shape[border.axis])
      inner = inner.part(axis: border.axis, start: Swift.max(border.front, 0), length: kept.count)
      source = source.part(axis: border.axis, start: kept.lowerBound, length: kept.count)
    }
    inner.overwrite(with: source)
    return out
  }

  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    if mode == .constant { return [try g.dy.pad(pad.map { -$0 })] }
    var operation = PadBackward()
    operation.inputSize = g.x.shape
    operation.padding = self
    return [try T.apply(operation, to: g.dy)]
  }

  /// The axes that get borders, from the last on.
  fileprivate func borders(_ rank: Int) -> [Border] {
    (0..<pad.count / 2).map {
      Border(axis: rank - 1 - $0, front: pad[2 * $0], back: pad[2 * $0 + 1])
    }.filter { $0.front != 0 || $0.back != 0 }
  }
}

/// The gradients of a tensor with borders added to where the borders came from: the gradient of
/// `pad`.
public struct PadBackward: OneInputOperation, AttributedOperation {
  public static let identity = OperationIdentity(name: "pad_backward", code: 0x0631)
  public static let attributes: [Attribute<PadBackward>] = [
    Attribute("input_sizes", \.inputSize), Attribute("pad", \.padding.pad),
    Attribute("mode", \.padding.mode),
  ]
  // Where the borders are cut off the results are elements of the gradient, moved.
  public static let movesElements = true
  /// Lengths of the axes of the result.
  package var inputSize = Shape()
  /// The borders.
  package var padding = Pad()
  public init() {}
  public func output(for dy: Descriptor) throws -> Descriptor {
    guard dy.dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dy.dtype], remedy: "a gradient is of floating-point numbers")
    }
    let result = Descriptor(shape: try Shape(inputSize), dtype: dy.dtype)
    let padded = try padding.output(for: result)
    guard padded.shape == dy.shape else {
      throw TensorError.shapeMismatch(
        operation: name, shapes: [dy.shape, padded.shape], remedy: "they must be equal")
    }
    return result
  }
  public func execute(_ dy: Tensor) throws -> Tensor {
    let sums = try Elementwise.cast(dy, to: dy.dtype.accumulated)
    let result = try padding.borders(inputSize.rank).reversed().reduce(sums) {
      try $1.unpadded($0, padding.mode, to: inputSize[$1.axis])
    }
    return try Elementwise.cast(result, to: dy.dtype)
  }
  public func gradient<T: TensorProtocol>(_ g: GradientContext<T>) throws -> [T?] {
    [try T.apply(padding, to: g.dy)]
  }
}

extension TensorProtocol {
  /// A tensor with borders: widths in front of and behind the last axis, the last but one and so
  /// on; negative ones cut it off. A number fills them unless `mode` says otherwise. Throws
  /// `TensorError.invalidArgument` for widths that are too many, cannot be filled or cut off more
  /// than there is; but for `constant` there must be one axis or two in front of those with
  /// borders.
  public func pad(_ pad: [Int], mode: PadMode = .constant, value: Scalar = 0) throws -> Self {
    var operation = Pad()
    operation.pad = pad
    operation.mode = mode
    operation.value = value
    let others = rank - pad.count / 2
    guard mode == .constant || value.isZero && !pad.isEmpty && (1...2).contains(others) else {
      throw TensorError.invalidArgument(
        Pad.identity.name,
        "widths \(pad) for shape \(shape): mode \(mode.name) takes no number and leaves one axis "
          + "or two in front without borders")
    }
    return try Self.apply(operation, to: self)
  }

  /// `pad` of one to three axes, as PyTorch names it for each.
  func pad(_ pad: [Int], axes: Int, mode: PadMode) throws -> Self {
    guard pad.count == 2 * axes else {
      throw TensorError.invalidArgument(
        Pad.identity.name, "\(pad.count) widths for \(axes) axes: give two for each")
    }
    return try self.pad(pad, mode: mode)
  }
}

let paddingEntries: [any Operation.Type] = [Pad.self, PadBackward.self]

extension NamedOperations {
  mutating func addPadding() {
    add("nn.functional.pad(Tensor input, int[] pad, str mode='constant', Scalar? value=None)") {
      try $0.x.pad(
        $0.ints("pad"), mode: PadMode(name: $0.text("mode")),
        value: $0.optionalScalar("value") ?? 0)
    }
    add("constant_pad_nd(Tensor input, int[] pad, Scalar value=0)") {
      try $0.x.pad($0.ints("pad"), value: $0.scalar("value"))
    }
    for (mode, prefix) in [(PadMode.reflect, "reflection"), (.replicate, "replication")] {
      for axes in 1...3 {
        add("\(prefix)_pad\(axes)d(Tensor input, int[] padding)") {
          try $0.x.pad($0.ints("padding"), axes: axes, mode: mode)
        }
      }
    }
  }
}

/// The borders of one axis.
private struct Border {
  let axis: Int
  let front: Int
  let back: Int

  /// The positions of an axis of the length that stay.
  func kept(_ length: Int) -> Range<Int> {
    let start = Swift.min(Swift.max(-front, 0), length)
    return start..<Swift.max(start, length + Swift.min(back, 0))
  }
  /// The length with borders.
  func padded(_ length: Int) -> Int { length &+ front &+ back }

  /// Refuses borders that the mode cannot fill or that cut off more than there is.
  func check(_ length: Int, _ mode: PadMode, _ shape: Shape) throws {
    func refuse(_ remedy: String) throws -> Never {
      throw TensorError.invalidArgument(
        "pad", "widths \(front) and \(back) around axis \(axis) of shape \(shape): \(remedy)")
    }
    let limit = Int.max / 4
    guard (-limit...limit).contains(front), (-limit...limit).contains(back) else {
      try refuse("they are too large")
    }
    // What both cut off must be there: no position is cut off from both ends.
    guard Swift.min(front, 0) + Swift.min(back, 0) + length >= 0, padded(length) >= 0 else {
      try refuse("no more can be cut off than there is")
    }
    if mode == .reflect || mode == .replicate, padded(length) == 0 {
      try refuse("nothing would be left")
    }
    switch mode {
    case .constant: return
    case .reflect:
      if length <= Swift.max(front, back) {
        try refuse("at most the elements beside the edge can be mirrored")
      }
    case .replicate: if length == 0 { try refuse("there is no edge to repeat") }
    case .circular:
      if kept(length).count < Swift.max(front, back) {
        try refuse("what is left can go round once")
      }
    }
  }

  /// Where the border in front of an axis and the one behind it come from: views of `x` of the
  /// borders' shapes, whose positions are those of the border.
  private func sources(_ x: Tensor, _ mode: PadMode) -> (front: Tensor?, back: Tensor?) {
    let length = x.shape[axis]
    // What is cut off at one end does not come in at the other.
    let kept = kept(length)
    func part(_ start: Int, _ count: Int) -> Tensor {
      x.part(axis: axis, start: start, length: count)
    }
    func source(_ width: Int, mirrored: Int, edge: Int, opposite: Int) -> Tensor? {
      guard width > 0 else { return nil }
      switch mode {
      case .constant: return nil
      case .reflect: return part(mirrored, width).flipped(axis: axis)
      case .replicate:
        let edge = part(edge, 1)
        return edge.broadcastView(to: edge.shape.replacing(axis: axis, with: width))
      case .circular: return part(opposite, width)
      }
    }
    return (
      source(front, mirrored: 1, edge: 0, opposite: kept.upperBound - front),
      source(back, mirrored: length - 1 - back, edge: length - 1, opposite: kept.lowerBound)
    )
  }

  /// x with the borders.
  func padded(_ x: Tensor, _ mode: PadMode) throws -> Tensor {
    let length = x.shape[axis]
    let shape = try Shape(x.shape.replacing(axis: axis, with: padded(length)))
    let out = try Tensor(uninitialized: Descriptor(shape: shape, dtype: x.dtype))
    let kept = kept(length)
    func target(_ start: Int, _ count: Int) -> Tensor {
      out.part(axis: axis, start: start, length: count)
    }
    target(Swift.max(front, 0), kept.count)
      .overwrite(with: x.part(axis: axis, start: kept.lowerBound, length: kept.count))
    let sources = sources(x, mode)
    if let source = sources.front { target(0, front).overwrite(with: source) }
    if let source = sources.back { target(shape[axis] - back, back).overwrite(with: source) }
    return out
  }

  /// The gradient of the axis without borders from the one with them.
  func unpadded(_ dy: Tensor, _ mode: PadMode, to length: Int) throws -> Tensor {
    let shape = dy.shape.replacing(axis: axis, with: length)
    let out = try Elementwise.full(Descriptor(shape: shape, dtype: dy.dtype), 0)
    let kept = kept(length)
    func part(_ start: Int, _ count: Int) -> Tensor {
      dy.part(axis: axis, start: start, length: count)
    }
    out.part(axis: axis, start: kept.lowerBound, length: kept.count)
      .overwrite(with: part(Swift.max(front, 0), kept.count))
    // The views that borders are read from are where their gradients belong; the edge, which is
    // read many times, takes their sum.
    func add(_ border: Tensor, to place: Tensor?) throws {
      guard let place else { return }
      switch mode {
      case .constant, .circular: try place.accumulate(border)
      case .reflect: try place.flipped(axis: axis).accumulate(border.flipped(axis: axis))
      case .replicate:
        try place.part(axis: axis, start: 0, length: 1)
          .accumulate(border.sum(dim: [axis], keepdim: true))
      }
    }
    let places = sources(out, mode)
    if front > 0 { try add(part(0, front), to: places.front) }
    if back > 0 { try add(part(dy.shape[axis] - back, back), to: places.back) }
    return out
  }
}
