// Random numbers from a counter: Philox-4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random
// numbers: as easy as 1, 2, 3, SC'11).
//
// Block b of a stream is Philox with the key (low, high 32 bits of the seed) and the counter (low,
// high 32 bits of b, stream, 0): four words w0 … w3 of 32 bits. The stream is 0 for uniform and 1
// for normal numbers and above for what distributions.cpp makes of bits, so that one seed does not give
// related ones.
//
//   bits              elements 2 b and 2 b + 1: w1:w0 and w3:w2
//   uniform float32   element i: word i mod 4 of block i / 4, its upper 24 bits · 2^-24
//   uniform float16, bfloat16: the same word's upper 11 or 8 bits · 2^-11 or 2^-8
//   uniform float64   element i: words 2 (i mod 2) (low half) and 2 (i mod 2) + 1 (high half) of
//                     block i / 2, their upper 53 bits · 2^-53
//   normal            elements 2 b and 2 b + 1: r cos(2 pi v) and r sin(2 pi v) with
//                     r = sqrt(-2 log u), u = (upper 53 bits of w1:w0 + 1) · 2^-53 in (0, 1],
//                     v = upper 53 bits of w3:w2 · 2^-53; float32 is the float64 element rounded,
//                     a half the float32 element rounded
//
// Only exact or correctly rounded operations are used, never a fused one, so that the bits are the
// same on every instruction set. (Clang does not fuse across functions; GCC would, unless told
// -ffp-contract=off.)
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "random.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "half-inl.h"
#include "loops-inl.h"

#ifndef CKERNELS_RANDOM_FUNCTIONS_
#define CKERNELS_RANDOM_FUNCTIONS_
struct RandomFunctions {
  void (*uniform)(int dtype, uint64_t seed, void* out, size_t count);
  void (*normal)(int dtype, uint64_t seed, void* out, size_t count);
  void (*bits)(uint64_t seed, uint64_t stream, uint64_t block, uint64_t* out, size_t count);
};
#endif

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

using Words = hn::ScalableTag<uint64_t>;
using Word = hn::Vec<Words>;
using Reals = hn::ScalableTag<double>;
using Real = hn::Vec<Reals>;

/// Of one block a lane: its first two and its last two words, as 64 bits each.
struct Blocks {
  Word first, second;
};

/// Lanes hold 32-bit words in their lower halves; what gathers in the upper halves is ignored by
/// MulEven and cut off at the end.
HWY_INLINE Blocks Philox(Word index, uint64_t stream, uint64_t seed) {
  const Words d;
  const hn::Repartition<uint32_t, Words> d32;
  const auto multiplier0 = hn::Set(d32, 0xD2511F53u);
  const auto multiplier1 = hn::Set(d32, 0xCD9E8D57u);
  Word c0 = index;
  Word c1 = hn::ShiftRight<32>(index);
  Word c2 = hn::Set(d, stream);
  Word c3 = hn::Zero(d);
  Word key0 = hn::Set(d, seed);
  Word key1 = hn::Set(d, seed >> 32);
  HWY_UNROLL(10)
  for (int round = 0; round < 10; ++round) {
    const Word product0 = hn::MulEven(hn::BitCast(d32, c0), multiplier0);
    const Word product1 = hn::MulEven(hn::BitCast(d32, c2), multiplier1);
    c0 = hn::Xor(hn::ShiftRight<32>(product1), hn::Xor(c1, key0));
    c2 = hn::Xor(hn::ShiftRight<32>(product0), hn::Xor(c3, key1));
    c1 = product1;
    c3 = product0;
    key0 = hn::Add(key0, hn::Set(d, uint64_t{0x9E3779B9}));
    key1 = hn::Add(key1, hn::Set(d, uint64_t{0xBB67AE85}));
  }
  const Word low_half = hn::Set(d, uint64_t{0xFFFFFFFF});
  return {hn::Or(hn::And(c0, low_half), hn::ShiftLeft<32>(c1)),
          hn::Or(hn::And(c2, low_half), hn::ShiftLeft<32>(c3))};
}

/// The upper 53 bits as a number, plus `offset`, exactly.
HWY_INLINE Real RealFromBits(Word bits, uint64_t offset) {
  const Words d;
  const hn::Rebind<int64_t, Words> d_signed;
  const Word integer = hn::Add(hn::ShiftRight<11>(bits), hn::Set(d, offset));
  return hn::ConvertTo(Reals(), hn::BitCast(d_signed, integer));
}

/// The words as they are.
struct Bits {
  static constexpr uint64_t kStream = 0;
  HWY_INLINE Blocks operator()(Blocks blocks) const { return blocks; }
};

