// float16 and bfloat16: elements of 2 bytes that are only stored. What is computed with them goes
// through float32, a block on the stack at a time, and every result is rounded once; so their loops
// are those of float32, and no kernel is written or built for them.
#if defined(CKERNELS_HALF_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_HALF_INL_H_
#undef CKERNELS_HALF_INL_H_
#else
#define CKERNELS_HALF_INL_H_
#endif

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"
#include "hwy/highway.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// Elements that are widened at a time.
constexpr size_t kHalfBlock = 512;

HWY_INLINE uint32_t BitsOf(float x) { return ReadOne<uint32_t>(&x); }
HWY_INLINE float FloatOf(uint32_t bits) { return ReadOne<float>(&bits); }

/// IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of mantissa.
struct Float16 {
  static constexpr int kCode = CK_FLOAT16;

  /// Exact. The bits stand for a float32 too small by 2^112, subnormal numbers included.
  static HWY_INLINE float Widen(uint16_t half) {
    const float magnitude = FloatOf((half & 0x7FFFu) << 13) * 0x1p112f;
    // What had the largest exponent is infinite or nan.
    const uint32_t special = magnitude >= 65536.0f ? 0x7F800000u : 0u;
    return FloatOf(BitsOf(magnitude) | special | (half & 0x8000u) << 16);
  }

  /// To the nearest, ties to the even one. All cases are computed, so that loops become vectors.
  static HWY_INLINE uint16_t Narrow(float x) {
    const uint32_t bits = BitsOf(x);
    const uint32_t magnitude = bits & 0x7FFFFFFFu;
    // The exponent is moved; adding a little less than half a unit, or half of one where the last bit
    // that stays is set, carries exactly where it is to be rounded up, into infinity too.
    const uint32_t normal = (magnitude - (112u << 23) + 0xFFFu + (magnitude >> 13 & 1u)) >> 13;
    // In the sum with 1/2 the last bit of float32 is the last one of a subnormal float16.
    const uint32_t subnormal = BitsOf(FloatOf(magnitude) + 0.5f) - 0x3F000000u;
    const uint32_t special = magnitude > 0x7F800000u ? 0x7E00u : 0x7C00u;
    uint32_t half = magnitude < (113u << 23) ? subnormal : normal;
    half = magnitude >= (143u << 23) ? special : half;
    return static_cast<uint16_t>(half | (bits >> 16 & 0x8000u));
  }
};

/// The upper half of a float32: 1 bit of sign, 8 of exponent, 7 of mantissa.
struct BFloat16 {
  static constexpr int kCode = CK_BFLOAT16;

  static HWY_INLINE float Widen(uint16_t half) { return FloatOf(static_cast<uint32_t>(half) << 16); }

