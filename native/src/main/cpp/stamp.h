// A stamp says who made an access and when, in 64 bits:
//
//   run (29)    the execution of one block; a launch's blocks have consecutive runs
//   clock (19)  the thread's clock, which rises at each barrier; the highest where no barrier
//   orders
//               the access: a copy under way, or accesses of many blocks
//   thread (10) the thread's number within its block
//   group (2)   whether further threads made such an access, see Group
//   atomic (1)
//   wide (1)    the access covers the following shadow cell too
//   byte (1)    the access covers one byte only
//   pending (1) the write is an asynchronous copy that has not landed
//
// Run and clock come first, so that stamps order as numbers the way accesses follow each other.
#pragma once

#include <cstdint>

namespace gramian::emulated {

// Who else accessed: nobody, other lanes of the warp, other warps of the block, other blocks.
enum Group : uint32_t { kOneThread, kOneWarp, kOneBlock, kManyBlocks };

class Stamp {
 public:
  static constexpr uint32_t kMaxRun = (1u << 29) - 1;
  static constexpr uint32_t kMaxClock = (1u << 19) - 2;
  static constexpr uint32_t kUnordered = (1u << 19) - 1;  // in place of a clock

  constexpr Stamp() = default;
  constexpr explicit Stamp(uint64_t bits) : bits_(bits) {}
  constexpr Stamp(uint32_t run, uint32_t thread, uint32_t clock)
      : bits_(uint64_t{run} << 35 | uint64_t{clock} << 16 | uint64_t{thread} << 6) {}

  constexpr uint64_t bits() const { return bits_; }
  constexpr uint32_t run() const { return static_cast<uint32_t>(bits_ >> 35); }
  constexpr uint32_t thread() const { return (bits_ >> 6) & 0x3ff; }
  constexpr uint32_t clock() const { return (bits_ >> 16) & kUnordered; }
  constexpr Group group() const { return static_cast<Group>((bits_ >> 4) & 3); }
  constexpr bool atomic() const { return bits_ & kAtomic; }
  constexpr bool wide() const { return bits_ & kWide; }
  constexpr bool byte() const { return bits_ & kByte; }
  constexpr bool pending() const { return bits_ & kPending; }

  constexpr Stamp with(uint64_t flags) const { return Stamp(bits_ | flags); }
  constexpr Stamp without(uint64_t flags) const { return Stamp(bits_ & ~flags); }
  constexpr Stamp withGroup(Group group) const {
    return Stamp((bits_ & ~uint64_t{0x30}) | uint64_t{group} << 4);
  }

  // The same without a clock.
  constexpr Stamp unordered() const { return with(uint64_t{kUnordered} << 16); }
  // The first stamps of a run, and of a run's accesses at a clock or later.
  static constexpr uint64_t firstOf(uint32_t run, uint32_t clock = 0) {
    return uint64_t{run} << 35 | uint64_t{clock} << 16;
  }

  static constexpr uint64_t kAtomic = 8;
  static constexpr uint64_t kWide = 4;
  static constexpr uint64_t kByte = 2;
  static constexpr uint64_t kPending = 1;

 private:
  uint64_t bits_ = 0;
};

}  // namespace gramian::emulated
