#include "memory/windows.h"

#include "exec/block.h"
#include "exec/warp.h"
#include "memory/arena.h"

namespace gramian::machine {

using ptx::Space;

namespace {

uint64_t baseOf(const void* memory) { return reinterpret_cast<uint64_t>(memory); }

uint64_t localBase(const Warp& warp, unsigned lane) {
  const Block& b = *warp.block;
  return baseOf(b.local) + uint64_t{warp.number * kLanes + lane} * b.localStride;
}

bool isShared(Space space) { return space == Space::kShared || space == Space::kSharedCluster; }

}  // namespace

uint64_t sharedWindowBytes(const Block& block) {
  return uint64_t{block.kernel->sharedWindow} + block.dynamicShared;
}

const Block* blockOfShared(const Block& block, uint64_t generic) {
  const auto holds = [&](const Block& b) {
    return b.shared != nullptr && generic - baseOf(b.shared) <= sharedWindowBytes(b);
  };
  if (holds(block)) {
    return &block;
  }
  for (const Block* other : block.cluster) {
    if (holds(*other)) {
      return other;
    }
  }
  return nullptr;
}

uint64_t genericAddress(const Warp& warp, unsigned lane, Space space, uint64_t address) {
  const Block& block = *warp.block;
  if (isShared(space)) {
    const uint64_t rank = address >> kSharedOffsetBits;
    const uint64_t offset = address & ((uint64_t{1} << kSharedOffsetBits) - 1);
    const bool isOther = rank != 0 && rank <= block.cluster.size();
    return baseOf(isOther ? block.cluster[rank - 1]->shared : block.shared) + offset;
  }
  switch (space) {
    case Space::kLocal:
      return localBase(warp, lane) + address;
    case Space::kParam:
      return baseOf(block.launch->parameters.data()) + address;
    default:
      return address;
  }
}

uint64_t addressInSpace(const Warp& warp, unsigned lane, Space space, uint64_t generic) {
  const Block& block = *warp.block;
  if (isShared(space)) {
    const Block* owner = blockOfShared(block, generic);
    if (owner == nullptr || owner == &block) {
      return generic - baseOf(block.shared);
    }
    return (uint64_t{owner->clusterRank} + 1) << kSharedOffsetBits |
           (generic - baseOf(owner->shared));
  }
  switch (space) {
    case Space::kLocal:
      return generic - localBase(warp, lane);
    case Space::kParam:
      return generic - baseOf(block.launch->parameters.data());
    default:
      return generic;
  }
}

bool isInSpace(const Warp& warp, unsigned lane, Space space, uint64_t generic) {
  const Block& block = *warp.block;
  switch (space) {
    case Space::kShared:
      return blockOfShared(block, generic) == &block;
    case Space::kSharedCluster:
      return blockOfShared(block, generic) != nullptr;
    case Space::kLocal:
      return generic - localBase(warp, lane) < block.kernel->localBytes;
    case Space::kParam:
      return generic - baseOf(block.launch->parameters.data()) < block.launch->parameters.size();
    default: {
      if (!arena().contains(generic)) {
        return false;
      }
      const MemoryKind kind = arena().owner(generic).kind;
      const bool isWindow = kind == MemoryKind::kShared || kind == MemoryKind::kLocal;
      return !isWindow && (kind == MemoryKind::kConstant) == (space == Space::kConst);
    }
  }
}

}  // namespace gramian::machine
