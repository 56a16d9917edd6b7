extension TensorHome {
  public var requiresGrad: Bool {
    get { node != nil }
    set {
      if newValue && dtype.isFloatingPoint {
        if !(node is LeafNode<Self>) { setNode(LeafNode(), result: 0) }
      } else {
        setNode(nil, result: 0)
      }
    }
  }

  /// Whether this tensor is a leaf: made by the user, not by an operation.
  public var isLeaf: Bool { node == nil || node is LeafNode<Self> }

  public var grad: Self? { (node as? LeafNode<Self>)?.gradient }

  public func zeroGrad() { (node as? LeafNode<Self>)?.gradient = nil }

  public func detach() -> Self {
    var result = self
    result.setNode(nil, result: 0)
    return result
  }

  private mutating func setNode(_ node: Node<Self>?, result: Int) {
    self.node = node
    nodeResult = result
  }

  public func backward(gradient seed: Self?, retainGraph: Bool) throws {
    try goBack(from: seed, retainGraph: retainGraph, leaves: nil)
  }

  func goBack(
    from seed: Self?, retainGraph: Bool, leaves: Set<ObjectIdentifier>?, createGraph: Bool = false
  ) throws {
    guard let node else {
      throw TensorError.gradient(
        "backward() on a tensor without a graph: set requiresGrad on the leaves before computing, "
          + "and do not compute inside withoutGradient")
    }
    if let seed {
      guard seed.shape == shape else {
        throw TensorError.shapeMismatch(
          operation: "backward", shapes: [shape, seed.shape],
          remedy: "the gradient to start from must have the shape of the tensor")
      }
    } else if elementCount != 1 {
      throw TensorError.gradient(
        "backward() of a tensor of shape \(shape): only one element has a gradient of its own; "
          + "reduce it first, e.g. sum(), or pass the gradient to start from")
    }
    func goBack() throws {
      var queue = BackwardQueue(leaves: leaves, createsGraph: createGraph)
      do {
        let seed = try seed.map { try $0.dtype == dtype ? $0 : $0.cast(to: dtype) }
        let start = try seed ?? detach().onesLike()
        try node.accumulate(createGraph ? start : start.detach(), at: nodeResult)
        queue.insert(node)
        while let next = queue.popLatest() {
          try next.propagate(into: &queue, retaining: retainGraph || createGraph)
        }
        queue.finish()
      } catch {
        for visited in queue.visited { visited.dropPending() }
        throw error
      }
    }
    if createGraph { try goBack() } else { try withoutGradient(goBack) }
  }
}

extension TensorHome {
  /// Makes `self`, which holds the values of `origin` in another home, the next link of its graph:
  /// a leaf stays a leaf there, with its gradient; through anything else gradients cross back by
  /// `goBack`.
  package mutating func continueGraph<Origin: TensorHome>(
    of origin: Origin, gradient: Self?, goBack: @escaping @Sendable (Self) throws -> Origin
  ) {
    guard let from = origin.node else { return }
    if from is LeafNode<Origin> {
      node = LeafNode(gradient: gradient)
    } else if GradientMode.isEnabled {
      node = CrossingNode(from: from, result: origin.nodeResult, goBack: goBack)
    }
    nodeResult = 0
  }
}

/// The gradients of `output` with respect to some leaves: like `backward`, but no leaf's `grad`
/// changes. Zeros for a leaf that it does not depend on.
///
/// `seed` is the gradient to start from, nil for the 1 of a single element. With `createGraph` the gradients
/// are part of a graph themselves, so that gradients of them can be asked for: second derivatives, wherever the
/// rules consist of differentiable operations. Throws `TensorError.gradient` as `backward` does, and for a
/// tensor that is no leaf.
public func gradient<T: TensorHome>(
  of output: T, at leaves: [T], seed: T? = nil, retainGraph: Bool = false, createGraph: Bool = false
) throws -> [T] {
  let nodes = try leaves.map { leaf in
    guard let node = leaf.node as? LeafNode<T> else {
      throw TensorError.gradient(
        "gradient(of:at:) at a tensor that is no leaf: set requiresGrad on it before computing")
    }
    return node
  }
  let before = nodes.map(\.gradient)
  for node in nodes { node.gradient = nil }
  defer { for (node, old) in zip(nodes, before) { node.gradient = old } }
  try output.goBack(
    from: seed, retainGraph: retainGraph, leaves: Set(nodes.map(ObjectIdentifier.init)),
    createGraph: createGraph)
  return try zip(nodes, leaves).map { node, leaf in
    try node.gradient ?? leaf.detach().zerosLike()
  }
}
