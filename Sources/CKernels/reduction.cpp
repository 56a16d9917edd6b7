// Reductions along the rows or the columns of a contiguous matrix.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reduction.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "half-reduction-inl.h"
#include "reduction-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

template <class T, class Op>
constexpr void FillFold(ck_reduction_row& row, int dtype) {
  row.along_rows[dtype] = &FoldAlongRows<T, Op>;
  row.along_columns[dtype] = &FoldAlongColumns<T, Op>;
}

template <class T, class Op>
constexpr void FillFind(ck_reduction_row& row, int dtype) {
  row.along_rows[dtype] = &FindAlongRows<T, Op>;
  row.along_columns[dtype] = &FindAlongColumns<T, Op>;
}

template <class T>
constexpr void FillWideSum(ck_reduction_row& row, int dtype) {
  row.along_rows[dtype] = &WideSumAlongRows<T>;
  row.along_columns[dtype] = &WideSumAlongColumns<T>;
}

template <class T>
constexpr void FillExtrema(ck_reduction_row* rows, int dtype) {
  FillFold<T, FoldMaximum>(rows[CK_AMAX], dtype);
  FillFold<T, FoldMinimum>(rows[CK_AMIN], dtype);
  FillFind<T, FoldMaximum>(rows[CK_ARGMAX], dtype);
  FillFind<T, FoldMinimum>(rows[CK_ARGMIN], dtype);
}

template <class H>
constexpr void FillHalfSum(ck_reduction_row& row) {
  row.along_rows[H::kCode] = &HalfFoldAlongRows<H, FoldSum>;
  row.along_columns[H::kCode] = &HalfFoldAlongColumns<H, FoldSum>;
}

template <class H, class Op>
constexpr void FillHalfExtremum(ck_reduction_row& value, ck_reduction_row& place) {
  value.along_rows[H::kCode] = &HalfFoldAlongRows<H, Op>;
  value.along_columns[H::kCode] = &HalfFoldAlongColumns<H, Op>;
  place.along_rows[H::kCode] = &HalfFindAlongRows<H, Op>;
  place.along_columns[H::kCode] = &HalfFindAlongColumns<H, Op>;
}

template <class H>
constexpr void FillHalfExtrema(ck_reduction_row* rows) {
  FillHalfExtremum<H, FoldMaximum>(rows[CK_AMAX], rows[CK_ARGMAX]);
  FillHalfExtremum<H, FoldMinimum>(rows[CK_AMIN], rows[CK_ARGMIN]);
}

struct ReductionRows {
  ck_reduction_row rows[CK_REDUCTION_ROWS];
};

constexpr ReductionRows MakeReductionRows() {
  ReductionRows table = {};
  ck_reduction_row& sum = table.rows[CK_SUM];
  sum.name = "sum";
  FillWideSum<uint8_t>(sum, CK_BOOL);
  FillWideSum<uint8_t>(sum, CK_UINT8);
  FillWideSum<int8_t>(sum, CK_INT8);
  FillWideSum<int16_t>(sum, CK_INT16);
  FillWideSum<int32_t>(sum, CK_INT32);
  FillWideSum<int64_t>(sum, CK_INT64);
  sum.along_rows[CK_FLOAT32] = &SumAlongRows<float>;
  sum.along_rows[CK_FLOAT64] = &SumAlongRows<double>;
  sum.along_columns[CK_FLOAT32] = &SumAlongColumns<float>;
  sum.along_columns[CK_FLOAT64] = &SumAlongColumns<double>;
  FillHalfSum<Float16>(sum);
  FillHalfSum<BFloat16>(sum);
  table.rows[CK_AMAX].name = "amax";
  table.rows[CK_AMIN].name = "amin";
  table.rows[CK_ARGMAX].name = "argmax";
  table.rows[CK_ARGMIN].name = "argmin";
  FillExtrema<uint8_t>(table.rows, CK_BOOL);
  FillExtrema<uint8_t>(table.rows, CK_UINT8);
  FillExtrema<int8_t>(table.rows, CK_INT8);
  FillExtrema<int16_t>(table.rows, CK_INT16);
  FillExtrema<int32_t>(table.rows, CK_INT32);
  FillExtrema<int64_t>(table.rows, CK_INT64);
  FillExtrema<float>(table.rows, CK_FLOAT32);
  FillExtrema<double>(table.rows, CK_FLOAT64);
  FillHalfExtrema<Float16>(table.rows);
  FillHalfExtrema<BFloat16>(table.rows);
  return table;
}

const ck_reduction_row* ReductionTable() {
  static constexpr ReductionRows kTable = MakeReductionRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(ReductionTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_reduction_row* ck_reduction_table(void) { return HWY_DYNAMIC_DISPATCH(ReductionTable)(); }
#endif
