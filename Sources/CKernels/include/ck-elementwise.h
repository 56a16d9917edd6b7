// Functions that are computed element by element, and casts.
#ifndef CLUSTERTENSOR_CK_ELEMENTWISE_H
#define CLUSTERTENSOR_CK_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

#include "ck-dtypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/// out[i] = f(x[i])
typedef void (*ck_unary_function)(const void *x, void *out, size_t count);

/// One elementwise function of one operand; the result has the operand's dtype.
typedef struct {
  const char *name;
  /// Largest error against the exact result, in units in the last place, for float32 and float64.
  double ulp_float32, ulp_float64;
  ck_unary_function functions[CK_DTYPES];
} ck_unary_row;

/// Rows of ck_unary_table. Append only at the end.
enum {
  CK_NEG,      // all but bool; integers wrap
  CK_ABS,      // all but bool; the smallest integer stays itself
  CK_SIGN,     // all but bool; nan gives 0
  CK_EXP,      // float32, float64 (as all below)
  CK_LOG,
  CK_LOG1P,
  CK_SQRT,
  CK_SIGMOID,  // exact limits 0 and 1, no overflow
  CK_TANH,
  CK_RELU,     // all but bool: max(x, 0); nan and −0 stay
  CK_LOGICAL_NOT,  // bool
  CK_RSQRT,        // float32, float64 (as all up to CK_SINC); ±inf at ±0
  CK_RECIPROCAL,
  CK_EXP2,
  CK_EXPM1,
  CK_LOG2,
  CK_LOG10,
  CK_SIN,
  CK_COS,
  CK_TAN,
  CK_ASIN,
  CK_ACOS,
  CK_ATAN,
  CK_SINH,
  CK_COSH,
  CK_ASINH,
  CK_ACOSH,
  CK_ATANH,
  CK_FLOOR,  // of an integer it is the integer: no loop
  CK_CEIL,
  CK_TRUNC,
  CK_ROUND,  // half to even
  CK_FRAC,   // x − trunc(x): the sign of x; nan at ±inf
  CK_ERF,
  CK_ERFC,
  CK_ERFINV,   // ±inf at ±1, nan outside
  CK_LGAMMA,   // log |gamma(x)|; inf at 0 and the negative integers
  CK_DIGAMMA,  // ∓inf at ±0, nan at the negative integers; around its zeros the stated error is in
               // units of 0.01
  CK_SINC,     // sin(pi x) / (pi x), 1 at 0, nan at ±inf
  CK_BITWISE_NOT,  // integers; bool: logical not
  CK_UNARY_ROWS
};
const ck_unary_row *ck_unary_table(void);

/// out[i] = f(x[i], y[i]); in `vs` y and in `sv` x is one element, used for every i.
typedef void (*ck_binary_function)(const void *x, const void *y, void *out, size_t count);

typedef struct {
  ck_binary_function vv, vs, sv;
} ck_binary_loops;

/// One elementwise function of two operands of the same dtype.
typedef struct {
  const char *name;
  double ulp_float32, ulp_float64;
  ck_binary_loops loops[CK_DTYPES];
} ck_binary_row;

