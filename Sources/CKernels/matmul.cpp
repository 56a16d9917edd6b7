// Products of integer and bool matrices (floats go to oneDNN and OpenBLAS).
//
// A panel of b, kDepth rows by a few vectors, is copied to the stack, in the type that is computed
// in, so that it is read without gaps for every row of a. A tile of kTileRows rows by the width of
// the panel is summed in registers.
#include "highway-baseline.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matmul.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#include "loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace HWY_NAMESPACE {

constexpr size_t kDepth = 256;
constexpr size_t kTileRows = 4;

/// Products of integers of up to 32 bits, computed in lanes of type L.
template <class E, class L>
struct IntegerProduct {
  using Element = E;
  using Lane = L;
  using D = hn::ScalableTag<L>;
  using Right = hn::Vec<D>;
  using Sum = hn::Vec<D>;
  static constexpr size_t kVectors = 2;

  static HWY_INLINE Right Prepare(hn::Vec<D> b) { return b; }
  static HWY_INLINE Sum Empty() { return hn::Zero(D()); }
  static HWY_INLINE Sum AddProduct(Sum sum, hn::Vec<D> a, Right b) {
    return hn::Add(sum, hn::Mul(a, b));
  }
  static HWY_INLINE hn::Vec<D> Finish(Sum sum) { return sum; }
  static HWY_INLINE Element Join(Element c, uint64_t more) {
    return static_cast<Element>(static_cast<uint64_t>(c) + more);
  }
};

/// Products of 64 bits from products of 32: low·low + 2^32 (low·high + high·low). Of the two in
/// brackets only the lower halves matter; one multiplication of 32-bit lanes gives both, and they
/// are only put together at the end.
struct WideProduct {
  using Element = uint64_t;
  using Lane = uint64_t;
  using D = hn::ScalableTag<uint64_t>;
  using D32 = hn::Repartition<uint32_t, D>;
  struct Right {
    hn::Vec<D32> straight, swapped;
  };
  struct Sum {
    hn::Vec<D> low;
    hn::Vec<D32> crossed;
  };
  static constexpr size_t kVectors = 1;

  static HWY_INLINE Right Prepare(hn::Vec<D> b) {
    const auto straight = hn::BitCast(D32(), b);
    return {straight, hn::Shuffle2301(straight)};
  }
  static HWY_INLINE Sum Empty() { return {hn::Zero(D()), hn::Zero(D32())}; }
  static HWY_INLINE Sum AddProduct(Sum sum, hn::Vec<D> a, Right b) {
    const auto a32 = hn::BitCast(D32(), a);
    return {hn::Add(sum.low, hn::MulEven(a32, b.straight)),
            hn::Add(sum.crossed, hn::Mul(a32, b.swapped))};
  }
  static HWY_INLINE hn::Vec<D> Finish(Sum sum) {
    const auto crossed = hn::BitCast(D(), sum.crossed);
    const auto both = hn::Add(crossed, hn::ShiftRight<32>(crossed));
    return hn::Add(sum.low, hn::ShiftLeft<32>(both));
  }
  static HWY_INLINE Element Join(Element c, uint64_t more) { return c + more; }
};

/// Logical or of ands, on bytes.
struct BoolProduct : IntegerProduct<uint8_t, uint8_t> {
  static HWY_INLINE Sum AddProduct(Sum sum, hn::Vec<D> a, Right b) {
    return hn::Or(sum, hn::And(a, b));
  }
  static HWY_INLINE Element Join(Element c, uint64_t more) {
    return c | static_cast<Element>(more != 0);
  }
};

/// c[r][0 ..< width] joined with rows of a by the panel, for kRows rows.
template <class P, size_t kRows>
HWY_INLINE void Tile(const typename P::Element* a, size_t a_stride, const typename P::Lane* panel,
                     size_t depth, typename P::Element* c, size_t c_stride, size_t width) {
  using Lane = typename P::Lane;
  const typename P::D d;
  constexpr size_t kLanes = hn::MaxLanes(typename P::D());
  constexpr size_t kWidth = P::kVectors * kLanes;
  typename P::Sum sums[kRows][P::kVectors];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < P::kVectors; ++v) sums[r][v] = P::Empty();
  }
  for (size_t k = 0; k < depth; ++k) {
    typename P::Right right[P::kVectors];
    for (size_t v = 0; v < P::kVectors; ++v) {
      right[v] = P::Prepare(hn::Load(d, panel + k * kWidth + v * kLanes));
    }
    for (size_t r = 0; r < kRows; ++r) {
      const auto left = hn::Set(d, static_cast<Lane>(a[r * a_stride + k]));
      for (size_t v = 0; v < P::kVectors; ++v) {
        sums[r][v] = P::AddProduct(sums[r][v], left, right[v]);
      }
    }
  }
  HWY_ALIGN Lane row[kWidth];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < P::kVectors; ++v) {
      hn::Store(P::Finish(sums[r][v]), d, row + v * kLanes);
    }
    for (size_t j = 0; j < width; ++j) {
      c[r * c_stride + j] = P::Join(c[r * c_stride + j], row[j]);
    }
  }
}

