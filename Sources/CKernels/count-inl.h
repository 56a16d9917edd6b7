// The loops of the reductions that only ask whether an element is 0, which its bits tell: nan is not,
// −0 is. One loop for each size of element, with or without a sign to take away.
#if defined(CKERNELS_COUNT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CKERNELS_COUNT_INL_H_
#undef CKERNELS_COUNT_INL_H_
#else
#define CKERNELS_COUNT_INL_H_
#endif

#include "hwy/highway.h"
#include "reduction-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

/// An element that is 0 where `mask` is.
template <class U, U mask>
struct Masked {
  using Bits = U;
  static HWY_INLINE bool IsNonzero(U bits) { return (bits & mask) != 0; }
};

using Masked8 = Masked<uint8_t, 0xFF>;
using Masked16 = Masked<uint16_t, 0xFFFF>;
using Masked32 = Masked<uint32_t, 0xFFFFFFFF>;
using Masked64 = Masked<uint64_t, 0xFFFFFFFFFFFFFFFF>;
using MaskedFloat16 = Masked<uint16_t, 0x7FFF>;
using MaskedFloat32 = Masked<uint32_t, 0x7FFFFFFF>;
using MaskedFloat64 = Masked<uint64_t, 0x7FFFFFFFFFFFFFFF>;

/// The number of elements that are not 0, in a run whose number fits in 32 bits.
template <class M>
HWY_INLINE uint32_t CountRun(const typename M::Bits* x, size_t count) {
  uint32_t found = 0;
  for (size_t i = 0; i < count; ++i) found += M::IsNonzero(x[i]) ? 1 : 0;
  return found;
}

template <class M>
void CountAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  int64_t* out = static_cast<int64_t*>(vout);
  for (size_t r = 0; r < rows; ++r) {
    const auto* x = static_cast<const typename M::Bits*>(vx) + r * columns;
    int64_t sum = 0;
    for (size_t c = 0; c < columns; c += kPartRun) {
      sum += CountRun<M>(x + c, HWY_MIN(kPartRun, columns - c));
    }
    out[r] = sum;
  }
}

template <class M>
void CountAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return CountAlongRows<M>(vx, vout, 1, rows);
  using Bits = typename M::Bits;
  EachWindow<Bits>(vx, rows, columns, [vout](const Window<Bits>& window, size_t place) HWY_ATTR {
    int64_t* out = static_cast<int64_t*>(vout) + place;
    for (size_t c = 0; c < window.columns; ++c) out[c] = 0;
    for (size_t start = 0; start < window.rows; start += kPartRun) {
      const Window<Bits> part = window.Rows(start, HWY_MIN(kPartRun, window.rows - start));
      uint32_t counts[kColumnBlock] = {};
      for (size_t r = 0; r < part.rows; ++r) {
        const Bits* row = part.first + r * part.stride;
        for (size_t c = 0; c < part.columns; ++c) counts[c] += M::IsNonzero(row[c]) ? 1 : 0;
      }
      for (size_t c = 0; c < part.columns; ++c) out[c] += counts[c];
    }
  });
}

/// Elements after which it is looked whether the answer is known already.
constexpr size_t kAskRun = 2048;

/// Whether all (any) are not 0: of none all are, and no one is.
template <class M, bool all>
void AskAlongRows(const void* vx, void* vout, size_t rows, size_t columns) {
  uint8_t* out = static_cast<uint8_t*>(vout);
  for (size_t r = 0; r < rows; ++r) {
    const auto* x = static_cast<const typename M::Bits*>(vx) + r * columns;
    bool answer = all;
    for (size_t c = 0; c < columns && answer == all; c += kAskRun) {
      const size_t size = HWY_MIN(kAskRun, columns - c);
      const size_t found = CountRun<M>(x + c, size);
      answer = all ? found == size : found != 0;
    }
    out[r] = answer ? 1 : 0;
  }
}

template <class M, bool all>
void AskAlongColumns(const void* vx, void* vout, size_t rows, size_t columns) {
  if (columns == 1) return AskAlongRows<M, all>(vx, vout, 1, rows);
  using Bits = typename M::Bits;
  EachWindow<Bits>(vx, rows, columns, [vout](const Window<Bits>& window, size_t place) HWY_ATTR {
    uint8_t answers[kColumnBlock];
    memset(answers, all, sizeof(answers));
    for (size_t r = 0; r < window.rows; ++r) {
      const Bits* row = window.first + r * window.stride;
      for (size_t c = 0; c < window.columns; ++c) {
        const uint8_t found = M::IsNonzero(row[c]) ? 1 : 0;
        answers[c] = all ? answers[c] & found : answers[c] | found;
      }
    }
    memcpy(static_cast<uint8_t*>(vout) + place, answers, window.columns);
  });
}

template <class M>
constexpr void FillCounts(ck_reduction_row* rows, int dtype) {
  rows[CK_ALL].along_rows[dtype] = &AskAlongRows<M, true>;
  rows[CK_ALL].along_columns[dtype] = &AskAlongColumns<M, true>;
  rows[CK_ANY].along_rows[dtype] = &AskAlongRows<M, false>;
  rows[CK_ANY].along_columns[dtype] = &AskAlongColumns<M, false>;
  rows[CK_COUNT_NONZERO].along_rows[dtype] = &CountAlongRows<M>;
  rows[CK_COUNT_NONZERO].along_columns[dtype] = &CountAlongColumns<M>;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#endif
