#include "polygamma.h"

#include <cmath>
#include <limits>

namespace ckernels {
namespace {

/// Hurwitz's zeta function, the sum of (q + k)^−s over k from 0 on, for s > 1 and q > 0, by Euler and
/// Maclaurin: ten terms as they are, then the integral over the rest and its corrections.
double HurwitzZeta(double s, double q) {
  // (2j)! / B(2j) with Bernoulli's numbers, j from 1 on.
  static const double kDivisors[] = {12.0,
                                     -720.0,
                                     30240.0,
                                     -1209600.0,
                                     47900160.0,
                                     -1.8924375803183791606e9,
                                     7.47242496e10,
                                     -2.950130727918164224e12,
                                     1.1646782814350067249e14,
                                     -4.5979787224074726105e15};
  double sum = 0;
  for (int k = 0; k < 10; ++k) sum += std::pow(q + k, -s);
  const double w = q + 10;
  double term = std::pow(w, -s);
  sum += term * w / (s - 1) + term / 2;
  double factor = s;
  term /= w;
  for (int j = 0; j < 10; ++j) {
    const double correction = factor * term / kDivisors[j];
    sum += correction;
    if (std::fabs(correction) <= 1e-18 * std::fabs(sum)) break;
    factor *= (s + 2 * j + 1) * (s + 2 * j + 2);
    term /= w * w;
  }
  return sum;
}

}  // namespace

double Polygamma(double x, const double* numbers) {
  const double n = numbers[0];
  const double s = n + 1;
  const bool is_odd = std::fmod(n, 2) != 0;
  const double scale = (is_odd ? 1 : -1) * std::tgamma(s);
  if (std::isnan(x)) return x;
  if (x <= 0 && x == std::floor(x)) return scale * std::numeric_limits<double>::infinity();
  if (x == std::numeric_limits<double>::infinity()) return scale * 0;
  if (x > 0) return scale * HurwitzZeta(s, x);
  // The terms below 0 are those of another such sum, which ends, mirrored.
  const double count = std::ceil(-x);
  const double above = x + count;
  const double below = HurwitzZeta(s, 1 - above) - HurwitzZeta(s, 1 - x);
  return scale * (HurwitzZeta(s, above) + (is_odd ? below : -below));
}

}  // namespace ckernels
