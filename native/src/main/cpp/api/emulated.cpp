// Entry points that a GPU's driver does not have: the emulated device's explanations and settings.
// They may be called before cuInit.
#include "driver/device.h"
#include "memory/arena.h"

namespace gramian::emulated {

// What the latest error of a kernel or a call was, in words; empty before the first. The text
// belongs to the calling thread until it calls this again.
GRAMIAN_EXPORT const char* gramianEmulatedLastFault() {
  const std::lock_guard lock(device().mutex);
  return device().explanation();
}

// The order of blocks and threads of the launches from now on.
GRAMIAN_EXPORT void gramianEmulatedSetSeed(uint64_t seed) {
  const std::lock_guard lock(device().mutex);
  device().setSeed(seed);
}

// 8.0, 9.0 or 10.0.
GRAMIAN_EXPORT CUresult gramianEmulatedSetComputeCapability(int major, int minor) {
  const unsigned capability = static_cast<unsigned>(major * 10 + minor);
  if (!isKnownCapability(capability)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const std::lock_guard lock(device().mutex);
  device().settings.capability = capability;
  return CUDA_SUCCESS;
}

// How long one launch may take.
GRAMIAN_EXPORT CUresult gramianEmulatedSetTimeLimit(uint64_t milliseconds) {
  if (milliseconds == 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const std::lock_guard lock(device().mutex);
  device().settings.timeLimitMs = milliseconds;
  return CUDA_SUCCESS;
}

// How many blocks run side by side.
GRAMIAN_EXPORT CUresult gramianEmulatedSetWorkers(unsigned workers) {
  if (workers == 0 || workers > kMaxWorkers) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const std::lock_guard lock(device().mutex);
  device().settings.workers = workers;
  return CUDA_SUCCESS;
}

// Counts what kernels do from now on, from zero; or stops counting.
GRAMIAN_EXPORT void gramianEmulatedCount(int isOn) {
  const std::lock_guard lock(device().mutex);
  device().count(isOn != 0);
}

// What was counted since, as tables (exec/counters.h): of kernels, and of lines of their sources.
// The text belongs to the calling thread until it calls this again.
GRAMIAN_EXPORT const char* gramianEmulatedKernelCounts() {
  static thread_local std::string table;
  const std::lock_guard lock(device().mutex);
  table = machine::kernelTable(device().counters());
  return table.c_str();
}

GRAMIAN_EXPORT const char* gramianEmulatedLineCounts() {
  static thread_local std::string table;
  const std::lock_guard lock(device().mutex);
  table = machine::lineTable(device().counters());
  return table.c_str();
}

// How much device memory there is, at most the 32 GiB of addresses.
GRAMIAN_EXPORT CUresult gramianEmulatedSetMemory(uint64_t bytes) {
  if (bytes == 0 || bytes > machine::Arena::kBytes) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  const std::lock_guard lock(device().mutex);
  device().settings.memory = bytes;
  return CUDA_SUCCESS;
}

}  // namespace gramian::emulated
