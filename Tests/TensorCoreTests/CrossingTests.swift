import TensorCore
import Testing

/// A second home of tensors, as a worker's is: what the tape says of edges between homes is tested
/// here without a cluster.
private struct Elsewhere: TensorHome {
  let tensor: Tensor
  var node: Node<Elsewhere>?
  var nodeResult = 0

  init(_ tensor: Tensor) { self.tensor = tensor.detach() }

  var descriptor: Descriptor { tensor.descriptor }
  func values() -> Tensor { tensor }
  var place: Place<Elsewhere> { Place { try Elsewhere.perform($0, on: []) } }

  static func perform(_ operation: some Operation, on inputs: [Elsewhere]) throws -> [Elsewhere] {
    try Tensor.apply(operation, to: inputs.map(\.tensor)).map(Elsewhere.init)
  }
  static func perform(_ operation: some OneInputOperation, on x: Elsewhere) throws -> Elsewhere {
    Elsewhere(try Tensor.apply(operation, to: x.tensor))
  }
  static func perform(_ operation: some TwoInputOperation, on x: Elsewhere, _ y: Elsewhere) throws
    -> Elsewhere
  {
    Elsewhere(try Tensor.apply(operation, to: x.tensor, y.tensor))
  }

  /// Copies a tensor here; gradients find their way back.
  static func sending(_ tensor: Tensor) -> Elsewhere {
    var copy = Elsewhere(tensor)
    copy.continueGraph(of: tensor, gradient: tensor.grad.map(Elsewhere.init)) { $0.tensor }
    return copy
  }

  /// Brings a copy back.
  func fetched() -> Tensor {
    var copy = tensor
    copy.continueGraph(of: self, gradient: grad?.tensor) { Elsewhere($0) }
    return copy
  }
}

extension Elsewhere {
  typealias X = Elsewhere
  static prefix func - (x: X) throws -> X { try apply(Neg(), to: x) }
  static func + (x: X, y: X) throws -> X { try apply(Add(), to: x, y) }
  static func - (x: X, y: X) throws -> X { try apply(Sub(), to: x, y) }
  static func * (x: X, y: X) throws -> X { try apply(Mul(), to: x, y) }
  static func / (x: X, y: X) throws -> X { try apply(Div(), to: x, y) }
  static func + (x: X, y: Scalar) throws -> X { try x.add(y) }
  static func - (x: X, y: Scalar) throws -> X { try x.sub(y) }
  static func * (x: X, y: Scalar) throws -> X { try x.mul(y) }
  static func / (x: X, y: Scalar) throws -> X { try x.div(y) }
  static func + (x: Scalar, y: X) throws -> X { try apply(Add(operands: .scalarLeft(x)), to: y) }
  static func - (x: Scalar, y: X) throws -> X { try apply(Sub(operands: .scalarLeft(x)), to: y) }
  static func * (x: Scalar, y: X) throws -> X { try apply(Mul(operands: .scalarLeft(x)), to: y) }
  static func / (x: Scalar, y: X) throws -> X { try apply(Div(operands: .scalarLeft(x)), to: y) }
  @_disfavoredOverload static func + (x: X, y: Double) throws -> X { try x.add(Scalar(y)) }
  @_disfavoredOverload static func - (x: X, y: Double) throws -> X { try x.sub(Scalar(y)) }
  @_disfavoredOverload static func * (x: X, y: Double) throws -> X { try x.mul(Scalar(y)) }
  @_disfavoredOverload static func / (x: X, y: Double) throws -> X { try x.div(Scalar(y)) }
  @_disfavoredOverload static func + (x: Double, y: X) throws -> X { try Scalar(x) + y }
  @_disfavoredOverload static func - (x: Double, y: X) throws -> X { try Scalar(x) - y }
  @_disfavoredOverload static func * (x: Double, y: X) throws -> X { try Scalar(x) * y }
  @_disfavoredOverload static func / (x: Double, y: X) throws -> X { try Scalar(x) / y }
  static func .== (x: X, y: X) throws -> X { try x.eq(y) }
  static func .!= (x: X, y: X) throws -> X { try x.ne(y) }
  static func .< (x: X, y: X) throws -> X { try x.lt(y) }
  static func .<= (x: X, y: X) throws -> X { try x.le(y) }
  static func .> (x: X, y: X) throws -> X { try x.gt(y) }
  static func .>= (x: X, y: X) throws -> X { try x.ge(y) }
  static func .== (x: X, y: Scalar) throws -> X { try x.eq(y) }
  static func .!= (x: X, y: Scalar) throws -> X { try x.ne(y) }
  static func .< (x: X, y: Scalar) throws -> X { try x.lt(y) }
  static func .<= (x: X, y: Scalar) throws -> X { try x.le(y) }
  static func .> (x: X, y: Scalar) throws -> X { try x.gt(y) }
  static func .>= (x: X, y: Scalar) throws -> X { try x.ge(y) }
}

@Suite struct CrossingTests {
  @Test func gradientsCrossBackOverEdgesBetweenHomes() throws {
    let x = Tensor([3.0], dtype: .float64, requiresGrad: true)
    let there = Elsewhere.sending(try x * x)
    let back = try (there * 2).fetched()
    try (back * x).backward()
    // 2 x³ has the slope 6 x².
    #expect(try x.grad?.item() == 54)
  }

  @Test func aLeafThatIsSentIsTheLeafThere() throws {
    let x = Tensor([3.0], dtype: .float64, requiresGrad: true)
    try (x * 5).backward()
    let there = Elsewhere.sending(x)
    #expect(there.isLeaf && there.requiresGrad)
    try (there * there).backward()
    #expect(try there.grad?.tensor.item() == 11)
    #expect(try x.grad?.item() == 5)
    let back = there.fetched()
    #expect(try back.grad?.item() == 11)
  }

  @Test func twoCrossingsOfOneTensorAddUp() throws {
    let x = Tensor([3.0], dtype: .float64, requiresGrad: true)
    let y = try x * 2
    let (a, b) = (Elsewhere.sending(y), Elsewhere.sending(y))
    try (a * b).backward()
    #expect(try x.grad?.item() == 24)
  }

  @Test func nothingCrossesWithoutGradient() throws {
    let x = Tensor([3.0], dtype: .float64, requiresGrad: true)
    let y = try x * 2
    #expect(!withoutGradient { Elsewhere.sending(y) }.requiresGrad)
    #expect(!Elsewhere.sending(y.detach()).requiresGrad)
  }

  @Test func longChainsOverTwoHomesAreDroppedWithoutRecursion() throws {
    let x = Tensor([1.0], dtype: .float64, requiresGrad: true)
    var y = try x * 1
    for _ in 0..<20_000 { y = try (Elsewhere.sending(y) + 1).fetched() }
    try y.backward()
    #expect(try x.grad?.item() == 1)
    y = try x * 1
    for _ in 0..<20_000 { y = try (Elsewhere.sending(y) + 1).fetched() }
    #expect(try y.item() == 20_001)
  }
}
