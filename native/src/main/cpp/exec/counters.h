// What kernels did, counted for each op. Counts depend on the launch and the seed alone, not on the
// host: they are added up over blocks, whatever worker ran them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exec/kernel.h"

namespace gramian::machine {

struct OpCount {
  uint64_t issued = 0;  // times that a warp executed the op
  uint64_t lanes = 0;   // active lanes in these
  // Memory ops: 32-byte sectors of global and local memory, wavefronts of shared memory (with
  // bank conflicts), and how many there would be if the lanes' bytes lay densely.
  uint64_t transactions = 0;
  uint64_t idealTransactions = 0;
  uint64_t bytes = 0;   // that the lanes asked for
  uint64_t events = 0;  // branches: that parted a group; barriers: ops that other warps were ahead

  OpCount& operator+=(const OpCount& other);
};

// Of one kernel on one worker, by op.
struct WorkerCounters {
  std::vector<OpCount> ops;

  OpCount& of(const Kernel& kernel, const Op* op) {
    return ops[static_cast<size_t>(op - kernel.ops.data())];
  }
};

// Of one kernel since the last reset.
struct KernelCounters {
  std::shared_ptr<const Kernel> kernel;
  std::string target;  // "sm_80"
  uint64_t launches = 0;
  uint64_t blocks = 0;
  uint64_t threads = 0;
  uint64_t dynamicShared = 0;  // the most of a launch
  // Blocks, and the blocks that the device could have run in the same waves: their ratio is the
  // share of the grid's slots that work.
  uint64_t waveSlots = 0;
  std::vector<OpCount> ops;
};

// The counters as text, one line a row, fields separated by tabs, the first line naming them; any
// number of columns may be added later. Two tables:
//   kernels  kernel target launches blocks threads dynamicShared waveSlots
//   lines    kernel file line function instructions threads, then a column for each class of op,
//            sectors idealSectors globalBytes wavefronts idealWavefronts sharedBytes
//            tensorOperations branches divergentBranches barriers barrierWaits
// A line is where the code stands in the source; code inlined from it is counted at its own line.
std::string kernelTable(const std::vector<KernelCounters>& counters);
std::string lineTable(const std::vector<KernelCounters>& counters);

}  // namespace gramian::machine
