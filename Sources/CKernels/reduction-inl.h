// The loops of the reductions over the dtypes that are computed with as they are.
#if defined(CKERNELS_REDUCTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_REDUCTION_INL_H_
#undef CKERNELS_REDUCTION_INL_H_
#else
#define CKERNELS_REDUCTION_INL_H_
#endif

#include <type_traits>

#include "fold-inl.h"
#include "hwy/highway.h"
#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// Columns that are reduced together: their partial results stay in the first-level cache. A
/// multiple of the lanes of any vector.
constexpr size_t kColumnBlock = 256;

/// A window of up to kColumnBlock columns on some rows of a matrix.
template <class T>
struct Window {
  const T* first;
  size_t stride, rows, columns;
  /// End of the matrix: a vector that starts inside may be read up to here.
  const T* end;

  template <class D>
  HWY_INLINE hn::Vec<D> Load(D d, size_t row, size_t column) const {
    const T* p = first + row * stride + column;
    const size_t readable = static_cast<size_t>(end - p);
    return readable >= hn::Lanes(d) ? hn::LoadU(d, p) : LoadFirst(d, p, readable);
  }
  Window Rows(size_t from, size_t count) const {
    return {first + from * stride, stride, count, columns, end};
  }
};

/// Calls f(window, place) for windows that cover the matrix, left to right.
template <class T, class F>
HWY_INLINE void EachWindow(const void* vx, size_t rows, size_t columns, F f) {
  const T* x = static_cast<const T*>(vx);
  for (size_t c = 0; c < columns; c += kColumnBlock) {
    f(Window<T>{x + c, columns, rows, HWY_MIN(kColumnBlock, columns - c), x + rows * columns}, c);
  }
}

/// op over each column of a window; `parts` has room for kColumnBlock elements.
template <class Op, class T>
void FoldColumns(const Window<T>& window, T* parts) {
  const hn::ScalableTag<T> d;
  const size_t lanes = hn::Lanes(d);
  const Op op;
  for (size_t c = 0; c < kColumnBlock; c += lanes) {
    hn::Store(hn::Set(d, Op::template Neutral<T>()), d, parts + c);
  }
  size_t r = 0;
  for (; r + 4 <= window.rows; r += 4) {
    for (size_t c = 0; c < window.columns; c += lanes) {
      const auto left = op(d, window.Load(d, r, c), window.Load(d, r + 1, c));
      const auto right = op(d, window.Load(d, r + 2, c), window.Load(d, r + 3, c));
      hn::Store(op(d, hn::Load(d, parts + c), op(d, left, right)), d, parts + c);
    }
  }
  for (; r < window.rows; ++r) {
    for (size_t c = 0; c < window.columns; c += lanes) {
      hn::Store(op(d, hn::Load(d, parts + c), window.Load(d, r, c)), d, parts + c);
    }
  }
}

// MARK: Largest and smallest

template <class T, class Op>
void FoldAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t r = 0; r < rows; ++r) out[r] = FoldRun<Op>(x + r * columns, columns, Itself());
}

template <class T, class Op>
void FoldAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return FoldAlongRows<T, Op>(vx, vout, 1, rows);
  EachWindow<T>(vx, rows, columns, [vout](const Window<T>& window, size_t place) HWY_ATTR {
    HWY_ALIGN T parts[kColumnBlock];
    FoldColumns<Op>(window, parts);
    memcpy(static_cast<T*>(vout) + place, parts, window.columns * sizeof(T));
  });
}

// MARK: Sums

/// Rows that are summed one after the other; more are halved.
constexpr size_t kSumRows = 128;

template <class T>
void PairwiseSumColumns(const Window<T>& window, T* parts) {
  if (window.rows <= kSumRows) return FoldColumns<FoldSum>(window, parts);
  const size_t half = (window.rows + kSumRows - 1) / kSumRows / 2 * kSumRows;
  HWY_ALIGN T others[kColumnBlock];
  PairwiseSumColumns(window.Rows(0, half), parts);
  PairwiseSumColumns(window.Rows(half, window.rows - half), others);
  Map2<T, Add, Form::kVectorVector>(parts, others, parts, window.columns);
}