/// The upper `size` bits of each word as a number in [0, 1).
template <int size>
struct UniformFloats {
  static constexpr uint64_t kStream = 0;
  HWY_INLINE Word From(Word bits) const {
    const hn::Repartition<int32_t, Words> d_integer;
    const hn::Repartition<uint32_t, Words> d_bits;
    const hn::Repartition<float, Words> d;
    const auto integer = hn::ShiftRight<32 - size>(hn::BitCast(d_bits, bits));
    const auto real = hn::ConvertTo(d, hn::BitCast(d_integer, integer));
    return hn::BitCast(Words(), hn::Mul(real, hn::Set(d, 1.0f / (1 << size))));
  }
  HWY_INLINE Blocks operator()(Blocks blocks) const {
    return {From(blocks.first), From(blocks.second)};
  }
};

struct UniformDoubles {
  static constexpr uint64_t kStream = 0;
  HWY_INLINE Word From(Word bits) const {
    const Real scale = hn::Set(Reals(), 0x1p-53);
    return hn::BitCast(Words(), hn::Mul(RealFromBits(bits, 0), scale));
  }
  HWY_INLINE Blocks operator()(Blocks blocks) const {
    return {From(blocks.first), From(blocks.second)};
  }
};

/// c[0] + c[1] x + c[2] x² + …, not fused.
template <size_t size>
HWY_INLINE Real Polynomial(Real x, const double (&c)[size]) {
  const Reals d;
  Real sum = hn::Set(d, c[size - 1]);
  for (size_t i = size - 1; i-- > 0;) sum = hn::Add(hn::Mul(sum, x), hn::Set(d, c[i]));
  return sum;
}

/// log(x) for a normal x > 0: with x = 2^e m and s = (m − 1) / (m + 1), |s| < 0.172, it is
/// e log 2 + 2 (s + s³/3 + s⁵/5 + …).
HWY_INLINE Real LogOfNormal(Real x) {
  const Reals d;
  const hn::Rebind<int64_t, Reals> d_signed;
  // Adding the distance from sqrt(1/2) to 1 moves the exponent's boundary there.
  const auto bits = hn::BitCast(d_signed, x);
  const auto root_half = hn::Set(d_signed, int64_t{0x3FE6A09E667F3BCD});
  const auto shifted = hn::Sub(bits, root_half);
  const auto exponent = hn::ShiftRight<52>(shifted);
  const Real m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<52>(exponent)));
  const Real e = hn::ConvertTo(d, exponent);
  const Real one = hn::Set(d, 1.0);
  const Real s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  static constexpr double kSeries[] = {2.0,      2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9, 2.0 / 11,
                                       2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};
  const Real log_m = hn::Mul(s, Polynomial(hn::Mul(s, s), kSeries));
  return hn::Add(hn::Mul(e, hn::Set(d, 0.69314718055994530942)), log_m);
}

struct NormalDoubles {
  static constexpr uint64_t kStream = 1;
  HWY_INLINE Blocks operator()(Blocks blocks) const {
    const Reals d;
    const hn::Rebind<int64_t, Reals> d_signed;
    const Real u = hn::Mul(RealFromBits(blocks.first, 1), hn::Set(d, 0x1p-53));
    const Real r = hn::Sqrt(hn::Mul(hn::Set(d, -2.0), LogOfNormal(u)));
    // Quarter turns, and the rest of at most half a one: both exact.
    const Real turns = hn::Mul(RealFromBits(blocks.second, 0), hn::Set(d, 0x1p-51));
    const Real quarter = hn::Round(turns);
    const Real a = hn::Mul(hn::Sub(turns, quarter), hn::Set(d, 1.57079632679489661923));
    const Real a2 = hn::Mul(a, a);
    static constexpr double kSine[] = {
        1.0,          -1.0 / 6,        1.0 / 120,          -1.0 / 5040,
        1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0, -1.0 / 1307674368000.0};
    static constexpr double kCosine[] = {1.0,
                                         -1.0 / 2,
                                         1.0 / 24,
                                         -1.0 / 720,
                                         1.0 / 40320,
                                         -1.0 / 3628800,
                                         1.0 / 479001600.0,
                                         -1.0 / 87178291200.0,
                                         1.0 / 20922789888000.0};
    const Real sine = hn::Mul(a, Polynomial(a2, kSine));
    const Real cosine = Polynomial(a2, kCosine);
    // Bit 0 of the quarter swaps them; the sine is negative in quarters 2, 3, the cosine in 1, 2.
    const auto q = hn::ConvertTo(d_signed, quarter);
    const auto one = hn::Set(d_signed, int64_t{1});
    const auto odd = hn::MaskFromVec(hn::BitCast(d, hn::Sub(hn::Zero(d_signed), hn::And(q, one))));
    const Real sine_sign = hn::BitCast(d, hn::ShiftLeft<62>(hn::AndNot(one, q)));
    const Real cosine_sign = hn::BitCast(d, hn::ShiftLeft<62>(hn::AndNot(one, hn::Add(q, one))));
    const Real c = hn::Xor(hn::IfThenElse(odd, sine, cosine), cosine_sign);
    const Real s = hn::Xor(hn::IfThenElse(odd, cosine, sine), sine_sign);
    return {hn::BitCast(Words(), hn::Mul(r, c)), hn::BitCast(Words(), hn::Mul(r, s))};
  }
};

