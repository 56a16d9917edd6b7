enum TensorPrinter {
  static func text(of tensor: Tensor) -> String { "tensor(…)" }
}
