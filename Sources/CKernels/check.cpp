// Check values of bytes. The same on every instruction set, since ranks compare them.
#include <string.h>

#include "CKernels.h"

namespace {

constexpr size_t kLanes = 4;
constexpr size_t kStripe = kLanes * sizeof(uint64_t);
constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
constexpr uint64_t kOtherOdd = 0xC2B2AE3D27D4EB4F;

/// Takes a word into the state: one to one in each for a fixed other, since xor, rotation and
/// multiplication by an odd number can all be undone.
inline uint64_t Absorb(uint64_t state, uint64_t word) {
  state ^= word;
  return (state << 29 | state >> 35) * kOdd;
}

inline uint64_t ReadWord(const unsigned char* p) {
  uint64_t word;
  memcpy(&word, p, sizeof(word));
  return word;
}

}  // namespace

uint64_t ck_check_value(const void* bytes, size_t count) {
  const unsigned char* p = static_cast<const unsigned char*>(bytes);
  // Independent lanes, as one would wait for each multiplication.
  uint64_t lanes[kLanes] = {kOdd, kOtherOdd, ~kOdd, ~kOtherOdd};
  size_t i = 0;
  for (; i + kStripe <= count; i += kStripe) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = Absorb(lanes[lane], ReadWord(p + i + lane * sizeof(uint64_t)));
    }
  }
  uint64_t state = static_cast<uint64_t>(count) * kOtherOdd;
  for (const uint64_t lane : lanes) state = Absorb(state, lane);
  for (; i + sizeof(uint64_t) <= count; i += sizeof(uint64_t)) {
    state = Absorb(state, ReadWord(p + i));
  }
  if (i < count) {
    uint64_t word = 0;
    memcpy(&word, p + i, count - i);
    state = Absorb(state, word);
  }
  state ^= state >> 32;
  state *= kOtherOdd;
  return state ^ state >> 29;
}
