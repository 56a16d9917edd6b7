// The vectorized loops of ClusterTensor behind one plain C header.
//
// Every table is built once per instruction set (SSE4, AVX2, AVX-512, NEON) and chosen at run
// time. Rows are indexed by the dtype codes below; a null entry means that the row has no loop
// for the dtype. No function allocates, keeps state or checks its arguments: the shape and dtype
// rules of the operations do that. All buffers are contiguous unless a comment says otherwise;
// `out` may be the same buffer as an operand of the same element size, never a shifted overlap.
// Every count may be 0.
//
// float16 and bfloat16 have a loop wherever float32 has one: elements are widened to float32,
// computed with there, and each result is rounded once, to the nearest and ties to even, as PyTorch
// does. A float32 beyond the largest half becomes infinite, nan stays nan. Where a comment names
// float32 and float64, both halves are meant too.
#ifndef CLUSTERTENSOR_CKERNELS_H
#define CLUSTERTENSOR_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Codes of the element types; equal to DType's raw values in Swift and to the bytes on the wire.
enum {
  CK_BOOL = 1,
  CK_UINT8 = 2,
  CK_INT8 = 3,
  CK_INT16 = 4,
  CK_INT32 = 5,
  CK_INT64 = 6,
  CK_FLOAT16 = 7,
  CK_BFLOAT16 = 8,
  CK_FLOAT32 = 9,
  CK_FLOAT64 = 10,
  /// Length of the arrays that are indexed by dtype.
  CK_DTYPES = 16
};

// MARK: Elementwise

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

// MARK: Reductions

/// x is a contiguous matrix of `rows` × `columns`.
/// along_rows: out[r] from the elements of row r (`rows` results);
/// along_columns: out[c] from the elements of column c (`columns` results), reading row by row.
/// A reduction over no element is only asked for where the row says what it gives.
typedef void (*ck_reduction_function)(const void *x, void *out, size_t rows, size_t columns);

typedef struct {
  const char *name;
  ck_reduction_function along_rows[CK_DTYPES];
  ck_reduction_function along_columns[CK_DTYPES];
} ck_reduction_row;

/// Rows of ck_reduction_table. Append only at the end.
enum {
  CK_SUM,  // bool and integers give int64 (wrapping), floats their own dtype; 0 over no element.
           // Floats are summed pairwise by blocks: the error grows with log2(n). Halves are
           // summed in float32 and rounded at the end.
  CK_AMAX,    // own dtype; nan if any is nan
  CK_AMIN,    // own dtype; nan if any is nan
  CK_ARGMAX,  // int64: index along the reduced axis of the first largest; nan counts as largest
  CK_ARGMIN,  // int64: of the first smallest; nan counts as smallest
  CK_PROD,  // as the sum; 1 over no element
  CK_ALL,   // bool: no element is 0 (nan is not); 1 over no element
  CK_ANY,   // bool: an element is not 0; 0 over no element
  CK_COUNT_NONZERO,  // int64: elements that are not 0
  CK_REDUCTION_ROWS
};
const ck_reduction_row *ck_reduction_table(void);

/// x and out are contiguous, `outer` × `length` × `inner`: out[o][i][j] from x[o][0 … i][j]. out may
/// be x.
typedef void (*ck_cumulative_function)(const void *x, void *out, size_t outer, size_t length,
                                       size_t inner);

typedef struct {
  const char *name;
  ck_cumulative_function functions[CK_DTYPES];
} ck_cumulative_row;

/// Rows of ck_cumulative_table: the result has the operand's dtype. float32 is accumulated in
/// float64, halves in float32. Append only at the end.
enum {
  CK_CUMSUM,        // all but bool; integers wrap
  CK_CUMPROD,       // all but bool; integers wrap
  CK_LOGCUMSUMEXP,  // float32, float64: log(exp(x[0]) + … + exp(x[i])) without overflow
  CK_CUMULATIVE_ROWS
};
const ck_cumulative_row *ck_cumulative_table(void);

/// The same with two results: the value, and where along the axis it stands.
typedef void (*ck_cumulative_extremum_function)(const void *x, void *values, int64_t *places,
                                                size_t outer, size_t length, size_t inner);

typedef struct {
  const char *name;
  ck_cumulative_extremum_function functions[CK_DTYPES];
} ck_cumulative_extremum_row;

/// Rows of ck_cumulative_extremum_table: all dtypes; of equal ones the last, and after a nan only
/// another nan. Append only at the end.
enum { CK_CUMMAX, CK_CUMMIN, CK_CUMULATIVE_EXTREMUM_ROWS };
const ck_cumulative_extremum_row *ck_cumulative_extremum_table(void);

