// Running results along the middle axis of a block of outer × length × inner elements.
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "CKernels.h"

namespace {

/// Columns that are walked side by side: their running results stay in the first cache.
constexpr size_t kColumns = 64;

struct Block {
  size_t outer, length, inner;

  /// Calls start(c) for every column of a group, then step(c, i) for each of its elements i in order.
  template <class Start, class Step>
  void Walk(bool reversed, Start start, Step step) const {
    for (size_t o = 0; o < outer; ++o) {
      for (size_t first = 0; first < inner; first += kColumns) {
        const size_t columns = std::min(kColumns, inner - first);
        for (size_t c = 0; c < columns; ++c) start(c);
        for (size_t k = 0; k < length; ++k) {
          const size_t row = o * length + (reversed ? length - 1 - k : k);
          for (size_t c = 0; c < columns; ++c) step(c, row * inner + first + c);
        }
      }
    }
  }
};

/// out[i] = fold(running, x[i]), kept in A; the running result before it where `exclusive`.
template <class T, class A, class Fold>
void Scan(const void* vx, void* vout, const Block& block, const ck_scan_order& order, A neutral,
          Fold fold) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  A running[kColumns];
  block.Walk(
      order.reversed != 0, [&](size_t c) { running[c] = neutral; },
      [&](size_t c, size_t i) {
        const A next = fold(running[c], static_cast<A>(x[i]));
        out[i] = static_cast<T>(order.exclusive != 0 ? running[c] : next);
        running[c] = next;
      });
}

/// log(exp(x) + exp(y))
double LogAddExp(double x, double y) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const double largest = std::max(x, y), smallest = std::min(x, y);
  if (smallest == largest && !std::isfinite(smallest)) return largest;
  return largest + std::log1p(std::exp(smallest - largest));
}

template <class T, class A>
void ScanKind(int kind, const void* x, void* out, const Block& block, const ck_scan_order& order) {
  if (kind == CK_SCAN_SUM) {
    Scan<T, A>(x, out, block, order, A(0), [](A running, A value) { return running + value; });
  } else if (kind == CK_SCAN_PRODUCT) {
    Scan<T, A>(x, out, block, order, A(1), [](A running, A value) { return running * value; });
  } else if constexpr (std::is_floating_point_v<T>) {
    Scan<T, A>(x, out, block, order, -std::numeric_limits<A>::infinity(), LogAddExp);
  }
}

template <class T>
bool IsNan(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

template <class T>
void Extreme(const void* vx, int64_t* out, const Block& block, bool largest) {
  const T* x = static_cast<const T*>(vx);
  T best[kColumns];
  int64_t place[kColumns], position[kColumns];
  block.Walk(
      false, [&](size_t c) { position[c] = -1; },
      [&](size_t c, size_t i) {
        const T value = x[i];
        const bool is_first = ++position[c] == 0;
        const bool is_better = largest ? value >= best[c] : value <= best[c];
        if (is_first || IsNan(value) || (!IsNan(best[c]) && is_better)) {
          best[c] = value;
          place[c] = position[c];
        }
        out[i] = place[c];
      });
}

template <class T>
void Recur(const void* va, const void* vb, void* vout, const Block& block, bool reversed) {
  const T* a = static_cast<const T*>(va);
  const T* b = static_cast<const T*>(vb);
  T* out = static_cast<T*>(vout);
  double running[kColumns];
  bool is_first[kColumns];
  block.Walk(
      reversed, [&](size_t c) { is_first[c] = true; },
      [&](size_t c, size_t i) {
        // What stands before the first is nothing, even beside an infinite coefficient.
        running[c] = is_first[c] ? b[i] : b[i] + a[i] * running[c];
        is_first[c] = false;
        out[i] = static_cast<T>(running[c]);
      });
}

}  // namespace

void ck_scan(int kind, int dtype, const void* x, void* out, size_t outer, size_t length,
             size_t inner, ck_scan_order order) {
  const Block block = {outer, length, inner};
  // Unsigned, so that sums and products wrap.
  if (dtype == CK_INT64) ScanKind<uint64_t, uint64_t>(kind, x, out, block, order);
  if (dtype == CK_FLOAT32) ScanKind<float, double>(kind, x, out, block, order);
  if (dtype == CK_FLOAT64) ScanKind<double, double>(kind, x, out, block, order);
}

void ck_scan_extreme(int dtype, const void* x, int64_t* out, size_t outer, size_t length,
                     size_t inner, int largest) {
  const Block block = {outer, length, inner};
  switch (dtype) {
    case CK_BOOL:
    case CK_UINT8: return Extreme<uint8_t>(x, out, block, largest != 0);
    case CK_INT8: return Extreme<int8_t>(x, out, block, largest != 0);
    case CK_INT16: return Extreme<int16_t>(x, out, block, largest != 0);
    case CK_INT32: return Extreme<int32_t>(x, out, block, largest != 0);
    case CK_INT64: return Extreme<int64_t>(x, out, block, largest != 0);
    case CK_FLOAT32: return Extreme<float>(x, out, block, largest != 0);
    case CK_FLOAT64: return Extreme<double>(x, out, block, largest != 0);
    default: return;
  }
}

void ck_recurrence(int dtype, const void* a, const void* b, void* out, size_t outer,
                   size_t length, size_t inner, int reversed) {
  const Block block = {outer, length, inner};
  if (dtype == CK_FLOAT32) Recur<float>(a, b, out, block, reversed != 0);
  if (dtype == CK_FLOAT64) Recur<double>(a, b, out, block, reversed != 0);
}
