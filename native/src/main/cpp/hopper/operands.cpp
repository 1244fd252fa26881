#include "hopper/operands.h"

#include <string>

#include "exec/fault.h"

namespace gramian::machine {

Pointer lowerPointer(Lowering& l, size_t operand, ptx::Space space) {
  const Address a = l.address(operand, space);
  return {space, a.base, a.isWide, static_cast<uint64_t>(a.offset)};
}

void requireDefined(Warp& warp, const Op* op, Slot slot, uint32_t active, const char* what) {
  if (slot == kNoSlot) {
    return;
  }
  if (const uint32_t undefined = warp.state(slot).undefined & active; undefined != 0) {
    failAny(warp, op, undefined, CUDA_ERROR_LAUNCH_FAILED,
            std::string(what) + " was never set, or comes of data that was never written");
  }
}

void setWritten(Warp& warp, Slot slot, uint32_t active) {
  SlotState& s = warp.state(slot);
  s.undefined &= ~active;
  s.computed &= ~active;
  s.originLanes &= ~active;
}

}  // namespace gramian::machine
