// A recurrence along the middle axis of a block of outer × length × inner elements.
#include <algorithm>

#include "CKernels.h"

namespace {

/// Columns that are walked side by side: their running results stay in the first cache.
constexpr size_t kColumns = 256;

template <class T>
void Recur(const void* va, const void* vb, void* vout, size_t outer, size_t length, size_t inner,
           bool reversed) {
  const T* a = static_cast<const T*>(va);
  const T* b = static_cast<const T*>(vb);
  T* out = static_cast<T*>(vout);
  double running[kColumns];
  for (size_t o = 0; o < outer; ++o) {
    for (size_t first = 0; first < inner; first += kColumns) {
      const size_t columns = std::min(kColumns, inner - first);
      for (size_t k = 0; k < length; ++k) {
        const size_t row = o * length + (reversed ? length - 1 - k : k);
        for (size_t c = 0; c < columns; ++c) {
          const size_t i = row * inner + first + c;
          // What stands before the first is nothing, even beside an infinite coefficient.
          running[c] = k == 0 ? b[i] : b[i] + a[i] * running[c];
          out[i] = static_cast<T>(running[c]);
        }
      }
    }
  }
}

}  // namespace

void ck_recurrence(int dtype, const void* a, const void* b, void* out, size_t outer,
                   size_t length, size_t inner, int reversed) {
  if (dtype == CK_FLOAT32) Recur<float>(a, b, out, outer, length, inner, reversed != 0);
  if (dtype == CK_FLOAT64) Recur<double>(a, b, out, outer, length, inner, reversed != 0);
}
