#include "hopper/bulk.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "exec/fault.h"
#include "exec/kernel.h"
#include "hopper/mbarrier.h"
#include "hopper/warpgroup.h"
#include "memory/access.h"
#include "memory/defined.h"
#include "memory/transactions.h"
#include "memory/windows.h"

namespace gramian::machine {

namespace {

using ptx::Space;

constexpr uint32_t kChunk = 16;

// Copies that go out of shared memory, by the thread that issued them.
struct BulkStore {
  Warp* warp;
  unsigned lane;
  const Op* op;
  uint32_t group;
  std::function<void()> land;
};

struct BlockStores {
  std::vector<BulkStore> underWay;
  std::unordered_map<uint32_t, uint32_t> groups;  // commits so far, by thread
};

BlockStores& storesOf(Block& block) { return block.stateOf<BlockStores>(block.asyncBulk); }

uint32_t threadOf(const Warp& warp, unsigned lane) { return warp.number * kLanes + lane; }

// Calls with pieces of a run that lie together in shared memory too: offset in the run, place.
template <typename Function>
void forChunks(const BulkBox& box, const BulkRun& run, Function function) {
  const uint64_t window = box.shared & ((uint64_t{1} << kSharedOffsetBits) - 1);
  if (box.swizzle == Swizzle::kNone) {
    function(0u, run.offset, run.bytes);
    return;
  }
  for (uint32_t at = 0; at < run.bytes;) {
    const uint64_t address = window + run.offset + at;
    const auto bytes =
        static_cast<uint32_t>(std::min<uint64_t>(kChunk - address % kChunk, run.bytes - at));
    function(at, static_cast<uint32_t>(swizzled(address, box.swizzle) - window), bytes);
    at += bytes;
  }
}

void fillBox(std::byte* memory, const BulkBox& box) {
  for (uint32_t i = 0; i + 4 <= box.bytes; i += 4) {
    std::memcpy(memory + i, &box.fill, 4);
  }
  setDefined(memory, box.bytes);
}

void land(Warp& warp, const Op* op, unsigned lane, const BulkBox& box) {
  std::byte* const memory =
      checkRange(warp, op, lane, Space::kSharedCluster, box.shared, box.bytes, Access::kProxyWrite);
  noteBox(*const_cast<Block*>(blockOfShared(*warp.block, reinterpret_cast<uint64_t>(memory))),
          memory, box.bytes, box.swizzle);
  fillBox(memory, box);
  for (const BulkRun& run : box.runs) {
    const std::byte* const from =
        checkRange(warp, op, lane, box.space, run.address, run.bytes, Access::kProxyRead);
    forChunks(box, run, [&](uint32_t at, uint32_t to, uint32_t bytes) {
      copyWithDefined(memory + to, from + at, bytes);
    });
  }
}

void landStore(Warp& warp, const Op* op, unsigned lane, const BulkBox& box, Reduction reduction,
               ptx::Type type) {
  const std::byte* const memory =
      checkRange(warp, op, lane, Space::kSharedCluster, box.shared, box.bytes, Access::kLandRead);
  for (const BulkRun& run : box.runs) {
    const bool isPlain = reduction == Reduction::kNone;
    std::byte* const to = checkRange(warp, op, lane, box.space, run.address, run.bytes,
                                     isPlain ? Access::kProxyWrite : Access::kAtomic);
    forChunks(box, run, [&](uint32_t at, uint32_t from, uint32_t bytes) {
      if (isPlain) {
        copyWithDefined(to + at, memory + from, bytes);
        return;
      }
      const unsigned size = ptx::bytesOf(type);
      for (uint32_t i = 0; i < bytes; i += size) {
        reduceElement(warp, op, lane, to + at + i, memory + from + i, reduction, type);
      }
    });
  }
}

// What all blocks together ask memory for.
void countRuns(Warp& warp, const Op* op, const BulkBox& box, bool writes) {
  if (box.space == Space::kGlobal) {
    for (const BulkRun& run : box.runs) {
      countCopy(warp, op, run.address, run.bytes, writes);
    }
  }
}

void issueInto(Warp& warp, const Op* op, unsigned lane, BulkBox box, uint64_t barrier) {
  const std::byte* const memory =
      checkRange(warp, op, lane, Space::kSharedCluster, box.shared, box.bytes, Access::kIssue);
  auto* const target =
      const_cast<Block*>(blockOfShared(*warp.block, reinterpret_cast<uint64_t>(memory)));
  requireNotMultiplied(warp, op, lane, *target, memory, box.bytes);
  for (const BulkRun& run : box.runs) {
    checkRange(warp, op, lane, box.space, run.address, run.bytes, Access::kProxyRead);
  }
  const MbarrierPlace place = findMbarrier(warp, op, lane, Space::kSharedCluster, barrier);
  const auto kept = std::make_shared<BulkBox>(std::move(box));
  mbarriersOf(*place.block).underWay.push_back({place.offset, [&warp, op, lane, place, kept] {
                                                  land(warp, op, lane, *kept);
                                                  MbarrierPlace now = place;
                                                  now.barrier = &mbarrierAt(
                                                      warp, op, lane, *place.block, place.offset);
                                                  completeBytes(warp, op, lane, now, kept->bytes);
                                                }});
  // Who waits already lands it.
  place.block->wake(Waits::kMbarrier);
}

}  // namespace

void issueLoad(Warp& warp, const Op* op, unsigned lane, BulkBox box, uint64_t barrier) {
  countRuns(warp, op, box, false);
  issueInto(warp, op, lane, std::move(box), barrier);
}

void issueMulticast(Warp& warp, const Op* op, unsigned lane, const BulkBox& box, uint64_t barrier,
                    uint32_t mask) {
  const size_t blocks = warp.block->cluster.size();
  if (mask == 0 || mask >> blocks != 0) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "a multicast with mask " + std::to_string(mask) + " in a cluster of " +
             std::to_string(blocks) + " blocks");
  }
  countRuns(warp, op, box, false);
  constexpr uint64_t kOffset = (uint64_t{1} << kSharedOffsetBits) - 1;
  forLanes(mask, [&](unsigned rank) {
    const uint64_t window = (uint64_t{rank} + 1) << kSharedOffsetBits;
    BulkBox there = box;
    there.shared = window | (box.shared & kOffset);
    issueInto(warp, op, lane, std::move(there), window | (barrier & kOffset));
  });
}

