import ClusterTensor

extension Tutorial {
  func sending(to bob: Worker) throws {
    try chapter(english: "Tensors at bob's", japanese: "テンソルを bob に送る")

    try cell(
      english: "Sending copies a tensor to bob. What stays here is a pointer: it knows where the "
        + "tensor is and holds no data.",
      japanese: "send(to:) は、テンソルを bob へコピーします。手元に残るのはポインターです。"
        + "ポインターはテンソルの場所を知っているだけで、データは持ちません。",
      """
      let x = Tensor([1, 2, 3, 4, 5])
      let y = Tensor([1, 1, 1, 1, 1])
      let xPointer = try x.send(to: bob)
      let yPointer = try y.send(to: bob)
      print(xPointer)
      print(bob)
      """)
    let x = Tensor([1, 2, 3, 4, 5])
    let y = Tensor([1, 1, 1, 1, 1])
    let xPointer = try x.send(to: bob)
    let yPointer = try y.send(to: bob)
    print(xPointer)
    print(bob)

    try cell(
      english: "x itself stays usable.",
      japanese: "送ったあとも、x はそのまま使えます。",
      """
      print(x)
      """)
    print(x)

    try cell(
      english: "Bob can be asked what he holds.",
      japanese: "bob が何を持っているかは、bob に尋ねればわかります。",
      """
      print(try bob.objects())
      """)
    print(try bob.objects())

    try cell(
      english: "What a pointer knows, it knows without a message.",
      japanese: "ポインターが知っていることなら、通信せずに調べられます。",
      """
      print(xPointer.location == bob)
      print(xPointer.owner == cluster.me)
      print(xPointer.idAtLocation)
      print(xPointer.id)
      print(xPointer.address)
      print(xPointer.shape, xPointer.dtype)
      """)
    print(xPointer.location == bob)
    print(xPointer.owner == cluster.me)
    print(xPointer.idAtLocation)
    print(xPointer.id)
    print(xPointer.address)
    print(xPointer.shape, xPointer.dtype)

    try cell(
      english: "Adding pointers makes bob add: one instruction goes there, nothing comes back.",
      japanese: "ポインターどうしを足すと、足し算は bob の側で行われます。命令を 1 つ送るだけで、"
        + "返事はありません。",
      """
      let z = try xPointer + xPointer
      print(z)
      """)
    let z = try xPointer + xPointer
    print(z)

    try cell(
      english: "The sum is a third object at bob's.",
      japanese: "和は、bob が持つ 3 つ目のオブジェクトになります。",
      """
      print(try bob.objects())
      """)
    print(try bob.objects())

    try cell(
      english: "get() brings a tensor home, and bob forgets it.",
      japanese: "get() はテンソルを手元に取り寄せます。取り寄せたテンソルは bob に残りません。",
      """
      print(try xPointer.get())
      print(try yPointer.get())
      print(try z.get())
      print(try bob.objects())
      """)
    print(try xPointer.get())
    print(try yPointer.get())
    print(try z.get())
    print(try bob.objects())

    try cell(
      english: "A pointer whose tensor came home is used up.",
      japanese: "テンソルを取り寄せたあとのポインターは、もう使えません。",
      """
      do {
        _ = try xPointer.get()
      } catch {
        print(error)
      }
      """)
    do {
      _ = try xPointer.get()
    } catch {
      print(error)
    }

    try cell(
      english: "Sending to me works the same, without a message.",
      japanese: "me に送るときも書き方は同じです。メッセージのやり取りは起きません。",
      """
      let here = try x.send(to: cluster.me)
      print(here)
      print(try (here + here).get())
      """)
    let here = try x.send(to: cluster.me)
    print(here)
    print(try (here + here).get())
  }

  func computing(at bob: Worker) throws {
    try chapter(english: "Computing at bob's", japanese: "bob の側で計算する")

    try cell(
      english: "fetch() brings a copy; the tensor stays at bob's.",
      japanese: "fetch() はコピーを取り寄せます。テンソルは bob に残ります。",
      """
      let x = try Tensor([1, 2, 3, 4, 5]).send(to: bob)
      print(try x.fetch())
      print(bob)
      """)
    let x = try Tensor([1, 2, 3, 4, 5]).send(to: bob)
    print(try x.fetch())
    print(bob)

    try cell(
      english: "When the last pointer to a tensor goes away, bob forgets the tensor.",
      japanese: "テンソルを指すポインターがすべてなくなると、bob はそのテンソルを手放します。",
      """
      var y: PointerTensor? = try x * 2
      print(y?.address ?? "no pointer")
      print(try bob.objects().count)
      y = nil
      print(try bob.objects().count)
      """)
    var y: PointerTensor? = try x * 2
    print(y?.address ?? "no pointer")
    print(try bob.objects().count)
    y = nil
    print(try bob.objects().count)

    try cell(
      english: "Every operation is an operator or a function, and a method with PyTorch's "
        + "arguments.",
      japanese: "どの演算も、演算子や関数として書けるほか、PyTorch "
        + "と同じ引数を取るメソッドとしても書けます。",
      """
      print(try add(x, x).get())
      print(try x.add(x, alpha: 2).get())
      print(try x.sum().get())
      """)
    print(try add(x, x).get())
    print(try x.add(x, alpha: 2).get())
    print(try x.sum().get())

    try cell(
      english: "Comparing element by element has a dot; == compares workers.",
      japanese: "要素ごとの比較には .> や .== のようにドットを付けます。== で比べているのは、"
        + "ワーカーどうしです。",
      """
      print(try (x .> 2).get())
      print(try (x .== x).get())
      print(x.location == bob)
      """)
    print(try (x .> 2).get())
    print(try (x .== x).get())
    print(x.location == bob)
  }

  func gradients(at bob: Worker) throws {
    try chapter(english: "Gradients at bob's", japanese: "bob の側で勾配を求める")

    try cell(
      english: "Two tensors that want gradients go to bob, and a sum is computed from them there.",
      japanese: "勾配を求めたいテンソルを 2 つ bob に送り、足し合わせた結果の総和を bob の側で計算します。",
      """
      let x = try Tensor([1, 2, 3, 4, 5.0], requiresGrad: true).send(to: bob)
      let y = try Tensor([1, 1, 1, 1, 1.0], requiresGrad: true).send(to: bob)
      let z = try (x + y).sum()
      print(z)
      """)
    let x = try Tensor([1, 2, 3, 4, 5.0], requiresGrad: true).send(to: bob)
    let y = try Tensor([1, 1, 1, 1, 1.0], requiresGrad: true).send(to: bob)
    let z = try (x + y).sum()
    print(z)

    try cell(
      english: "backward() runs at bob's too. Are the gradients there?",
      japanese: "backward() も bob の側で実行されます。勾配もそこにあるか、確かめてみましょう。",
      """
      try z.backward()
      print(x.grad?.location == bob)
      print(y.grad?.location == bob)
      """)
    try z.backward()
    print(x.grad?.location == bob)
    print(y.grad?.location == bob)

    try cell(
      english: "get() brings the tensor home, and its gradient with it.",
      japanese: "get() でテンソルを取り寄せると、勾配も一緒に届きます。",
      """
      let home = try x.get()
      print(home)
      if let gradient = home.grad { print(gradient) }
      """)
    let home = try x.get()
    print(home)
    if let gradient = home.grad { print(gradient) }
  }
}
