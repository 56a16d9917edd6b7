// Elements moved, put in order, searched and drawn.
#ifndef CLUSTERTENSOR_CK_MOVING_H
#define CLUSTERTENSOR_CK_MOVING_H

#include <stddef.h>
#include <stdint.h>

#include "ck-dtypes.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
}
#endif
#endif
