// The operators, restated for pointers: written over the protocol alone they make ordinary expressions fail
// with "unable to type-check in reasonable time".

extension PointerTensor {
  public static prefix func - (x: PointerTensor) throws -> PointerTensor { try apply(Neg(), to: x) }
}

// MARK: PointerTensor and PointerTensor

extension PointerTensor {
  public static func + (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Add(), to: x, y)
  }
  public static func - (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Sub(), to: x, y)
  }
  public static func * (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Mul(), to: x, y)
  }
  public static func / (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Div(), to: x, y)
  }
  public static func .== (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Equal(), to: x, y)
  }
  public static func .!= (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(NotEqual(), to: x, y)
  }
  public static func .< (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Less(), to: x, y)
  }
  public static func .<= (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(LessOrEqual(), to: x, y)
  }
  public static func .> (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(Greater(), to: x, y)
  }
  public static func .>= (x: PointerTensor, y: PointerTensor) throws -> PointerTensor {
    try apply(GreaterOrEqual(), to: x, y)
  }
}

// MARK: PointerTensor and number

extension PointerTensor {
  public static func + (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Add(operands: .scalarRight(y)), to: x)
  }
  public static func - (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Sub(operands: .scalarRight(y)), to: x)
  }
  public static func * (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Mul(operands: .scalarRight(y)), to: x)
  }
  public static func / (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Div(operands: .scalarRight(y)), to: x)
  }
  public static func .== (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Equal(operands: .scalarRight(y)), to: x)
  }
  public static func .!= (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(NotEqual(operands: .scalarRight(y)), to: x)
  }
  public static func .< (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Less(operands: .scalarRight(y)), to: x)
  }
  public static func .<= (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(LessOrEqual(operands: .scalarRight(y)), to: x)
  }
  public static func .> (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(Greater(operands: .scalarRight(y)), to: x)
  }
  public static func .>= (x: PointerTensor, y: Scalar) throws -> PointerTensor {
    try apply(GreaterOrEqual(operands: .scalarRight(y)), to: x)
  }
}

// MARK: Number and PointerTensor

extension PointerTensor {
  public static func + (x: Scalar, y: PointerTensor) throws -> PointerTensor {
    try apply(Add(operands: .scalarLeft(x)), to: y)
  }
  public static func - (x: Scalar, y: PointerTensor) throws -> PointerTensor {
    try apply(Sub(operands: .scalarLeft(x)), to: y)
  }
  public static func * (x: Scalar, y: PointerTensor) throws -> PointerTensor {
    try apply(Mul(operands: .scalarLeft(x)), to: y)
  }
  public static func / (x: Scalar, y: PointerTensor) throws -> PointerTensor {
    try apply(Div(operands: .scalarLeft(x)), to: y)
  }
}

// MARK: Double variables

extension PointerTensor {
  @_disfavoredOverload public static func + (x: PointerTensor, y: Double) throws -> PointerTensor {
    try apply(Add(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func - (x: PointerTensor, y: Double) throws -> PointerTensor {
    try apply(Sub(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func * (x: PointerTensor, y: Double) throws -> PointerTensor {
    try apply(Mul(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func / (x: PointerTensor, y: Double) throws -> PointerTensor {
    try apply(Div(operands: .scalarRight(Scalar(y))), to: x)
  }
  @_disfavoredOverload public static func + (x: Double, y: PointerTensor) throws -> PointerTensor {
    try apply(Add(operands: .scalarLeft(Scalar(x))), to: y)
  }
  @_disfavoredOverload public static func - (x: Double, y: PointerTensor) throws -> PointerTensor {
    try apply(Sub(operands: .scalarLeft(Scalar(x))), to: y)
  }
  @_disfavoredOverload public static func * (x: Double, y: PointerTensor) throws -> PointerTensor {
    try apply(Mul(operands: .scalarLeft(Scalar(x))), to: y)
  }
  @_disfavoredOverload public static func / (x: Double, y: PointerTensor) throws -> PointerTensor {
    try apply(Div(operands: .scalarLeft(Scalar(x))), to: y)
  }
}
