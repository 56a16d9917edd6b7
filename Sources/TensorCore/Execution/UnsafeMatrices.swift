import CKernels
import COneDNN
import COpenBLAS
import Glibc

/// Products of two matrices in memory: oneDNN for float32, OpenBLAS for float64, own loops for the
/// others.
enum Matrices {
  struct Size {
    let m: Int
    let k: Int
    let n: Int
  }

  /// `count` products, each m × k by k × n into m × n, of operands that stand one after the other in
  /// row-major order.
  ///
  /// The libraries take transposed operands and rows with gaps too, but choose other loops for them, which
  /// round otherwise. A tensor loses its layout on the way to a worker, and its products must not
  /// change by that.
  static func multiply(
    _ x: Tensor, _ y: Tensor, into out: Tensor, size: Size, count: Int, _ name: String
  ) throws {
    let isInteger = !out.dtype.isFloatingPoint
    let integers =
      isInteger
      ? try Elementwise.present(ck_matmul(Int32(out.dtype.rawValue)), name, out.dtype) : nil
    let elementSize = out.dtype.size
    for index in 0..<count {
      let xStart = x.start + index * size.m * size.k * elementSize
      let yStart = y.start + index * size.k * size.n * elementSize
      let outStart = out.mutableStart + index * size.m * size.n * elementSize
      switch out.dtype {
      case .float32: try float32(xStart, yStart, outStart, size)
      case .float64: try float64(xStart, yStart, outStart, size, name)
      default: integers?(xStart, yStart, outStart, size.m, size.k, size.n)
      }
    }
    withExtendedLifetime((x, y, out)) {}
  }

  private static func float32(
    _ x: UnsafeRawPointer, _ y: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ size: Size
  ) throws {
    Threads.useOne()
    let asItStands = CChar(UInt8(ascii: "N"))
    let status = dnnl_sgemm(
      asItStands, asItStands, dnnl_dim_t(size.m), dnnl_dim_t(size.n), dnnl_dim_t(size.k), 1,
      x.assumingMemoryBound(to: Float.self), dnnl_dim_t(size.k),
      y.assumingMemoryBound(to: Float.self), dnnl_dim_t(size.n), 0,
      out.assumingMemoryBound(to: Float.self), dnnl_dim_t(size.n))
    guard status == dnnl_success else {
      throw TensorError.outOfMemory(bytes: size.m * size.n * 4)
    }
  }

  private static func float64(
    _ x: UnsafeRawPointer, _ y: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ size: Size,
    _ name: String
  ) throws {
    guard let m = blasint(exactly: size.m), let k = blasint(exactly: size.k),
      let n = blasint(exactly: size.n)
    else {
      throw TensorError.invalidArgument(
        name,
        "float64 matrices of \(size.m) × \(size.k) and \(size.k) × \(size.n): lengths must be "
          + "below 2^31")
    }
    Threads.useOne()
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1,
      x.assumingMemoryBound(to: Double.self), k, y.assumingMemoryBound(to: Double.self), n,
      0, out.assumingMemoryBound(to: Double.self), n)
  }
}

/// The libraries' threads. One for now: how they cut work follows their number of threads, and
/// results must be the same on every rank.
private enum Threads {
  private typealias SetThreads = @convention(c) (Int32) -> Void

  /// OpenMP's setting belongs to the calling thread, so it is made before every product; it costs a
  /// few nanoseconds.
  private static let setOpenMPThreads: SetThreads? = {
    openblas_set_num_threads(1)
    guard let symbol = dlsym(nil, "omp_set_num_threads") else { return nil }
    return unsafeBitCast(symbol, to: SetThreads.self)
  }()

  static func useOne() { setOpenMPThreads?(1) }
}
