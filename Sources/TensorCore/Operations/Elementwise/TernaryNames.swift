// The names of the elementwise functions of three operands, and of what reads single values.

extension NamedOperations {
  mutating func addTernary() {
    addThreeOperands()
    addClamping()
    addWhere()
    addAgreement()
  }

  private mutating func addThreeOperands() {
    add("addcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1)") {
      try $0.x.addcmul($0.tensor("tensor1"), $0.tensor("tensor2"), value: $0.scalar("value"))
    }
    add("addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1)") {
      try $0.x.addcdiv($0.tensor("tensor1"), $0.tensor("tensor2"), value: $0.scalar("value"))
    }
    add("lerp(Tensor input, Tensor end, Value weight)") { arguments in
      let (x, end) = (try arguments.x, try arguments.tensor("end"))
      switch try arguments.operand("weight") {
      case .tensor(let weight): return try x.lerp(end, weight)
      case .scalar(let weight): return try x.lerp(end, weight)
      }
    }
    add("native_dropout_backward(Tensor grad_output, Tensor mask, float scale)") {
      try $0.tensor("grad_output") * $0.tensor("mask") * Scalar($0.double("scale"))
    }
  }

  private mutating func addClamping() {
    add("clamp(Tensor input, Tensor? min=None, Tensor? max=None)") {
      try $0.x.clamp(min: $0.optionalTensor("min"), max: $0.optionalTensor("max"))
    }
    add("clamp(Tensor input, Scalar? min=None, Scalar? max=None)") {
      try $0.x.clamp(min: $0.optionalScalar("min"), max: $0.optionalScalar("max"))
    }
    alias("clip", of: "clamp")
    add("clamp_min(Tensor input, Tensor min)") { try $0.x.clampMin($0.tensor("min")) }
    add("clamp_min(Tensor input, Scalar min)") { try $0.x.clampMin($0.scalar("min")) }
    add("clamp_max(Tensor input, Tensor max)") { try $0.x.clampMax($0.tensor("max")) }
    add("clamp_max(Tensor input, Scalar max)") { try $0.x.clampMax($0.scalar("max")) }
    add("fill(Tensor input, Tensor value)") { try $0.x.fill($0.tensor("value")) }
    add("fill(Tensor input, Scalar value)") { try $0.x.fill($0.scalar("value")) }
    add("zero(Tensor input)") { try $0.x.fill(0) }
    // Where the tape would have to know of the change, the result is a new tensor.
    add("zero_(Tensor input)") { try $0.x.requiresGrad ? $0.x.fill(0) : T.zeroed($0.x) }
  }

  /// PyTorch has the name as a function, where the condition comes first, and as a method, where it comes after
  /// the tensor: which one is meant shows in which argument is bool. Where all are, it is the method.
  private mutating func addWhere() {
    add("where(*, Tensor condition, Value input, Value other)") {
      try T.choose($0.tensor("condition"), $0.operand("input"), $0.operand("other"))
    }
    add("where(Tensor input, Tensor condition, Value other)") { arguments in
      let (first, second) = (try arguments.x, try arguments.tensor("condition"))
      let last = try arguments.operand("other")
      let isFunction: Bool
      if case .tensor(let last) = last, last.dtype == .bool {
        isFunction = second.dtype != .bool
      } else {
        isFunction = first.dtype == .bool
      }
      return try isFunction
        ? T.choose(first, .tensor(second), last) : T.choose(second, .tensor(first), last)
    }
    add("where(Tensor condition, Value input, Value other)") {
      try T.choose($0.tensor("condition"), $0.operand("input"), $0.operand("other"))
    }
    add("where(Scalar input, Tensor condition, Value other)") {
      try T.choose($0.tensor("condition"), $0.operand("input"), $0.operand("other"))
    }
  }

  private mutating func addAgreement() {
    add(
      "isclose(Tensor input, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False)"
    ) {
      try $0.x.isclose(
        $0.y, rtol: $0.double("rtol"), atol: $0.double("atol"), equalNan: $0.bool("equal_nan"))
    }
    addValue(
      "allclose(Tensor input, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False)"
    ) {
      .bool(
        try $0.x.allclose(
          $0.y, rtol: $0.double("rtol"), atol: $0.double("atol"), equalNan: $0.bool("equal_nan")))
    }
    addValue("equal(Tensor input, Tensor other)") { .bool(try $0.x.equal($0.y)) }
    addValue("item(Tensor input)") { arguments in
      let x = try arguments.x
      guard x.elementCount == 1 else {
        throw arguments.refuse("only one element can be taken as a number, not shape \(x.shape)")
      }
      let value = try x.values()
      switch value.dtype.kind {
      case .bool: return .bool(try value.item(as: Bool.self))
      case .integer: return .int(try value.item(as: Int.self))
      case .float: return .double(try value.item(as: Double.self))
      }
    }
    alias("_local_scalar_dense", of: "item")
  }
}

extension TensorProtocol {
  /// The tensor with every element 0 in its place, where its home can do that.
  fileprivate static func zeroed(_ x: Self) throws -> Self {
    func inPlace<Home: TensorHome>(_ x: Home) throws -> Home {
      var x = x
      try x.zeroInPlace()
      return x
    }
    guard let home = x as? any TensorHome, let zeros = try inPlace(home) as? Self else {
      return try x.fill(0)
    }
    return zeros
  }

  fileprivate static func choose(
    _ condition: Self, _ x: Operand<Self>, _ y: Operand<Self>
  ) throws -> Self {
    switch (x, y) {
    case (.tensor(let x), .tensor(let y)): try condition.where(x, y)
    case (.tensor(let x), .scalar(let y)): try condition.where(x, y)
    case (.scalar(let x), .tensor(let y)): try condition.where(x, y)
    case (.scalar(let x), .scalar(let y)): try condition.where(x, y)
    }
  }
}
