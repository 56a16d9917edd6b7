// Functions of whole numbers that PyTorch computes in float32 and that are not the nearest float32 to the
// exact result: here they are computed the same way, so that results are equal to the bit.
#ifndef CKERNELS_INTEGERS_H_
#define CKERNELS_INTEGERS_H_

namespace ckernels {

/// By the C library, in float32.
float SinhOfInteger(float x);
float CoshOfInteger(float x);
/// With every step rounded to float32, up to four units in the last place off.
float DigammaOfInteger(float x);

}  // namespace ckernels

#endif
