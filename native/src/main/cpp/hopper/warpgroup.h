// The state of wgmma: what a warpgroup's four warps have issued and not waited for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "exec/block.h"
#include "hopper/bulk.h"

namespace gramian::machine {

constexpr uint32_t kWarpgroupWarps = 4;

// A multiplication that the four warps have to issue alike; each at its own time, here.
struct MatrixStep {
  const Op* op;
  uint64_t a;
  uint64_t b;
  std::vector<std::byte> rowsOfB;
  uint32_t warps = 0;  // that have issued it
};

struct Warpgroup {
  std::deque<MatrixStep> steps;  // that not all warps have issued
  uint64_t firstStep = 0;
  std::array<uint64_t, kWarpgroupWarps> issued{};
  std::array<uint32_t, kWarpgroupWarps> commits{};
  std::array<bool, kWarpgroupWarps> hasFence{};

  // Shared memory that a group of steps reads until it is waited for, from the first to the last
  // byte.
  struct Reading {
    uint32_t group;
    const Op* op;
    const std::byte* begin;
    const std::byte* end;
  };
  std::vector<Reading> readings;
  // Of each warp: steps whose accumulators may not be touched, by the group.
  struct Pending {
    uint32_t group;
    uint32_t op;
  };
  std::array<std::vector<Pending>, kWarpgroupWarps> pending;
};

// The bytes of a box that tensor copies wrote, by their first host address.
struct LandedBox {
  const std::byte* end;
  Swizzle swizzle;
};

struct BlockWarpgroups {
  std::array<Warpgroup, kMaxWarps / kWarpgroupWarps> of;
  std::map<const std::byte*, LandedBox> boxes;
};

BlockWarpgroups& warpgroupsOf(Block& block);

// A fault where a copy would overwrite what wgmma still reads.
void requireNotMultiplied(Warp& warp, const Op* op, unsigned lane, Block& block,
                          const std::byte* memory, size_t bytes);

// Notes how a copy left shared memory, and holds a descriptor to it.
void noteBox(Block& block, const std::byte* memory, size_t bytes, Swizzle swizzle);
void requireSwizzle(Warp& warp, const Op* op, const std::byte* memory, Swizzle swizzle);

}  // namespace gramian::machine
