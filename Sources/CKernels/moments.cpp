// Variances and norms of rows, accumulated in double precision and rounded once.
#include <algorithm>
#include <cmath>
#include <limits>

#include "CKernels.h"

namespace {

/// Partial sums that a processor adds side by side; they also keep the error of long rows low.
constexpr size_t kLanes = 8;

/// The sum of term(x[i]).
template <class T, class Term>
double Sum(const T* x, size_t count, Term term) {
  double lanes[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += term(x[i + lane]);
  }
  for (size_t lane = 0; i < count; ++i, ++lane) lanes[lane] += term(x[i]);
  double sum = 0;
  for (double lane : lanes) sum += lane;
  return sum;
}

/// Two passes: the mean first, then the squares of what differs from it. The sum of the differences
/// takes out what rounding has left in the mean (Chan, Golub and LeVeque, 1983).
template <class T>
double Variance(const T* x, size_t count, double correction) {
  const double mean = Sum(x, count, [](double value) { return value; }) / count;
  const double squares = Sum(x, count, [=](double value) {
    const double difference = value - mean;
    return difference * difference;
  });
  const double rest = Sum(x, count, [=](double value) { return value - mean; });
  const double freedom = std::max(static_cast<double>(count) - correction, 0.0);
  return count == 0 ? std::numeric_limits<double>::quiet_NaN()
                    : (squares - rest * rest / count) / freedom;
}

/// nan if any element is nan; 0 over none.
template <class T>
double Extreme(const T* x, size_t count, bool largest) {
  if (count == 0) return 0;
  double best = std::abs(static_cast<double>(x[0]));
  for (size_t i = 0; i < count; ++i) {
    const double value = std::abs(static_cast<double>(x[i]));
    if (std::isnan(value)) return value;
    best = largest ? std::max(best, value) : std::min(best, value);
  }
  return best;
}

template <class T>
double Norm(const T* x, size_t count, double order) {
  if (std::isinf(order)) return Extreme(x, count, order > 0);
  if (order == 0) return Sum(x, count, [](double value) { return value != 0 ? 1.0 : 0.0; });
  if (order == 1) return Sum(x, count, [](double value) { return std::abs(value); });
  if (order == 2) {
    const double norm = std::sqrt(Sum(x, count, [](double value) { return value * value; }));
    if (std::isnormal(norm) || sizeof(T) < sizeof(double)) return norm;
    // The squares are beyond double's range, though the norm need not be.
    const double largest = Extreme(x, count, true);
    if (largest == 0 || !std::isfinite(largest)) return largest;
    return largest * std::sqrt(Sum(x, count, [=](double value) {
             const double part = value / largest;
             return part * part;
           }));
  }
  const double sum = Sum(x, count, [=](double value) { return std::pow(std::abs(value), order); });
  return std::pow(sum, 1 / order);
}

template <class T, class Body>
void EachRow(const void* vx, void* vout, size_t rows, size_t columns, Body body) {
  const T* x = static_cast<const T*>(vx);
  T* out = static_cast<T*>(vout);
  for (size_t r = 0; r < rows; ++r) out[r] = static_cast<T>(body(x + r * columns));
}

}  // namespace

void ck_variance(int dtype, const void* x, void* out, size_t rows, size_t columns,
                 double correction, int root) {
  const auto row = [=](const auto* x) {
    const double variance = Variance(x, columns, correction);
    return root != 0 ? std::sqrt(variance) : variance;
  };
  if (dtype == CK_FLOAT32) EachRow<float>(x, out, rows, columns, row);
  if (dtype == CK_FLOAT64) EachRow<double>(x, out, rows, columns, row);
}

void ck_vector_norm(int dtype, const void* x, void* out, size_t rows, size_t columns,
                    double order) {
  const auto row = [=](const auto* x) { return Norm(x, columns, order); };
  if (dtype == CK_FLOAT32) EachRow<float>(x, out, rows, columns, row);
  if (dtype == CK_FLOAT64) EachRow<double>(x, out, rows, columns, row);
}
