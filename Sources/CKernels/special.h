// Functions of single numbers that the C library does not have, or not as they are wanted here.
#ifndef CKERNELS_SPECIAL_H_
#define CKERNELS_SPECIAL_H_

namespace ckernels {

/// The x with erf(x) = y; ±inf for ±1, nan outside.
double InverseErf(double y);

/// log |Γ(x)|; inf at 0 and the negative integers. Unlike lgamma it sets no variable of the process.
double LogGamma(double x);

/// The derivative of log Γ(x); −inf at 0, inf at −0, nan at the negative integers.
double Digamma(double x);

/// sin(π x) / (π x); 1 at 0, exactly 0 at the other integers, nan at ±inf.
double Sinc(double x);

/// log(exp(x) + exp(y)) without overflow.
double LogAddExp(double x, double y);

/// log2(2^x + 2^y) without overflow.
double LogAddExp2(double x, double y);

}  // namespace ckernels

#endif
