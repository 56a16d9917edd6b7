// The names of the elementwise functions of two operands.

extension NamedOperations {
  mutating func addBinary() {
    addArithmetic()
    addRounded()
    addFunctions()
    addBits()
    addComparisons()
    addReflected()
  }

  private mutating func addArithmetic() {
    add("add(Tensor input, Value other, *, Scalar alpha=1)") { arguments in
      let (x, alpha) = (try arguments.x, try arguments.scalar("alpha"))
      switch try arguments.operand("other") {
      case .tensor(let y): return try x.add(y, alpha: alpha)
      case .scalar(let y): return try x.add(y, alpha: alpha)
      }
    }
    addForTwoNumbers("add", Add.self)
    add("sub(Tensor input, Value other, *, Scalar alpha=1)") { arguments in
      let (x, alpha) = (try arguments.x, try arguments.scalar("alpha"))
      switch try arguments.operand("other") {
      case .tensor(let y): return try x.sub(y, alpha: alpha)
      case .scalar(let y): return try x.sub(y, alpha: alpha)
      }
    }
    addForTwoNumbers("sub", Sub.self)
    alias("subtract", of: "sub")
    add("rsub(Tensor input, Value other, *, Scalar alpha=1)") { arguments in
      let (x, alpha) = (try arguments.x, try arguments.scalar("alpha"))
      switch try arguments.operand("other") {
      case .tensor(let y): return try x.rsub(y, alpha: alpha)
      case .scalar(let y): return try x.rsub(y, alpha: alpha)
      }
    }
    addForNumber("mul", Mul.self)
    addForTwoNumbers("mul", Mul.self)
    alias("multiply", of: "mul")
    addForNumber("true_divide", Div.self)
    addForTwoNumbers("true_divide", Div.self)
    addForNumbers("pow", Pow.self, right: "exponent")
    add("float_power(Tensor input, Value exponent)") { arguments in
      switch try arguments.operand("exponent") {
      case .tensor(let y): try arguments.x.floatPower(y)
      case .scalar(let y): try arguments.x.floatPower(y)
      }
    }
    add("float_power(Scalar input, Tensor exponent)") {
      try floatPower($0.scalar("input"), $0.tensor("exponent"))
    }
    add("ldexp(Tensor input, Tensor other)") { try $0.x.ldexp($0.y) }
  }

  private mutating func addRounded() {
    for input in ["Tensor", "Scalar"] {
      add("div(\(input) input, Value other, *, str? rounding_mode=None)") { arguments in
        let mode = try arguments.optionalText("rounding_mode").map { name in
          guard let mode = RoundingMode(rawValue: name) else {
            throw arguments.refuse("rounding_mode is None, 'trunc' or 'floor', not '\(name)'")
          }
          return mode
        }
        let (x, y) = try arguments.tensorAndOperand()
        return try T.divide(x, y, mode)
      }
    }
    alias("divide", of: "div")
    addForNumber("floor_divide", FloorDivide.self)
    addForTwoNumbers("floor_divide", FloorDivide.self)
    addForNumbers("remainder", Remainder.self)
    addForNumber("fmod", FMod.self)
  }

  private mutating func addFunctions() {
    addForTensors("maximum", Maximum.self)
    addForTensors("minimum", Minimum.self)
    addForTensors("fmax", FMax.self)
    addForTensors("fmin", FMin.self)
    addForTensors("atan2", Atan2.self)
    alias("arctan2", of: "atan2")
    addForNumber("copysign", CopySign.self)
    addForTensors("hypot", Hypot.self)
    addForTensors("nextafter", NextAfter.self)
    addForTensors("heaviside", Heaviside.self, right: "values")
    addForTensors("logaddexp", LogAddExp.self)
    addForTensors("logaddexp2", LogAddExp2.self)
    addForNumbers("xlogy", XLogY.self)
    alias("special.xlogy", of: "xlogy")
    addForNumbers("special.xlog1py", XLog1PY.self)
  }

