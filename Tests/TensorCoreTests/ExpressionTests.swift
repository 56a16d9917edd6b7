import TensorCore
import Testing

// Ordinary expressions must type-check at once, on a home and over all homes: the build of these
// tests is slow or fails where they do not.

private func gelu<T: TensorProtocol>(_ x: T) throws -> T {
  try 0.5 * x * (1 + (0.7978845608 * (x + 0.044715 * x * x * x)).tanh())
}

private func polynomial<T: TensorProtocol>(_ x: T) throws -> T {
  try 0.5 * x * (1 + 0.7978845608 * (x + 0.044715 * x * x * x))
}

private func loss<T: TensorProtocol>(_ p: T, _ y: T) throws -> T {
  try (y * p.relu() + (1 - y) * (1 - p).relu()).mean() + 0.01 * (p * p).sum()
}

private func norm<T: TensorProtocol>(_ x: T, epsilon: Double) throws -> T {
  let centred = try x - x.mean(dim: -1, keepdim: true)
  return try centred / ((centred * centred).mean(dim: -1, keepdim: true) + epsilon).sqrt()
}

@Suite struct ExpressionTests {
  @Test func constantsAreFloatingPoint() throws {
    let x = Tensor([3.0])
    #expect(try (1 / 2 * x).item() == 1.5)
    #expect(try (x * 1 / 2).item() == 1.5)
    #expect(try (2 * x - 1).item() == 5)
    #expect(try (-x + 1).item() == -2)
    #expect(try (1 - x).item() == -2)
    #expect(try (6 / x).item() == 2)
  }

  @Test func longExpressions() throws {
    let x = Tensor([0.5, -1.0], dtype: .float64)
    let local = try 0.5 * x * (1 + 0.7978845608 * (x + 0.044715 * x * x * x))
    #expect(try local.isIdentical(to: polynomial(x)))
    let (p, y) = (Tensor([0.2, 0.9], dtype: .float64), Tensor([0.0, 1.0], dtype: .float64))
    let value = try (y * p.relu() + (1 - y) * (1 - p).relu()).mean() + 0.01 * (p * p).sum()
    #expect(try value.isIdentical(to: loss(p, y)))
    #expect((try value.item() - 0.8585).magnitude < 1e-12)
    #expect((try gelu(x).toArray(of: Double.self)[0] - 0.345714).magnitude < 1e-6)
    #expect((try norm(x, epsilon: 1e-5).sum().item()).magnitude < 1e-12)
  }

  @Test func variablesOfDoubleStandBesideTensors() throws {
    let rate = 0.1
    let (w, g) = (Tensor([1.0]), Tensor([2.0]))
    let updated = try w - rate * g
    #expect(try updated.toArray(of: Float.self) == [0.8])
    let decayed = try w * (1 - rate) - g * rate / 2
    #expect((try decayed.item() - 0.8).magnitude < 1e-6)
    let flags = try (w .> 0.5) * (w .<= 1) * (w .!= 2)
    #expect(try flags.item(as: Bool.self))
  }

  @Test func freeFunctionsAreTheMethods() throws {
    let x = try Tensor([[1.0, -2], [3, 4]], dtype: .float64)
    #expect(try relu(x).isIdentical(to: x.relu()))
    #expect(try exp(x).isIdentical(to: x.exp()))
    #expect(try matmul(x, x).isIdentical(to: x.matmul(x)))
    #expect(try sum(x, dim: 0).isIdentical(to: x.sum(dim: 0)))
    #expect(try max(x, dim: 1).indices.isIdentical(to: x.max(dim: 1).indices))
    #expect(try cat([x, x]).shape == [4, 2])
    #expect(try softmax(x, dim: 1).isIdentical(to: x.softmax(dim: 1)))
  }
}
