// The barrier of a cluster.
#pragma once

#include <array>
#include <cstdint>

#include "check/order.h"
#include "exec/block.h"

namespace gramian::machine {

// Of one block's warps. A phase is over when all threads of the cluster that have not left have
// arrived.
struct ClusterArrivals {
  std::array<uint32_t, kMaxWarps> arrived{};  // lanes, in this phase
  std::array<uint32_t, kMaxWarps> passed{};   // lanes whose phase is over and that have not waited
  KnownRunsPointer handed;
  KnownRunsPointer known;
};

// For when lanes leave the kernel: others may wait for nobody else.
void leaveCluster(Warp& warp);

}  // namespace gramian::machine
