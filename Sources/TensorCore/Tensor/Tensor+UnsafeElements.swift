import CKernels

extension Tensor {
  /// Address of the first element. Valid while the tensor's storage lives.
  var start: UnsafeRawPointer {
    UnsafeRawPointer(body.storage.base + body.offset &* dtype.size)
  }

  /// Address of the first element, for whoever made the tensor and fills it.
  var mutableStart: UnsafeMutableRawPointer { body.storage.base + body.offset &* dtype.size }

  /// The bytes of a contiguous tensor, valid while the tensor's storage lives.
  package var contiguousBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: descriptor.byteCount)
  }

  /// The bytes of a tensor that was just made, to be filled.
  package var mutableContiguousBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: mutableStart, count: descriptor.byteCount)
  }

  /// The same values with the elements one after the other; itself where they are. Keeps no graph.
  package func contiguous() throws(TensorError) -> Tensor {
    if isContiguous { return detach() }
    let result = try Tensor(uninitialized: descriptor)
    copyStrided(from: self, into: result.mutableStart, strides: result.body.strides)
    return result
  }

  /// Copies all elements of `source` to where the strides (in elements) say.
  func copyStrided(
    from source: Tensor, into target: UnsafeMutableRawPointer, strides: Strides
  ) {
    if source.elementCount == 0 { return }
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: 3 * Shape.maximumRank) { numbers in
      let rank = source.rank
      for axis in 0..<rank {
        numbers[axis] = Int64(source.shape[axis])
        numbers[8 + axis] = Int64(source.body.strides[axis])
        numbers[16 + axis] = Int64(strides[axis])
      }
      guard let base = numbers.baseAddress else { return }
      ck_copy_strided(
        source.dtype.size, rank, base, source.start, base + 8, target, base + 16)
    }
  }

  /// Makes a contiguous tensor of the type and fills it from a typed buffer.
  static func filled<Element: TensorElement>(
    shape: Shape, as type: Element.Type,
    _ body: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) throws -> Tensor {
    let result = try Tensor(
      uninitialized: Descriptor(shape: shape, dtype: Element.dtype))
    try body(result.mutableContiguousBytes.bindMemory(to: Element.self))
    return result
  }

  /// Calls `body` with the elements in row-major order; copies where the tensor is not contiguous.
  func withElements<Element: TensorElement, Result>(
    as type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) throws -> Result {
    let values = try cast(to: Element.dtype).contiguous()
    return try withExtendedLifetime(values) {
      try body(values.contiguousBytes.bindMemory(to: Element.self))
    }
  }
}
