#include "driver/device.h"

#include <algorithm>
#include <cstdio>

#include "check/stamp.h"
#include "driver/capture.h"
#include "memory/arena.h"

namespace gramian::emulated {

using machine::arena;
using machine::Launch;

namespace {

// Beside what its kernel asks for, a block has this much shared memory.
constexpr size_t kReservedShared = 1024;

constexpr unsigned kMostBlocks = 32;
constexpr unsigned kMostThreads = 2048;

}  // namespace

Device& device() {
  static Device* const instance = new Device;
  return *instance;
}

unsigned Device::blocksPerMultiprocessor(unsigned threads, size_t shared) const {
  const size_t byThreads = kMostThreads / ((threads + 31) / 32 * 32);
  const size_t byShared = model().sharedPerMultiprocessor / (shared + kReservedShared);
  return static_cast<unsigned>(std::min({byThreads, byShared, size_t{kMostBlocks}}));
}

CUcontext Device::createContext(unsigned flags) {
  auto context = std::make_shared<Context>(++contextCount_);
  context->flags = flags;
  return contexts.add<CUcontext>(std::move(context));
}

void Device::clear(Context& context) {
  const uint64_t number = context.number;
  const auto belongs = [number](const auto& object) { return object.context == number; };
  // Waiting work and the events that it records hold each other.
  context.legacyStream->tasks.clear();
  for (const auto& stream : context.streams) {
    stream->tasks.clear();
    stream->capture = nullptr;
  }
  functions.removeIf(belongs);
  modules.removeIf(belongs);
  streams.removeIf(belongs);
  events.removeIf(belongs);
  graphs.removeIf(belongs);
  graphExecs.removeIf(belongs);
  arena().freeAllOf(number);
  const unsigned flags = context.flags;
  context = Context(number);
  context.flags = flags;
}

Fault Device::execute(const KernelCall& call) {
  Launch launch;
  launch.kernel = call.kernel;
  launch.parameters = call.parameters;
  launch.grid = call.grid;
  launch.block = call.block;
  launch.cluster = call.cluster;
  launch.dynamicShared = call.dynamicShared;
  launch.device = &model();
  launch.timeLimitMs = settings.timeLimitMs;
  const uint64_t shared = uint64_t{call.kernel->staticShared} + call.dynamicShared;
  if (shared > model().sharedPerBlock) {
    Fault fault{CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES,
                "kernel " + call.kernel->name + " has " + std::to_string(shared) +
                    " bytes of static and dynamic shared memory; a block may have " +
                    std::to_string(model().sharedPerBlock)};
    explain(fault.message);
    return fault;
  }
  const uint64_t blocks = launch.blocks();
  if (blocks > machine::Stamp::kMaxRun - nextRun_) {
    arena().clearShadow();
    nextRun_ = 1;
  }
  launch.seed = drawSeed();
  launch.firstRun = nextRun_;
  nextRun_ += static_cast<uint32_t>(blocks);
  const auto workers =
      static_cast<unsigned>(std::min<uint64_t>(settings.workers, launch.clusters()));
  machine::WorkerCounters counts;
  Fault fault = workers_.run(launch, workers, counts_ ? &counts : nullptr);
  if (counts_) {
    addCounts(launch, call.image->target(), counts);
  }
  if (fault.code != CUDA_SUCCESS) {
    explain(fault.message);
  }
  return fault;
}

void Device::count(bool isOn) {
  counts_ = isOn;
  counters_.clear();
}

void Device::addCounts(const Launch& launch, const std::string& target,
                       const machine::WorkerCounters& counts) {
  auto found = std::find_if(counters_.begin(), counters_.end(), [&](const auto& c) {
    return c.kernel == launch.kernel && c.device == launch.device && c.blocks == launch.blocks() &&
           c.blocksOfCluster == launch.blocksOfCluster() && c.threads == launch.threads() &&
           c.dynamicShared == launch.dynamicShared;
  });
  if (found == counters_.end()) {
    found = counters_.emplace(counters_.end());
    found->kernel = launch.kernel;
    found->target = target;
    found->device = launch.device;
    found->blocks = launch.blocks();
    found->blocksOfCluster = launch.blocksOfCluster();
    found->threads = launch.threads();
    found->dynamicShared = launch.dynamicShared;
    found->ops.resize(counts.ops.size());
  }
  ++found->launches;
  found->footprint += counts.footprint;
  for (size_t i = 0; i < counts.ops.size(); ++i) {
    found->ops[i] += counts.ops[i];
  }
}

void Device::setSeed(uint64_t seed) {
  settings.seed = seed;
  draws_ = 0;
}

uint64_t Device::drawSeed() {
  return machine::Random(settings.seed ^ (++draws_ * 0x2545f4914f6cdd1du)).next();
}

bool Device::isDeviceMemory(CUdeviceptr p, size_t bytes) const {
  const machine::Allocation* a = arena().contains(p) ? arena().find(p, bytes) : nullptr;
  return a != nullptr && a->kind != machine::MemoryKind::kShared &&
         a->kind != machine::MemoryKind::kLocal;
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
