// Order, runs of equal elements and search.
#include <string.h>

#include <algorithm>
#include <type_traits>

#include "CKernels.h"
#include "by-type-inl.h"

namespace ckernels {
namespace {

struct Float16 {
  uint16_t bits;
};
struct BFloat16 {
  uint16_t bits;
};

/// Unsigned integers in the order of the elements: nan last, the two zeros equal.
template <class Bits>
Bits FloatKey(Bits bits, Bits infinity) {
  constexpr Bits kSign = static_cast<Bits>(Bits(1) << (8 * sizeof(Bits) - 1));
  const Bits magnitude = static_cast<Bits>(bits & ~kSign);
  if (magnitude > infinity) return static_cast<Bits>(~Bits(0));
  if (magnitude == 0) return kSign;
  return static_cast<Bits>(bits & kSign ? ~bits : bits | kSign);
}
uint16_t Key(Float16 x) { return FloatKey<uint16_t>(x.bits, 0x7C00); }
uint16_t Key(BFloat16 x) { return FloatKey<uint16_t>(x.bits, 0x7F80); }
uint32_t Key(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof(bits));
  return FloatKey<uint32_t>(bits, 0x7F800000);
}
uint64_t Key(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof(bits));
  return FloatKey<uint64_t>(bits, 0x7FF0000000000000);
}
template <class T, class = std::enable_if_t<std::is_integral<T>::value>>
std::make_unsigned_t<T> Key(T x) {
  using U = std::make_unsigned_t<T>;
  constexpr U kLift = std::is_signed<T>::value ? U(U(1) << (8 * sizeof(U) - 1)) : U(0);
  return static_cast<U>(static_cast<U>(x) ^ kLift);
}

template <class T>
using KeyOf = decltype(Key(T()));

/// An element and where it stood in its row.
template <class K>
struct Item {
  K key;
  uint32_t place;
};

template <class T>
void MakeItems(const T* row, size_t columns, bool descending, Item<KeyOf<T>>* items) {
  using K = KeyOf<T>;
  const K flip = descending ? static_cast<K>(~K(0)) : K(0);
  for (size_t i = 0; i < columns; ++i) {
    items[i] = {static_cast<K>(Key(row[i]) ^ flip), static_cast<uint32_t>(i)};
  }
}

/// Rows below it are sorted by comparing.
constexpr size_t kShortRow = 128;

/// Sorts by key, equal ones by place, digit by digit from the last; returns where the result is. A
/// digit that all keys share moves nothing.
template <class K>
const Item<K>* Sort(Item<K>* items, Item<K>* other, size_t count) {
  if (count < kShortRow) {
    std::sort(items, items + count, [](const Item<K>& x, const Item<K>& y) {
      return x.key != y.key ? x.key < y.key : x.place < y.place;
    });
    return items;
  }
  for (size_t shift = 0; shift < 8 * sizeof(K); shift += 8) {
    size_t starts[256] = {};
    for (size_t i = 0; i < count; ++i) ++starts[items[i].key >> shift & 255];
    if (starts[items[0].key >> shift & 255] == count) continue;
    size_t next = 0;
    for (size_t& start : starts) {
      const size_t size = start;
      start = next;
      next += size;
    }
    for (size_t i = 0; i < count; ++i) other[starts[items[i].key >> shift & 255]++] = items[i];
    std::swap(items, other);
  }
  return items;
}

template <class F>
auto ByOrderedType(int dtype, F f) {
  if (dtype == CK_FLOAT16) return f(Float16());
  if (dtype == CK_BFLOAT16) return f(BFloat16());
  return ByType(dtype, f);
}

/// The first k items in PyTorch's order, which among equal elements is that of the standard
/// library's algorithms.
template <class K>
void Select(Item<K>* items, size_t columns, size_t k, bool sorted) {
  const auto before = [](const Item<K>& x, const Item<K>& y) { return x.key < y.key; };
  if (k == 0) return;
  if (k * 64 <= columns) {
    std::partial_sort(items, items + k, items + columns, before);
  } else {
    std::nth_element(items, items + (k - 1), items + columns, before);
    if (sorted) std::sort(items, items + (k - 1), before);
  }
}

/// −1, 0 or 1 as slice x stands before, beside or behind slice y: by the first elements that differ. By
/// keys, since nan, compared as such, would make an order that sorting may not survive.
template <class T>
int Compare(const T* x, const T* y, size_t inner) {
  for (size_t i = 0; i < inner; ++i) {
    const auto a = Key(x[i]), b = Key(y[i]);
    if (a != b) return a < b ? -1 : 1;
  }
  return 0;
}

}  // namespace
}  // namespace ckernels

