import ClusterTensor
import TestSupport

/// Every form that the attributes of an operation take, for the golden file. A form that is listed
/// stays; new ones are added.
enum GoldenOperations {
  struct Form {
    let name: String
    let sample: OperationSample
  }

  static func forms() throws -> [Form] {
    try unary() + binary() + reductions(matrix) + shaping(matrix) + selection(matrix)
      + losses(matrix) + ternary() + rearranging(matrix) + random(matrix)
      + indexing(matrix)
  }

  static func form<O: Operation>(
    _ operation: O, _ inputs: [Tensor], _ note: String = ""
  ) -> Form {
    Form(
      name: O.identity.name + (note.isEmpty ? "" : " \(note)"),
      sample: OperationSample(operation, inputs))
  }

  static func make<O: AttributedOperation>(_ type: O.Type, _ set: (inout O) -> Void) -> O {
    var operation = O()
    set(&operation)
    return operation
  }

  private static let vector = Tensor([0.5, 1.5])
  /// For what takes no fractions.
  private static let whole = Tensor([6, 4])
  private static var matrix: Tensor {
    get throws { try Tensor([[1.5, 2, 3], [4, 5, 6]]) }
  }

  private static func unary() -> [Form] {
    OperationCatalogue.entries.compactMap { entry in
      guard let entry = entry as? any UnaryOperation.Type else { return nil }
      let takesFractions = (try? entry.init().output(for: vector.descriptor)) != nil
      return form(entry.init(), [takesFractions ? vector : whole])
    } + activations() + roundings()
  }

  private static func roundings() -> [Form] {
    [
      form(make(Round.self) { $0.decimals = -2 }, [vector]),
      form(Frexp(), [vector]),
      form(NanToNum(), [vector]),
      form(make(NanToNum.self) { $0.posinf = 3 }, [vector], "with a number for infinity"),
      form(Angle(), [vector]),
      form(make(Polygamma.self) { $0.n = 2 }, [vector]),
      form(Logit(), [vector]),
      form(make(Logit.self) { $0.eps = 0.25 }, [vector], "within bounds"),
      form(Entropy(), [vector]),
    ]
      + OperationCatalogue.entries.compactMap { entry in
        (entry as? any PredicateOperation.Type).map { form($0.init(), [vector]) }
      }
  }

  private static func activations() -> [Form] {
    [
      form(make(Gelu.self) { $0.isApproximate = true }, [vector]),
      form(Silu(), [vector]), form(Mish(), [vector]),
      form(make(Elu.self) { $0.alpha = 1.5 }, [vector]),
      form(make(Softplus.self) { $0.beta = 3 }, [vector]),
      form(LogSigmoid(), [vector]), form(Softsign(), [vector]), form(Tanhshrink(), [vector]),
      form(make(Hardtanh.self) { $0.maxVal = 6 }, [vector]),
      form(Hardsigmoid(), [vector]), form(Hardswish(), [vector]), form(LeakyReLU(), [vector]),
      form(make(Threshold.self) { $0.value = -1 }, [vector]),
      form(make(Hardshrink.self) { $0.lambd = 1 }, [vector]),
      form(make(Softshrink.self) { $0.lambd = 0 }, [vector]),
      form(PReLU(), [vector, vector]),
      form(make(Glu.self) { $0.dim = 0 }, [vector]),
    ]
  }

  private static func binary() -> [Form] {
    OperationCatalogue.entries.flatMap { entry -> [Form] in
      guard let entry = entry as? any BinaryOperation.Type else { return [] }
      let pair = form(entry.init(operands: .tensors), [vector, vector])
      let vector = accepts(pair.sample) ? vector : whole
      return [
        form(entry.init(operands: .tensors), [vector, vector]),
        form(entry.init(operands: .scalarRight(3)), [vector], "number right"),
        form(entry.init(operands: .scalarRight(-0.5)), [vector], "floating-point number right"),
        form(entry.init(operands: .scalarRight(true)), [vector], "truth value right"),
        form(entry.init(operands: .scalarLeft(1_099_511_627_776)), [vector], "number left"),
      ].filter { accepts($0.sample) }
    }
  }

  private static func accepts(_ sample: OperationSample) -> Bool {
    (try? sample.operation.outputs(for: sample.inputs.map(\.descriptor))) != nil
  }

  private static func ternary() -> [Form] {
    [
      form(make(AddScaled.self) { $0.alpha = 2 }, [vector, vector]),
      form(make(SubScaled.self) { $0.alpha = 0.5 }, [vector, vector]),
      form(make(AddCMul.self) { $0.value = -1 }, [vector, vector, vector]),
      form(make(AddCDiv.self) { $0.value = 0.5 }, [vector, vector, vector]),
      form(Lerp(), [vector, vector, vector]),
      form(make(Lerp.self) { $0.weight = 0.25 }, [vector, vector], "with a number"),
      form(make(Clamp.self) { $0.min = 1 }, [vector], "from below"),
      form(
        make(Clamp.self) {
          $0.min = -1
          $0.max = 0.5
        }, [vector]),
      form(make(Fill.self) { $0.value = true }, [vector]),
      form(make(WhereNumber.self) { $0.number = 3 }, [Tensor([true, false]), vector]),
      form(make(IsClose.self) { $0.equalNan = true }, [vector, vector]),
      form(AllClose(), [vector, vector]),
      form(AllEqual(), [vector, vector]),
      form(Copy(), [vector, Tensor([2.5])]),
    ]
  }