template <class T>
void SumAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t r = 0; r < rows; ++r) out[r] = PairwiseSum(x + r * columns, columns, Itself());
}

template <class T>
void SumAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return SumAlongRows<T>(vx, vout, 1, rows);
  EachWindow<T>(vx, rows, columns, [vout](const Window<T>& window, size_t place) HWY_ATTR {
    HWY_ALIGN T parts[kColumnBlock];
    PairwiseSumColumns(window, parts);
    memcpy(static_cast<T*>(vout) + place, parts, window.columns * sizeof(T));
  });
}

/// Integers widen while they are added, which the compiler does well. Those of 8 and 16 bits are
/// first added in 32, twice as many at a time. The wide types are unsigned: they wrap.
template <class T>
using Part = typename std::conditional<sizeof(T) <= 2, uint32_t, uint64_t>::type;

/// Elements that 32 bits can take.
constexpr size_t kPartRun = 1 << 14;

template <class T>
uint64_t Widen(Part<T> part) {
  return static_cast<uint64_t>(static_cast<int64_t>(static_cast<hwy::MakeSigned<Part<T>>>(part)));
}

template <class T>
void WideSumAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  int64_t* out = static_cast<int64_t*>(vout);
  for (size_t r = 0; r < rows; ++r) {
    uint64_t sum = 0;
    for (size_t c = 0; c < columns; c += kPartRun) {
      const T* row = x + r * columns + c;
      const size_t count = HWY_MIN(kPartRun, columns - c);
      Part<T> part = 0;
      for (size_t i = 0; i < count; ++i) part += static_cast<Part<T>>(row[i]);
      sum += Widen<T>(part);
    }
    out[r] = static_cast<int64_t>(sum);
  }
}

template <class T>
void WideSumAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return WideSumAlongRows<T>(vx, vout, 1, rows);
  EachWindow<T>(vx, rows, columns, [vout](const Window<T>& window, size_t place) HWY_ATTR {
    uint64_t sums[kColumnBlock] = {};
    for (size_t start = 0; start < window.rows; start += kPartRun) {
      const Window<T> part = window.Rows(start, HWY_MIN(kPartRun, window.rows - start));
      Part<T> parts[kColumnBlock] = {};
      for (size_t r = 0; r < part.rows; ++r) {
        const T* row = part.first + r * part.stride;
        for (size_t c = 0; c < part.columns; ++c) parts[c] += static_cast<Part<T>>(row[c]);
      }
      for (size_t c = 0; c < part.columns; ++c) sums[c] += Widen<T>(parts[c]);
    }
    memcpy(static_cast<int64_t*>(vout) + place, sums, window.columns * sizeof(int64_t));
  });
}

// MARK: Products of integers

/// Numbers that are multiplied side by side, each of every kProductLanes-th element.
constexpr size_t kProductLanes = 8;

template <class T>
void WideProductAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  int64_t* out = static_cast<int64_t*>(vout);
  for (size_t r = 0; r < rows; ++r) {
    const T* row = x + r * columns;
    uint64_t parts[kProductLanes];
    for (uint64_t& part : parts) part = 1;
    size_t c = 0;
    for (; c + kProductLanes <= columns; c += kProductLanes) {
      for (size_t i = 0; i < kProductLanes; ++i) parts[i] *= static_cast<uint64_t>(row[c + i]);
    }
    uint64_t product = 1;
    for (; c < columns; ++c) product *= static_cast<uint64_t>(row[c]);
    for (const uint64_t part : parts) product *= part;
    out[r] = static_cast<int64_t>(product);
  }
}

template <class T>
void WideProductAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return WideProductAlongRows<T>(vx, vout, 1, rows);
  EachWindow<T>(vx, rows, columns, [vout](const Window<T>& window, size_t place) HWY_ATTR {
    uint64_t products[kColumnBlock];
    for (uint64_t& product : products) product = 1;
    for (size_t r = 0; r < window.rows; ++r) {
      const T* row = window.first + r * window.stride;
      for (size_t c = 0; c < window.columns; ++c) products[c] *= static_cast<uint64_t>(row[c]);
    }
    memcpy(static_cast<int64_t*>(vout) + place, products, window.columns * sizeof(int64_t));
  });
}

