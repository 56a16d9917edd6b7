// Functions of single numbers that the C library does not have, or not as they are wanted here.
#include "special.h"

#include <math.h>
#include <stddef.h>

#include <cmath>
#include <limits>

namespace ckernels {

constexpr double kPi = 3.14159265358979323846;
constexpr long double kWidePi = 3.14159265358979323846264338327950288L;
constexpr double kTwoOverRootPi = 1.12837916709551257390;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A first guess by Giles (Approximating the erfinv function, GPU Computing Gems, 2011), then steps
/// of Halley's or Newton's method on whichever of erf, erfc and its logarithm keeps its digits.
/// 1 − |y| is exact from 1/2 on.
double InverseErf(double y) {
  const double size = std::fabs(y);
  if (!(size < 1)) return size == 1 ? std::copysign(kInfinity, y) : kNaN;
  // erf(x) = 2 x / sqrt(π) to the last digit.
  if (size < 1e-9) return y * 0.88622692545275801365;
  double w = -std::log((1 - size) * (1 + size));
  double x;
  if (w < 5) {
    static constexpr double kCenter[] = {2.81022636e-08,  3.43273939e-07, -3.5233877e-06,
                                         -4.39150654e-06, 0.00021858087,  -0.00125372503,
                                         -0.00417768164,  0.246640727,    1.50140941};
    w -= 2.5;
    x = kCenter[0];
    for (size_t i = 1; i < sizeof(kCenter) / sizeof(double); ++i) x = x * w + kCenter[i];
  } else {
    static constexpr double kTail[] = {-0.000200214257, 0.000100950558, 0.00134934322,
                                       -0.00367342844,  0.00573950773,  -0.0076224613,
                                       0.00943887047,   1.00167406,     2.83297682};
    w = std::sqrt(w) - 3;
    x = kTail[0];
    for (size_t i = 1; i < sizeof(kTail) / sizeof(double); ++i) x = x * w + kTail[i];
    x *= size;
    // The guess is for float32. Far out the logarithm of erfc is nearly a straight line.
    const double wanted = std::log(1 - size);
    for (int step = 0; step < 4; ++step) {
      const double tail = std::erfc(x);
      x += (std::log(tail) - wanted) * tail / (kTwoOverRootPi * std::exp(-x * x));
    }
    return std::copysign(x, y);
  }
  x *= size;
  for (int step = 0; step < 2; ++step) {
    const double excess = size < 0.5 ? std::erf(x) - size : (1 - size) - std::erfc(x);
    const double newton = excess / (kTwoOverRootPi * std::exp(-x * x));
    x -= newton / (1 + x * newton);
  }
  return std::copysign(x, y);
}

double LogGamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

double Digamma(double x) {
  if (x == 0) return std::copysign(kInfinity, -x);
  if (x == -kInfinity || (x < 0 && x == std::trunc(x))) return kNaN;
  // Around the zeros, of which the positive one is 1.46, terms nearly cancel: hence the wider type.
  long double sum = 0;
  long double z = x;
  if (x < 0) {
    // ψ(x) = ψ(1 − x) − π / tan(π x), the tangent of the rest to the nearest integer.
    const long double rest = x - std::nearbyint(x);
    sum = -kWidePi / std::tan(kWidePi * rest);
    z = 1 - z;
  }
  for (; z < 12; z += 1) sum -= 1 / z;
  // log z − 1/(2 z) − Σ B(2k) / (2k z^(2k))
  static constexpr long double kSeries[] = {-3617.0L / 8160, 1.0L / 12,   -691.0L / 32760, 1.0L / 132,
                                            -1.0L / 240,     1.0L / 252,  -1.0L / 120,     1.0L / 12};
  const long double square = 1 / (z * z);
  long double series = 0;
  for (const long double term : kSeries) series = series * square + term;
  return static_cast<double>(sum + (std::log(z) - 0.5L / z - series * square));
}

double Sinc(double x) {
  const double size = std::fabs(x);
  if (size == 0) return 1;
  // sin(π x) has period 2 and is symmetric around 1/2 and 1; all of these steps are exact.
  double rest = std::fmod(size, 2.0);
  const bool is_negative = rest > 1;
  if (is_negative) rest -= 1;
  if (rest > 0.5) rest = 1 - rest;
  const double sine = std::sin(kPi * rest);
  return (is_negative ? -sine : sine) / (kPi * size);
}

double LogAddExp(double x, double y) {
  if (std::isinf(x) && x == y) return x;
  const double larger = x < y ? y : x;
  return larger + std::log1p(std::exp(-std::fabs(x - y)));
}

double LogAddExp2(double x, double y) {
  if (std::isinf(x) && x == y) return x;
  const double larger = x < y ? y : x;
  // 1 / log 2
  return larger + std::log1p(std::exp2(-std::fabs(x - y))) * 1.44269504088896340736;
}

}  // namespace ckernels
