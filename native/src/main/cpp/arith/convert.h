// cvt: every pair of types, rounding and modifier, on the 32 lanes of a register.
#pragma once

#include <cstdint>

#include "arith/soft_float.h"
#include "ptx/type.h"

namespace gramian::arith {

struct Conversion {
  ptx::Type to = ptx::Type::kNone;
  ptx::Type from = ptx::Type::kNone;
  Rounding rounding = Rounding::kNearest;
  bool toInteger = false;  // .rni, .rzi, .rmi, .rpi: rounds to an integer, of any type
  bool flush = false;      // .ftz
  bool saturate = false;   // .sat
  bool finite = false;     // .satfinite
  bool relu = false;       // .relu
  uint8_t toBytes = 0;     // of a lane of the destination register: 2, 4 or 8
  uint8_t fromBytes = 0;   // of a lane of the source register
};

// d may be a or b. b is the lower half of a packed result of two sources (cvt.rn.f16x2.f32 d, a,
// b), else null. A result narrower than its register is extended as its type says.
using ConvertLanes = void (*)(const Conversion& c, void* d, const void* a, const void* b);

// Whether two sources make one packed result.
bool takesTwoSources(ptx::Type to, ptx::Type from);

// Null where there is no such conversion.
ConvertLanes converterOf(const Conversion& c);

// One value, in the low bits of a word, extended to 64 bits.
uint64_t convertOne(const Conversion& c, uint64_t bits);

}  // namespace gramian::arith