// MARK: Where the largest or smallest is

/// Elements whose largest is looked for before it is known where in them it stands.
constexpr size_t kSearchRun = 2048;

template <class T, class Op>
size_t FindInRow(const T* x, size_t count) {
  const hn::ScalableTag<T> d;
  const hn::Simd<T, 1, 0> single;
  T best = FoldRun<Op>(x, HWY_MIN(count, kSearchRun), Itself());
  size_t run = 0;
  for (size_t i = kSearchRun; i < count && best == best; i += kSearchRun) {
    const T other = FoldRun<Op>(x + i, HWY_MIN(kSearchRun, count - i), Itself());
    const T both = hn::GetLane(Op()(single, hn::Set(single, best), hn::Set(single, other)));
    if (both != best) {
      best = both;
      run = i;
    }
  }
  const auto wanted = hn::Set(d, best);
  const size_t lanes = hn::Lanes(d);
  size_t i = run;
  for (; i + lanes <= count; i += lanes) {
    const auto v = hn::LoadU(d, x + i);
    const auto found = hn::Or(hn::Eq(v, wanted), IsNotANumber(d, v));
    const intptr_t lane = hn::FindFirstTrue(d, found);
    if (lane >= 0) return i + static_cast<size_t>(lane);
  }
  while (i < count && x[i] != best && x[i] == x[i]) ++i;
  return i;
}

template <class T, class Op>
void FindAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  const T* x = static_cast<const T*>(vx);
  int64_t* out = static_cast<int64_t*>(vout);
  for (size_t r = 0; r < rows; ++r) {
    out[r] = static_cast<int64_t>(FindInRow<T, Op>(x + r * columns, columns));
  }
}

/// Rows whose numbers, counted from 1, fit in the lanes of any dtype.
constexpr size_t kFindRows = 127;

template <class T, class Op>
void FindInWindow(const Window<T>& window, int64_t* out) {
  using Index = hwy::MakeSigned<T>;
  const hn::ScalableTag<T> d;
  const hn::RebindToSigned<decltype(d)> d_index;
  const size_t lanes = hn::Lanes(d);
  HWY_ALIGN T best[kColumnBlock];
  HWY_ALIGN Index index[kColumnBlock];
  for (size_t c = 0; c < window.columns; c += lanes) {
    hn::Store(window.Load(d, 0, c), d, best + c);
  }
  for (size_t c = 0; c < window.columns; ++c) out[c] = 0;
  for (size_t start = 0; start < window.rows; start += kFindRows) {
    const size_t count = HWY_MIN(kFindRows, window.rows - start);
    memset(index, 0, sizeof(index));
    for (size_t r = 0; r < count; ++r) {
      const auto number = hn::Set(d_index, static_cast<Index>(r + 1));
      for (size_t c = 0; c < window.columns; c += lanes) {
        const auto before = hn::Load(d, best + c);
        const auto now = Op()(d, before, window.Load(d, start + r, c));
        // A nan differs from itself, but the first one stays.
        const auto same = hn::Or(hn::Eq(now, before), IsNotANumber(d, before));
        const auto old_number = hn::Load(d_index, index + c);
        const auto same_index = hn::RebindMask(d_index, same);
        hn::Store(hn::IfThenElse(same_index, old_number, number), d_index, index + c);
        hn::Store(now, d, best + c);
      }
    }
    for (size_t c = 0; c < window.columns; ++c) {
      if (index[c] != 0) out[c] = static_cast<int64_t>(start) + index[c] - 1;
    }
  }
}

template <class T, class Op>
void FindAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return FindAlongRows<T, Op>(vx, vout, 1, rows);
  EachWindow<T>(vx, rows, columns, [vout](const Window<T>& window, size_t place) HWY_ATTR {
    FindInWindow<T, Op>(window, static_cast<int64_t*>(vout) + place);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
