// The modifiers of arithmetic instructions, which may stand in different orders.
#pragma once

#include <cstdint>

#include "arith/soft_float.h"
#include "exec/lowering.h"
#include "lanes/lanes.h"

namespace gramian::machine::GRAMIAN_LANES {

struct Modifiers {
  bool hasRounding = false;
  arith::Rounding rounding = arith::Rounding::kNearest;
  bool toInteger = false;  // .rni and its like
  bool flush = false;      // .ftz
  bool saturate = false;   // .sat
  bool finite = false;     // .satfinite
  bool relu = false;
  bool approximate = false;
  bool full = false;
  bool nan = false;
  bool xorSign = false;
  bool low = false;
  bool high = false;
  bool wide = false;
  bool carry = false;  // .cc
};

// Takes all that stand before the next type or other word.
Modifiers readModifiers(Lowering& l);

// Ends the loading where an instruction has a type that it does not take.
[[noreturn]] void failType(Lowering& l, ptx::Type type);

// An op with operand 0 as its destination and all that follow as its sources.
Op& emitPlain(Lowering& l, Handler handler, OpClass opClass, ptx::Type destination,
              std::initializer_list<ptx::Type> sources);
Op& emitPlain(Lowering& l, Handler handler, OpClass opClass, ptx::Type type, unsigned sources);

}  // namespace gramian::machine::GRAMIAN_LANES
