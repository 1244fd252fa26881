// What loads, stores and atomic operations have in common: their modifiers, their lanes' addresses.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exec/kernel.h"
#include "exec/lowering.h"
#include "exec/warp.h"
#include "memory/access.h"
#include "ptx/type.h"

namespace gramian::machine {

// How strong an access is, beyond a plain one.
enum class Strength : uint8_t { kWeak, kVolatile, kRelaxed, kAcquire, kRelease, kBoth };

// One instruction, as its handler needs it. The op's slot[0] is the register of the address, or
// none; its immediate is added to that.
struct Transfer {
  ptx::Space space = ptx::Space::kGeneric;
  ptx::Type type = ptx::Type::kNone;  // of an element
  Access access = Access::kRead;
  Strength strength = Strength::kWeak;
  uint8_t bytes = 0;          // of an element
  uint8_t parts = 1;          // elements of a lane
  uint8_t registerBytes = 0;  // of the registers that hold one each
  bool isWide = true;         // addresses in 64-bit registers
  bool isSigned = false;      // loads extend the sign

  unsigned total() const { return unsigned{bytes} * parts; }
};

// Reads the modifiers up to and with the type: strength, scope, space, cache operators and hints,
// vector. An atomic operation's name is not among them.
Transfer lowerModifiers(Lowering& lowering);

// The address operand's place in slot[0] and immediate. A parameter of a call lies in local memory:
// then the space of the transfer becomes that.
void lowerAddress(Lowering& lowering, size_t operand, Transfer& transfer, Slot& base,
                  uint64_t& offset);

// The addresses of the active lanes; a fault where one is undefined.
void addressesOf(Warp& warp, const Op* op, uint32_t active, const Transfer& transfer,
                 uint64_t* addresses);

// The class of accesses to a space.
OpClass loadClassOf(ptx::Space space);
OpClass storeClassOf(ptx::Space space);

// Tells others, before it writes, or learns from them, after it has read, where an access is
// stronger than a plain one; `memory` as placeLanes gave it.
void orderStrong(Warp& warp, uint32_t active, const Transfer& transfer, bool isDense,
                 std::byte* const* memory, bool reads, bool writes);

// The host address of a lane, as placeLanes gave it.
inline std::byte* laneMemory(std::byte* const* memory, bool isDense, unsigned first, unsigned lane,
                             unsigned bytes) {
  return isDense ? memory[first] + size_t{lane - first} * bytes : memory[lane];
}

// Where the register becomes defined in active lanes, and no address that is known.
inline void setPlain(Warp& warp, Slot slot, uint32_t active) {
  SlotState& s = warp.state(slot);
  if (((s.undefined | s.originLanes) & active) != 0) {
    s.undefined &= ~active;
    s.computed &= ~active;
    s.originLanes &= ~active;
  }
}

}  // namespace gramian::machine
