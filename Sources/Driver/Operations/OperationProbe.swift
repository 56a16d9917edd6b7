import ClusterTensor

/// Runs operations on samples to see what they take and do: the list of operations says nothing that was
/// not seen.
struct OperationProbe {
  /// What was seen of an operation.
  struct Finding {
    /// Dtypes of operands that it takes, in the order of their codes.
    var dtypes: [DType] = []
    /// Whether a gradient goes through it.
    var isDifferentiable = false
    /// The instructions that one call sends, in order, with repetitions.
    var instructions: [String] = []
  }

  /// One call.
  private struct Sample {
    let inputs: [Argument<Tensor>]
    let named: [String: Argument<Tensor>]
    /// The dtype that is varied.
    let dtype: DType
  }

  let cluster: Cluster
  private let worker: Worker
  private let cases: ConformanceCases
  private let byOperation: [String: [ConformanceCase]]

  /// Samples are looked for in so many cases of an operation.
  private static let mostSamples = 12

  init(_ cases: ConformanceCases) throws {
    self.cases = cases
    byOperation = Dictionary(grouping: cases.cases, by: \.operation)
    cluster = try Cluster.inProcess(workers: ["bob"])
    worker = cluster.workers[0]
    _ = try worker.takeRecordedInstructions()
  }

  /// What is seen of the operation, nil where there is no sample of it.
  func finding(of name: String) throws -> Finding? {
    let samples = try samples(of: name)
    guard !samples.isEmpty else { return nil }
    var finding = Finding()
    finding.dtypes = DType.allCases.filter { dtype in
      samples.contains { takes(name, $0, as: dtype) }
    }
    finding.isDifferentiable = samples.contains { isDifferentiable(name, $0) }
    finding.instructions =
      try samples.lazy.compactMap { try instructions(of: name, $0) }.first ?? []
    return finding
  }

  private func samples(of name: String) throws -> [Sample] {
    if let own = OperationSamples.byName[name] {
      return own.map { Sample(inputs: $0, named: [:], dtype: .float32) }
    }
    let cases = byOperation[name] ?? catalogue.original(of: name).flatMap { byOperation[$0] } ?? []
    // Floating point first: other tensors of the case are then indices and masks.
    let ordered =
      cases.filter { $0.id.contains("float32") } + cases.filter { !$0.id.contains("float") }
    return ordered.prefix(OperationProbe.mostSamples).compactMap { example in
      guard let inputs = try? example.inputs.map({ try $0.argument(from: self.cases.tensors) }),
        let named = try? example.named.mapValues({ try $0.argument(from: self.cases.tensors) })
      else { return nil }
      let first = inputs.flatMap(\.flattened).lazy.compactMap(\.tensor).first
      return Sample(inputs: inputs, named: named, dtype: first?.dtype ?? .float32)
    }
  }

  private func takes(_ name: String, _ sample: Sample, as dtype: DType) -> Bool {
    do {
      func cast(_ tensor: Tensor) throws -> Tensor {
        tensor.dtype == sample.dtype ? try tensor.cast(to: dtype) : tensor
      }
      let named = try sample.named.mapValues { value in
        if case .dtype = value { return Argument<Tensor>.dtype(dtype) }
        return try value.mapTensors(cast)
      }
      _ = try catalogue[name](sample.inputs.map { try $0.mapTensors(cast) }, named)
      return true
    } catch TensorError.divisionByZero {
      return true
    } catch {
      return false
    }
  }

  private func isDifferentiable(_ name: String, _ sample: Sample) -> Bool {
    func leaf(_ tensor: Tensor) -> Tensor {
      var tensor = tensor
      tensor.requiresGrad = tensor.dtype.isFloatingPoint
      return tensor
    }
    let results = try? catalogue[name](
      sample.inputs.map { $0.mapTensors(leaf) }, sample.named.mapValues { $0.mapTensors(leaf) })
    return results?.flatMap(\.flattened).contains { $0.tensor?.requiresGrad ?? false } ?? false
  }

  private func instructions(of name: String, _ sample: Sample) throws -> [String]? {
    let inputs = try sample.inputs.map { try $0.mapTensors { try $0.send(to: worker) } }
    let named = try sample.named.mapValues { try $0.mapTensors { try $0.send(to: worker) } }
    _ = try worker.takeRecordedInstructions()
    guard (try? catalogue[name](inputs, named, at: worker.place)) != nil else { return nil }
    let unseen: Set<UInt16> = [InstructionCode.release, InstructionCode.store]
    return try withExtendedLifetime((inputs, named)) {
      try worker.takeRecordedInstructions().filter { !unseen.contains($0) }.map { code in
        OperationCatalogue.entry(code: code)?.identity.name ?? InstructionCode.name(code)
      }
    }
  }
}
