// Dtypes of tensors changed by name. What the dtype cannot hold is as in ``TensorProtocol/cast(to:)``.

extension TensorProtocol {
  /// The values as another dtype: ``cast(to:)`` by PyTorch's name.
  public func to(_ dtype: DType) throws -> Self { try cast(to: dtype) }
  /// The values in the dtype of another tensor.
  public func typeAs(_ other: Self) throws -> Self { try cast(to: other.dtype) }
  /// The values as bool: whether each is anything but 0.
  public func bool() throws -> Self { try cast(to: .bool) }
  /// The values as uint8.
  public func byte() throws -> Self { try cast(to: .uint8) }
  /// The values as int8.
  public func char() throws -> Self { try cast(to: .int8) }
  /// The values as int16.
  public func short() throws -> Self { try cast(to: .int16) }
  /// The values as int32.
  public func int() throws -> Self { try cast(to: .int32) }
  /// The values as int64.
  public func long() throws -> Self { try cast(to: .int64) }
  /// The values as float16.
  public func half() throws -> Self { try cast(to: .float16) }
  /// The values as bfloat16.
  public func bfloat16() throws -> Self { try cast(to: .bfloat16) }
  /// The values as float32.
  public func float() throws -> Self { try cast(to: .float32) }
  /// The values as float64.
  public func double() throws -> Self { try cast(to: .float64) }
}

extension NamedOperations {
  mutating func addConversions() {
    let names: [(String, DType)] = [
      ("bool", .bool), ("byte", .uint8), ("char", .int8), ("short", .int16), ("int", .int32),
      ("long", .int64), ("half", .float16), ("bfloat16", .bfloat16), ("float", .float32),
      ("double", .float64),
    ]
    for (name, dtype) in names {
      add("\(name)(Tensor input, any? memory_format=None)") { try $0.x.cast(to: dtype) }
    }
    // Where elements lie and how is the library's affair: those arguments mean nothing here.
    add(
      "_to_copy(Tensor input, *, dtype? dtype=None, any? layout=None, any? device=None, "
        + "any? pin_memory=None, bool non_blocking=False, any? memory_format=None)"
    ) {
      let x = try $0.x
      return try x.cast(to: $0.optionalDType("dtype") ?? x.dtype)
    }
    add(
      "to(Tensor input, dtype dtype, bool non_blocking=False, bool copy=False, *, "
        + "any? memory_format=None)"
    ) {
      let x = try $0.x
      return try x.cast(to: $0.optionalDType("dtype") ?? x.dtype)
    }
    add("to(Tensor input, Tensor other, bool non_blocking=False, bool copy=False)") {
      try $0.x.typeAs($0.y)
    }
    add("type_as(Tensor input, Tensor other)") { try $0.x.typeAs($0.y) }
  }
}
