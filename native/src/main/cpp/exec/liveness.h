// Where the registers of a kernel are alive.
#pragma once

#include <cstdint>
#include <vector>

#include "exec/flow.h"

namespace gramian::machine {

// What the instructions of a kernel do with its registers.
struct RegisterUse {
  struct Access {
    uint32_t instruction;
    uint32_t reg;
  };
  std::vector<Access> reads;   // in the order of the instructions
  std::vector<Access> writes;  // likewise
};

// From the first to the last instruction between which a register has to keep its value; none where
// it is never used.
struct Interval {
  uint32_t first = kNone;
  uint32_t last = 0;
  bool isUndefinedAtStart = false;  // some way leads to a read without a write

  void cover(uint32_t instruction) {
    first = instruction < first ? instruction : first;
    last = instruction > last ? instruction : last;
  }
};

std::vector<Interval> findIntervals(const FlatKernel& kernel, const Flow& flow,
                                    const RegisterUse& use);

}  // namespace gramian::machine
