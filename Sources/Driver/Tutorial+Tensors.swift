import ClusterTensor

extension Tutorial {
  func tensors() throws {
    try chapter(english: "Tensors", japanese: "テンソル")

    try cell(
      english: "A tensor holds numbers. Whole ones are int64.",
      japanese: "テンソルは数値を並べたものです。整数だけで作ると、dtype は int64 になります。",
      """
      let x = Tensor([1, 2, 3, 4, 5])
      print(x)
      """)
    let x = Tensor([1, 2, 3, 4, 5])
    print(x)

    try cell(
      english: "Operations look as on paper. What can fail says try.",
      japanese: "演算は数式と同じように書けます。失敗するかもしれない処理には try を付けます。",
      """
      let y = try x + x
      print(y)
      """)
    let y = try x + x
    print(y)

    try cell(
      english: "Decimal numbers are float32, as in PyTorch; dtype: says otherwise.",
      japanese: "小数を含むテンソルは、PyTorch と同じく float32 になります。"
        + "ほかの型にしたいときは dtype: で指定します。",
      """
      print(Tensor([1, 2.5]))
      print(Tensor([1, 2, 3], dtype: .float64))
      """)
    print(Tensor([1, 2.5]))
    print(Tensor([1, 2, 3], dtype: .float64))
  }

  func workers() throws {
    try chapter(english: "Workers", japanese: "ワーカー")

    try cell(
      english: "Every other rank is a worker with a name. A description sends nothing: the "
        + "driver itself counts what it holds there.",
      japanese: "ランク 0 以外のランクは、それぞれ名前を持つワーカーです。"
        + "ワーカーを表示しても通信は起きません。オブジェクトの数は、"
        + "ドライバーが自分で数えています。",
      """
      let bob = try cluster["bob"]
      print(bob)
      """)
    let bob = try cluster["bob"]
    print(bob)

    try cell(
      english: "The driver is a worker too. It is there without being made.",
      japanese: "ドライバー自身もワーカーの 1 つです。作らなくても、"
        + "はじめから me という名前で用意されています。",
      """
      print(cluster.me)
      print(cluster.me != bob)
      """)
    print(cluster.me)
    print(cluster.me != bob)
  }

  func reading() throws {
    try chapter(english: "Reading values", japanese: "値を読む")

    try cell(
      english: "At home a tensor gives its numbers as an array, or the only one as a number.",
      japanese: "手元のテンソルからは、値を配列として取り出せます。要素が 1 つだけなら、"
        + "数値としても取り出せます。",
      """
      let x = Tensor([1.5, 2.5, 3.5])
      print(try x.toArray(of: Float.self))
      print(try x.sum().item())
      """)
    let x = Tensor([1.5, 2.5, 3.5])
    print(try x.toArray(of: Float.self))
    print(try x.sum().item())

    try cell(
      english: "Are two tensors equal but for rounding?",
      japanese: "丸め誤差を除いて 2 つのテンソルが等しいかどうかは、allClose で調べられます。",
      """
      print(try x.allClose(x + 1e-7))
      """)
    print(try x.allClose(x + 1e-7))

    try cell(
      english: "Random numbers are the same for a seed, on every rank.",
      japanese: "シードが同じなら、どのランクでも同じ乱数が得られます。",
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
      english: "Tensors print as in PyTorch.",
      japanese: "テンソルの表示形式は PyTorch と同じです。",
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