void issueStore(Warp& warp, const Op* op, unsigned lane, BulkBox box, Reduction reduction,
                ptx::Type type) {
  const std::byte* const memory =
      checkRange(warp, op, lane, Space::kSharedCluster, box.shared, box.bytes, Access::kProxyRead);
  if (!isDefined(memory, box.bytes)) {
    fail(warp, op, lane, CUDA_ERROR_LAUNCH_FAILED,
         "stores a box of shared memory of which not all was written");
  }
  checkRange(warp, op, lane, Space::kSharedCluster, box.shared, box.bytes, Access::kIssueRead);
  if (reduction == Reduction::kNone) {
    for (const BulkRun& run : box.runs) {
      checkRange(warp, op, lane, box.space, run.address, run.bytes, Access::kIssue);
    }
  }
  countRuns(warp, op, box, true);
  BlockStores& all = storesOf(*warp.block);
  const auto kept = std::make_shared<BulkBox>(std::move(box));
  all.underWay.push_back(
      {&warp, lane, op, all.groups[threadOf(warp, lane)], [&warp, op, lane, kept, reduction, type] {
         landStore(warp, op, lane, *kept, reduction, type);
       }});
}

void commitStores(Warp& warp, uint32_t lanes) {
  BlockStores& all = storesOf(*warp.block);
  forLanes(lanes, [&](unsigned lane) { ++all.groups[threadOf(warp, lane)]; });
}

void landStores(Warp& warp, uint32_t lanes, uint64_t pending) {
  BlockStores& all = storesOf(*warp.block);
  for (size_t i = 0; i < all.underWay.size();) {
    const BulkStore& s = all.underWay[i];
    const bool isMine = s.warp == &warp && (lanes >> s.lane & 1) != 0;
    if (isMine && s.group + pending < all.groups[threadOf(warp, s.lane)]) {
      const auto landing = std::move(all.underWay[i].land);
      all.underWay.erase(all.underWay.begin() + static_cast<ptrdiff_t>(i));
      landing();
    } else {
      ++i;
    }
  }
}

void requireLanded(Warp& warp, const Op* op, uint32_t lanes) {
  if (!warp.block->asyncBulk) {
    return;
  }
  for (const BulkStore& s : storesOf(*warp.block).underWay) {
    if (s.warp == &warp && (lanes >> s.lane & 1) != 0) {
      fail(warp, op, s.lane, CUDA_ERROR_LAUNCH_FAILED,
           "leaves the kernel while a bulk copy out of its shared memory is under way (" +
               describe(*warp.kernel, s.op) + "): cp.async.bulk.wait_group is missing");
    }
  }
}

}  // namespace gramian::machine
