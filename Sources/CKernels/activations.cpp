// Activations, and other elementwise functions of one operand with numbers beside it.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "activations.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include <cmath>

#include "elementary-inl.h"
#include "half-inl.h"
#include "loops-inl.h"
#include "integers.h"
#include "polygamma.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

// Every functor is made from the numbers beside the operand. Comparisons are written so that nan
// takes the branch that passes it on.

template <class D>
HWY_INLINE hn::Vec<D> Constant(D d, double value) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(value));
}

/// 1 / (1 + exp(−x)), from the exponential of a negative number on both sides of 0.
template <class D, class V>
HWY_INLINE V Logistic(D d, V x) {
  const V one = Constant(d, 1);
  const V e = Exponential()(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
}

/// log(1 + exp(−|x|)), which never overflows.
template <class D, class V>
HWY_INLINE V LogOfOnePlusDecay(D d, V x) {
  return LogarithmOfOnePlus()(d, Exponential()(d, hn::Neg(hn::Abs(x))));
}

/// exp(x) − 1 on the whole number line.
template <class D, class V>
HWY_INLINE V ExponentialMinusOne(D d, V x) {
  const V bound = Constant(d, 40);  // from here on, 1 is less than half a unit of the exponential
  const V result = hn::Expm1(d, hn::Min(hn::Max(x, Constant(d, -80)), bound));
  return hn::IfThenElse(hn::Lt(x, bound), result, Exponential()(d, x));
}

struct GeluTanh {
  explicit GeluTanh(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    // (1 + tanh(u)) / 2 is the logistic function of 2u, which keeps its digits where tanh nears −1.
    const V cubic = hn::MulAdd(hn::Mul(Constant(d, 0.044715), x), hn::Mul(x, x), x);
    return hn::Mul(x, Logistic(d, hn::Mul(Constant(d, 1.5957691216057308), cubic)));
  }
};

struct Silu {
  explicit Silu(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Mul(x, Logistic(d, x));
  }
};

struct Mish {
  explicit Mish(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    // With e = exp(x), tanh(log(1 + e)) is n / (n + 2) for n = e · (e + 2); beyond 20 it is 1.
    const V e = Exponential()(d, hn::Min(x, Constant(d, 20)));
    const V n = hn::Mul(e, hn::Add(e, Constant(d, 2)));
    return hn::Mul(x, hn::Div(n, hn::Add(n, Constant(d, 2))));
  }
};

/// Numbers: factor above 0, factor below 0, factor of the exponent.
struct Elu {
  explicit Elu(const double* numbers)
      : above(numbers[0]), below(numbers[1]), exponent(numbers[2]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V e = ExponentialMinusOne(d, hn::Mul(Constant(d, exponent), x));
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(Constant(d, below), e),
                          hn::Mul(Constant(d, above), x));
  }
  const double above, below, exponent;
};

/// Numbers: beta, threshold.
struct Softplus {
  explicit Softplus(const double* numbers) : beta(numbers[0]), threshold(numbers[1]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V z = hn::Mul(Constant(d, beta), x);
    const V above = hn::IfThenElseZero(hn::Gt(z, hn::Zero(d)), z);
    const V soft = hn::Div(hn::Add(above, LogOfOnePlusDecay(d, z)), Constant(d, beta));
    return hn::IfThenElse(hn::Gt(z, Constant(d, threshold)), x, soft);
  }
  const double beta, threshold;
};

struct LogSigmoid {
  explicit LogSigmoid(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V below = hn::IfThenElseZero(hn::Lt(x, hn::Zero(d)), x);
    return hn::Sub(below, LogOfOnePlusDecay(d, x));
  }
};

/// Numbers: the least and the largest result.
struct Hardtanh {
  explicit Hardtanh(const double* numbers) : low(numbers[0]), high(numbers[1]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V least = Constant(d, low);
    const V most = Constant(d, high);
    return hn::IfThenElse(hn::Lt(x, least), least, hn::IfThenElse(hn::Gt(x, most), most, x));
  }
  const double low, high;
};

struct Hardsigmoid {
  explicit Hardsigmoid(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const double bounds[] = {0, 6};
    return hn::Div(Hardtanh(bounds)(d, hn::Add(x, Constant(d, 3))), Constant(d, 6));
  }
};

struct Hardswish {
  explicit Hardswish(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const double bounds[] = {0, 6};
    const V ramp = Hardtanh(bounds)(d, hn::Add(x, Constant(d, 3)));
    return hn::Div(hn::Mul(x, ramp), Constant(d, 6));
  }
};

/// Number: the slope below 0.
struct LeakyRelu {
  explicit LeakyRelu(const double* numbers) : slope(numbers[0]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(x, Constant(d, slope)));
  }
  const double slope;
};

struct Softsign {
  explicit Softsign(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Div(x, hn::Add(hn::Abs(x), Constant(d, 1)));
  }
};

