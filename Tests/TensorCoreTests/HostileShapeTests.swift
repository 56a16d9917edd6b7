import TensorCore
import TestSupport
import Testing

/// Descriptors that no honest program makes: the rules refuse them or compute with them, but never
/// trap, hang, or let a result be smaller than its shape says.
@Suite struct HostileShapeTests {
  private static let shapes: [[Int]] = [
    [], [0], [1], [1 << 59], [1 << 30, 1 << 29], [1 << 59, 0], [0, 1 << 59], [1 << 58, 1, 0, 2],
    [1 << 59, 0, 1], [1 << 29, 0, 1 << 29], [(1 << 31) + 1], [1, 1 << 40], [1 << 40, 1],
    [1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0], [2, 1 << 57], [3, 5], [5],
  ]

  @Test(arguments: entryNames) func rulesNeverTrap(name: String) throws {
    let descriptors = try Self.shapes.flatMap { shape in
      try [DType.float32, .int64, .bool].map { Descriptor(shape: try Shape(shape), dtype: $0) }
    }
    let operations = try distinctOperations(name)
    for operation in operations {
      for x in descriptors {
        check(operation, [x])
        for y in descriptors where y.dtype == .float32 || y.shape == x.shape {
          check(operation, [x, y])
        }
        check(operation, [descriptors[2], x, x])
      }
      check(operation, [])
      check(operation, Array(repeating: descriptors[10], count: 70_000))
    }
  }

  /// Where the rule accepts, the results must be shapes that a tensor can have.
  private func check(_ operation: any Operation, _ inputs: [Descriptor]) {
    do {
      for result in try operation.outputs(for: inputs) {
        _ = try Shape(Array(result.shape))
      }
    } catch let error as TensorError {
      #expect(String(describing: error).utf8.count < 2000, "a text without end")
    } catch {
      Issue.record("\(error)")
    }
  }

  /// Views make tensors of any shape from one element: computing with them must end, with a result
  /// of its full size or with an error.
  @Test(arguments: entryNames) func executionNeverHangs(name: String) throws {
    let inputs = try Self.shapes.flatMap { shape in
      try [Tensor(1.0), Tensor(1), Tensor(true)].map { try $0.broadcastTo(shape) }
    }
    let operations = try distinctOperations(name)
    for operation in operations {
      for x in inputs {
        execute(operation, [x])
        for y in inputs { execute(operation, [x, y]) }
      }
      execute(operation, [inputs[2], inputs[12], inputs[15]])
    }
  }

  private func execute(_ operation: any Operation, _ inputs: [Tensor]) {
    guard let results = try? operation.outputs(for: inputs.map(\.descriptor)),
      // What this machine could really compute would only take long.
      !results.contains(where: { $0.byteCount > 1 << 16 && $0.byteCount < 1 << 42 }),
      !inputs.contains(where: {
        $0.descriptor.byteCount > 1 << 16 && $0.descriptor.byteCount < 1 << 42
      })
    else { return }
    do {
      let made = try operation.execute(inputs)
      #expect(keeps(made, promise: results, of: type(of: operation)))
    } catch is TensorError {
      return
    } catch {
      Issue.record("\(error)")
    }
  }

  private func distinctOperations(_ name: String) throws -> [any Operation] {
    var seen: Set<[UInt8]> = []
    var operations: [any Operation] = []
    for sample in try OperationSamples.named(name) where operations.count < 5 {
      if seen.insert(try encodedAttributes(of: sample.operation)).inserted {
        operations.append(sample.operation)
      }
    }
    return operations
  }

  /// Two small tensors whose broadcast has more elements than can be counted: the product of the
  /// lengths wraps around to nothing, which must not pass for an empty tensor.
  @Test func broadcastsThatCannotBeCounted() throws {
    let x = try Tensor(1.0).broadcastTo([1 << 40, 1])
    let y = try Tensor(1.0).broadcastTo([1, 1 << 40])
    #expect(throws: TensorError.self) { _ = try x + y }
    #expect(throws: TensorError.self) { _ = try (x .> 0).where(x, y) }
    #expect(throws: TensorError.self) { _ = try x.broadcastTo([1 << 40, 1 << 40]) }
    #expect(throws: TensorError.self) { _ = try x.matmul(y) }
  }

  @Test func joinsThatCannotBeCounted() throws {
    let long = try Tensor.zeros(0).broadcastTo([1 << 59, 0])
    #expect(throws: TensorError.self) {
      _ = try Tensor.cat(Array(repeating: long, count: 40))
    }
  }

  @Test func lengthsAreChecked() throws {
    for wrong in [
      [-1], [1 << 60], [1 << 30, 1 << 30], [.max, .max], [.min], [0, -1],
      Array(repeating: 1, count: 9),
    ] {
      #expect(throws: TensorError.self, "\(wrong)") { _ = try Shape(wrong) }
    }
    #expect(try Shape([1 << 59, 0]).elementCount == 0)
    let many = Array(repeating: 1, count: 100_000)
    do {
      _ = try Tensor(1).reshape(many)
      Issue.record("nothing was thrown")
    } catch {
      #expect("\(error)".utf8.count < 1000)
    }
  }
}
