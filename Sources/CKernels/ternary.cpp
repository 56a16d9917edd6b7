// Elementwise functions of three operands.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ternary.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "half-inl.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// From whichever end is nearer, so that both ends are met exactly.
template <class T>
HWY_INLINE T LerpOne(T x, T y, T weight) {
  const T size = weight < 0 ? -weight : weight;
  return size < T(0.5) ? x + weight * (y - x) : y - (y - x) * (1 - weight);
}

template <class T>
void Lerp(const void* vx, const void* vy, const void* vw, size_t w_step, void* vout, size_t count) {
  if (count == 0) return;
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  const T* weight = static_cast<const T*>(vw);
  T* out = static_cast<T*>(vout);
  if (w_step == 0) {
    const T single = *weight;
    for (size_t i = 0; i < count; ++i) out[i] = LerpOne(x[i], y[i], single);
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = LerpOne(x[i], y[i], weight[i]);
  }
}

template <class H>
void HalfLerp(const void* vx, const void* vy, const void* vw, size_t w_step, void* vout,
              size_t count) {
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  const uint16_t* y = static_cast<const uint16_t*>(vy);
  const uint16_t* weight = static_cast<const uint16_t*>(vw);
  uint16_t* out = static_cast<uint16_t*>(vout);
  HWY_ALIGN float x_block[kHalfBlock];
  HWY_ALIGN float y_block[kHalfBlock];
  HWY_ALIGN float w_block[kHalfBlock];
  for (size_t i = 0; i < count; i += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, count - i);
    FloatsFromHalves<H>(x + i, x_block, size);
    FloatsFromHalves<H>(y + i, y_block, size);
    FloatsFromHalves<H>(weight + i * w_step, w_block, w_step == 0 ? 1 : size);
    Lerp<float>(x_block, y_block, w_block, w_step, x_block, size);
    HalvesFromFloats<H>(x_block, out + i, size);
  }
}

struct TernaryRows {
  ck_ternary_row rows[CK_TERNARY_ROWS];
};

constexpr TernaryRows MakeTernaryRows() {
  TernaryRows table = {};
  ck_ternary_row& lerp = table.rows[CK_LERP];
  lerp.name = "lerp";
  lerp.functions[CK_FLOAT16] = &HalfLerp<Float16>;
  lerp.functions[CK_BFLOAT16] = &HalfLerp<BFloat16>;
  lerp.functions[CK_FLOAT32] = &Lerp<float>;
  lerp.functions[CK_FLOAT64] = &Lerp<double>;
  return table;
}

const ck_ternary_row* TernaryTable() {
  static constexpr TernaryRows kTable = MakeTernaryRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(TernaryTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_ternary_row* ck_ternary_table(void) { return HWY_DYNAMIC_DISPATCH(TernaryTable)(); }
#endif
