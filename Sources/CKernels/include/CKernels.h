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
  CK_BINARY_ROWS
};
const ck_binary_row *ck_binary_table(void);

/// Rows of ck_comparison_table: all dtypes, the result is bool (one byte, 0 or 1); nan compares
/// as IEEE says. Append only at the end.
enum { CK_EQ, CK_NE, CK_LT, CK_LE, CK_GT, CK_GE, CK_COMPARISON_ROWS };
const ck_binary_row *ck_comparison_table(void);

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
  CK_REDUCTION_ROWS
};
const ck_reduction_row *ck_reduction_table(void);

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

// MARK: Products

/// c = a · b for row-major contiguous a (m × k), b (k × n), c (m × n); uint8, int32, int64,
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

// MARK: Rows for callers that cannot index C arrays

static inline ck_unary_function ck_unary(int row, int dtype) {
  return ck_unary_table()[row].functions[dtype];
}
static inline ck_binary_loops ck_binary(int row, int dtype) {
  return ck_binary_table()[row].loops[dtype];
}
static inline ck_binary_loops ck_comparison(int row, int dtype) {
  return ck_comparison_table()[row].loops[dtype];
}
static inline ck_where_function ck_where(size_t element_size) {
  return ck_where_table()->by_size[element_size];
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
static inline ck_matmul_function ck_matmul(int dtype) {
  return ck_matmul_table()->functions[dtype];
}

// MARK: Checks

/// 64-bit check value of `count` bytes: any change inside one 8-byte word changes it.
uint64_t ck_check_value(const void *bytes, size_t count);

/// Name of the instruction set that the tables were chosen for, e.g. "AVX3".
const char *ck_instruction_set(void);

#ifdef __cplusplus
}
#endif
#endif
