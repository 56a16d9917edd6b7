/// Changing tensors in place. Where tensors are values, that gives a variable a new value; on a pointer it
/// changes the object, which all copies of the pointer see.
///
/// The tape records no change in place: it would have to know of every pointer to the object.
extension TensorHome {
  public static func performInPlace(_ operation: some OneInputOperation, on x: inout Self) throws {
    x.replaceValue(by: try perform(operation, on: x))
  }

  public static func performInPlace(
    _ operation: some TwoInputOperation, on x: inout Self, _ y: Self
  ) throws {
    x.replaceValue(by: try perform(operation, on: x, y))
  }

  public static func performInPlace(
    _ operation: some Operation, on x: inout Self, _ others: [Self]
  ) throws {
    x.replaceValue(by: try perform(operation, on: [x] + others)[0])
  }

  /// A leaf stays the leaf that it is.
  private mutating func replaceValue(by value: Self) {
    let (node, nodeResult) = (node, nodeResult)
    self = value
    self.node = node
    self.nodeResult = nodeResult
  }

  public func savedForGradient() -> Self { detach() }

  public func becomeGradient() {}

  /// Puts the result of an operation on `x` in its place. Throws what the operation throws,
  /// `TensorError.shapeMismatch` and `.unsupportedDType` where the result has not x's shape and dtype,
  /// `.gradient` where the tape would have to know of it.
  public static func applyInPlace(_ operation: some OneInputOperation, to x: inout Self) throws {
    let name = operation.name
    try requireResult(of: name, operation.output(for: x.descriptor), replaces: x)
    try requireNoGraph(name, x, isRecording: false)
    try performInPlace(operation, on: &x)
  }

  /// The same for two operands.
  public static func applyInPlace(
    _ operation: some TwoInputOperation, to x: inout Self, _ y: Self
  ) throws {
    let name = operation.name
    try requireResult(of: name, operation.output(for: x.descriptor, y.descriptor), replaces: x)
    try requireNoGraph(name, x, isRecording: y.node != nil)
    try performInPlace(operation, on: &x, y)
  }

  /// The same for any operation with one result; `x` is its first input.
  public static func applyInPlace(
    _ operation: some Operation, to x: inout Self, _ others: [Self]
  ) throws {
    let name = operation.name
    let results = try operation.outputs(for: [x.descriptor] + others.map(\.descriptor))
    guard results.count == 1 else {
      throw TensorError.invalidArgument(name, "\(results.count) results have no place in one")
    }
    try requireResult(of: name, results[0], replaces: x)
    try requireNoGraph(name, x, isRecording: others.contains { $0.node != nil })
    try performInPlace(operation, on: &x, others)
  }

  /// Gives this tensor the values of another, which broadcasts to its shape and is cast to its dtype. On a
  /// pointer the object keeps its id and all copies see it; one instruction. Throws
  /// `TensorError.shapeMismatch`, `.gradient` where the tape would have to know of it.
  public mutating func assign(_ value: Self) throws {
    try Self.applyInPlace(Copy(), to: &self, value)
  }

  /// Computes a new value from this tensor and puts it in its place: every operation in place. Throws what
  /// `change` throws, `TensorError.shapeMismatch` and `.unsupportedDType` for a value that does not fit.
  public mutating func update(_ change: (Self) throws -> Self) throws {
    let value = try change(self)
    let placed = Descriptor(shape: value.shape, dtype: dtype)
    try Self.requireResult(of: "update", placed, replaces: self)
    guard value.dtype.kind <= dtype.kind else {
      throw TensorError.unsupportedDType(
        operation: "update", dtypes: [dtype, value.dtype],
        remedy: "a tensor of the first cannot hold a result of the second; \(Self.instead)")
    }
    try assign(value)
  }

  /// What to do where a tensor cannot be changed.
  private static var instead: String { "write x = x + y or the like for a new tensor" }

  private static func requireResult(of name: String, _ result: Descriptor, replaces x: Self) throws
  {
    guard result.shape == x.shape else {
      throw TensorError.shapeMismatch(
        operation: "\(name) in place", shapes: [x.shape, result.shape],
        remedy: "broadcasting has enlarged the result, which the first cannot hold; \(instead)")
    }
    guard result.dtype == x.dtype else {
      throw TensorError.unsupportedDType(
        operation: "\(name) in place", dtypes: [x.dtype, result.dtype],
        remedy: "a tensor of the first cannot hold a result of the second; cast the operand, or "
          + instead)
    }
  }

  private static func requireNoGraph(_ name: String, _ x: Self, isRecording: Bool) throws {
    if x.node != nil, !x.isLeaf {
      throw TensorError.gradient(
        "\(name) in place on a tensor that a graph has computed: backward() may need what it "
          + "overwrites; \(instead)")
    }
    guard GradientMode.isEnabled else { return }
    if x.node != nil {
      throw TensorError.gradient(
        "\(name) in place on a leaf that requires a gradient: write it inside withoutGradient { }, "
          + "as an optimizer's step is, or \(instead)")
    }
    if isRecording {
      throw TensorError.gradient(
        "\(name) in place with an operand that requires a gradient: what is done in place is not "
          + "recorded; detach() the operand, or \(instead)")
    }
  }
}