/// Numbers: threshold, the value up to it.
struct Threshold {
  explicit Threshold(const double* numbers) : threshold(numbers[0]), value(numbers[1]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::IfThenElse(hn::Le(x, Constant(d, threshold)), Constant(d, value), x);
  }
  const double threshold, value;
};

/// Number: lambda.
struct Hardshrink {
  explicit Hardshrink(const double* numbers) : lambda(numbers[0]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const auto inside =
        hn::And(hn::Ge(x, Constant(d, -lambda)), hn::Le(x, Constant(d, lambda)));
    return hn::IfThenElse(inside, hn::Zero(d), x);
  }
  const double lambda;
};

/// Number: lambda.
struct Softshrink {
  explicit Softshrink(const double* numbers) : lambda(numbers[0]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V by = Constant(d, lambda);
    const V below = hn::IfThenElse(hn::Lt(x, hn::Neg(by)), hn::Add(x, by), hn::Mul(x, hn::Zero(d)));
    return hn::IfThenElse(hn::Gt(x, by), hn::Sub(x, by), below);
  }
  const double lambda;
};

struct Tanhshrink {
  explicit Tanhshrink(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::Sub(x, hn::Tanh(d, x));
  }
};

/// Numbers: the bounds that the operand is brought within; infinite ones change nothing.
struct Logit {
  explicit Logit(const double* numbers) : low(numbers[0]), high(numbers[1]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V least = Constant(d, low);
    const V most = Constant(d, high);
    const V p = hn::IfThenElse(hn::Lt(x, least), least, hn::IfThenElse(hn::Gt(x, most), most, x));
    return Logarithm()(d, hn::Div(p, hn::Sub(Constant(d, 1), p)));
  }
  const double low, high;
};

/// Numbers: what stands for nan, infinity and minus infinity; nan for the last two means the largest
/// and the least number there is.
struct NanToNum {
  explicit NanToNum(const double* numbers)
      : nan(numbers[0]), positive(numbers[1]), negative(numbers[2]) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    const V infinity = Constant(d, Limits<double>::infinity());
    const V up = Constant(d, std::isnan(positive) ? Limits<T>::max() : positive);
    const V down = Constant(d, std::isnan(negative) ? Limits<T>::lowest() : negative);
    const V bounded = hn::IfThenElse(hn::Eq(x, hn::Neg(infinity)), down, x);
    return hn::IfThenElse(hn::IsNaN(x), Constant(d, nan),
                          hn::IfThenElse(hn::Eq(x, infinity), up, bounded));
  }
  const double nan, positive, negative;
};

/// Number: how many decimals stay; below 0, how many digits before the point are rounded off.
struct RoundDecimals {
  explicit RoundDecimals(const double* numbers)
      : power(std::pow(10.0, std::fabs(numbers[0]))), divides(numbers[0] < 0) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V by = Constant(d, power);
    return divides ? hn::Mul(hn::Round(hn::Div(x, by)), by) : hn::Div(hn::Round(hn::Mul(x, by)), by);
  }
  const double power;
  const bool divides;
};

/// −x · log(x): 0 at 0, −inf below.
struct Entropy {
  explicit Entropy(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V zero = hn::Zero(d);
    const V below = Constant(d, -Limits<double>::infinity());
    const V inside = hn::Mul(hn::Neg(x), Logarithm()(d, x));
    return hn::IfThenElse(hn::Lt(x, zero), below,
                          hn::IfThenElse(hn::Eq(x, zero), zero, inside));
  }
};

/// The angle of a real number in the complex plane: pi below 0.
struct Angle {
  explicit Angle(const double*) {}
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const V angle = hn::IfThenElseZero(hn::Lt(x, hn::Zero(d)), Constant(d, 3.141592653589793));
    return hn::IfThenElse(hn::IsNaN(x), x, angle);
  }
};

// MARK: Loops

template <class T, class Op>
void MapWith(const void* x, const double* numbers, void* out, size_t count) {
  Apply(static_cast<const T*>(x), static_cast<T*>(out), count, Op(numbers));
}

/// The same for a function of single numbers, for what has no vector form.
template <class T, double function(double, const double*)>
void MapSingleWith(const void* vx, const double* numbers, void* vout, size_t count) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<T>(function(x[i], numbers));
}

/// The same for halves: a loop over float32, by blocks.
template <class H, ck_parametric_function function>
void HalfMapWith(const void* vx, const double* numbers, void* vout, size_t count) {
  const uint16_t* x = static_cast<const uint16_t*>(vx);
  uint16_t* out = static_cast<uint16_t*>(vout);
  HWY_ALIGN float block[kHalfBlock];
  for (size_t i = 0; i < count; i += kHalfBlock) {
    const size_t size = HWY_MIN(kHalfBlock, count - i);
    FloatsFromHalves<H>(x + i, block, size);
    function(block, numbers, block, size);
    HalvesFromFloats<H>(block, out + i, size);
  }
}

