// Moving elements of matrices. Elements are bytes here: no dtype matters.
#include <string.h>

#include <algorithm>

#include "CKernels.h"

void ck_triangle(size_t element_size, int keeps_upper, int64_t diagonal, const void* x, void* out,
                 size_t matrices, size_t rows, size_t columns) {
  const char* from = static_cast<const char*>(x);
  char* to = static_cast<char*>(out);
  const int64_t width = static_cast<int64_t>(columns);
  const size_t row_bytes = columns * element_size;
  for (size_t matrix = 0; matrix < matrices; ++matrix) {
    for (size_t row = 0; row < rows; ++row, from += row_bytes, to += row_bytes) {
      // The first column above the diagonal. The caller keeps |diagonal| within rows + columns.
      const int64_t border = static_cast<int64_t>(row) + diagonal + (keeps_upper ? 0 : 1);
      const size_t left = static_cast<size_t>(std::clamp<int64_t>(border, 0, width)) * element_size;
      const size_t right = row_bytes - left;
      if (keeps_upper) {
        if (left > 0) memset(to, 0, left);
        if (right > 0) memcpy(to + left, from + left, right);
      } else {
        if (left > 0) memcpy(to, from, left);
        if (right > 0) memset(to + left, 0, right);
      }
    }
  }
}
