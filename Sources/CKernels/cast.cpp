// Conversions between element types: plain loops, which the compiler turns into vectors of each
// instruction set better than one could by naming the instructions of 64 pairs of types.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cast.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <limits>
#include <type_traits>

#include "half-inl.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// A bool is a byte like uint8, but what becomes one is compared with 0.
struct Bool {
  uint8_t byte;
};

/// Elements converted at a time: they go through a buffer on the stack, so that out may be x though
/// the types differ.
constexpr size_t kCastBlock = 512;

/// The integer type that a float goes through on its way to To: the conversions that x86-64 has.
template <class To>
using Between = std::conditional_t<std::is_signed<To>::value && sizeof(To) <= 4, int32_t, int64_t>;

template <class To, class From>
HWY_INLINE To Truncate(From x) {
  // Both limits are powers of two, so every float type holds them exactly.
  constexpr From kLimit = sizeof(To) == 4 ? From(2147483648.0) : From(9223372036854775808.0);
  return x >= -kLimit && x < kLimit ? static_cast<To>(x) : std::numeric_limits<To>::min();
}

template <class From, class To>
HWY_INLINE void CastBlock(const From* x, To* out, size_t count) {
  if constexpr (std::is_floating_point<From>::value && !std::is_floating_point<To>::value) {
    // There are instructions for int32 everywhere, for int64 only in AVX-512.
    constexpr From kLimit = From(2147483648.0);
    size_t outside = 0;
    for (size_t i = 0; i < count; ++i) outside += !(x[i] >= -kLimit) | !(x[i] < kLimit);
    if (outside == 0) {
      for (size_t i = 0; i < count; ++i) out[i] = static_cast<To>(static_cast<int32_t>(x[i]));
    } else {
      for (size_t i = 0; i < count; ++i) out[i] = static_cast<To>(Truncate<Between<To>>(x[i]));
    }
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<To>(x[i]);
  }
}

template <class From, class To>
void Cast(const void* vx, void* vout, size_t count) {
  uint8_t* out = static_cast<uint8_t*>(vout);
  if constexpr (std::is_same<To, Bool>::value) {
    const From* x = static_cast<const From*>(vx);
    uint8_t block[kCastBlock];
    for (size_t i = 0; i < count; i += kCastBlock) {
      const size_t size = HWY_MIN(kCastBlock, count - i);
      for (size_t j = 0; j < size; ++j) block[j] = x[i + j] != From{0};
      memcpy(out + i, block, size);
    }
  } else {
    const From* x = static_cast<const From*>(vx);
    To block[kCastBlock];
    for (size_t i = 0; i < count; i += kCastBlock) {
      const size_t size = HWY_MIN(kCastBlock, count - i);
      CastBlock(x + i, block, size);
      memcpy(out + i * sizeof(To), block, size * sizeof(To));
    }
  }
}

/// To a half type through float32, as PyTorch does: a float64 or a large integer is rounded twice.
template <class From, class H>
void CastToHalf(const void* vx, void* vout, size_t count) {
  const From* x = static_cast<const From*>(vx);
  uint16_t* out = static_cast<uint16_t*>(vout);
  HWY_ALIGN float block[kCastBlock];
  for (size_t i = 0; i < count; i += kCastBlock) {
    const size_t size = HWY_MIN(kCastBlock, count - i);
    CastBlock(x + i, block, size);
    HalvesFromFloats<H>(block, out + i, size);
  }
}

/// From a half type by a loop from float32.
template <class H, ck_unary_function cast, size_t size_of_other>
void CastFromHalf(const void* vx, void* vout, size_t count) {
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  uint8_t* out = static_cast<uint8_t*>(vout);
  HWY_ALIGN float block[kCastBlock];
  for (size_t i = 0; i < count; i += kCastBlock) {
    const size_t size = HWY_MIN(kCastBlock, count - i);
    FloatsFromHalves<H>(x + i, block, size);
    cast(block, out + i * size_of_other, size);
  }
}

template <class T>
void Same(const void* x, void* out, size_t count) {
  if (x != out && count != 0) memcpy(out, x, count * sizeof(T));
}

