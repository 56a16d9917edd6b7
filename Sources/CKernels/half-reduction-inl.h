// The loops of the reductions over float16 and bfloat16: folded in float32, rounded once at the end.
#if defined(CKERNELS_HALF_REDUCTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_HALF_REDUCTION_INL_H_
#undef CKERNELS_HALF_REDUCTION_INL_H_
#else
#define CKERNELS_HALF_REDUCTION_INL_H_
#endif

#include <type_traits>

#include "fold-inl.h"
#include "half-inl.h"
#include "hwy/highway.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// op on two numbers.
template <class Op>
HWY_INLINE float FoldTwo(float x, float y) {
  const hn::Simd<float, 1, 0> single;
  return hn::GetLane(Op()(single, hn::Set(single, x), hn::Set(single, y)));
}

/// The sum of f(x[0]) … f(x[count − 1]).
template <class H, class F>
float HalfPairwiseSum(const uint16_t* x, size_t count, F f) {
  if (count > kSumRun) {
    const size_t runs = (count + kSumRun - 1) / kSumRun;
    const size_t half = runs / 2 * kSumRun;
    return HalfPairwiseSum<H>(x, half, f) + HalfPairwiseSum<H>(x + half, count - half, f);
  }
  HWY_ALIGN float block[kSumRun];
  FloatsFromHalves<H>(x, block, count);
  return FoldRun<FoldSum>(block, count, f);
}

template <class H, class Op>
float HalfFoldRun(const uint16_t* x, size_t count) {
  if constexpr (std::is_same<Op, FoldSum>::value) return HalfPairwiseSum<H>(x, count, Itself());
  HWY_ALIGN float block[kHalfBlock];
  float result = Op::template Neutral<float>();
  for (size_t i = 0; i < count; i += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, count - i);
    FloatsFromHalves<H>(x + i, block, size);
    result = FoldTwo<Op>(result, FoldRun<Op>(block, size, Itself()));
  }
  return result;
}

template <class H, class Op>
void HalfFoldAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  uint16_t* out = static_cast<uint16_t*>(vout);
  for (size_t r = 0; r < rows; ++r) out[r] = H::Narrow(HalfFoldRun<H, Op>(x + r * columns, columns));
}

/// Rows that are folded one after the other; more are halved, as sums of float32 are.
constexpr size_t kHalfRows = 128;

/// op over each of up to kHalfBlock columns of a matrix whose rows are `stride` apart.
template <class H, class Op>
void HalfFoldColumns(const uint16_t* x, size_t stride, size_t rows, size_t columns, float* parts) {
  HWY_ALIGN float others[kHalfBlock];
  if (rows > kHalfRows) {
    const size_t half = (rows + kHalfRows - 1) / kHalfRows / 2 * kHalfRows;
    HalfFoldColumns<H, Op>(x, stride, half, columns, parts);
    HalfFoldColumns<H, Op>(x + half * stride, stride, rows - half, columns, others);
    return Map2<float, Op, Form::kVectorVector>(parts, others, parts, columns);
  }
  for (size_t c = 0; c < columns; ++c) parts[c] = Op::template Neutral<float>();
  for (size_t r = 0; r < rows; ++r) {
    FloatsFromHalves<H>(x + r * stride, others, columns);
    Map2<float, Op, Form::kVectorVector>(parts, others, parts, columns);
  }
}

template <class H, class Op>
void HalfFoldAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return HalfFoldAlongRows<H, Op>(vx, vout, 1, rows);
  HWY_ALIGN float parts[kHalfBlock];
  for (size_t c = 0; c < columns; c += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, columns - c);
    HalfFoldColumns<H, Op>(static_cast<const uint16_t*>(vx) + c, columns, rows, size, parts);
    HalvesFromFloats<H>(parts, static_cast<uint16_t*>(vout) + c, size);
  }
}

/// Whether `now` is to replace `best`: never an equal one, and nothing replaces nan.
template <class Op>
HWY_INLINE bool Replaces(float now, float best) {
  const bool better = std::is_same<Op, FoldMaximum>::value ? now > best : now < best;
  return (better | (now != now)) & (best == best);
}

template <class H, class Op>
void HalfFindAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  int64_t* out = static_cast<int64_t*>(vout);
  HWY_ALIGN float block[kHalfBlock];
  for (size_t r = 0; r < rows; ++r) {
    const uint16_t* x = static_cast<const uint16_t*>(vx) + r * columns;
    float best = H::Widen(x[0]);
    size_t place = 0;
    for (size_t i = 0; i < columns && best == best; i += kHalfBlock) {
      const size_t size = HWY_MIN(kHalfBlock, columns - i);
      FloatsFromHalves<H>(x + i, block, size);
      const float largest = FoldRun<Op>(block, size, Itself());
      if (!Replaces<Op>(largest, best)) continue;
      best = largest;
      size_t j = 0;
      while (j + 1 < size && block[j] != best && block[j] == block[j]) ++j;
      place = i + j;
    }
    out[r] = static_cast<int64_t>(place);
  }
}

template <class H, class Op>
void HalfFindAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return HalfFindAlongRows<H, Op>(vx, vout, 1, rows);
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  HWY_ALIGN float best[kHalfBlock];
  HWY_ALIGN float now[kHalfBlock];
  for (size_t c = 0; c < columns; c += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, columns - c);
    int64_t* out = static_cast<int64_t*>(vout) + c;
    FloatsFromHalves<H>(x + c, best, size);
    memset(out, 0, size * sizeof(int64_t));
    for (size_t r = 1; r < rows; ++r) {
      FloatsFromHalves<H>(x + r * columns + c, now, size);
      for (size_t j = 0; j < size; ++j) {
        const bool replaces = Replaces<Op>(now[j], best[j]);
        best[j] = replaces ? now[j] : best[j];
        out[j] = replaces ? static_cast<int64_t>(r) : out[j];
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
