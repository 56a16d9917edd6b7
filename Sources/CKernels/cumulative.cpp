// Scans: every element of the result is made of the elements up to its place. Each step needs the one
// before, so the loops are plain, and built once. The file sees the matrix outer × length × inner and
// walks along the middle axis, some inner places side by side.
#include "highway-baseline.h"

#include <cmath>
#include <type_traits>

#include "CKernels.h"
#include "half-inl.h"
#include "hwy/highway.h"
#include "special.h"

HWY_BEFORE_NAMESPACE();
namespace ckernels {
namespace {
using HWY_NAMESPACE::BFloat16;
using HWY_NAMESPACE::Float16;

/// Inner places that are walked along together.
constexpr size_t kPlaces = 256;

/// How elements are stored and what they are accumulated in. The unsigned types wrap.
template <class T, class A>
struct Numbers {
  using Stored = T;
  using Wide = A;
  static A Widen(T x) { return static_cast<A>(x); }
  static T Narrow(A x) { return static_cast<T>(x); }
};

template <class H>
struct Halves {
  using Stored = uint16_t;
  using Wide = float;
  static float Widen(uint16_t x) { return H::Widen(x); }
  static uint16_t Narrow(float x) { return H::Narrow(x); }
};

struct Sum {
  template <class A>
  A operator()(A sum, A x) const {
    return sum + x;
  }
};

struct Product {
  template <class A>
  A operator()(A product, A x) const {
    return product * x;
  }
};

struct LogSumExp {
  template <class A>
  A operator()(A sum, A x) const {
    return static_cast<A>(LogAddExp(sum, x));
  }
};

template <class E, class Op>
void Scan(const void* vx, void* vout, size_t outer, size_t length, size_t inner) {
  using Stored = typename E::Stored;
  using Wide = typename E::Wide;
  const Op op;
  Wide running[kPlaces];
  for (size_t o = 0; o < outer; ++o) {
    for (size_t first = 0; first < inner; first += kPlaces) {
      const size_t size = HWY_MIN(kPlaces, inner - first);
      const Stored* x = static_cast<const Stored*>(vx) + o * length * inner + first;
      Stored* out = static_cast<Stored*>(vout) + o * length * inner + first;
      for (size_t i = 0; i < length; ++i, x += inner, out += inner) {
        for (size_t j = 0; j < size; ++j) {
          const Wide now = E::Widen(x[j]);
          running[j] = i == 0 ? now : op(running[j], now);
          out[j] = E::Narrow(running[j]);
        }
      }
    }
  }
}

/// Of equal ones the last, and a nan is followed by nothing but another nan.
template <class E, bool largest>
void ScanExtremum(const void* vx, void* vout, int64_t* places, size_t outer, size_t length,
                  size_t inner) {
  using Stored = typename E::Stored;
  using Wide = typename E::Wide;
  Wide best[kPlaces];
  Stored stored[kPlaces];
  int64_t at[kPlaces];
  for (size_t o = 0; o < outer; ++o) {
    for (size_t first = 0; first < inner; first += kPlaces) {
      const size_t size = HWY_MIN(kPlaces, inner - first);
      size_t start = o * length * inner + first;
      for (size_t i = 0; i < length; ++i, start += inner) {
        const Stored* x = static_cast<const Stored*>(vx) + start;
        Stored* out = static_cast<Stored*>(vout) + start;
        for (size_t j = 0; j < size; ++j) {
          const Wide now = E::Widen(x[j]);
          const bool reaches = i == 0 || (largest ? now >= best[j] : now <= best[j]);
          if (reaches || now != now) {
            best[j] = now;
            stored[j] = x[j];
            at[j] = static_cast<int64_t>(i);
          }
          out[j] = stored[j];
          places[start + j] = at[j];
        }
      }
    }
  }
}

template <class Op>
constexpr void FillFloats(ck_cumulative_function* functions) {
  functions[CK_FLOAT16] = &Scan<Halves<Float16>, Op>;
  functions[CK_BFLOAT16] = &Scan<Halves<BFloat16>, Op>;
  functions[CK_FLOAT32] = &Scan<Numbers<float, double>, Op>;
  functions[CK_FLOAT64] = &Scan<Numbers<double, double>, Op>;
}

template <class Op>
constexpr ck_cumulative_row NumberRow(const char* name) {
  ck_cumulative_row row = {name, {}};
  FillFloats<Op>(row.functions);
  // The low bits of a sum or a product depend on the low bits of its operands alone.
  row.functions[CK_UINT8] = &Scan<Numbers<uint8_t, uint32_t>, Op>;
  row.functions[CK_INT8] = row.functions[CK_UINT8];
  row.functions[CK_INT16] = &Scan<Numbers<uint16_t, uint32_t>, Op>;
  row.functions[CK_INT32] = &Scan<Numbers<uint32_t, uint32_t>, Op>;
  row.functions[CK_INT64] = &Scan<Numbers<uint64_t, uint64_t>, Op>;
  return row;
}

template <bool largest>
constexpr ck_cumulative_extremum_row ExtremumRow(const char* name) {
  ck_cumulative_extremum_row row = {name, {}};
  row.functions[CK_UINT8] = &ScanExtremum<Numbers<uint8_t, uint8_t>, largest>;
  row.functions[CK_BOOL] = row.functions[CK_UINT8];
  row.functions[CK_INT8] = &ScanExtremum<Numbers<int8_t, int8_t>, largest>;
  row.functions[CK_INT16] = &ScanExtremum<Numbers<int16_t, int16_t>, largest>;
  row.functions[CK_INT32] = &ScanExtremum<Numbers<int32_t, int32_t>, largest>;
  row.functions[CK_INT64] = &ScanExtremum<Numbers<int64_t, int64_t>, largest>;
  row.functions[CK_FLOAT16] = &ScanExtremum<Halves<Float16>, largest>;
  row.functions[CK_BFLOAT16] = &ScanExtremum<Halves<BFloat16>, largest>;
  row.functions[CK_FLOAT32] = &ScanExtremum<Numbers<float, float>, largest>;
  row.functions[CK_FLOAT64] = &ScanExtremum<Numbers<double, double>, largest>;
  return row;
}

struct CumulativeRows {
  ck_cumulative_row rows[CK_CUMULATIVE_ROWS];
};

constexpr CumulativeRows MakeCumulativeRows() {
  CumulativeRows table = {};
  table.rows[CK_CUMSUM] = NumberRow<Sum>("cumsum");
  table.rows[CK_CUMPROD] = NumberRow<Product>("cumprod");
  table.rows[CK_LOGCUMSUMEXP].name = "logcumsumexp";
  FillFloats<LogSumExp>(table.rows[CK_LOGCUMSUMEXP].functions);
  return table;
}

struct ExtremumRows {
  ck_cumulative_extremum_row rows[CK_CUMULATIVE_EXTREMUM_ROWS];
};

constexpr ExtremumRows MakeExtremumRows() {
  ExtremumRows table = {};
  table.rows[CK_CUMMAX] = ExtremumRow<true>("cummax");
  table.rows[CK_CUMMIN] = ExtremumRow<false>("cummin");
  return table;
}

}  // namespace
}  // namespace ckernels
HWY_AFTER_NAMESPACE();

const ck_cumulative_row* ck_cumulative_table(void) {
  static constexpr ckernels::CumulativeRows kTable = ckernels::MakeCumulativeRows();
  return kTable.rows;
}

const ck_cumulative_extremum_row* ck_cumulative_extremum_table(void) {
  static constexpr ckernels::ExtremumRows kTable = ckernels::MakeExtremumRows();
  return kTable.rows;
}
