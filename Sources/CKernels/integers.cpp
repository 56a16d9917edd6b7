#include "integers.h"

#include <cmath>
#include <limits>

namespace ckernels {

float SinhOfInteger(float x) { return std::sinh(x); }
float CoshOfInteger(float x) { return std::cosh(x); }

float DigammaOfInteger(float x) {
  if (x == 0) return -std::numeric_limits<float>::infinity();
  if (x < 0) return std::numeric_limits<float>::quiet_NaN();
  // digamma(x) = digamma(x + 1) − 1 / x, up to 10; from there on the series of Euler and Maclaurin.
  float sum = 0;
  for (; x < 10; x += 1) sum -= 1 / x;
  if (x == 10) return sum + 2.25175258906672110764f;
  static const float kSeries[] = {8.33333333333333333333e-2f,  -2.10927960927960927961e-2f,
                                  7.57575757575757575758e-3f,  -4.16666666666666666667e-3f,
                                  3.96825396825396825397e-3f,  -8.33333333333333333333e-3f,
                                  8.33333333333333333333e-2f};
  const float z = 1 / (x * x);
  float y = 0;
  for (float coefficient : kSeries) y = y * z + coefficient;
  return sum + std::log(x) - 0.5f / x - z * y;
}

}  // namespace ckernels
