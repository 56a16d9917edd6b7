// Elementwise functions of one operand.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "unary.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <cmath>

#include "elementary-inl.h"
#include "half-inl.h"
#include "loops-inl.h"
#include "special.h"

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

struct BitwiseNot {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Not(x);
  }
};

struct Reciprocal {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Div(hn::Set(d, hn::TFromD<D>{1}), x);
  }
};

struct ReciprocalSquareRoot {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return Reciprocal()(d, hn::Sqrt(x));
  }
};

struct Floor {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Floor(x);
  }
};

struct Ceiling {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Ceil(x);
  }
};

struct Truncation {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Trunc(x);
  }
};

/// To the nearest whole number, ties to the even one.
struct Rounding {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Round(x);
  }
};

/// inf − inf is nan, as PyTorch has it.
struct Fraction {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sub(x, hn::Trunc(x));
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

/// A function of the C library or of special.h. The error for float32 is that of rounding to it.
template <double function(double)>
constexpr ck_unary_row SingleRow(const char* name, double ulp_float64) {
  constexpr ck_unary_function floats = &MapSingle1<float, ThroughDouble<function>>;
  ck_unary_row row = {name, 0.51, ulp_float64, {}};
  row.functions[CK_FLOAT32] = floats;
  row.functions[CK_FLOAT64] = &MapSingle1<double, function>;
  FillHalves<floats>(row.functions);
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

constexpr ck_unary_row BitwiseNotRow() {
  ck_unary_row row = {"bitwise_not", 0, 0, {}};
  row.functions[CK_BOOL] = &Map1<uint8_t, LogicalNot>;
  row.functions[CK_UINT8] = &Map1<uint8_t, BitwiseNot>;
  row.functions[CK_INT8] = row.functions[CK_UINT8];
  row.functions[CK_INT16] = &Map1<uint16_t, BitwiseNot>;
  row.functions[CK_INT32] = &Map1<uint32_t, BitwiseNot>;
  row.functions[CK_INT64] = &Map1<uint64_t, BitwiseNot>;
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
  table.rows[CK_RSQRT] = FloatRow<ReciprocalSquareRoot>("rsqrt", 1.5, 1.5);
  table.rows[CK_RECIPROCAL] = FloatRow<Reciprocal>("reciprocal", 0.5, 0.5);
  table.rows[CK_EXP2] = SingleRow<std::exp2>("exp2", 1);
  table.rows[CK_EXPM1] = SingleRow<std::expm1>("expm1", 1);
  table.rows[CK_LOG2] = SingleRow<std::log2>("log2", 1);
  table.rows[CK_LOG10] = SingleRow<std::log10>("log10", 2);
  table.rows[CK_SIN] = SingleRow<std::sin>("sin", 1);
  table.rows[CK_COS] = SingleRow<std::cos>("cos", 1);
  table.rows[CK_TAN] = SingleRow<std::tan>("tan", 1);
  table.rows[CK_ASIN] = SingleRow<std::asin>("asin", 1);
  table.rows[CK_ACOS] = SingleRow<std::acos>("acos", 1);
  table.rows[CK_ATAN] = SingleRow<std::atan>("atan", 1);
  table.rows[CK_SINH] = SingleRow<std::sinh>("sinh", 2);
  table.rows[CK_COSH] = SingleRow<std::cosh>("cosh", 2);
  table.rows[CK_ASINH] = SingleRow<std::asinh>("asinh", 2);
  table.rows[CK_ACOSH] = SingleRow<std::acosh>("acosh", 2);
  table.rows[CK_ATANH] = SingleRow<std::atanh>("atanh", 2);
  table.rows[CK_FLOOR] = FloatRow<Floor>("floor", 0, 0);
  table.rows[CK_CEIL] = FloatRow<Ceiling>("ceil", 0, 0);
  table.rows[CK_TRUNC] = FloatRow<Truncation>("trunc", 0, 0);
  table.rows[CK_ROUND] = FloatRow<Rounding>("round", 0, 0);
  table.rows[CK_FRAC] = FloatRow<Fraction>("frac", 0, 0);
  table.rows[CK_ERF] = SingleRow<std::erf>("erf", 1.25);
  table.rows[CK_ERFC] = SingleRow<std::erfc>("erfc", 5);
  table.rows[CK_ERFINV] = SingleRow<InverseErf>("erfinv", 2);
  table.rows[CK_LGAMMA] = SingleRow<LogGamma>("lgamma", 5);
  table.rows[CK_DIGAMMA] = SingleRow<Digamma>("digamma", 1.25);
  table.rows[CK_SINC] = SingleRow<Sinc>("sinc", 3);
  table.rows[CK_BITWISE_NOT] = BitwiseNotRow();
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
