// Choosing the instance of a template by the dtype or the element size that is known at run time only.
#ifndef CLUSTERTENSOR_BY_TYPE_INL_H
#define CLUSTERTENSOR_BY_TYPE_INL_H

#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

namespace ckernels {

/// f(T()) for the type of the elements. A bool is its byte. Halves have no type here: who calls has made
/// float32 of them.
template <class F>
auto ByType(int dtype, F f) {
  switch (dtype) {
    case CK_INT8:
      return f(int8_t());
    case CK_INT16:
      return f(int16_t());
    case CK_INT32:
      return f(int32_t());
    case CK_INT64:
      return f(int64_t());
    case CK_FLOAT32:
      return f(float());
    case CK_FLOAT64:
      return f(double());
    default:
      return f(uint8_t());
  }
}

/// f(T()) for an unsigned integer of as many bytes.
template <class F>
auto BySize(size_t element_size, F f) {
  switch (element_size) {
    case 2:
      return f(uint16_t());
    case 4:
      return f(uint32_t());
    case 8:
      return f(uint64_t());
    default:
      return f(uint8_t());
  }
}

}  // namespace ckernels

#endif
