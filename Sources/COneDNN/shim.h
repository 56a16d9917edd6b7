// What Swift's importer cannot see of dnnl.h: macros that cast.
#ifndef CLUSTERTENSOR_CONEDNN_SHIM_H
#define CLUSTERTENSOR_CONEDNN_SHIM_H

#include <dnnl.h>

static inline void *condnn_memory_none(void) { return DNNL_MEMORY_NONE; }

#endif
