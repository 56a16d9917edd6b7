// Choosing between two operands, element by element.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "where.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// A mask for lanes of D from as many bytes.
template <class D, class V8>
HWY_INLINE hn::Mask<D> MaskFromBytes(D d, V8 bytes) {
  if constexpr (sizeof(hn::TFromD<D>) == 1) {
    return hn::Ne(bytes, hn::Zero(d));
  } else if constexpr (sizeof(hn::TFromD<D>) == 8) {
    const auto wide = hn::PromoteTo(hn::Rebind<uint32_t, D>(), bytes);
    return hn::Ne(hn::PromoteTo(d, wide), hn::Zero(d));
  } else {
    return hn::Ne(hn::PromoteTo(d, bytes), hn::Zero(d));
  }
}

template <class T, Form form>
void Select(const uint8_t* condition, const void* vx, const void* vy, void* vout, size_t count) {
  const hn::ScalableTag<T> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  const size_t lanes = hn::Lanes(d);
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  T* out = static_cast<T*>(vout);
  const auto x_single = hn::Set(d, ReadOne<T>(vx));
  const auto y_single = hn::Set(d, ReadOne<T>(vy));
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto x_now = form == Form::kScalarVector ? x_single : hn::LoadU(d, x + i);
    const auto y_now = form == Form::kVectorScalar ? y_single : hn::LoadU(d, y + i);
    const auto mask = MaskFromBytes(d, hn::LoadU(d8, condition + i));
    hn::StoreU(hn::IfThenElse(mask, x_now, y_now), d, out + i);
  }
  if (i < count) {
    const size_t rest = count - i;
    const auto x_now = form == Form::kScalarVector ? x_single : LoadFirst(d, x + i, rest);
    const auto y_now = form == Form::kVectorScalar ? y_single : LoadFirst(d, y + i, rest);
    const auto mask = MaskFromBytes(d, LoadFirst(d8, condition + i, rest));
    StoreFirst(hn::IfThenElse(mask, x_now, y_now), d, out + i, rest);
  }
}

template <class T>
void Where(const uint8_t* condition, size_t condition_step, const void* x, size_t x_step,
           const void* y, size_t y_step, void* out, size_t count) {
  if (count == 0) return;
  if (condition_step == 0) {
    const void* chosen = *condition != 0 ? x : y;
    if ((*condition != 0 ? x_step : y_step) == 0) {
      ck_fill(sizeof(T), chosen, out, count);
    } else {
      memmove(out, chosen, count * sizeof(T));
    }
  } else if (x_step == 0 && y_step == 0) {
    // Left to the compiler: a fourth form of the loop for this alone would not run faster.
    const T x_single = ReadOne<T>(x);
    const T y_single = ReadOne<T>(y);
    T* place = static_cast<T*>(out);
    for (size_t i = 0; i < count; ++i) place[i] = condition[i] != 0 ? x_single : y_single;
  } else if (x_step == 0) {
    Select<T, Form::kScalarVector>(condition, x, y, out, count);
  } else if (y_step == 0) {
    Select<T, Form::kVectorScalar>(condition, x, y, out, count);
  } else {
    Select<T, Form::kVectorVector>(condition, x, y, out, count);
  }
}

const ck_where_loops* WhereTable() {
  static constexpr ck_where_loops kTable = {{nullptr, &Where<uint8_t>, &Where<uint16_t>, nullptr,
                                             &Where<uint32_t>, nullptr, nullptr, nullptr,
                                             &Where<uint64_t>}};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(WhereTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_where_loops* ck_where_table(void) { return HWY_DYNAMIC_DISPATCH(WhereTable)(); }
#endif
