import ClusterTensor

/// The list of operations as a document.
struct OperationsPage {
  private let probe: OperationProbe

  init(_ probe: OperationProbe) { self.probe = probe }

  func lines() throws -> [String] {
    var lines = [
      "<!-- Made by scripts/generate-operations: change the catalogue, not this file. -->",
      "",
      "# Operations",
      "",
      "Everything that `catalogue[\"…\"]` calls by PyTorch's name. The methods of `TensorProtocol` have the "
        + "same names in Swift case. What stands in the last three columns was seen, by running each "
        + "operation on samples at a worker.",
      "",
      "*Sends* lists the instructions of one call. An operation that sends one is a catalogue entry with a "
        + "kernel of its own; the others are composed.",
      "",
      "| operation | dtypes | gradient | sends |",
      "|---|---|---|---|",
    ]
    for name in catalogue.names { lines.append(try row(name)) }
    lines += [
      "", "## Core ATen", "",
      "PyTorch's Core ATen names, \(CoreATen.all.count) of them: \(count { $0.isPresent }) present, "
        + "\(count { $0.isPlanned }) planned, \(count { !$0.isPresent && !$0.isPlanned }) left out.",
      "", "| name | here |", "|---|---|",
    ]
    lines += CoreATen.all.map { "| `\($0.name)` | \(text(of: $0.standing)) |" }
    return lines
  }

  private func row(_ name: String) throws -> String {
    var signatures = try catalogue[name].signatures.map { "`\($0)`" }.joined(separator: "<br>")
    if let original = catalogue.original(of: name) { signatures = "`\(name)`: see `\(original)`" }
    guard let finding = try probe.finding(of: name) else { return "| \(signatures) | | | |" }
    let dtypes = OperationsPage.text(of: finding.dtypes)
    let gradient = finding.isDifferentiable ? "yes" : "no"
    return
      "| \(signatures) | \(dtypes) | \(gradient) | \(OperationsPage.text(of: finding.instructions)) |"
  }

  private static func text(of dtypes: [DType]) -> String {
    let floats: [DType] = [.float16, .bfloat16, .float32, .float64]
    let integers: [DType] = [.uint8, .int8, .int16, .int32, .int64]
    if dtypes.count == DType.allCases.count { return "all" }
    if Set(dtypes) == Set(floats) { return "floating point" }
    if Set(dtypes) == Set(integers) { return "integers" }
    if Set(dtypes) == Set(integers + floats) { return "all but bool" }
    if Set(dtypes) == Set(integers + [.bool]) { return "bool, integers" }
    return dtypes.map(\.name).joined(separator: ", ")
  }

  /// Each instruction once, in order of first appearance, with its number.
  private static func text(of instructions: [String]) -> String {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for instruction in instructions {
      if counts[instruction] == nil { order.append(instruction) }
      counts[instruction, default: 0] += 1
    }
    return order.map { name in
      let count = counts[name] ?? 0
      return "`\(name)`" + (count > 1 ? " ×\(count)" : "")
    }.joined(separator: ", ")
  }

  private func text(of standing: CoreATen.Standing) -> String {
    switch standing {
    case .present(let name): "`\(name)`"
    case .planned(let family): "planned: \(family)"
    case .leftOut(let reason): "left out: \(reason)"
    }
  }

  private func count(_ matches: (CoreATen.Standing) -> Bool) -> Int {
    CoreATen.all.count { matches($0.standing) }
  }
}

extension CoreATen.Standing {
  fileprivate var isPresent: Bool {
    if case .present = self { return true }
    return false
  }
  fileprivate var isPlanned: Bool {
    if case .planned = self { return true }
    return false
  }
}
