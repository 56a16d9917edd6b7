// Distances between the rows of matrices, and their gradients.
#include <cmath>
#include <cstddef>

#include "CKernels.h"

namespace {

// Sums are kept in several places at once, so that the compiler can use vectors.
constexpr size_t kLanes = 8;

/// Which of the norms it is: each has its own loop.
enum class Norm { kZero, kOne, kTwo, kInfinity, kOther };

Norm NormOf(double p) {
  if (p == 0) return Norm::kZero;
  if (p == 1) return Norm::kOne;
  if (p == 2) return Norm::kTwo;
  return std::isinf(p) ? Norm::kInfinity : Norm::kOther;
}

/// What a difference adds to the sum from which the distance is made.
template <class T, Norm kNorm>
inline T Term(T difference, T p) {
  const T size = std::fabs(difference);
  switch (kNorm) {
    case Norm::kZero: return difference == 0 ? T(0) : T(1);
    case Norm::kTwo: return difference * difference;
    case Norm::kOther: return std::pow(size, p);
    default: return size;
  }
}

template <class T, Norm kNorm>
inline T Join(T sum, T term) {
  // A nan stays: it is neither smaller nor equal.
  if (kNorm == Norm::kInfinity) return term <= sum ? sum : (sum != sum ? sum : term);
  return sum + term;
}

template <class T, Norm kNorm>
T Distance(const T* x, const T* y, size_t length, T p) {
  T sums[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= length; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] = Join<T, kNorm>(sums[lane], Term<T, kNorm>(x[i + lane] - y[i + lane], p));
    }
  }
  for (; i < length; ++i) sums[0] = Join<T, kNorm>(sums[0], Term<T, kNorm>(x[i] - y[i], p));
  T sum = sums[0];
  for (size_t lane = 1; lane < kLanes; ++lane) sum = Join<T, kNorm>(sum, sums[lane]);
  if (kNorm == Norm::kTwo) return std::sqrt(sum);
  return kNorm == Norm::kOther ? std::pow(sum, 1 / p) : sum;
}

template <class T, Norm kNorm>
void Distances(const void* vx, const void* vy, void* vout, size_t rows, size_t columns,
               size_t length, double p) {
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  T* out = static_cast<T*>(vout);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < columns; ++c) {
      out[r * columns + c] =
          Distance<T, kNorm>(x + r * length, y + c * length, length, static_cast<T>(p));
    }
  }
}

/// The derivative of a distance by a difference. As PyTorch's: 0 where the distance is 0, the whole
/// of it for every largest difference.
template <class T, Norm kNorm>
inline T Slope(T difference, T distance, T p) {
  const T sign = static_cast<T>((difference > 0) - (difference < 0));
  switch (kNorm) {
    case Norm::kZero: return 0;
    case Norm::kOne: return sign;
    case Norm::kTwo: return distance == 0 ? T(0) : difference / distance;
    case Norm::kInfinity: return std::fabs(difference) == distance ? sign : T(0);
    default:
      if (distance == 0 || difference == 0) return 0;
      return sign * std::pow(std::fabs(difference) / distance, p - 1);
  }
}

template <class T, Norm kNorm>
void Gradient(const void* vx, const void* vy, const void* vdistances, const void* vd, void* vdx,
              void* vdy, size_t rows, size_t columns, size_t length, double p) {
  const T* x = static_cast<const T*>(vx);
  const T* y = static_cast<const T*>(vy);
  const T* distances = static_cast<const T*>(vdistances);
  const T* d = static_cast<const T*>(vd);
  T* dx = static_cast<T*>(vdx);
  T* dy = static_cast<T*>(vdy);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < columns; ++c) {
      const T distance = distances[r * columns + c];
      const T scale = d[r * columns + c];
      for (size_t i = 0; i < length; ++i) {
        const T difference = x[r * length + i] - y[c * length + i];
        const T part = scale * Slope<T, kNorm>(difference, distance, static_cast<T>(p));
        dx[r * length + i] += part;
        if (dy != nullptr) dy[c * length + i] -= part;
      }
    }
  }
}

/// Calls `body` with the element type and the norm as template arguments.
template <class T, class Body>
void WithNorm(double p, Body body) {
  switch (NormOf(p)) {
    case Norm::kZero: return body.template Run<T, Norm::kZero>();
    case Norm::kOne: return body.template Run<T, Norm::kOne>();
    case Norm::kTwo: return body.template Run<T, Norm::kTwo>();
    case Norm::kInfinity: return body.template Run<T, Norm::kInfinity>();
    case Norm::kOther: return body.template Run<T, Norm::kOther>();
  }
}

template <class Body>
void Dispatch(int dtype, double p, Body body) {
  if (dtype == CK_FLOAT32) WithNorm<float>(p, body);
  if (dtype == CK_FLOAT64) WithNorm<double>(p, body);
}

struct DistancesCall {
  const void *x, *y;
  void* out;
  size_t rows, columns, length;
  double p;
  template <class T, Norm kNorm>
  void Run() {
    Distances<T, kNorm>(x, y, out, rows, columns, length, p);
  }
};

struct GradientCall {
  const void *x, *y, *distances, *d;
  void *dx, *dy;
  size_t rows, columns, length;
  double p;
  template <class T, Norm kNorm>
  void Run() {
    Gradient<T, kNorm>(x, y, distances, d, dx, dy, rows, columns, length, p);
  }
};

}  // namespace

void ck_cdist(int dtype, const void* x, const void* y, void* out, size_t rows, size_t columns,
              size_t length, double p) {
  Dispatch(dtype, p, DistancesCall{x, y, out, rows, columns, length, p});
}

void ck_cdist_gradient(int dtype, const void* x, const void* y, const void* distances,
                       const void* d, void* dx, void* dy, size_t rows, size_t columns,
                       size_t length, double p) {
  Dispatch(dtype, p, GradientCall{x, y, distances, d, dx, dy, rows, columns, length, p});
}
