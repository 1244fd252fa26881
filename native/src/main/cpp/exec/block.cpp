#include "exec/block.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "exec/fault.h"
#include "exec/kernel.h"
#include "hopper/mbarrier.h"

namespace gramian::machine {

namespace {

// Between the local memory of one thread and of the next.
constexpr uint32_t kLocalGuard = 64;

constexpr size_t kCacheLine = 64;

constexpr size_t bytesOfSlot() { return kLanes * 4 + sizeof(SlotState) + kLanes; }

Index unflatten(uint32_t i, const Index& size) {
  return {i % size.x, i / size.x % size.y, i / size.x / size.y};
}

template <typename T>
void fill(std::byte* to, uint64_t value) {
  std::fill_n(reinterpret_cast<T*>(to), kLanes, static_cast<T>(value));
}

}  // namespace

std::byte* Block::memory(Allocation*& allocation, size_t bytes, MemoryKind kind) {
  if (bytes == 0) {
    return nullptr;
  }
  if (allocation == nullptr || allocation->size < bytes) {
    const std::lock_guard lock(arena().heapMutex);
    if (allocation != nullptr) {
      arena().free(*allocation);
    }
    allocation = arena().allocate(bytes, kind, number_);
    if (allocation == nullptr) {
      throw std::bad_alloc();
    }
  }
  return reinterpret_cast<std::byte*>(allocation->begin);
}

void Block::start(Launch& of, uint32_t number, WorkerCounters* counters) {
  launch = &of;
  kernel = of.kernel.get();
  linear = number;
  index = unflatten(number, of.grid);
  run = of.firstRun + number;
  threads = of.threads();
  warpCount = (threads + kLanes - 1) / kLanes;
  dynamicShared = of.dynamicShared;
  barriers.fill({});
  mbarriers.reset();
  clusterArrivals.reset();
  asyncBulk.reset();
  matrixGroups.reset();
  cluster.assign(1, this);
  clusterRank = 0;

  const size_t window = size_t{kernel->sharedWindow} + dynamicShared;
  shared = memory(sharedMemory_, window, MemoryKind::kShared);
  const bool isOfCluster = of.blocksOfCluster() > 1;
  if (shared != nullptr) {
    arena().renew(*sharedMemory_, window, isOfCluster);
  }
  localStride = (kernel->localBytes + kLocalGuard + 15) / 16 * 16;
  const size_t localBytes = kernel->localBytes != 0 ? size_t{localStride} * threads : 0;
  local = memory(localMemory_, localBytes, MemoryKind::kLocal);
  if (local != nullptr) {
    arena().renew(*localMemory_, localBytes, isOfCluster);
  }

  while (warps.size() < warpCount) {
    warps.push_back(std::make_unique<Warp>());
    registers_.emplace_back();
  }
  for (uint32_t i = 0; i < warpCount; ++i) {
    startWarp(i);
    warps[i]->counters = counters;
    warps[i]->random = Random(of.seed ^ (uint64_t{number} << 20) ^ (uint64_t{i + 1} << 52));
  }
}

void Block::startWarp(uint32_t number) {
  Warp& warp = *warps[number];
  Registers& file = registers_[number];
  const uint32_t slots = kernel->slots;
  if (slots > file.slots) {
    file.memory = std::make_unique<std::byte[]>(slots * bytesOfSlot() + kCacheLine);
    file.slots = slots;
    file.kernel = nullptr;
  }
  const auto begin = reinterpret_cast<uintptr_t>(file.memory.get());
  warp.registers = reinterpret_cast<std::byte*>((begin + kCacheLine - 1) / kCacheLine * kCacheLine);
  warp.states = reinterpret_cast<SlotState*>(warp.registers + size_t{slots} * kLanes * 4);
  warp.undefined = reinterpret_cast<uint8_t*>(warp.states + slots);
  warp.block = this;
  warp.kernel = kernel;
  warp.number = number;
  const uint32_t lanes = std::min(kLanes, threads - number * kLanes);
  warp.existing = lanes == kLanes ? kAllLanes : (1u << lanes) - 1;

  if (file.kernel.get() != kernel) {
    file.kernel = launch->kernel;
    for (const Kernel::Constant& c : kernel->constants) {
      auto* const to = warp.lanesOf<std::byte>(c.slot);
      switch (c.bytes) {
        case 2:
          fill<uint16_t>(to, c.value);
          break;
        case 4:
          fill<uint32_t>(to, c.value);
          break;
        case 8:
          fill<uint64_t>(to, c.value);
          break;
        default:
          warp.predicate(c.slot) = c.value != 0 ? kAllLanes : 0;
          break;
      }
    }
  }
  std::fill_n(warp.states, slots, SlotState{});
  for (const Slot slot : kernel->undefinedAtStart) {
    std::memset(warp.lanesOf<std::byte>(slot), 0xff, kLanes * 4);
    std::memset(warp.undefinedBytes(slot), 0xff, kLanes);
    warp.state(slot).undefined = kAllLanes;
  }
  warp.start();
}

bool Block::hasEnded() const {
  return std::all_of(warps.begin(), warps.begin() + warpCount,
                     [](const auto& w) { return w->groups.empty(); });
}

void Block::wake(Waits why) {
  for (uint32_t i = 0; i < warpCount; ++i) {
    warps[i]->wake(why);
  }
}

void Block::failStuck() const {
  // The innermost first: who waits for a barrier may do so because of who waits for a warp's lanes.
  for (const Waits why : {Waits::kWarp, Waits::kBlockBarrier, Waits::kMbarrier, Waits::kCluster}) {
    for (uint32_t i = 0; i < warpCount; ++i) {
      for (const Group& g : warps[i]->groups) {
        if (g.waits != why) {
          continue;
        }
        const auto lane = static_cast<unsigned>(std::countr_zero(g.lanes));
        std::string what = std::string("waits for ") + nameOf(why) + " without end";
        // Those at a barrier go on behind it.
        const Op* at = g.pc;
        if (why == Waits::kBlockBarrier) {
          --at;
          what = explainBarrier(static_cast<uint32_t>(g.call));
        } else if (why == Waits::kMbarrier && g.call != 0) {
          what = explainMbarrier(*warps[i]->block, g.call);
        }
        fail(*warps[i], at, lane, CUDA_ERROR_LAUNCH_FAILED, what);
      }
    }
  }
  for (uint32_t i = 0; i < warpCount; ++i) {
    for (const Group& g : warps[i]->groups) {
      failAny(*warps[i], g.pc, g.lanes, CUDA_ERROR_LAUNCH_FAILED,
              std::string("waits for ") + nameOf(g.waits) + " without end");
    }
  }
  throw Fault{CUDA_ERROR_LAUNCH_FAILED, "kernel " + kernel->name + ", " + describe(*this) +
                                            ": another block of its cluster waits without end"};
}

}  // namespace gramian::machine
