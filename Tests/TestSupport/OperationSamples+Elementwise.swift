import TensorCore

extension OperationSamples {
  /// Shapes and layouts over which every elementwise function is tried: no element, one, a vector's
  /// length and one more and less, several axes.
  static let forms: [(shape: [Int], layout: SampleLayout)] = [
    ([], .contiguous), ([0], .contiguous), ([1], .contiguous), ([7], .offset), ([15], .contiguous),
    ([16], .offset), ([17], .contiguous), ([1000], .contiguous), ([3, 0, 2], .contiguous),
    ([5, 7], .transposed), ([2, 3, 4], .transposed), ([9], .stepped), ([4, 33], .stepped),
    ([6], .broadcast), ([4, 3], .broadcast), ([1, 1, 1], .contiguous),
  ]

  /// A few of them: no element, one, a vector and more than one block, every layout.
  private static let fewForms: [(shape: [Int], layout: SampleLayout)] = [
    ([], .contiguous), ([0], .contiguous), ([7], .offset), ([17], .contiguous),
    ([1000], .contiguous), ([5, 7], .transposed), ([9], .stepped), ([4, 3], .broadcast),
    ([3, 0, 2], .contiguous),
  ]

  /// The dtypes that are tried over everything; what differs in others is the loop over their elements.
  static func isTriedOverEverything(_ dtype: DType) -> Bool {
    [.bool, .int64, .float32, .float64].contains(dtype)
  }

  /// The forms in which a dtype is tried.
  static func forms(_ dtype: DType) -> [(shape: [Int], layout: SampleLayout)] {
    isTriedOverEverything(dtype) ? forms : fewForms
  }

  /// What the floating-point inputs of a function may be for its gradient to exist, `place` being the
  /// operand.
  static func smoothValues(_ name: String, operand place: Int = 0) -> SampleValues {
    switch (name, place) {
    case ("log", _), ("log1p", _), ("log2", _), ("log10", _), ("sqrt", _), ("rsqrt", _), ("pow", _),
      ("lgamma", _), ("digamma", _), ("xlogy", 1), ("special.xlog1py", 1):
      .positive
    case ("asin", _), ("acos", _), ("atanh", _), ("erfinv", _), ("tan", _): .fraction
    case ("acosh", _): .aboveOne
    default: .general
    }
  }

