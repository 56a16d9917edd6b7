// Functions of rows and columns: sums, extremes, scans, statistics.
#ifndef CLUSTERTENSOR_CK_REDUCTIONS_H
#define CLUSTERTENSOR_CK_REDUCTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "ck-elementwise.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
#endif
