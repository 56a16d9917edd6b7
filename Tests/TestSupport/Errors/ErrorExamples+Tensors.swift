import ClusterTensor

extension ErrorExamples {
  static let tensors: [ErrorExample] = [
    ErrorExample(
      TensorError.Kind.invalidShape, "`try Tensor([x], shape: [2, 3])`",
      "the shape [2, 3] is not possible: it holds 6 elements, but 1 were given"
    ) { _ in _ = try Tensor([171.53125], shape: [2, 3]) },
    ErrorExample(
      TensorError.Kind.invalidShape, "`Tensor.zeros(2, -3)`",
      "the shape [2, -3] is not possible: lengths must not be negative and their product "
        + "must fit into 60 bits"
    ) { _ in _ = try Tensor.zeros(2, -3) },
    ErrorExample(
      TensorError.Kind.shapeMismatch, "`x + y`",
      "add cannot combine shapes [2, 3] and [4]: counted from the last axis, lengths must be equal or 1"
    ) { scene in _ = try scene.floats(2, 3) + scene.floats(4) },
    ErrorExample(
      TensorError.Kind.shapeMismatch, "`x.matmul(y)`",
      "matmul cannot combine shapes [2, 3] and [4, 5]: the last length of the first, 3, must "
        + "equal the second last length of the second, 4"
    ) { scene in _ = try scene.floats(2, 3).matmul(scene.floats(4, 5)) },
    ErrorExample(
      TensorError.Kind.shapeMismatch, "`x += y`, which broadcasting would enlarge",
      "add in place cannot combine shapes [3] and [2, 3]: broadcasting has enlarged the "
        + "result, which the first cannot hold; write x = x + y or the like for a new tensor"
    ) { scene in
      var x = try scene.floats(3)
      try x += scene.floats(2, 3)
    },
    ErrorExample(
      TensorError.Kind.unsupportedDType, "`x.matmul(y)` of different dtypes",
      "matmul is not defined for float32 and int64: cast one of them to the other's"
    ) { scene in _ = try scene.floats(2, 2).matmul(scene.integers(2, 2)) },
    ErrorExample(
      TensorError.Kind.unsupportedDType, "`x += 1.5`, which int64 cannot hold",
      "add in place is not defined for int64 and float32: a tensor of the first cannot hold "
        + "a result of the second; cast the operand, or write x = x + y or the like for a new "
        + "tensor"
    ) { scene in
      var x = try scene.integers(3)
      try x += 1.5
    },
    ErrorExample(
      TensorError.Kind.unsupportedDType, "`x /= 2` of integers: the true quotient is none",
      "div in place is not defined for int64 and float32: a tensor of the first cannot hold "
        + "a result of the second; cast the operand, or write x = x + y or the like for a new "
        + "tensor"
    ) { scene in
      var x = try scene.integers(3)
      try x /= 2
    },
    ErrorExample(
      TensorError.Kind.unsupportedDType, "`x.mean()` of integers",
      "mean is not defined for int64: cast it to float32 or float64 first"
    ) { scene in _ = try scene.integers(3).mean() },
    ErrorExample(
      TensorError.Kind.invalidArgument, "`x.sum(dim: 2)`",
      "sum: axis 2 is out of range for shape [2, 3]: use -2 … 1"
    ) { scene in _ = try scene.floats(2, 3).sum(dim: 2) },
    ErrorExample(
      TensorError.Kind.invalidArgument, "`x[0, 5]`",
      "slice: index 5 is out of range for axis 1 of shape [2, 3]: use -3 … 2"
    ) { scene in _ = try scene.floats(2, 3)[0, 5] },
    ErrorExample(
      TensorError.Kind.invalidArgument, "`x.pow(300)` of uint8",
      "pow: a number beside the tensor does not fit into uint8: use a wider dtype"
    ) { scene in _ = try scene.integers(2).cast(to: .uint8).pow(300) },
    ErrorExample(
      TensorError.Kind.invalidArgument, "`x.reshape(4)`",
      "reshape: shape [2, 3] (6 elements) into [4]: the number of elements must stay the "
        + "same"
    ) { scene in _ = try scene.floats(2, 3).reshape(4) },
    ErrorExample(
      TensorError.Kind.divisionByZero, "`x.remainder(0)` of integers",
      "remainder: the divisor holds the integer 0, by which nothing can be divided: replace "
        + "it, or cast to a floating-point dtype, where the quotient is infinite or nan"
    ) { scene in _ = try scene.integers(2).remainder(0) },
    ErrorExample(
      TensorError.Kind.invalidAccess, "`try x.fetch().item()`",
      "item() of a tensor of shape [2, 3]: only one element can be taken as a number; reduce "
        + "or index it first"
    ) { scene in _ = try scene.floats(2, 3).fetch().item() },
    ErrorExample(
      TensorError.Kind.outOfMemory, "`Tensor.zeros(1 << 45)` in the driver",
      "no memory for a tensor of 140737488355328 bytes: free some tensors or use smaller "
        + "ones"
    ) { _ in _ = try Tensor.zeros(1 << 45) },
    ErrorExample(
      TensorError.Kind.malformed, "the attributes of a cast, read from other bytes",
      "malformed bytes: 99 is no dtype"
    ) { _ in _ = try decodedOperation(Cast.self, [99]) },
  ]