/// Row by row over a contiguous matrix of `rows` × `columns`, result of the same shape;
/// float32 and float64. Sums pairwise, largest element subtracted first.
typedef void (*ck_rows_function)(const void *x, void *out, size_t rows, size_t columns);

typedef struct {
  const char *name;
  ck_rows_function functions[CK_DTYPES];
} ck_rows_row;

/// Rows of ck_rows_table. Append only at the end.
enum { CK_SOFTMAX, CK_LOG_SOFTMAX, CK_ROWS_ROWS };
const ck_rows_row *ck_rows_table(void);

// MARK: Scans

// MARK: Products

/// c = a · b for row-major contiguous a (m × k), b (k × n), c (m × n); the integers,
/// wrapping; bool: logical or of ands.
typedef void (*ck_matmul_function)(const void *a, const void *b, void *c, size_t m, size_t k,
                                   size_t n);
typedef struct {
  ck_matmul_function functions[CK_DTYPES];
} ck_matmul_loops;
const ck_matmul_loops *ck_matmul_table(void);

// MARK: Moving

/// Copies `rank` (0 … 8) nested axes of `shape` elements of `element_size` bytes (1, 2, 4, 8) between
/// layouts with the given strides in elements (0 and negative allowed in x); joins axes that
/// can be joined, and transposes by blocks.
void ck_copy_strided(size_t element_size, size_t rank, const int64_t *shape, const void *x,
                     const int64_t *x_strides, void *out, const int64_t *out_strides);

/// out[i] = *value for elements of `element_size` bytes (1, 2, 4, 8).
void ck_fill(size_t element_size, const void *value, void *out, size_t count);

/// Copies `matrices` matrices of `rows` × `columns` elements of `element_size` bytes; what lies below
/// the diagonal (above it where not `keeps_upper`) becomes 0. `diagonal` counts from the main one upwards;
/// its magnitude is at most rows + columns.
void ck_triangle(size_t element_size, int keeps_upper, int64_t diagonal, const void *x, void *out,
                 size_t matrices, size_t rows, size_t columns);

// MARK: Random

/// Philox-4x32-10 (Salmon et al., SC'11): element i depends on seed and i alone, so any rank, any
/// split of the work gives the same bits. float32, float64 (24 and 53 random bits), float16, bfloat16
/// (11 and 8), in [0, 1).
void ck_uniform(int dtype, uint64_t seed, void *out, size_t count);
/// Standard normal by Box and Muller from the same generator, computed in double precision.
void ck_normal(int dtype, uint64_t seed, void *out, size_t count);

/// 64 random bits each: two from every block of the same generator, from `block` on. Streams 0 and 1 are
/// those of the numbers above.
void ck_random_bits(uint64_t seed, uint64_t stream, uint64_t block, uint64_t *out, size_t count);
/// Whole numbers from `low` on, `range` different ones (2^64 where it is 0), equally likely but for a part
/// in 2^64 / range.
void ck_random_integers(uint64_t seed, int64_t low, uint64_t range, int64_t *out, size_t count);
/// 0 … count − 1 in random order.
void ck_random_permutation(uint64_t seed, int64_t *out, size_t count);
/// out[i] is 1 with the probability p[i · step], else 0; a step of 0 repeats the first.
void ck_bernoulli(uint64_t seed, const double *p, size_t step, void *out, size_t count);
/// Poisson's distribution with rates of at least 0.
void ck_poisson(uint64_t seed, const double *rates, double *out, size_t count);

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
  CK_COS_OF_INTEGER,
  CK_SINH_OF_INTEGER,
  CK_COSH_OF_INTEGER,
  CK_DIGAMMA_OF_INTEGER,
  CK_PARAMETRIC_ROWS
};
const ck_parametric_row *ck_parametric_table(void);

/// x[i] = mantissa[i] · 2^exponent[i] with 1/2 ≤ |mantissa| < 1; float32, float64. 0, infinities and nan
/// are their own mantissa with exponent 0.
void ck_frexp(int dtype, const void *x, void *mantissa, int32_t *exponent, size_t count);

// MARK: Distances and losses

/// out[r · columns + c] = ‖x_r − y_c‖_p for the rows of x (rows × length) and y (columns × length);
/// float32, float64. p from 0 (number of unequal elements) to infinity (largest difference).
void ck_cdist(int dtype, const void *x, const void *y, void *out, size_t rows, size_t columns,
              size_t length, double p);
