import CKernels
import Glibc
import Synchronization

/// The bytes of one or several tensors: 64-byte aligned, from the pool, given back when the last
/// tensor that looks at them is gone. Written only by whoever made it, before anybody else
/// sees it; from then on the elements never change, so threads may share it.
package final class Storage: @unchecked Sendable {
  package let base: UnsafeMutableRawPointer
  package let byteCount: Int

  /// Uninitialised memory. Throws `TensorError.outOfMemory`.
  package init(byteCount: Int) throws(TensorError) {
    self.byteCount = byteCount
    base = try BufferPool.shared.take(byteCount)
  }

  /// The same for what is already in memory elsewhere: ends the program when there is none left, as
  /// Swift's own arrays do.
  init(sized byteCount: Int) {
    self.byteCount = byteCount
    do {
      base = try BufferPool.shared.take(byteCount)
    } catch {
      base = .allocate(byteCount: BufferPool.capacity(for: byteCount), alignment: 64)
    }
  }

  deinit { BufferPool.shared.give(base, byteCount) }

  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: byteCount)
  }
  package var mutableBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }
}

/// Keeps buffers that were given back, by size class, for the next tensor of that size: pages fresh
/// from the kernel cost more than most operations on them.
package final class BufferPool: Sendable {
  package static let shared = BufferPool(retaining: 1 << 30)

  /// Most bytes that are kept while nobody uses them.
  private let limit: Int

  private struct Shelves: ~Copyable {
    /// Addresses: pointers themselves cannot be handed through a lock.
    var free: [[UInt]] = Array(repeating: [], count: BufferPool.classes)
    var retained = 0
  }
  private let shelves: Mutex<Shelves>

  /// Bytes that this machine has. Where the kernel promises more than that, the promise is broken
  /// by ending the program, not by an error.
  private static let machineMemory: Int = {
    let (bytes, overflow) = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(
      by: sysconf(Int32(_SC_PAGESIZE)))
    return overflow || bytes <= 0 ? 1 << 48 : min(bytes, 1 << 48)
  }()

  /// Four classes between powers of two from 64 bytes upward: at most a quarter is wasted.
  private static let classes = 4 * 48

  package init(retaining limit: Int) {
    self.limit = limit
    shelves = Mutex(Shelves())
  }

  deinit {
    shelves.withLock { shelves in
      for address in shelves.free.joined() { free(UnsafeMutableRawPointer(bitPattern: address)) }
    }
  }

  /// Index of the smallest class that holds the bytes, and its size.
  private static func sizeClass(_ byteCount: Int) -> (index: Int, size: Int) {
    if byteCount <= 64 { return (0, 64) }
    let power = Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount  // 2^power < byteCount
    let step = Swift.max((1 << power) / 4, 64)
    let size = (byteCount + step - 1) / step * step
    let quarter = (size - (1 << power)) / ((1 << power) / 4)  // 0 … 4
    return ((power - 6) * 4 + quarter, size)
  }

  /// Bytes that a buffer for so many really has.
  fileprivate static func capacity(for byteCount: Int) -> Int { sizeClass(byteCount).size }

  fileprivate func take(_ byteCount: Int) throws(TensorError) -> UnsafeMutableRawPointer {
    guard byteCount >= 0, byteCount <= BufferPool.machineMemory else {
      throw .outOfMemory(bytes: byteCount)
    }
    let (index, size) = BufferPool.sizeClass(byteCount)
    let kept = shelves.withLock { shelves -> UInt? in
      guard let address = shelves.free[index].popLast() else { return nil }
      shelves.retained -= size
      return address
    }
    if let kept, let buffer = UnsafeMutableRawPointer(bitPattern: kept) { return buffer }
    var fresh: UnsafeMutableRawPointer?
    guard posix_memalign(&fresh, 64, size) == 0, let fresh else {
      throw .outOfMemory(bytes: byteCount)
    }
    return fresh
  }

  fileprivate func give(_ buffer: UnsafeMutableRawPointer, _ byteCount: Int) {
    let (index, size) = BufferPool.sizeClass(byteCount)
    let address = UInt(bitPattern: buffer)
    let isKept = shelves.withLock { shelves -> Bool in
      guard shelves.retained + size <= limit else { return false }
      shelves.free[index].append(address)
      shelves.retained += size
      return true
    }
    if !isKept { free(buffer) }
  }
}
