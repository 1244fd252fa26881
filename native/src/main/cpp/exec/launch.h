// A launch of a kernel.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "exec/kernel.h"

namespace gramian::machine {

struct Index {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t z = 0;
};

// The devices that this one can be, by compute capability and multiprocessors.
struct DeviceModel {
  const char* name;     // "A100"
  unsigned capability;  // 80
  unsigned multiprocessors;
  unsigned tensorCoreModel;  // of arith/: the capability whose tensor cores it has
  unsigned sharedPerBlock;   // bytes of shared memory, static and dynamic, that a block may have
  unsigned sharedPerMultiprocessor;
};

struct Launch {
  std::shared_ptr<const Kernel> kernel;
  std::vector<std::byte> parameters;
  Index grid{};
  Index block{};
  Index cluster{1, 1, 1};
  uint32_t dynamicShared = 0;
  uint64_t seed = 0;
  uint32_t firstRun = 0;  // of the race detector
  const DeviceModel* device = nullptr;
  uint64_t timeLimitMs = 0;
  std::atomic<bool> expired{false};  // ran past the time limit

  uint64_t blocks() const { return uint64_t{grid.x} * grid.y * grid.z; }
  uint32_t threads() const { return block.x * block.y * block.z; }
  uint32_t blocksOfCluster() const { return cluster.x * cluster.y * cluster.z; }
  uint64_t clusters() const { return blocks() / blocksOfCluster(); }
};

}  // namespace gramian::machine