  private mutating func addBits() {
    addForNumbers("bitwise_and", BitwiseAnd.self)
    addForNumbers("bitwise_or", BitwiseOr.self)
    addForNumbers("bitwise_xor", BitwiseXor.self)
    addForNumbers("bitwise_left_shift", BitwiseLeftShift.self)
    addForNumbers("bitwise_right_shift", BitwiseRightShift.self)
    addForTensors("gcd", GCD.self)
    addForTensors("lcm", LCM.self)
    addForTensors("logical_and", LogicalAnd.self)
    addForTensors("logical_or", LogicalOr.self)
    addForTensors("logical_xor", LogicalXor.self)
    addForNumber("__and__", BitwiseAnd.self)
    addForNumber("__or__", BitwiseOr.self)
    addForNumber("__xor__", BitwiseXor.self)
    addForNumber("__lshift__", BitwiseLeftShift.self)
    addForNumber("__rshift__", BitwiseRightShift.self)
  }

  private mutating func addComparisons() {
    addForNumber("eq", Equal.self)
    addForNumber("ne", NotEqual.self)
    alias("not_equal", of: "ne")
    addForNumber("lt", Less.self)
    alias("less", of: "lt")
    addForNumber("le", LessOrEqual.self)
    alias("less_equal", of: "le")
    addForNumber("gt", Greater.self)
    alias("greater", of: "gt")
    addForNumber("ge", GreaterOrEqual.self)
    alias("greater_equal", of: "ge")
  }

  /// Python's names for the operand on the right: the first argument is it.
  private mutating func addReflected() {
    addReflected("__radd__", Add.self)
    addReflected("__rsub__", Sub.self)
    addReflected("__rmul__", Mul.self)
    // As PyTorch has it: not the quotient, which is rounded once.
    add("__rdiv__(Tensor input, Value other)") { try 1 / $0.x * $0.operand("other") }
    addReflected("__rpow__", Pow.self)
    addReflected("__rmod__", Remainder.self)
    // These two take numbers on either side.
    add("__rpow__(Scalar input, Tensor other)") { try $0.y.pow($0.scalar("input")) }
    add("__rmod__(Scalar input, Tensor other)") { try $0.y.remainder($0.scalar("input")) }
    addReflected("__rand__", BitwiseAnd.self)
    addReflected("__ror__", BitwiseOr.self)
    addReflected("__rxor__", BitwiseXor.self)
  }

  // MARK: Forms

  /// f(tensor, tensor).
  private mutating func addForTensors<Function: BinaryOperation>(
    _ name: String, _ function: Function.Type, right: String = "other"
  ) {
    add("\(name)(Tensor input, Tensor \(right))") {
      try T.apply(Function.self, .tensor($0.x), .tensor($0.tensor(right)))
    }
  }

  /// f(tensor, tensor or number).
  private mutating func addForNumber<Function: BinaryOperation>(
    _ name: String, _ function: Function.Type, right: String = "other"
  ) {
    add("\(name)(Tensor input, Value \(right))") {
      try T.apply(Function.self, .tensor($0.x), $0.operand(right))
    }
  }

  /// f(tensor, tensor or number) and f(number, tensor).
  private mutating func addForNumbers<Function: BinaryOperation>(
    _ name: String, _ function: Function.Type, right: String = "other"
  ) {
    addForNumber(name, function, right: right)
    add("\(name)(Scalar input, Tensor \(right))") {
      try T.apply(Function.self, $0.operand("input"), .tensor($0.tensor(right)))
    }
  }

  /// f(number, tensor or number): PyTorch makes a tensor of the left one where both are numbers.
  private mutating func addForTwoNumbers<Function: BinaryOperation>(
    _ name: String, _ function: Function.Type
  ) {
    add("\(name)(Scalar input, Value other)") {
      let (x, y) = try $0.tensorAndOperand()
      return try T.apply(Function.self, x, y)
    }
  }

  /// f(other, input).
  private mutating func addReflected<Function: BinaryOperation>(
    _ name: String, _ function: Function.Type
  ) {
    add("\(name)(Tensor input, Value other)") {
      try T.apply(Function.self, $0.operand("other"), .tensor($0.x))
    }
  }
}

extension Arguments {
  /// The two operands, at least one of them a tensor.
  fileprivate func tensorAndOperand() throws -> (Operand<T>, Operand<T>) {
    let (x, y) = (try operand("input"), try operand("other"))
    guard case (.scalar(let number), .scalar) = (x, y) else { return (x, y) }
    var operation = Full()
    (operation.value, operation.dtype) = (number, number.dtype)
    return (.tensor(try place.make(operation)), y)
  }
}