/// Adds to dx (and to dy, unless it is null) what the gradient d of those distances gives: 0 where a
/// distance is 0.
void ck_cdist_gradient(int dtype, const void *x, const void *y, const void *distances,
                       const void *d, void *dx, void *dy, size_t rows, size_t columns,
                       size_t length, double p);

/// Scores of outer × classes × inner and the class of each of the outer × inner samples, which were
/// checked by ck_class_weights.
typedef struct {
  const int64_t *target;
  size_t outer, classes, inner;
  /// Samples of this class have loss and gradient 0.
  int64_t ignored;
  /// The share of each sample that is spread over all classes.
  double smoothing;
} ck_class_layout;
/// out[i] = weight[target[i]], 1 where weight is null, 0 for an ignored class; float32, float64. Gives the
/// first i whose target is no class, or −1.
ptrdiff_t ck_class_weights(int dtype, const int64_t *target, const void *weight, void *out,
                           size_t count, size_t classes, int64_t ignored);
/// out[i] = −(1 − s) · sample_weights[i] · x[i, target] − s / classes · Σ_c weight[c] · x[i, c]
void ck_class_losses(int dtype, const void *x, const ck_class_layout *layout, const void *weight,
                     const void *sample_weights, void *out);
/// The gradient of the scores from that of each sample's loss.
void ck_class_gradient(int dtype, const void *dy, const ck_class_layout *layout,
                       const void *weight, const void *sample_weights, void *out);
// MARK: Statistics

/// Places by order within each row of a contiguous matrix of `rows` × `columns`; all dtypes but the
/// halves, nan above every number. `scratch` holds `columns` places; `columns` is at least 1.
/// ck_kth: out[r] is the place of the element of rank k (counted from 0) in row r.
void ck_kth(int dtype, const void *x, int64_t *out, int64_t *scratch, size_t rows, size_t columns,
            size_t k);
/// out[r] is the place of the median of row r, the lower one of two: of the first nan if there is one,
/// unless nan is ignored; then it is the median of the numbers.
void ck_median(int dtype, const void *x, int64_t *out, int64_t *scratch, size_t rows,
               size_t columns, int ignores_nan);
/// out[r] is the place of a most frequent element of row r, the smallest if there are several.
void ck_mode(int dtype, const void *x, int64_t *out, int64_t *scratch, size_t rows,
             size_t columns);

/// What a quantile is that lies between two elements.
enum {
  CK_QUANTILE_LINEAR,
  CK_QUANTILE_LOWER,
  CK_QUANTILE_HIGHER,
  CK_QUANTILE_MIDPOINT,
  CK_QUANTILE_NEAREST
};
/// Which quantiles of which rows: `count` of x's dtype, each 0 … 1.
typedef struct {
  size_t rows, columns;
  const void *quantiles;
  size_t count;
  int interpolation;
  int ignores_nan;
} ck_quantiles;
/// For each row and quantile the places of the elements below and above, and the rank of the one below
/// in x's dtype; for each row the largest rank. In a row with nan the places are those of a nan, unless
/// nan is ignored. float32, float64; no halves.
void ck_quantile_places(int dtype, const void *x, ck_quantiles q, int64_t *scratch,
                        int64_t *below, int64_t *above, void *ranks, void *last);

/// out[r] is the variance of row r: the sum of the squared differences from the mean, divided by
/// columns − correction (by 0 where that is negative), or its square root. nan over no element.
/// float32, float64; no halves.
void ck_variance(int dtype, const void *x, void *out, size_t rows, size_t columns,
                 double correction, int root);
/// out[r] is the norm of row r: (Σ |x|^order)^(1/order); the number of elements other than 0 for 0, the
/// largest and smallest absolute value for ±infinity. float32, float64; no halves.
void ck_vector_norm(int dtype, const void *x, void *out, size_t rows, size_t columns,
                    double order);

/// out[i] = b[i] + a[i] · out[i − 1], or out[i + 1] where reversed, along the middle axis of a block of
/// outer × length × inner elements.
/// float32, float64; no halves.
void ck_recurrence(int dtype, const void *a, const void *b, void *out, size_t outer,
                   size_t length, size_t inner, int reversed);

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
static inline ck_reduction_function ck_reduce_rows(int row, int dtype) {
  return ck_reduction_table()[row].along_rows[dtype];
}
static inline ck_reduction_function ck_reduce_columns(int row, int dtype) {
  return ck_reduction_table()[row].along_columns[dtype];
}
static inline ck_rows_function ck_by_rows(int row, int dtype) {
  return ck_rows_table()[row].functions[dtype];
}
static inline ck_cumulative_function ck_cumulative(int row, int dtype) {
  return ck_cumulative_table()[row].functions[dtype];
}
static inline ck_cumulative_extremum_function ck_cumulative_extremum(int row, int dtype) {
  return ck_cumulative_extremum_table()[row].functions[dtype];
}
static inline ck_matmul_function ck_matmul(int dtype) {
  return ck_matmul_table()->functions[dtype];
}

