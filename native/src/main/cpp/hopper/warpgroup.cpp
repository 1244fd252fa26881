#include "hopper/warpgroup.h"

#include <string>

#include "check/stamp.h"
#include "exec/fault.h"
#include "exec/kernel.h"
#include "memory/arena.h"

namespace gramian::machine {

namespace {

std::string textOf(Swizzle swizzle) {
  return swizzle == Swizzle::kNone
             ? "no swizzle"
             : "a swizzle of " + std::to_string(16u << static_cast<unsigned>(swizzle)) + " bytes";
}

}  // namespace

BlockWarpgroups& warpgroupsOf(Block& block) {
  return block.stateOf<BlockWarpgroups>(block.matrixGroups);
}

void requireNotMultiplied(Warp& warp, const Op* op, unsigned lane, Block& block,
                          const std::byte* memory, size_t bytes) {
  if (!block.matrixGroups) {
    return;
  }
  for (const Warpgroup& group : warpgroupsOf(block).of) {
    for (const Warpgroup::Reading& reading : group.readings) {
      if (reading.begin < memory + bytes && memory < reading.end) {
        fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
             "copies into shared memory that wgmma still reads (" +
                 describe(*block.kernel, reading.op) + "): wgmma.wait_group has to come before");
      }
    }
  }
}

void noteBox(Block& block, const std::byte* memory, size_t bytes, Swizzle swizzle) {
  auto& boxes = warpgroupsOf(block).boxes;
  const std::byte* const end = memory + bytes;
  auto at = boxes.lower_bound(memory);
  if (at != boxes.begin() && std::prev(at)->second.end > memory) {
    --at;
  }
  while (at != boxes.end() && at->first < end) {
    at = boxes.erase(at);
  }
  boxes.emplace(memory, LandedBox{end, swizzle});
}

void requireSwizzle(Warp& warp, const Op* op, const std::byte* memory, Swizzle swizzle) {
  const auto& boxes = warpgroupsOf(*warp.block).boxes;
  const auto after = boxes.upper_bound(memory);
  if (after == boxes.begin()) {
    return;
  }
  const LandedBox& box = std::prev(after)->second;
  if (memory >= box.end || box.swizzle == swizzle) {
    return;
  }
  // What threads wrote there since then has a layout of its own.
  const Stamp wrote(*arena().writes(reinterpret_cast<uintptr_t>(memory)));
  if (wrote.kind() == Stamp::kProxy) {
    fail(warp, op, 0, CUDA_ERROR_LAUNCH_FAILED,
         "reads a matrix with " + textOf(swizzle) + " where a tensor copy wrote with " +
             textOf(box.swizzle));
  }
}

}  // namespace gramian::machine
