// A decoded instruction: what the machine executes. One cache line each; a kernel's ops stand in
// the order of its text.
#pragma once

#include <cstdint>

namespace gramian::machine {

constexpr unsigned kLanes = 32;
constexpr uint32_t kAllLanes = 0xffffffff;

// The number of a vector of 32 lanes of 4 bytes in a warp's register file. A 64-bit register takes
// two, and lies there as 32 values of 8 bytes; a 16-bit one takes the first half of one. A
// predicate is one 32-bit word, a bit a lane. Immediate operands have slots too, filled before the
// kernel starts and never written.
using Slot = uint16_t;
constexpr Slot kNoSlot = 0xffff;

struct Op;
class Warp;

// Executes an op for the lanes of `active`, which is not empty, and returns the op to go on with:
// mostly op + 1. Null where the lanes cannot go on: then they wait, or have left the kernel, as
// they have told the warp. Faults are thrown (fault.h).
using Handler = const Op* (*)(Warp& warp, const Op* op, uint32_t active);

struct alignas(64) Op {
  static constexpr unsigned kSlots = 16;

  Handler run = nullptr;
  Slot slot[kSlots] = {};      // operands, in an order that handler and lowering agree on
  uint64_t immediate = 0;      // an offset, a mask: whatever the handler takes
  const void* more = nullptr;  // what does not fit: owned by the kernel (Lowering::keep)
  Slot guard = kNoSlot;        // a predicate
  bool guardNegated = false;
  uint8_t variant = 0;  // for the handler
  uint32_t target = 0;  // of a branch; else for the handler
};
static_assert(sizeof(Op) == 64);

}  // namespace gramian::machine
