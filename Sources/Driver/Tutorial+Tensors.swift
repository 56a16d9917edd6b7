import ClusterTensor

extension Tutorial {
  func tensors() throws {
    try chapter("Tensors")

    try cell(
      "A tensor holds numbers. Whole ones are int64.",
      """
      let x = Tensor([1, 2, 3, 4, 5])
      print(x)
      """)
    let x = Tensor([1, 2, 3, 4, 5])
    print(x)

    try cell(
      "Operations look as on paper. What can fail says try.",
      """
      let y = try x + x
      print(y)
      """)
    let y = try x + x
    print(y)

    try cell(
      "Decimal numbers are float32, as in PyTorch; dtype: says otherwise.",
      """
      print(Tensor([1, 2.5]))
      print(Tensor([1, 2, 3], dtype: .float64))
      """)
    print(Tensor([1, 2.5]))
    print(Tensor([1, 2, 3], dtype: .float64))
  }

  func workers() throws {
    try chapter("Workers")

    try cell(
      "Every other rank is a worker with a name. A description sends nothing: the driver itself "
        + "counts what it holds there.",
      """
      let bob = try cluster["bob"]
      print(bob)
      """)
    let bob = try cluster["bob"]
    print(bob)

    try cell(
      "The driver is a worker too. It is there without being made.",
      """
      print(cluster.me)
      print(cluster.me != bob)
      """)
    print(cluster.me)
    print(cluster.me != bob)
  }

  func reading() throws {
    try chapter("Reading values")

    try cell(
      "At home a tensor gives its numbers as an array, or the only one as a number.",
      """
      let x = Tensor([1.5, 2.5, 3.5])
      print(try x.toArray(of: Float.self))
      print(try x.sum().item())
      """)
    let x = Tensor([1.5, 2.5, 3.5])
    print(try x.toArray(of: Float.self))
    print(try x.sum().item())

    try cell(
      "Are two tensors equal but for rounding?",
      """
      print(try x.allClose(x + 1e-7))
      """)
    print(try x.allClose(x + 1e-7))

    try cell(
      "Random numbers are the same for a seed, on every rank.",
      """
      manualSeed(7)
      let first = try Tensor.randn(2, 3)
      manualSeed(7)
      let second = try Tensor.randn(2, 3)
      print(first)
      print(try first.isIdentical(to: second))
      """)
    manualSeed(7)
    let first = try Tensor.randn(2, 3)
    manualSeed(7)
    let second = try Tensor.randn(2, 3)
    print(first)
    print(try first.isIdentical(to: second))

    try cell(
      "Tensors print as in PyTorch.",
      """
      print(Tensor(3))
      print(Tensor([true, false]))
      print(Tensor([-1, 0.5, 20000]))
      print(Tensor([1e-8, 1, .infinity, .nan]))
      print(try Tensor([[1, 2], [3, 4]], dtype: .float64))
      print(try Tensor.zeros(0, 3))
      print(try Tensor.arange(2000))
      """)
    print(Tensor(3))
    print(Tensor([true, false]))
    print(Tensor([-1, 0.5, 20000]))
    print(Tensor([1e-8, 1, .infinity, .nan]))
    print(try Tensor([[1, 2], [3, 4]], dtype: .float64))
    print(try Tensor.zeros(0, 3))
    print(try Tensor.arange(2000))
  }
}