template <class From>
constexpr void FillRow(ck_unary_function* row) {
  row[CK_BOOL] = &Cast<From, Bool>;
  row[CK_UINT8] = &Cast<From, uint8_t>;
  row[CK_INT8] = &Cast<From, int8_t>;
  row[CK_INT16] = &Cast<From, int16_t>;
  row[CK_INT32] = &Cast<From, int32_t>;
  row[CK_INT64] = &Cast<From, int64_t>;
  row[CK_FLOAT32] = &Cast<From, float>;
  row[CK_FLOAT64] = &Cast<From, double>;
  row[CK_FLOAT16] = &CastToHalf<From, Float16>;
  row[CK_BFLOAT16] = &CastToHalf<From, BFloat16>;
}

template <class H>
constexpr void FillHalfRow(ck_unary_function* row) {
  row[CK_BOOL] = &CastFromHalf<H, &Cast<float, Bool>, 1>;
  row[CK_UINT8] = &CastFromHalf<H, &Cast<float, uint8_t>, 1>;
  row[CK_INT8] = &CastFromHalf<H, &Cast<float, int8_t>, 1>;
  row[CK_INT16] = &CastFromHalf<H, &Cast<float, int16_t>, 2>;
  row[CK_INT32] = &CastFromHalf<H, &Cast<float, int32_t>, 4>;
  row[CK_INT64] = &CastFromHalf<H, &Cast<float, int64_t>, 8>;
  row[CK_FLOAT16] = &CastFromHalf<H, &CastToHalf<float, Float16>, 2>;
  row[CK_BFLOAT16] = &CastFromHalf<H, &CastToHalf<float, BFloat16>, 2>;
  row[CK_FLOAT32] = &CastFromHalf<H, &Cast<float, float>, 4>;
  row[CK_FLOAT64] = &CastFromHalf<H, &Cast<float, double>, 8>;
  row[H::kCode] = &Same<uint16_t>;
}

constexpr ck_cast_loops MakeCastLoops() {
  ck_cast_loops table = {};
  FillRow<uint8_t>(table.from_to[CK_BOOL]);
  FillRow<uint8_t>(table.from_to[CK_UINT8]);
  FillRow<int8_t>(table.from_to[CK_INT8]);
  FillRow<int16_t>(table.from_to[CK_INT16]);
  FillRow<int32_t>(table.from_to[CK_INT32]);
  FillRow<int64_t>(table.from_to[CK_INT64]);
  FillRow<float>(table.from_to[CK_FLOAT32]);
  FillRow<double>(table.from_to[CK_FLOAT64]);
  FillHalfRow<Float16>(table.from_to[CK_FLOAT16]);
  FillHalfRow<BFloat16>(table.from_to[CK_BFLOAT16]);
  // Integers of one size differ in nothing but their name.
  const auto bytes = &Same<uint8_t>;
  table.from_to[CK_BOOL][CK_BOOL] = bytes;
  table.from_to[CK_BOOL][CK_UINT8] = bytes;
  table.from_to[CK_BOOL][CK_INT8] = bytes;
  table.from_to[CK_UINT8][CK_UINT8] = bytes;
  table.from_to[CK_UINT8][CK_INT8] = bytes;
  table.from_to[CK_INT8][CK_UINT8] = bytes;
  table.from_to[CK_INT8][CK_INT8] = bytes;
  table.from_to[CK_INT16][CK_INT16] = &Same<int16_t>;
  table.from_to[CK_INT32][CK_INT32] = &Same<int32_t>;
  table.from_to[CK_INT64][CK_INT64] = &Same<int64_t>;
  table.from_to[CK_FLOAT32][CK_FLOAT32] = &Same<float>;
  table.from_to[CK_FLOAT64][CK_FLOAT64] = &Same<double>;
  return table;
}

const ck_cast_loops* CastTable() {
  static constexpr ck_cast_loops kTable = MakeCastLoops();
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(CastTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_cast_loops* ck_cast_table(void) { return HWY_DYNAMIC_DISPATCH(CastTable)(); }
#endif
