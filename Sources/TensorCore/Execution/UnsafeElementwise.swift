import CKernels

/// Running elementwise kernels over tensors of any layout: kernels see contiguous or repeated
/// operands, what is strided otherwise is first put in order.
enum Elementwise {
  /// Elements of which a row must consist for a kernel call of its own to be worth while.
  private static let shortestRow = 32

  /// out = f(x), of x's dtype.
  static func run(_ kernel: UnaryKernel, _ x: Tensor, _ name: String) throws -> Tensor {
    let function = try present(ck_unary(kernel.row, Int32(x.dtype.rawValue)), name, x.dtype)
    let x = try x.contiguous()
    let out = try Tensor(uninitialized: x.descriptor)
    function(x.start, out.mutableStart, out.elementCount)
    return withExtendedLifetime(x) { out }
  }

  /// out = whether x is so, as bool.
  static func run(_ kernel: PredicateKernel, _ x: Tensor, _ name: String) throws -> Tensor {
    let function = try present(ck_predicate(kernel.row, Int32(x.dtype.rawValue)), name, x.dtype)
    let x = try x.contiguous()
    let out = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: .bool))
    function(x.start, out.mutableStart, out.elementCount)
    return withExtendedLifetime(x) { out }
  }

  /// out = f(x) with numbers beside it, of x's dtype.
  static func run(
    _ kernel: ParametricKernel, _ x: Tensor, _ numbers: SIMD4<Double>, _ name: String
  ) throws -> Tensor {
    let function = try present(ck_parametric(kernel.row, Int32(x.dtype.rawValue)), name, x.dtype)
    let x = try x.contiguous()
    let out = try Tensor(uninitialized: x.descriptor)
    withUnsafeBytes(of: numbers) { bytes in
      function(
        x.start, bytes.assumingMemoryBound(to: Double.self).baseAddress, out.mutableStart,
        out.elementCount)
    }
    return withExtendedLifetime(x) { out }
  }

  /// x as mantissa · 2^exponent, for a floating-point dtype; the exponents are int32.
  static func split(_ x: Tensor) throws -> (mantissa: Tensor, exponent: Tensor) {
    // A half's mantissa and exponent are exact in float32, and its mantissa again as a half.
    let wide = try cast(x, to: x.dtype.accumulated).contiguous()
    let mantissa = try Tensor(uninitialized: wide.descriptor)
    let exponent = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: .int32))
    ck_frexp(
      Int32(wide.dtype.rawValue), wide.start, mantissa.mutableStart,
      exponent.mutableStart.assumingMemoryBound(to: Int32.self), wide.elementCount)
    return try withExtendedLifetime(wide) { (try cast(mantissa, to: x.dtype), exponent) }
  }

  /// out = f(x, y) for tensors of one dtype that broadcast to `result`.
  static func run(
    _ kernel: BinaryKernel, _ x: Tensor, _ y: Tensor, result: Descriptor, _ name: String
  ) throws -> Tensor {
    let loops = kernel.loops(x.dtype)
    let vv = try present(loops.vv, name, x.dtype)
    let vs = try present(loops.vs, name, x.dtype)
    let sv = try present(loops.sv, name, x.dtype)
    let out = try Tensor(uninitialized: result)
    let count = out.elementCount
    if count == 0 { return out }
    if x.shape == result.shape, y.shape == result.shape, x.isContiguous, y.isContiguous {
      vv(x.start, y.start, out.mutableStart, count)
    } else if y.elementCount == 1 {
      let x = try x.broadcastView(to: result.shape).contiguous()
      vs(x.start, y.start, out.mutableStart, count)
      withExtendedLifetime(x) {}
    } else if x.elementCount == 1 {
      let y = try y.broadcastView(to: result.shape).contiguous()
      sv(x.start, y.start, out.mutableStart, count)
      withExtendedLifetime(y) {}
    } else {
      try runRows(vv, vs, sv, x.contiguous(), y.contiguous(), out)
    }
    return withExtendedLifetime((x, y)) { out }
  }

  /// out = f(x, number) or f(number, x).
  static func run(
    _ kernel: BinaryKernel, _ x: Tensor, scalar: Scalar, isLeft: Bool, result: Descriptor,
    _ name: String
  ) throws -> Tensor {
    let loops = kernel.loops(x.dtype)
    let function = try present(isLeft ? loops.sv : loops.vs, name, x.dtype)
    let x = try x.contiguous()
    let out = try Tensor(uninitialized: result)
    withElement(scalar, as: x.dtype) { element in
      function(
        isLeft ? element : x.start, isLeft ? x.start : element, out.mutableStart, out.elementCount)
    }
    return withExtendedLifetime(x) { out }
  }

  /// Broadcasting in general. The innermost axes along which both operands behave alike are one
  /// row; where rows would be short, the operands are written out instead.
  private static func runRows(
    _ vv: ck_binary_function, _ vs: ck_binary_function, _ sv: ck_binary_function,
    _ x: Tensor, _ y: Tensor, _ out: Tensor
  ) throws {
    let shape = out.shape
    let xs = x.broadcastView(to: shape).body.strides
    let ys = y.broadcastView(to: shape).body.strides
    func walks(_ strides: Strides, _ axis: Int) -> Bool { strides[axis] != 0 }
    var axis = shape.rank - 1
    while axis >= 0, shape[axis] == 1 { axis -= 1 }
    let kind = (walks(xs, axis), walks(ys, axis))
    var length = 1
    while axis >= 0, shape[axis] == 1 || (walks(xs, axis), walks(ys, axis)) == kind {
      length *= shape[axis]
      axis -= 1
    }
    guard length >= shortestRow || axis < 0 else {
      let x = try x.broadcastView(to: shape).contiguous()
      let y = try y.broadcastView(to: shape).contiguous()
      vv(x.start, y.start, out.mutableStart, out.elementCount)
      return withExtendedLifetime((x, y)) {}
    }
    let function = kind.0 ? (kind.1 ? vv : vs) : sv
    let inSize = x.dtype.size
    let outBytes = length * out.dtype.size
    var target = out.mutableStart
    var (a, b) = (x.start, y.start)
    var index = Shape()
    for _ in 0...Swift.max(axis, 0) { index.append(0) }
    while true {
      function(a, b, target, length)
      target += outBytes
      // The next row: like an odometer, last axis fastest.
      var digit = axis
      while digit >= 0 {
        index[digit] += 1
        a += xs[digit] * inSize
        b += ys[digit] * inSize
        if index[digit] < shape[digit] { break }
        a -= xs[digit] * inSize * shape[digit]
        b -= ys[digit] * inSize * shape[digit]
        index[digit] = 0
        digit -= 1
      }
      if digit < 0 { return }
    }
  }

  /// out = condition ? x : y, all broadcast to `result`; x and y of its dtype.
  static func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor, result: Descriptor) throws
    -> Tensor
  {
    let out = try Tensor(uninitialized: result)
    let (c, cStep) = try repeated(condition, to: result.shape)
    let (a, aStep) = try repeated(x, to: result.shape)
    let (b, bStep) = try repeated(y, to: result.shape)
    let function = try present(ck_where(result.dtype.size), "where", result.dtype)
    function(
      c.start.assumingMemoryBound(to: UInt8.self), cStep, a.start, aStep, b.start, bStep,
      out.mutableStart, out.elementCount)
    return withExtendedLifetime((a, b, c)) { out }
  }

  /// The operand of a loop that walks along or repeats one element, and its step.
  static func repeated(_ x: Tensor, to shape: Shape) throws -> (Tensor, Int) {
    x.elementCount == 1 ? (x, 0) : (try x.broadcastView(to: shape).contiguous(), 1)
  }

  /// The same values as another dtype; itself where it has it.
  static func cast(_ x: Tensor, to dtype: DType) throws -> Tensor {
    if x.dtype == dtype { return x.detach() }
    let x = try x.contiguous()
    let out = try Tensor(uninitialized: Descriptor(shape: x.shape, dtype: dtype))
    convert(x.start, from: x.dtype, into: out.mutableStart, as: dtype, count: out.elementCount)
    return withExtendedLifetime(x) { out }
  }

  /// Converts elements in memory. Every pair of dtypes has its loop.
  static func convert(
    _ source: UnsafeRawPointer?, from: DType, into target: UnsafeMutableRawPointer, as to: DType,
    count: Int
  ) {
    if from == to {
      if let source, count > 0 { target.copyMemory(from: source, byteCount: count * to.size) }
    } else if let function = ck_cast(Int32(from.rawValue), Int32(to.rawValue)) {
      function(source, target, count)
    } else {
      preconditionFailure("no loop casts \(from) to \(to)")
    }
  }

  /// A new tensor with every element equal to the number.
  static func full(_ descriptor: Descriptor, _ value: Scalar) throws -> Tensor {
    let out = try Tensor(uninitialized: descriptor)
    withElement(value, as: descriptor.dtype) {
      ck_fill(descriptor.dtype.size, $0, out.mutableStart, out.elementCount)
    }
    return out
  }

  /// Calls `body` with the address of the number as one element of the dtype.
  static func withElement<Result>(
    _ value: Scalar, as dtype: DType, _ body: (UnsafeRawPointer) -> Result
  ) -> Result {
    switch dtype {
    case .bool: withUnsafePointer(to: UInt8(value.isZero ? 0 : 1)) { body($0) }
    case .uint8: withUnsafePointer(to: UInt8(truncatingIfNeeded: value.int)) { body($0) }
    case .int8: withUnsafePointer(to: Int8(truncatingIfNeeded: value.int)) { body($0) }
    case .int16: withUnsafePointer(to: Int16(truncatingIfNeeded: value.int)) { body($0) }
    case .float16: withUnsafePointer(to: Half.bits(value.double)) { body($0) }
    case .bfloat16: withUnsafePointer(to: Half.bfloatBits(value.double)) { body($0) }
    case .int32: withUnsafePointer(to: Int32(truncatingIfNeeded: value.int)) { body($0) }
    case .int64: withUnsafePointer(to: value.int) { body($0) }
    case .float32: withUnsafePointer(to: Float(value.double)) { body($0) }
    case .float64: withUnsafePointer(to: value.double) { body($0) }
    }
  }

  static func present<Function>(_ function: Function?, _ name: String, _ dtype: DType) throws
    -> Function
  {
    guard let function else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "cast the tensor to another dtype first")
    }
    return function
  }
}
