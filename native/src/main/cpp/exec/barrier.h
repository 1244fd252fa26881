// The barriers of a block: bar.sync, bar.arrive, bar.red and barrier.*, sixteen of them.
#pragma once

#include <array>
#include <cstdint>

#include "check/order.h"
#include "exec/op.h"

namespace gramian::machine {

constexpr unsigned kBarriers = 16;

struct Barrier {
  bool isUsed = false;     // somebody is here
  const Op* op = nullptr;  // of the first that came
  uint32_t threads = 0;    // that it waits for: as the instruction says, or 0: all of the block
  uint32_t warps = 0;      // the same in warps
  uint32_t arrived = 0;    // warps of which all lanes have come
  std::array<uint32_t, kMaxWarps> lanes{};  // that have come
  uint32_t waiting = 0;  // warps that wait for it, a bit each; the others only arrived
  Known handed;          // what those that only arrived gave to those that wait
  uint32_t count = 0;    // lanes whose predicate holds
  uint32_t voters = 0;
};

}  // namespace gramian::machine
