// Reductions by PyTorch's names.

extension NamedOperations {
  mutating func addReductions() {
    addSums()
    addExtrema()
    addVariances()
    addNorms()
  }

  private mutating func addSums() {
    add("sum(Tensor input, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)") {
      try $0.x.sum(
        dim: $0.optionalInts("dim") ?? [], keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add("mean(Tensor input, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)") {
      try $0.x.mean(
        dim: $0.optionalInts("dim") ?? [], keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add("nansum(Tensor input, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)") {
      try $0.x.nansum(
        dim: $0.optionalInts("dim") ?? [], keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add("nanmean(Tensor input, int[]? dim=None, bool keepdim=False, *, dtype? dtype=None)") {
      try $0.x.nanmean(
        dim: $0.optionalInts("dim") ?? [], keepdim: $0.bool("keepdim"),
        dtype: $0.optionalDType("dtype"))
    }
    add("prod(Tensor input, *, dtype? dtype=None)") {
      try $0.x.prod(dtype: $0.optionalDType("dtype"))
    }
    add("prod(Tensor input, int dim, bool keepdim=False, *, dtype? dtype=None)") {
      try $0.x.prod(
        dim: $0.int("dim"), keepdim: $0.bool("keepdim"), dtype: $0.optionalDType("dtype"))
    }
    add("logsumexp(Tensor input, int[] dim, bool keepdim=False)") {
      try $0.x.logsumexp(dim: $0.ints("dim"), keepdim: $0.bool("keepdim"))
    }
    alias("special.logsumexp", of: "logsumexp")
    add("trace(Tensor input)") { try $0.x.trace() }
    add("sum_to_size(Tensor input, int... size)") { try $0.x.sumToSize($0.ints("size")) }
    add("count_nonzero(Tensor input, int[]? dim=None)") {
      try $0.x.countNonzero(dim: $0.optionalInts("dim") ?? [])
    }
    add("all(Tensor input, int[]? dim=None, bool keepdim=False)") {
      try $0.x.all(dim: $0.optionalInts("dim"), keepdim: $0.bool("keepdim"))
    }
    add("any(Tensor input, int[]? dim=None, bool keepdim=False)") {
      try $0.x.any(dim: $0.optionalInts("dim"), keepdim: $0.bool("keepdim"))
    }
  }

  private mutating func addExtrema() {
    add("amax(Tensor input, int[] dim=[], bool keepdim=False)") {
      try $0.x.amax(dim: $0.ints("dim"), keepdim: $0.bool("keepdim"))
    }
    add("amin(Tensor input, int[] dim=[], bool keepdim=False)") {
      try $0.x.amin(dim: $0.ints("dim"), keepdim: $0.bool("keepdim"))
    }
    addPair("aminmax(Tensor input, *, int? dim=None, bool keepdim=False)") {
      try $0.x.aminmax(dim: $0.optionalInt("dim"), keepdim: $0.bool("keepdim"))
    }
    add("max(Tensor input)") { try $0.x.max() }
    addPair("max(Tensor input, int dim, bool keepdim=False)") {
      try $0.x.max(dim: $0.int("dim"), keepdim: $0.bool("keepdim"))
    }
    add("max(Tensor input, Tensor other)") { try $0.x.max($0.y) }
    add("min(Tensor input)") { try $0.x.min() }
    addPair("min(Tensor input, int dim, bool keepdim=False)") {
      try $0.x.min(dim: $0.int("dim"), keepdim: $0.bool("keepdim"))
    }
    add("min(Tensor input, Tensor other)") { try $0.x.min($0.y) }
    add("argmax(Tensor input, int? dim=None, bool keepdim=False)") {
      try $0.x.argmax(dim: $0.optionalInt("dim"), keepdim: $0.bool("keepdim"))
    }
    add("argmin(Tensor input, int? dim=None, bool keepdim=False)") {
      try $0.x.argmin(dim: $0.optionalInt("dim"), keepdim: $0.bool("keepdim"))
    }
  }
}
