// The operators, restated for local tensors: written over the protocol alone they make ordinary
// expressions fail with "unable to type-check in reasonable time".

extension Tensor {
  public static prefix func - (x: Tensor) throws -> Tensor { try apply(Neg(), to: x) }
}

// MARK: Tensor and Tensor

extension Tensor {
  public static func + (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Add(), to: x, y)
  }
  public static func - (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Sub(), to: x, y)
  }
  public static func * (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Mul(), to: x, y)
  }
  public static func / (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Div(), to: x, y)
  }
  public static func .== (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Equal(), to: x, y)
  }
  public static func .!= (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(NotEqual(), to: x, y)
  }
  public static func .< (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Less(), to: x, y)
  }
  public static func .<= (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(LessOrEqual(), to: x, y)
  }
  public static func .> (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(Greater(), to: x, y)
  }
  public static func .>= (x: Tensor, y: Tensor) throws -> Tensor {
    try apply(GreaterOrEqual(), to: x, y)
  }
}

// MARK: Tensor and number

extension Tensor {
  public static func + (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Add(operands: .scalarRight(y)), to: x)
  }
  public static func - (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Sub(operands: .scalarRight(y)), to: x)
  }
  public static func * (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Mul(operands: .scalarRight(y)), to: x)
  }
  public static func / (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Div(operands: .scalarRight(y)), to: x)
  }
  public static func .== (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Equal(operands: .scalarRight(y)), to: x)
  }
  public static func .!= (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(NotEqual(operands: .scalarRight(y)), to: x)
  }
  public static func .< (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Less(operands: .scalarRight(y)), to: x)
  }
  public static func .<= (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(LessOrEqual(operands: .scalarRight(y)), to: x)
  }
  public static func .> (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(Greater(operands: .scalarRight(y)), to: x)
  }
  public static func .>= (x: Tensor, y: Scalar) throws -> Tensor {
    try apply(GreaterOrEqual(operands: .scalarRight(y)), to: x)
  }
}

// MARK: Number and Tensor

extension Tensor {
  public static func + (x: Scalar, y: Tensor) throws -> Tensor {
    try apply(Add(operands: .scalarLeft(x)), to: y)
  }
  public static func - (x: Scalar, y: Tensor) throws -> Tensor {
    try apply(Sub(operands: .scalarLeft(x)), to: y)
  }
  public static func * (x: Scalar, y: Tensor) throws -> Tensor {
    try apply(Mul(operands: .scalarLeft(x)), to: y)
  }
  public static func / (x: Scalar, y: Tensor) throws -> Tensor {
    try apply(Div(operands: .scalarLeft(x)), to: y)
  }
}

// MARK: Double variables

extension Tensor {
  @_disfavoredOverload public static func + (x: Tensor, y: Double) throws -> Tensor {
    try apply(Add(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func - (x: Tensor, y: Double) throws -> Tensor {
    try apply(Sub(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func * (x: Tensor, y: Double) throws -> Tensor {
    try apply(Mul(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func / (x: Tensor, y: Double) throws -> Tensor {
    try apply(Div(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func + (x: Double, y: Tensor) throws -> Tensor {
    try apply(Add(operands: .scalarLeft(Scalar(x))), to: y)
  }
  @_disfavoredOverload public static func - (x: Double, y: Tensor) throws -> Tensor {
    try apply(Sub(operands: .scalarLeft(Scalar(x))), to: y)
  }
  @_disfavoredOverload public static func * (x: Double, y: Tensor) throws -> Tensor {
    try apply(Mul(operands: .scalarLeft(Scalar(x))), to: y)
  }
  @_disfavoredOverload public static func / (x: Double, y: Tensor) throws -> Tensor {
    try apply(Div(operands: .scalarLeft(Scalar(x))), to: y)
  }
}