  static func unarySamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 1)
    var samples: [OperationSample?] = []
    for case let entry as any UnaryOperation.Type in OperationCatalogue.entries {
      let operation = entry.init()
      let values = smoothValues(entry.identity.name)
      for dtype in DType.allCases {
        for (shape, layout) in forms(dtype) {
          samples.append(
            accepted(operation, [try tensors.tensor(shape, dtype, values, layout: layout)]))
        }
        samples.append(
          accepted(
            operation, [try tensors.tensor([67], dtype, .special)], isSmooth: false,
            note: "special"))
        samples.append(
          accepted(
            operation, [try tensors.tensor([40], dtype, .ties)], isSmooth: false, note: "ties"))
      }
    }
    return samples.compactMap { $0 }
  }

  // MARK: Two operands

  /// Pairs of shapes that broadcast, in both orders where that differs.
  private static let pairs: [(x: [Int], y: [Int])] = [
    ([], []), ([0], [0]), ([1], [17]), ([17], [1]), ([], [15]), ([16], []), ([7], [7]),
    ([1000], [1000]), ([2, 3], [3]), ([3], [2, 3]), ([2, 3], [2, 1]), ([4, 1], [1, 5]),
    ([3, 1, 2], [4, 1]), ([2, 40], [40]), ([2, 1], [2, 40]), ([3, 1, 33], [2, 1]),
    ([0, 3], [1, 3]),
    ([1, 1], [3, 0]), ([2, 3, 4], [2, 3, 4]),
  ]

  private static let fewPairs: [(x: [Int], y: [Int])] = [
    ([], []), ([17], [1]), ([], [15]), ([7], [7]), ([1000], [1000]), ([4, 1], [1, 5]),
    ([2, 40], [40]), ([0, 3], [1, 3]),
  ]

  private static let mixed: [(x: DType, y: DType)] = [
    (.bool, .uint8), (.uint8, .int32), (.int64, .int32), (.int32, .float32), (.float64, .int64),
    (.float32, .float64), (.float32, .bool), (.bool, .float64), (.int8, .uint8), (.uint8, .int16),
    (.int16, .int8), (.float16, .bfloat16), (.bfloat16, .float32), (.float64, .float16),
    (.float16, .int64), (.bool, .bfloat16),
  ]

  private static func numbers(_ dtype: DType) -> [Scalar] {
    isTriedOverEverything(dtype) ? [3, 0.5, true, -2, 0] : [3, 0.1, -2]
  }

  static func binarySamples() throws -> [OperationSample] {
    var tensors = SampleTensors(seed: 2)
    var samples: [OperationSample?] = []
    for case let entry as any BinaryOperation.Type in OperationCatalogue.entries {
      let values = smoothValues(entry.identity.name)
      let rightValues = smoothValues(entry.identity.name, operand: 1)
      let tensorsOnly = entry.init(operands: .tensors)
      /// What the right operand may be: integers are not divided by 0, and a remainder has a gradient where the
      /// quotient is no whole number.
      func right(_ dtype: DType, _ values: SampleValues = .general) -> SampleValues {
        guard isIntegerDivision(entry) else { return values.isGeneral ? rightValues : values }
        switch values {
        case .small: return .small  // whole numbers from 1 on
        case .general: return .large
        default: return dtype.isFloatingPoint ? values : .divisor
        }
      }
      func two(_ x: Tensor, _ y: Tensor, isSmooth: Bool = true, note: String = "") {
        // A divisor may become 0 where it is cut to the width of the other dtype.
        if isIntegerDivision(entry), (try? tensorsOnly.execute([x, y])) == nil { return }
        samples.append(accepted(tensorsOnly, [x, y], isSmooth: isSmooth, note: note))
      }
      for dtype in DType.allCases {
        for (x, y) in isTriedOverEverything(dtype) ? pairs : fewPairs {
          two(try tensors.tensor(x, dtype, values), try tensors.tensor(y, dtype, right(dtype)))
        }
        for (shape, layout) in forms(dtype) where layout != .contiguous {
          let strided = try tensors.tensor(shape, dtype, values, layout: layout)
          two(strided, try tensors.tensor(shape, dtype, right(dtype)))
          two(
            try tensors.tensor(shape, dtype, values),
            try tensors.tensor(shape, dtype, right(dtype), layout: layout))
        }
        two(
          try tensors.tensor([70], dtype, .special),
          try tensors.tensor([70], dtype, right(dtype, .special)), isSmooth: false, note: "special")
        two(
          try tensors.tensor([50], dtype, .ties),
          try tensors.tensor([50], dtype, right(dtype, .ties)), isSmooth: false, note: "ties")
        samples += try scalarSamples(entry, dtype, values, rightValues, &tensors)
      }
      for (x, y) in mixed {
        for (xs, ys) in [([17], [17]), ([], [5]), ([5], []), ([2, 3], [3]), ([], [])] {
          two(
            try tensors.tensor(xs, x, x.isFloatingPoint ? values : .small),
            try tensors.tensor(ys, y, y.isFloatingPoint ? right(y) : .small))
          // One that counts as a number is converted to a narrower dtype, in which it may be 0.
          let divisor = isIntegerDivision(entry) && ys.isEmpty ? .small : right(y)
          two(
            try tensors.tensor(xs, x), try tensors.tensor(ys, y, divisor), isSmooth: false,
            note: "extreme")
        }
      }
    }
    return samples.compactMap { $0 }
  }

  private static func isIntegerDivision(_ entry: any BinaryOperation.Type) -> Bool {
    ["floor_divide", "remainder", "fmod", "div_floor", "div_trunc"].contains(entry.identity.name)
  }

  /// Whether it is a power of the number, or has its logarithm.
  private static func takesPositiveNumber(
    _ entry: any BinaryOperation.Type, _ side: String
  ) -> Bool {
    let names = side == "left" ? ["pow"] : ["xlogy", "special.xlog1py"]
    return names.contains(entry.identity.name)
  }

  /// Whether it is a quotient by the number.
  private static func divides(_ entry: any BinaryOperation.Type, _ side: String) -> Bool {
    side == "right" && (entry.identity.name == "div" || isIntegerDivision(entry))
  }

  private static func scalarSamples(
    _ entry: any BinaryOperation.Type, _ dtype: DType, _ left: SampleValues,
    _ right: SampleValues, _ tensors: inout SampleTensors
  ) throws -> [OperationSample?] {
    var samples: [OperationSample?] = []
    for number in numbers(dtype) {
      for (operands, side) in [
        (BinaryOperands.scalarRight(number), "right"), (.scalarLeft(number), "left"),
      ] {
        let isNumberSmooth =
          number.double > 0
          || !takesPositiveNumber(entry, side) && (number.double != 0 || !divides(entry, side))
        let isDivisor = side == "left" && isIntegerDivision(entry) && !dtype.isFloatingPoint
        let values = side == "left" ? right : left
        for (shape, layout) in [
          ([17], SampleLayout.contiguous), ([], .contiguous), ([3, 5], .stepped),
        ].prefix(isTriedOverEverything(dtype) ? 3 : 1) {
          samples.append(
            accepted(
              entry.init(operands: operands),
              [
                try tensors.tensor(
                  shape, dtype, isDivisor ? .divisor : values, layout: layout)
              ], isSmooth: isNumberSmooth,
              note: "number \(number) \(side)"))
        }
        samples.append(
          accepted(
            entry.init(operands: operands),
            [try tensors.tensor([67], dtype, isDivisor ? .divisor : .special)],
            isSmooth: false, note: "special, number \(number) \(side)"))
      }
    }
    return samples
  }
}
