// Which accesses are ordered before which: what a warp knows of the accesses of its block's warps.
//
// Every warp has a clock, and every access carries the clock of its warp. When a warp lets others
// know of its accesses (a barrier, an arrival at an mbarrier, a proxy fence), it hands out what it
// knows, its own accesses up to now included, and its clock rises. Who waits for that takes it in.
// Two accesses to the same bytes, one of them a plain write, race unless the later one's warp (or,
// within a warp, the lane) knows of the earlier one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace gramian::machine {

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

struct Known {
  std::array<KnownWarp, kMaxWarps> of{};

  void join(const Known& other, unsigned warps) {
    for (unsigned i = 0; i < warps; ++i) {
      of[i].join(other.of[i]);
    }
  }
};

}  // namespace gramian::machine
