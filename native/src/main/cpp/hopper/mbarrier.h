// mbarrier objects: barriers in shared memory that count arrivals and bytes of asynchronous copies.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "check/order.h"
#include "exec/block.h"

namespace gramian::machine {

constexpr uint32_t kMaxMbarrierCount = (1u << 20) - 1;

struct Mbarrier {
  uint32_t expected = 0;     // arrivals of a phase
  uint32_t pending = 0;      // that are still to come in this one
  int64_t transactions = 0;  // bytes that are still to come
  uint64_t phase = 0;
  uint64_t image = 0;  // what shared memory holds in its place

  // What arrivals of this phase handed out, and what those of the last one did.
  Known handed;
  KnownRunsPointer handedByOthers;
  Known known;
  KnownRunsPointer knownByOthers;
};

// What is under way and completes at a phase of an mbarrier of the block: it lands when somebody
// waits for that.
struct AsyncWork {
  uint32_t barrier;  // its offset in shared memory
  std::function<void()> land;
};

struct BlockMbarriers {
  std::unordered_map<uint32_t, Mbarrier> at;  // by offset in shared memory
  std::vector<AsyncWork> underWay;
};

BlockMbarriers& mbarriersOf(Block& block);

struct MbarrierPlace {
  Block* block;
  uint32_t offset;
  Mbarrier* barrier;
};

// The mbarrier at an address, which may be in another block of the cluster. A fault where there is
// none or where something else was written over it.
MbarrierPlace findMbarrier(Warp& warp, const Op* op, unsigned lane, ptx::Space space,
                           uint64_t address);
// The same without an access by the warp: for a copy that lands.
Mbarrier& mbarrierAt(Warp& warp, const Op* op, unsigned lane, Block& block, uint32_t offset);

// The lane's arrivals, with what it hands out.
void arriveAt(Warp& warp, const Op* op, unsigned lane, const MbarrierPlace& place, uint32_t count);
// Bytes of a copy that a lane issued have landed.
void completeBytes(Warp& warp, const Op* op, unsigned lane, const MbarrierPlace& place,
                   uint64_t bytes);

// What a group that waits with this call (Group::call) would need to go on.
std::string explainMbarrier(Block& block, uint64_t call);

}  // namespace gramian::machine
