// Derivatives of the digamma function.
#ifndef CKERNELS_POLYGAMMA_H_
#define CKERNELS_POLYGAMMA_H_

namespace ckernels {

/// The derivative of order numbers[0], 1 or more, of digamma at x: infinite at 0 and the negative
/// integers.
double Polygamma(double x, const double* numbers);

}  // namespace ckernels

#endif
