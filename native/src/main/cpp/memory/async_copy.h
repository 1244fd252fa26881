// The copies of cp.async that are under way.
#pragma once

#include <cstdint>

namespace gramian::machine {

class Warp;

// Lands copies of the lanes: of all groups but the last `pending` ones, and, with `uncommitted`,
// those that no group holds yet.
void landAsyncCopies(Warp& warp, uint32_t lanes, uint32_t pending, bool uncommitted);

}  // namespace gramian::machine
