// Which instruction sets the loops are built for. Included before any header of Highway.
#ifndef CKERNELS_HIGHWAY_BASELINE_H_
#define CKERNELS_HIGHWAY_BASELINE_H_

#if defined(__x86_64__)
// Without this Highway also builds its emulated target, which takes longer to compile than all the
// others together, for processors without SSE4 (before 2008).
#define HWY_BASELINE_TARGETS HWY_SSE4
#endif

// Vectors whose size is only known at run time cannot be array elements or members of a struct.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

#endif
