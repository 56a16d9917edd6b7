// Folding a contiguous run of elements into one: the reductions and the row operations share it.
//
// The order of the additions follows from the number of elements and the lanes of a vector alone,
// never from addresses.
#if defined(CKERNELS_FOLD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_FOLD_INL_H_
#undef CKERNELS_FOLD_INL_H_
#else
#define CKERNELS_FOLD_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// Operations to fold with. `Neutral` leaves every element as it is.
struct FoldSum : Add {
  template <class T>
  static constexpr T Neutral() {
    return T{0};
  }
};

struct FoldProduct {
  template <class T>
  static constexpr T Neutral() {
    return T{1};
  }
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Mul(x, y);
  }
};

struct FoldMaximum : Maximum {
  template <class T>
  static constexpr T Neutral() {
    return hwy::IsFloat<T>() ? -std::numeric_limits<T>::infinity()
                             : std::numeric_limits<T>::lowest();
  }
};

struct FoldMinimum : Minimum {
  template <class T>
  static constexpr T Neutral() {
    return hwy::IsFloat<T>() ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  }
};

/// What is folded: the element itself.
struct Itself {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return x;
  }
};

/// op over all lanes, halving their number again and again.
template <class Op, class D, class V>
HWY_INLINE hn::TFromD<D> FoldLanes(D, V v) {
  if constexpr (hn::MaxLanes(D()) == 1) {
    return hn::GetLane(v);
  } else {
    const hn::Half<D> half;
    return FoldLanes<Op>(half, Op()(half, hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  }
}

/// op over f(x[0]) … f(x[count − 1]), in four vectors of partial results.
template <class Op, class T, class F>
T FoldRun(const T* x, size_t count, F f) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const Op op;
  const auto neutral = hn::Set(d, Op::template Neutral<T>());
  auto part0 = neutral;
  auto part1 = neutral;
  auto part2 = neutral;
  auto part3 = neutral;
  size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    part0 = op(d, part0, f(d, hn::LoadU(d, x + i)));
    part1 = op(d, part1, f(d, hn::LoadU(d, x + i + lanes)));
    part2 = op(d, part2, f(d, hn::LoadU(d, x + i + 2 * lanes)));
    part3 = op(d, part3, f(d, hn::LoadU(d, x + i + 3 * lanes)));
  }
  for (; i + lanes <= count; i += lanes) part0 = op(d, part0, f(d, hn::LoadU(d, x + i)));
  if (i < count) {
    const size_t rest = count - i;
    // Where there is a whole vector before the end, its last lanes are the rest.
    const bool whole = count >= lanes;
    const auto v = whole ? hn::LoadU(d, x + count - lanes) : LoadFirst(d, x + i, rest);
    const auto wanted = whole ? hn::Not(hn::FirstN(d, lanes - rest)) : hn::FirstN(d, rest);
    part1 = op(d, part1, hn::IfThenElse(wanted, f(d, v), neutral));
  }
  return FoldLanes<Op>(d, op(d, op(d, part0, part1), op(d, part2, part3)));
}

/// Elements that are summed in one run; longer ones are halved, so that the error grows with the
/// logarithm of their length.
constexpr size_t kSumRun = 1024;

/// The sum of f(x[0]) … f(x[count − 1]).
template <class T, class F>
T PairwiseSum(const T* x, size_t count, F f) {
  if (count <= kSumRun) return FoldRun<FoldSum>(x, count, f);
  const size_t runs = (count + kSumRun - 1) / kSumRun;
  const size_t half = runs / 2 * kSumRun;
  return PairwiseSum(x, half, f) + PairwiseSum(x + half, count - half, f);
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
