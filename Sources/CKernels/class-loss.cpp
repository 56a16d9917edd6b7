// Losses of scores against class indices, and their gradients.
#include <cstddef>
#include <cstdint>

#include "CKernels.h"

namespace {

template <class T>
ptrdiff_t Weights(const int64_t* target, const void* vweight, void* vout, size_t count,
                  size_t classes, int64_t ignored) {
  const T* weight = static_cast<const T*>(vweight);
  T* out = static_cast<T*>(vout);
  for (size_t i = 0; i < count; ++i) {
    if (target[i] == ignored) {
      out[i] = 0;
    } else if (target[i] < 0 || static_cast<size_t>(target[i]) >= classes) {
      return static_cast<ptrdiff_t>(i);
    } else {
      out[i] = weight == nullptr ? T(1) : weight[target[i]];
    }
  }
  return -1;
}

template <class T>
void Losses(const void* vx, const ck_class_layout* layout, const void* vweight,
            const void* vsample_weights, void* vout) {
  const T* weight = static_cast<const T*>(vweight);
  const T* sample_weights = static_cast<const T*>(vsample_weights);
  T* out = static_cast<T*>(vout);
  const T own = static_cast<T>(1 - layout->smoothing);
  const T share = static_cast<T>(layout->smoothing / static_cast<double>(layout->classes));
  for (size_t o = 0; o < layout->outer; ++o) {
    for (size_t i = 0; i < layout->inner; ++i) {
      const size_t sample = o * layout->inner + i;
      const int64_t target = layout->target[sample];
      if (target == layout->ignored) {
        out[sample] = 0;
        continue;
      }
      const T* x = static_cast<const T*>(vx) + o * layout->classes * layout->inner + i;
      T loss = -own * sample_weights[sample] * x[static_cast<size_t>(target) * layout->inner];
      if (layout->smoothing != 0) {
        T sum = 0;
        for (size_t c = 0; c < layout->classes; ++c) {
          sum += (weight == nullptr ? T(1) : weight[c]) * x[c * layout->inner];
        }
        loss -= share * sum;
      }
      out[sample] = loss;
    }
  }
}

template <class T>
void Gradient(const void* vdy, const ck_class_layout* layout, const void* vweight,
              const void* vsample_weights, void* vout) {
  const T* dy = static_cast<const T*>(vdy);
  const T* weight = static_cast<const T*>(vweight);
  const T* sample_weights = static_cast<const T*>(vsample_weights);
  const T own = static_cast<T>(1 - layout->smoothing);
  const T share = static_cast<T>(layout->smoothing / static_cast<double>(layout->classes));
  for (size_t o = 0; o < layout->outer; ++o) {
    for (size_t i = 0; i < layout->inner; ++i) {
      const size_t sample = o * layout->inner + i;
      const int64_t target = layout->target[sample];
      const bool counts = target != layout->ignored;
      T* out = static_cast<T*>(vout) + o * layout->classes * layout->inner + i;
      for (size_t c = 0; c < layout->classes; ++c) {
        const bool spreads = counts && layout->smoothing != 0;
        out[c * layout->inner] =
            spreads ? -share * (weight == nullptr ? T(1) : weight[c]) * dy[sample] : T(0);
      }
      if (counts) {
        out[static_cast<size_t>(target) * layout->inner] -=
            own * sample_weights[sample] * dy[sample];
      }
    }
  }
}

}  // namespace

ptrdiff_t ck_class_weights(int dtype, const int64_t* target, const void* weight, void* out,
                           size_t count, size_t classes, int64_t ignored) {
  return dtype == CK_FLOAT32 ? Weights<float>(target, weight, out, count, classes, ignored)
                             : Weights<double>(target, weight, out, count, classes, ignored);
}

void ck_class_losses(int dtype, const void* x, const ck_class_layout* layout, const void* weight,
                     const void* sample_weights, void* out) {
  dtype == CK_FLOAT32 ? Losses<float>(x, layout, weight, sample_weights, out)
                      : Losses<double>(x, layout, weight, sample_weights, out);
}

void ck_class_gradient(int dtype, const void* dy, const ck_class_layout* layout,
                       const void* weight, const void* sample_weights, void* out) {
  dtype == CK_FLOAT32 ? Gradient<float>(dy, layout, weight, sample_weights, out)
                      : Gradient<double>(dy, layout, weight, sample_weights, out);
}
