// A stamp says who made an access and when, in 64 bits:
//
//   run (29)      the execution of one block; a launch's blocks have consecutive runs
//   clock (19)    the warp's clock, see order.h; the highest for a copy that is under way
//   thread (10)   the thread's number within its block
//   group (2)     whether further threads made such an access, see Group; the thread is the latest
//   kind (2)      see Kind
//   byte (1)      the access covers one byte only
//   readOnly (1)  a read through the read-only path
//
// Run and clock come first, so that stamps order as numbers the way accesses follow each other.
#pragma once

#include <cstdint>

namespace gramian::machine {

class Stamp {
 public:
  // Who else accessed: nobody, other lanes of the warp, other warps of the block, other blocks.
  enum Group : uint32_t { kOneThread, kOneWarp, kOneBlock, kManyBlocks };
  // kPending: a copy that has not landed. kProxy: by the asynchronous proxy.
  enum Kind : uint32_t { kPlain, kAtomic, kPending, kProxy };

  static constexpr uint32_t kMaxRun = (1u << 29) - 1;
  static constexpr uint32_t kMaxClock = (1u << 19) - 2;
  static constexpr uint32_t kUnordered = (1u << 19) - 1;  // in place of a clock

  static constexpr unsigned kRunShift = 35;
  static constexpr unsigned kClockShift = 16;
  static constexpr unsigned kThreadShift = 6;
  static constexpr uint64_t kReadOnly = 1;
  static constexpr uint64_t kByte = 2;
  static constexpr uint64_t kKindMask = 0xc;
  static constexpr uint64_t kGroupMask = 0x30;
  static constexpr uint64_t kThreadMask = uint64_t{0x3ff} << kThreadShift;
  static constexpr uint64_t kLaneMask = uint64_t{0x1f} << kThreadShift;
  static constexpr uint64_t kRunMask = ~uint64_t{0} << kRunShift;

  constexpr Stamp() = default;
  constexpr explicit Stamp(uint64_t bits) : bits_(bits) {}
  constexpr Stamp(uint32_t run, uint32_t thread, uint32_t clock)
      : bits_(firstOf(run, clock) | uint64_t{thread} << kThreadShift) {}

  constexpr uint64_t bits() const { return bits_; }
  constexpr uint32_t run() const { return static_cast<uint32_t>(bits_ >> kRunShift); }
  constexpr uint32_t clock() const { return (bits_ >> kClockShift) & kUnordered; }
  constexpr uint32_t thread() const { return (bits_ >> kThreadShift) & 0x3ff; }
  constexpr uint32_t warp() const { return thread() / 32; }
  constexpr uint32_t lane() const { return thread() % 32; }
  constexpr Group group() const { return static_cast<Group>((bits_ >> 4) & 3); }
  constexpr Kind kind() const { return static_cast<Kind>((bits_ >> 2) & 3); }
  constexpr bool byte() const { return (bits_ & kByte) != 0; }
  constexpr bool readOnly() const { return (bits_ & kReadOnly) != 0; }

  constexpr Stamp with(uint64_t flags) const { return Stamp(bits_ | flags); }
  constexpr Stamp withKind(Kind kind) const {
    return Stamp((bits_ & ~kKindMask) | uint64_t{kind} << 2);
  }
  constexpr Stamp withGroup(Group group) const {
    return Stamp((bits_ & ~kGroupMask) | uint64_t{group} << 4);
  }
  constexpr Stamp withClock(uint32_t clock) const {
    return Stamp((bits_ & ~(uint64_t{kUnordered} << kClockShift)) | uint64_t{clock} << kClockShift);
  }

  // The first stamp of a run, and of a run's accesses at a clock or later.
  static constexpr uint64_t firstOf(uint32_t run, uint32_t clock = 0) {
    return uint64_t{run} << kRunShift | uint64_t{clock} << kClockShift;
  }

 private:
  uint64_t bits_ = 0;
};

}  // namespace gramian::machine