template <ck_parametric_function float32, ck_parametric_function float64>
constexpr ck_parametric_row Row(const char* name) {
  ck_parametric_row row = {name, {}};
  row.functions[CK_FLOAT16] = &HalfMapWith<Float16, float32>;
  row.functions[CK_BFLOAT16] = &HalfMapWith<BFloat16, float32>;
  row.functions[CK_FLOAT32] = float32;
  row.functions[CK_FLOAT64] = float64;
  return row;
}

template <class Op>
constexpr ck_parametric_row VectorRow(const char* name) {
  return Row<&MapWith<float, Op>, &MapWith<double, Op>>(name);
}

template <double function(double, const double*)>
constexpr ck_parametric_row SingleRow(const char* name) {
  return Row<&MapSingleWith<float, function>, &MapSingleWith<double, function>>(name);
}

/// x times the normal distribution's share below x.
inline double Gelu(double x, const double*) {
  return 0.5 * x * std::erfc(x * -0.7071067811865476);
}

/// A row of float32 alone.
template <float function(float)>
constexpr ck_parametric_row FloatRow(const char* name) {
  ck_parametric_row row = {name, {}};
  row.functions[CK_FLOAT32] = [](const void* x, const double*, void* out, size_t count) {
    MapSingle1<float, function>(x, out, count);
  };
  return row;
}

struct ParametricRows {
  ck_parametric_row rows[CK_PARAMETRIC_ROWS];
};

constexpr ParametricRows MakeParametricRows() {
  ParametricRows table = {};
  table.rows[CK_GELU] = SingleRow<&Gelu>("gelu");
  table.rows[CK_GELU_TANH] = VectorRow<GeluTanh>("gelu_tanh");
  table.rows[CK_SILU] = VectorRow<Silu>("silu");
  table.rows[CK_MISH] = VectorRow<Mish>("mish");
  table.rows[CK_ELU] = VectorRow<Elu>("elu");
  table.rows[CK_SOFTPLUS] = VectorRow<Softplus>("softplus");
  table.rows[CK_LOG_SIGMOID] = VectorRow<LogSigmoid>("log_sigmoid");
  table.rows[CK_HARDTANH] = VectorRow<Hardtanh>("hardtanh");
  table.rows[CK_HARDSIGMOID] = VectorRow<Hardsigmoid>("hardsigmoid");
  table.rows[CK_HARDSWISH] = VectorRow<Hardswish>("hardswish");
  table.rows[CK_LEAKY_RELU] = VectorRow<LeakyRelu>("leaky_relu");
  table.rows[CK_SOFTSIGN] = VectorRow<Softsign>("softsign");
  table.rows[CK_THRESHOLD] = VectorRow<Threshold>("threshold");
  table.rows[CK_HARDSHRINK] = VectorRow<Hardshrink>("hardshrink");
  table.rows[CK_SOFTSHRINK] = VectorRow<Softshrink>("softshrink");
  table.rows[CK_TANHSHRINK] = VectorRow<Tanhshrink>("tanhshrink");
  table.rows[CK_LOGIT] = VectorRow<Logit>("logit");
  table.rows[CK_NAN_TO_NUM] = VectorRow<NanToNum>("nan_to_num");
  table.rows[CK_ROUND_DECIMALS] = VectorRow<RoundDecimals>("round_decimals");
  table.rows[CK_ENTROPY] = VectorRow<Entropy>("entr");
  table.rows[CK_ANGLE] = VectorRow<Angle>("angle");
  table.rows[CK_POLYGAMMA] = SingleRow<&Polygamma>("polygamma");
  table.rows[CK_SINH_OF_INTEGER] = FloatRow<&SinhOfInteger>("sinh of integers");
  table.rows[CK_COSH_OF_INTEGER] = FloatRow<&CoshOfInteger>("cosh of integers");
  table.rows[CK_DIGAMMA_OF_INTEGER] = FloatRow<&DigammaOfInteger>("digamma of integers");
  return table;
}

const ck_parametric_row* ParametricTable() {
  static constexpr ParametricRows kTable = MakeParametricRows();
  return kTable.rows;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(ParametricTable);

namespace {

template <class T>
void Split(const void* vx, void* vmantissa, int32_t* exponent, size_t count) {
  const T* x = static_cast<const T*>(vx);
  T* mantissa = static_cast<T*>(vmantissa);
  for (size_t i = 0; i < count; ++i) {
    int power = 0;  // C++ leaves it open for infinity and nan
    mantissa[i] = std::frexp(x[i], &power);
    exponent[i] = std::isfinite(x[i]) ? power : 0;
  }
}

}  // namespace
}  // namespace ckernels
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_parametric_row* ck_parametric_table(void) {
  return HWY_DYNAMIC_DISPATCH(ParametricTable)();
}

void ck_frexp(int dtype, const void* x, void* mantissa, int32_t* exponent, size_t count) {
  if (dtype == CK_FLOAT32) Split<float>(x, mantissa, exponent, count);
  if (dtype == CK_FLOAT64) Split<double>(x, mantissa, exponent, count);
}
#endif
