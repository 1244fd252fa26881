// A block of threads: its warps, its shared memory, its barriers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exec/barrier.h"
#include "exec/launch.h"
#include "exec/warp.h"
#include "memory/arena.h"

namespace gramian::machine {

// The window of shared memory holds the static variables, with guard zones between them, and then
// the dynamic part. An address in space shared, or shared::cluster, is an offset into it; above the
// offset's bits it names the block: 0 is the executing one, r + 1 the block of rank r of the
// cluster.
constexpr unsigned kSharedOffsetBits = 24;

class Block {
 public:
  Launch* launch = nullptr;
  const Kernel* kernel = nullptr;
  uint32_t linear = 0;  // its number in the grid
  Index index{};
  uint32_t run = 0;  // of the race detector: this execution of this block
  uint32_t threads = 0;
  std::vector<std::unique_ptr<Warp>> warps;
  uint32_t warpCount = 0;

  std::array<Barrier, kBarriers> barriers{};

  std::byte* shared = nullptr;
  uint32_t dynamicShared = 0;  // bytes
  std::byte* local = nullptr;  // of thread i: kernel->localBytes from i * localStride on
  uint32_t localStride = 0;

  // The blocks of its cluster by rank, itself included; one block where there are no clusters.
  std::vector<Block*> cluster;
  uint32_t clusterRank = 0;

  // The state of instructions that have more of it: made by the first one that needs it, dropped
  // when the block ends.
  template <typename T>
  T& stateOf(std::shared_ptr<void>& holder) {
    if (!holder) {
      holder = std::make_shared<T>();
    }
    return *static_cast<T*>(holder.get());
  }
  std::shared_ptr<void> mbarriers;
  std::shared_ptr<void> clusterArrivals;
  std::shared_ptr<void> asyncBulk;
  std::shared_ptr<void> matrixGroups;

  // Lets the groups of all warps that wait so go on.
  void wake(Waits why);

  // ---- for the scheduler

  // `number` tells the blocks apart that are there side by side. Makes room for shared and local
  // memory when a launch first needs it.
  explicit Block(uint32_t number) : number_(number) {}
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // Makes it block `linear` of the launch, whose threads are at their first op.
  void start(Launch& launch, uint32_t linear, WorkerCounters* counters);
  bool hasEnded() const;
  // What its threads wait for that will never come: throws a Fault.
  [[noreturn]] void failStuck() const;
  // What a barrier with threads at it waits for.
  std::string explainBarrier(uint32_t number) const;

 private:
  // The registers of a warp, which stay where they are from block to block.
  struct Registers {
    std::unique_ptr<std::byte[]> memory;
    uint32_t slots = 0;                    // that there is room for
    std::shared_ptr<const Kernel> kernel;  // whose constants they hold
  };

  void startWarp(uint32_t number);
  std::byte* memory(Allocation*& allocation, size_t bytes, MemoryKind kind);

  const uint32_t number_;
  std::vector<Registers> registers_;
  Allocation* sharedMemory_ = nullptr;
  Allocation* localMemory_ = nullptr;
};

}  // namespace gramian::machine
