// Places of elements by their order within a row: nan stands above every number, as in PyTorch.
//
// Only places are given; whoever asks moves the elements. Which of equal elements is named follows
// from the algorithms, which are those of PyTorch: Hoare's selection for one rank, nth_element for
// medians, a sort for modes.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "CKernels.h"

namespace {

template <class T>
bool IsNan(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

template <class T>
bool IsAbove(T x, T y) {
  return (IsNan(x) && !IsNan(y)) || x > y;
}

template <class T>
struct IsBelow {
  const T* row;
  bool operator()(int64_t i, int64_t j) const {
    return (!IsNan(row[i]) && IsNan(row[j])) || row[i] < row[j];
  }
};

/// Moves the place of the element of rank k to places[k] (Numerical Recipes, section 8.5).
template <class T>
void Select(const T* row, int64_t* places, int64_t count, int64_t k) {
  int64_t left = 0, right = count - 1;
  const auto above = [&](int64_t i, int64_t j) { return IsAbove(row[places[i]], row[places[j]]); };
  while (right > left) {
    if (right == left + 1) {
      if (above(left, right)) std::swap(places[left], places[right]);
      return;
    }
    std::swap(places[left + (right - left) / 2], places[left + 1]);
    if (above(left + 1, right)) std::swap(places[left + 1], places[right]);
    if (above(left, right)) std::swap(places[left], places[right]);
    if (above(left + 1, left)) std::swap(places[left + 1], places[left]);
    const T pivot = row[places[left]];
    int64_t i = left + 1, j = right;
    while (true) {
      do ++i;
      while (IsAbove(pivot, row[places[i]]));
      do --j;
      while (IsAbove(row[places[j]], pivot));
      if (j < i) break;
      std::swap(places[i], places[j]);
    }
    std::swap(places[left], places[j]);
    if (j <= k) left = i;
    if (j >= k) right = j - 1;
  }
}

template <class T>
int64_t KthPlace(const T* row, int64_t* places, int64_t count, int64_t k) {
  std::iota(places, places + count, int64_t{0});
  Select(row, places, count, k);
  return places[k];
}

template <class T>
int64_t MedianPlace(const T* row, int64_t* places, int64_t count, bool ignores_nan) {
  const int64_t nans = std::count_if(row, row + count, IsNan<T>);
  if (nans > 0 && !ignores_nan) return std::find_if(row, row + count, IsNan<T>) - row;
  const int64_t middle = std::max(count - nans - 1, int64_t{0}) / 2;
  std::iota(places, places + count, int64_t{0});
  std::nth_element(places, places + middle, places + count, IsBelow<T>{row});
  return places[middle];
}

/// The last of the most frequent elements, of the smallest where several are as frequent.
template <class T>
int64_t ModePlace(const T* row, int64_t* places, int64_t count) {
  std::iota(places, places + count, int64_t{0});
  std::sort(places, places + count, IsBelow<T>{row});
  int64_t best = 0, longest = 0, length = 0;
  for (int64_t i = 0; i < count; ++i) {
    ++length;
    if (i + 1 < count && row[places[i]] == row[places[i + 1]]) continue;
    if (length > longest) {
      best = places[i];
      longest = length;
    }
    length = 0;
  }
  return best;
}

template <class T>
void Order(const T* row, int64_t* places, int64_t count) {
  std::iota(places, places + count, int64_t{0});
  const IsBelow<T> below{row};
  // Equal elements in their order, so that the result is the same everywhere.
  std::sort(places, places + count,
            [&](int64_t i, int64_t j) { return below(i, j) || (!below(j, i) && i < j); });
}

/// The whole ranks that a quantile of that rank stands between.
template <class T>
void Neighbours(T rank, int interpolation, T* below, T* above) {
  *below = interpolation == CK_QUANTILE_HIGHER ? std::ceil(rank) : std::floor(rank);
  *above = interpolation == CK_QUANTILE_LOWER ? *below : std::ceil(rank);
  // Half way goes to the even one.
  if (interpolation == CK_QUANTILE_NEAREST) *below = *above = std::nearbyint(rank);
}

template <class T>
void Quantiles(const T* row, const ck_quantiles& q, int64_t* order, int64_t* below, int64_t* above,
               T* ranks, T* last) {
  const int64_t count = static_cast<int64_t>(q.columns);
  Order(row, order, count);
  int64_t numbers = count;
  while (numbers > 0 && std::isnan(row[order[numbers - 1]])) --numbers;
  const bool has_nan = numbers < count && q.ignores_nan == 0;
  const int64_t largest = std::max((q.ignores_nan != 0 ? numbers : count) - 1, int64_t{0});
  *last = static_cast<T>(largest);
  for (size_t i = 0; i < q.count; ++i) {
    T low, high;
    Neighbours(static_cast<const T*>(q.quantiles)[i] * *last, q.interpolation, &low, &high);
    ranks[i] = low;
    below[i] = order[has_nan ? largest : std::min(static_cast<int64_t>(low), largest)];
    above[i] = order[has_nan ? largest : std::min(static_cast<int64_t>(high), largest)];
  }
}

template <class T>
void EachQuantile(const void* x, const ck_quantiles& q, int64_t* scratch, int64_t* below,
                  int64_t* above, void* ranks, void* last) {
  for (size_t r = 0; r < q.rows; ++r) {
    Quantiles(static_cast<const T*>(x) + r * q.columns, q, scratch, below + r * q.count,
              above + r * q.count, static_cast<T*>(ranks) + r * q.count,
              static_cast<T*>(last) + r);
  }
}

template <class Body>
void WithType(int dtype, Body body) {
  switch (dtype) {
    case CK_BOOL:
    case CK_UINT8: return body(uint8_t{});
    case CK_INT8: return body(int8_t{});
    case CK_INT16: return body(int16_t{});
    case CK_INT32: return body(int32_t{});
    case CK_INT64: return body(int64_t{});
    case CK_FLOAT32: return body(float{});
    case CK_FLOAT64: return body(double{});
    default: return;
  }
}

template <class Place>
void EachRow(int dtype, const void* x, int64_t* out, size_t rows, size_t columns, Place place) {
  WithType(dtype, [&](auto zero) {
    const auto* row = static_cast<const decltype(zero)*>(x);
    for (size_t r = 0; r < rows; ++r) out[r] = place(row + r * columns);
  });
}

}  // namespace

void ck_kth(int dtype, const void* x, int64_t* out, int64_t* scratch, size_t rows, size_t columns,
            size_t k) {
  EachRow(dtype, x, out, rows, columns, [=](const auto* row) {
    return KthPlace(row, scratch, static_cast<int64_t>(columns), static_cast<int64_t>(k));
  });
}

void ck_median(int dtype, const void* x, int64_t* out, int64_t* scratch, size_t rows,
               size_t columns, int ignores_nan) {
  EachRow(dtype, x, out, rows, columns, [=](const auto* row) {
    return MedianPlace(row, scratch, static_cast<int64_t>(columns), ignores_nan != 0);
  });
}

void ck_mode(int dtype, const void* x, int64_t* out, int64_t* scratch, size_t rows,
             size_t columns) {
  EachRow(dtype, x, out, rows, columns, [=](const auto* row) {
    return ModePlace(row, scratch, static_cast<int64_t>(columns));
  });
}

void ck_quantile_places(int dtype, const void* x, ck_quantiles q, int64_t* scratch, int64_t* below,
                        int64_t* above, void* ranks, void* last) {
  if (dtype == CK_FLOAT32) EachQuantile<float>(x, q, scratch, below, above, ranks, last);
  if (dtype == CK_FLOAT64) EachQuantile<double>(x, q, scratch, below, above, ranks, last);
}
