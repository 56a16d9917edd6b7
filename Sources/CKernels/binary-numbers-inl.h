// Functions of two single numbers: what has no vector form, and what the compiler turns into vectors
// by itself.
#if defined(CKERNELS_BINARY_NUMBERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_BINARY_NUMBERS_INL_H_
#undef CKERNELS_BINARY_NUMBERS_INL_H_
#else
#define CKERNELS_BINARY_NUMBERS_INL_H_
#endif

#include <cmath>
#include <type_traits>

#include "half-inl.h"
#include "hwy/highway.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

template <class T>
using Unsigned = typename std::make_unsigned<T>::type;

/// C's remainder: of the sign of x. The caller refuses the integer 0, by which the processor would
/// end the program, as it would for the smallest integer by −1.
struct TruncatedRemainder {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    if constexpr (std::is_floating_point<T>::value) {
      return std::fmod(x, y);
    } else {
      if (y == 0) return 0;
      if constexpr (std::is_signed<T>::value) {
        if (y == T(-1)) return 0;
      }
      return static_cast<T>(x % y);
    }
  }
};

/// The quotient rounded toward zero; the smallest integer by −1 wraps.
struct TruncatedDivide {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    if constexpr (std::is_floating_point<T>::value) {
      return std::trunc(x / y);
    } else {
      if (y == 0) return 0;
      if constexpr (std::is_signed<T>::value) {
        if (y == T(-1)) return static_cast<T>(0 - static_cast<uint64_t>(x));
      }
      return static_cast<T>(x / y);
    }
  }
};

/// The other one if one is nan.
struct MaximumOfNumbers {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return x > y || y != y ? x : y;
  }
};

struct MinimumOfNumbers {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return x < y || y != y ? x : y;
  }
};

/// 0 below 0, 1 above, y at 0. PyTorch gives 0 for nan.
struct Heaviside {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return x == 0 ? y : x > 0 ? T{1} : T{0};
  }
};

struct CopySign {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return std::copysign(x, y);
  }
};

struct NextAfter {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return std::nextafter(x, y);
  }
};

/// The next element of a half type from x toward y, on the bits: in float32 it would round back to x.
template <class H>
struct NextHalfAfter {
  HWY_INLINE uint16_t operator()(uint16_t x, uint16_t y) const {
    const float from = H::Widen(x);
    const float to = H::Widen(y);
    if (from != from || to != to) return H::Narrow(from + to);
    if (from == to) return y;
    if (from == 0) return static_cast<uint16_t>((y & 0x8000) | 1);
    return static_cast<uint16_t>((from < to) == (from > 0) ? x + 1 : x - 1);
  }
};

/// x log y; 0 where x is 0 and y is not nan. The logarithm is rounded to the type, as PyTorch does.
struct TimesLogarithm {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return x == 0 && y == y ? T{0} : x * std::log(y);
  }
};

/// x log(1 + y); 0 where x is 0 and y is not nan.
struct TimesLogarithmOfOnePlus {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    return x == 0 && y == y ? T{0} : x * std::log1p(y);
  }
};

/// 0 for a count that is negative or not below the width, also of a signed type: the same bits.
struct LeftShift {
  template <class T>
  HWY_INLINE T operator()(T x, T count) const {
    static_assert(!std::is_signed<T>::value, "the bits are all that matters");
    const bool fits = count < T{8 * sizeof(T)};
    return fits ? static_cast<T>(x << (fits ? count : T{0})) : T{0};
  }
};

/// For a count that is negative or not below the width what is left of the sign: 0 or −1.
struct RightShift {
  template <class T>
  HWY_INLINE T operator()(T x, T count) const {
    constexpr Unsigned<T> kLargest = 8 * sizeof(T) - 1;
    const auto shift = static_cast<Unsigned<T>>(count);
    const T most = static_cast<T>(x >> kLargest);
    const T rest = std::is_signed<T>::value ? most : T{0};
    return shift > kLargest ? rest : static_cast<T>(x >> (shift > kLargest ? kLargest : shift));
  }
};

/// |x|; of the smallest number it is no number of its type.
template <class T>
HWY_INLINE Unsigned<T> Magnitude(T x) {
  const auto bits = static_cast<Unsigned<T>>(x);
  return x < 0 ? static_cast<Unsigned<T>>(0 - static_cast<uint64_t>(bits)) : bits;
}

struct GreatestCommonDivisor {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    Unsigned<T> a = Magnitude(x);
    Unsigned<T> b = Magnitude(y);
    while (b != 0) {
      const Unsigned<T> rest = static_cast<Unsigned<T>>(a % b);
      a = b;
      b = rest;
    }
    return static_cast<T>(a);
  }
};

/// |x / gcd · y|, wrapping; computed in 32 bits for the narrower types, as C does.
struct LeastCommonMultiple {
  template <class T>
  HWY_INLINE T operator()(T x, T y) const {
    using Wide = typename std::conditional<sizeof(T) < 4, int32_t, T>::type;
    const T divisor = GreatestCommonDivisor()(x, y);
    if (divisor == 0) return 0;
    const auto part = static_cast<Unsigned<Wide>>(TruncatedDivide()(x, divisor));
    const auto product = static_cast<Wide>(part * static_cast<Unsigned<Wide>>(y));
    return static_cast<T>(Magnitude(product));
  }
};

template <class F, class T>
T Call(T x, T y) {
  return F()(x, y);
}

template <class T, T function(T, T)>
constexpr ck_binary_loops SingleLoops() {
  return {&MapSingle2<T, function, Form::kVectorVector>,
          &MapSingle2<T, function, Form::kVectorScalar>,
          &MapSingle2<T, function, Form::kScalarVector>};
}

/// What depends on the bits alone, and not on the sign.
template <class F>
constexpr void FillBits(ck_binary_loops* loops) {
  loops[CK_UINT8] = SingleLoops<uint8_t, Call<F, uint8_t>>();
  loops[CK_INT8] = loops[CK_UINT8];
  loops[CK_INT16] = SingleLoops<uint16_t, Call<F, uint16_t>>();
  loops[CK_INT32] = SingleLoops<uint32_t, Call<F, uint32_t>>();
  loops[CK_INT64] = SingleLoops<uint64_t, Call<F, uint64_t>>();
}

template <class F>
constexpr void FillIntegers(ck_binary_loops* loops) {
  loops[CK_UINT8] = SingleLoops<uint8_t, Call<F, uint8_t>>();
  loops[CK_INT8] = SingleLoops<int8_t, Call<F, int8_t>>();
  loops[CK_INT16] = SingleLoops<int16_t, Call<F, int16_t>>();
  loops[CK_INT32] = SingleLoops<int32_t, Call<F, int32_t>>();
  loops[CK_INT64] = SingleLoops<int64_t, Call<F, int64_t>>();
}

template <class F>
constexpr void FillFloats(ck_binary_loops* loops) {
  loops[CK_FLOAT32] = SingleLoops<float, Call<F, float>>();
  loops[CK_FLOAT64] = SingleLoops<double, Call<F, double>>();
  FillSingleHalves<Call<F, float>>(loops);
}

/// A function of the C library or of special.h. The error for float32 is that of rounding to it.
template <double function(double, double)>
constexpr ck_binary_row DoubleRow(const char* name, double ulp_float64) {
  ck_binary_row row = {name, 0.51, ulp_float64, {}};
  row.loops[CK_FLOAT32] = SingleLoops<float, ThroughDouble2<function>>();
  row.loops[CK_FLOAT64] = SingleLoops<double, function>();
  FillSingleHalves<ThroughDouble2<function>>(row.loops);
  return row;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
