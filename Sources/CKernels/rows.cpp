// Softmax and its logarithm, row by row.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rows.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "elementary-inl.h"
#include "fold-inl.h"
#include "half-reduction-inl.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// exp(x − largest)
template <class T>
struct ExponentialBelow {
  T largest;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return Exponential()(d, hn::Sub(x, hn::Set(d, largest)));
  }
};

/// x − largest − logarithm: their sum would round away digits of the difference.
template <class T>
struct SubtractBoth {
  T largest, logarithm;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Sub(hn::Sub(x, hn::Set(d, largest)), hn::Set(d, logarithm));
  }
};

template <class T>
void Softmax(const T* x, T* out, size_t columns) {
  const T largest = FoldRun<FoldMaximum>(x, columns, Itself());
  Apply(x, out, columns, ExponentialBelow<T>{largest});
  const T sum = PairwiseSum(out, columns, Itself());
  Map2<T, Divide, Form::kVectorScalar>(out, &sum, out, columns);
}

template <class T>
void LogSoftmax(const T* x, T* out, size_t columns) {
  const T largest = FoldRun<FoldMaximum>(x, columns, Itself());
  const T sum = PairwiseSum(x, columns, ExponentialBelow<T>{largest});
  const hn::ScalableTag<T> d;
  const T logarithm = hn::GetLane(Logarithm()(d, hn::Set(d, sum)));
  Apply(x, out, columns, SubtractBoth<T>{largest, logarithm});
}

/// out = f(x), block by block, each result rounded once.
template <class H, class F>
void HalfApply(const uint16_t* x, uint16_t* out, size_t columns, F f) {
  HWY_ALIGN float block[kHalfBlock];
  for (size_t c = 0; c < columns; c += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, columns - c);
    FloatsFromHalves<H>(x + c, block, size);
    Apply(block, block, size, f);
    HalvesFromFloats<H>(block, out + c, size);
  }
}

/// exp(x − largest) / sum
struct QuotientBelow {
  float largest, sum;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Div(ExponentialBelow<float>{largest}(d, x), hn::Set(d, sum));
  }
};

/// A row may be longer than what fits on the stack, so the exponentials are computed twice.
template <class H>
void HalfSoftmax(const uint16_t* x, uint16_t* out, size_t columns) {
  const float largest = HalfFoldRun<H, FoldMaximum>(x, columns);
  const float sum = HalfPairwiseSum<H>(x, columns, ExponentialBelow<float>{largest});
  HalfApply<H>(x, out, columns, QuotientBelow{largest, sum});
}

template <class H>
void HalfLogSoftmax(const uint16_t* x, uint16_t* out, size_t columns) {
  const float largest = HalfFoldRun<H, FoldMaximum>(x, columns);
  const float sum = HalfPairwiseSum<H>(x, columns, ExponentialBelow<float>{largest});
  const hn::ScalableTag<float> d;
  const float logarithm = hn::GetLane(Logarithm()(d, hn::Set(d, sum)));
  HalfApply<H>(x, out, columns, SubtractBoth<float>{largest, logarithm});
}

template <class T, void row(const T*, T*, size_t)>
void EachRow(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t r = 0; r < rows; ++r) row(x + r * columns, out + r * columns, columns);
}

struct RowsRows {
  ck_rows_row rows[CK_ROWS_ROWS];
};

template <class H>
constexpr void FillHalfRows(ck_rows_row* rows) {
  rows[CK_SOFTMAX].functions[H::kCode] = &EachRow<uint16_t, HalfSoftmax<H>>;
  rows[CK_LOG_SOFTMAX].functions[H::kCode] = &EachRow<uint16_t, HalfLogSoftmax<H>>;
}

constexpr RowsRows MakeRowsRows() {
  RowsRows table = {};
  table.rows[CK_SOFTMAX].name = "softmax";
  table.rows[CK_SOFTMAX].functions[CK_FLOAT32] = &EachRow<float, Softmax<float>>;
  table.rows[CK_SOFTMAX].functions[CK_FLOAT64] = &EachRow<double, Softmax<double>>;
  table.rows[CK_LOG_SOFTMAX].name = "log_softmax";
  table.rows[CK_LOG_SOFTMAX].functions[CK_FLOAT32] = &EachRow<float, LogSoftmax<float>>;
  table.rows[CK_LOG_SOFTMAX].functions[CK_FLOAT64] = &EachRow<double, LogSoftmax<double>>;
  FillHalfRows<Float16>(table.rows);
  FillHalfRows<BFloat16>(table.rows);
  return table;
}

const ck_rows_row* RowsTable() {
  static constexpr RowsRows kTable = MakeRowsRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(RowsTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_rows_row* ck_rows_table(void) { return HWY_DYNAMIC_DISPATCH(RowsTable)(); }
#endif
