#include "device.h"

#include <cstdio>
#include <numeric>

#include "arena.h"
#include "capture.h"
#include "random.h"

namespace gramian::emulated {

Device& device() {
  static Device* const instance = new Device;
  return *instance;
}

unsigned Device::maxSharedOptIn() const {
  return settings.capability >= 90 ? kMaxDynamicShared : 163u << 10;
}

CUcontext Device::createContext(unsigned flags) {
  auto context = std::make_shared<Context>(++contextCount_);
  context->flags = flags;
  return contexts.add<CUcontext>(std::move(context));
}

void Device::clear(Context& context) {
  const uint64_t number = context.number;
  const auto belongs = [number](const auto& object) { return object.context == number; };
  modules.removeIf(belongs);
  functions.removeIf(belongs);
  streams.removeIf(belongs);
  events.removeIf(belongs);
  graphs.removeIf(belongs);
  graphExecs.removeIf(belongs);
  arena().freeAllOf(number);
  // Waiting work and the events that it records hold each other.
  context.legacyStream->tasks.clear();
  for (const auto& stream : context.streams) {
    stream->tasks.clear();
    stream->capture = nullptr;
  }
  const unsigned flags = context.flags;
  context = Context(number);
  context.flags = flags;
}

Fault Device::execute(const KernelCall& call) {
  Launch launch(call);
  const uint64_t blocks = launch.blocks();
  if (blocks > Stamp::kMaxRun - nextRun_) {
    arena().clearShadow();
    nextRun_ = 1;
  }
  launch.seed = drawSeed();
  launch.firstRun = nextRun_;
  nextRun_ += static_cast<uint32_t>(blocks);
  launch.order.resize(blocks);
  std::iota(launch.order.begin(), launch.order.end(), 0u);
  Random(launch.seed).shuffle(launch.order.data(), launch.order.size());
  const auto workers = static_cast<unsigned>(std::min<uint64_t>(settings.workers, launch.blocks()));
  workers_.run(launch, workers, settings.timeLimitMs);
  if (launch.fault().code != CUDA_SUCCESS) {
    explain(launch.fault().message);
  }
  return launch.fault();
}

void Device::setSeed(uint64_t seed) {
  settings.seed = seed;
  draws_ = 0;
}

uint64_t Device::drawSeed() {
  return Random(settings.seed ^ (++draws_ * 0x2545f4914f6cdd1du)).next();
}

bool Device::isDeviceMemory(CUdeviceptr p, size_t bytes) const {
  const Allocation* a = arena().find(p, bytes);
  if (a != nullptr) {
    return a->space != Space::kShared;
  }
  return modules.any([&](const Module& m) { return m.image->holds(p, bytes, true); });
}

void Device::explain(std::string message) {
  explanation_ = std::move(message);
  if (settings.verbose) {
    std::fprintf(stderr, "emulated CUDA device: %s\n", explanation_.c_str());
  }
}

const char* Device::explanation() {
  // A copy that stays as it is for the calling thread.
  static thread_local std::string copy;
  copy = explanation_;
  return copy.c_str();
}

}  // namespace gramian::emulated
