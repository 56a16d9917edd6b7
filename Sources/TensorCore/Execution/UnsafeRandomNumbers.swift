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

  /// Uniform numbers in [0, 1).
  static func uniform(_ descriptor: Descriptor, seed: UInt64) throws -> Tensor {
    let out = try Tensor(uninitialized: descriptor)
    ck_uniform(Int32(descriptor.dtype.rawValue), seed, out.mutableStart, out.elementCount)
    return out
  }

  /// Numbers of the standard normal distribution.
  static func normal(_ descriptor: Descriptor, seed: UInt64) throws -> Tensor {
    let out = try Tensor(uninitialized: descriptor)
    ck_normal(Int32(descriptor.dtype.rawValue), seed, out.mutableStart, out.elementCount)
    return out
  }

  /// Whole numbers of int64 from `low` on, `range` different ones; 2^64 for a range of 0.
  static func integers(_ shape: Shape, from low: Int64, range: UInt64, seed: UInt64) throws
    -> Tensor
  {
    try .filled(shape: shape, as: Int64.self) {
      ck_random_integers(seed, low, range, $0.baseAddress, $0.count)
    }
  }

  /// The numbers 0 ..< count of int64 in random order.
  static func permutation(_ count: Int, seed: UInt64) throws -> Tensor {
    try .filled(shape: Shape([count]), as: Int64.self) {
      ck_random_permutation(seed, $0.baseAddress, $0.count)
    }
  }

  /// True with a probability.
  static func chances(_ shape: Shape, probability: Double, seed: UInt64) throws -> Tensor {
    let out = try Tensor(uninitialized: Descriptor(shape: shape, dtype: .bool))
    withUnsafePointer(to: probability) {
      ck_bernoulli(seed, $0, 0, out.mutableStart, out.elementCount)
    }
    return out
  }

  /// True with the probability that stands at each place, in float64.
  static func chances(_ probabilities: Tensor, seed: UInt64) throws -> Tensor {
    let out = try Tensor(
      uninitialized: Descriptor(shape: probabilities.shape, dtype: .bool))
    try probabilities.withElements(as: Double.self) {
      ck_bernoulli(seed, $0.baseAddress, 1, out.mutableStart, out.elementCount)
    }
    return out
  }

  /// Numbers of Poisson's distributions with the rates, in float64.
  static func poisson(_ rates: Tensor, seed: UInt64) throws -> Tensor {
    try rates.withElements(as: Double.self) { rates in
      try .filled(shape: Shape([rates.count]), as: Double.self) {
        ck_poisson(seed, rates.baseAddress, $0.baseAddress, $0.count)
      }
    }
  }
}
