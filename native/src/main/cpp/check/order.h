// Which accesses are ordered before which: what a warp knows of the accesses of its block's warps,
// and of other blocks'.
//
// Every warp has a clock, and every access carries the clock of its warp. When a warp lets others
// know of its accesses (a barrier, an arrival at an mbarrier, a fence before an atomic operation),
// it hands out what it knows, its own accesses up to now included, and its clock rises. Who waits
// for that takes it in. Two accesses to the same bytes, one of them a plain write, race unless the
// later one's warp (or, within a warp, the lane) knows of the earlier one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace gramian::machine {

class Block;
class Warp;
struct Op;

constexpr unsigned kMaxWarps = 32;

// Of the accesses of one warp: all of its lanes at clocks below `all`, those of `lanes` below
// `some`.
struct KnownWarp {
  uint32_t all = 0;
  uint32_t some = 0;
  uint32_t lanes = 0;

  bool covers(uint32_t clock, unsigned lane) const {
    return clock < all || (clock < some && (lanes >> lane & 1) != 0);
  }

  // Where both know of different lanes up to different clocks, the result may know of more than
  // either: that can hide a race and never invents one.
  void join(const KnownWarp& other) {
    all = std::max(all, other.all);
    lanes = (some > all ? lanes : 0) | (other.some > all ? other.lanes : 0);
    some = std::max(some, other.some);
  }
};

using KnownWarps = std::array<KnownWarp, kMaxWarps>;

// Of the accesses of other executions of blocks, by their run (Block::run), in its order. Never
// changed once made, so that many may hold it.
struct KnownRuns {
  std::vector<std::pair<uint32_t, std::shared_ptr<const KnownWarps>>> runs;

  const KnownWarps* find(uint32_t run) const;
};
using KnownRunsPointer = std::shared_ptr<const KnownRuns>;

// What both know together; null knows nothing.
KnownRunsPointer joined(const KnownRunsPointer& a, const KnownRunsPointer& b);

struct Known {
  KnownWarps of{};
  KnownRunsPointer others;

  void join(const Known& other, unsigned warps) {
    for (unsigned i = 0; i < warps; ++i) {
      of[i].join(other.of[i]);
    }
    if (other.others != others && other.others) {
      others = joined(others, other.others);
    }
  }
};

// After a __syncwarp of some lanes only: of[t][s] is the clock below which lane t knows of the
// accesses of lane s.
struct KnownLanes {
  std::array<std::array<uint32_t, 32>, 32> of{};
};

// What a warp's accesses are checked against, derived from what it knows, and what it has still to
// hand out or to take in.
struct OrderState {
  bool isCurrent = false;  // else the next three are to be derived again
  bool isUniform = true;   // it knows of all other warps up to the same clock
  uint32_t floor = 0;      // accesses of the block's warps at earlier clocks are ordered before now
  std::unique_ptr<KnownLanes> lanes;

  // What the last fence let atomic writes from then on hand out, and what atomic reads saw since
  // it, which the next fence takes in.
  std::unique_ptr<Known> fenced;
  KnownRunsPointer seen;

  // What proxy fences of the warp made visible to the asynchronous proxy.
  std::unique_ptr<Known> proxyFenced;
};

// What the lanes of the warp hand out to whoever waits for them: an arrival at a barrier. The clock
// rises.
Known handOut(Warp& warp, uint32_t lanes);
// What was handed out orders those accesses before the warp's from now on.
void takeIn(Warp& warp, const Known& known);
// The same across blocks.
KnownRunsPointer handOutRuns(Warp& warp, uint32_t lanes);
void takeInRuns(Warp& warp, const KnownRunsPointer& known);

// The lanes know of each other's accesses: __syncwarp. The clock rises.
void orderLanes(Warp& warp, uint32_t lanes);
// All threads of the block that have not left it know of each other's accesses: __syncthreads.
void orderBlock(Block& block);
// The same for some of its warps, whole ones: bit i of `warps` for warp i.
void orderWarps(Block& block, uint32_t warps);

// fence.proxy.async: what the lanes accessed or know of is visible to the asynchronous proxy.
void fenceProxy(Warp& warp, uint32_t lanes);

// ---- by flags and counters in memory

// A fence of any scope.
void fence(Warp& warp, uint32_t lanes);

struct AtomicOrder {
  bool reads = false;
  bool writes = false;
  bool acquires = false;  // by itself, without a fence
  bool releases = false;
};
// A lane's atomic access to a host address: told before it writes, and after it has read.
void atomicAt(Warp& warp, unsigned lane, const std::byte* memory, AtomicOrder order);

// ---- for the race detector

// The warp's state, made current.
const OrderState& orderState(Warp& warp);

}  // namespace gramian::machine
