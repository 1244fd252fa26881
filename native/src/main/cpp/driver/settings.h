// What can be set of the device: by environment variables when the library is loaded, and later by
// the gramianEmulated... functions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exec/launch.h"

namespace gramian::emulated {

struct Settings {
  uint64_t seed = 0;             // GRAMIAN_EMULATED_SEED: the order of blocks and threads
  unsigned capability = 80;      // GRAMIAN_EMULATED_CAPABILITY: 80, 90 or 100
  uint64_t timeLimitMs = 60000;  // GRAMIAN_EMULATED_TIME_LIMIT_MS: of one launch
  unsigned workers = 1;          // GRAMIAN_EMULATED_WORKERS: blocks that run side by side; from the
                                 // environment, by default the machine's cores up to 4
  size_t memory = size_t{8} << 30;  // GRAMIAN_EMULATED_MEMORY_MB
  bool verbose = false;             // GRAMIAN_EMULATED_VERBOSE=1: faults are printed to stderr

  static Settings fromEnvironment();
};

constexpr unsigned kMaxWorkers = 16;

// True for a compute capability (10 * major + minor) that the device can report.
bool isKnownCapability(unsigned capability);

// The device that stands for a capability.
const machine::DeviceModel& modelOf(unsigned capability);

}  // namespace gramian::emulated