  static let gradients: [ErrorExample] = [
    ErrorExample(
      TensorError.Kind.gradient, "`backward()` of a tensor of several elements without a seed",
      "backward() of a tensor of shape [2]: only one element has a gradient of its own; "
        + "reduce it first, e.g. sum(), or pass the gradient to start from"
    ) { scene in try (scene.floats(2, requiresGrad: true) * 2).backward() },
    ErrorExample(
      TensorError.Kind.gradient, "`backward()` without a graph",
      "backward() on a tensor without a graph: set requiresGrad on the leaves before "
        + "computing, and do not compute inside withoutGradient"
    ) { scene in try scene.floats(2).sum().backward() },
    ErrorExample(
      TensorError.Kind.gradient, "`backward()` twice",
      "backward() a second time through the same graph: its saved values were dropped by the "
        + "first; pass retainGraph: true to that one"
    ) { scene in
      let sum = try scene.floats(2, requiresGrad: true).exp().sum()
      try sum.backward()
      try sum.backward()
    },
    ErrorExample(
      TensorError.Kind.gradient, "`w -= 1` on a leaf that requires a gradient",
      "sub in place on a leaf that requires a gradient: write it inside withoutGradient { }, "
        + "as an optimizer's step is, or write x = x + y or the like for a new tensor"
    ) { scene in
      var w = try scene.floats(2, requiresGrad: true)
      try w -= 1
    },
    ErrorExample(
      TensorError.Kind.gradient, "`y *= 2` on a tensor that a graph has computed",
      "mul in place on a tensor that a graph has computed: backward() may need what it "
        + "overwrites; write x = x + y or the like for a new tensor"
    ) { scene in
      var y = try scene.floats(2, requiresGrad: true).exp()
      try y *= 2
    },
    ErrorExample(
      TensorError.Kind.gradient, "`total += loss` where loss has a graph",
      "add in place with an operand that requires a gradient: what is done in place is not "
        + "recorded; detach() the operand, or write x = x + y or the like for a new tensor"
    ) { scene in
      var total = try scene.floats()
      try total += scene.floats(2, requiresGrad: true).sum()
    },
    ErrorExample(
      TensorError.Kind.gradient, "`backward()` after `x += 1`, where it needs the old x",
      "backward() needs 88311@bob, but it was changed in place after it was used: change it "
        + "after backward(), or write x = x + y for a new tensor"
    ) { scene in
      var x = try scene.floats(2)
      let product = try (scene.floats(2, requiresGrad: true) * x).sum()
      try x += 1
      try product.backward()
    },
    ErrorExample(
      TensorError.Kind.gradient, "`g *= 2` where g is the gradient of a leaf",
      "mul in place on a gradient, which several leaves may share: write x = x + y or the "
        + "like for a new tensor"
    ) { scene in
      let w = try scene.floats(2, requiresGrad: true)
      try w.sum().backward()
      if var gradient = w.grad { try gradient *= 2 }
    },
    ErrorExample(
      TensorError.Kind.shapeMismatch, "`backward(gradient:)` with a seed of another shape",
      "backward cannot combine shapes [2] and [3]: the gradient to start from must have the "
        + "shape of the tensor"
    ) { scene in
      try scene.floats(2, requiresGrad: true).exp().backward(gradient: scene.floats(3))
    },
  ]

  static let files: [ErrorExample] = [
    ErrorExample(
      TensorError.Kind.file, "a row that is too short",
      "patients.csv: line 3 has 1 cell, the first line 2: column \"weight\" is missing; fill "
        + "in its cell"
    ) { try $0.table("height,weight\n171.53125,61\n171.53125\n") },
    ErrorExample(
      TensorError.Kind.file, "a row that is too long",
      "patients.csv: line 2 has 3 cells, the first line 2: there is more behind column "
        + "\"weight\"; take it out or name its column"
    ) { try $0.table("height,weight\n171.53125,61,987654\n") },
    ErrorExample(
      TensorError.Kind.file, "text in place of a number",
      "patients.csv: line 3, column \"height\": the cell is no number; write it as one, with "
        + "a point and without unit"
    ) { try $0.table("height,weight\n171.53125,61\n171.53125cm,61\n") },
    ErrorExample(
      TensorError.Kind.file, "an empty cell",
      "patients.csv: line 2, column \"weight\": the cell is empty; fill it, with nan where "
        + "the value is not known"
    ) { try $0.table("height,weight\n171.53125,\n") },
    ErrorExample(
      TensorError.Kind.file, "quotation marks inside of a cell",
      "patients.csv: line 2: a cell that begins with a quotation mark must end with one, "
        + "with nothing between it and the next comma"
    ) { try $0.table("height,weight\n171.53125\"987,61\n") },
    ErrorExample(
      TensorError.Kind.file, "no row", "patients.csv: it has no rows below the names of the columns"
    ) { try $0.table("height,weight\n") },
    ErrorExample(
      TensorError.Kind.file, "UTF-16 with its mark",
      "patients.csv: it is UTF-16, not UTF-8: save it with that encoding"
    ) { scene in
      try scene.table([0xFF, 0xFE] + "a\n987654\n".utf16.flatMap { [UInt8($0), 0] })
    },
    ErrorExample(
      TensorError.Kind.file, "Latin-1", "patients.csv: it is not UTF-8: save it with that encoding"
    ) { try $0.table(Array("gr".utf8) + [0xF6] + Array("sse\n987654\n".utf8)) },
    ErrorExample(
      TensorError.Kind.file, "a file that is not there",
      "nowhere.csv: it cannot be opened: check the path and that you may read it"
    ) { scene in _ = try Table(csv: scene.folder + "/nowhere.csv") },
  ]
}
