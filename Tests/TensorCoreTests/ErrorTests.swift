import TensorCore
import Testing

/// Every refusal is a `TensorError` that names what clashes, in words that help, and never an
/// element.
@Suite struct ErrorTests {
  /// A number that stands in the tensors of these tests and must not stand in any text.
  private static let secret = 987_654

  private func x(_ shape: Int..., dtype: DType = .int64) throws -> Tensor {
    try Tensor.full(shape, Scalar(Self.secret), dtype: dtype)
  }

  private func refuses(
    _ words: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Any
  ) {
    do {
      _ = try body()
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as TensorError {
      let text = String(describing: error)
      for word in words {
        #expect(text.contains(word), "\(text)", sourceLocation: sourceLocation)
      }
      #expect(!text.contains("\(Self.secret)"), "\(text)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(type(of: error)) instead of TensorError", sourceLocation: sourceLocation)
    }
  }

  @Test func shapesThatClash() {
    refuses(["add", "[2, 3]", "[4]"]) { try x(2, 3) + x(4) }
    refuses(["eq", "[2]", "[3]"]) { try x(2) .== x(3) }
    refuses(["matmul", "[2, 3]", "[4, 5]", "3", "4"]) { try x(2, 3).matmul(x(4, 5)) }
    refuses(["matmul", "[]", "[3]", "*"]) { try x().matmul(x(3)) }
    refuses(["where", "[2]", "[3]", "[5]"]) {
      try x(2).cast(to: .bool).where(x(3), x(5))
    }
    refuses(["cat", "[2, 3]", "[2, 4]", "axis 0"]) { try Tensor.cat([x(2, 3), x(2, 4)]) }
    refuses(["stack", "[2]", "[3]"]) { try Tensor.stack([x(2), x(3)]) }
    refuses(["broadcast_to", "[3]", "[2, 4]"]) { try x(3).broadcastTo([2, 4]) }
    refuses(["reshape", "[2, 3]", "6", "[4]"]) { try x(2, 3).reshape(4) }
    refuses(["cross_entropy", "[2, 3]", "[3]"]) {
      try x(2, 3, dtype: .float32).crossEntropy(x(3))
    }
    refuses(["binary_cross_entropy_with_logits", "[2]", "[3]"]) {
      try x(2, dtype: .float32).binaryCrossEntropyWithLogits(x(3, dtype: .float32))
    }
    refuses(["[2]", "[3]"]) {
      var leaf = try x(2, dtype: .float32)
      leaf.requiresGrad = true
      try (leaf * 2).backward(gradient: x(3, dtype: .float32))
      return leaf
    }
  }

  @Test func dtypesThatAreNotTaken() {
    refuses(["neg", "bool", "cast"]) { try -x(2, dtype: .bool) }
    refuses(["sub", "bool"]) { try x(2, dtype: .bool) - x(2, dtype: .bool) }
    refuses(["mean", "int64", "cast"]) { try x(2).mean() }
    refuses(["softmax", "int32", "cast"]) { try x(2, dtype: .int32).softmax(dim: 0) }
    refuses(["matmul", "int64", "float32", "cast"]) { try x(2).matmul(x(2, dtype: .float32)) }
    refuses(["where", "int64", "bool"]) { try x(2).where(x(2), x(2)) }
    refuses(["one_hot", "float64", "int64"]) { try x(2, dtype: .float64).oneHot(classes: 3) }
    refuses(["index_select", "float32", "int64"]) {
      try x(2).indexSelect(dim: 0, x(1, dtype: .float32))
    }
    refuses(["cross_entropy", "float32", "int32"]) {
      try x(2, 3, dtype: .float32).crossEntropy(x(2, dtype: .int32))
    }
    refuses(["binary_cross_entropy_with_logits", "int64", "float32"]) {
      try x(2).binaryCrossEntropyWithLogits(x(2, dtype: .float32))
    }
    refuses(["rand", "int64"]) { try Tensor.rand(2, dtype: .int64) }
  }

  @Test func argumentsOutOfRange() {
    refuses(["sum", "axis 2", "[2, 3]", "-2 … 1"]) { try x(2, 3).sum(dim: 2) }
    refuses(["sum", "axis 0", "twice"]) { try x(2, 3).sum(dim: 0, -2) }
    refuses(["amax", "axis 0", "[0, 3]"]) { try x(0, 3).amax(dim: 0) }
    refuses(["slice", "index 5", "axis 1", "[2, 3]", "-3 … 2"]) { try x(2, 3)[0, 5] }
    refuses(["slice", "3 indices", "[2, 3]"]) { try x(2, 3)[0, 0, 0] }
    refuses(["unsqueeze", "axis 4", "[2, 3]"]) { try x(2, 3).unsqueeze(dim: 4) }
    refuses(["permute", "[0, 0]"]) { try x(2, 3).permute([0, 0]) }
    refuses(["pow", "integers"]) { try x(2).pow(-1) }
    refuses(["pow", "uint8", "fit"]) { try x(2, dtype: .bool).cast(to: .uint8).pow(300) }
    refuses(["t", "[2, 3, 4]"]) { try x(2, 3, 4).t() }
  }

  /// Positions are elements themselves: the text names the place, not the position.
  @Test func positionsThatDoNotExist() {
    refuses(["index_select", "place 0", "0 … 1"]) { try x(2).indexSelect(dim: 0, x(1)) }
    refuses(["one_hot", "place 0", "0 … 9"]) { try x(3).oneHot(classes: 10) }
    refuses(["cross_entropy", "place 0", "0 … 2"]) {
      try x(2, 3, dtype: .float32).crossEntropy(x(2))
    }
  }

  @Test func valuesAskedForWrongly() {
    refuses(["item()", "[2]"]) { try x(2).item() }
    refuses(["[2, 3]", "6", "1"]) { try Tensor([Self.secret], shape: [2, 3]) }
    refuses(["[-1]"]) { try Tensor([Self.secret], shape: [-1]) }
  }

  @Test func backwardWithoutWhatItNeeds() {
    refuses(["backward()", "requiresGrad"]) { try x(2).backward() }
    refuses(["backward()", "[2]", "sum()"]) {
      var leaf = try x(2, dtype: .float32)
      leaf.requiresGrad = true
      try (leaf * 1).backward()
      return leaf
    }
  }

  @Test func memoryThatDoesNotExist() throws {
    refuses(["memory", "bytes"]) { try Tensor.full([1 << 45], 0) }
    refuses(["memory", "bytes"]) { try Tensor(1).broadcastTo([1 << 45]).exp() }
    refuses(["[1152921504606846976, 16]"]) { try Tensor.full([1 << 60, 16], 0) }
  }

  @Test func everyErrorHasWords() {
    let errors: [TensorError] = [
      .invalidShape([1], "a"), .shapeMismatch(operation: "a", shapes: [Shape()], remedy: "b"),
      .unsupportedDType(operation: "a", dtypes: [.bool], remedy: "b"), .invalidArgument("a", "b"),
      .invalidAccess("a"), .gradient("a"), .outOfMemory(bytes: 1), .file(path: "a", reason: "b"),
      .malformed("a"),
    ]
    for error in errors { #expect(String(describing: error).contains("a")) }
    #expect(errors[0] == errors[0] && errors[0] != errors[1])
  }
}
