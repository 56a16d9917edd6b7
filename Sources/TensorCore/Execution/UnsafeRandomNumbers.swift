import CKernels
import Synchronization

/// Seeds the generator from which random tensors that are given no seed take theirs. The same seed
/// gives the same tensors, on every rank.
public func manualSeed(_ seed: UInt64) { RandomNumbers.state.withLock { $0 = seed } }

enum RandomNumbers {
  fileprivate static let state = Mutex(UInt64.random(in: .min ... .max))

  /// The next seed: splitmix64 (Steele, Lea, Flood 2014).
  static func nextSeed() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static func descriptor(_ size: Shape, _ dtype: DType, _ name: String) throws -> Descriptor {
    guard dtype.isFloatingPoint else {
      throw TensorError.unsupportedDType(
        operation: name, dtypes: [dtype], remedy: "use float32 or float64 and cast the result")
    }
    return Descriptor(shape: try Shape(size), dtype: dtype)
  }

  static func uniform(_ descriptor: Descriptor, seed: UInt64) throws -> Tensor {
    let out = try Tensor(uninitialized: descriptor)
    ck_uniform(Int32(descriptor.dtype.rawValue), seed, out.mutableStart, out.elementCount)
    return out
  }

  static func normal(_ descriptor: Descriptor, seed: UInt64) throws -> Tensor {
    let out = try Tensor(uninitialized: descriptor)
    ck_normal(Int32(descriptor.dtype.rawValue), seed, out.mutableStart, out.elementCount)
    return out
  }
}
