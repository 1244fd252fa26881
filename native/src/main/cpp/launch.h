// A launch of a kernel, and the fault it may end in.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cuda_api.h"
#include "gramian/platform/emulated/abi.h"
#include "image.h"

namespace gramian::emulated {

struct Fault {
  CUresult code = CUDA_SUCCESS;
  std::string message;
};

// What a program asks for.
struct KernelCall {
  std::shared_ptr<Image> image;
  const GramianEmulatedKernel* kernel = nullptr;
  std::vector<uint64_t> parameter;  // the parameter's bytes, aligned to 8
  GramianEmulatedIndex grid{};
  GramianEmulatedIndex block{};
  unsigned dynamicShared = 0;
  unsigned maxShared = 0;  // static and dynamic, of the device

  uint64_t blocks() const { return uint64_t{grid.x} * grid.y * grid.z; }
  uint32_t threads() const { return block.x * block.y * block.z; }
};

// One run of it.
struct Launch : KernelCall {
  explicit Launch(const KernelCall& call) : KernelCall(call) {}

  uint64_t seed = 0;
  uint32_t firstRun = 0;
  std::vector<uint32_t> order;  // of the blocks
  std::atomic<uint32_t> next{0};
  std::atomic<bool> stop{false};
  std::atomic<bool> expired{false};  // ran past timeLimitMs
  uint64_t timeLimitMs = 0;

  // Keeps the first fault and stops the launch.
  void fail(CUresult code, std::string message) {
    const std::lock_guard lock(faultMutex_);
    if (fault_.code == CUDA_SUCCESS) {
      fault_ = {code, std::move(message)};
    }
    stop = true;
  }
  // Read once all blocks have ended.
  const Fault& fault() const { return fault_; }

 private:
  std::mutex faultMutex_;
  Fault fault_;
};

}  // namespace gramian::emulated