/// Writes `count` elements of type T from blocks `block`, + 1, …; Computed is the type that `make`
/// gives.
template <class T, class Make, class Computed = T>
void Generate(uint64_t seed, T* out, size_t count, uint64_t block = 0,
              uint64_t stream = Make::kStream) {
  const Words d;
  constexpr size_t kLanes = hn::MaxLanes(Words());
  constexpr size_t kElements = 2 * kLanes * sizeof(uint64_t) / sizeof(Computed);
  HWY_ALIGN uint64_t words[2 * kLanes];
  for (size_t i = 0; i < count; i += kElements, block += kLanes) {
    const Blocks made = Make()(Philox(hn::Iota(d, block), stream, seed));
    if (sizeof(T) == sizeof(Computed) && count - i >= kElements) {
      hn::StoreInterleaved2(made.first, made.second, d, reinterpret_cast<uint64_t*>(out + i));
    } else {
      hn::StoreInterleaved2(made.first, made.second, d, words);
      const size_t size = HWY_MIN(kElements, count - i);
      for (size_t j = 0; j < size; ++j) {
        out[i + j] = static_cast<T>(ReadOne<Computed>(&reinterpret_cast<Computed*>(words)[j]));
      }
    }
  }
}

/// The same for halves, by rounding numbers of float32. There are elements_per_block in a block.
template <class H, class Make, class Computed, size_t elements_per_block>
void GenerateHalves(uint64_t seed, void* vout, size_t count) {
  uint16_t* out = static_cast<uint16_t*>(vout);
  HWY_ALIGN float block[kHalfBlock];
  for (size_t i = 0; i < count; i += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, count - i);
    Generate<float, Make, Computed>(seed, block, size, i / elements_per_block);
    HalvesFromFloats<H>(block, out + i, size);
  }
}

void Uniform(int dtype, uint64_t seed, void* out, size_t count) {
  if (dtype == CK_FLOAT16) {
    GenerateHalves<Float16, UniformFloats<11>, float, 4>(seed, out, count);
  }
  if (dtype == CK_BFLOAT16) {
    GenerateHalves<BFloat16, UniformFloats<8>, float, 4>(seed, out, count);
  }
  if (dtype == CK_FLOAT32) Generate<float, UniformFloats<24>>(seed, static_cast<float*>(out), count);
  if (dtype == CK_FLOAT64) Generate<double, UniformDoubles>(seed, static_cast<double*>(out), count);
}

void Normal(int dtype, uint64_t seed, void* out, size_t count) {
  if (dtype == CK_FLOAT16) {
    GenerateHalves<Float16, NormalDoubles, double, 2>(seed, out, count);
  }
  if (dtype == CK_BFLOAT16) {
    GenerateHalves<BFloat16, NormalDoubles, double, 2>(seed, out, count);
  }
  if (dtype == CK_FLOAT32) {
    Generate<float, NormalDoubles, double>(seed, static_cast<float*>(out), count);
  }
  if (dtype == CK_FLOAT64) Generate<double, NormalDoubles>(seed, static_cast<double*>(out), count);
}

void RandomBits(uint64_t seed, uint64_t stream, uint64_t block, uint64_t* out, size_t count) {
  Generate<uint64_t, Bits>(seed, out, count, block, stream);
}

const RandomFunctions* RandomTable() {
  static constexpr RandomFunctions kTable = {&Uniform, &Normal, &RandomBits};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(RandomTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

void ck_uniform(int dtype, uint64_t seed, void* out, size_t count) {
  HWY_DYNAMIC_DISPATCH(RandomTable)()->uniform(dtype, seed, out, count);
}

void ck_normal(int dtype, uint64_t seed, void* out, size_t count) {
  HWY_DYNAMIC_DISPATCH(RandomTable)()->normal(dtype, seed, out, count);
}

void ck_random_bits(uint64_t seed, uint64_t stream, uint64_t block, uint64_t* out, size_t count) {
  HWY_DYNAMIC_DISPATCH(RandomTable)()->bits(seed, stream, block, out, count);
}
#endif
