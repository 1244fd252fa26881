// The race detector. Each 4 bytes of device memory, or each 2 where a page has narrow accesses,
// have two stamps: the last write, and the last read. Two accesses of different threads to the same
// bytes, at least one a plain write, race unless the later one's warp knows of the earlier one
// (order.h).
//
// Blocks that run side by side update stamps without locks, and a stamp stands for the latest of
// several reads: what is lost so can hide a race at one address, it never invents one. Two single
// bytes within the same two are taken to be different.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "check/stamp.h"
#include "memory/access.h"

namespace gramian::machine {

struct OrderState;

// Which earlier accesses count: those of the launch, or of this execution of the block alone, whose
// shared memory nobody else sees.
enum class RaceScope : uint8_t { kNone, kLaunch, kBlock };

class RaceCheck {
 public:
  RaceCheck(Warp& warp, RaceScope scope, Access kind);

  // Records the access of one lane: 1 or 2 bytes, or a multiple of 4, aligned to their size (or to
  // 4). False if it races; then describe() says with what.
  bool record(unsigned lane, uintptr_t address, size_t bytes);
  // Of `count` lanes from `first` on, whose bytes (2 to 16 each) follow each other from `address`.
  bool recordDense(unsigned first, unsigned count, uintptr_t address, unsigned bytes);
  // Of lanes anywhere.
  bool recordLanes(uint32_t lanes, std::byte* const* memory, unsigned bytes);

  uintptr_t where() const { return where_; }
  unsigned lane() const { return mine_.lane(); }
  // "race: write of 4 bytes at 0x..., at offset 12 of allocation 3 ..., after a read by block ...".
  std::string describe(const std::string& access, const std::string& place) const;

  // Limits against which stamps are compared, as differences from the first stamp of a scope.
  struct Limits {
    uint64_t scopeBegin;
    uint64_t scopeSize;
    uint64_t runBegin;
    uint64_t ordered;     // accesses of the run below this are ordered before now
    uint64_t ownOrdered;  // the same for those of the warp
    uint64_t base;        // the stamp of lane 0 of the warp now
    uint64_t kind;        // Stamp::Kind and flags of what is recorded
    uint64_t uniform;     // all ones where OrderState::isUniform
    uint64_t ownCounts;   // all ones unless even the lane's own earlier accesses are in the way
    uint64_t landing;     // all ones where the lane's own copy that is under way is none
  };

 private:
  struct Cell {
    uint64_t* write;
    uint64_t* read;
  };

  template <typename Function>
  auto withKind(Function function);
  template <Access Kind>
  bool advance(Cell cell, Stamp mine);
  template <Access Kind>
  bool recordLane(unsigned lane, uintptr_t address, size_t bytes);
  template <Access Kind>
  bool recordCells(Cell cells, unsigned count, const uint64_t* lanes, unsigned first,
                   uintptr_t address);
  template <Access Kind>
  bool recordScattered(uint32_t lanes, std::byte* const* memory, unsigned bytes, bool upper);

  bool isInScope(Stamp s) const { return s.bits() - limits_.scopeBegin < limits_.scopeSize; }
  // False where the access is none of the scope, or ordered before now by what all warps know.
  bool mayConflict(Stamp s) const {
    return isInScope(s) && s.bits() - limits_.runBegin >= limits_.ordered;
  }
  bool conflicts(Stamp s, Stamp mine) const;
  bool knows(Stamp s, Stamp mine) const;
  bool isFenced(Stamp s) const;
  Stamp joined(Stamp s, Stamp mine) const;
  Stamp stampOf(unsigned lane) const {
    return Stamp(limits_.base + (uint64_t{lane} << Stamp::kThreadShift));
  }

  enum class Mistake : uint8_t { kRace, kReadOnly, kProxy };
  bool report(Stamp other, bool wrote, Stamp mine, Mistake mistake = Mistake::kRace);

  Warp& warp_;
  const OrderState& order_;
  const Access kind_;
  Limits limits_;

  Stamp mine_;
  Stamp other_;
  bool otherWrote_ = false;
  Mistake mistake_ = Mistake::kRace;
  uintptr_t where_ = 0;
};

}  // namespace gramian::machine
