// The element types.
#ifndef CLUSTERTENSOR_CK_DTYPES_H
#define CLUSTERTENSOR_CK_DTYPES_H

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

#ifdef __cplusplus
}
#endif
#endif
