// The name of the instruction set that the tables are chosen for.
#include "highway-baseline.h"

#include "CKernels.h"
#include "hwy/targets.h"

const char* ck_instruction_set(void) {
  // A lower bit is a better instruction set of the same architecture.
  const int64_t usable = HWY_SUPPORTED_TARGETS & HWY_TARGETS;
  return hwy::TargetName(usable & -usable);
}
