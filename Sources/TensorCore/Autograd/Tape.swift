import HeapModule
import Synchronization

/// Whether operations are recorded in this task.
enum GradientMode {
  @TaskLocal static var isEnabled = true
}

/// Runs `body` without recording: results require no gradient, whatever their inputs do.
public func withoutGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientMode.$isEnabled.withValue(false, operation: body)
}

/// Part of the tape without its type: nodes of several homes stand in one graph.
public class AnyNode: @unchecked Sendable {
  private static let counter = Atomic<UInt64>(0)
  /// Grows in the order of recording, so that going back in falling order meets every node after
  /// all that were computed from it.
  let sequence = AnyNode.counter.wrappingAdd(1, ordering: .relaxed).oldValue

  init() {}

  /// Passes the gradients that have arrived on to the nodes before it, and adds those to `queue`.
  func propagate(into queue: inout BackwardQueue, retaining: Bool) throws {}

  /// Gives up the edges to earlier nodes, so that a long graph dies in a loop: deinits that call
  /// each other would overflow the stack.
  func takeParents(into list: inout [AnyNode]) {}

  /// Forgets gradients that arrived but were not passed on, after an error.
  func dropPending() {}

  static func unlink(_ node: AnyNode) {
    var list: [AnyNode] = []
    node.takeParents(into: &list)
    while var next = list.popLast() {
      if isKnownUniquelyReferenced(&next) { next.takeParents(into: &list) }
    }
  }
}

/// Nodes that wait for their turn in `backward`, latest first.
struct BackwardQueue {
  private struct Entry: Comparable {
    let node: AnyNode
    static func < (l: Entry, r: Entry) -> Bool { l.node.sequence < r.node.sequence }
    static func == (l: Entry, r: Entry) -> Bool { l.node === r.node }
  }
  private var heap = Heap<Entry>()
  private var members: Set<ObjectIdentifier> = []
  private(set) var visited: [AnyNode] = []
  private var endings: [() -> Void] = []
  /// The only leaves whose gradient is wanted; nil for all.
  let leaves: Set<ObjectIdentifier>?
  /// Whether the gradients are to be part of a graph themselves.
  let createsGraph: Bool

  init(leaves: Set<ObjectIdentifier>?, createsGraph: Bool) {
    self.leaves = leaves
    self.createsGraph = createsGraph
  }

  mutating func insert(_ node: AnyNode) {
    if members.insert(ObjectIdentifier(node)).inserted {
      heap.insert(Entry(node: node))
      visited.append(node)
    }
  }
  mutating func popLatest() -> AnyNode? { heap.popMax()?.node }

  /// Keeps for the end what must happen only when every rule has succeeded.
  mutating func whenDone(_ action: @escaping () -> Void) { endings.append(action) }
  func finish() { for action in endings { action() } }
}

/// A place in the graph whose gradient is a `T`: nothing is ever cast.
public class Node<T: TensorProtocol>: AnyNode, @unchecked Sendable {
  /// Gradients that have arrived for the results, by result.
  private let pending: Mutex<[T?]>

  init(results: Int = 1) { pending = Mutex(Array(repeating: nil, count: results)) }

  func accumulate(_ gradient: T, at result: Int) throws {
    let old = pending.withLock { $0[result] }
    let sum = try old.map { try $0 + gradient } ?? gradient
    pending.withLock { $0[result] = sum }
  }

  func takePending() -> [T?] {
    pending.withLock { pending in
      let taken = pending
      for index in pending.indices { pending[index] = nil }
      return taken
    }
  }

  override func dropPending() { _ = takePending() }
}

/// A tensor that the user asked gradients for.
final class LeafNode<T: TensorHome>: Node<T>, @unchecked Sendable {
  private let accumulated: Mutex<T?>

  init(gradient: T? = nil) {
    accumulated = Mutex(gradient)
    super.init()
  }

  var gradient: T? {
    get { accumulated.withLock { $0 } }
    set { accumulated.withLock { $0 = newValue } }
  }

  override func propagate(into queue: inout BackwardQueue, retaining: Bool) throws {
    guard let arrived = takePending()[0], queue.leaves?.contains(ObjectIdentifier(self)) ?? true
    else { return }
    let sum = try gradient.map { try $0 + arrived } ?? arrived
    queue.whenDone {
      sum.becomeGradient()
      self.gradient = sum
    }
  }
}

/// An operation's results: holds what its gradient rule needs until `backward` has run.
final class OperationNode<T: TensorHome>: Node<T>, @unchecked Sendable {
  /// An edge: the node that an input came from, and which of that node's results it is.
  struct Edge {
    let node: Node<T>?
    let result: Int
  }
  private struct Record {
    let operation: any Operation
    let edges: [Edge]
    /// Without nodes of their own: a saved result that owned this node would be a cycle.
    let inputs: [T]
    let outputs: [T]
  }
  private let record: Mutex<Record?>

