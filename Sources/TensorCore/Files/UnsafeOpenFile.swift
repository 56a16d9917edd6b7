import Glibc

/// A file that stays open, to be read in parts straight into where they belong.
final class OpenFile: Sendable {
  private let path: String
  private let descriptor: Int32
  /// Bytes that it had when it was opened.
  let byteCount: Int

  /// Opens it. Throws `TensorError.file` for what is no file or may not be read.
  init(path: String) throws(TensorError) {
    // What is no file must not keep us waiting for somebody to write.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG
    else {
      if descriptor >= 0 { close(descriptor) }
      throw .file(
        path: path, reason: "it cannot be opened: check the path and that you may read it")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills the buffer with the bytes from `offset` on. Throws `TensorError.file` where there are too
  /// few.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(TensorError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw .file(
          path: path,
          reason: count == 0
            ? "it became shorter while it was open: leave it as it is until it was read"
            : "byte \(offset + done) cannot be read: \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }

  /// Bytes as an array. Throws as `read(into:at:)`.
  func bytes(at offset: Int, count: Int) throws(TensorError) -> [UInt8] {
    var failure: TensorError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(TensorError) {
        try read(
          into: UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset)
        filled = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// A tensor of the bytes from `offset` on, which are read into its storage. Throws as
  /// `read(into:at:)`, and `TensorError.outOfMemory`.
  func tensor(_ descriptor: Descriptor, at offset: Int) throws(TensorError) -> Tensor {
    let tensor = try Tensor(uninitialized: descriptor)
    let bytes = tensor.mutableContiguousBytes
    try read(into: bytes, at: offset)
    // Kernels rely on 0 and 1.
    if descriptor.dtype == .bool {
      for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 }
    }
    return tensor
  }
}
