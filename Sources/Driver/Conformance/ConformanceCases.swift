import ClusterTensor
import Foundation

/// A call with what PyTorch gives for it.
struct ConformanceCase: Sendable {
  let id: String
  /// PyTorch's name of the operation.
  let operation: String
  /// PyTorch's name of the dtype, or `mixed`.
  let dtype: String
  let inputs: [CaseValue]
  let named: [String: CaseValue]
  let outputs: [CaseValue]
  let tolerance: Tolerance
  /// Which outputs gradients start from.
  let differentiableOutputs: [Int]
  let gradients: [ExpectedGradient]

  /// The gradient with respect to an input.
  struct ExpectedGradient: Sendable {
    /// The input's position and, inside of a list, the index.
    let path: [Int]
    let tensor: CaseValue
  }
}

/// A call that PyTorch refuses.
struct RefusalCase: Sendable {
  let id: String
  let operation: String
  let inputs: [CaseValue]
  let named: [String: CaseValue]
}

/// A tensor and its text.
struct PrintingCase: Sendable {
  let id: String
  let tensor: String
  let requiresGrad: Bool
  let text: String
}

/// A folder of cases.
struct ConformanceCases: Sendable {
  private(set) var cases: [ConformanceCase]
  private(set) var refusals: [RefusalCase]
  private(set) var printing: [PrintingCase]
  let tensors: SafeTensors

  /// Reads `cases.json` and opens `tensors.safetensors`. Throws `TensorError.file`.
  init(folder: String) throws {
    let folder = URL(filePath: folder, directoryHint: .isDirectory)
    let path = folder.appending(path: "cases.json").path
    func refuse(_ reason: String) -> TensorError { .file(path: path, reason: reason) }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw refuse("it cannot be opened: check the path and that you may read it")
    }
    do {
      let file = try JSONValue(parsing: Array(bytes))
      cases = try file.list("cases").map(ConformanceCase.init)
      refusals = try file.list("must_fail").map(RefusalCase.init)
      printing = try file.list("printing").map(PrintingCase.init)
    } catch let problem as JSONProblem {
      throw refuse("\(problem)")
    } catch let problem as CaseProblem {
      throw refuse("\(problem)")
    }
    tensors = try SafeTensors(
      contentsOf: folder.appending(path: "tensors.safetensors").path)
  }

  /// Keeps the cases of some operations, and no printing.
  mutating func keep(operations: Set<String>) {
    cases.removeAll { !operations.contains($0.operation) }
    refusals.removeAll { !operations.contains($0.operation) }
    printing = []
  }

  /// Keeps the cases of some dtypes, and no printing.
  mutating func keep(dtypes: Set<String>) {
    cases.removeAll { !dtypes.contains($0.dtype) }
    printing = []
  }

  /// The dtypes that cases are of, `mixed` for those of several.
  var dtypes: Set<String> { Set(cases.map(\.dtype)) }

  /// The operations that have cases or refusals.
  var operations: Set<String> {
    Set(cases.map(\.operation)).union(refusals.map(\.operation))
  }
}

// MARK: Reading

extension ConformanceCase {
  fileprivate init(_ value: JSONValue) throws {
    id = try value.text("id")
    do {
      operation = try value.text("op")
      dtype = try value.text("dtype")
      inputs = try value.list("inputs").map(CaseValue.init)
      named = try value.namedValues("kwargs")
      outputs = try value.list("outputs").map(CaseValue.init)
      tolerance = Tolerance(
        absolute: try value.number("atol"), relative: try value.number("rtol"))
      differentiableOutputs = (value["differentiable_outputs"]?.array ?? []).compactMap(\.integer)
      gradients = try (value["grads"]?.array ?? []).map { pair in
        guard let pair = pair.array, pair.count == 2, let path = pair[0].array else {
          throw CaseProblem("a gradient must be a path and a tensor")
        }
        return ExpectedGradient(
          path: path.compactMap(\.integer), tensor: try CaseValue(pair[1]))
      }
    } catch let problem as CaseProblem {
      throw CaseProblem("\(id): \(problem)")
    }
  }
}

extension RefusalCase {
  fileprivate init(_ value: JSONValue) throws {
    id = try value.text("id")
    do {
      operation = try value.text("op")
      inputs = try value.list("inputs").map(CaseValue.init)
      named = try value.namedValues("kwargs")
    } catch let problem as CaseProblem {
      throw CaseProblem("\(id): \(problem)")
    }
  }
}

extension PrintingCase {
  fileprivate init(_ value: JSONValue) throws {
    tensor = try value.text("tensor")
    id = "printing.\(tensor)"
    requiresGrad = value["requires_grad"] == .bool(true)
    text = try value.text("text")
  }
}

extension JSONValue {
  fileprivate func text(_ name: String) throws -> String {
    guard let text = self[name]?.string else { throw CaseProblem("\(name) must be a text") }
    return text
  }

  fileprivate func number(_ name: String) throws -> Double {
    guard let number = self[name]?.double else { throw CaseProblem("\(name) must be a number") }
    return number
  }

  fileprivate func list(_ name: String) throws -> [JSONValue] {
    guard let list = self[name]?.array else { throw CaseProblem("\(name) must be a list") }
    return list
  }

  /// Arguments by name, but for those that say where PyTorch's memory is.
  fileprivate func namedValues(_ name: String) throws -> [String: CaseValue] {
    guard let members = self[name]?.members else { throw CaseProblem("\(name) must be an object") }
    let meaningless: Set = ["device", "layout", "pin_memory"]
    let pairs = try members.filter { !meaningless.contains($0.name) }
      .map { ($0.name, try CaseValue($0.value)) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}
