import TensorCore
import Testing

/// Calls by PyTorch's names: what binds to which parameter, and what is said of calls that do not.
@Suite struct ByNameTests {
  private let x = Tensor([1.0, 4, 9])

  private func call(
    _ name: String, _ arguments: [Argument<Tensor>], _ named: [String: Argument<Tensor>] = [:]
  ) throws -> [Argument<Tensor>] {
    try catalogue[name](arguments, named)
  }

  private func text(of body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  @Test func positionalAndNamedArgumentsAreTheSame() throws {
    let forms = try [
      call("full_like", [.tensor(x), 2]),
      call("full_like", [.tensor(x)], ["fill_value": 2]),
      call("full_like", [], ["input": .tensor(x), "fill_value": 2, "dtype": nil]),
    ]
    for form in forms {
      guard case .tensor(let result) = form[0] else {
        Issue.record("no tensor")
        continue
      }
      #expect(try result.isIdentical(to: Tensor([2.0, 2, 2])))
    }
  }

  @Test func whatDoesNotBindIsSaid() {
    #expect(text { _ = try call("sqrt", []) }.contains("input (Tensor) must be given"))
    #expect(
      text { _ = try call("sqrt", [.tensor(x), 1]) }.contains("takes 1 values at most, not 2"))
    #expect(text { _ = try call("sqrt", [2]) }.contains("input must be Tensor, not a whole number"))
    #expect(
      text { _ = try call("sqrt", [.tensor(x)], ["dim": 0]) }.contains("has no argument named dim"))
    #expect(
      text { _ = try call("sqrt", [.tensor(x)], ["input": .tensor(x)]) }
        .contains("input is given twice"))
    #expect(
      text { _ = try call("full_like", [.tensor(x), 1, .dtype(.int64)]) }.contains("at most"))
    #expect(
      text { _ = try call("full_like", [.tensor(x), "1"]) }
        .contains("fill_value must be Scalar, not a text"))
    #expect(text { _ = try catalogue["sqr"] }.contains("similar ones: sqrt"))
  }

  @Test func everyNameAndAliasCanBeLookedUp() throws {
    #expect(catalogue.names == catalogue.names.sorted() && !catalogue.names.isEmpty)
    for name in catalogue.names {
      #expect(try catalogue[name].name == name)
      #expect(try !catalogue[name].signatures.isEmpty)
      if let original = catalogue.original(of: name) { #expect(catalogue.contains(original)) }
    }
  }

  /// Parameters that must be given stand before those that need not.
  @Test func signaturesAreInOrder() throws {
    for name in catalogue.names {
      for signature in try catalogue[name].signatures {
        let names = signature.parameters.map(\.name)
        #expect(Set(names).count == names.count, "\(signature)")
      }
    }
  }

  @Test func underscoreChangesTheFirstArgument() throws {
    guard case .tensor(let result) = try call("sqrt_", [.tensor(x)])[0] else {
      Issue.record("no tensor")
      return
    }
    #expect(try result.isIdentical(to: Tensor([1.0, 2, 3])))
    #expect(text { _ = try call("sqrt_", [.tensor(Tensor([4]))]) }.contains("int64"))
  }

  @Test func everyCoreATenNameHasAStanding() {
    #expect(CoreATen.all.count == 164)
    #expect(Set(CoreATen.all.map(\.name)).count == 164)
    for entry in CoreATen.all {
      switch entry.standing {
      case .present(let name): #expect(catalogue.contains(name))
      case .planned(let what), .leftOut(let what): #expect(!what.isEmpty)
      }
    }
  }
}

/// Gradients of gradients.
@Suite struct SecondGradientTests {
  @Test func aCubeHasThem() throws {
    let x = Tensor([2.0, -3], dtype: .float64, requiresGrad: true)
    let y = try (x * x * x).sum()
    let first = try gradient(of: y, at: [x], createGraph: true)[0]
    #expect(try first.allClose(Tensor([12.0, 27], dtype: .float64)))
    let second = try gradient(of: first.sum(), at: [x], createGraph: true)[0]
    #expect(try second.allClose(Tensor([12.0, -18], dtype: .float64)))
    let third = try gradient(of: second.sum(), at: [x])[0]
    #expect(try third.allClose(Tensor([6.0, 6], dtype: .float64)))
    #expect(x.grad == nil)
  }

  @Test func withoutCreateGraphAGradientHasNone() throws {
    let x = Tensor([2.0], dtype: .float64, requiresGrad: true)
    let first = try gradient(of: (x * x).sum(), at: [x])[0]
    #expect(!first.requiresGrad)
  }

  @Test func aSeedMayHaveAGraphToo() throws {
    let x = Tensor([2.0, 5], dtype: .float64, requiresGrad: true)
    let seed = Tensor([1.0, 1], dtype: .float64, requiresGrad: true)
    let product = try gradient(of: x * x, at: [x], seed: seed, createGraph: true)[0]
    let ofSeed = try gradient(of: product.sum(), at: [seed])[0]
    #expect(try ofSeed.allClose(Tensor([4.0, 10], dtype: .float64)))
  }
}
