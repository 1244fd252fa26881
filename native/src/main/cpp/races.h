// The race detector. Each two bytes of device memory have a shadow cell of two stamps: the last
// write, and the last read since. Two accesses of different threads to the same bytes, at least one
// a plain write, race unless a barrier orders them: __syncthreads (or __syncwarp, for lanes of one
// warp) within a block, the end of the launch between blocks. An aligned word of four bytes keeps
// its stamps, marked wide, in its first cell until its page sees a narrower access.
//
// Blocks that run side by side update cells without locks. A lost update can hide a race at one
// address, it never invents one. Two single bytes of one cell are taken to be different.
#pragma once

#include "block.h"

namespace gramian::emulated {

// An asynchronous copy writes twice: where it is issued and where it lands. Between the two nobody
// may touch its destination.
enum class Access : uint8_t { kRead, kWrite, kAtomic, kIssue, kLand };

const char* nameOf(Access access);

class RaceCheck {
 public:
  // The accesses that count are those of the block for its shared memory, of the launch for others.
  RaceCheck(Thread& thread, Space space)
      : thread_(thread),
        block_(*thread.block),
        firstRun_(space == Space::kShared ? block_.runNumber() : block_.launch().firstRun),
        runs_(space == Space::kShared ? 1 : Stamp::kMaxRun) {}

  // Records an access of 1, 2 or 4 aligned bytes. Returns false if it races; then `other` is the
  // stamp of the earlier access, and `otherWrote` says which kind it was.
  template <unsigned Bytes, Access Kind>
  bool record(uintptr_t address) {
    const bool narrow = arena().hasHalves(address) != 0;
    if constexpr (Bytes == 4) {
      uint64_t* cell = arena().shadow(address);
      if (!narrow) [[likely]] {
        return touch<Kind>(cell, thread_.stamp.with(Stamp::kWide));
      }
      split(cell);
      return touch<Kind>(cell, thread_.stamp) && touch<Kind>(cell + 2, thread_.stamp);
    } else {
      arena().hasHalves(address) = 1;
      split(arena().shadow(address & ~uintptr_t{3}));
      const Stamp mine = Bytes == 1 ? thread_.stamp.with(Stamp::kByte) : thread_.stamp;
      return touch<Kind>(arena().shadow(address & ~uintptr_t{1}), mine);
    }
  }

  Stamp other() const { return other_; }
  bool otherWrote() const { return otherWrote_; }

 private:
  static Stamp load(const uint64_t* p) { return Stamp(__atomic_load_n(p, __ATOMIC_RELAXED)); }
  static void store(uint64_t* p, Stamp s) { __atomic_store_n(p, s.bits(), __ATOMIC_RELAXED); }

  static void split(uint64_t* cell) {
    for (int i = 0; i < 2; ++i) {
      const Stamp s = load(cell + i);
      if (s.wide()) {
        const Stamp half = s.without(Stamp::kWide);
        store(cell + i, half);
        store(cell + 2 + i, half);
      }
    }
  }

  // True unless the earlier access of stamp `s`, in scope, is ordered before this one.
  bool conflicts(Stamp s) const {
    if (s.pending() || s.group() == kManyBlocks || s.run() != thread_.stamp.run()) {
      return true;
    }
    if (s.clock() < block_.floor()) {
      return false;
    }
    switch (s.group()) {
      case kOneThread:
        return s.thread() != thread_.id && !seenFrom(s);
      case kOneWarp:
        return !seenFrom(s);
      default:
        return true;
    }
  }

  // True if a __syncwarp orders the access of a lane of the same warp before now.
  bool seenFrom(Stamp s) const {
    if (s.thread() / kWarpLanes != thread_.warp()) {
      return false;
    }
    const Warp& warp = block_.warp(thread_.warp());
    if (!warp.partial || s.group() == kOneThread) {
      return s.clock() < (warp.partial ? warp.known[thread_.lane()][s.thread() % kWarpLanes]
                                       : thread_.warpFloor);
    }
    // Some lanes, it is not known which: a race only if no lane that was heard of can be meant.
    for (const uint32_t known : warp.known[thread_.lane()]) {
      if (s.clock() < known) {
        return true;
      }
    }
    return false;
  }

  bool inScope(Stamp s) const { return s.run() - firstRun_ < runs_; }

  bool race(Stamp s, bool wrote) {
    other_ = s;
    otherWrote_ = wrote;
    return false;
  }

  // The stamp of an access beside the earlier, unordered ones of `s` (reads, or atomic writes).
  Stamp joined(Stamp s, Stamp mine) const {
    Group group = kOneWarp;
    if (s.group() == kManyBlocks || s.run() != mine.run()) {
      group = kManyBlocks;
    } else if (s.group() == kOneBlock || s.thread() / kWarpLanes != thread_.warp()) {
      group = kOneBlock;
    }
    const uint32_t clock = s.run() == mine.run() ? std::max(s.clock(), mine.clock()) : mine.clock();
    const uint64_t both = s.bits() & mine.bits() & Stamp::kByte;
    const uint64_t own = mine.bits() & (Stamp::kAtomic | Stamp::kWide);
    return Stamp(mine.run(), thread_.id, clock).with(both | own).withGroup(group);
  }

  template <Access Kind>
  bool touch(uint64_t* cell, Stamp mine) {
    const Stamp wrote = load(cell);
    const Stamp read = load(cell + 1);
    if constexpr (Kind == Access::kRead) {
      if (read.bits() == mine.bits()) {
        return true;
      }
      if (inScope(wrote) && conflicts(wrote) && !(wrote.byte() && mine.byte())) {
        return race(wrote, true);
      }
      store(cell + 1, inScope(read) && conflicts(read) ? joined(read, mine) : mine);
      return true;
    } else {
      if (inScope(read) && conflicts(read) && !(read.byte() && mine.byte())) {
        return race(read, false);
      }
      Stamp now = mine.with(Kind == Access::kAtomic  ? Stamp::kAtomic
                            : Kind == Access::kIssue ? Stamp::kPending
                                                     : 0);
      const bool landing = Kind == Access::kLand && wrote.pending();
      if (!landing && inScope(wrote) && conflicts(wrote)) {
        if (Kind == Access::kAtomic && wrote.atomic()) {
          now = joined(wrote, now);
        } else if (!(wrote.byte() && mine.byte())) {
          return race(wrote, true);
        }
      }
      store(cell, now);
      store(cell + 1, Stamp());
      return true;
    }
  }

  Thread& thread_;
  Block& block_;
  const uint32_t firstRun_;
  const uint32_t runs_;
  Stamp other_;
  bool otherWrote_ = false;
};

}  // namespace gramian::emulated
