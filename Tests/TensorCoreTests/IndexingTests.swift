import TensorCore
import Testing

/// Shapes: brackets, reshape, transposition, broadcasting.
@Suite struct IndexingTests {
  private func numbers(_ shape: Int...) throws -> Tensor {
    try Tensor.arange(Scalar(shape.reduce(1, *))).reshape(shape)
  }

  private func values(_ x: Tensor) throws -> [Int] { try x.toArray(of: Int.self) }

  @Test func everyFormOfIndexCompiles() throws {
    let x = try numbers(2, 3, 4)
    #expect(try x[1].shape == [3, 4])
    #expect(try x[.all, 0].shape == [2, 4])
    #expect(try x[.ellipsis, 1...].shape == [2, 3, 3])
    #expect(try x[0..<1, .newAxis].shape == [1, 1, 3, 4])
    #expect(try x[.slice(start: 0, step: 2)].shape == [1, 3, 4])
    #expect(try x[...1, ..<2, 0...2].shape == [2, 2, 3])
    #expect(try x[.newAxis, .ellipsis, .newAxis].shape == [1, 2, 3, 4, 1])
    #expect(try x[1, .ellipsis, -1].shape == [3])
    #expect(try values(x[1, 2, 3]) == [23])
    #expect(try x[1, 2, 3].shape == [])
    #expect(try x[.position(0), .all, .position(1)].shape == [3])
    let rest: TensorIndex = .ellipsis
    #expect(try x[rest, 0].shape == [2, 3])
    #expect(rest == .ellipsis && rest != .newAxis)
    let position = 1
    #expect(try x[position, position...].shape == [2, 4])
  }

  @Test func rangesAreCutAtTheBorders() throws {
    let x = try numbers(5)
    #expect(try values(x[2..<100]) == [2, 3, 4])
    #expect(try values(x[7...]) == [])
    #expect(try values(x[(-2)...]) == [3, 4])
    #expect(try values(x[(-100)...]) == [0, 1, 2, 3, 4])
    #expect(try values(x[..<(-1)]) == [0, 1, 2, 3])
    #expect(try values(x[(-4)..<(-1)]) == [1, 2, 3])
    #expect(try values(x[3..<3]) == [])
    #expect(try values(x[.slice(start: 4, end: 1)]) == [])
    #expect(try values(x[.slice(step: 2)]) == [0, 2, 4])
    #expect(try values(x[.slice(start: 1, end: -1, step: 3)]) == [1])
    #expect(try values(x[0...Int.max]) == [0, 1, 2, 3, 4])
    #expect(try values(x[.slice(start: .min, end: .max, step: .max)]) == [0])
  }

  /// A range that includes −1 includes the last position; −1 + 1 is not position 0.
  @Test func rangesThroughTheLastPosition() throws {
    let x = try numbers(5)
    #expect(try values(x[...(-1)]) == [0, 1, 2, 3, 4])
    #expect(try values(x[(-3)...(-1)]) == [2, 3, 4])
    #expect(try values(x[(-3)...(-2)]) == [2, 3])
  }

