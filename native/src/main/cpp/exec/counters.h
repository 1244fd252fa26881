// What kernels did, counted for each op. Counts depend on the launch and the seed alone, not on the
// host: they are added up over blocks, whatever worker ran them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exec/kernel.h"
#include "exec/launch.h"

namespace gramian::machine {

// Accesses of memory. Transactions are 32-byte sectors of global and local memory, wavefronts of
// shared memory (with bank conflicts); the ideal is how many there would be if the lanes' bytes lay
// densely.
struct AccessCount {
  uint64_t requests = 0;  // by warps
  uint64_t transactions = 0;
  uint64_t idealTransactions = 0;
  uint64_t bytes = 0;  // that the lanes asked for

  AccessCount& operator+=(const AccessCount& other);
};

struct OpCount {
  uint64_t issued = 0;  // times that a warp executed the op
  uint64_t lanes = 0;   // active lanes in these
  AccessCount global;   // of an asynchronous copy: of its side outside of shared memory
  AccessCount shared;
  uint64_t events = 0;  // branches: that parted a group; barriers: ops that other warps were ahead

  OpCount& operator+=(const OpCount& other);
};

// Different sectors of global memory that a launch reads and writes: what has to come from and go
// to the device's memory if nothing else does and caches hold everything.
struct Footprint {
  uint64_t readSectors = 0;
  uint64_t writtenSectors = 0;

  Footprint& operator+=(const Footprint& other);
};

// Of one kernel on one worker, by op.
struct WorkerCounters {
  std::vector<OpCount> ops;
  Footprint footprint;

  OpCount& of(const Kernel& kernel, const Op* op) {
    return ops[static_cast<size_t>(op - kernel.ops.data())];
  }
};

// Launches of a kernel of one shape since the last reset.
struct KernelCounters {
  std::shared_ptr<const Kernel> kernel;
  std::string target;  // of the PTX: "sm_80"
  const DeviceModel* device = nullptr;
  uint64_t blocks = 0;  // of a launch
  uint32_t blocksOfCluster = 1;
  uint32_t threads = 0;        // of a block
  uint32_t dynamicShared = 0;  // of a block
  uint64_t launches = 0;
  Footprint footprint;
  std::vector<OpCount> ops;
};

// The counters as text, one line a row, fields separated by tabs, the first line naming them; any
// number of columns may be added later. Two tables:
//   kernels  a row for each shape of a launch: kernel target multiprocessors
//   sharedPerMultiprocessor
//            blocks blocksOfCluster threads (of a block) staticShared dynamicShared launches
//            readBytes writtenBytes (of the footprints of all launches)
//   lines    of all launches: kernel target file line function instructions threads, a column for
//            each class of op, mainLoop (instructions in innermost loops that use tensor cores),
//            tensorOperations; then globalRequests sectors idealSectors globalBytes, sharedRequests
//            wavefronts idealWavefronts sharedBytes; branches divergentBranches barriers
//            barrierWaits
// A line is where the code stands in the source; code inlined from it is counted at its own line.
std::string kernelTable(const std::vector<KernelCounters>& counters);
std::string lineTable(const std::vector<KernelCounters>& counters);

}  // namespace gramian::machine