  static HWY_INLINE uint16_t Narrow(float x) {
    const uint32_t bits = BitsOf(x);
    const uint32_t rounded = (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16;
    return static_cast<uint16_t>((bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC0u : rounded);
  }
};

/// Whether the processor converts float16; Highway has vector code for others that rounds toward zero
/// and knows no infinity.
constexpr bool kConvertsFloat16 =
    HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;

template <class H>
HWY_NOINLINE void FloatsFromHalves(const uint16_t* x, float* out, size_t count) {
  size_t i = 0;
  if constexpr (H::kCode == CK_FLOAT16 && kConvertsFloat16) {
    const hn::ScalableTag<float> d;
    const hn::Rebind<hwy::float16_t, decltype(d)> d16;
    const hn::Rebind<uint16_t, decltype(d)> d_bits;
    const size_t lanes = hn::Lanes(d);
    for (; i + lanes <= count; i += lanes) {
      hn::StoreU(hn::PromoteTo(d, hn::BitCast(d16, hn::LoadU(d_bits, x + i))), d, out + i);
    }
  }
  for (; i < count; ++i) out[i] = H::Widen(x[i]);
}

template <class H>
HWY_NOINLINE void HalvesFromFloats(const float* x, uint16_t* out, size_t count) {
  size_t i = 0;
  if constexpr (H::kCode == CK_FLOAT16 && kConvertsFloat16) {
    const hn::ScalableTag<float> d;
    const hn::Rebind<hwy::float16_t, decltype(d)> d16;
    const hn::Rebind<uint16_t, decltype(d)> d_bits;
    const size_t lanes = hn::Lanes(d);
    for (; i + lanes <= count; i += lanes) {
      hn::StoreU(hn::BitCast(d_bits, hn::DemoteTo(d16, hn::LoadU(d, x + i))), d_bits, out + i);
    }
  }
  for (; i < count; ++i) out[i] = H::Narrow(x[i]);
}

/// out[i] = function(x[i]), a loop over float32.
template <class H, ck_unary_function function>
void HalfMap1(const void* vx, void* vout, size_t count) {
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  uint16_t* out = static_cast<uint16_t*>(vout);
  HWY_ALIGN float block[kHalfBlock];
  for (size_t i = 0; i < count; i += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, count - i);
    FloatsFromHalves<H>(x + i, block, size);
    function(block, block, size);
    HalvesFromFloats<H>(block, out + i, size);
  }
}

/// out[i] = function(x[i], y[i]), a loop over float32 of this form whose results are of type Out:
/// float, to be rounded, or bytes.
template <class H, ck_binary_function function, Form form, class Out = float>
void HalfMap2(const void* vx, const void* vy, void* vout, size_t count) {
  if (count == 0) return;
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  const uint16_t* y = static_cast<const uint16_t*>(vy);
  HWY_ALIGN float x_block[kHalfBlock];
  HWY_ALIGN float y_block[kHalfBlock];
  if (form == Form::kScalarVector) x_block[0] = H::Widen(*x);
  if (form == Form::kVectorScalar) y_block[0] = H::Widen(*y);
  for (size_t i = 0; i < count; i += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, count - i);
    if (form != Form::kScalarVector) FloatsFromHalves<H>(x + i, x_block, size);
    if (form != Form::kVectorScalar) FloatsFromHalves<H>(y + i, y_block, size);
    if constexpr (sizeof(Out) == 1) {
      function(x_block, y_block, static_cast<uint8_t*>(vout) + i, size);
    } else {
      // The single operand is needed for the next block too.
      float* result = form == Form::kScalarVector ? y_block : x_block;
      function(x_block, y_block, result, size);
      HalvesFromFloats<H>(result, static_cast<uint16_t*>(vout) + i, size);
    }
  }
}

template <class H, ck_binary_function vv, ck_binary_function vs, ck_binary_function sv,
          class Out = float>
constexpr ck_binary_loops HalfLoops2() {
  return {&HalfMap2<H, vv, Form::kVectorVector, Out>, &HalfMap2<H, vs, Form::kVectorScalar, Out>,
          &HalfMap2<H, sv, Form::kScalarVector, Out>};
}

/// The loops of a functor on vectors for both half types.
template <class Op, class Out = float>
constexpr void FillHalves(ck_binary_loops* loops) {
  constexpr ck_binary_function vv = &Map2<float, Op, Form::kVectorVector, Out>;
  constexpr ck_binary_function vs = &Map2<float, Op, Form::kVectorScalar, Out>;
  constexpr ck_binary_function sv = &Map2<float, Op, Form::kScalarVector, Out>;
  loops[CK_FLOAT16] = HalfLoops2<Float16, vv, vs, sv, Out>();
  loops[CK_BFLOAT16] = HalfLoops2<BFloat16, vv, vs, sv, Out>();
}

/// The loops of a function of single numbers for both half types.
template <float function(float, float)>
constexpr void FillSingleHalves(ck_binary_loops* loops) {
  constexpr ck_binary_function vv = &MapSingle2<float, function, Form::kVectorVector>;
  constexpr ck_binary_function vs = &MapSingle2<float, function, Form::kVectorScalar>;
  constexpr ck_binary_function sv = &MapSingle2<float, function, Form::kScalarVector>;
  loops[CK_FLOAT16] = HalfLoops2<Float16, vv, vs, sv>();
  loops[CK_BFLOAT16] = HalfLoops2<BFloat16, vv, vs, sv>();
}

template <ck_unary_function function>
constexpr void FillHalves(ck_unary_function* functions) {
  functions[CK_FLOAT16] = &HalfMap1<Float16, function>;
  functions[CK_BFLOAT16] = &HalfMap1<BFloat16, function>;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