  private static func reductions(_ matrix: Tensor) -> [Form] {
    func over<O: ReductionOperation>(_ type: O.Type) -> [Form] {
      [
        form(O(), [matrix]),
        form(
          make(O.self) {
            $0.dim = [0, -1]
            $0.keepdim = true
          }, [matrix], "over two axes that stay"),
      ]
    }
    func along<O: SingleAxisReduction>(_ type: O.Type) -> [Form] {
      [
        form(O(), [matrix]),
        form(
          make(O.self) {
            $0.dim = -1
            $0.keepdim = true
          }, [matrix], "along an axis that stays"),
      ]
    }
    return over(Sum.self) + over(Mean.self) + over(Amax.self) + over(Amin.self)
      + along(Argmax.self) + along(Argmin.self) + along(MaxWithIndices.self)
      + along(MinWithIndices.self)
  }

  private static func shaping(_ matrix: Tensor) throws -> [Form] {
    var positions = SlicePositions()
    positions.starts = try Shape([1, 0])
    positions.lengths = try Shape([1, 2])
    positions.steps = try Shape([1, 2])
    positions.dropped.insert(0)
    let (two, square) = (try Shape([2]), try Shape([2, 3]))
    return [
      form(Matmul(), [matrix, try matrix.t()]),
      form(make(Reshape.self) { $0.shape = [3, -1] }, [matrix]),
      form(
        make(Transpose.self) {
          $0.dim0 = 0
          $0.dim1 = -1
        }, [matrix]),
      form(make(Permute.self) { $0.dims = [1, 0] }, [matrix]),
      form(make(BroadcastTo.self) { $0.size = square }, [Tensor([1, 2, 3])]),
      form(make(Slice.self) { $0.positions = positions }, [matrix]),
      form(
        make(SliceBackward.self) {
          $0.size = square
          $0.positions = positions
        }, [vector]),
      form(make(Cat.self) { $0.dim = 1 }, [matrix, matrix, matrix]),
      form(make(IndexSelect.self) { $0.dim = 1 }, [matrix, Tensor([2, 0])]),
      form(
        make(IndexSelectBackward.self) {
          $0.size = two
          $0.dim = 0
        }, [vector, Tensor([1, 1])]),
    ]
  }

  private static func selection(_ matrix: Tensor) -> [Form] {
    [
      form(
        make(FullLike.self) {
          $0.value = 2.5
          $0.dtype = nil
        }, [matrix]),
      form(
        make(FullLike.self) {
          $0.value = 2
          $0.dtype = .int32
        }, [matrix], "of another dtype"),
      form(make(Cast.self) { $0.target = .uint8 }, [matrix]),
      form(Where(), [Tensor([true, false]), vector, vector]),
      form(make(OneHot.self) { $0.classes = 3 }, [Tensor([2, 0])]),
      form(Clone(), [matrix]),
    ]
  }

  private static func losses(_ matrix: Tensor) throws -> [Form] {
    func reduced<O: AttributedOperation>(
      _ type: O.Type, _ inputs: [Tensor], _ set: (inout O, LossReduction) -> Void
    ) -> [Form] {
      [(LossReduction.mean, ""), (.sum, "sum"), (.none, "none")].map { reduction, note in
        form(make(O.self) { set(&$0, reduction) }, inputs, note)
      }
    }
    return try [
      form(make(Softmax.self) { $0.dim = 1 }, [matrix]),
      form(make(LogSoftmax.self) { $0.dim = 0 }, [matrix]),
    ] + reduced(CrossEntropy.self, [matrix, Tensor([2, 0])]) { $0.reduction = $1 }
      + reduced(BinaryCrossEntropyWithLogits.self, [vector, vector]) { $0.reduction = $1 }
      + products(matrix)
  }

  /// Operations without operands.
  static func creations() throws -> [(name: String, operation: any Operation)] {
    let size = try Shape([2, 3])
    return [
      (
        "full",
        make(Full.self) {
          $0.size = size
          $0.value = true
          $0.dtype = .bool
        }
      ),
      (
        "arange",
        make(Arange.self) {
          $0.start = -1
          $0.end = 2.5
          $0.step = 0.5
          $0.dtype = .float64
        }
      ),
      (
        "rand",
        make(Rand.self) {
          $0.size = size
          $0.seed = .max
          $0.dtype = .float32
        }
      ),
      (
        "randn",
        make(Randn.self) {
          $0.size = size
          $0.seed = 1
          $0.dtype = .float64
        }
      ),
    ] + rows() + randomNumbers(size) + positions(size)
  }
}
