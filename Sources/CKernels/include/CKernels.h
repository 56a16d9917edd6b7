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

#include "ck-dtypes.h"
#include "ck-elementwise.h"
#include "ck-moving.h"
#include "ck-products.h"
#include "ck-reductions.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Checks

/// 64-bit check value of `count` bytes: any change inside one 8-byte word changes it.
uint64_t ck_check_value(const void *bytes, size_t count);

/// Name of the instruction set that the tables were chosen for, e.g. "AVX3".
const char *ck_instruction_set(void);

#ifdef __cplusplus
}
#endif
#endif
