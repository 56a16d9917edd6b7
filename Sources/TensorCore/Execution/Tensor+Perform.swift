/// A local tensor runs an operation by computing it at once. Operands are passed without their
/// nodes, so that what an operation computes with does not get onto the tape.
extension Tensor {
  public func values() throws -> Tensor { detach() }
  public var place: Place<Tensor> { .here }

  public static func perform(_ operation: some Operation, on inputs: [Tensor]) throws -> [Tensor] {
    _ = try operation.outputs(for: inputs.map(\.descriptor))
    return try operation.execute(inputs.map { $0.detach() })
  }

  public static func perform(_ operation: some OneInputOperation, on x: Tensor) throws -> Tensor {
    _ = try operation.output(for: x.descriptor)
    return try operation.execute(x.detach())
  }

  public static func perform(_ operation: some TwoInputOperation, on x: Tensor, _ y: Tensor) throws
    -> Tensor
  {
    _ = try operation.output(for: x.descriptor, y.descriptor)
    return try operation.execute(x.detach(), y.detach())
  }
}
