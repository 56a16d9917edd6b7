import ClusterTensor

extension Tutorial {
  func errors(at bob: Worker) throws {
    try chapter(english: "When something is wrong", japanese: "エラーが起きたとき")

    try cell(
      english: "Shapes that do not fit throw at once, before anything is sent for it.",
      japanese: "形状の合わない演算は、命令を送る前に、その場でエラーになります。",
      """
      let x = try Tensor([1, 2, 3, 4, 5]).send(to: bob)
      let y = try Tensor([1, 2]).send(to: bob)
      do {
        _ = try x + y
      } catch {
        print(error)
      }
      """)
    let x = try Tensor([1, 2, 3, 4, 5]).send(to: bob)
    let y = try Tensor([1, 2]).send(to: bob)
    do {
      _ = try x + y
    } catch {
      print(error)
    }

    try cell(
      english: "The session goes on.",
      japanese: "エラーが起きても、セッションはそのまま続きます。",
      """
      print(try (y * 10).get())
      """)
    print(try (y * 10).get())

    try cell(
      english: "What only bob can see fails at bob's: whoever reads the result, or anything "
        + "computed from it, is told.",
      japanese: "値を見なければわからない誤りは、bob の側で見つかります。エラーは、"
        + "その結果を読んだときにも、それを使って計算した値を読んだときにも伝わります。",
      """
      let scores = try Tensor([[0.1, 0.9]]).send(to: bob)
      let classes = try Tensor([5]).send(to: bob)
      let loss = try scores.crossEntropy(classes) * 100
      do {
        _ = try loss.get()
      } catch {
        print(error)
      }
      """)
    let scores = try Tensor([[0.1, 0.9]]).send(to: bob)
    let classes = try Tensor([5]).send(to: bob)
    let loss = try scores.crossEntropy(classes) * 100
    do {
      _ = try loss.get()
    } catch {
      print(error)
    }

    try cell(
      english: "A worker that does not exist:",
      japanese: "存在しないワーカーを指定すると、こうなります。",
      """
      do {
        _ = try cluster["carol"]
      } catch {
        print(error)
      }
      """)
    do {
      _ = try cluster["carol"]
    } catch {
      print(error)
    }
  }

  func elsewhere(_ bob: Worker, _ alice: Worker) throws {
    try chapter(english: "Bob and alice", japanese: "bob と alice")

    try cell(
      english: "Each worker holds its own tensors.",
      japanese: "テンソルは、それぞれのワーカーが個別に持ちます。",
      """
      let x = try Tensor([1, 2, 3]).send(to: bob)
      let y = try Tensor([10, 20, 30]).send(to: alice)
      print(x.location != y.location)
      """)
    let x = try Tensor([1, 2, 3]).send(to: bob)
    let y = try Tensor([10, 20, 30]).send(to: alice)
    print(x.location != y.location)

    try cell(
      english: "Tensors at two workers do not meet by themselves; nothing is sent. A pointer and "
        + "a local tensor do not even compile.",
      japanese: "別々のワーカーにあるテンソルどうしは、そのままでは計算できず、"
        + "何も送らずにエラーになります。ポインターと手元のテンソルを混ぜた式は、"
        + "コンパイルさえできません。",
      """
      do {
        _ = try x + y
      } catch {
        print(error)
      }
      """)
    do {
      _ = try x + y
    } catch {
      print(error)
    }

    try cell(
      english: "So bring one of them home and send it to the other.",
      japanese: "そこで、片方を手元に取り寄せてから、もう片方のワーカーへ送ります。",
      """
      let z = try x + y.get().send(to: bob)
      print(try z.get())
      """)
    let z = try x + y.get().send(to: bob)
    print(try z.get())
  }
}
