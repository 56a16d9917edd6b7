/// Reads little-endian values from bytes that somebody else wrote: never past the end, never traps.
/// Valid only while the bytes are.
public struct ByteReader {
  private var next: UnsafeRawPointer
  private let end: UnsafeRawPointer

  /// A reader of the bytes.
  package init(_ bytes: UnsafeRawBufferPointer) {
    // An empty buffer may have no address; any address will do, since nothing is read from it.
    next = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped
    end = next + bytes.count
  }

  /// Bytes that are left.
  package var count: Int { end - next }

  /// Whether nothing is left but what fills up a multiple of eight bytes.
  package var isAtEnd: Bool { end - next < 8 }

  /// The next integer or floating-point number. Throws `TensorError.malformed` at the end.
  @inline(__always)
  package mutating func read<T: BitwiseCopyable>(_ type: T.Type) throws(TensorError) -> T {
    guard end - next >= MemoryLayout<T>.size else {
      throw .malformed("\(MemoryLayout<T>.size) bytes expected, \(end - next) left")
    }
    defer { next += MemoryLayout<T>.size }
    return next.loadUnaligned(as: T.self)
  }

  /// The next `count` bytes, in place. Throws `TensorError.malformed` where there are fewer.
  package mutating func readBytes(_ count: Int) throws(TensorError) -> UnsafeRawBufferPointer {
    guard count >= 0, end - next >= count else {
      throw .malformed("\(count) bytes expected, \(end - next) left")
    }
    defer { next += count }
    return UnsafeRawBufferPointer(start: next, count: count)
  }

  /// A UTF-8 text with its length in front. Throws `TensorError.malformed`.
  package mutating func readText() throws(TensorError) -> String {
    let count = Int(try read(UInt32.self))
    let bytes = try readBytes(count)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed("a text is not UTF-8")
    }
    return text
  }
}

/// Writes little-endian values one after the other into memory of a fixed size. What does not
/// fit is not written and sets `hasOverflowed`, which the owner checks once at the end.
public struct ByteWriter {
  private let start: UnsafeMutableRawPointer
  private var next: UnsafeMutableRawPointer
  private let end: UnsafeMutableRawPointer
  /// Whether something did not fit.
  package private(set) var hasOverflowed = false

  package init(start: UnsafeMutableRawPointer, capacity: Int) {
    self.start = start
    next = start
    end = start + capacity
  }

  /// Bytes written.
  package var count: Int { next - start }

  /// Appends a number.
  @inline(__always)
  package mutating func write<T: BitwiseCopyable>(_ value: T) {
    guard end - next >= MemoryLayout<T>.size else {
      hasOverflowed = true
      return
    }
    next.storeBytes(of: value, as: T.self)
    next += MemoryLayout<T>.size
  }

  /// Appends bytes.
  package mutating func write(bytes: UnsafeRawBufferPointer) {
    guard end - next >= bytes.count else {
      hasOverflowed = true
      return
    }
    if let source = bytes.baseAddress { next.copyMemory(from: source, byteCount: bytes.count) }
    next += bytes.count
  }

  /// Appends a text as UTF-8 with its length in front.
  package mutating func write(text: String) {
    var text = text
    text.withUTF8 { utf8 in
      write(UInt32(truncatingIfNeeded: utf8.count))
      write(bytes: UnsafeRawBufferPointer(utf8))
    }
  }

  /// Appends zeros up to a multiple of eight bytes.
  package mutating func pad() {
    while count & 7 != 0, !hasOverflowed { write(UInt8(0)) }
  }
}

extension ByteWriter {
  /// A writer into nothing: whatever is written overflows.
  package static var empty: ByteWriter {
    ByteWriter(start: UnsafeMutableRawPointer(bitPattern: 8).unsafelyUnwrapped, capacity: 0)
  }
}
