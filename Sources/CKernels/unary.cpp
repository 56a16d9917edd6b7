// Elementwise functions of one operand.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "unary.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "elementary-inl.h"
#include "half-inl.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

struct Negative {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    if constexpr (hwy::IsFloat<hn::TFromD<D>>()) return hn::Neg(x);
    return hn::Sub(hn::Zero(d), x);
  }
};

struct Absolute {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    if constexpr (!hwy::IsSigned<hn::TFromD<D>>()) {
      return x;
    } else {
      return hn::Abs(x);
    }
  }
};

/// nan is neither above nor below 0.
struct Sign {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    const V zero = hn::Zero(d);
    const V positive = hn::Set(d, T{1});
    const V negative = hn::Set(d, static_cast<T>(-1));
    const V below = hn::IfThenElseZero(hn::Lt(x, zero), negative);
    return hn::IfThenElse(hn::Gt(x, zero), positive, below);
  }
};

struct SquareRoot {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};

/// 1 / (1 + exp(−x)), with the exponential of a negative number on both sides of 0, so that small
/// results keep their digits.
struct Sigmoid {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V one = hn::Set(d, hn::TFromD<D>{1});
    const V e = Exponential()(d, hn::Neg(hn::Abs(x)));
    return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
  }
};

struct HyperbolicTangent {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Tanh(d, x);
  }
};

/// What is not below 0 stays as it is: nan, and 0 with its sign.
struct RectifiedLinear {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    if constexpr (hwy::IsFloat<hn::TFromD<D>>()) {
      return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Zero(d), x);
    } else {
      return hn::Max(x, hn::Zero(d));
    }
  }
};

struct LogicalNot {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::IfThenElseZero(hn::Eq(x, hn::Zero(d)), hn::Set(d, hn::TFromD<D>{1}));
  }
};

template <class Op>
constexpr ck_unary_row FloatRow(const char* name, double ulp_float32, double ulp_float64) {
  ck_unary_row row = {name, ulp_float32, ulp_float64, {}};
  row.functions[CK_FLOAT32] = &Map1<float, Op>;
  row.functions[CK_FLOAT64] = &Map1<double, Op>;
  FillHalves<&Map1<float, Op>>(row.functions);
  return row;
}

template <class Op>
constexpr ck_unary_row NumberRow(const char* name) {
  ck_unary_row row = FloatRow<Op>(name, 0, 0);
  row.functions[CK_UINT8] = &Map1<uint8_t, Op>;
  row.functions[CK_INT8] = &Map1<int8_t, Op>;
  row.functions[CK_INT16] = &Map1<int16_t, Op>;
  row.functions[CK_INT32] = &Map1<int32_t, Op>;
  row.functions[CK_INT64] = &Map1<int64_t, Op>;
  return row;
}

struct UnaryRows {
  ck_unary_row rows[CK_UNARY_ROWS];
};

// The bounds hold for every instruction set, over all arguments, results below the smallest normal
// number included.
constexpr UnaryRows MakeUnaryRows() {
  UnaryRows table = {};
  table.rows[CK_NEG] = NumberRow<Negative>("neg");
  table.rows[CK_ABS] = NumberRow<Absolute>("abs");
  table.rows[CK_SIGN] = NumberRow<Sign>("sign");
  table.rows[CK_EXP] = FloatRow<Exponential>("exp", 1.25, 1.25);
  table.rows[CK_LOG] = FloatRow<Logarithm>("log", 1.25, 1.25);
  table.rows[CK_LOG1P] = FloatRow<LogarithmOfOnePlus>("log1p", 3, 3);
  table.rows[CK_SQRT] = FloatRow<SquareRoot>("sqrt", 0.5, 0.5);
  table.rows[CK_SIGMOID] = FloatRow<Sigmoid>("sigmoid", 3, 3);
  table.rows[CK_TANH] = FloatRow<HyperbolicTangent>("tanh", 3, 3.5);
  table.rows[CK_RELU] = NumberRow<RectifiedLinear>("relu");
  table.rows[CK_LOGICAL_NOT] = {"logical_not", 0, 0, {}};
  table.rows[CK_LOGICAL_NOT].functions[CK_BOOL] = &Map1<uint8_t, LogicalNot>;
  return table;
}

const ck_unary_row* UnaryTable() {
  static constexpr UnaryRows kTable = MakeUnaryRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(UnaryTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_unary_row* ck_unary_table(void) { return HWY_DYNAMIC_DISPATCH(UnaryTable)(); }
#endif
