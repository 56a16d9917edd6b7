/// What a loss makes of the losses of the samples.
public enum LossReduction: UInt8, AttributeValue {
  /// Keeps them.
  case none = 0
  /// Their mean.
  case mean = 1
  /// Their sum.
  case sum = 2

  public init(decoding reader: inout ByteReader) throws {
    let code = try reader.read(UInt8.self)
    guard let reduction = LossReduction(rawValue: code) else {
      throw TensorError.malformed("\(code) is no reduction of losses")
    }
    self = reduction
  }
  public func encode(into writer: inout ByteWriter) { writer.write(rawValue) }

  func shape(of samples: Shape) -> Shape { self == .none ? samples : Shape() }

  func reduce<T: TensorProtocol>(_ losses: T) throws -> T {
    switch self {
    case .none: losses
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    }
  }

  /// The gradient of each sample's loss.
  func distribute<T: TensorProtocol>(_ dy: T, over count: Int) throws -> T {
    self == .mean ? try dy / Scalar(Double(count)) : dy
  }
}
