// Operands of the instructions of this folder, lane by lane.
#pragma once

#include <cstdint>

#include "exec/lowering.h"
#include "exec/warp.h"
#include "ptx/type.h"

namespace gramian::machine {

// An address operand.
struct Pointer {
  ptx::Space space = ptx::Space::kGeneric;
  Slot base = kNoSlot;
  bool isWide = true;
  uint64_t offset = 0;

  uint64_t of(const Warp& warp, unsigned lane) const {
    if (base == kNoSlot) {
      return offset;
    }
    return isWide ? warp.lanesOf<uint64_t>(base)[lane] + offset
                  : static_cast<uint32_t>(warp.lanesOf<uint32_t>(base)[lane] + offset);
  }
};

Pointer lowerPointer(Lowering& lowering, size_t operand, ptx::Space space);

// A fault where a lane's value was never written, naming what it is: "an address".
void requireDefined(Warp& warp, const Op* op, Slot slot, uint32_t active, const char* what);
inline void requireDefined(Warp& warp, const Op* op, const Pointer& pointer, uint32_t active) {
  requireDefined(warp, op, pointer.base, active, "an address");
}

// The register holds plain, written values in active lanes from now on.
void setWritten(Warp& warp, Slot slot, uint32_t active);

}  // namespace gramian::machine
