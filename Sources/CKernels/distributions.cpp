// What is made of random bits: element i follows from the seed, i and its parameters alone (a
// permutation from the seed and its length).
#include <math.h>

#include <utility>

#include "CKernels.h"

namespace {

/// One for each function, so that one seed does not give related numbers. 0 and 1 are random.cpp's.
enum Stream : uint64_t { kIntegers = 2, kPermutation, kBernoulli, kPoisson };

/// Calls `use(i, bits)` for i = 0 … count − 1.
template <class Use>
void WithBits(uint64_t seed, Stream stream, size_t count, Use use) {
  constexpr size_t kBatch = 512;
  uint64_t bits[kBatch];
  for (size_t start = 0; start < count; start += kBatch) {
    const size_t size = count - start < kBatch ? count - start : kBatch;
    ck_random_bits(seed, stream, start / 2, bits, size);
    for (size_t i = 0; i < size; ++i) use(start + i, bits[i]);
  }
}

/// The upper 53 bits as a number in [0, 1).
double Real(uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

/// 0 … range − 1 (Lemire: Fast random integer generation in an interval, 2019, without rejection).
uint64_t Below(uint64_t range, uint64_t bits) {
  return static_cast<uint64_t>((static_cast<unsigned __int128>(bits) * range) >> 64);
}

/// As many numbers as one element needs: splitmix64 (Steele, Lea, Flood 2014).
class Sequence {
 public:
  explicit Sequence(uint64_t state) : state_(state) {}
  /// In (0, 1).
  double Next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return Real(z ^ (z >> 31)) + 0x1p-54;
  }

 private:
  uint64_t state_;
};

/// log(k!), by Stirling's series for all but small k.
double LogFactorial(double k) {
  if (k < 10) {
    double product = 1;
    for (double i = 2; i <= k; ++i) product *= i;
    return log(product);
  }
  const double x = k + 1;
  const double series = (1.0 / 12 - (1.0 / 360 - 1.0 / (1260 * x * x)) / (x * x)) / x;
  return (x - 0.5) * log(x) - x + 0.91893853320467274178 + series;
}

/// By counting how many factors below 1 keep a product above exp(−rate) (Knuth).
double PoissonOfSmall(double rate, Sequence sequence) {
  const double limit = exp(-rate);
  double count = 0;
  for (double product = sequence.Next(); product > limit; product *= sequence.Next()) ++count;
  return count;
}

/// By transformed rejection (Hörmann: The transformed rejection method for generating Poisson random
/// variables, 1993: PTRS).
double PoissonOfLarge(double rate, Sequence sequence) {
  const double b = 0.931 + 2.53 * sqrt(rate);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double bound = 0.9277 - 3.6224 / (b - 2);
  const double log_rate = log(rate);
  while (true) {
    const double u = sequence.Next() - 0.5;
    const double v = sequence.Next();
    const double us = 0.5 - fabs(u);
    const double k = floor((2 * a / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= bound) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const double drawn = log(v * inverse_alpha / (a / (us * us) + b));
    if (drawn <= k * log_rate - rate - LogFactorial(k)) return k;
  }
}

}  // namespace

void ck_random_integers(uint64_t seed, int64_t low, uint64_t range, int64_t* out, size_t count) {
  WithBits(seed, kIntegers, count, [=](size_t i, uint64_t bits) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(low) + (range == 0 ? bits : Below(range, bits)));
  });
}

void ck_random_permutation(uint64_t seed, int64_t* out, size_t count) {
  // Each element changes places with one that is not behind it (Fisher, Yates; Durstenfeld 1964).
  WithBits(seed, kPermutation, count, [=](size_t i, uint64_t bits) {
    out[i] = static_cast<int64_t>(i);
    std::swap(out[i], out[Below(i + 1, bits)]);
  });
}

void ck_bernoulli(uint64_t seed, const double* p, size_t step, void* out, size_t count) {
  uint8_t* chances = static_cast<uint8_t*>(out);
  WithBits(seed, kBernoulli, count,
           [=](size_t i, uint64_t bits) { chances[i] = Real(bits) < p[i * step] ? 1 : 0; });
}

void ck_poisson(uint64_t seed, const double* rates, double* out, size_t count) {
  WithBits(seed, kPoisson, count, [=](size_t i, uint64_t bits) {
    const double rate = rates[i];
    // Beyond 2^52 the deviation is lost in rounding for all but a few.
    const double drawn = rate < 10 ? PoissonOfSmall(rate, Sequence(bits))
                         : rate < 0x1p52 ? PoissonOfLarge(rate, Sequence(bits)) : rate;
    out[i] = rate == 0 ? 0 : drawn;
  });
}
