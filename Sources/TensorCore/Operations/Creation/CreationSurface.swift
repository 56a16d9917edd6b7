// Creating tensors at a place: here, or where a pointer's tensor lives, `p.place.zeros([2, 3])`.

extension Place {
  private func make<O: AttributedOperation>(_ type: O.Type, _ set: (inout O) throws -> Void) throws
    -> T
  {
    var operation = O()
    try set(&operation)
    return try make(operation)
  }

  /// A tensor with every element equal to the number; its dtype is the number's unless given: bool,
  /// int64 or float32. Throws `TensorError.invalidShape`, `.invalidArgument` for a number that the
  /// dtype cannot hold.
  public func full(_ size: [Int], _ value: Scalar, dtype: DType? = nil) throws -> T {
    try make(Full.self) {
      $0.size = try Shape(size)
      $0.value = value
      $0.dtype = dtype ?? value.dtype
    }
  }
  /// Zeros. Throws `TensorError.invalidShape`.
  public func zeros(_ size: [Int], dtype: DType = .defaultFloat) throws -> T {
    try full(size, 0, dtype: dtype)
  }
  /// Ones. Throws `TensorError.invalidShape`.
  public func ones(_ size: [Int], dtype: DType = .defaultFloat) throws -> T {
    try full(size, 1, dtype: dtype)
  }
  /// A matrix of `n` rows and `m` columns, as many unless given, with ones on the main diagonal.
  /// Throws `TensorError.invalidShape`.
  public func eye(_ n: Int, _ m: Int? = nil, dtype: DType = .defaultFloat) throws -> T {
    try make(Eye.self) {
      $0.n = n
      $0.m = m ?? n
      $0.dtype = dtype
    }
  }
  /// The numbers from `start`, in steps, that lie before `end`. int64 for whole numbers, else
  /// float32, unless given. Throws `TensorError.invalidArgument` for a step that leads nowhere.
  public func arange(_ start: Scalar, _ end: Scalar, step: Scalar = 1, dtype: DType? = nil) throws
    -> T
  {
    try make(Arange.self) {
      $0.start = start
      $0.end = end
      $0.step = step
      let isWhole = [start, end, step].allSatisfy { $0.kind <= .integer }
      $0.dtype = dtype ?? (isWhole ? .int64 : .defaultFloat)
    }
  }
  /// So many numbers at equal distances from `start` to `end`. Throws `TensorError.invalidArgument`
  /// for less than none, `.unsupportedDType` for bool.
  public func linspace(
    _ start: Scalar, _ end: Scalar, steps: Int, dtype: DType = .defaultFloat
  ) throws -> T {
    try make(Linspace.self) {
      $0.start = start
      $0.end = end
      $0.steps = steps
      $0.dtype = dtype
    }
  }
  /// The powers of `base` with the exponents of `linspace`. Throws as that does.
  public func logspace(
    _ start: Scalar, _ end: Scalar, steps: Int, base: Double = 10, dtype: DType = .defaultFloat
  ) throws -> T {
    guard dtype != .bool else {
      throw TensorError.unsupportedDType(
        operation: "logspace", dtypes: [dtype], remedy: "use a dtype of numbers")
    }
    try start.requireFits(dtype, "logspace")
    try end.requireFits(dtype, "logspace")
    // An integer dtype makes integers of both ends, but the exponents between them have fractions.
    let ends = dtype.isFloatingPoint ? (start, end) : (Scalar(Int(start.int)), Scalar(Int(end.int)))
    // PyTorch rounds exponents to the dtype, but not a single one.
    let exact = !dtype.isFloatingPoint || steps == 1
    return try linspace(ends.0, ends.1, steps: steps, dtype: exact ? .float64 : dtype)
      .cast(to: .float64).raised(from: base).cast(to: dtype)
  }
  /// The rows and columns of the positions in the lower triangle of a matrix, row by row. Throws
  /// `TensorError.invalidArgument` for negative lengths, `.unsupportedDType` but for int64 and
  /// int32.
  public func trilIndices(_ row: Int, _ col: Int, offset: Int = 0, dtype: DType = .int64) throws
    -> T
  {
    try make(TrilIndices.self) {
      $0.row = row
      $0.col = col
      $0.offset = offset
      $0.dtype = dtype
    }
  }
  /// The rows and columns of the positions in the upper triangle of a matrix, row by row. Throws
  /// `TensorError.invalidArgument` for negative lengths, `.unsupportedDType` but for int64 and
  /// int32.
  public func triuIndices(_ row: Int, _ col: Int, offset: Int = 0, dtype: DType = .int64) throws
    -> T
  {
    try make(TriuIndices.self) {
      $0.row = row
      $0.col = col
      $0.offset = offset
      $0.dtype = dtype
    }
  }
}

extension TensorProtocol {
  fileprivate func raised(from base: Double) throws -> Self {
    try Self.apply(Pow(operands: .scalarLeft(Scalar(base))), to: self)
  }
}