size_t ck_sort_workspace(int dtype, size_t columns) {
  return ckernels::ByOrderedType(dtype, [=](auto zero) {
    return 2 * columns * sizeof(ckernels::Item<ckernels::KeyOf<decltype(zero)>>);
  });
}

void ck_sort_rows(int dtype, const void* x, int64_t* out, size_t rows, size_t columns,
                  int descending, void* workspace) {
  using namespace ckernels;
  ByOrderedType(dtype, [=](auto zero) {
    using T = decltype(zero);
    using Items = Item<KeyOf<T>>;
    Items* const items = static_cast<Items*>(workspace);
    for (size_t r = 0; r < rows; ++r) {
      MakeItems(static_cast<const T*>(x) + r * columns, columns, descending != 0, items);
      const Items* sorted = Sort(items, items + columns, columns);
      for (size_t i = 0; i < columns; ++i) out[r * columns + i] = sorted[i].place;
    }
  });
}

void ck_topk_rows(int dtype, const void* x, int64_t* out, size_t rows, size_t columns, size_t k,
                  int largest, int sorted, void* workspace) {
  using namespace ckernels;
  ByOrderedType(dtype, [=](auto zero) {
    using T = decltype(zero);
    using Items = Item<KeyOf<T>>;
    Items* const items = static_cast<Items*>(workspace);
    for (size_t r = 0; r < rows; ++r) {
      MakeItems(static_cast<const T*>(x) + r * columns, columns, largest != 0, items);
      Select(items, columns, k, sorted != 0);
      for (size_t i = 0; i < k; ++i) out[r * k + i] = items[i].place;
    }
  });
}

void ck_sort_slices(int dtype, const void* x, size_t count, size_t inner, int64_t* out) {
  using namespace ckernels;
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<int64_t>(i);
  ByType(dtype, [=](auto zero) {
    using T = decltype(zero);
    const T* const slices = static_cast<const T*>(x);
    std::sort(out, out + count, [=](int64_t a, int64_t b) {
      const int order = Compare(slices + static_cast<size_t>(a) * inner,
                                slices + static_cast<size_t>(b) * inner, inner);
      return order != 0 ? order < 0 : a < b;
    });
  });
}

size_t ck_runs(int dtype, const void* x, const int64_t* order, size_t count, size_t inner,
               int64_t* runs, int64_t* firsts) {
  using namespace ckernels;
  return ByType(dtype, [=](auto zero) {
    using T = decltype(zero);
    const T* const slices = static_cast<const T*>(x);
    size_t found = 0;
    const T* last = nullptr;
    for (size_t i = 0; i < count; ++i) {
      const int64_t place = order == nullptr ? static_cast<int64_t>(i) : order[i];
      const T* const slice = slices + static_cast<size_t>(place) * inner;
      // nan equals nothing, so that each is a run of its own.
      if (last == nullptr || !std::equal(slice, slice + inner, last)) firsts[found++] = place;
      runs[i] = static_cast<int64_t>(found) - 1;
      last = slice;
    }
    return found;
  });
}

void ck_search_sorted(int dtype, const void* sorted, size_t length, size_t row_step,
                      const void* x, size_t rows, size_t columns, int right, int64_t* out) {
  using namespace ckernels;
  ByType(dtype, [=](auto zero) {
    using T = decltype(zero);
    for (size_t r = 0; r < rows; ++r) {
      const T* const row = static_cast<const T*>(sorted) + r * row_step;
      for (size_t c = 0; c < columns; ++c) {
        const T value = static_cast<const T*>(x)[r * columns + c];
        size_t start = 0, end = length;
        while (start < end) {
          const size_t middle = start + (end - start) / 2;
          // Written so that nan, which compares with nothing, stands behind all.
          const bool isBefore = right ? !(row[middle] > value) : !(row[middle] >= value);
          if (isBefore) {
            start = middle + 1;
          } else {
            end = middle;
          }
        }
        out[r * columns + c] = static_cast<int64_t>(start);
      }
    }
  });
}

void ck_is_in(int dtype, const void* x, size_t count, const void* sorted, size_t length,
              int invert, uint8_t* out) {
  using namespace ckernels;
  ByType(dtype, [=](auto zero) {
    using T = decltype(zero);
    const T* const values = static_cast<const T*>(x);
    const T* const first = static_cast<const T*>(sorted);
    for (size_t i = 0; i < count; ++i) {
      const T* const place = std::lower_bound(first, first + length, values[i]);
      const bool found = place != first + length && *place == values[i];
      out[i] = found != (invert != 0);
    }
  });
}
