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

  /// How the libraries see a matrix: rows one after the other, or columns.
  struct Layout {
    let isTransposed: Bool
    /// Steps between rows (columns where transposed), in elements.
    let leadingDimension: Int

    /// Nil where elements stand neither in rows nor in columns.
    init?(_ matrix: Tensor) {
      guard matrix.rank == 2 else { return nil }
      let (rows, columns) = (matrix.shape[0], matrix.shape[1])
      let (down, along) = (matrix.body.strides[0], matrix.body.strides[1])
      // The step to a neighbour that does not exist may be any number: the libraries get another.
      if along == 1 || columns == 1, down >= columns || rows == 1 {
        isTransposed = false
        leadingDimension = Swift.max(rows == 1 ? columns : down, 1)
      } else if down == 1 || rows == 1, along >= rows || columns == 1 {
        isTransposed = true
        leadingDimension = Swift.max(columns == 1 ? rows : along, 1)
      } else {
        return nil
      }
    }

    private init(contiguousColumns columns: Int) {
      isTransposed = false
      leadingDimension = Swift.max(columns, 1)
    }

    /// The layout of one of several matrices that stand one after the other.
    static func stacked(columns: Int) -> Layout { Layout(contiguousColumns: columns) }
  }

  /// `count` products, each m × k by k × n into m × n, of operands that stand one after the other.
  static func multiply(
    _ x: Tensor, _ y: Tensor, into out: Tensor, size: Size, count: Int, _ name: String
  ) throws {
    let isInteger = !out.dtype.isFloatingPoint
    // Our own loops take rows only.
    let x = try isInteger ? x.contiguous() : x
    let y = try isInteger ? y.contiguous() : y
    let a = Layout(x) ?? .stacked(columns: size.k)
    let b = Layout(y) ?? .stacked(columns: size.n)
    let integers =
      isInteger
      ? try Elementwise.present(ck_matmul(Int32(out.dtype.rawValue)), name, out.dtype) : nil
    let elementSize = out.dtype.size
    for index in 0..<count {
      let xStart = x.start + index * size.m * size.k * elementSize
      let yStart = y.start + index * size.k * size.n * elementSize
      let outStart = out.mutableStart + index * size.m * size.n * elementSize
      switch out.dtype {
      case .float32: try float32(xStart, a, yStart, b, outStart, size)
      case .float64: try float64(xStart, a, yStart, b, outStart, size, name)
      default: integers?(xStart, yStart, outStart, size.m, size.k, size.n)
      }
    }
    withExtendedLifetime((x, y, out)) {}
  }

  private static func float32(
    _ x: UnsafeRawPointer, _ a: Layout, _ y: UnsafeRawPointer, _ b: Layout,
    _ out: UnsafeMutableRawPointer, _ size: Size
  ) throws {
    Threads.useOne()
    func letter(_ layout: Layout) -> CChar {
      CChar(UInt8(ascii: layout.isTransposed ? "T" : "N"))
    }
    let status = dnnl_sgemm(
      letter(a), letter(b), dnnl_dim_t(size.m), dnnl_dim_t(size.n), dnnl_dim_t(size.k), 1,
      x.assumingMemoryBound(to: Float.self), dnnl_dim_t(a.leadingDimension),
      y.assumingMemoryBound(to: Float.self), dnnl_dim_t(b.leadingDimension), 0,
      out.assumingMemoryBound(to: Float.self), dnnl_dim_t(size.n))
    guard status == dnnl_success else {
      throw TensorError.outOfMemory(bytes: size.m * size.n * 4)
    }
  }

  private static func float64(
    _ x: UnsafeRawPointer, _ a: Layout, _ y: UnsafeRawPointer, _ b: Layout,
    _ out: UnsafeMutableRawPointer, _ size: Size, _ name: String
  ) throws {
    guard let m = blasint(exactly: size.m), let k = blasint(exactly: size.k),
      let n = blasint(exactly: size.n), let xStep = blasint(exactly: a.leadingDimension),
      let yStep = blasint(exactly: b.leadingDimension)
    else {
      throw TensorError.invalidArgument(
        name,
        "float64 matrices of \(size.m) × \(size.k) and \(size.k) × \(size.n): lengths and "
          + "steps must be below 2^31")
    }
    Threads.useOne()
    cblas_dgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans, m, n, k, 1,
      x.assumingMemoryBound(to: Double.self), xStep, y.assumingMemoryBound(to: Double.self), yStep,
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
