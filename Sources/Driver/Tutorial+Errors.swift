import ClusterTensor

extension Tutorial {
  func errors(at bob: Worker) throws {
    try chapter("When something is wrong")

    try cell(
      "Shapes that do not fit throw at once, before anything is sent for it.",
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
      "The session goes on.",
      """
      print(try (y * 10).get())
      """)
    print(try (y * 10).get())

    try cell(
      "What only bob can see fails at bob's: whoever reads the result, or anything computed from it, "
        + "is told.",
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
      "A worker that does not exist:",
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
    try chapter("Bob and alice")

    try cell(
      "Each worker holds its own tensors.",
      """
      let x = try Tensor([1, 2, 3]).send(to: bob)
      let y = try Tensor([10, 20, 30]).send(to: alice)
      print(x.location != y.location)
      """)
    let x = try Tensor([1, 2, 3]).send(to: bob)
    let y = try Tensor([10, 20, 30]).send(to: alice)
    print(x.location != y.location)

    try cell(
      "Tensors at two workers do not meet by themselves; nothing is sent. A pointer and a local "
        + "tensor do not even compile.",
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
      "So bring one of them home and send it to the other.",
      """
      let z = try x + y.get().send(to: bob)
      print(try z.get())
      """)
    let z = try x + y.get().send(to: bob)
    print(try z.get())
  }
}