/// Rows of ck_binary_table: the result has the operands' dtype. Append only at the end.
enum {
  CK_ADD,      // bool: logical or; integers wrap
  CK_SUB,      // all but bool
  CK_MUL,      // bool: logical and
  CK_DIV,      // float32, float64
  CK_POW,      // all but bool; integers wrap, negative integer exponents as PyTorch gives (1 → 1,
               // −1 → ±1, else 0); floats as C's pow
  CK_MAXIMUM,  // all; nan if either is nan
  CK_MINIMUM,  // all; nan if either is nan
  CK_BCE_WITH_LOGITS,  // float32, float64: max(x, 0) − x·y + log(1 + exp(−|x|)), x the logit
  CK_FLOOR_DIVIDE,  // all but bool: the quotient rounded down; by the integer 0 gives 0, the smallest
                    // integer by −1 stays itself
  CK_REMAINDER,     // all but bool: what that quotient leaves, of the sign of y; by the integer 0: 0
  CK_ATAN2,         // float32, float64
  CK_FMOD,          // all but bool: C's remainder, of the sign of x; by the integer 0: 0
  CK_TRUNC_DIVIDE,  // all but bool: the (rounded) quotient cut off toward 0; by the integer 0: 0, the
                    // smallest integer by −1 stays itself
  CK_HYPOT,         // float32, float64 (as all up to CK_XLOGY)
  CK_COPYSIGN,
  CK_NEXTAFTER,   // of a half the next half
  CK_LOGADDEXP,   // log(exp(x) + exp(y)); the stated error is in units of the larger of result and
  CK_LOGADDEXP2,  // operands; log2(2^x + 2^y)
  CK_XLOGY,       // x log y; 0 where x is 0 and y is not nan
  CK_FMAX,        // all; the other one if one is nan
  CK_FMIN,
  CK_HEAVISIDE,   // all; 0 below 0, 1 above, y at 0; 0 for a nan x
  CK_BITWISE_AND,  // bool and integers
  CK_BITWISE_OR,
  CK_BITWISE_XOR,
  CK_BITWISE_LEFT_SHIFT,   // integers; 0 for a count below 0 or not below the width
  CK_BITWISE_RIGHT_SHIFT,  // integers, keeps the sign; then 0 or −1
  CK_GCD,  // integers; not negative, gcd(x, 0) = |x|
  CK_LCM,  // integers, wraps; 0 if either is
  CK_XLOG1PY,  // float32, float64: x log(1 + y); 0 where x is 0 and y is not nan
  CK_BINARY_ROWS
};
const ck_binary_row *ck_binary_table(void);

/// Rows of ck_comparison_table: all dtypes, the result is bool (one byte, 0 or 1); nan compares
/// as IEEE says. Append only at the end.
enum { CK_EQ, CK_NE, CK_LT, CK_LE, CK_GT, CK_GE, CK_COMPARISON_ROWS };
const ck_binary_row *ck_comparison_table(void);

/// Rows of ck_predicate_table: all dtypes, the result is bool. Append only at the end.
enum {
  CK_ISNAN,
  CK_ISINF,
  CK_ISFINITE,
  CK_ISPOSINF,
  CK_ISNEGINF,
  CK_SIGNBIT,  // of −0 and of a nan with the sign too
  CK_PREDICATE_ROWS
};
const ck_unary_row *ck_predicate_table(void);

/// out[i] = condition[i] ? x[i] : y[i]; a step of 0 repeats the first element of that operand, a
/// step of 1 walks along.
typedef void (*ck_where_function)(const uint8_t *condition, size_t condition_step, const void *x,
                                  size_t x_step, const void *y, size_t y_step, void *out,
                                  size_t count);
/// Indexed by element size in bytes: 1, 2, 4, 8.
typedef struct {
  ck_where_function by_size[9];
} ck_where_loops;
const ck_where_loops *ck_where_table(void);

/// out[i] = f(x[i], y[i], z[i], *value), all of one dtype; steps as above.
typedef void (*ck_ternary_function)(const void *x, size_t x_step, const void *y, size_t y_step,
                                    const void *z, size_t z_step, const void *value, void *out,
                                    size_t count);

/// One elementwise function of three operands of the same dtype and a number. Halves have no loop: callers
/// convert to float32.
typedef struct {
  const char *name;
  ck_ternary_function functions[CK_DTYPES];
} ck_ternary_row;

/// Rows of ck_ternary_table. Append only at the end.
enum {
  CK_ADDCMUL,  // all but bool: x + value · y · z; integers wrap
  CK_ADDCDIV,  // float32, float64: x + value · y / z
  CK_LERP,     // float32, float64: x + z · (y − x), from the nearer end; value is not read
  CK_CLAMP,    // all but bool: min(max(x, y), z); nan if any is nan; value is not read
  CK_TERNARY_ROWS
};
const ck_ternary_row *ck_ternary_table(void);

