// Places in a warp's register file for a kernel's registers, so that those which are not alive at
// the same time share one: the linear scan of M. Poletto and V. Sarkar, "Linear scan register
// allocation" (1999), without spilling.
#pragma once

#include <cstdint>
#include <vector>

#include "exec/kernel.h"
#include "exec/liveness.h"
#include "ptx/type.h"

namespace gramian::machine {

struct SlotPlan {
  std::vector<uint32_t> slots;  // of each register; kNone where it has no interval
  uint32_t count = 0;
};

SlotPlan planSlots(const std::vector<ptx::Type>& types, const std::vector<Interval>& intervals);

}  // namespace gramian::machine
