// Elementwise comparisons, whose result is bool.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "comparison.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "half-inl.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// One byte, 0 or 1, for every lane of a mask.
template <class D>
HWY_INLINE hn::Vec<hn::Rebind<uint8_t, D>> BytesFromMask(D d, hn::Mask<D> mask) {
  const hn::Rebind<uint8_t, D> d8;
  const auto one = hn::Set(d8, uint8_t{1});
  const auto lanes = hn::BitCast(hn::RebindToUnsigned<D>(), hn::VecFromMask(d, mask));
  if constexpr (sizeof(hn::TFromD<D>) == 1) {
    return hn::And(lanes, one);
  } else {
    return hn::And(hn::TruncateTo(d8, lanes), one);
  }
}

struct Equal {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x, V y) const {
    return BytesFromMask(d, hn::Eq(x, y));
  }
};

/// Highway's Ne says false for nan on AVX2 and true on SSE4.
struct NotEqual {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x, V y) const {
    return BytesFromMask(d, hn::Not(hn::Eq(x, y)));
  }
};

struct Less {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x, V y) const {
    return BytesFromMask(d, hn::Lt(x, y));
  }
};

struct LessOrEqual {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x, V y) const {
    // Le of integers does not compile on AVX2; of floats it is not the opposite of Lt.
    if constexpr (hwy::IsFloat<hn::TFromD<D>>()) {
      return BytesFromMask(d, hn::Le(x, y));
    } else {
      return BytesFromMask(d, hn::Not(hn::Lt(y, x)));
    }
  }
};

struct Greater {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x, V y) const {
    return Less()(d, y, x);
  }
};

struct GreaterOrEqual {
  template <class D, class V>
  HWY_INLINE auto operator()(D d, V x, V y) const {
    return LessOrEqual()(d, y, x);
  }
};

template <class Op>
constexpr ck_binary_row ComparisonRow(const char* name) {
  ck_binary_row row = {name, 0, 0, {}};
  row.loops[CK_UINT8] = Loops2<uint8_t, Op, uint8_t>();
  row.loops[CK_BOOL] = row.loops[CK_UINT8];
  row.loops[CK_INT8] = Loops2<int8_t, Op, uint8_t>();
  row.loops[CK_INT16] = Loops2<int16_t, Op, uint8_t>();
  row.loops[CK_INT32] = Loops2<int32_t, Op, uint8_t>();
  row.loops[CK_INT64] = Loops2<int64_t, Op, uint8_t>();
  row.loops[CK_FLOAT32] = Loops2<float, Op, uint8_t>();
  row.loops[CK_FLOAT64] = Loops2<double, Op, uint8_t>();
  FillHalves<Op, uint8_t>(row.loops);
  return row;
}

struct ComparisonRows {
  ck_binary_row rows[CK_COMPARISON_ROWS];
};

constexpr ComparisonRows MakeComparisonRows() {
  ComparisonRows table = {};
  table.rows[CK_EQ] = ComparisonRow<Equal>("eq");
  table.rows[CK_NE] = ComparisonRow<NotEqual>("ne");
  table.rows[CK_LT] = ComparisonRow<Less>("lt");
  table.rows[CK_LE] = ComparisonRow<LessOrEqual>("le");
  table.rows[CK_GT] = ComparisonRow<Greater>("gt");
  table.rows[CK_GE] = ComparisonRow<GreaterOrEqual>("ge");
  return table;
}

const ck_binary_row* ComparisonTable() {
  static constexpr ComparisonRows kTable = MakeComparisonRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(ComparisonTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_binary_row* ck_comparison_table(void) { return HWY_DYNAMIC_DISPATCH(ComparisonTable)(); }
#endif
