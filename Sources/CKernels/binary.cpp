// Elementwise functions of two operands whose result has their dtype.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "binary.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <cmath>
#include <type_traits>

#include "binary-numbers-inl.h"
#include "elementary-inl.h"
#include "half-inl.h"
#include "loops-inl.h"
#include "special.h"

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

struct BitwiseXor {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Xor(x, y);
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

/// Rounded down as Python does. The smallest integer by −1 wraps; the caller refuses zeros, by which
/// the processor would end the program.
template <class T>
T IntegerFloorDivide(T x, T y) {
  if (y == 0) return 0;
  if constexpr (std::is_signed<T>::value) {
    if (y == T(-1)) return static_cast<T>(0 - static_cast<uint64_t>(x));
    const T quotient = static_cast<T>(x / y);
    return static_cast<T>(quotient - (x % y != 0 && (x < 0) != (y < 0)));
  } else {
    return static_cast<T>(x / y);
  }
}

/// What the quotient that is rounded down leaves.
template <class T>
T IntegerRemainder(T x, T y) {
  if (y == 0) return 0;
  if constexpr (std::is_signed<T>::value) {
    if (y == T(-1)) return 0;
    const T rest = static_cast<T>(x % y);
    return static_cast<T>(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest);
  } else {
    return static_cast<T>(x % y);
  }
}

template <class T>
T FloatRemainder(T x, T y) {
  const T rest = std::fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// From the remainder, as Python does: x / y itself may be rounded up to the next whole number.
template <class T>
T FloatFloorDivide(T x, T y) {
  if (y == 0) return x / y;
  const T rest = std::fmod(x, y);
  T quotient = (x - rest) / y;
  if (rest != 0 && (rest < 0) != (y < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(T(0), x / y);
  const T down = std::floor(quotient);
  return quotient - down > T(0.5) ? down + 1 : down;
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

template <class H>
constexpr ck_binary_loops HalfPowerLoops() {
  return HalfLoops2<H, &MapSingle2<float, FloatPower<float>, Form::kVectorVector>,
                    &PowerOfVector<float, FloatPower<float>>,
                    &MapSingle2<float, FloatPower<float>, Form::kScalarVector>>();
}

template <class Op>
constexpr ck_binary_row FloatRow(const char* name, double ulp_float32, double ulp_float64) {
  ck_binary_row row = {name, ulp_float32, ulp_float64, {}};
  row.loops[CK_FLOAT32] = Loops2<float, Op>();
  row.loops[CK_FLOAT64] = Loops2<double, Op>();
  FillHalves<Op>(row.loops);
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
  row.loops[CK_FLOAT16] = HalfPowerLoops<Float16>();
  row.loops[CK_BFLOAT16] = HalfPowerLoops<BFloat16>();
  return row;
}

constexpr ck_binary_row FloorDivideRow() {
  // Whole numbers: where the quotient is too large for one to be exact, it is off by at most 1 unit.
  ck_binary_row row = {"floor_divide", 1, 1, {}};
  row.loops[CK_UINT8] = SingleLoops<uint8_t, IntegerFloorDivide<uint8_t>>();
  row.loops[CK_INT8] = SingleLoops<int8_t, IntegerFloorDivide<int8_t>>();
  row.loops[CK_INT16] = SingleLoops<int16_t, IntegerFloorDivide<int16_t>>();
  row.loops[CK_INT32] = SingleLoops<int32_t, IntegerFloorDivide<int32_t>>();
  row.loops[CK_INT64] = SingleLoops<int64_t, IntegerFloorDivide<int64_t>>();
  row.loops[CK_FLOAT32] = SingleLoops<float, FloatFloorDivide<float>>();
  row.loops[CK_FLOAT64] = SingleLoops<double, FloatFloorDivide<double>>();
  FillSingleHalves<FloatFloorDivide<float>>(row.loops);
  return row;
}

constexpr ck_binary_row RemainderRow() {
  // fmod is exact; the sum that turns the sign is rounded once.
  ck_binary_row row = {"remainder", 0.5, 0.5, {}};
  row.loops[CK_UINT8] = SingleLoops<uint8_t, IntegerRemainder<uint8_t>>();
  row.loops[CK_INT8] = SingleLoops<int8_t, IntegerRemainder<int8_t>>();
  row.loops[CK_INT16] = SingleLoops<int16_t, IntegerRemainder<int16_t>>();
  row.loops[CK_INT32] = SingleLoops<int32_t, IntegerRemainder<int32_t>>();
  row.loops[CK_INT64] = SingleLoops<int64_t, IntegerRemainder<int64_t>>();
  row.loops[CK_FLOAT32] = SingleLoops<float, FloatRemainder<float>>();
  row.loops[CK_FLOAT64] = SingleLoops<double, FloatRemainder<double>>();
  FillSingleHalves<FloatRemainder<float>>(row.loops);
  return row;
}

template <class F>
constexpr ck_binary_row IntegerRow(const char* name) {
  ck_binary_row row = {name, 0, 0, {}};
  FillIntegers<F>(row.loops);
  return row;
}

template <class F>
constexpr ck_binary_row SingleRow(const char* name, double ulp) {
  ck_binary_row row = {name, ulp, ulp, {}};
  FillIntegers<F>(row.loops);
  FillFloats<F>(row.loops);
  return row;
}

/// What ignores nan differs from what does not on floats alone.
template <class F>
constexpr ck_binary_row ExtremumOfNumbersRow(const char* name, const ck_binary_row& integers) {
  ck_binary_row row = integers;
  row.name = name;
  FillFloats<F>(row.loops);
  return row;
}

constexpr ck_binary_row NextAfterRow() {
  ck_binary_row row = {"nextafter", 0, 0, {}};
  row.loops[CK_FLOAT32] = SingleLoops<float, Call<NextAfter, float>>();
  row.loops[CK_FLOAT64] = SingleLoops<double, Call<NextAfter, double>>();
  row.loops[CK_FLOAT16] = SingleLoops<uint16_t, Call<NextHalfAfter<Float16>, uint16_t>>();
  row.loops[CK_BFLOAT16] = SingleLoops<uint16_t, Call<NextHalfAfter<BFloat16>, uint16_t>>();
  return row;
}

/// Of a bool it is the same on its byte.
template <class Op>
constexpr ck_binary_row BitsRow(const char* name) {
  ck_binary_row row = {name, 0, 0, {}};
  row.loops[CK_UINT8] = Loops2<uint8_t, Op>();
  row.loops[CK_BOOL] = row.loops[CK_UINT8];
  row.loops[CK_INT8] = row.loops[CK_UINT8];
  row.loops[CK_INT16] = Loops2<uint16_t, Op>();
  row.loops[CK_INT32] = Loops2<uint32_t, Op>();
  row.loops[CK_INT64] = Loops2<uint64_t, Op>();
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
  table.rows[CK_FLOOR_DIVIDE] = FloorDivideRow();
  table.rows[CK_REMAINDER] = RemainderRow();
  table.rows[CK_ATAN2] = DoubleRow<std::atan2>("atan2", 1);
  table.rows[CK_FMOD] = SingleRow<TruncatedRemainder>("fmod", 0);
  // Of the rounded quotient, as PyTorch has it: where that is a whole number, one too many at worst.
  table.rows[CK_TRUNC_DIVIDE] = SingleRow<TruncatedDivide>("trunc_divide", 0);
  table.rows[CK_HYPOT] = DoubleRow<std::hypot>("hypot", 1);
  table.rows[CK_COPYSIGN] = {"copysign", 0, 0, {}};
  FillFloats<CopySign>(table.rows[CK_COPYSIGN].loops);
  table.rows[CK_NEXTAFTER] = NextAfterRow();
  // Where the result is small against both operands it is that of the larger one.
  table.rows[CK_LOGADDEXP] = DoubleRow<LogAddExp>("logaddexp", 2);
  table.rows[CK_LOGADDEXP2] = DoubleRow<LogAddExp2>("logaddexp2", 2);
  table.rows[CK_XLOGY] = {"xlogy", 2.5, 2.5, {}};
  FillFloats<TimesLogarithm>(table.rows[CK_XLOGY].loops);
  table.rows[CK_XLOG1PY] = {"xlog1py", 2.5, 2.5, {}};
  FillFloats<TimesLogarithmOfOnePlus>(table.rows[CK_XLOG1PY].loops);
  const ck_binary_row& maximum = table.rows[CK_MAXIMUM];
  const ck_binary_row& minimum = table.rows[CK_MINIMUM];
  table.rows[CK_FMAX] = ExtremumOfNumbersRow<MaximumOfNumbers>("fmax", maximum);
  table.rows[CK_FMIN] = ExtremumOfNumbersRow<MinimumOfNumbers>("fmin", minimum);
  table.rows[CK_HEAVISIDE] = SingleRow<Heaviside>("heaviside", 0);
  table.rows[CK_HEAVISIDE].loops[CK_BOOL] = Loops2<uint8_t, BitwiseOr>();
  table.rows[CK_BITWISE_AND] = BitsRow<BitwiseAnd>("bitwise_and");
  table.rows[CK_BITWISE_OR] = BitsRow<BitwiseOr>("bitwise_or");
  table.rows[CK_BITWISE_XOR] = BitsRow<BitwiseXor>("bitwise_xor");
  table.rows[CK_BITWISE_LEFT_SHIFT] = {"bitwise_left_shift", 0, 0, {}};
  FillBits<LeftShift>(table.rows[CK_BITWISE_LEFT_SHIFT].loops);
  table.rows[CK_BITWISE_RIGHT_SHIFT] = IntegerRow<RightShift>("bitwise_right_shift");
  table.rows[CK_GCD] = IntegerRow<GreatestCommonDivisor>("gcd");
  table.rows[CK_LCM] = IntegerRow<LeastCommonMultiple>("lcm");
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
