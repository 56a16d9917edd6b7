// Products of matrices, distances and losses of classes.
#ifndef CLUSTERTENSOR_CK_PRODUCTS_H
#define CLUSTERTENSOR_CK_PRODUCTS_H

#include <stddef.h>
#include <stdint.h>

#include "ck-dtypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/// c = a · b for row-major contiguous a (m × k), b (k × n), c (m × n); the integers,
/// wrapping; bool: logical or of ands.
typedef void (*ck_matmul_function)(const void *a, const void *b, void *c, size_t m, size_t k,
                                   size_t n);
typedef struct {
  ck_matmul_function functions[CK_DTYPES];
} ck_matmul_loops;
const ck_matmul_loops *ck_matmul_table(void);

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

// MARK: Rows for callers that cannot index C arrays

static inline ck_matmul_function ck_matmul(int dtype) {
  return ck_matmul_table()->functions[dtype];
}

#ifdef __cplusplus
}
#endif
#endif