  @Test func wrongIndicesAreRefused() throws {
    let x = try numbers(2, 3)
    #expect(throws: TensorError.self) { _ = try x[2] }
    #expect(throws: TensorError.self) { _ = try x[-3] }
    #expect(throws: TensorError.self) { _ = try x[0, 0, 0] }
    #expect(throws: TensorError.self) { _ = try x[.ellipsis, .ellipsis] }
    #expect(throws: TensorError.self) { _ = try x[.slice(step: 0)] }
    #expect(throws: TensorError.self) { _ = try x[.slice(step: -1)] }
    #expect(throws: TensorError.self) { _ = try x[.slice(step: .min)] }
    #expect(throws: TensorError.self) { _ = try x[Int.min] }
    #expect(throws: TensorError.self) { _ = try Tensor(1)[0] }
    #expect(throws: TensorError.self) {
      _ = try x[
        .newAxis, .newAxis, .newAxis, .newAxis, .newAxis, .newAxis, .newAxis]
    }
    #expect(try Tensor(1)[.ellipsis].shape == [])
  }

  @Test func viewsNeverChangeTheirBase() throws {
    let x = try numbers(3, 4)
    let view = try x[1..., .slice(step: 2)]
    #expect(try values(view) == [4, 6, 8, 10])
    #expect(try values(view.t()) == [4, 8, 6, 10])
    #expect(try values(view[1]) == [8, 10])
    #expect(try values(view + 1) == [5, 7, 9, 11])
    #expect(try values(x) == Array(0..<12))
  }

  @Test func reshapeWorksOutOneLength() throws {
    let x = try numbers(2, 6)
    #expect(try x.reshape(-1).shape == [12])
    #expect(try x.reshape(3, -1).shape == [3, 4])
    #expect(try x.reshape(-1, 12, 1).shape == [1, 12, 1])
    #expect(try values(x.t().reshape(12)) == [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11])
    #expect(try Tensor(7).reshape(1, 1).shape == [1, 1])
    #expect(try Tensor([7]).reshape([]).shape == [])
    #expect(try Tensor.zeros(0, 3).reshape(-1, 3).shape == [0, 3])
    #expect(try Tensor.zeros(0, 3).reshape(5, 0).shape == [5, 0])
    for wrong in [[5], [-1, -1], [-1, 5], [-2, 6], [12, 0], [], [1 << 40, 1 << 40, -1]] {
      #expect(throws: TensorError.self, "\(wrong)") { _ = try x.reshape(wrong) }
    }
    // PyTorch: cannot reshape tensor of 0 elements into shape [-1, 0], since −1 could be anything.
    #expect(throws: TensorError.self) { _ = try Tensor.zeros(0).reshape(-1, 0) }
    #expect(throws: TensorError.self) { _ = try Tensor(1).reshape(1, 1, 1, 1, 1, 1, 1, 1, 1) }
  }

  @Test func axesOfLengthOne() throws {
    let x = try numbers(2, 1, 3)
    #expect(try x.squeeze().shape == [2, 3])
    #expect(try x.squeeze(dim: 1).shape == [2, 3])
    #expect(try x.squeeze(dim: -2).shape == [2, 3])
    #expect(try x.squeeze(dim: 0).shape == [2, 1, 3])
    #expect(try x.unsqueeze(dim: 0).shape == [1, 2, 1, 3])
    #expect(try x.unsqueeze(dim: -1).shape == [2, 1, 3, 1])
    #expect(try Tensor(1).unsqueeze(dim: 0).shape == [1])
    #expect(try Tensor(1).squeeze(dim: 0).shape == [])
    #expect(throws: TensorError.self) { _ = try x.unsqueeze(dim: 4) }
    #expect(throws: TensorError.self) { _ = try x.unsqueeze(dim: -5) }
    #expect(throws: TensorError.self) { _ = try x.squeeze(dim: 3) }
    #expect(throws: TensorError.self) {
      _ = try Tensor.zeros(1, 1, 1, 1, 1, 1, 1, 1).unsqueeze(dim: 0)
    }
  }

  @Test func axesInAnotherOrder() throws {
    let x = try numbers(2, 3, 4)
    #expect(try x.transpose(0, -1).shape == [4, 3, 2])
    #expect(try x.permute([2, 0, 1]).shape == [4, 2, 3])
    #expect(try x.permute([-1, -3, -2]).shape == [4, 2, 3])
    #expect(try values(x.permute([2, 0, 1])[3, 1]) == [15, 19, 23])
    #expect(try numbers(2, 3).t().shape == [3, 2])
    #expect(try numbers(2).t().shape == [2])
    #expect(throws: TensorError.self) { _ = try x.t() }
    #expect(throws: TensorError.self) { _ = try x.transpose(0, 3) }
    #expect(throws: TensorError.self) { _ = try x.permute([0, 1]) }
    #expect(throws: TensorError.self) { _ = try x.permute([0, 1, 1]) }
    #expect(throws: TensorError.self) { _ = try x.permute([0, 1, -2]) }
  }

  @Test func broadcasting() throws {
    let (x, y) = (try numbers(3, 1), try numbers(1, 2))
    #expect(try values(x * 10 + y) == [0, 1, 10, 11, 20, 21])
    #expect(try (x + Tensor.zeros(0)).shape == [3, 0])
    #expect(try (x + Tensor(1)).shape == [3, 1])
    #expect(try numbers(3).broadcastTo([2, 3]).shape == [2, 3])
    #expect(try Tensor(5).broadcastTo([0]).shape == [0])
    #expect(throws: TensorError.self) { _ = try numbers(3) + numbers(2) }
    #expect(throws: TensorError.self) { _ = try numbers(2, 3) + numbers(2) }
    #expect(throws: TensorError.self) { _ = try numbers(3).broadcastTo([3, 2]) }
    #expect(throws: TensorError.self) { _ = try numbers(2, 3).broadcastTo([3]) }
    #expect(throws: TensorError.self) { _ = try numbers(3).broadcastTo([-1]) }
  }

  @Test func takingNumbersOut() throws {
    #expect(try Tensor([[7]]).item(as: Int.self) == 7)
    #expect(try Tensor(true).item(as: Bool.self))
    #expect(throws: TensorError.self) { _ = try Tensor([1, 2]).item() }
    #expect(throws: TensorError.self) { _ = try Tensor.zeros(0).item() }
    #expect(try Tensor([1.9, -1.9]).toArray(of: Int.self) == [1, -1])
    #expect(try Tensor([1.0, .nan]).allClose(Tensor([1.0, .nan]), equalNan: true))
    #expect(try !Tensor([Float.nan]).allClose(Tensor([Float.nan])))
    #expect(try Tensor([Float.infinity]).allClose(Tensor([Float.infinity])))
    #expect(try !Tensor([Float.infinity]).allClose(Tensor([-Float.infinity])))
    #expect(try !Tensor([1.0]).allClose(Tensor([1.0, 1.0])))
  }
}
