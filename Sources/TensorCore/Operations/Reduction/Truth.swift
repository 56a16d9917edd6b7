// Reductions to truth values and their number.

/// Whether all elements are other than 0: bool, for uint8 uint8. True over no element.
public struct All: ReductionOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "all", code: 0x0413)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x == .uint8 ? .uint8 : .bool }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    let truth = Descriptor(shape: result.shape, dtype: .bool)
    return try Reduction.run(.all, x, axes: reduced, result: truth, name).cast(to: result.dtype)
  }
}

/// Whether any element is other than 0: bool, for uint8 uint8. False over no element.
public struct AnyTrue: ReductionOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "any", code: 0x0414)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { x == .uint8 ? .uint8 : .bool }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    let truth = Descriptor(shape: result.shape, dtype: .bool)
    return try Reduction.run(.any, x, axes: reduced, result: truth, name).cast(to: result.dtype)
  }
}

/// The number of elements other than 0, as int64.
public struct CountNonzero: ReductionOperation, NonDifferentiableOperation {
  public static let identity = OperationIdentity(name: "count_nonzero", code: 0x0415)
  public var dim: [Int]?
  public var keepdim = false
  public init() {}
  public static func dtype(for x: DType) throws -> DType { .int64 }
  public func reduce(_ x: Tensor, _ reduced: AxisSet, result: Descriptor) throws -> Tensor {
    try Reduction.run(.countNonzero, x, axes: reduced, result: result, name)
  }
}
