// The loops over contiguous elements, written once: a kernel is a functor on vectors, and these
// templates give it the loop, the last incomplete vector and the dtype.
#if defined(CKERNELS_LOOPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_LOOPS_INL_H_
#undef CKERNELS_LOOPS_INL_H_
#else
#define CKERNELS_LOOPS_INL_H_
#endif

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Whether masked loads and stores never touch what the mask leaves out. AVX2 has them for lanes of
/// 32 and 64 bits.
template <class T>
constexpr bool kMasksMemory =
    HWY_TARGET == HWY_AVX2 ? sizeof(T) >= 4 : HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;

/// The first `count` lanes from `p`, the others zero, reading nothing past `p + count`.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> LoadFirst(D d, const T* p, size_t count) {
  if constexpr (kMasksMemory<T> && hn::MaxLanes(D()) == HWY_LANES(T)) {
    return hn::MaskedLoad(hn::FirstN(d, count), d, p);
  } else {
    HWY_ALIGN T lanes[hn::MaxLanes(d)] = {};
    memcpy(lanes, p, count * sizeof(T));
    return hn::Load(d, lanes);
  }
}

/// Writes the first `count` lanes to `p` and nothing past `p + count`.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void StoreFirst(hn::Vec<D> v, D d, T* p, size_t count) {
  if constexpr (kMasksMemory<T> && hn::MaxLanes(D()) == HWY_LANES(T)) {
    hn::BlendedStore(v, hn::FirstN(d, count), d, p);
  } else {
    HWY_ALIGN T lanes[hn::MaxLanes(d)];
    hn::Store(v, d, lanes);
    memcpy(p, lanes, count * sizeof(T));
  }
}

template <class T>
HWY_INLINE T ReadOne(const void* p) {
  T value;
  memcpy(&value, p, sizeof(T));
  return value;
}

template <class D>
HWY_INLINE hn::Mask<D> IsNotANumber(D d, hn::Vec<D> x) {
  if constexpr (hwy::IsFloat<hn::TFromD<D>>()) {
    return hn::IsNaN(x);
  } else {
    return hn::FirstN(d, 0);
  }
}

/// out[i] = op(x[i]). Each vector is loaded before its place is written, so out may be x.
template <class T, class Op>
HWY_INLINE void Apply(const T* x, T* out, size_t count, Op op) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(op(d, hn::LoadU(d, x + i)), d, out + i);
  if (i < count) {
    StoreFirst(op(d, LoadFirst(d, x + i, count - i)), d, out + i, count - i);
  }
}

template <class T, class Op>
void Map1(const void* x, void* out, size_t count) {
  Apply(static_cast<const T*>(x), static_cast<T*>(out), count, Op());
}

/// out[i] = function(x[i]), for a function of single numbers, for what has no vector form.
template <class T, T function(T)>
void MapSingle1(const void* vx, void* vout, size_t count) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t i = 0; i < count; ++i) out[i] = function(x[i]);
}

/// A function of float64 for float32: the result is rounded twice, which costs no digit.
template <double function(double)>
float ThroughDouble(float x) {
  return static_cast<float>(function(static_cast<double>(x)));
}

template <double function(double, double)>
float ThroughDouble2(float x, float y) {
  return static_cast<float>(function(static_cast<double>(x), static_cast<double>(y)));
}

/// Which operand of a loop over two is a single element.
enum class Form { kVectorVector, kVectorScalar, kScalarVector };

/// out[i] = op(x[i], y[i]); the lanes of the result have type Out.
template <class T, class Op, Form form, class Out = T>
void Map2(const void* vx, const void* vy, void* vout, size_t count) {
  if (count == 0) return;
  const hn::ScalableTag<T> d;
  const hn::Rebind<Out, decltype(d)> d_out;
  const size_t lanes = hn::Lanes(d);
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  Out* out = static_cast<Out*>(vout);
  const auto x_single = hn::Set(d, ReadOne<T>(vx));
  const auto y_single = hn::Set(d, ReadOne<T>(vy));
  const Op op;
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto x_now = form == Form::kScalarVector ? x_single : hn::LoadU(d, x + i);
    const auto y_now = form == Form::kVectorScalar ? y_single : hn::LoadU(d, y + i);
    hn::StoreU(op(d, x_now, y_now), d_out, out + i);
  }
  if (i < count) {
    const size_t rest = count - i;
    const auto x_now = form == Form::kScalarVector ? x_single : LoadFirst(d, x + i, rest);
    const auto y_now = form == Form::kVectorScalar ? y_single : LoadFirst(d, y + i, rest);
    StoreFirst(op(d, x_now, y_now), d_out, out + i, rest);
  }
}

/// The same for a function of single elements, for what has no vector form.
template <class T, T function(T, T), Form form>
void MapSingle2(const void* vx, const void* vy, void* vout, size_t count) {
  if (count == 0) return;
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  T* out = static_cast<T*>(vout);
  const T x_single = ReadOne<T>(vx);
  const T y_single = ReadOne<T>(vy);
  for (size_t i = 0; i < count; ++i) {
    out[i] = function(form == Form::kScalarVector ? x_single : x[i],
                      form == Form::kVectorScalar ? y_single : y[i]);
  }
}

template <class T, class Op, class Out = T>
constexpr ck_binary_loops Loops2() {
  return {&Map2<T, Op, Form::kVectorVector, Out>, &Map2<T, Op, Form::kVectorScalar, Out>,
          &Map2<T, Op, Form::kScalarVector, Out>};
}

// MARK: Kernels that several tables use

struct Add {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Add(x, y);
  }
};

struct Divide {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x, V y) const {
    return hn::Div(x, y);
  }
};

/// The larger of both; nan if either is.
struct Maximum {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V y) const {
    // Max alone gives the second operand if either is nan (x86), or nan (NEON).
    if constexpr (!hwy::IsFloat<hn::TFromD<D>>()) return hn::Max(x, y);
    return hn::IfThenElse(hn::Or(hn::Gt(y, x), IsNotANumber(d, y)), y, x);
  }
};

/// The smaller of both; nan if either is.
struct Minimum {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V y) const {
    if constexpr (!hwy::IsFloat<hn::TFromD<D>>()) return hn::Min(x, y);
    return hn::IfThenElse(hn::Or(hn::Lt(y, x), IsNotANumber(d, y)), y, x);
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
