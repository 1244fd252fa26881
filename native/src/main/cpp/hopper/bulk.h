// Copies by the asynchronous proxy: what is under way, and how it lands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "exec/block.h"
#include "hopper/operands.h"
#include "ptx/type.h"

namespace gramian::machine {

// How 16-byte chunks are permuted within shared memory: by bits of the address above them.
enum class Swizzle : uint8_t { kNone, k32, k64, k128 };

constexpr uint64_t swizzled(uint64_t address, Swizzle swizzle) {
  const uint64_t mask = (uint64_t{1} << static_cast<unsigned>(swizzle)) - 1;
  return address ^ ((address >> 7 & mask) << 4);
}

// Consecutive bytes outside of shared memory, and where they belong within the box in it.
struct BulkRun {
  uint64_t address;
  uint32_t offset;
  uint32_t bytes;
};

// A dense box of bytes in shared memory, and what of it is outside. What no run covers is filled
// with a repeated pattern when the box is loaded, and not stored.
struct BulkBox {
  uint64_t shared = 0;  // address in space shared::cluster
  uint32_t bytes = 0;
  Swizzle swizzle = Swizzle::kNone;
  ptx::Space space = ptx::Space::kGlobal;  // of the runs
  std::vector<BulkRun> runs;
  uint32_t fill = 0;
};

enum class Reduction : uint8_t { kNone, kAdd, kMin, kMax, kInc, kDec, kAnd, kOr, kXor };

// Loads the box for a lane; `barrier`, in space shared::cluster, counts its bytes when it lands.
void issueLoad(Warp& warp, const Op* op, unsigned lane, BulkBox box, uint64_t barrier);

// The same into each block of the cluster whose bit is set, with the barrier that lies there.
void issueMulticast(Warp& warp, const Op* op, unsigned lane, const BulkBox& box, uint64_t barrier,
                    uint32_t mask);

// Stores it, or reduces into memory; it lands when the lane waits for its group. That its source
// alone has been read makes no difference here: it lands as a whole.
void issueStore(Warp& warp, const Op* op, unsigned lane, BulkBox box, Reduction reduction,
                ptx::Type type);

void commitStores(Warp& warp, uint32_t lanes);
// Of all groups but the last `pending` ones.
void landStores(Warp& warp, uint32_t lanes, uint64_t pending);
// The stores of the lanes that have not been waited for: a fault, at the end of the kernel.
void requireLanded(Warp& warp, const Op* op, uint32_t lanes);

// Adds, or what else is asked for, to one element in memory.
void reduceElement(Warp& warp, const Op* op, unsigned lane, std::byte* to, const std::byte* from,
                   Reduction reduction, ptx::Type type);

// The reduction and type that end an instruction's name.
Reduction takeReduction(Lowering& lowering);

}  // namespace gramian::machine