extension Tensor {
  /// See ``Place/eye(_:_:dtype:)``.
  public static func eye(_ n: Int, _ m: Int? = nil, dtype: DType = .defaultFloat) throws -> Tensor {
    try Place.here.eye(n, m, dtype: dtype)
  }
  /// See ``Place/linspace(_:_:steps:dtype:)``.
  public static func linspace(
    _ start: Scalar, _ end: Scalar, steps: Int, dtype: DType = .defaultFloat
  ) throws -> Tensor {
    try Place.here.linspace(start, end, steps: steps, dtype: dtype)
  }
  /// See ``Place/logspace(_:_:steps:base:dtype:)``.
  public static func logspace(
    _ start: Scalar, _ end: Scalar, steps: Int, base: Double = 10, dtype: DType = .defaultFloat
  ) throws -> Tensor {
    try Place.here.logspace(start, end, steps: steps, base: base, dtype: dtype)
  }
  /// See ``Place/trilIndices(_:_:offset:dtype:)``.
  public static func trilIndices(_ row: Int, _ col: Int, offset: Int = 0, dtype: DType = .int64)
    throws -> Tensor
  {
    try Place.here.trilIndices(row, col, offset: offset, dtype: dtype)
  }
  /// See ``Place/triuIndices(_:_:offset:dtype:)``.
  public static func triuIndices(_ row: Int, _ col: Int, offset: Int = 0, dtype: DType = .int64)
    throws -> Tensor
  {
    try Place.here.triuIndices(row, col, offset: offset, dtype: dtype)
  }
}

// MARK: By name

extension Arguments {
  /// A number, also one that stands in a tensor without axes, which is read.
  fileprivate func number(_ name: String) throws -> Scalar {
    guard case .tensor(let tensor) = self[name] else { return try scalar(name) }
    guard tensor.rank == 0 else {
      throw refuse(
        "\(name) must be a number or a tensor without axes, not of shape \(tensor.shape)")
    }
    let value = try tensor.values()
    switch tensor.dtype.kind {
    case .bool: return Scalar(try value.item(as: Bool.self))
    case .integer: return Scalar(try value.item(as: Int.self))
    case .float: return Scalar(try value.item())
    }
  }
  fileprivate var dtype: DType { get throws { try optionalDType("dtype") ?? .defaultFloat } }
}

extension NamedOperations {
  /// Adds an operation that creates a tensor, which may be a leaf at once.
  mutating func addCreating(
    _ declaration: String, _ body: @escaping @Sendable (Arguments<T>) throws -> T
  ) {
    add(declaration.dropLast() + ", bool requires_grad=False)") { arguments in
      var result = try body(arguments)
      if try arguments.bool("requires_grad") { result.requiresGrad = true }
      return result
    }
  }

  mutating func addCreation() {
    for (name, value) in [("zeros", 0), ("ones", 1), ("empty", 0)] {
      let value = Scalar(value)
      addCreating("\(name)(int... size, *, dtype? dtype=None)") {
        try $0.place.full($0.ints("size"), value, dtype: $0.dtype)
      }
      addCreating("\(name)_like(Tensor input, *, dtype? dtype=None)") {
        try $0.x.fullLike(value, dtype: $0.optionalDType("dtype"))
      }
      addCreating("new_\(name)(Tensor input, int... size, *, dtype? dtype=None)") {
        let x = try $0.x
        return try x.place.full($0.ints("size"), value, dtype: $0.optionalDType("dtype") ?? x.dtype)
      }
    }
    addCreating("full(int[] size, Value fill_value, *, dtype? dtype=None)") {
      try $0.place.full(
        $0.ints("size"), $0.number("fill_value"), dtype: $0.optionalDType("dtype"))
    }
    addCreating("full_like(Tensor input, Value fill_value, *, dtype? dtype=None)") {
      try $0.x.fullLike($0.number("fill_value"), dtype: $0.optionalDType("dtype"))
    }
    addCreating("new_full(Tensor input, int[] size, Value fill_value, *, dtype? dtype=None)") {
      let x = try $0.x
      return try x.place.full(
        $0.ints("size"), $0.number("fill_value"), dtype: $0.optionalDType("dtype") ?? x.dtype)
    }
    addCreating("scalar_tensor(Value s, *, dtype? dtype=None)") {
      try $0.place.full([], $0.number("s"), dtype: $0.dtype)
    }
    addRows()
    addCreating("eye(int n, int? m=None, *, dtype? dtype=None)") {
      try $0.place.eye($0.int("n"), $0.optionalInt("m"), dtype: $0.dtype)
    }
    addCreating("tril_indices(int row, int col, int offset=0, *, dtype? dtype=None)") {
      try $0.place.trilIndices(
        $0.int("row"), $0.int("col"), offset: $0.int("offset"),
        dtype: $0.optionalDType("dtype") ?? .int64)
    }
    addCreating("triu_indices(int row, int col, int offset=0, *, dtype? dtype=None)") {
      try $0.place.triuIndices(
        $0.int("row"), $0.int("col"), offset: $0.int("offset"),
        dtype: $0.optionalDType("dtype") ?? .int64)
    }
  }

  private mutating func addRows() {
    addCreating("arange(Value end, *, dtype? dtype=None)") {
      try $0.place.arange(0, $0.number("end"), dtype: $0.optionalDType("dtype"))
    }
    addCreating("arange(Value start, Value end, Value step=1, *, dtype? dtype=None)") {
      try $0.place.arange(
        $0.number("start"), $0.number("end"), step: $0.number("step"),
        dtype: $0.optionalDType("dtype"))
    }
    addCreating("linspace(Value start, Value end, int steps, *, dtype? dtype=None)") {
      try $0.place.linspace(
        $0.number("start"), $0.number("end"), steps: $0.int("steps"), dtype: $0.dtype)
    }
    addCreating(
      "logspace(Value start, Value end, int steps, float base=10.0, *, dtype? dtype=None)"
    ) {
      try $0.place.logspace(
        $0.number("start"), $0.number("end"), steps: $0.int("steps"), base: $0.double("base"),
        dtype: $0.dtype)
    }
  }
}
