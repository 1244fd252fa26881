// The race detector. Each two bytes of device memory have a shadow cell of two stamps: the last
// write, and the last read since. Two accesses of different threads to the same bytes, at least one
// a plain write, race unless a barrier orders them: __syncthreads (or sync_threads, for some warps,
// or
// __syncwarp, for lanes of one warp) within a block, the end of the launch between blocks. An
// aligned word of four bytes keeps its stamps, marked wide, in its first cell until its page sees a
// narrower access.
//
// Blocks that run side by side update cells without locks. A lost update can hide a race at one
// address, it never invents one. Two single bytes of one cell are taken to be different.
#pragma once

#include <immintrin.h>

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
        scopeBegin_(Stamp::firstOf(space == Space::kShared ? block_.runNumber()
                                                           : block_.launch().firstRun)),
        scopeSize_(space == Space::kShared ? Stamp::firstOf(1) : ~uint64_t{0} - scopeBegin_),
        runBegin_(Stamp::firstOf(block_.runNumber())),
        orderedSize_(Stamp::firstOf(0, block_.floor())) {}

  // Records an access of 1, 2, 4, 8 or 16 aligned bytes. Returns false if it races; then `other` is
  // the stamp of the earlier access, `otherWrote` says which kind it was, and `where` which bytes.
  template <unsigned Bytes, Access Kind>
  bool record(uintptr_t address) {
    uint8_t& narrow = arena().hasHalves(address);
    if constexpr (Bytes < 4) {
      narrow = 1;
      split(address);
      const Stamp mine = Bytes == 1 ? thread_.stamp.with(Stamp::kByte) : thread_.stamp;
      return touch<Kind>(address, address & ~uintptr_t{1}, mine);
    } else if (narrow != 0) [[unlikely]] {
      return recordHalves<Bytes, Kind>(address);
    } else if constexpr (Bytes == 16) {
      return recordVector<Kind>(address);
    } else {
      const Stamp mine = thread_.stamp.with(Stamp::kWide);
      for (uintptr_t p = address; p < address + Bytes; p += 4) {
        if (!touch<Kind>(p, p, mine)) [[unlikely]] {
          return false;
        }
      }
      return true;
    }
  }

  Stamp other() const { return other_; }
  bool otherWrote() const { return otherWrote_; }
  uintptr_t where() const { return where_; }

 private:
  struct Cell {
    Stamp wrote;
    Stamp read;
  };

  static Stamp load(const uint64_t* p) { return Stamp(__atomic_load_n(p, __ATOMIC_RELAXED)); }
  static void store(uint64_t* p, Stamp s) { __atomic_store_n(p, s.bits(), __ATOMIC_RELAXED); }

  // Gives both halves of the word at an address stamps of their own.
  static void split(uintptr_t address) {
    uint64_t* const low = arena().shadow(address & ~uintptr_t{3});
    uint64_t* const high = arena().shadow(address | 2);
    for (int i = 0; i < 2; ++i) {
      const Stamp s = load(low + i);
      if (s.wide()) {
        const Stamp half = s.without(Stamp::kWide);
        store(low + i, half);
        store(high + i, half);
      }
    }
  }

  template <unsigned Bytes, Access Kind>
  [[gnu::noinline]] bool recordHalves(uintptr_t address) {
    for (uintptr_t p = address; p < address + Bytes; p += 4) {
      split(p);
      if (!touch<Kind>(p, p, thread_.stamp) || !touch<Kind>(p, p + 2, thread_.stamp)) {
        return false;
      }
    }
    return true;
  }

  // 16 bytes: mostly, their four words have seen the same accesses.
  template <Access Kind>
  bool recordVector(uintptr_t address) {
    const Stamp mine = thread_.stamp.with(Stamp::kWide);
    auto* const cells = reinterpret_cast<__m256i*>(arena().shadow(address));
    const __m256i first = _mm256_load_si256(cells);
    const __m256i second = _mm256_load_si256(cells + 1);
    const __m256i all = _mm256_permute4x64_epi64(first, 0x44);
    const __m256i differ =
        _mm256_or_si256(_mm256_xor_si256(first, all), _mm256_xor_si256(second, all));
    if (!_mm256_testz_si256(differ, differ)) [[unlikely]] {
      for (uintptr_t p = address; p < address + 16; p += 4) {
        if (!touch<Kind>(p, p, mine)) [[unlikely]] {
          return false;
        }
      }
      return true;
    }
    const Cell before{Stamp(static_cast<uint64_t>(_mm256_extract_epi64(all, 0))),
                      Stamp(static_cast<uint64_t>(_mm256_extract_epi64(all, 1)))};
    Cell after = before;
    if (!advance<Kind>(after, mine)) [[unlikely]] {
      where_ = address;
      return false;
    }
    if (Kind != Access::kRead || after.read.bits() != before.read.bits()) {
      const __m256i now = _mm256_set_epi64x(
          static_cast<long long>(after.read.bits()), static_cast<long long>(after.wrote.bits()),
          static_cast<long long>(after.read.bits()), static_cast<long long>(after.wrote.bits()));
      _mm256_store_si256(cells, now);
      _mm256_store_si256(cells + 1, now);
    }
    return true;
  }

  // Records an access to the two bytes of a cell, or the word that it stands for.
  template <Access Kind>
  bool touch(uintptr_t address, uintptr_t half, Stamp mine) {
    uint64_t* const memory = arena().shadow(half);
    Cell cell{load(memory), load(memory + 1)};
    if (!advance<Kind>(cell, mine)) [[unlikely]] {
      where_ = address;
      return false;
    }
    if constexpr (Kind != Access::kRead) {
      store(memory, cell.wrote);
    }
    store(memory + 1, cell.read);
    return true;
  }

  // False where the access of stamp `s` is none of the scope, or ordered before now by a barrier of
  // the block; conflicts() tells of the others.
  bool mayConflict(Stamp s) const {
    return s.bits() - scopeBegin_ < scopeSize_ && s.bits() - runBegin_ >= orderedSize_;
  }

  // True unless the earlier access of stamp `s`, which may conflict, is ordered before this one.
  bool conflicts(Stamp s) const {
    if (s.pending() || s.group() == kManyBlocks || s.run() != thread_.stamp.run()) {
      return true;
    }
    if (block_.hasNamedBarriers() && block_.orderedByNamedBarrier(s, thread_.warp())) {
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
    const Warp& warp = *thread_.own;
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
    const uint32_t clock =
        group == kManyBlocks ? Stamp::kUnordered : std::max(s.clock(), mine.clock());
    const uint64_t both = s.bits() & mine.bits() & Stamp::kByte;
    const uint64_t own = mine.bits() & (Stamp::kAtomic | Stamp::kWide);
    return Stamp(mine.run(), thread_.id, clock).with(both | own).withGroup(group);
  }

  template <Access Kind>
  static Stamp writing(Stamp mine) {
    switch (Kind) {
      case Access::kAtomic:
        return mine.with(Stamp::kAtomic);
      case Access::kIssue:
        return mine.with(Stamp::kPending).unordered();
      default:
        return mine;
    }
  }

  // Makes of a cell's stamps those after an access. Returns false if it races.
  template <Access Kind>
  [[gnu::always_inline]] bool advance(Cell& cell, Stamp mine) {
    if (Kind == Access::kRead && cell.read.bits() == mine.bits()) {
      return true;
    }
    if (mayConflict(cell.wrote) || mayConflict(cell.read)) {
      return advanceBeside<Kind>(cell, mine);
    }
    cell = Kind == Access::kRead ? Cell{cell.wrote, mine} : Cell{writing<Kind>(mine), Stamp()};
    return true;
  }

  // The same for an access beside others since the last barrier of the block.
  template <Access Kind>
  bool advanceBeside(Cell& cell, Stamp mine) {
    const auto [wrote, read] = cell;
    if constexpr (Kind == Access::kRead) {
      // Where several warps have read since the last write, nothing is new: one of them is not the
      // writer's, so that a barrier of the block came between.
      if (!block_.hasNamedBarriers() && read.group() == kOneBlock && read.run() == mine.run() &&
          mayConflict(read) && read.clock() >= mine.clock() && !read.byte() && !wrote.byte()) {
        return true;
      }
      if (mayConflict(wrote) && conflicts(wrote) && !(wrote.byte() && mine.byte())) {
        return race(wrote, true);
      }
      cell.read = mayConflict(read) && conflicts(read) ? joined(read, mine) : mine;
      return true;
    } else {
      if (mayConflict(read) && conflicts(read) && !(read.byte() && mine.byte())) {
        return race(read, false);
      }
      cell = {writing<Kind>(mine), Stamp()};
      const bool landing = Kind == Access::kLand && wrote.pending();
      if (!landing && mayConflict(wrote) && conflicts(wrote)) {
        if (Kind == Access::kAtomic && wrote.atomic()) {
          cell.wrote = joined(wrote, cell.wrote);
        } else if (!(wrote.byte() && mine.byte())) {
          return race(wrote, true);
        }
      }
      return true;
    }
  }

  Thread& thread_;
  Block& block_;
  const uint64_t scopeBegin_;
  const uint64_t scopeSize_;
  const uint64_t runBegin_;
  const uint64_t orderedSize_;
  Stamp other_;
  bool otherWrote_ = false;
  uintptr_t where_ = 0;
};

}  // namespace gramian::emulated
