import ClusterTensor

extension Tutorial {
  func sending(to bob: Worker) throws {
    try chapter("Tensors at bob's")

    try cell(
      "Sending copies a tensor to bob. What stays here is a pointer: it knows where the tensor is "
        + "and holds no data.",
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
      "x itself stays usable.",
      """
      print(x)
      """)
    print(x)

    try cell(
      "Bob can be asked what he holds.",
      """
      print(try bob.objects())
      """)
    print(try bob.objects())

    try cell(
      "What a pointer knows, it knows without a message.",
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
      "Adding pointers makes bob add: one instruction goes there, nothing comes back.",
      """
      let z = try xPointer + xPointer
      print(z)
      """)
    let z = try xPointer + xPointer
    print(z)

    try cell(
      "The sum is a third object at bob's.",
      """
      print(try bob.objects())
      """)
    print(try bob.objects())

    try cell(
      "get() brings a tensor home, and bob forgets it.",
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
      "A pointer whose tensor came home is used up.",
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
      "Sending to me works the same, without a message.",
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
    try chapter("Computing at bob's")

    try cell(
      "fetch() brings a copy; the tensor stays at bob's.",
      """
      let x = try Tensor([1, 2, 3, 4, 5]).send(to: bob)
      print(try x.fetch())
      print(bob)
      """)
    let x = try Tensor([1, 2, 3, 4, 5]).send(to: bob)
    print(try x.fetch())
    print(bob)

    try cell(
      "When the last pointer to a tensor goes away, bob forgets the tensor.",
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
      "Every operation is an operator or a function, and a method with PyTorch's arguments.",
      """
      print(try add(x, x).get())
      print(try x.add(x, alpha: 2).get())
      print(try x.sum().get())
      """)
    print(try add(x, x).get())
    print(try x.add(x, alpha: 2).get())
    print(try x.sum().get())

    try cell(
      "Comparing element by element has a dot; == compares workers.",
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
    try chapter("Gradients at bob's")

    try cell(
      "Two tensors that want gradients go to bob, and a sum is computed from them there.",
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
      "backward() runs at bob's too. Are the gradients there?",
      """
      try z.backward()
      print(x.grad?.location == bob)
      print(y.grad?.location == bob)
      """)
    try z.backward()
    print(x.grad?.location == bob)
    print(y.grad?.location == bob)

    try cell(
      "get() brings the tensor home, and its gradient with it.",
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
