// Moving elements from and to positions that an index tensor gives.
#include <string.h>

#include "CKernels.h"
#include "by-type-inl.h"

namespace ckernels {
namespace {

/// body(element of the long tensor, element of the short one, how many of either), for all that move.
template <class Body>
void EachPlace(const ck_places& p, Body body) {
  // Where there is no element the outer axes may be as long as they like.
  if (p.count == 0 || p.inner == 0) return;
  if (p.by_slices) {
    for (size_t o = 0; o < p.outer; ++o) {
      for (size_t j = 0; j < p.count; ++j) {
        const size_t place = static_cast<size_t>(p.positions[j]);
        body((o * p.length + place) * p.inner, (o * p.count + j) * p.inner, p.inner);
      }
    }
    return;
  }
  const int64_t* position = p.positions;
  size_t other = 0;
  for (size_t o = 0; o < p.outer; ++o) {
    for (size_t j = 0; j < p.count; ++j) {
      for (size_t i = 0; i < p.inner; ++i) {
        const size_t place = static_cast<size_t>(*position++);
        body((o * p.length + place) * p.inner + i, other++, size_t{1});
      }
    }
  }
}

/// Shorter rows are moved element by element.
constexpr size_t kShortRow = 8;

template <class T>
void Move(const T* from, T* to, size_t count) {
  if (count >= kShortRow) {
    memcpy(to, from, count * sizeof(T));
  } else {
    for (size_t i = 0; i < count; ++i) to[i] = from[i];
  }
}

}  // namespace
}  // namespace ckernels

using ckernels::BySize;
using ckernels::EachPlace;
using ckernels::Move;

int64_t ck_add_positions(const int64_t* index, size_t count, int64_t limit, int wraps,
                         int64_t step, int64_t* out) {
  for (size_t i = 0; i < count; ++i) {
    const int64_t position = wraps && index[i] < 0 ? index[i] + limit : index[i];
    if (position < 0 || position >= limit) return static_cast<int64_t>(i);
    out[i] += position * step;
  }
  return -1;
}

void ck_gather(size_t element_size, const ck_places* places, const void* x, void* out) {
  BySize(element_size, [=](auto zero) {
    using T = decltype(zero);
    const T* from = static_cast<const T*>(x);
    T* to = static_cast<T*>(out);
    EachPlace(*places, [=](size_t place, size_t other, size_t count) {
      Move(from + place, to + other, count);
    });
  });
}

void ck_scatter(size_t element_size, const ck_places* places, const void* source, void* out) {
  BySize(element_size, [=](auto zero) {
    using T = decltype(zero);
    const T* from = static_cast<const T*>(source);
    T* to = static_cast<T*>(out);
    EachPlace(*places, [=](size_t place, size_t other, size_t count) {
      Move(from + other, to + place, count);
    });
  });
}

size_t ck_count_true(const uint8_t* mask, size_t count) {
  size_t found = 0;
  for (size_t i = 0; i < count; ++i) found += mask[i] != 0;
  return found;
}

void ck_true_positions(const uint8_t* mask, size_t count, int64_t* out) {
  for (size_t i = 0; i < count; ++i) {
    if (mask[i] != 0) *out++ = static_cast<int64_t>(i);
  }
}

void ck_coordinates(const int64_t* positions, size_t count, size_t rank, const int64_t* shape,
                    int64_t* out) {
  for (size_t i = 0; i < count; ++i, out += rank) {
    int64_t rest = positions[i];
    for (size_t axis = rank; axis-- > 0; rest /= shape[axis]) out[axis] = rest % shape[axis];
  }
}
