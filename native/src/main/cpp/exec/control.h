// Groups of opcodes outside the folder lanes, by who registers them.
#pragma once

#include <cstdint>

#include "exec/op.h"

namespace gramian::machine {

class OpcodeTable;

// bar, barrier and bar.warp.sync.
void registerBarriers(OpcodeTable& table);
// trap, brkpt, nanosleep, pmevent.
void registerEnds(OpcodeTable& table);

// A number for Warp::meet: equal for lanes at operations of the same kind and mask.
inline uint64_t callOf(const Op* op, uint32_t mask) {
  return (reinterpret_cast<uintptr_t>(op->run) << 32) ^ mask;
}

}  // namespace gramian::machine
