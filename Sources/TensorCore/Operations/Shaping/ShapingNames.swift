// The operations that rearrange elements, by PyTorch's names.

extension NamedOperations {
  mutating func addShaping() {
    addShapeNames()
    addAxisNames()
    addOrderNames()
    addDiagonals()
    addPadding()
    addRepeating()
    addSplitting()
  }

  private mutating func addShapeNames() {
    add("reshape(Tensor input, int... shape)") { try $0.x.reshape($0.ints("shape")) }
    add("view(Tensor input, int... size)") { try $0.x.view($0.ints("size")) }
    alias("view_copy", of: "view")
    for name in ["reshape_as", "view_as", "resize_as", "expand_as"] {
      add("\(name)(Tensor input, Tensor other)") {
        let (x, size) = (try $0.x, Array(try $0.y.shape))
        switch name {
        case "expand_as": return try x.expand(size)
        case "resize_as": return try x.resize(size)
        default: return try x.reshape(size)
        }
      }
    }
    // A tensor is a value: its shape cannot change in place.
    add("resize(Tensor input, int... size)") { try $0.x.resize($0.ints("size")) }
    add("resize_(Tensor input, int... size)") { try $0.x.resize($0.ints("size")) }
    alias("resize_as_", of: "resize_as")
    add("ravel(Tensor input)") { try $0.x.ravel() }
    add("flatten(Tensor input, int start_dim=0, int end_dim=-1)") {
      try $0.x.flatten(startDim: $0.int("start_dim"), endDim: $0.int("end_dim"))
    }
    add("unflatten(Tensor input, int dim, int[] sizes)") {
      try $0.x.unflatten(dim: $0.int("dim"), $0.ints("sizes"))
    }
    add("squeeze(Tensor input)") { try $0.x.squeeze() }
    add("squeeze(Tensor input, int dim)") { try $0.x.squeeze(dim: $0.int("dim")) }
    add("squeeze(Tensor input, int[] dim)") { try $0.x.squeeze(dims: $0.ints("dim")) }
    alias("squeeze_copy", of: "squeeze")
    add("unsqueeze(Tensor input, int dim)") { try $0.x.unsqueeze(dim: $0.int("dim")) }
    alias("unsqueeze_copy", of: "unsqueeze")
    add("expand(Tensor input, int... size)") { try $0.x.expand($0.ints("size")) }
    add("expand_copy(Tensor input, int[] size, *, bool implicit=False)") {
      try $0.x.expand($0.ints("size"))
    }
    add("broadcast_to(Tensor input, int... size)") { try $0.x.expand($0.ints("size")) }
    add("alias(Tensor input)") { try $0.x }
    add("alias_copy(Tensor input)") { try $0.x.clone() }
  }

  private mutating func addAxisNames() {
    add("permute(Tensor input, int... dims)") { try $0.x.permute($0.ints("dims")) }
    alias("permute_copy", of: "permute")
    add("transpose(Tensor input, int dim0, int dim1)") {
      try $0.x.transpose($0.int("dim0"), $0.int("dim1"))
    }
    alias("transpose_copy", of: "transpose")
    alias("swapdims", of: "transpose")
    add("swapaxes(Tensor input, int axis0, int axis1)") {
      try $0.x.transpose($0.int("axis0"), $0.int("axis1"))
    }
    add("movedim(Tensor input, int[] source, int[] destination)") {
      try $0.x.movedim($0.ints("source"), $0.ints("destination"))
    }
    alias("moveaxis", of: "movedim")
    add("t(Tensor input)") { try $0.x.t() }
    alias("t_copy", of: "t")
    add("T(Tensor input)") { try $0.x.reversedAxes() }
    add("H(Tensor input)") {
      let x = try $0.x
      guard x.rank == 0 || x.rank == 2 else { throw $0.refuse("shape \(x.shape) is no matrix") }
      return try x.reversedAxes()
    }
    add("mT(Tensor input)") { try $0.x.mT() }
    alias("mH", of: "mT")
    alias("adjoint", of: "mT")
    add("narrow(Tensor input, int dim, int start, int length)") {
      try $0.x.narrow(dim: $0.int("dim"), start: $0.int("start"), length: $0.int("length"))
    }
    add("narrow(Tensor input, int dim, Tensor start, int length)") {
      try $0.x.narrow(dim: $0.int("dim"), start: $0.tensor("start"), length: $0.int("length"))
    }
    alias("narrow_copy", of: "narrow")
  }

  private mutating func addOrderNames() {
    add("flip(Tensor input, int... dims)") { try $0.x.flip($0.ints("dims")) }
    add("fliplr(Tensor input)") { try $0.x.fliplr() }
    add("flipud(Tensor input)") { try $0.x.flipud() }
    add("roll(Tensor input, int[] shifts, int[] dims=[])") {
      try $0.x.roll($0.ints("shifts"), dims: $0.ints("dims"))
    }
    add("rot90(Tensor input, int k=1, int[] dims=[0,1])") {
      try $0.x.rot90(k: $0.int("k"), dims: $0.ints("dims"))
    }
    add("fft.fftshift(Tensor input, int[]? dim=None)") {
      try $0.x.fftshift(dim: $0.optionalInts("dim"))
    }
    add("fft.ifftshift(Tensor input, int[]? dim=None)") {
      try $0.x.ifftshift(dim: $0.optionalInts("dim"))
    }
    add("unfold(Tensor input, int dimension, int size, int step)") {
      try $0.x.unfold(
        dimension: $0.int("dimension"), size: $0.int("size"), step: $0.int("step"))
    }
    alias("unfold_copy", of: "unfold")
    add("nn.functional.pixel_shuffle(Tensor input, int upscale_factor)") {
      try $0.x.pixelShuffle(upscaleFactor: $0.int("upscale_factor"))
    }
    alias("pixel_shuffle", of: "nn.functional.pixel_shuffle")
    add("nn.functional.pixel_unshuffle(Tensor input, int downscale_factor)") {
      try $0.x.pixelUnshuffle(downscaleFactor: $0.int("downscale_factor"))
    }
    alias("pixel_unshuffle", of: "nn.functional.pixel_unshuffle")
    add("nn.functional.channel_shuffle(Tensor input, int groups)") {
      try $0.x.channelShuffle(groups: $0.int("groups"))
    }
    alias("channel_shuffle", of: "nn.functional.channel_shuffle")
  }
}