// MARK: Positions

/// Where elements stand: a long tensor is seen as outer × length × inner, a short one as outer × count ×
/// inner, and element (o, j, i) of the short one belongs to element (o, positions[…], i) of the long
/// one. There are as many positions as elements of the short one, or with `by_slices` `count` many,
/// one for each j. All lie in 0 ..< length.
typedef struct {
  size_t outer, length, count, inner;
  int by_slices;
  const int64_t *positions;
} ck_places;

/// out[i] += position · step for positions in 0 ..< limit; with `wraps` negative ones count from limit
/// down. Returns −1, or the place of the first that is out of range.
int64_t ck_add_positions(const int64_t *index, size_t count, int64_t limit, int wraps, int64_t step,
                         int64_t *out);

/// Takes the short tensor `out` from the long one, x.
void ck_gather(size_t element_size, const ck_places *places, const void *x, void *out);
/// Puts the short tensor `source` into the long one, `out`; where positions repeat the last one stays.
void ck_scatter(size_t element_size, const ck_places *places, const void *source, void *out);

/// What an element that is put and the one that is there become. Append only at the end.
enum {
  CK_SCATTER_SUM,   // bool: logical or; integers wrap
  CK_SCATTER_PROD,  // bool: logical and; integers wrap
  CK_SCATTER_AMAX,  // nan if either is nan
  CK_SCATTER_AMIN   // nan if either is nan
};
/// Combines the elements of the short tensor `source` with those of the long one, `out`, in order;
/// all dtypes, but of halves sums only, each step of which is rounded.
void ck_scatter_reduce(int reduction, int dtype, const ck_places *places, const void *source,
                       void *out);

/// How many bytes are not 0.
size_t ck_count_true(const uint8_t *mask, size_t count);
/// The places of bytes that are not 0, in rising order.
void ck_true_positions(const uint8_t *mask, size_t count, int64_t *out);
/// `rank` numbers for each position in a row-major tensor of the shape.
void ck_coordinates(const int64_t *positions, size_t count, size_t rank, const int64_t *shape,
                    int64_t *out);

// MARK: Order and search. nan counts as largest, the zeros as equal.

/// Bytes that sorting a row, or finding its largest elements, needs beside it.
size_t ck_sort_workspace(int dtype, size_t columns);
/// out: for each place in the sorted row, the column that the element has in x; equal elements stay in
/// their order. All dtypes; below 2^32 columns.
void ck_sort_rows(int dtype, const void *x, int64_t *out, size_t rows, size_t columns,
                  int descending, void *workspace);
/// out: the columns of the k largest or smallest elements of each row of x, in order if `sorted`.
void ck_topk_rows(int dtype, const void *x, int64_t *out, size_t rows, size_t columns, size_t k,
                  int largest, int sorted, void *workspace);
/// out: the order of `count` slices of `inner` elements by their first elements that differ; no halves.
void ck_sort_slices(int dtype, const void *x, size_t count, size_t inner, int64_t *out);
/// Numbers the runs of equal neighbours among slices in the given order (null: as they stand): runs[i] of
/// slice order[i], firsts[r] the slice that begins run r. Returns their number. No halves.
size_t ck_runs(int dtype, const void *x, const int64_t *order, size_t count, size_t inner,
               int64_t *runs, int64_t *firsts);
/// out: for each element of x, a matrix, how many elements of a sorted row of `length` are less, or
/// with `right` at most equal; row r begins at r · row_step. No halves.
void ck_search_sorted(int dtype, const void *sorted, size_t length, size_t row_step, const void *x,
                      size_t rows, size_t columns, int right, int64_t *out);
/// Whether each element of x is one of `sorted`, or with `invert` is not; nan equals nothing. No halves.
void ck_is_in(int dtype, const void *x, size_t count, const void *sorted, size_t length, int invert,
              uint8_t *out);

// MARK: Checks

/// 64-bit check value of `count` bytes: any change inside one 8-byte word changes it.
uint64_t ck_check_value(const void *bytes, size_t count);

/// Name of the instruction set that the tables were chosen for, e.g. "AVX3".
const char *ck_instruction_set(void);

#ifdef __cplusplus
}
#endif
#endif