/// c = a · b for a single row a: every element of b is used once, so a panel would not pay.
template <class P>
void RowTimesMatrix(const typename P::Element* a, const typename P::Element* b,
                    typename P::Element* c, size_t k, size_t n) {
  for (size_t i = 0; i < k; ++i) {
    const uint64_t left = static_cast<uint64_t>(a[i]);
    for (size_t j = 0; j < n; ++j) {
      c[j] = P::Join(c[j], left * static_cast<uint64_t>(b[i * n + j]));
    }
  }
}

/// c = a · b for a single column b.
template <class P>
void MatrixTimesColumn(const typename P::Element* a, const typename P::Element* b,
                       typename P::Element* c, size_t m, size_t k) {
  for (size_t i = 0; i < m; ++i) {
    typename P::Element sum = 0;
    for (size_t j = 0; j < k; ++j) {
      sum = P::Join(sum, static_cast<uint64_t>(a[i * k + j]) * static_cast<uint64_t>(b[j]));
    }
    c[i] = sum;
  }
}

template <class P>
void Matmul(const void* va, const void* vb, void* vc, size_t m, size_t k, size_t n) {
  using Element = typename P::Element;
  using Lane = typename P::Lane;
  constexpr size_t kWidth = P::kVectors * hn::MaxLanes(typename P::D());
  const Element* a = static_cast<const Element*>(va);
  const Element* b = static_cast<const Element*>(vb);
  Element* c = static_cast<Element*>(vc);
  if (m * n == 0) return;
  memset(c, 0, m * n * sizeof(Element));
  if (n == 1) return MatrixTimesColumn<P>(a, b, c, m, k);
  if (m == 1) return RowTimesMatrix<P>(a, b, c, k, n);
  HWY_ALIGN Lane panel[kDepth * kWidth];
  for (size_t k0 = 0; k0 < k; k0 += kDepth) {
    const size_t depth = HWY_MIN(kDepth, k - k0);
    for (size_t j0 = 0; j0 < n; j0 += kWidth) {
      const size_t width = HWY_MIN(kWidth, n - j0);
      if (width < kWidth) memset(panel, 0, sizeof(panel));
      for (size_t row = 0; row < depth; ++row) {
        const Element* from = b + (k0 + row) * n + j0;
        for (size_t j = 0; j < width; ++j) panel[row * kWidth + j] = static_cast<Lane>(from[j]);
      }
      size_t i = 0;
      for (; i + kTileRows <= m; i += kTileRows) {
        Tile<P, kTileRows>(a + i * k + k0, k, panel, depth, c + i * n + j0, n, width);
      }
      for (; i < m; ++i) Tile<P, 1>(a + i * k + k0, k, panel, depth, c + i * n + j0, n, width);
    }
  }
}

const ck_matmul_loops* MatmulTable() {
  // The low bits of a product do not depend on the signs.
  static constexpr ck_matmul_loops kTable = [] {
    ck_matmul_loops table = {};
    table.functions[CK_BOOL] = &Matmul<BoolProduct>;
    table.functions[CK_UINT8] = &Matmul<IntegerProduct<uint8_t, uint16_t>>;
    table.functions[CK_INT8] = &Matmul<IntegerProduct<uint8_t, uint16_t>>;
    table.functions[CK_INT16] = &Matmul<IntegerProduct<uint16_t, uint16_t>>;
    table.functions[CK_INT32] = &Matmul<IntegerProduct<uint32_t, uint32_t>>;
    table.functions[CK_INT64] = &Matmul<WideProduct>;
    return table;
  }();
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ckernels {
HWY_EXPORT(MatmulTable);
}
// Highway's macro wants the bare name where there is one instruction set only.
using namespace ckernels;

const ck_matmul_loops* ck_matmul_table(void) { return HWY_DYNAMIC_DISPATCH(MatmulTable)(); }
#endif