  init(_ operation: some Operation, edges: [Edge], inputs: [T], outputs: [T]) {
    record = Mutex(Record(operation: operation, edges: edges, inputs: inputs, outputs: outputs))
    super.init(results: outputs.count)
  }

  deinit { AnyNode.unlink(self) }

  override func takeParents(into list: inout [AnyNode]) {
    let taken = record.withLock { record in
      let taken = record
      record = nil
      return taken
    }
    for edge in taken?.edges ?? [] { if let node = edge.node { list.append(node) } }
  }

  override func propagate(into queue: inout BackwardQueue, retaining: Bool) throws {
    let arrived = takePending()
    guard arrived.contains(where: { $0 != nil }) else { return }
    let taken = record.withLock { record in
      let taken = record
      if !retaining { record = nil }
      return taken
    }
    guard let taken else {
      throw TensorError.gradient(
        "backward() a second time through the same graph: its saved values were dropped by the "
          + "first; pass retainGraph: true to that one")
    }
    let gradients = try run(taken.operation, taken, arrived, createsGraph: queue.createsGraph)
    guard gradients.count == taken.inputs.count else {
      throw TensorError.gradient(
        "the rule of \(taken.operation.name) gave \(gradients.count) gradients for "
          + "\(taken.inputs.count) inputs")
    }
    for ((edge, input), gradient) in zip(zip(taken.edges, taken.inputs), gradients) {
      guard let node = edge.node, let gradient else { continue }
      try node.accumulate(gradient.sum(toLike: input), at: edge.result)
      queue.insert(node)
    }
  }

  private func run(
    _ operation: some Operation, _ record: Record, _ arrived: [T?], createsGraph: Bool
  ) throws -> [T?] {
    var needed: UInt64 = 0
    for (index, edge) in record.edges.prefix(64).enumerated() where edge.node != nil {
      needed |= 1 << UInt64(index)
    }
    let dy = try arrived[0] ?? record.outputs[0].zerosLike()
    var (inputs, outputs) = (record.inputs, record.outputs)
    if createsGraph { attachNodes(&inputs, &outputs, record.edges) }
    return try operation.gradient(
      GradientContext(
        inputs: inputs, outputs: outputs, gradients: arrived, dy: dy, needed: needed))
  }

  /// Makes saved values part of the graph again, for a rule whose own steps are to be recorded.
  private func attachNodes(_ inputs: inout [T], _ outputs: inout [T], _ edges: [Edge]) {
    for (index, edge) in edges.enumerated() {
      inputs[index].node = edge.node
      inputs[index].nodeResult = edge.result
    }
    for index in outputs.indices where outputs[index].dtype.isFloatingPoint {
      outputs[index].node = self
      outputs[index].nodeResult = index
    }
  }
}

/// An edge between homes: what comes back as a `To` goes on as a `From`.
final class CrossingNode<From: TensorProtocol, To: TensorProtocol>: Node<To>, @unchecked Sendable {
  private let from: Mutex<Node<From>?>
  private let result: Int
  private let goBack: @Sendable (To) throws -> From

  init(from: Node<From>, result: Int, goBack: @escaping @Sendable (To) throws -> From) {
    self.from = Mutex(from)
    self.result = result
    self.goBack = goBack
    super.init()
  }

  deinit { AnyNode.unlink(self) }

  override func takeParents(into list: inout [AnyNode]) {
    let taken = from.withLock { from in
      let taken = from
      from = nil
      return taken
    }
    if let taken { list.append(taken) }
  }

  override func propagate(into queue: inout BackwardQueue, retaining: Bool) throws {
    guard let arrived = takePending()[0], let from = from.withLock({ $0 }) else { return }
    try from.accumulate(goBack(arrived), at: result)
    queue.insert(from)
  }
}

enum Tape {
  /// Makes the node of an operation and gives its differentiable results to it.
  static func record<T: TensorHome>(_ operation: some Operation, _ inputs: [T], _ outputs: [T])
    -> [T]
  {
    guard type(of: operation).isDifferentiable, GradientMode.isEnabled,
      outputs.contains(where: { $0.dtype.isFloatingPoint })
    else { return outputs }
    let node = OperationNode(
      operation,
      edges: inputs.map { .init(node: $0.node, result: $0.nodeResult) },
      inputs: inputs.map { $0.savedForGradient() },
      outputs: outputs.map { $0.savedForGradient() })
    return outputs.enumerated().map { index, output in
      guard output.dtype.isFloatingPoint else { return output }
      var output = output
      output.node = node
      output.nodeResult = index
      return output
    }
  }
}
