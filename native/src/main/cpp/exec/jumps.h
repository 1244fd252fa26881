// The handlers of jumps, whose targets the builder fills in.
#pragma once

#include <vector>

#include "exec/op.h"

namespace gramian::machine {

// `immediate`: how many ops on the target lies.
const Op* jump(Warp& warp, const Op* op, uint32_t active);

// The same for the lanes whose 64-bit slot[0] is that of the constant slot[1].
const Op* jumpIfEqual(Warp& warp, const Op* op, uint32_t active);

// `more`: a JumpTable, of which slot[0] is the index.
struct JumpTable {
  std::vector<int64_t> distances;
};
const Op* jumpByTable(Warp& warp, const Op* op, uint32_t active);

const Op* leaveKernel(Warp& warp, const Op* op, uint32_t active);

// A call of the address in slot[0], where no function of that signature lies.
const Op* failCall(Warp& warp, const Op* op, uint32_t active);

}  // namespace gramian::machine
