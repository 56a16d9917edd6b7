// Combining elements with those that stand at positions that an index tensor gives.
#include "highway-baseline.h"

#include <type_traits>

#include "CKernels.h"
#include "by-type-inl.h"
#include "half-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace {

/// A half as it is stored. The sum of two is rounded, as is every step of a sum of more.
template <class Format>
struct Half {
  uint16_t bits;
};

/// Integers wrap: they are computed as unsigned ones, where that is defined.
template <class T>
using Wrapping = std::conditional_t<std::is_integral<T>::value, uint64_t, T>;

struct AddTo {
  template <class T>
  static T Apply(T old, T x) {
    return static_cast<T>(static_cast<Wrapping<T>>(old) + static_cast<Wrapping<T>>(x));
  }
  template <class Format>
  static Half<Format> Apply(Half<Format> old, Half<Format> x) {
    return {Format::Narrow(Format::Widen(old.bits) + Format::Widen(x.bits))};
  }
};
struct MultiplyBy {
  template <class T>
  static T Apply(T old, T x) {
    return static_cast<T>(static_cast<Wrapping<T>>(old) * static_cast<Wrapping<T>>(x));
  }
};
/// nan if either is nan: it differs from itself, and comparing with it is false.
struct Largest {
  template <class T>
  static T Apply(T old, T x) {
    return old != old || old > x ? old : x;
  }
};
struct Smallest {
  template <class T>
  static T Apply(T old, T x) {
    return old != old || old < x ? old : x;
  }
};

template <class Combine, class T>
void Scatter(const ck_places& p, const T* source, T* out) {
  for (size_t o = 0; o < p.outer; ++o) {
    T* const block = out + o * p.length * p.inner;
    for (size_t j = 0; j < p.count; ++j) {
      if (p.by_slices) {
        T* const slice = block + static_cast<size_t>(p.positions[j]) * p.inner;
        for (size_t i = 0; i < p.inner; ++i) slice[i] = Combine::Apply(slice[i], source[i]);
      } else {
        const int64_t* positions = p.positions + (o * p.count + j) * p.inner;
        for (size_t i = 0; i < p.inner; ++i) {
          T* const target = block + static_cast<size_t>(positions[i]) * p.inner + i;
          *target = Combine::Apply(*target, source[i]);
        }
      }
      source += p.inner;
    }
  }
}

template <class Combine>
void ScatterAny(int dtype, const ck_places& places, const void* source, void* out) {
  ByType(dtype, [&](auto zero) {
    using T = decltype(zero);
    Scatter<Combine>(places, static_cast<const T*>(source), static_cast<T*>(out));
  });
}

template <class Format>
void SumHalves(const ck_places& places, const void* source, void* out) {
  using T = Half<Format>;
  Scatter<AddTo>(places, static_cast<const T*>(source), static_cast<T*>(out));
}

}  // namespace
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

void ck_scatter_reduce(int reduction, int dtype, const ck_places* places, const void* source,
                       void* out) {
  using namespace ckernels;
  switch (reduction) {
    case CK_SCATTER_SUM:
      if (dtype == CK_FLOAT16) return SumHalves<HWY_NAMESPACE::Float16>(*places, source, out);
      if (dtype == CK_BFLOAT16) return SumHalves<HWY_NAMESPACE::BFloat16>(*places, source, out);
      // The sum of truth values is their disjunction, the product their conjunction.
      if (dtype == CK_BOOL) return ScatterAny<Largest>(dtype, *places, source, out);
      return ScatterAny<AddTo>(dtype, *places, source, out);
    case CK_SCATTER_PROD:
      return ScatterAny<MultiplyBy>(dtype, *places, source, out);
    case CK_SCATTER_AMAX:
      return ScatterAny<Largest>(dtype, *places, source, out);
    case CK_SCATTER_AMIN:
      return ScatterAny<Smallest>(dtype, *places, source, out);
  }
}
