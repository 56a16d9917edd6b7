// Conversions between element types: plain loops, which the compiler turns into vectors of each
// instruction set better than one could by naming the instructions of 64 pairs of types.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cast.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <limits>
#include <type_traits>

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

/// The smallest To stands for what it cannot hold.
template <class To, class From>
HWY_INLINE To Truncate(From x) {
  constexpr From kLimit = -static_cast<From>(std::numeric_limits<To>::min());
  return x >= -kLimit && x < kLimit ? static_cast<To>(x) : std::numeric_limits<To>::min();
}

template <class From, class To>
HWY_INLINE void CastBlock(const From* x, To* out, size_t count) {
  if constexpr (std::is_floating_point<From>::value && !std::is_floating_point<To>::value) {
    // Narrow integers are cut from an int64.
    using Whole = typename std::conditional<sizeof(To) == 4, int32_t, int64_t>::type;
    // There are instructions for int32 everywhere, for int64 only in AVX-512.
    constexpr From kLimit = From(2147483648.0);
    size_t outside = 0;
    for (size_t i = 0; i < count; ++i) outside += !(x[i] >= -kLimit) | !(x[i] < kLimit);
    if (outside == 0) {
      for (size_t i = 0; i < count; ++i) out[i] = static_cast<To>(static_cast<int32_t>(x[i]));
    } else {
      for (size_t i = 0; i < count; ++i) out[i] = static_cast<To>(Truncate<Whole>(x[i]));
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
