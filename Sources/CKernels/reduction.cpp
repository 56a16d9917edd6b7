// Reductions along the rows or the columns of a contiguous matrix.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "reduction.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "count-inl.h"
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

template <class T>
constexpr void FillWideProduct(ck_reduction_row& row, int dtype) {
  row.along_rows[dtype] = &WideProductAlongRows<T>;
  row.along_columns[dtype] = &WideProductAlongColumns<T>;
}

template <class H, class Op>
constexpr void FillHalfFold(ck_reduction_row& row) {
  row.along_rows[H::kCode] = &HalfFoldAlongRows<H, Op>;
  row.along_columns[H::kCode] = &HalfFoldAlongColumns<H, Op>;
}

template <class H, class Op>
constexpr void FillHalfExtremum(ck_reduction_row& value, ck_reduction_row& place) {
  FillHalfFold<H, Op>(value);
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
  FillHalfFold<Float16, FoldSum>(sum);
  FillHalfFold<BFloat16, FoldSum>(sum);
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
  ck_reduction_row& product = table.rows[CK_PROD];
  product.name = "prod";
  FillWideProduct<uint8_t>(product, CK_BOOL);
  FillWideProduct<uint8_t>(product, CK_UINT8);
  FillWideProduct<int8_t>(product, CK_INT8);
  FillWideProduct<int16_t>(product, CK_INT16);
  FillWideProduct<int32_t>(product, CK_INT32);
  FillWideProduct<int64_t>(product, CK_INT64);
  FillFold<float, FoldProduct>(product, CK_FLOAT32);
  FillFold<double, FoldProduct>(product, CK_FLOAT64);
  FillHalfFold<Float16, FoldProduct>(product);
  FillHalfFold<BFloat16, FoldProduct>(product);
  table.rows[CK_ALL].name = "all";
  table.rows[CK_ANY].name = "any";
  table.rows[CK_COUNT_NONZERO].name = "count_nonzero";
  FillCounts<Masked8>(table.rows, CK_BOOL);
  FillCounts<Masked8>(table.rows, CK_UINT8);
  FillCounts<Masked8>(table.rows, CK_INT8);
  FillCounts<Masked16>(table.rows, CK_INT16);
  FillCounts<Masked32>(table.rows, CK_INT32);
  FillCounts<Masked64>(table.rows, CK_INT64);
  FillCounts<MaskedFloat16>(table.rows, CK_FLOAT16);
  FillCounts<MaskedFloat16>(table.rows, CK_BFLOAT16);
  FillCounts<MaskedFloat32>(table.rows, CK_FLOAT32);
  FillCounts<MaskedFloat64>(table.rows, CK_FLOAT64);
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
