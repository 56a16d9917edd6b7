/// PyTorch's Core ATen names, the set that every PyTorch program can be brought to, and where each stands here.
public struct CoreATen: Sendable {
  /// Where a name stands.
  public enum Standing: Sendable, Equatable {
    /// There, under this name of the catalogue.
    case present(String)
    /// To come, with the family that it belongs to.
    case planned(String)
    /// Not wanted here, for this reason.
    case leftOut(String)
  }
  /// PyTorch's name.
  public let name: String
  /// Where it stands.
  public let standing: Standing

  /// All names in alphabetical order.
  public static let all: [CoreATen] = names.map { CoreATen(name: $0, standing: standing(of: $0)) }

  private static func standing(of name: String) -> Standing {
    let own = [name, "nn.functional.\(name)", otherNames[name]].compactMap { $0 }
    if let found = own.first(where: catalogue.contains) { return .present(found) }
    if let reason = reasons[name] { return .leftOut(reason) }
    return .planned(family(of: name))
  }

  /// Names of the catalogue for what has another one there.
  private static let otherNames = [
    "_adaptive_avg_pool2d": "nn.functional.adaptive_avg_pool2d",
    "_adaptive_avg_pool3d": "nn.functional.adaptive_avg_pool3d",
    "_cdist_forward": "cdist",
    "_embedding_bag": "nn.functional.embedding_bag",
    "_local_scalar_dense": "item",
    "_pdist_forward": "nn.functional.pdist",
    "alias": "alias_copy",
    "col2im": "nn.functional.fold",
    "grid_sampler_2d": "nn.functional.grid_sample",
    "index": "__getitem__",
    "max_pool2d_with_indices": "nn.functional.max_pool2d",
    "max_pool3d_with_indices": "nn.functional.max_pool3d",
    "upsample_bilinear2d": "nn.functional.upsample_bilinear",
    "upsample_nearest2d": "nn.functional.upsample_nearest",
  ]

  private static let symbolic = "symbolic sizes exist only inside PyTorch's compiler"
  /// Why a name is not wanted.
  private static let reasons = [
    "empty_strided": "strided storage: tensors are values, whose strides nobody sees",
    "sym_is_contiguous": symbolic, "sym_numel": symbolic, "sym_size": symbolic,
    "sym_storage_offset": symbolic, "sym_stride": symbolic,
  ]

  private static func family(of name: String) -> String {
    let families = [
      ("fft", "complex numbers and Fourier transforms"), ("pool", "pooling"),
      ("convolution", "convolution"), ("col2im", "convolution"), ("norm", "normalisation"),
      ("embedding", "embedding"), ("upsample", "interpolation"), ("grid", "interpolation"),
    ]
    return families.first { name.contains($0.0) }?.1 ?? "the rest of the operation surface"
  }

  private static let names = """
    _adaptive_avg_pool2d _adaptive_avg_pool2d_backward _adaptive_avg_pool3d _cdist_forward
    _embedding_bag _fft_c2r _fft_r2c _local_scalar_dense _log_softmax _native_batch_norm_legit
    _native_batch_norm_legit_no_training _pdist_forward _softmax _to_copy abs acos acosh
    adaptive_avg_pool1d add addmm alias amax amin any arange argmax argmin as_strided asin
    asinh atan atan2 atanh avg_pool1d avg_pool2d avg_pool2d_backward avg_pool3d bitwise_and
    bitwise_not bitwise_or bitwise_xor bmm cat ceil clamp clone col2im constant_pad_nd
    convolution convolution_backward copy cos cosh cumsum diagonal div elu embedding
    embedding_dense_backward empty empty_strided eq erf exp expand expm1 fill flip floor fmod
    full full_like gather ge gelu grid_sampler_2d gt hardtanh index index_put index_select
    isinf isnan le leaky_relu log log10 log1p log2 logical_and logical_not logical_or
    logical_xor lt masked_scatter max max_pool2d_with_indices max_pool2d_with_indices_backward
    max_pool3d_with_indices maximum mean min minimum mm mul native_dropout native_group_norm
    native_group_norm_backward native_layer_norm native_layer_norm_backward ne neg nonzero
    permute pow prod rand randn randperm reciprocal reflection_pad1d reflection_pad2d
    reflection_pad3d relu remainder repeat replication_pad2d replication_pad3d resize_ round
    rsqrt scalar_tensor scatter scatter_add scatter_reduce select select_scatter sigmoid sign
    sin sinh slice slice_scatter sort split_with_sizes sqrt squeeze sub sum sym_is_contiguous
    sym_numel sym_size sym_storage_offset sym_stride tan tanh topk trunc unsqueeze
    upsample_bilinear2d upsample_nearest2d var view where
    """.split { $0 == " " || $0 == "\n" }.map(String.init)
}
