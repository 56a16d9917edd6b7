import ClusterTensor

/// Runs cases at one home. Nothing that a case does ends the run.
struct CaseRunner<Home: ConformanceHome> {
  let home: Home
  let tensors: SafeTensors

  // MARK: Cases

  /// Why the case does not pass, or nil.
  func failure(of example: ConformanceCase) -> String? {
    guard catalogue.contains(example.operation) else { return CaseRunnerText.unknownOperation }
    do {
      return try difference(in: example)
    } catch {
      return "\(error)"
    }
  }

  private func difference(in example: ConformanceCase) throws -> String? {
    let inputs = try example.inputs.map { try $0.argument(from: tensors) }
    let named = try example.named.mapValues { try $0.argument(from: tensors) }
    let want = try example.outputs.map { try $0.argument(from: tensors) }.flatMap(\.flattened)

    var leaves: [[Int]: Home.Value] = [:]
    let paths = Set(example.gradients.map(\.path))
    let arguments = try inputs.enumerated().map { position, input in
      try bring(
        input, at: [position], differentiating: paths, isInPlace: example.operation.last == "_",
        into: &leaves)
    }
    let outputs = try catalogue[example.operation](
      arguments, try named.mapValues { try $0.mapTensors(home.put) }, at: home.place
    ).flatMap(\.flattened)
    let got = try outputs.map { try $0.mapTensors(home.take) }

    guard got.count == want.count else { return "\(got.count) results instead of \(want.count)" }
    for (index, (got, want)) in zip(got, want).enumerated() {
      if let difference = Comparison.differenceOfForm(got, want) {
        return "result \(index): \(difference)"
      }
    }
    var results = CaseResults(inputs: inputs, named: named, got: got, want: want)
    try Normalisers.byOperation[example.operation]?(&results)
    for (index, (got, want)) in zip(results.got, results.want).enumerated() {
      if let difference = try Comparison.difference(got, want, within: example.tolerance) {
        return "result \(index): \(difference)"
      }
    }
    if example.gradients.isEmpty { return nil }
    try goBack(from: outputs, in: example, results)
    return try differenceOfGradients(in: example, leaves)
  }

  /// An input where cases run; the ones that gradients are wanted for become leaves.
  private func bring(
    _ value: Argument<Tensor>, at path: [Int], differentiating paths: Set<[Int]>, isInPlace: Bool,
    into leaves: inout [[Int]: Home.Value]
  ) throws -> Argument<Home.Value> {
    if case .list(let values) = value {
      return .list(
        try values.enumerated().map { index, value in
          try bring(
            value, at: path + [index], differentiating: paths, isInPlace: isInPlace, into: &leaves)
        })
    }
    return try value.mapTensors { tensor in
      var value = try home.put(tensor)
      if paths.contains(path) {
        value.requiresGrad = true
        leaves[path] = value
        // A leaf cannot be changed in place; what is computed from it can.
        if isInPlace { value = try value.clone() }
      }
      return value
    }
  }

  // MARK: Gradients

  /// Starts from every differentiable output with 1/n, 2/n … n/n.
  private func goBack(
    from outputs: [Argument<Home.Value>], in example: ConformanceCase, _ results: CaseResults
  ) throws {
    for (count, index) in example.differentiableOutputs.enumerated() {
      guard index < outputs.count, let output = outputs[index].tensor else {
        throw CaseProblem("result \(index) should have a gradient and is no tensor")
      }
      let number = output.elementCount
      var cotangent = (0..<number).map { Double($0 + 1) / Double(number) }
      if let factors = results.cotangentFactors[index] {
        for (index, factor) in factors.enumerated() { cotangent[index] *= factor }
      }
      let seed = try Tensor(cotangent, shape: Array(output.shape), dtype: output.dtype)
      let isLast = count == example.differentiableOutputs.count - 1
      do {
        try output.backward(gradient: home.put(seed), retainGraph: !isLast)
      } catch {
        throw CaseProblem("gradient of result \(index): \(error)")
      }
    }
  }

  private func differenceOfGradients(
    in example: ConformanceCase, _ leaves: [[Int]: Home.Value]
  ) throws -> String? {
    for expected in example.gradients {
      let name = "gradient of input " + expected.path.map(String.init).joined(separator: ".")
      guard let leaf = leaves[expected.path] else { return "\(name): there is no such tensor" }
      guard let gradient = leaf.grad else { return "\(name): there is none" }
      let want = try expected.tensor.argument(from: tensors)
      let got = Argument.tensor(try home.take(gradient))
      if let difference = try Comparison.difference(got, want, within: example.tolerance) {
        return "\(name): \(difference)"
      }
    }
    return nil
  }

  // MARK: Refusals

  /// Why the call was not refused as it should be, or nil.
  func failure(of refusal: RefusalCase) -> String? {
    guard catalogue.contains(refusal.operation) else { return CaseRunnerText.unknownOperation }
    do {
      let inputs = try refusal.inputs.map { try $0.argument(from: tensors).mapTensors(home.put) }
      let named = try refusal.named.mapValues {
        try $0.argument(from: tensors).mapTensors(home.put)
      }
      let failure = try acceptance(of: refusal.operation, inputs, named)
      try home.requireAnswer()
      return failure
    } catch {
      return "\(error)"
    }
  }

  /// What was wrong about how the call went, or nil where it was refused.
  private func acceptance(
    of operation: String, _ inputs: [Argument<Home.Value>], _ named: [String: Argument<Home.Value>]
  ) throws -> String? {
    do {
      for output in try catalogue[operation](inputs, named, at: home.place).flatMap(\.flattened) {
        _ = try output.mapTensors(home.take)
      }
      return "it was not refused"
    } catch {
      return Refusal.isProper(error) ? nil : "refused for another reason: \(error)"
    }
  }

  // MARK: Printing

  /// How the text differs, or nil.
  func failure(of example: PrintingCase) -> String? {
    do {
      var tensor = try home.take(home.put(tensors[example.tensor]))
      if example.requiresGrad { tensor.requiresGrad = true }
      let text = tensor.description
      return text == example.text ? nil : "\(text)\ninstead of\n\(example.text)"
    } catch {
      return "\(error)"
    }
  }
}

/// What is said in several places.
enum CaseRunnerText {
  static let unknownOperation = "there is no such operation"
}

/// Which errors are refusals of a call.
enum Refusal {
  /// Whether the error says that the arguments are wrong: not that somebody is gone, or that the operation
  /// is not known.
  static func isProper(_ error: any Error) -> Bool {
    switch error {
    case let error as TensorError:
      switch error {
      case .malformed, .outOfMemory, .file: return false
      default: return true
      }
    case ClusterError.failedAtWorker(_, let failure):
      return [.shape, .dtype, .argument, .divisionByZero].contains(failure.kind)
    case ClusterError.notColocated, ClusterError.usedPointer: return true
    default: return false
    }
  }
}
