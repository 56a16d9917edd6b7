/// What a gradient rule may use: the operation's inputs and results and the gradients of the
/// results. The rule is written over any home, so the gradient of a remote computation is a remote
/// computation.
public struct GradientContext<T: TensorProtocol> {
  /// What the operation was applied to.
  public let inputs: [T]
  /// What it gave.
  public let outputs: [T]
  /// The gradient of each result; nil where nothing depends on it.
  public let gradients: [T?]
  /// The gradient of the first result.
  public let dy: T
  private let needed: UInt64

  init(inputs: [T], outputs: [T], gradients: [T?], dy: T, needed: UInt64) {
    self.inputs = inputs
    self.outputs = outputs
    self.gradients = gradients
    self.dy = dy
    self.needed = needed
  }

  /// The first input.
  public var x: T { inputs[0] }
  /// The first result.
  public var output: T { outputs[0] }

  /// Whether anybody asks for the gradient of the input.
  public func isNeeded(_ index: Int) -> Bool { index > 63 || needed >> UInt64(index) & 1 == 1 }

  /// The gradient of input `index`, computed only where it is needed.
  public func forInput(_ index: Int, _ rule: () throws -> T?) rethrows -> T? {
    isNeeded(index) ? try rule() : nil
  }
}
