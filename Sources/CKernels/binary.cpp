// Elementwise functions of two operands whose result has their dtype.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "binary.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <cmath>
#include <type_traits>

#include "elementary-inl.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

struct Subtract {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Sub(x, y);
  }
};

struct Multiply {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V y) const {
    if constexpr (sizeof(hn::TFromD<D>) == 1) {
      // There is no product of bytes: multiply the even and the odd ones as 16 bits.
      const hn::Repartition<uint16_t, D> d16;
      const auto x16 = hn::BitCast(d16, x);
      const auto y16 = hn::BitCast(d16, y);
      const auto even = hn::And(hn::Mul(x16, y16), hn::Set(d16, 0xFF));
      const auto odd = hn::Mul(hn::ShiftRight<8>(x16), hn::ShiftRight<8>(y16));
      return hn::BitCast(d, hn::Or(even, hn::ShiftLeft<8>(odd)));
    } else {
      return hn::Mul(x, y);
    }
  }
};

struct BitwiseOr {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Or(x, y);
  }
};

struct BitwiseAnd {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::And(x, y);
  }
};

/// max(x, 0) − x·y + log(1 + exp(−|x|)). The first two terms are x·(1 − y) or −x·y: for a y in
/// [0, 1] all terms are positive then, so no digits are lost where they nearly cancel.
struct CrossEntropyWithLogits {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V y) const {
    const V one = hn::Set(d, hn::TFromD<D>{1});
    const V weight = hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Sub(one, y), hn::Neg(y));
    const V e = Exponential()(d, hn::Neg(hn::Abs(x)));
    return hn::MulAdd(x, weight, LogarithmOfOnePlus()(d, e));
  }
};

template <class T>
T IntegerPower(T x, T y) {
  if constexpr (std::is_signed<T>::value) {
    if (y < 0) return x == 1 ? T{1} : x == -1 ? (y & 1 ? T{-1} : T{1}) : T{0};
  }
  // The low bits of a product depend on the low bits of its factors alone.
  uint64_t base = static_cast<uint64_t>(x);
  uint64_t power = 1;
  for (auto rest = static_cast<uint64_t>(y); rest != 0; rest >>= 1) {
    if (rest & 1) power *= base;
    base *= base;
  }
  return static_cast<T>(power);
}

template <class T>
T FloatPower(T x, T y) {
  return std::pow(x, y);
}

/// pow(x, 1/2): not the square root at −0 and −inf.
struct PowerOfHalf {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    const auto is_minus_infinity = hn::Eq(x, hn::Set(d, -Limits<T>::infinity()));
    const V root = hn::Sqrt(hn::Add(x, hn::Zero(d)));
    return hn::IfThenElse(is_minus_infinity, hn::Set(d, Limits<T>::infinity()), root);
  }
};

/// One exponent for all: the common ones have vector forms, which give the same.
template <class T, T function(T, T)>
void PowerOfVector(const void* x, const void* y, void* out, size_t count) {
  if (count == 0) return;
  const T exponent = ReadOne<T>(y);
  if (exponent == T(2)) return Map2<T, Multiply, Form::kVectorVector>(x, x, out, count);
  if constexpr (std::is_floating_point<T>::value) {
    if (exponent == T(0.5)) return Map1<T, PowerOfHalf>(x, out, count);
  }
  if (exponent == T(1)) {
    if (x != out) memcpy(out, x, count * sizeof(T));
  } else {
    MapSingle2<T, function, Form::kVectorScalar>(x, y, out, count);
  }
}

template <class T, T function(T, T)>
constexpr ck_binary_loops PowerLoops() {
  return {&MapSingle2<T, function, Form::kVectorVector>, &PowerOfVector<T, function>,
          &MapSingle2<T, function, Form::kScalarVector>};
}

template <class Op>
constexpr ck_binary_row FloatRow(const char* name, double ulp_float32, double ulp_float64) {
  ck_binary_row row = {name, ulp_float32, ulp_float64, {}};
  row.loops[CK_FLOAT32] = Loops2<float, Op>();
  row.loops[CK_FLOAT64] = Loops2<double, Op>();
  return row;
}

template <class Op>
constexpr ck_binary_row NumberRow(const char* name, double ulp) {
  ck_binary_row row = FloatRow<Op>(name, ulp, ulp);
  row.loops[CK_UINT8] = Loops2<uint8_t, Op>();
  row.loops[CK_INT8] = Loops2<int8_t, Op>();
  row.loops[CK_INT16] = Loops2<int16_t, Op>();
  row.loops[CK_INT32] = Loops2<int32_t, Op>();
  row.loops[CK_INT64] = Loops2<int64_t, Op>();
  return row;
}

constexpr ck_binary_row PowerRow() {
  // The C library's functions; all common ones stay under 1.
  ck_binary_row row = {"pow", 1, 1, {}};
  row.loops[CK_UINT8] = PowerLoops<uint8_t, IntegerPower<uint8_t>>();
  row.loops[CK_INT8] = PowerLoops<int8_t, IntegerPower<int8_t>>();
  row.loops[CK_INT16] = PowerLoops<int16_t, IntegerPower<int16_t>>();
  row.loops[CK_INT32] = PowerLoops<int32_t, IntegerPower<int32_t>>();
  row.loops[CK_INT64] = PowerLoops<int64_t, IntegerPower<int64_t>>();
  row.loops[CK_FLOAT32] = PowerLoops<float, FloatPower<float>>();
  row.loops[CK_FLOAT64] = PowerLoops<double, FloatPower<double>>();
  return row;
}

struct BinaryRows {
  ck_binary_row rows[CK_BINARY_ROWS];
};

constexpr BinaryRows MakeBinaryRows() {
  BinaryRows table = {};
  table.rows[CK_ADD] = NumberRow<Add>("add", 0.5);
  table.rows[CK_ADD].loops[CK_BOOL] = Loops2<uint8_t, BitwiseOr>();
  table.rows[CK_SUB] = NumberRow<Subtract>("sub", 0.5);
  table.rows[CK_MUL] = NumberRow<Multiply>("mul", 0.5);
  table.rows[CK_MUL].loops[CK_BOOL] = Loops2<uint8_t, BitwiseAnd>();
  table.rows[CK_DIV] = FloatRow<Divide>("div", 0.5, 0.5);
  table.rows[CK_POW] = PowerRow();
  table.rows[CK_MAXIMUM] = NumberRow<Maximum>("maximum", 0);
  table.rows[CK_MAXIMUM].loops[CK_BOOL] = Loops2<uint8_t, BitwiseOr>();
  table.rows[CK_MINIMUM] = NumberRow<Minimum>("minimum", 0);
  table.rows[CK_MINIMUM].loops[CK_BOOL] = Loops2<uint8_t, BitwiseAnd>();
  // For y in [0, 1]; elsewhere the terms can cancel.
  table.rows[CK_BCE_WITH_LOGITS] = FloatRow<CrossEntropyWithLogits>("bce_with_logits", 4, 4);
  return table;
}

const ck_binary_row* BinaryTable() {
  static constexpr BinaryRows kTable = MakeBinaryRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(BinaryTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_binary_row* ck_binary_table(void) { return HWY_DYNAMIC_DISPATCH(BinaryTable)(); }
#endif