/// out[i] = (To)x[i] as PyTorch gives it on x86-64, where C++ leaves it open: truncation toward zero,
/// wrapping between integers, anything not zero (nan too) is true. A float becomes a uint8 through
/// int64 and an int8, int16 or int32 through int32, wrapping; what that one cannot hold (nan too) is
/// its smallest number. The halves are converted through float32 on either way.
typedef struct {
  ck_unary_function from_to[CK_DTYPES][CK_DTYPES];
} ck_cast_loops;
const ck_cast_loops *ck_cast_table(void);

// MARK: Elementwise functions with numbers beside the operand

/// out[i] = f(x[i]), of four numbers that the row knows the meaning of.
typedef void (*ck_parametric_function)(const void *x, const double *numbers, void *out,
                                       size_t count);

typedef struct {
  const char *name;
  ck_parametric_function functions[CK_DTYPES];
} ck_parametric_row;

/// Rows of ck_parametric_table: the floating-point dtypes. Append only at the end.
enum {
  CK_GELU,         // no numbers, as where none are named
  CK_GELU_TANH,    // the approximation by tanh
  CK_SILU,
  CK_MISH,
  CK_ELU,          // factor above 0, factor below 0, factor of the exponent
  CK_SOFTPLUS,     // beta, threshold: above it x stays
  CK_LOG_SIGMOID,
  CK_HARDTANH,     // least result, largest result
  CK_HARDSIGMOID,
  CK_HARDSWISH,
  CK_LEAKY_RELU,   // slope below 0
  CK_SOFTSIGN,
  CK_THRESHOLD,    // threshold, what x becomes up to it
  CK_HARDSHRINK,   // lambda
  CK_SOFTSHRINK,   // lambda
  CK_TANHSHRINK,
  CK_LOGIT,        // bounds that x is brought within
  CK_NAN_TO_NUM,   // for nan, infinity, minus infinity; nan: the largest, least number of the dtype
  CK_ROUND_DECIMALS,  // how many decimals stay
  CK_ENTROPY,      // −x · log(x)
  CK_ANGLE,        // pi below 0, else 0
  CK_POLYGAMMA,    // order, 1 or more
  // PyTorch's results for integers, to the bit: float32 only.
  CK_SINH_OF_INTEGER,
  CK_COSH_OF_INTEGER,
  CK_DIGAMMA_OF_INTEGER,
  CK_PARAMETRIC_ROWS
};
const ck_parametric_row *ck_parametric_table(void);

/// x[i] = mantissa[i] · 2^exponent[i] with 1/2 ≤ |mantissa| < 1; float32, float64. 0, infinities and nan
/// are their own mantissa with exponent 0.
void ck_frexp(int dtype, const void *x, void *mantissa, int32_t *exponent, size_t count);

// MARK: Rows for callers that cannot index C arrays

static inline ck_parametric_function ck_parametric(int row, int dtype) {
  return ck_parametric_table()[row].functions[dtype];
}
static inline ck_unary_function ck_unary(int row, int dtype) {
  return ck_unary_table()[row].functions[dtype];
}
static inline ck_binary_loops ck_binary(int row, int dtype) {
  return ck_binary_table()[row].loops[dtype];
}
static inline ck_binary_loops ck_comparison(int row, int dtype) {
  return ck_comparison_table()[row].loops[dtype];
}
static inline ck_unary_function ck_predicate(int row, int dtype) {
  return ck_predicate_table()[row].functions[dtype];
}
static inline ck_where_function ck_where(size_t element_size) {
  return ck_where_table()->by_size[element_size];
}
static inline ck_ternary_function ck_ternary(int row, int dtype) {
  return ck_ternary_table()[row].functions[dtype];
}
static inline ck_unary_function ck_cast(int from, int to) {
  return ck_cast_table()->from_to[from][to];
}

#ifdef __cplusplus
}
#endif
#endif
