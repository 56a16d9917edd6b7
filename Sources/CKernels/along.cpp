// Elements taken and put along the middle axis of a block of outer × length × inner elements.
#include "CKernels.h"

namespace {

/// Calls body(i, j) for every index: i counts the taken elements, j stands where it points in the
/// block. Gives the number of the first index out of range, counted from 1, or 0.
template <class Body>
size_t EachIndex(const int64_t* index, size_t outer, size_t length, size_t taken, size_t inner,
                 Body body) {
  size_t i = 0;
  for (size_t o = 0; o < outer; ++o) {
    for (size_t t = 0; t < taken; ++t) {
      for (size_t n = 0; n < inner; ++n, ++i) {
        const uint64_t place = static_cast<uint64_t>(index[i]);
        if (place >= length) return i + 1;
        body(i, (o * length + place) * inner + n);
      }
    }
  }
  return 0;
}

template <class T>
size_t Take(const void* vx, const int64_t* index, void* vout, size_t outer, size_t length,
            size_t taken, size_t inner) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  return EachIndex(index, outer, length, taken, inner,
                   [=](size_t i, size_t j) { out[i] = x[j]; });
}

template <class T>
size_t Add(const void* vx, const int64_t* index, void* vout, size_t outer, size_t length,
           size_t taken, size_t inner) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  return EachIndex(index, outer, length, taken, inner,
                   [=](size_t i, size_t j) { out[j] += x[i]; });
}

}  // namespace

size_t ck_take_along(size_t element_size, const void* x, const int64_t* index, void* out,
                     size_t outer, size_t length, size_t taken, size_t inner) {
  switch (element_size) {
    case 1: return Take<uint8_t>(x, index, out, outer, length, taken, inner);
    case 2: return Take<uint16_t>(x, index, out, outer, length, taken, inner);
    case 4: return Take<uint32_t>(x, index, out, outer, length, taken, inner);
    default: return Take<uint64_t>(x, index, out, outer, length, taken, inner);
  }
}

size_t ck_add_along(int dtype, const void* x, const int64_t* index, void* out, size_t outer,
                    size_t length, size_t taken, size_t inner) {
  return dtype == CK_FLOAT32 ? Add<float>(x, index, out, outer, length, taken, inner)
                             : Add<double>(x, index, out, outer, length, taken, inner);
}
