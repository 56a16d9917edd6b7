// Elementwise functions of three operands and a number. Plain loops: compilers make vectors of them.
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "CKernels.h"

namespace ckernels {
namespace {

/// Integers are computed in 64 bits without a sign, where they wrap; the low bits are the result's.
template <class T>
using Wide = typename std::conditional<std::is_floating_point<T>::value, T, uint64_t>::type;

struct AddProduct {
  template <class T>
  T operator()(T x, T y, T z, T value) const {
    using W = Wide<T>;
    return static_cast<T>(W(x) + W(value) * W(y) * W(z));
  }
};

struct AddQuotient {
  template <class T>
  T operator()(T x, T y, T z, T value) const {
    return x + value * y / z;
  }
};

/// From the nearer end, so that both ends are met exactly.
struct Interpolate {
  template <class T>
  T operator()(T x, T y, T weight, T) const {
    return std::fabs(weight) < T(0.5) ? x + weight * (y - x) : y - (y - x) * (T(1) - weight);
  }
};

/// A nan is no bound that could be kept: it is the result.
struct Clamp {
  template <class T>
  T operator()(T x, T low, T high, T) const {
    const T raised = x < low || low != low ? low : x;
    return raised > high || high != high ? high : raised;
  }
};

template <class T, class F>
void Map3(const void* vx, size_t x_step, const void* vy, size_t y_step, const void* vz,
          size_t z_step, const void* vvalue, void* vout, size_t count) {
  if (count == 0) return;
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  const T* z = static_cast<const T*>(vz);
  const T value = *static_cast<const T*>(vvalue);
  T* out = static_cast<T*>(vout);
  const F f;
  if (x_step == 1 && y_step == 1 && z_step == 1) {
    for (size_t i = 0; i < count; ++i) out[i] = f(x[i], y[i], z[i], value);
  } else if (x_step == 1 && y_step == 1) {
    const T last = *z;
    for (size_t i = 0; i < count; ++i) out[i] = f(x[i], y[i], last, value);
  } else if (x_step == 1 && y_step == 0 && z_step == 0) {
    const T middle = *y;
    const T last = *z;
    for (size_t i = 0; i < count; ++i) out[i] = f(x[i], middle, last, value);
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = f(x[i * x_step], y[i * y_step], z[i * z_step], value);
  }
}

template <class F>
constexpr ck_ternary_row FloatRow(const char* name) {
  ck_ternary_row row = {name, {}};
  row.functions[CK_FLOAT32] = &Map3<float, F>;
  row.functions[CK_FLOAT64] = &Map3<double, F>;
  return row;
}

template <class F>
constexpr ck_ternary_row NumberRow(const char* name) {
  ck_ternary_row row = FloatRow<F>(name);
  row.functions[CK_UINT8] = &Map3<uint8_t, F>;
  row.functions[CK_INT8] = &Map3<int8_t, F>;
  row.functions[CK_INT16] = &Map3<int16_t, F>;
  row.functions[CK_INT32] = &Map3<int32_t, F>;
  row.functions[CK_INT64] = &Map3<int64_t, F>;
  return row;
}

struct TernaryRows {
  ck_ternary_row rows[CK_TERNARY_ROWS];
};

constexpr TernaryRows MakeTernaryRows() {
  TernaryRows table = {};
  table.rows[CK_ADDCMUL] = NumberRow<AddProduct>("addcmul");
  table.rows[CK_ADDCDIV] = FloatRow<AddQuotient>("addcdiv");
  table.rows[CK_LERP] = FloatRow<Interpolate>("lerp");
  table.rows[CK_CLAMP] = NumberRow<Clamp>("clamp");
  return table;
}

}  // namespace
}  // namespace ckernels

const ck_ternary_row* ck_ternary_table(void) {
  static constexpr ckernels::TernaryRows kTable = ckernels::MakeTernaryRows();
  return kTable.rows;
}
