// Operations that lanes of a warp do together.
#pragma once

#include "block.h"

namespace gramian::emulated {

// Brings the running thread to an operation with the lanes of `request.mask`; returns once all of
// them came and the operation was done, with `result` (or what `data` points to) filled in.
uint64_t meetLanes(Thread& t, Waits operation, const WarpRequest& request);

}  // namespace gramian::emulated
