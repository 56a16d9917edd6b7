// Softmax and its logarithm, row by row.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rows.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "elementary-inl.h"
#include "fold-inl.h"
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

template <class T, void row(const T*, T*, size_t)>
void EachRow(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t r = 0; r < rows; ++r) row(x + r * columns, out + r * columns, columns);
}

struct RowsRows {
  ck_rows_row rows[CK_ROWS_ROWS];
};

constexpr RowsRows MakeRowsRows() {
  RowsRows table = {};
  table.rows[CK_SOFTMAX].name = "softmax";
  table.rows[CK_SOFTMAX].functions[CK_FLOAT32] = &EachRow<float, Softmax<float>>;
  table.rows[CK_SOFTMAX].functions[CK_FLOAT64] = &EachRow<double, Softmax<double>>;
  table.rows[CK_LOG_SOFTMAX].name = "log_softmax";
  table.rows[CK_LOG_SOFTMAX].functions[CK_FLOAT32] = &EachRow<float, LogSoftmax<float>>;
  table.rows[CK_LOG_SOFTMAX].functions[CK_FLOAT64] = &EachRow<double, LogSoftmax<double>>;
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
