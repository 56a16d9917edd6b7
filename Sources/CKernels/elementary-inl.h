// Exponential and logarithm on vectors: Highway's, which hold on part of the number line, continued
// to all of it.
#if defined(CKERNELS_ELEMENTARY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_ELEMENTARY_INL_H_
#undef CKERNELS_ELEMENTARY_INL_H_
#else
#define CKERNELS_ELEMENTARY_INL_H_
#endif

#include <limits>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

template <class T>
using Limits = std::numeric_limits<T>;

struct Exponential {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    // Highway splits 2^q into two factors; past the bound q leaves the range of their exponents.
    // Everything from 710 (float32: 89) on is infinite anyway. Its result for nan is 0.
    const V bounded = hn::Min(x, hn::Set(d, sizeof(T) == 4 ? T{104} : T{1000}));
    return hn::IfThenElse(hn::IsNaN(x), x, hn::Exp(d, bounded));
  }
};

/// `log` is Highway's result, valid where `x` (the argument, shifted so that the pole is at 0) is
/// positive and finite.
template <class D, class V>
HWY_INLINE V WithEdgesOfLogarithm(D d, V x, V log) {
  using T = hn::TFromD<D>;
  const V zero = hn::Zero(d);
  const V infinity = hn::Set(d, Limits<T>::infinity());
  const V edge =
      hn::IfThenElse(hn::Eq(x, zero), hn::Set(d, -Limits<T>::infinity()),
                     hn::IfThenElse(hn::Lt(x, zero), hn::Set(d, Limits<T>::quiet_NaN()), x));
  return hn::IfThenElse(hn::And(hn::Gt(x, zero), hn::Lt(x, infinity)), log, edge);
}

struct Logarithm {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return WithEdgesOfLogarithm(d, x, hn::Log(d, x));
  }
};

struct LogarithmOfOnePlus {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    // x + 1 is positive and finite exactly where x is inside the domain.
    return WithEdgesOfLogarithm(d, hn::Add(x, hn::Set(d, hn::TFromD<D>{1})), hn::Log1p(d, x));
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
