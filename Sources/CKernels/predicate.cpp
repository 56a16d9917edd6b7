// Questions about single elements, whose answer is bool: asked of the bits, so that one loop serves
// every format of floating point, and left to the compiler to turn into vectors.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "predicate.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <type_traits>

#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// A format of floating point: the integer of its size, and the bits of infinity.
template <class U, U infinity>
struct Format {
  using Bits = U;
  static constexpr U kSign = static_cast<U>(U{1} << (8 * sizeof(U) - 1));
  static constexpr U kInfinity = infinity;
  static HWY_INLINE U Magnitude(U bits) { return static_cast<U>(bits & ~kSign); }
};

using Float16Format = Format<uint16_t, 0x7C00>;
using BFloat16Format = Format<uint16_t, 0x7F80>;
using Float32Format = Format<uint32_t, 0x7F800000>;
using Float64Format = Format<uint64_t, 0x7FF0000000000000>;

template <class F>
struct IsNaN {
  HWY_INLINE bool operator()(typename F::Bits x) const { return F::Magnitude(x) > F::kInfinity; }
};

template <class F>
struct IsInfinite {
  HWY_INLINE bool operator()(typename F::Bits x) const { return F::Magnitude(x) == F::kInfinity; }
};

template <class F>
struct IsFinite {
  HWY_INLINE bool operator()(typename F::Bits x) const { return F::Magnitude(x) < F::kInfinity; }
};

template <class F>
struct IsPositiveInfinity {
  HWY_INLINE bool operator()(typename F::Bits x) const { return x == F::kInfinity; }
};

template <class F>
struct IsNegativeInfinity {
  HWY_INLINE bool operator()(typename F::Bits x) const { return x == (F::kInfinity | F::kSign); }
};

/// Of −0 and of a nan with the sign too.
template <class F>
struct HasSign {
  HWY_INLINE bool operator()(typename F::Bits x) const { return x >= F::kSign; }
};

template <class T, class Predicate>
void Ask(const void* vx, void* vout, size_t count) {
  const T* x = static_cast<const T*>(vx);
  uint8_t* out = static_cast<uint8_t*>(vout);
  const Predicate predicate;
  for (size_t i = 0; i < count; ++i) out[i] = predicate(x[i]) ? 1 : 0;
}

template <uint8_t answer>
void Always(const void*, void* out, size_t count) {
  if (count != 0) memset(out, answer, count);
}

template <template <class> class Predicate, uint8_t of_integers>
constexpr ck_unary_row PredicateRow(const char* name) {
  ck_unary_row row = {name, 0, 0, {}};
  for (int dtype = CK_BOOL; dtype <= CK_INT64; ++dtype) row.functions[dtype] = &Always<of_integers>;
  row.functions[CK_FLOAT16] = &Ask<uint16_t, Predicate<Float16Format>>;
  row.functions[CK_BFLOAT16] = &Ask<uint16_t, Predicate<BFloat16Format>>;
  row.functions[CK_FLOAT32] = &Ask<uint32_t, Predicate<Float32Format>>;
  row.functions[CK_FLOAT64] = &Ask<uint64_t, Predicate<Float64Format>>;
  return row;
}

struct PredicateRows {
  ck_unary_row rows[CK_PREDICATE_ROWS];
};

constexpr PredicateRows MakePredicateRows() {
  PredicateRows table = {};
  table.rows[CK_ISNAN] = PredicateRow<IsNaN, 0>("isnan");
  table.rows[CK_ISINF] = PredicateRow<IsInfinite, 0>("isinf");
  table.rows[CK_ISFINITE] = PredicateRow<IsFinite, 1>("isfinite");
  table.rows[CK_ISPOSINF] = PredicateRow<IsPositiveInfinity, 0>("isposinf");
  table.rows[CK_ISNEGINF] = PredicateRow<IsNegativeInfinity, 0>("isneginf");
  ck_unary_row& signbit = table.rows[CK_SIGNBIT];
  signbit = PredicateRow<HasSign, 0>("signbit");
  // The sign of an integer is at the place of that of a float.
  signbit.functions[CK_INT8] = &Ask<uint8_t, HasSign<Format<uint8_t, 0>>>;
  signbit.functions[CK_INT16] = signbit.functions[CK_FLOAT16];
  signbit.functions[CK_INT32] = signbit.functions[CK_FLOAT32];
  signbit.functions[CK_INT64] = signbit.functions[CK_FLOAT64];
  return table;
}

const ck_unary_row* PredicateTable() {
  static constexpr PredicateRows kTable = MakePredicateRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(PredicateTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_unary_row* ck_predicate_table(void) { return HWY_DYNAMIC_DISPATCH(PredicateTable)(); }
#endif
